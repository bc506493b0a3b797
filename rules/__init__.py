"""Rules: each reads the lineage graph and yields outcomes. Installed as lineage.rules."""

from __future__ import annotations

from lineage.plugins import Rule

__all__ = ["RULES"]

#: Every built-in rule by code. A new one is one file and one line here.
RULES: dict[str, Rule] = {}
