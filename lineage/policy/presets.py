"""Policies that many organisations start from. A policy's own lists come before its preset's."""

from __future__ import annotations

from collections.abc import Mapping

from lineage.policy.terms import Ruling

#: The lists of each preset, in the words of ``lineage.policy.selectors``.
PRESETS: Mapping[str, Mapping[Ruling, tuple[str, ...]]] = {
    # Nothing but a notice to keep.
    "permissive-only": {Ruling.ALLOWED: ("permissive", "public-domain")},
    # Nothing that decides about the terms of one's own work.
    "no-copyleft": {
        Ruling.DENIED: ("copyleft", "share-alike"),
        Ruling.REVIEW: ("weak-copyleft",),
    },
    # Nothing that says what the work may not be used for: no user has to be held to a list.
    "no-field-of-use": {
        Ruling.DENIED: ("field-of-use", "rail", "non-commercial", "research"),
    },
    # Everything that may be studied, changed and published about; no product comes of it.
    "research-ok": {
        Ruling.ALLOWED: (
            "permissive",
            "public-domain",
            "weak-copyleft",
            "copyleft",
            "share-alike",
            "community",
            "rail",
            "non-commercial",
            "research",
        ),
        Ruling.REVIEW: ("no-derivatives",),
        Ruling.DENIED: ("proprietary",),
    },
}
