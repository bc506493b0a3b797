"""What the installed rules say of themselves, for every report that explains them."""

from __future__ import annotations

import inspect
import re
from typing import TYPE_CHECKING

from lineage import plugins
from lineage.escape import markdown_text
from lineage.hook.rules import RULES as HOOK_RULES
from lineage.policy.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lineage.plugins import Described


def every() -> tuple[Described, ...]:
    """Return every installed rule, those of policies and those of the hook, sorted by code."""
    return tuple(sorted((*plugins.rules(), *RULES, *HOOK_RULES), key=lambda rule: rule.CODE))


def text(rule: Described) -> str:
    """Return what a rule's module says of itself."""
    return inspect.cleandoc(rule.__doc__ or "")


def as_markdown(rule: Described) -> str:
    """Return a rule's page as Markdown: its first paragraph, then a heading for each head."""
    page = "\n\n".join(_blocks(text(rule)))
    # A rule's own words may link, as whoever installed it trusts it.
    return page.replace("https:/<!-- -->/", "https://")


def _blocks(page: str) -> Iterator[str]:
    for paragraph in re.split(r"\n\s*\n", page):
        head, _, body = paragraph.partition("\n")
        if not body.startswith(" "):
            yield markdown_text(" ".join(paragraph.split()))
            continue
        if head == head.lstrip():
            yield f"## {markdown_text(head)}"
        else:
            body = paragraph
        yield markdown_text(" ".join(body.split()))
