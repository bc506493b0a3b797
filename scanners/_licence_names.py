"""Licences by the names that people write: with "the", with "License", with a slash for "or"."""

from __future__ import annotations

import re

from lineage.licences import expression_of_tag

_AROUND = re.compile(
    r"^the\s+|[\s-]+(?:open[- ]source\s+)?licen[sc]e$|[\s-]*(?:许可证|协议)$", re.IGNORECASE
)


def expression_of_name(name: str) -> str | None:
    """Return the SPDX expression that a name stands for; None where that is open or not known."""
    bare = _AROUND.sub("", name.strip())
    return expression_of_tag(name) or expression_of_tag(bare) or _either(bare)


def _either(name: str) -> str | None:
    return expression_of_tag(name.replace("/", " OR ")) if "/" in name else None
