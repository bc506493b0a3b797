from __future__ import annotations

import pytest

from lineage.rules import use002_restrictions_dropped as rule
from tests.worlds import Fact, said, text, world


@pytest.mark.parametrize(
    ("words", "facts", "expected"),
    [
        ("a[mit] <- deepseek-ai/DeepSeek-V3", (), ["unmet"]),
        ("a[mit] <-distilled- deepseek-ai/DeepSeek-V3", (), ["unmet"]),  # a derivative there
        ("a[apache-2.0] <- b[creativeml-openrail-m]", (), ["unmet"]),
        ("a[mit] <- google/gemma-2-2b", (), ["unmet", "unmet"]),
        ("a[cc-by-nc-4.0] <-adapter- deepseek-ai/DeepSeek-V3", (), ["investigate"]),
        # passed on
        ("a[gemma] <- google/gemma-2-2b", (), ["met", "met"]),
        ("a[creativeml-openrail-m] <- b[creativeml-openrail-m]", (), ["met"]),
        # no restrictions to pass on
        ("a[mit] <- deepseek-ai/DeepSeek-R1", (), []),
        ("a[mit] <- meta-llama/Llama-3.1-8B", (), []),
        ("a[mit]", (), []),
        # not enough evidence
        ("a[] <- deepseek-ai/DeepSeek-V3", (), ["cannot-determine"]),
        ("a[llama3.1] <- deepseek-ai/DeepSeek-V3", (), ["investigate"]),
        (
            "a[mit] <- deepseek-ai/DeepSeek-V3",
            (text("MIT"), text("LicenseRef-scancode-deepseek-la-1.0", "licenses/DEEPSEEK.txt")),
            ["investigate"],
        ),
    ],
)
def test_worlds(words: str, facts: tuple[Fact, ...], expected: list[str]) -> None:
    assert [one.split()[0] for one in said(rule, world(words, a=facts))] == expected


def test_the_sentence_says_under_what_the_release_is_offered() -> None:
    (outcome,) = rule.check(world("a[mit] <- deepseek-ai/DeepSeek-V3"))
    assert outcome.severity == "high"
    assert outcome.clause == "DeepSeek License Agreement Version 1.0 clause 4.a"
    assert outcome.message.endswith(
        'The release is offered under "MIT License", which passes no use restriction on.'
    )
