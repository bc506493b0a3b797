from __future__ import annotations

import pytest

from lineage.model import HeaderStatus
from lineage.rules import att003_own_line_on_unmodified_file as rule
from tests.worlds import Fact, copied, header, said, world

UP = "huggingface/transformers"
ADDED = HeaderStatus.KEPT_ADDED
QWEN = "The Qwen team"
FOUND = [f"investigate {UP}"]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ((copied(ADDED, "a.py", "Acme, Inc.", QWEN, modified=False),), FOUND),
        ((copied(HeaderStatus.REPLACED, "a.py", "Acme", modified=False),), FOUND),
        # the code was changed, or nobody knows
        ((copied(ADDED, "a.py", "Acme, Inc.", QWEN, modified=True),), []),
        ((copied(ADDED, "a.py", "Acme, Inc.", QWEN, modified=None),), []),
        # it says that it was
        ((copied(ADDED, "a.py", "Acme, Inc.", QWEN, modified=False, stated=True),), []),
        # nobody was added
        ((copied(HeaderStatus.KEPT, "a.py", QWEN, modified=False),), []),
        ((copied(ADDED, "a.py", "Qwen Team", modified=False),), []),
        ((copied(ADDED, "a.py", "The Authors", QWEN, modified=False),), []),
        ((copied(HeaderStatus.STRIPPED, "a.py", modified=False),), []),
        # nothing was compared
        (header("Apache-2.0", "a.py", "Acme", QWEN), []),
    ],
)
def test_worlds(facts: tuple[Fact, ...], expected: list[str]) -> None:
    assert said(rule, world("acme/a[mit]", a=facts)) == expected


def test_the_sentence_names_who_was_added() -> None:
    facts = (copied(ADDED, "a.py", "Acme, Inc.", QWEN, modified=False),)
    (outcome,) = rule.check(world("acme/a[mit]", a=facts))
    assert outcome.message == (
        "acme/a holds 1 file of huggingface/transformers v4.45 (a.py:1-14) unchanged, under the"
        ' copyright line of "Acme, Inc.", whom upstream\'s does not name.'
    )
