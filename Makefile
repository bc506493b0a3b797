# Everything here makes .venv by itself; it needs only Python 3.11 or newer, git and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help audit browser test lint format site dashboard bench bench-code bench-zoo clean

help:  ## Show what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort

$(READY): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "lineage needs Python 3.11 or newer; name one with make PYTHON=...")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade pip
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

audit: $(READY)  ## Audit a repository: make audit TARGET=https://github.com/org/repo [ARGS="--format json"]
	@test -n "$(TARGET)" || { echo 'Say which repository: make audit TARGET=https://github.com/org/repo'; exit 2; }
	@$(BIN)/lineage audit "$(TARGET)" $(ARGS)

browser:  ## Install Debian's Chromium for the tests that open pages (as root, where apt is)
	@if command -v chromium >/dev/null && command -v chromedriver >/dev/null; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium chromium-driver; \
	else echo 'No chromium and chromedriver here: tests that open pages are skipped, unless CI is set.'; fi

test: $(READY)  ## Run the tests
	$(BIN)/python -m pytest -n 2 --dist loadgroup $(ARGS)

lint: $(READY)  ## Run ruff, mypy --strict and import-linter
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(READY)  ## Format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

site: $(READY)  ## Build the documentation into site/
	$(BIN)/python tools/build_site.py

dashboard: $(READY)  ## Collect a folder of exported audits for the dashboard: make dashboard EXPORTS=exports
	@test -n "$(EXPORTS)" || { echo 'Say which folder: make dashboard EXPORTS=exports'; exit 2; }
	@$(BIN)/python examples/dashboard/collect.py "$(EXPORTS)"

bench: $(READY)  ## Run the benchmarks and print their tables
	$(BIN)/python benchmarks/bench_start.py
	$(BIN)/python benchmarks/bench_hook.py
	$(BIN)/python benchmarks/bench_inventory.py
	$(BIN)/python benchmarks/bench_licences.py
	$(BIN)/python benchmarks/bench_identify.py
	$(BIN)/python benchmarks/bench_duties.py
	$(BIN)/python benchmarks/bench_terms.py
	$(BIN)/python benchmarks/bench_catalogue.py
	$(BIN)/python benchmarks/bench_kinship_cost.py
	$(BIN)/python -m benchmarks.bench_hosts
	$(BIN)/python benchmarks/bench_reports.py
	$(BIN)/python -m benchmarks.bench_dashboard

bench-code: $(READY)  ## Measure the look at code on packages of PyPI, which it downloads
	$(BIN)/python benchmarks/bench_code.py
	$(BIN)/python benchmarks/bench_vendored.py benchmarks/work/vendored
	$(BIN)/python benchmarks/bench_ports.py benchmarks/work/ports
	$(BIN)/python -m pip download --quiet --no-deps --dest benchmarks/work/wheels transformers==4.40.0
	$(BIN)/python benchmarks/bench_code_cost.py --suspects benchmarks/work/wheels/transformers-4.40.0-py3-none-any.whl

bench-zoo: $(READY)  ## Print the zoo's table from its scores, then run what the committed models allow
	$(BIN)/python -m benchmarks.zoo.report
	$(BIN)/python -m benchmarks.zoo.run --committed --derive --kinds independent same-seed limit related --methods lineage honestagi tensorlock awm huref phi-u cosine
	$(BIN)/python -m benchmarks.zoo.report --scores benchmarks/work/zoo-committed/results

clean:  ## Remove the environment and everything built
	rm -rf $(VENV) build dist site examples/dashboard/data *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
