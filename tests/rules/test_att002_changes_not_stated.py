from __future__ import annotations

from dataclasses import replace

import pytest

from lineage.model import HeaderStatus, Severity
from lineage.rules import att002_changes_not_stated as rule
from tests.worlds import Fact, copied, header, said, world

UP = "huggingface/transformers"
KEPT = HeaderStatus.KEPT


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ((copied(KEPT),), [f"unmet {UP} silent"]),
        ((copied(HeaderStatus.KEPT_ADDED, licence="GPL-3.0-only"),), [f"unmet {UP} silent"]),
        ((copied(HeaderStatus.STRIPPED),), [f"unmet {UP} silent"]),
        # it says so
        ((copied(KEPT, stated=True),), [f"met {UP} stated"]),
        ((copied(KEPT, "a.py"), copied(KEPT, "b.py", stated=True)), [f"unmet {UP} silent", f"met {UP} stated"]),
        # unchanged, under a licence that asks nothing of the kind, nothing compared
        ((copied(KEPT, modified=False),), []),
        ((copied(KEPT, licence="MIT"),), []),
        ((copied(KEPT, licence="Apache-2.0 OR MIT"),), []),
        ((copied(KEPT, licence="Apache-2.0 AND MIT"),), [f"unmet {UP} silent"]),
        ((copied(KEPT, licence=None),), []),
        (header("Apache-2.0", "a.py", "The Qwen team"), []),
        # whose code it is, is not settled
        ((replace(copied(KEPT), sure=False),), [f"investigate {UP} silent unsettled"]),
        ((replace(copied(KEPT, stated=True), sure=False),), []),
        # whether it was changed is not known
        ((copied(KEPT, modified=None),), [f"cannot-determine {UP} open"]),
        ((copied(KEPT, modified=None, stated=True),), []),
    ],
)  # fmt: skip
def test_worlds(facts: tuple[Fact, ...], expected: list[str]) -> None:
    assert said(rule, world("acme/a[mit]", a=facts)) == expected


def test_the_sentence_names_the_files_and_the_clause() -> None:
    (outcome,) = rule.check(world("acme/a[mit]", a=(copied(KEPT),)))
    assert outcome.message == (
        "acme/a holds 1 file of huggingface/transformers v4.45 (modeling_a.py:1-14), changed, and"
        " it does not say so."
    )
    assert outcome.clause == "Apache License, Version 2.0 clause 4(b)"
    (outcome,) = rule.check(world("acme/a[mit]", a=(copied(KEPT, modified=None),)))
    assert outcome.severity is Severity.LOW
