from __future__ import annotations

import pytest

from lineage.model import Intent, Profile
from lineage.rules import use008_permission as rule
from tests.worlds import said, world


@pytest.mark.parametrize(
    ("words", "intent", "expected"),
    [
        ("a[mit] <- b[cc-by-nd-4.0]", None, ["unmet"]),
        ("a[mit] <- tiiuae/falcon-180B", Intent.SAAS, ["unmet"]),
        ("a[mit] <- THUDM/chatglm3-6b", Intent.SELL, ["cannot-determine"]),
        ("a[mit] <- THUDM/chatglm3-6b", None, ["condition-unknown"]),
        ("a[mit] <- tiiuae/falcon-180B", None, ["condition-unknown"]),
        ("a[mit] <- THUDM/chatglm3-6b", Intent.PERSONAL, ["met"]),
        ("a[mit] <- tiiuae/falcon-180B", Intent.SHARE, ["met"]),
        ("a[mit] <- b[cc-by-4.0]", None, []),
        ("a[mit]", None, []),
    ],
)
def test_worlds(words: str, intent: Intent | None, expected: list[str]) -> None:
    profile = Profile(intent=intent) if intent else None
    assert [one.split()[0] for one in said(rule, world(words, profile=profile))] == expected
