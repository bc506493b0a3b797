from __future__ import annotations

import pytest

from lineage.rules import att007_trademark_notice_absent as rule
from tests.worlds import Fact, document, said, unread, world

PANGU = "a[mit] <- ascend-tribe/openpangu-embedded-7b"
POWERED = "Powered by openPangu"
MARK = "openPangu is a trademark of Huawei Technologies Co., Ltd."


@pytest.mark.parametrize(
    ("words", "facts", "expected"),
    [
        (PANGU, (document(POWERED),), ["unmet"]),
        (PANGU, (document(f"{POWERED}. {MARK}"),), ["met"]),
        (PANGU, (document(MARK.replace(" ", "\n"), "ABOUT.md"),), ["met"]),
        ("a[mit] <-distilled- ascend-tribe/openpangu-embedded-7b", (), []),
        ("a[mit] <- meta-llama/Llama-3.1-8B", (), []),
        ("a[mit]", (), []),
        (PANGU, (unread("README.md"),), ["cannot-determine"]),
    ],
)
def test_worlds(words: str, facts: tuple[Fact, ...], expected: list[str]) -> None:
    assert [one.split()[0] for one in said(rule, world(words, a=facts))] == expected
