"""A repository as read: its evidence of every kind, and how much of it was looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from lineage.model.making import (
    Architecture,
    Claim,
    DatasetDeclared,
    Document,
    HostFact,
    ModelCard,
    ParentAbsent,
    ParentDeclared,
    Tokenizer,
    WeightFile,
)
from lineage.model.places import FileEntry, Repo
from lineage.model.rights import (
    Attribution,
    Copyright,
    HeaderChange,
    LicenceClause,
    LicenceDeclared,
    LicenceHistory,
    LicenceText,
    NoticeFile,
    UnsettledText,
)

Evidence: TypeAlias = (
    LicenceDeclared
    | LicenceText
    | UnsettledText
    | LicenceClause
    | LicenceHistory
    | HeaderChange
    | Copyright
    | Attribution
    | ParentDeclared
    | DatasetDeclared
    | ParentAbsent
    | Claim
    | ModelCard
    | Architecture
    | WeightFile
    | Tokenizer
    | NoticeFile
    | Document
    | HostFact
)


@dataclass(frozen=True, slots=True)
class Unread:
    """A place that should have been read and could not be. Never a pass."""

    path: str
    #: A phrase for a person: "not valid YAML (line 3)".
    reason: str
    #: True where the host itself keeps it back, so that asking again changes nothing.
    withheld: bool = False


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of a repository was looked at."""

    files_total: int
    #: Files of which at least one byte was read, or whose listing alone was the evidence.
    files_read: int
    #: Bytes that crossed from the host or the disk.
    bytes_read: int
    #: Bytes of all files, as far as their sizes are known.
    bytes_total: int
    unread: tuple[Unread, ...] = ()
    #: Files that no scanner asks for, counted by ending: ("png", 12).
    not_examined: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """A repository as read: what stands in it, what the scanners saw, what could not be read."""

    repo: Repo
    files: tuple[FileEntry, ...]
    evidence: tuple[Evidence, ...]
    coverage: Coverage
