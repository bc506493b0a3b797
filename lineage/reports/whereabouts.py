"""Which repository an exhibit stands in, and where in the target a finding without a file belongs.

Code scanners take places inside the audited repository and nothing else, while an exhibit may be of
a parent, or of the host's own record.
"""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import quote

from lineage.model import EntryKind, HeaderChange
from lineage.sources.names import unpinned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lineage.model import Exhibit, Reading
    from lineage.pipeline import Audit

_Key: TypeAlias = "tuple[str, str | None, str | None]"

#: The file that speaks for the repository, the best first.
_SPEAKERS = ("readme.md", "readme*", "license*", "licence*", "copying*", "config.json")
#: Where even that is missing: a place that does not exist yet, and ought to.
_MISSING = "README.md"


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """The places of one audit's target, told from those of its parents."""

    #: Paths of the target at which a file stands.
    listed: frozenset[str]
    own: frozenset[_Key]
    foreign: frozenset[_Key]
    #: The file that a finding without one is shown at.
    anchor: str

    def holds(self, exhibit: Exhibit) -> bool:
        """Say whether the exhibit is of a file of the target."""
        if exhibit.path not in self.listed or not is_inside(exhibit.path):
            return False
        return _key(exhibit) in self.own or _key(exhibit) not in self.foreign


def whereabouts(audit: Audit) -> Whereabouts:
    """Return where the exhibits of an audit stand."""
    reading = audit.reading
    others = (key for other in audit.references for key in _keys(other))
    return Whereabouts(
        listed=frozenset(entry.path for entry in reading.files),
        own=frozenset(_keys(reading)),
        foreign=frozenset((*others, *_upstream(audit))),
        anchor=_anchor(reading),
    )


def is_inside(path: str) -> bool:
    """Say whether a path leads to something below the root, by its words alone."""
    return not path.startswith("/") and ".." not in path.split("/")


def relative_uri(path: str) -> str:
    """Return a path as a relative URI; bytes that are no UTF-8 are percent-encoded as they are."""
    try:
        octets = path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # half a pair of surrogates, which no file system keeps
        octets = path.encode("utf-8", "replace")
    return quote(octets, safe="/")


def stable_name(audit: Audit) -> str:
    """Return the target's purl without revision and scheme: it never names a place on a disk."""
    return unpinned(audit.target.purl).removeprefix("pkg:")


def _anchor(reading: Reading) -> str:
    at_root = [
        entry.path
        for entry in reading.files
        if "/" not in entry.path and entry.kind in (EntryKind.FILE, EntryKind.LFS)
    ]
    for wanted in _SPEAKERS:
        if found := sorted(path for path in at_root if fnmatchcase(path.lower(), wanted)):
            return found[0]
    return min(at_root, default=_MISSING)


def _keys(reading: Reading) -> Iterator[_Key]:
    return (_key(fact.exhibit) for fact in reading.evidence)


def _upstream(audit: Audit) -> Iterator[_Key]:
    for fact in audit.reading.evidence:
        if isinstance(fact, HeaderChange):
            yield _key(fact.upstream_exhibit)


def _key(exhibit: Exhibit) -> _Key:
    return exhibit.path, exhibit.sha256, exhibit.url
