from __future__ import annotations

import pytest

from lineage.model import Severity
from lineage.rules import lic008_relaxed_over_history as rule
from tests.worlds import Fact, changed, said, text, world

LLAMA = "LicenseRef-scancode-llama-3.1-license-2024"
NC = changed("CC-BY-NC-4.0", "MIT")
RELAXED = "LICENSE CC-BY-NC-4.0 MIT"


@pytest.mark.parametrize(
    ("words", "facts", "expected"),
    [
        ("a[mit]", (NC,), [f"investigate {RELAXED}"]),
        ("a[mit] <- b[mit]", (NC,), [f"investigate {RELAXED}"]),
        ("a[mit] <- b", (NC,), [f"investigate {RELAXED}"]),
        ("a[mit]", (changed("GPL-3.0-only", "Apache-2.0"),), ["investigate LICENSE GPL-3.0-only Apache-2.0"]),
        ("a[mit]", (changed(LLAMA, "MIT"),), [f"investigate LICENSE {LLAMA} MIT"]),
        # what was dropped is the parent's
        ("a[mit] <- b[cc-by-nc-4.0]", (NC,), [f"unmet {RELAXED}"]),
        ("a[mit] <-trained-on- b[cc-by-nc-4.0]", (NC,), [f"investigate {RELAXED}"]),
        # stricter, equal, otherwise strict, not known
        ("a[mit]", (changed("MIT", "CC-BY-NC-4.0"),), []),
        ("a[mit]", (changed("MIT", "Apache-2.0"),), []),
        ("a[mit]", (changed("CC-BY-NC-4.0", "GPL-3.0-only"),), []),
        ("a[mit]", (changed("LicenseRef-mine", "MIT"),), []),
        ("a[mit]", (changed("CC-BY-NC-4.0", "LicenseRef-mine"),), []),
        ("a[mit]", (changed("MIT OR CC-BY-NC-4.0", "MIT"),), []),
        # one commit tells nothing
        ("a[mit] <- b[cc-by-nc-4.0]", (text("MIT"),), []),
    ],
)  # fmt: skip
def test_worlds(words: str, facts: tuple[Fact, ...], expected: list[str]) -> None:
    assert said(rule, world(words, a=facts)) == expected


def test_one_change_is_told_once() -> None:
    assert len(said(rule, world("a[mit]", a=(NC, NC)))) == 1


def test_the_sentence_names_both_commits_and_what_was_dropped() -> None:
    (outcome,) = rule.check(world("a[mit] <- b[cc-by-nc-4.0]", a=(NC,)))
    assert outcome.message == (
        "LICENSE:1-20 of a-lab/a was CC-BY-NC-4.0 in aaaaaaaaaaaa and is MIT since bbbbbbbbbbbb; the"
        " earlier licence leaves out commercial use, as does that of b-lab/b."
    )
    assert outcome.severity is None
    (outcome,) = rule.check(world("a[mit]", a=(NC,)))
    assert outcome.severity is Severity.MEDIUM
