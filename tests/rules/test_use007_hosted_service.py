from __future__ import annotations

import pytest

from lineage.model import Intent, Profile
from lineage.rules import use007_hosted_service as rule
from tests.worlds import Fact, document, said, text, world

SAAS = Profile(intent=Intent.SAAS)
LLAMA = "acme/Llama-Sunny[llama3.1] <- meta-llama/Llama-3.1-8B"
COPY = text("LicenseRef-scancode-llama-3.1-license-2024")


@pytest.mark.parametrize(
    ("words", "facts", "profile", "expected"),
    [
        (LLAMA, (), SAAS, ["unmet"]),
        (LLAMA, (COPY,), SAAS, ["unmet"]),
        (LLAMA, (COPY, document("Built with Llama")), SAAS, ["met"]),
        (LLAMA, (), Profile(intent=Intent.SHARE), []),
        (LLAMA, (), None, []),
        ("acme/Llama-Sunny[mit] <- b[mit]", (), SAAS, []),  # nothing without copies
        ("acme/Llama-Sunny[mit] <- moonshotai/Kimi-K2-Base", (), SAAS, ["condition-unknown"]),
    ],
)
def test_worlds(
    words: str, facts: tuple[Fact, ...], profile: Profile | None, expected: list[str]
) -> None:
    found = said(rule, world(words, Llama_Sunny=facts, profile=profile))
    assert [one.split()[0] for one in found] == expected


def test_the_sentence_names_what_is_open() -> None:
    (outcome,) = rule.check(world(LLAMA, profile=SAAS))
    assert outcome.message == (
        "acme/Llama-Sunny is declared to be a fine-tune of meta-llama/Llama-3.1-8B and is to be"
        " hosted; Llama 3.1 Community License Agreement has duties for that, of which are open:"
        ' "display (1.b.i(B))" and "licence-copy (1.b.i(A))".'
    )
