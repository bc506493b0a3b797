"""What a host says of its own accord, in whole audits: forks, mirrors, licences it has guessed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from safetensors.numpy import save

from lineage.comparison import CompareOptions, compare
from lineage.kinship.verdict import Related
from lineage.model import Absence, Derivation, HostFact, Kind, Origin, ParentAbsent, Relation, Tier
from lineage.pipeline import Audit, AuditOptions, audit
from lineage.policy import Exit
from lineage.sources import SourceOptions
from tests.doubles.grown import Arrays, grown, trained_on
from tests.doubles.hosts.faults import Fault
from tests.doubles.hosts.gitweb import Content, GitWeb
from tests.doubles.hub import Hub
from tests.doubles.memory import Hosted

MIRROR = "https://gitcode.com/hf_mirrors/org/model"
FORK = "https://github.com/me/fork"
FAST = SourceOptions(timeout=10, longest_wait=1.0)
BASE = grown(1)


@pytest.fixture
def web(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[GitWeb]:
    monkeypatch.setattr("lineage.sources.http.patience.PAUSES", (0.01, 0.02, 0.03))
    with GitWeb(tmp_path) as found:
        found.add(MIRROR, files(BASE))
        for site in ("github.com", "gitcode.com"):
            found.serve(site)
        for key, value in found.environment().items():
            monkeypatch.setenv(key, value)
        yield found


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    with Hub() as found:
        monkeypatch.setenv("HF_ENDPOINT", found.endpoint)
        yield found


def files(model: Arrays) -> dict[str, Content]:
    settings = {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "hidden_size": 48,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
    }
    return {
        "README.md": "---\nlicense: apache-2.0\n---\n# A model\n",
        "config.json": json.dumps(settings),
        "model.safetensors": Hosted(save(model)),
    }


def audited(target: str) -> Audit:
    return audit(target, AuditOptions(source=FAST))


def facts(found: Audit) -> dict[str, str]:
    return {f.key: f.value for f in found.reading.evidence if isinstance(f, HostFact)}


def parents(found: Audit) -> list[Derivation]:
    return sorted(found.graph.parents(found.graph.subject), key=lambda edge: edge.origin)


def test_a_mirror_is_verified_by_the_digests_of_its_original(web: GitWeb, hub: Hub) -> None:
    hub.add("org/model", dict(files(BASE)))  # type: ignore[arg-type]  # no links among them
    declared, detected = parents(audited(MIRROR))
    assert (declared.relation, declared.origin, declared.tier) == (
        Relation.IDENTICAL,
        Origin.DECLARED,
        Tier.E,
    )
    assert (detected.relation, detected.origin, detected.tier) == (
        Relation.IDENTICAL,
        Origin.DETECTED,
        Tier.A,
    )
    assert detected.parent.startswith("pkg:huggingface/org/model@")
    # The digests are in the listing: not a byte of the original's weights was asked for.
    assert not hub.storage


def test_a_mirror_that_is_none_is_told_from_one(web: GitWeb, hub: Hub) -> None:
    hub.add("org/model", dict(files(trained_on(BASE, 3, 0.05))))  # type: ignore[arg-type]  # as above
    declared, detected = parents(audited(MIRROR))
    assert (declared.relation, declared.tier) == (Relation.IDENTICAL, Tier.E)
    assert (detected.relation, detected.origin, detected.tier) == (
        Relation.RELATED,
        Origin.DETECTED,
        Tier.B,
    )


def test_a_mirror_of_an_unrelated_model_is_denied(web: GitWeb, hub: Hub) -> None:
    hub.add("org/model", dict(files(grown(2))))  # type: ignore[arg-type]  # as above
    found = audited(MIRROR)
    (edge,) = parents(found)
    assert edge.origin is Origin.CONTRADICTED
    assert "LIN-003" in {finding.rule for finding in found.findings}


def test_a_mirror_whose_original_is_out_of_reach_is_not_verified(
    web: GitWeb, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    found = audited(MIRROR)
    assert {edge.tier for edge in parents(found)} == {Tier.E}
    absent = [fact for fact in found.reading.evidence if isinstance(fact, ParentAbsent)]
    assert [fact.absence for fact in absent] == [Absence.FAILED]
    assert found.exit_code is Exit.INCOMPLETE


def test_models_in_lfs_are_compared_across_hosts_by_range(web: GitWeb) -> None:
    web.add("https://github.com/me/child", files(trained_on(BASE, 3, 0.05)))
    options = CompareOptions(suspect=FAST, reference=FAST)
    found = compare("https://github.com/me/child", MIRROR, options)
    assert found.kinship.related is Related.YES
    assert found.kinship.relation is Relation.FINETUNE
    assert len(web.asked("objects/batch")) == 2
    assert all(request.span for request in web.store.requests)


def test_a_fork_s_parent_and_the_host_s_guess_at_a_licence(web: GitWeb) -> None:
    web.add(
        FORK,
        {"a.py": "x = 1\n"},
        fork=True,
        parent={"full_name": "up/stream"},
        source={"full_name": "first/of-all"},
        license={"spdx_id": "GPL-3.0"},
        archived=True,
    )
    found = audited(FORK)
    (edge,) = parents(found)
    assert (edge.relation, edge.origin, edge.tier) == (
        Relation.CODE_DERIVED,
        Origin.DECLARED,
        Tier.E,
    )
    assert edge.parent == "pkg:github/up/stream"
    # An outside word: nothing is concluded from the one, and no clone is made for the other.
    assert found.graph.subject.kind is Kind.CODE
    assert [record.concluded for record in found.graph.subject.licences] == [None]
    assert {
        "archived": "true",
        "fork_of": "https://github.com/up/stream",
        "fork_source": "https://github.com/first/of-all",
        "host_license": "GPL-3.0",
    }.items() <= facts(found).items()
    assert not web.asked("up/stream")
    assert not [finding for finding in found.findings if finding.rule == "LIN-007"]


@pytest.mark.parametrize("status", [401, 403, 404, 429, 500])
def test_a_host_that_says_nothing_is_no_gap(web: GitWeb, status: int) -> None:
    web.add(FORK, {"LICENSE": "x", "a.py": "x = 1\n"}, fork=True, parent={"full_name": "up/stream"})
    web.fail("/api/github/", *(Fault(status, {"Retry-After": "900"}),) * 5)
    found = audited(FORK)
    said = facts(found)
    assert said["host_api"].startswith("not asked: ")
    assert not {"fork_of", "host_license"} & said.keys()
    assert not found.unread
