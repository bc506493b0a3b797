"""What ties a report to the JSON report of the same audit, and when it says that it was made.

The same audit gives the same bytes, so a report cannot carry the time of its making. Where a format
wants a date, it is that of ``SOURCE_DATE_EPOCH`` (https://reproducible-builds.org/specs), and
without it none, or the first second of 1970 where the format insists.
"""

from __future__ import annotations

import hashlib
import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, UUID, uuid5

from packageurl import PackageURL

from lineage.escape import well_formed
from lineage.reports.json_report import described, serialised

if TYPE_CHECKING:
    from lineage.model import Artifact
    from lineage.pipeline import Audit

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

#: Characters of a name that a BOM carries.
_LONGEST = 1000
#: The last second of the year 9999.
_LAST = 253_402_300_799


def json_digest(audit: Audit) -> str:
    """Return the SHA-256 of the JSON report of the same audit."""
    return hashlib.sha256(serialised(described(audit)).encode()).hexdigest()


def uuid_of(digest: str, format_name: str) -> UUID:
    """Return an id for a report that only the same audit gives again."""
    return uuid5(NAMESPACE_URL, f"lineage/{format_name}/{digest}")


def source_date() -> datetime | None:
    """Return the date that ``SOURCE_DATE_EPOCH`` gives; None without one that can be read."""
    written = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not (written.isascii() and written.isdigit()) or int(written) > _LAST:
        return None
    return datetime.fromtimestamp(int(written), UTC)


def stamp(moment: datetime) -> str:
    """Return a moment as both BOM formats write it: ``2026-11-21T09:30:00Z``."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def valid_purl(purl: str | None) -> str | None:
    """Return a package URL in its canonical form; None for what is none."""
    if purl is None:
        return None
    try:
        return PackageURL.from_string(purl).to_string()
    except (ValueError, UnicodeError):
        return None


def shortened(text: str) -> str:
    """Return foreign text as a BOM carries it: well-formed, and of a length for a person."""
    shown = text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
    return well_formed(shown)


def name_of(artifact: Artifact) -> str:
    """Return what an artifact is called in a BOM: of a directory its name, never its place."""
    is_directory = artifact.name.startswith("/")
    return shortened(artifact.name.rpartition("/")[2] if is_directory else artifact.name)


def key(name: str) -> str:
    """Return a short id for any name, however long or odd."""
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:16]
