from __future__ import annotations

from dataclasses import replace

import pytest

from lineage.model import Attribution, Exhibit, HeaderStatus, Severity
from lineage.rules import att001_header_removed as rule
from tests.worlds import Fact, copied, copyright_of, header, said, world

UP = "huggingface/transformers"
ACME = "Acme, Inc."
QWEN = "The Qwen team"
REPLACED = copied(HeaderStatus.REPLACED, "a.py", ACME)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ((REPLACED,), [f"unmet {UP} lost unmet"]),
        ((copied(HeaderStatus.STRIPPED),), [f"unmet {UP} lost unmet"]),
        ((copied(HeaderStatus.PARTLY_LOST, "a.py", ACME),), [f"unmet {UP} lost unmet"]),
        ((copied(HeaderStatus.STRIPPED, licence="MIT"),), [f"unmet {UP} lost unmet"]),
        ((copied(HeaderStatus.LICENCE_CHANGED, "a.py", QWEN),), [f"unmet {UP} lost unmet"]),
        # kept
        ((copied(HeaderStatus.KEPT, "a.py", QWEN),), [f"met {UP} kept"]),
        ((copied(HeaderStatus.KEPT_ADDED, "a.py", ACME, QWEN),), [f"met {UP} kept"]),
        ((REPLACED, copied(HeaderStatus.KEPT, "b.py", QWEN)), [f"unmet {UP} lost unmet", f"met {UP} kept"]),
        # nothing to lose, nothing asked for, nothing compared
        ((copied(HeaderStatus.NONE_UPSTREAM),), []),
        ((copied(HeaderStatus.STRIPPED, licence="Unlicense"),), []),
        (header("Apache-2.0", "modeling_a.py", ACME), []),
        ((), []),
        # credited elsewhere, altered, under what is not known
        ((REPLACED, copyright_of(QWEN, "NOTICE")), [f"investigate {UP} credited"]),
        ((REPLACED, copyright_of(QWEN, "src/b.py")), [f"unmet {UP} lost unmet"]),
        ((replace(REPLACED, credits=(Exhibit("a.py", (3, 3)),)),), [f"investigate {UP} credited"]),
        ((REPLACED, Attribution("Adapted from x", "x", Exhibit("a.py", (3, 3)))), [f"unmet {UP} lost unmet"]),
        ((copied(HeaderStatus.LICENCE_CHANGED, "a.py", QWEN), copyright_of(QWEN, "NOTICE")), [f"unmet {UP} lost unmet"]),
        ((copied(HeaderStatus.ALTERED, "a.py", "The Qwen group"),), [f"investigate {UP} altered"]),
        ((copied(HeaderStatus.STRIPPED, licence=None),), [f"investigate {UP} lost investigate"]),
        # the holders are named and their licence is not
        ((copied(HeaderStatus.PARTLY_LOST, "a.py", QWEN),), [f"investigate {UP} lost notice"]),
        # whose code it is, is not settled
        ((replace(REPLACED, sure=False),), [f"investigate {UP} lost unsettled"]),
        ((replace(copied(HeaderStatus.KEPT, "a.py", QWEN), sure=False),), []),
    ],
)  # fmt: skip
def test_worlds(facts: tuple[Fact, ...], expected: list[str]) -> None:
    assert said(rule, world("acme/a[mit]", a=facts)) == expected


def test_the_sentence_names_file_work_and_holder_and_shows_both_heads() -> None:
    (outcome,) = rule.check(world("acme/a[mit]", a=(REPLACED,)))
    assert outcome.message == (
        "acme/a holds 1 file of huggingface/transformers v4.45 (a.py:1-14) with the header of"
        ' another holder; upstream\'s names "The Qwen team".'
    )
    paths = [exhibit.path for exhibit in outcome.exhibits]
    assert paths == ["a.py", "src/transformers/models/qwen2/modeling_qwen2.py"]
    assert outcome.clause == "Apache License, Version 2.0 clause 4(c)"
    assert rule.SEVERITY is Severity.HIGH


def test_siblings_that_keep_the_holder_are_named() -> None:
    facts = (REPLACED, copyright_of("Qwen Team", "b.py"), copyright_of(QWEN, "c.txt"))
    (outcome,) = rule.check(world("acme/a[mit]", a=facts))
    assert outcome.message.endswith(
        'upstream\'s names "The Qwen team". 1 other file of the repository keeps that holder (b.py:1).'
    )
    assert outcome.exhibits[-1].path == "b.py"


def test_many_files_are_one_finding() -> None:
    facts = [copied(HeaderStatus.STRIPPED, f"{n:02}.py") for n in range(40)]
    (outcome,) = rule.check(world("acme/a[mit]", a=facts))
    assert "holds 40 files of huggingface/transformers v4.45" in outcome.message
    assert len(outcome.exhibits) == 6
