"""The commit that a git work tree is at.

Read as files (https://git-scm.com/docs/gitrepository-layout): git itself is not run in a directory
that somebody else may have written.
"""

from __future__ import annotations

import re

from lineage.sources.beneath import content, regular_file
from lineage.sources.revision import is_commit
from lineage.sources.snapshot import UnreadableError

_REF = re.compile(r"ref: (refs/[^\x00-\x20\x7f]{1,1000})")
_HEAD_LIMIT = 4096
#: A hundred thousand branches.
_PACKED_LIMIT = 16 << 20


def head_commit(root: int) -> str | None:
    """Return the commit of the work tree whose root directory is open as ``root``.

    None where it is no work tree, has no commit yet, or keeps its ``.git`` outside the directory
    (a linked work tree, a submodule): a file that says where to look is not followed.
    """
    head = _line(root, ".git/HEAD")
    if head is None or is_commit(head):
        return head
    ref = _REF.fullmatch(head)
    if ref is None:
        return None
    commit = _line(root, f".git/{ref[1]}") or _packed(root, ref[1])
    return commit if commit and is_commit(commit) else None


def _line(root: int, path: str) -> str | None:
    text = _text(root, path, _HEAD_LIMIT)
    return None if text is None else text.strip()


def _packed(root: int, ref: str) -> str | None:
    for line in (_text(root, ".git/packed-refs", _PACKED_LIMIT) or "").splitlines():
        commit, _, name = line.partition(" ")
        if name == ref:
            return commit
    return None


def _text(root: int, path: str, limit: int) -> str | None:
    try:
        with regular_file(root, path) as descriptor:
            return content(descriptor, 0, limit).decode("utf-8", "replace")
    except UnreadableError:
        return None
