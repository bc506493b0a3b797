"""The history of a work tree on this machine, without running git in a place that others wrote.

A ``.git`` directory can name programs to run (hooks, monitors, filters, the other side of a fetch)
and can lie about its commits (grafts, replacements, a commit graph). So git runs in an empty
repository of our own that borrows the objects alone (``objects/info/alternates``,
https://git-scm.com/docs/gitrepository-layout), and is told where the history is cut off. Nothing is
copied, and nothing is fetched.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from lineage.progress import Progress
from lineage.sources.beneath import content, directory, regular_file
from lineage.sources.gitclone import Clone
from lineage.sources.gitdates import arrivals_in
from lineage.sources.gitprocess import GitError
from lineage.sources.past import Arrivals
from lineage.sources.snapshot import UnreadableError

#: A list of a hundred thousand commits.
_SHALLOW_LIMIT = 4 << 20
_SHALLOW = re.compile(rb"(?:[0-9a-f]{40}\n?)*")
#: A commit of a repository of SHA-1; ours is none of another kind.
_COMMIT = re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True, slots=True)
class WorkTree:
    """A directory on this machine, and the commit that it is at."""

    root: Path
    #: The directory, opened.
    descriptor: int
    commit: str


def borrowed_arrivals(
    tree: WorkTree, paths: Iterable[str], timeout: float, progress: Progress
) -> Arrivals:
    """Return when the paths of a work tree came.

    Raises:
        UnreadableError: the history cannot be read.
    """
    if not _COMMIT.fullmatch(tree.commit):
        return Arrivals(None, None, {})
    try:
        with directory(tree.descriptor, ".git/objects"):  # and no link that leads elsewhere
            cut = _cut(tree.descriptor)
        clone = Clone(timeout)
        try:
            _borrow(clone, tree.root / ".git" / "objects", cut)
            return arrivals_in(clone, tree.commit, paths, progress)
        finally:
            clone.close()
    except (GitError, OSError) as error:
        raise UnreadableError(f"its history cannot be read ({error})") from error


def _cut(root: int) -> bytes:
    """Return the commits at which the history is cut off.

    Raises:
        UnreadableError: the list is none.
    """
    with directory(root, ".git") as folder:
        if "shallow" not in os.listdir(folder):  # noqa: PTH208 - of an open directory
            return b""
    with regular_file(root, ".git/shallow") as file:
        listed = content(file, 0, _SHALLOW_LIMIT + 1)
    if len(listed) > _SHALLOW_LIMIT or not _SHALLOW.fullmatch(listed):
        raise UnreadableError("its history cannot be read (no list of where it is cut off)")
    return listed


def _borrow(clone: Clone, objects: Path, cut: bytes) -> None:
    if '"' in str(objects) or not str(objects).isprintable():
        raise UnreadableError("its history cannot be read (git cannot be told such a path)")
    info = clone.path / "objects" / "info"
    info.mkdir()
    (info / "alternates").write_text(f"{objects}\n", encoding="utf-8", errors="surrogateescape")
    if cut:
        (clone.path / "shallow").write_bytes(cut)
