"""Words can be read on what is behind them: a contrast of 4.5 to 1 (WCAG 2.2, 1.4.3)."""

from __future__ import annotations

import re

import pytest

from tests.dashboard.exports import DASHBOARD

STYLE = (DASHBOARD / "style.css").read_text("utf-8")
LIGHT, DARK = (
    dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", block))
    for block in re.findall(r":root \{(.*?)\}", STYLE, re.DOTALL)
)
BADGES = ["critical", "high", "medium", "low", "info", "doubt", "incomplete", "clear"]
PAIRS = [(ink, paper) for ink in ("ink", "soft", "accent") for paper in ("paper", "sheet")]
PAIRS += [("on-badge", badge) for badge in BADGES]


def light(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "paper"), PAIRS)
def test_words_stand_out(scheme: dict[str, str], ink: str, paper: str) -> None:
    lights = sorted((light(scheme[ink]), light(scheme[paper])))
    assert (lights[1] + 0.05) / (lights[0] + 0.05) >= 4.5
