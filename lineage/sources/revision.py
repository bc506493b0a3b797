"""Names of revisions, checked before any host or program sees them."""

from __future__ import annotations

import re

from lineage.sources.snapshot import TargetError

#: What git calls a ref (git-check-ref-format), and nothing that reads as an option or a refspec.
_REF = re.compile(
    r"""
    (?![-+.@/]) (?!.*(?:\.\.|//|@\{|/\.|\.lock(?:/|$)))
    [^\x00-\x20\x7f~^:?*\[\\]{1,255}
    (?<![./])
    """,
    re.VERBOSE,
)
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


def checked(target: str, revision: str) -> str:
    """Return the name of a branch, a tag or a commit as it was given.

    Raises:
        TargetError: it can be none of them.
    """
    if not _REF.fullmatch(revision) or not revision.isprintable():
        raise TargetError(
            target,
            f"{revision!r} is no revision",
            "give a branch, a tag or the full id of a commit",
        )
    return revision


def is_commit(text: str) -> bool:
    """Say whether the text is the full id of a commit."""
    return _COMMIT.fullmatch(text) is not None
