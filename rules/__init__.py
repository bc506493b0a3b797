"""Rules: each reads the lineage graph and yields outcomes. Installed as lineage.rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

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

if TYPE_CHECKING:
    from lineage.plugins import Rule

__all__ = [
    "RULES",
    "att004_notice_not_carried",
    "lic001_no_licence",
    "lic002_text_missing",
    "lic004_tag_against_text",
    "lic006_code_licence_as_model",
    "lic009_ambiguous_tag",
    "lic010_unnamed_licence",
    "lic014_embedded_code",
    "lin006_silent_architecture",
    "lin007_incomplete_lineage",
]

#: Every built-in rule by code. A new one is one file and its lines here.
RULES: dict[str, Rule] = {
    att004_notice_not_carried.CODE: att004_notice_not_carried,
    lic001_no_licence.CODE: lic001_no_licence,
    lic002_text_missing.CODE: lic002_text_missing,
    lic004_tag_against_text.CODE: lic004_tag_against_text,
    lic006_code_licence_as_model.CODE: lic006_code_licence_as_model,
    lic009_ambiguous_tag.CODE: lic009_ambiguous_tag,
    lic010_unnamed_licence.CODE: lic010_unnamed_licence,
    lic014_embedded_code.CODE: lic014_embedded_code,
    lin006_silent_architecture.CODE: lin006_silent_architecture,
    lin007_incomplete_lineage.CODE: lin007_incomplete_lineage,
}
