"""Each rule of the hook has a page that says the same kinds of thing as those of an audit."""

from __future__ import annotations

import inspect
import re

import pytest

from lineage.hook.rules import RULES, HookRule
from tests.rules.test_pages import ACCUSING, HEADS


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.CODE)
def test_pages(rule: HookRule) -> None:
    page = inspect.cleandoc(rule.__doc__ or "")
    assert re.findall(r"^(\w[\w -]+)$", page, re.MULTILINE) == HEADS
    assert not ACCUSING.search(page)
    assert rule.REMEDY.endswith(".")
    assert rule.TITLE[0].isupper()
