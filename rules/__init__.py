"""Rules: each reads the lineage graph and yields outcomes. Installed as lineage.rules."""

from __future__ import annotations

from lineage.plugins import Rule

from . import (
    att004_notice_not_carried,
    lic001_no_licence,
    lic002_text_missing,
    lic004_tag_against_text,
    lic006_code_licence_as_model,
    lic009_ambiguous_tag,
    lic010_unnamed_licence,
    lic014_embedded_code,
    lin006_silent_architecture,
    lin007_incomplete_lineage,
)

__all__ = ["RULES"]

#: Every built-in rule by code. A new one is one file and one line here.
RULES: dict[str, Rule] = {
    "ATT-004": att004_notice_not_carried,
    "LIC-001": lic001_no_licence,
    "LIC-002": lic002_text_missing,
    "LIC-004": lic004_tag_against_text,
    "LIC-006": lic006_code_licence_as_model,
    "LIC-009": lic009_ambiguous_tag,
    "LIC-010": lic010_unnamed_licence,
    "LIC-014": lic014_embedded_code,
    "LIN-006": lin006_silent_architecture,
    "LIN-007": lin007_incomplete_lineage,
}
