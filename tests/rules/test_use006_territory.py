from __future__ import annotations

import pytest

from lineage.model import Profile
from lineage.rules import use006_territory as rule
from tests.worlds import Fact, config, said, world

PANGU = "a[mit] <- ascend-tribe/openpangu-embedded-7b"
LLAMA = "a[llama3.2] <- b[llama3.2]"
TEXT, SEES = config("LlamaForCausalLM"), config("MllamaForConditionalGeneration")


@pytest.mark.parametrize(
    ("words", "facts", "profile", "expected"),
    [
        (PANGU, (), Profile(territory=("US", "DE")), "unmet"),
        (PANGU, (), Profile(territory=("EU",)), "unmet"),
        (LLAMA, (SEES,), Profile(domicile="FR"), "unmet"),
        (PANGU, (), Profile(territory=("US", "GB")), "met"),
        (LLAMA, (SEES,), Profile(domicile="US"), "met"),
        (LLAMA, (TEXT,), Profile(domicile="FR"), "met"),  # for multimodal models only
        (PANGU, (), Profile(domicile="US"), "condition-unknown"),
        (LLAMA, (SEES,), Profile(territory=("US",)), "condition-unknown"),
        (LLAMA, (), None, "condition-unknown"),
        (PANGU, (), None, "condition-unknown"),
    ],
)
def test_worlds(
    words: str, facts: tuple[Fact, ...], profile: Profile | None, expected: str
) -> None:
    found = said(rule, world(words, a=facts, profile=profile))
    assert [one.split()[0] for one in found] == [expected]


@pytest.mark.parametrize("words", ["a[mit]", "a[mit] <- meta-llama/Llama-3.1-8B", "a[mit] <- b"])
def test_no_territory(words: str) -> None:
    assert said(rule, world(words)) == []
