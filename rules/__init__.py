"""Rules: each reads the lineage graph and yields outcomes. Installed as lineage.rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import (
    att004_notice_not_carried,
    att005_notice_text_absent,
    att006_display_absent,
    att007_trademark_notice_absent,
    att008_name_prefix,
    lic001_no_licence,
    lic002_text_missing,
    lic004_tag_against_text,
    lic006_code_licence_as_model,
    lic009_ambiguous_tag,
    lic010_unnamed_licence,
    lic012_unknown_parent_terms,
    lic014_embedded_code,
    lin006_silent_architecture,
    lin007_incomplete_lineage,
    use001_non_commercial,
    use002_restrictions_dropped,
    use003_share_alike_dropped,
    use004_trained_on_outputs,
    use005_threshold,
    use006_territory,
    use007_hosted_service,
    use008_permission,
    use009_incompatible_parents,
    use010_copyleft_in_closed,
)

if TYPE_CHECKING:
    from lineage.plugins import Rule

__all__ = [
    "RULES",
    "att004_notice_not_carried",
    "att005_notice_text_absent",
    "att006_display_absent",
    "att007_trademark_notice_absent",
    "att008_name_prefix",
    "lic001_no_licence",
    "lic002_text_missing",
    "lic004_tag_against_text",
    "lic006_code_licence_as_model",
    "lic009_ambiguous_tag",
    "lic010_unnamed_licence",
    "lic012_unknown_parent_terms",
    "lic014_embedded_code",
    "lin006_silent_architecture",
    "lin007_incomplete_lineage",
    "use001_non_commercial",
    "use002_restrictions_dropped",
    "use003_share_alike_dropped",
    "use004_trained_on_outputs",
    "use005_threshold",
    "use006_territory",
    "use007_hosted_service",
    "use008_permission",
    "use009_incompatible_parents",
    "use010_copyleft_in_closed",
]

#: Every built-in rule by code. A new one is one file and its lines here.
RULES: dict[str, Rule] = {
    att004_notice_not_carried.CODE: att004_notice_not_carried,
    att005_notice_text_absent.CODE: att005_notice_text_absent,
    att006_display_absent.CODE: att006_display_absent,
    att007_trademark_notice_absent.CODE: att007_trademark_notice_absent,
    att008_name_prefix.CODE: att008_name_prefix,
    lic001_no_licence.CODE: lic001_no_licence,
    lic002_text_missing.CODE: lic002_text_missing,
    lic004_tag_against_text.CODE: lic004_tag_against_text,
    lic006_code_licence_as_model.CODE: lic006_code_licence_as_model,
    lic009_ambiguous_tag.CODE: lic009_ambiguous_tag,
    lic010_unnamed_licence.CODE: lic010_unnamed_licence,
    lic012_unknown_parent_terms.CODE: lic012_unknown_parent_terms,
    lic014_embedded_code.CODE: lic014_embedded_code,
    lin006_silent_architecture.CODE: lin006_silent_architecture,
    lin007_incomplete_lineage.CODE: lin007_incomplete_lineage,
    use001_non_commercial.CODE: use001_non_commercial,
    use002_restrictions_dropped.CODE: use002_restrictions_dropped,
    use003_share_alike_dropped.CODE: use003_share_alike_dropped,
    use004_trained_on_outputs.CODE: use004_trained_on_outputs,
    use005_threshold.CODE: use005_threshold,
    use006_territory.CODE: use006_territory,
    use007_hosted_service.CODE: use007_hosted_service,
    use008_permission.CODE: use008_permission,
    use009_incompatible_parents.CODE: use009_incompatible_parents,
    use010_copyleft_in_closed.CODE: use010_copyleft_in_closed,
}
