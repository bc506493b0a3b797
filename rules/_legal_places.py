"""Which files of a repository speak of its licence, and for how much of it, by their places."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable

from lineage.licences.places import Role, binds_repository, role_of
from lineage.model import EntryKind, FileEntry

#: Files that hold what others ask to be passed on; their texts are not the repository's own terms.
_OTHERS = (Role.NOTICE, Role.THIRD_PARTY, Role.USE_POLICY)
_CARD = re.compile(r"readme(?:\.\w+)?|model_?card(?:\.\w+)?", re.IGNORECASE)
#: With translations: README_zh.md.
_README = re.compile(r"(?:readme|model[-_]?card)[^/]*", re.IGNORECASE)
#: Folders at the root whose licence files speak for the whole repository (REUSE: LICENSES/).
_LICENCE_FOLDERS = frozenset({"licenses", "licences", "license", "licence", "legal"})


def is_licence_file(path: str) -> bool:
    """Say whether a file is one that holds a licence, by its name."""
    return role_of(path) is Role.LICENCE


def is_own_notice(path: str) -> bool:
    """Say whether a file is the repository's own NOTICE, by its name."""
    return role_of(path) is Role.NOTICE


def is_for_others(path: str) -> bool:
    """Say whether a file holds notices of third parties or policies, by its name."""
    return role_of(path) in _OTHERS


def is_card(path: str) -> bool:
    """Say whether a file is the card or README of the whole repository."""
    return bool(_CARD.fullmatch(path))


def is_readme(path: str) -> bool:
    """Say whether a file is a card or README of the whole repository, in any language."""
    return bool(_README.fullmatch(path))


def linked_from_root(files: Iterable[FileEntry]) -> frozenset[str]:
    """Return the files that a link at the root gives a licence's name."""
    return frozenset(
        posixpath.normpath(entry.link)
        for entry in files
        if entry.kind is EntryKind.SYMLINK and entry.link and "/" not in entry.path
        if is_licence_file(entry.path)
    )


def stands_for_all(path: str, linked: frozenset[str]) -> bool:
    """Say whether a licence file speaks for the whole repository; others do for their folder."""
    folder, _, rest = path.partition("/")
    in_folder = folder.lower() in _LICENCE_FOLDERS and "/" not in rest
    return binds_repository(path) or path in linked or in_folder
