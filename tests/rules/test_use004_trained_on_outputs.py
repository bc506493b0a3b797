from __future__ import annotations

import pytest

from lineage.rules import use004_trained_on_outputs as rule
from tests.worlds import Fact, config, said, world

LLM = config("SunnyForCausalLM")


@pytest.mark.parametrize(
    ("words", "facts", "expected"),
    [
        ("a[mit] <-distilled- meta-llama/Meta-Llama-3-8B", (LLM,), ["unmet"]),
        ("a[mit] <-distilled- b[databricks-open-model-license]", (LLM,), ["unmet"]),
        ("a[mit] <- b[mit] <-distilled- meta-llama/Meta-Llama-3-8B", (LLM,), ["unmet"]),
        # of the family
        ("a[llama3] <-distilled- meta-llama/Meta-Llama-3-70B", (LLM,), ["met"]),
        # no ban, or no distillation
        ("a[mit] <-distilled- meta-llama/Llama-3.1-8B", (LLM,), []),
        ("a[mit] <- meta-llama/Meta-Llama-3-8B", (LLM,), []),
        ("a[mit]", (LLM,), []),
        # not enough evidence
        ("a[mit] <-distilled- meta-llama/Meta-Llama-3-8B", (), ["investigate"]),
        ("a[mit] <-distilled- b[flux-1-dev-non-commercial-license]", (), ["investigate"]),
    ],
)
def test_worlds(words: str, facts: tuple[Fact, ...], expected: list[str]) -> None:
    assert [one.split()[0] for one in said(rule, world(words, a=facts))] == expected
