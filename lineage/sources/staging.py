"""What is about to be committed: the index of the repository at hand beside its last commit.

The repository is the user's own, and git has just run in it; all the same nothing of it is checked
out or executed: no hook, no monitor, no filter. Nothing is fetched either: what a partial clone
left out stays out, and counts as unread. ``GIT_DIR`` and ``GIT_INDEX_FILE`` are honoured, since
``git commit FILE`` runs its hook on an index of its own.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from lineage.model import EntryKind, FileEntry, Host, HostFact, Repo, Unread
from lineage.sources.bounds import FILE_LIMIT, PATHS_LIMIT, Listing, Meter
from lineage.sources.gitobjects import Leaf, Objects, entry_of
from lineage.sources.gitprocess import GitError, GitProcess, directly
from lineage.sources.purls import directory_purl
from lineage.sources.snapshot import TargetError, UnreadableError

_ENVIRONMENT = {
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_ASKPASS": "true",
    "GIT_LFS_SKIP_SMUDGE": "1",
    "GIT_LITERAL_PATHSPECS": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
}
#: What is shown as it is kept, whatever the user's configuration says of colours and folders.
_PLAIN = ("--raw", "-z", "--no-abbrev", "--no-ext-diff", "--no-textconv", "--no-relative")
_ABSENT = b"000000"
_UNMERGED = "in a merge conflict; settle it and run git add"


@dataclass(frozen=True, slots=True)
class Change:
    """A file that differs; a renamed one stands under its old path before and its new one after."""

    before: FileEntry | None
    after: FileEntry | None

    @property
    def path(self) -> str:
        """Where it stands, or stood if it was removed."""
        entry = self.after or self.before
        return "" if entry is None else entry.path

    @property
    def status(self) -> str:
        """What became of it, in a word."""
        if self.before is None or self.after is None:
            return "added" if self.before is None else "removed"
        return "changed" if self.before.path == self.after.path else "renamed"


class Side:
    """All files as they were, or as they would be; a ``Snapshot`` whose content git hands out."""

    def __init__(self, repo: Repo, entries: Iterable[FileEntry], objects: Objects) -> None:
        """Take the listing; sizes are known of changed files alone."""
        self.repo = repo
        self._listing = Listing(entries)
        self._objects = objects
        self._meter = Meter(None)

    @property
    def bytes_read(self) -> int:
        """Bytes of content handed out so far."""
        return self._meter.spent

    def files(self) -> tuple[FileEntry, ...]:
        """Return every path, sorted."""
        return self._listing.entries

    def read(self, path: str, limit: int) -> bytes:
        """Return the whole content of a file of at most ``limit`` bytes."""
        found = self._objects.content(self._blob(path), limit)
        self._meter.spend(len(found))
        return found

    def read_range(self, path: str, start: int, stop: int) -> bytes:
        """Return bytes ``start`` to ``stop`` of a file."""
        found = self._objects.piece(self._blob(path), start, stop)
        self._meter.spend(len(found))
        return found

    def facts(self) -> tuple[HostFact, ...]:
        """Return nothing: nobody says anything of what is not published yet."""
        return ()

    def url_of(self, path: str, lines: tuple[int, int] | None = None) -> str | None:  # noqa: ARG002 - the protocol's
        """Return None: what is staged has no address."""
        return None

    def close(self) -> None:
        """Leave git to whoever opened it."""

    def __enter__(self) -> Self:
        """Return the side itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close nothing."""

    def _blob(self, path: str) -> str:
        blob = self._listing.file(path).blob
        if blob is None:
            raise UnreadableError("its content is not here")
        return blob


class Staged:
    """The changes of one commit that is about to be made, and the two sides of them."""

    def __init__(self, repository: Repository, base: str | None, found: _Found) -> None:
        """Take what git listed."""
        self._objects = found.objects
        self.root = repository.root
        #: The commit that is compared with; None before the first one.
        self.base = base
        self.changes = found.changes
        #: Files in the middle of a merge.
        self.unread = found.unread
        repo = Repo(
            host=Host.LOCAL,
            id=self.root.name,
            revision=base,
            url=self.root.as_uri(),
            purl=directory_purl(self.root.name, base),
        )
        now = {leaf.path: _unsized(leaf) for leaf in found.leaves}
        now |= {c.after.path: c.after for c in self.changes if c.after}
        then = {path: entry for path, entry in now.items() if path not in _new(self.changes)}
        then |= {c.before.path: c.before for c in self.changes if c.before}
        self.after = Side(repo, now.values(), found.objects)
        self.before = Side(repo, then.values(), found.objects)

    def __enter__(self) -> Self:
        """Return the changes themselves."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End git."""
        self._objects.close()


