"""The two sides of a commit as the rules of the hook see them: files, statements, heads."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from lineage import plugins, walk
from lineage.formats import format_of
from lineage.headers import Head, head_of
from lineage.licences.code_files import is_source
from lineage.licences.places import Role, role_of
from lineage.model import EntryKind, Evidence, Exhibit, FileEntry, Reading, Scope, Unread
from lineage.sources.file import TEXT_LIMIT, SourceFile, decode
from lineage.sources.snapshot import UnreadableError
from lineage.sources.staging import Change, Side, Staged

E = TypeVar("E", bound=Evidence)

#: Of a source file too large to be read whole, this much of its start is.
_HEAD_BYTES = 256 << 10


@dataclass(frozen=True, slots=True)
class Source:
    """A changed source file: its text on each side, "" where it stands on one alone."""

    change: Change
    before: str
    after: str


class Look:
    """What stands in the changed files, before and after, and in the legal files at the root."""

    def __init__(self, staged: Staged, then: str = "HEAD") -> None:
        """Look at nothing yet: what no rule asks for is not read."""
        self.staged = staged
        #: What git calls the earlier side.
        self.then = then
        self.changes = staged.changes
        self.repo = staged.after.repo
        self._unread: dict[Unread, None] = dict.fromkeys(staged.unread)

    @cached_property
    def before(self) -> Reading:
        """What the scanners of documents see in the changed files as they were."""
        paths = {change.before.path for change in self.changes if change.before}
        return _read(self.staged.before, frozenset(paths))

    @cached_property
    def after(self) -> Reading:
        """What they see in them now, and in the card and the legal files at the root."""
        paths = {change.after.path for change in self.changes if change.after}
        reading = _read(
            self.staged.after,
            frozenset(paths | {e.path for e in self.staged.after.files() if _is_for_all(e.path)}),
        )
        gaps = (gap for gap in reading.coverage.unread if gap.path in paths)
        self._unread.update(dict.fromkeys(gaps))
        return reading

    @cached_property
    def sources(self) -> tuple[Source, ...]:
        """The changed source files whose text could be read."""
        return tuple(self._sources())

    @cached_property
    def weights(self) -> tuple[FileEntry, ...]:
        """The files of weights that are new, or hold something else than before."""
        entries = (change.after for change in self.changes if _has_new_content(change))
        held = (EntryKind.FILE, EntryKind.LFS)
        return tuple(e for e in entries if e and e.kind in held and format_of(_name(e.path)))

    def read_documents(self) -> None:
        """Read the changed cards and legal files, so that one that cannot be read is known."""
        if any(self.role(change) or _is_for_all(change.path) for change in self.changes):
            _ = self.after

    @property
    def unread(self) -> tuple[Unread, ...]:
        """What should have been read and was not, as far as the rules have asked."""
        return tuple(sorted(self._unread, key=lambda gap: (gap.path, gap.reason)))

    def was(self, path: str, lines: tuple[int, int] | None = None) -> Exhibit:
        """Return the place of something on the earlier side."""
        return Exhibit(path, lines, repo=self.then)

    def bring_back(self, path: str) -> str:
        """Return the command that brings a file back as it was, on a line of its own."""
        return f"\ngit restore --source={self.then} --staged --worktree -- {_in_shell(path)}"

    def mend(self, path: str, what: str) -> str:
        """Return how a person mends a file: words, and a line for each command."""
        name = _in_shell(path)
        return f"{what}\ngit diff {self.then} -- {name}\ngit add -- {name}"

    def role(self, change: Change) -> Role | None:
        """Return what a changed file is for, if it is or was a legal one."""
        roles = (role_of(e.path) for e in (change.before, change.after) if e)
        return next((role for role in roles if role), None)

    def _sources(self) -> Iterator[Source]:
        for change in self.changes:
            if not is_source(change.path):
                continue
            try:
                before = _text(self.staged.before, change.before)
                after = _text(self.staged.after, change.after)
            except UnreadableError as error:
                self._unread.setdefault(Unread(change.path, str(error)))
            else:
                yield Source(change, before, after)


def head(text: str) -> Head:
    """Return what the head of a source file says of rights."""
    return head_of(text)


def facts(reading: Reading, kind: type[E], path: str | None = None) -> tuple[E, ...]:
    """Return the evidence of a kind, of one file if its path is given."""
    found = (fact for fact in reading.evidence if isinstance(fact, kind))
    return tuple(f for f in found if path is None or f.exhibit.path == path)


def _read(side: Side, paths: frozenset[str]) -> Reading:
    chosen = [scanner for scanner in plugins.scanners() if scanner.ABOUT is Scope.DOCS]
    return walk.read(side, chosen, only=lambda entry: entry.path in paths)


def _is_for_all(path: str) -> bool:
    """Say whether a file speaks for the whole repository."""
    if path.lower().startswith("licenses/"):
        return True
    return "/" not in path and (role_of(path) is not None or path.lower() == "readme.md")


def _has_new_content(change: Change) -> bool:
    if change.after is None:
        return False
    return change.before is None or change.before.blob != change.after.blob


def _text(side: Side, entry: FileEntry | None) -> str:
    """Return a file's text; "" for none, or where something else stands at its path."""
    if entry is None or entry.kind in (EntryKind.SYMLINK, EntryKind.SUBMODULE, EntryKind.LFS):
        return ""
    file = SourceFile(side, entry)
    if entry.size is not None and entry.size > TEXT_LIMIT:
        return decode(file.range(0, _HEAD_BYTES))
    return file.text


def _in_shell(path: str) -> str:
    """Return a path as a shell takes it; one that cannot be shown is left to the user."""
    return shlex.quote(path) if path.isprintable() else "FILE"


def _name(path: str) -> str:
    return path.rpartition("/")[2]
