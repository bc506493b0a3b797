from __future__ import annotations

import pytest

from lineage.rules import att005_notice_text_absent as rule
from tests.worlds import Fact, document, notice, said, text, unread, unsettled, world

WORDS = "Llama 3.1 is licensed under the Llama 3.1 Community License, Copyright (c) Meta Platforms, Inc. All Rights Reserved."
LLAMA_TEXT = text("LicenseRef-scancode-llama-3.1-license-2024")


@pytest.mark.parametrize(
    ("words", "facts", "expected"),
    [
        ("a[mit] <- meta-llama/Llama-3.1-8B", (), ["unmet notice-file", "unmet licence-copy"]),
        (
            "a[mit] <- meta-llama/Llama-3.1-8B",
            (notice("Mine alone."),),
            ["unmet notice-file", "unmet licence-copy"],
        ),
        # of Llama 3, not 3.1
        (
            "a[mit] <- meta-llama/Llama-3.1-8B",
            (text("LicenseRef-lineage-llama-3"), notice(WORDS)),
            ["met notice-file", "unmet licence-copy"],
        ),
        (
            "a[mit] <-adapter- meta-llama/Llama-3.1-8B",
            (),
            ["investigate notice-file", "investigate licence-copy"],
        ),
        ("a[] <- b[apache-2.0]", (), ["unmet licence-copy"]),
        # done
        (
            "a[mit] <- meta-llama/Llama-3.1-8B",
            (notice(WORDS.replace("(c)", "©").upper()), LLAMA_TEXT),
            ["met notice-file", "met licence-copy"],
        ),
        ("a[mit] <- b[mit]", (text("MIT"),), ["met licence-copy"]),
        ("a[cc-by-4.0] <- b[cc-by-4.0]", (), ["met licence-link"]),
        # nothing is asked
        ("a[mit]", (), []),
        ("a[mit] <- b[cc0-1.0]", (), []),
        ("a[mit] <- b", (), []),
        (
            "a[mit] <-distilled- meta-llama/Llama-3.1-8B",
            (),
            ["investigate notice-file", "investigate licence-copy"],
        ),
        # not enough evidence
        (
            "a[mit] <- meta-llama/Llama-3.1-8B",
            (document(WORDS), unsettled()),
            ["cannot-determine notice-file", "cannot-determine licence-copy"],
        ),
        (
            "a[mit] <- meta-llama/Llama-3.1-8B",
            (document(WORDS), LLAMA_TEXT),
            ["investigate notice-file", "met licence-copy"],
        ),
        (
            "a[mit] <- meta-llama/Llama-3.1-8B",
            (unread("NOTICE"), LLAMA_TEXT),
            ["cannot-determine notice-file", "met licence-copy"],
        ),
    ],
)
def test_worlds(words: str, facts: tuple[Fact, ...], expected: list[str]) -> None:
    found = said(rule, world(words, a=facts))
    assert [" ".join(one.split()[::2]) for one in found] == expected


def test_a_licence_that_somebody_else_says_binds_the_parent_is_of_medium_severity() -> None:
    high, *_ = rule.check(world("a[mit] <- meta-llama/Llama-3.1-8B"))
    capped, *_ = rule.check(world("a[mit] <- google/gemma-2-2b"))
    assert (high.severity, capped.severity) == ("high", "medium")
    assert capped.message.endswith("That google/gemma-2-2b is under it is taken from others' word.")


def test_the_child_s_own_tag_confirms_the_parent_s_licence() -> None:
    notice_file, *_ = rule.check(world("a[gemma] <- google/gemma-2-2b"))
    assert (notice_file.state, notice_file.severity) == ("unmet", "high")


def test_a_missing_copy_of_a_permissive_licence_is_low() -> None:
    (outcome,) = rule.check(world("a[] <- b[mit]"))
    assert (outcome.state, outcome.severity) == ("unmet", "low")
    assert outcome.clause == "MIT License second paragraph"