class Repository:
    """The user's repository, in which git is run where the user stands."""

    def __init__(self, here: Path, timeout: float = 60.0) -> None:
        """Find the work tree.

        Raises:
            TargetError: there is none.
        """
        self._here = here
        self._timeout = timeout
        found = self.asked("rev-parse", "--show-toplevel")
        if not found:
            raise TargetError(
                str(here),
                "it is no git repository with files of its own",
                "run lineage hook inside one",
            )
        self.root = Path(found)

    def command(self, *arguments: str, stdin: int | BinaryIO = subprocess.DEVNULL) -> GitProcess:
        """Start a git command that reaches nothing but this repository."""
        return GitProcess(
            arguments,
            place=self._here,
            environment=_ENVIRONMENT,
            timeout=self._timeout,
            stdin=stdin,
            start=directly,
        )

    def asked(self, *arguments: str) -> str | None:
        """Return the one line that a command answers; None where it fails."""
        try:
            with self.command(*arguments) as process:
                line = process.line()
                process.finish()
        except GitError:
            return None
        return line.decode("utf-8", "surrogateescape")

    def commit(self, revision: str) -> str:
        """Return the commit that a revision names.

        Raises:
            TargetError: it names none.
        """
        name = f"{revision}^{{commit}}"
        found = self.asked("rev-parse", "--verify", "--quiet", "--end-of-options", name)
        if found is None:
            raise TargetError(revision, "it names no commit of this repository")
        return found


@dataclass(frozen=True, slots=True)
class _Found:
    objects: Objects
    changes: tuple[Change, ...]
    leaves: tuple[Leaf, ...]
    unread: tuple[Unread, ...]


def staged(here: Path, files: Sequence[str] = (), between: tuple[str, str] | None = None) -> Staged:
    """Return what is staged in the repository around ``here``, or differs between two commits.

    Args:
        here: a directory of the work tree.
        files: look at no other files than these, named as seen from ``here``.
        between: the earlier and the later revision, in place of the last commit and the index.

    Raises:
        TargetError: there is no repository, or a revision names nothing.
    """
    repository = Repository(here)
    base: str | None
    compared: tuple[str, ...]
    listing: tuple[str, ...]
    if between is None:
        base = repository.asked("rev-parse", "--verify", "--quiet", "HEAD^{commit}")
        compared, listing = ("--cached",), ("ls-files", "--stage", "-z", "--full-name", "--", ":/")
    else:
        base, later = map(repository.commit, between)
        compared, listing = (base, later), ("ls-tree", "-r", "-z", "--full-tree", later)
    try:
        leaves, unread = _listed(repository, listing)
        pairs = _pairs(repository, compared, files)
        objects = Objects(repository)
        changes = tuple(_changes(repository, pairs, objects))
    except GitError as error:
        raise TargetError(repository.root.name, f"git cannot list its changes: {error}") from error
    conflicts = tuple(Unread(path, _UNMERGED) for path in sorted(unread))
    return Staged(repository, base, _Found(objects, changes, leaves, conflicts))


