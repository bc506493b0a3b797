"""The texts that scancode takes for their better-known kin (its answers: scores of 93 to 99).

Their licences do not allow copies to be kept here. What is kept are hashes of the words of texts that
were read; these tests hold the index to them: the words are known, as this licence and as no other.
"""

from __future__ import annotations

import json
from importlib.resources import files

import pytest

from lineage.licences.index import RunKind, shipped
from lineage.licences.knowledge import load

DATA = files("lineage.licences") / "data"
RECORDED = json.loads((DATA / "texts.json").read_text(encoding="utf-8"))
#: Each with what scancode 32.5 says of it.
HARD = {
    "llama-3": "LicenseRef-scancode-llama-3.1-license-2024",
    "hunyuan-large": "LicenseRef-scancode-tencent-hunyuan-3d-2.0-cla",
    "hunyuan-image-3.0": "LicenseRef-scancode-tencent-hunyuan-3d-2.0-cla",
    "tongyi-qianwen-research-2023": "LicenseRef-scancode-tongyi-qianwen-2023",
    "minimax-m2": "LicenseRef-scancode-moonshot-ai-modified-mit-2025",
    "kimi-k2.5": "LicenseRef-scancode-moonshot-ai-modified-mit-2025",
    "dbrx-2024-03-27": "LicenseRef-scancode-unknown-license-reference",
    "minimax-01": "LicenseRef-scancode-unknown-license-reference",
    "chatglm3-6b": "LicenseRef-scancode-unknown-license-reference",
}


def known_as(words: int, digest: int) -> list[tuple[str, RunKind]]:
    index = shipped()
    rows = index._rows[(index._rows["words"] == words) & (index._rows["digest"] == digest)]
    return [(index._expressions[int(row["expression"])], RunKind(int(row["kind"]))) for row in rows]


@pytest.mark.parametrize("licence", HARD)
def test_a_hard_text_is_known_as_itself_and_as_nothing_else(licence: str) -> None:
    texts = [text for text in RECORDED.values() if text["licence"] == licence]
    runs = [run for text in texts for run in text["runs"]]
    assert runs
    own = load()[licence].spdx
    assert own != HARD[licence]
    for _, _, digest, words in runs:
        assert known_as(words, digest) == [(own, RunKind.TEXT)]


@pytest.mark.parametrize(
    "licence", [licence for licence, said in HARD.items() if "unknown" not in said]
)
def test_its_duties_are_its_own(licence: str) -> None:
    kin = load().by_expression(HARD[licence])
    own = load()[licence]
    assert kin is not None
    differing = (own.obligations, own.thresholds, own.territories, own.no_train, own.use_limits)
    assert differing != (
        kin.obligations,
        kin.thresholds,
        kin.territories,
        kin.no_train,
        kin.use_limits,
    )
