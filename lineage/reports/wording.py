"""The words of reports for people, by language: ``words/en.yaml``, ``words/zh.yaml``."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Every language, the default first.
LANGUAGES = ("en", "zh")


@cache
def words_of(language: str) -> Mapping[str, str]:
    """Return the words of a language by key; every language has the same keys."""
    text = files("lineage.reports").joinpath("words", f"{language}.yaml").read_text("utf-8")
    loaded = yaml.load(text, Loader=yaml.CSafeLoader)
    return MappingProxyType({str(key): str(value) for key, value in loaded.items()})
