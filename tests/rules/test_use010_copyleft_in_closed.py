from __future__ import annotations

import pytest

from lineage.model import Host, Intent, Profile
from lineage.rules import use010_copyleft_in_closed as rule
from tests.worlds import Fact, header, said, text, world


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ((text("MIT"), *header("GPL-3.0-only", "src/x.py", "Jane")), ["investigate GPL-3.0-only"]),
        ((text("GPL-2.0-only"), *header("Apache-2.0", "x.py", "Jane")), ["investigate Apache-2.0"]),
        ((text("GPL-3.0-only"), *header("MIT", "x.py", "Jane")), []),
        ((text("MIT"), *header("Apache-2.0", "x.py", "Jane")), []),
        ((text("MIT"), *header("MIT OR GPL-3.0-only", "x.py", "Jane")), []),
        ((text("MIT"), *header("MPL-2.0", "x.py", "Jane")), []),  # stays in its file
        (
            (
                text("MIT"),
                text("GPL-3.0-only", "third_party/x/LICENSE"),
                *header("GPL-3.0-only", "third_party/x/x.py", "Jane"),
            ),
            [],
        ),
        # not enough evidence
        ((text("MIT"), *header("LicenseRef-scancode-proprietary-license", "x.py", "J")), []),
        (tuple(header("GPL-3.0-only", "x.py", "Jane")), []),
    ],
)
def test_files(facts: tuple[Fact, ...], expected: list[str]) -> None:
    found = said(rule, world("a", at=Host.GITHUB, a=facts))
    assert [one.replace(" files", "") for one in found] == expected


@pytest.mark.parametrize(
    ("words", "intent", "expected"),
    [
        ("a[mit] <- b[gpl-3.0]", Intent.SELL, ["unmet", "cannot-determine"]),  # and its source
        ("a[gpl-3.0] <- b[gpl-3.0]", Intent.SELL, ["met", "cannot-determine"]),
        ("a[gpl-3.0] <- b[gpl-3.0]", Intent.SAAS, []),  # no copies are given
        ("a[mit] <- b[gpl-3.0]", Intent.SHARE, []),
        ("a[mit] <- b[gpl-3.0]", None, []),
        ("a[mit] <- b[cc-by-sa-4.0]", Intent.SELL, []),  # USE-003
        ("a[] <- b[agpl-3.0]", Intent.SAAS, ["cannot-determine"]),
    ],
)
def test_parents(words: str, intent: Intent | None, expected: list[str]) -> None:
    profile = Profile(intent=intent) if intent else None
    assert [one.split()[0] for one in said(rule, world(words, profile=profile))] == expected


def test_the_matrix_explains_the_doubt() -> None:
    facts = [text("MIT"), *header("GPL-3.0-only", "src/x.py", "Jane")]
    (outcome,) = rule.check(world("a", at=Host.GITHUB, a=facts))
    assert outcome.message.startswith(
        "The code of a-lab/a is offered under MIT, and the headers of 1 file name GPL-3.0-only"
        " (src/x.py:1-20). Software under a copyleft license"
    )
