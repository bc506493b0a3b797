"""A repository as it was opened: all but the content of its files, to be kept and read back."""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass

from lineage.codec import from_plain, to_plain
from lineage.model import EntryKind, FileEntry, HostFact, Repo
from lineage.sources.links import percent_encoded
from lineage.sources.past import Arrival, Arrivals, Change, Chronicle, Past
from lineage.sources.snapshot import Snapshot

#: A path and lines whose address shows how the host builds the addresses of all others.
_FOLDER, _NAME = "lineage-a-folder", "lineage-a-name"
_FIRST, _LAST = 4_111_111, 4_222_222


@dataclass(frozen=True, slots=True)
class Addresses:
    """How a host addresses a file: what stands before, inside (for ``/``) and after its path."""

    before: str
    slash: str
    after: str
    #: What follows for lines, with ``{}`` for the first and the last; "" where there is nothing.
    lines: str

    def of(self, path: str, lines: tuple[int, int] | None) -> str:
        """Return where a person can look at a file."""
        place = percent_encoded(path).replace("/", self.slash)
        return self.before + place + self.after + (self.lines.format(*lines) if lines else "")


@dataclass(frozen=True, slots=True)
class Opening:
    """What a host says when a repository is opened."""

    repo: Repo
    files: tuple[FileEntry, ...]
    #: None where files have no address.
    addresses: Addresses | None
    #: Whether the host tells of earlier commits.
    is_chronicle: bool

    @classmethod
    def of(cls, snapshot: Snapshot) -> Opening:
        """Return how a snapshot was opened."""
        is_chronicle = isinstance(snapshot, Chronicle)
        return cls(snapshot.repo, snapshot.files(), _addresses(snapshot), is_chronicle)


def packed(opening: Opening) -> bytes:
    """Return an opening as bytes."""
    files = [[f.path, f.kind, f.size, f.sha256, f.blob, f.link] for f in opening.files]
    addresses = opening.addresses
    plain = {
        "repo": to_plain(opening.repo),
        "files": files,
        "addresses": to_plain(addresses) if addresses else None,
        "is_chronicle": opening.is_chronicle,
    }
    return zlib.compress(json.dumps(plain).encode(), 1)


def unpacked(content: bytes) -> Opening:
    """Return the opening that ``packed`` wrote.

    Raises:
        ValueError: these bytes are none.
    """
    try:
        plain = json.loads(zlib.decompress(content))
        files = tuple(
            FileEntry(path, EntryKind(kind), size, sha256, blob, link)
            for path, kind, size, sha256, blob, link in plain["files"]
        )
        found = plain["addresses"]
        addresses = from_plain(found, Addresses) if found else None
        is_chronicle = plain["is_chronicle"] is True
        return Opening(from_plain(plain["repo"], Repo), files, addresses, is_chronicle)
    except (zlib.error, KeyError, TypeError) as error:
        raise ValueError("no opening of a repository") from error


def packed_facts(facts: tuple[HostFact, ...]) -> bytes:
    """Return what a host says of a repository as bytes."""
    return zlib.compress(json.dumps([to_plain(fact) for fact in facts]).encode(), 1)


def unpacked_facts(content: bytes) -> tuple[HostFact, ...]:
    """Return the facts that ``packed_facts`` wrote.

    Raises:
        ValueError: these bytes hold none.
    """
    try:
        return tuple(from_plain(fact, HostFact) for fact in json.loads(zlib.decompress(content)))
    except (zlib.error, TypeError) as error:
        raise ValueError("no facts of a host") from error


def packed_past(past: Past) -> bytes:
    """Return what became of some paths as bytes."""
    plain = {
        "changes": [[c.path, c.commit, c.before, c.blob] for c in past.changes],
        "commits": past.commits,
        "is_whole": past.is_whole,
        "contents": {blob: content.decode("latin-1") for blob, content in past.contents.items()},
    }
    return zlib.compress(json.dumps(plain).encode(), 1)


def unpacked_past(content: bytes) -> Past:
    """Return the past that ``packed_past`` wrote.

    Raises:
        ValueError: these bytes hold none.
    """
    try:
        plain = json.loads(zlib.decompress(content))
        contents = {blob: text.encode("latin-1") for blob, text in plain["contents"].items()}
        changes = tuple(Change(*fields) for fields in plain["changes"])
        return Past(changes, plain["commits"], plain["is_whole"], contents)
    except (zlib.error, KeyError, TypeError, AttributeError) as error:
        raise ValueError("no past of a repository") from error


def packed_arrivals(arrivals: Arrivals) -> bytes:
    """Return when a repository's paths came as bytes."""
    plain = {
        "since": arrivals.since,
        "at": arrivals.at,
        "paths": {p: [one.day, one.is_fresh, one.is_lone] for p, one in arrivals.paths.items()},
    }
    return zlib.compress(json.dumps(plain).encode(), 1)


def unpacked_arrivals(content: bytes) -> Arrivals:
    """Return what ``packed_arrivals`` wrote.

    Raises:
        ValueError: these bytes hold none.
    """
    try:
        plain = json.loads(zlib.decompress(content))
        paths = {path: Arrival(*fields) for path, fields in plain["paths"].items()}
        return Arrivals(plain["since"], plain["at"], paths)
    except (zlib.error, KeyError, TypeError, AttributeError) as error:
        raise ValueError("no dates of a repository") from error


def _addresses(snapshot: Snapshot) -> Addresses | None:
    """Return how the snapshot builds addresses, taken off one of them."""
    path = f"{_FOLDER}/{_NAME}"
    whole, lined = snapshot.url_of(path), snapshot.url_of(path, (_FIRST, _LAST))
    if whole is None or lined is None:
        return None
    before, _, rest = whole.partition(_FOLDER)
    slash, _, after = rest.partition(_NAME)
    lines = lined.removeprefix(whole).replace("{", "{{").replace("}", "}}")
    lines = lines.replace(str(_FIRST), "{}").replace(str(_LAST), "{}")
    return Addresses(before, slash, after, lines)
