"""Copied code as ``audit.schema.json`` describes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lineage.code import FileMatch
    from lineage.codec import Plain
    from lineage.copies import Copy, Traced
    from lineage.model import HeaderChange

#: Line ranges, functions and other upstreams of one file that are written out.
_RANGES, _FUNCTIONS, _OTHERS = 50, 50, 10


def described_code(traced: Traced | None) -> Plain:
    """Return what became of the look at code; None where it was left out."""
    if traced is None:
        return None
    return {
        "files": traced.files,
        "works": traced.works,
        "references": traced.references,
        "whole": traced.whole,
        "passed_over": [{"reason": why, "files": count} for why, count in traced.passed],
        "matches": [_copy(copy) for copy in traced.copies],
    }


def _copy(copy: Copy) -> Plain:
    described = described_match(copy.match)
    return {**described, "tells": copy.tells, "header": _header(copy.change)}


def described_match(match: FileMatch) -> dict[str, Plain]:
    """Return a file that holds code of another."""
    return {
        "path": match.suspect.path,
        "upstream": {
            "name": match.upstream.work.name,
            "purl": match.upstream.work.purl,
            "path": match.upstream.path,
            "release": match.upstream.release.version,
            "last_release": match.upstream.last.version,
            "blob": match.upstream.blob or None,
        },
        "relation": match.relation.value,
        "basis": match.basis.value,
        "of_file": round(match.of_suspect, 4),
        "of_upstream": round(match.of_upstream, 4),
        "lines": [
            {"file": list(pair.suspect), "upstream": list(pair.upstream)}
            for pair in match.lines[:_RANGES]
        ],
        "functions": _functions(match),
        "alternatives": [
            {
                "name": other.upstream.work.name,
                "path": other.upstream.path,
                "release": other.upstream.release.version,
                "of_file": round(other.of_suspect, 4),
                "of_upstream": round(other.of_upstream, 4),
            }
            for other in match.alternatives[:_OTHERS]
        ],
        "direction": match.direction.value,
        "direction_reason": match.direction_reason or None,
        "direction_witness": match.witness.value,
        "seen": match.seen,
    }


def _functions(match: FileMatch) -> Plain:
    return [
        {
            "file": pair.suspect,
            "upstream": pair.upstream,
            "file_lines": list(pair.lines.suspect),
            "upstream_lines": list(pair.lines.upstream),
            "exact": pair.exact,
        }
        for pair in match.functions[:_FUNCTIONS]
    ]


def _header(change: HeaderChange) -> Plain:
    return {
        "status": change.status.value,
        "holders": list(change.holders),
        "upstream_holders": list(change.upstream_holders),
        "licence": change.licence,
        "upstream_licence": change.upstream_licence,
        "code_modified": change.modified,
        "modification_stated": change.modification_stated,
        "sure": change.sure,
        "lines": change.exhibit.lines and list(change.exhibit.lines),
        "upstream_lines": change.upstream_exhibit.lines and list(change.upstream_exhibit.lines),
    }