def _listed(
    repository: Repository, command: Sequence[str]
) -> tuple[tuple[Leaf, ...], frozenset[str]]:
    """Return what the index or a tree holds, and the paths that are in conflict."""
    leaves: list[Leaf] = []
    unmerged: set[str] = set()
    length = 0
    with repository.command(*command) as process:
        for record in process.records(b"\0"):
            meta, _, name = record.partition(b"\t")
            mode, second, third = meta.split(b" ")
            is_index = len(third) == 1  # "mode id stage", where a tree has "mode kind id"
            path = name.decode("utf-8", "surrogateescape")
            length += len(name)
            if len(leaves) > FILE_LIMIT or length > PATHS_LIMIT:
                raise TargetError(repository.root.name, "it holds too many files")
            if is_index and third != b"0":
                unmerged.add(path)
            else:
                leaves.append(Leaf(mode, (second if is_index else third).decode(), path))
    return tuple(leaves), frozenset(unmerged)


def _pairs(
    repository: Repository, compared: Sequence[str], files: Sequence[str]
) -> list[tuple[Leaf | None, Leaf | None]]:
    """Return what differs; renames are recognised where the contents are here to be compared."""
    for renames in ("--find-renames", "--no-renames"):
        command = ("diff", *_PLAIN, renames, *compared, "--", *map(_literal, files))
        try:
            with repository.command(*command) as process:
                return list(_records(process.records(b"\0")))
        except GitError:
            if renames == "--no-renames":
                raise
    return []


def _literal(name: str) -> str:
    return f":(literal){name}"


def _records(fields: Iterator[bytes]) -> Iterator[tuple[Leaf | None, Leaf | None]]:
    """Yield the two sides of each ``:mode mode id id status`` and the path or two after it."""
    for meta in fields:
        old_mode, new_mode, old_id, new_id, status = meta.removeprefix(b":").split(b" ")
        first = next(fields).decode("utf-8", "surrogateescape")
        second = first
        if status[:1] in (b"R", b"C"):
            second = next(fields).decode("utf-8", "surrogateescape")
        if status[:1] == b"U":
            continue
        yield (
            None if old_mode == _ABSENT else Leaf(old_mode, old_id.decode(), first),
            None if new_mode == _ABSENT else Leaf(new_mode, new_id.decode(), second),
        )


def _changes(
    repository: Repository, pairs: Sequence[tuple[Leaf | None, Leaf | None]], objects: Objects
) -> Iterator[Change]:
    leaves = [leaf for pair in pairs for leaf in pair if leaf and leaf.mode != b"160000"]
    sizes = _sizes(repository, leaves)
    for pair in pairs:
        before, after = (
            None if leaf is None else entry_of(leaf, sizes.get(leaf.oid), objects) for leaf in pair
        )
        yield Change(before, after)


def _sizes(repository: Repository, leaves: Sequence[Leaf]) -> Mapping[str, int]:
    """Return the sizes of the blobs that are here."""
    sizes: dict[str, int] = {}
    waiting = list(dict.fromkeys(leaf.oid for leaf in leaves))
    while waiting:
        try:
            with repository.command("cat-file", "--batch-check", stdin=subprocess.PIPE) as process:
                while waiting:
                    process.write(f"{waiting[-1]}\n".encode())
                    _, *rest = process.line().decode().split(" ")
                    oid = waiting.pop()
                    if rest[0] == "blob":
                        sizes[oid] = int(rest[1])
        except GitError:
            # Older versions of git end where a partial clone would fetch and may not.
            waiting.pop()
    return sizes


def _new(changes: Iterable[Change]) -> frozenset[str]:
    return frozenset(change.after.path for change in changes if change.after)


def _unsized(leaf: Leaf) -> FileEntry:
    kinds = {b"160000": EntryKind.SUBMODULE, b"120000": EntryKind.SYMLINK}
    return FileEntry(leaf.path, kinds.get(leaf.mode, EntryKind.FILE), size=None, blob=leaf.oid)
