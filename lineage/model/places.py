"""A repository, what stands in it, and the place where a fact of it can be checked."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Host(StrEnum):
    """The kinds of place a repository can be read from."""

    HUGGINGFACE = "huggingface"
    GITHUB = "github"
    GITCODE = "gitcode"
    MODELSCOPE = "modelscope"
    GIT = "git"
    LOCAL = "local"

    @property
    def is_hub(self) -> bool:
        """Whether it keeps models and data sets, as against code of any kind."""
        return self in (Host.HUGGINGFACE, Host.MODELSCOPE)


class Absence(StrEnum):
    """Why a repository, or a file of it, cannot be had."""

    #: The host says that there is none, or that it is private.
    MISSING = "missing"
    #: The host keeps it back: it is gated, or reading it is forbidden.
    WITHHELD = "withheld"
    #: Nobody asked, since no socket may be opened.
    OFFLINE = "offline"
    #: The host, or the way to it, failed: asking again may help.
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Repo:
    """A repository at one pinned revision."""

    host: Host
    #: ``org/name``, or the path for a local directory.
    id: str
    #: The commit; None for a directory without one.
    revision: str | None
    #: Where a person can open it. Never carries credentials.
    url: str
    #: Package URL at the revision (https://github.com/package-url/purl-spec).
    purl: str


class EntryKind(StrEnum):
    """What stands at a path of a snapshot."""

    FILE = "file"
    #: A symbolic link; its target is never followed.
    SYMLINK = "symlink"
    #: A Git LFS pointer: the bytes are elsewhere, the sha256 and the size are known.
    LFS = "lfs"
    #: Another repository mounted here (git mode 160000); never entered.
    SUBMODULE = "submodule"
    #: A git blob that the clone's size filter left out.
    FILTERED = "filtered"
    #: A device, a socket, a pipe.
    SPECIAL = "special"
    #: A directory that could not be looked into.
    CLOSED = "closed"
    #: A directory of installed packages or of a tool's cache, not looked into.
    ENVIRONMENT = "environment"
    #: A file that the repository has and this copy of it lacks: it was downloaded in part.
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class FileEntry:
    """One path of a snapshot, as the host lists it."""

    path: str
    kind: EntryKind
    #: Bytes of the content; for an LFS pointer those of the file it points to. None if unknown.
    size: int | None
    #: SHA-256 of the content where the host or an LFS pointer gives it without a download.
    sha256: str | None = None
    #: Git's blob id (sha1 of header and content) where the host gives it.
    blob: str | None = None
    #: Where a symbolic link points, as text.
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Exhibit:
    """Where a fact can be checked by a person."""

    #: Path inside the repository; empty for a fact of the host itself.
    path: str
    #: First and last line, counted from 1.
    lines: tuple[int, int] | None = None
    #: First byte and the byte after the last.
    span: tuple[int, int] | None = None
    #: SHA-256 of the whole file.
    sha256: str | None = None
    #: The place at the pinned revision.
    url: str | None = None
    #: A short literal quote, at most 300 characters.
    excerpt: str | None = None
    #: The repository that it stands in, by name; "" for the audited one.
    repo: str = ""
