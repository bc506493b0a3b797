"""A repository in the cache of Hugging Face's own client, as ``from_pretrained`` leaves it.

    models--org--name/refs/main                        a commit
    models--org--name/snapshots/<commit>/config.json   a link to ../../blobs/<digest>
    models--org--name/blobs/<digest>                   the content, or a link to ../../blobs/…

(https://huggingface.co/docs/huggingface_hub/guides/manage-cache.) Links are not followed: a link
that is written exactly so is read as the digest it holds, and the blob of that name is opened from
the cache folder, component by component. Any other link stays one.

A blob is named by what the hub calls its digest: SHA-256 of a large file, git's blob id of another.
It is taken at its word like a host's, and checked wherever the whole file is read.
"""

from __future__ import annotations

import os
import posixpath
import re
from contextlib import AbstractContextManager
from pathlib import Path

from lineage.model import EntryKind, FileEntry, Host, HostFact, Repo
from lineage.sources.beneath import content, directory, regular_file
from lineage.sources.bounds import Listing, Meter, TooManyFilesError
from lineage.sources.digests import expect_same
from lineage.sources.links import COMMON_PAGES
from lineage.sources.local import LocalSnapshot, entries
from lineage.sources.options import SourceOptions
from lineage.sources.purls import hub_purl
from lineage.sources.revision import checked, is_commit
from lineage.sources.snapshot import TargetError, UnreachableError, UnreadableError

FORMS: tuple[str, ...] = ("a path to a repository in the Hugging Face cache",)

_NAME = r"[A-Za-z0-9](?:-?[\w.])*"  # the hub allows no two hyphens in a row
_FOLDER = re.compile(rf"(?P<kind>model|dataset|space)s--(?P<name>(?:{_NAME}--)?{_NAME})", re.ASCII)
_DIGEST = r"[0-9a-f]{40}|[0-9a-f]{64}"
_LINK = re.compile(rf"(?P<up>(?:\.\./)+)blobs/(?P<digest>{_DIGEST})")
#: A blob that several repositories share.
_SHARED = re.compile(r"\.\./\.\./(blobs/[0-9a-f]{2}/[0-9a-f]{64})")
_COMMIT_LENGTH = 64
_SHA256_LENGTH = 64
_HUB = "https://huggingface.co"
#: A file that the hub makes with every repository, and that a whole download brings.
_ALWAYS = ".gitattributes"


def accepts(target: str) -> bool:
    """Say whether the target is such a folder, or one of its snapshots."""
    return _place(target) is not None


def place(target: str, options: SourceOptions) -> None:
    """Return nothing: what lies on this machine is read where it lies."""


def open_target(target: str, options: SourceOptions) -> CachedSnapshot:
    """Open a snapshot of the cache: the one that is named, else the revision's, else main's.

    Raises:
        TargetError: the cache holds no such revision.
        UnreachableError: the folder cannot be opened, or holds too many files.
    """
    place = _place(target)
    if place is None:
        raise TargetError(target, "it is no repository in a Hugging Face cache")
    folder, commit = place
    if commit and options.revision not in (None, commit):
        raise TargetError(target, "it is one revision, and another is asked for")
    try:
        root = os.open(folder.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise UnreachableError(target, f"it cannot be opened ({error.strerror})") from error
    try:
        commit = commit or _commit(root, folder.name, target, options.revision)
        return CachedSnapshot(folder, root, commit, Meter(options.max_bytes))
    except BaseException as error:
        os.close(root)
        if isinstance(error, TooManyFilesError):
            raise UnreachableError(target, error.reason, error.advice) from error
        raise


class CachedSnapshot(LocalSnapshot):
    """A revision of a hub's repository, as far as it was downloaded."""

    def __init__(self, folder: Path, root: int, commit: str, meter: Meter) -> None:
        """List the snapshot; ``root`` is the cache folder, which the snapshot closes."""
        self._root = root
        self._meter = meter
        self._own = f"{folder.name}/snapshots/{commit}"
        self._blobs: dict[str, str] = {}
        with directory(root, self._own) as descriptor:
            found = [self._resolved(folder.name, entry) for entry in entries(descriptor)]
        if all(entry.path != _ALWAYS for entry in found):
            found.append(FileEntry(path=_ALWAYS, kind=EntryKind.ABSENT, size=None))
        self._listing = Listing(found)
        name = _name(folder.name)
        self._page = f"{_HUB}/{name}"
        self._commit = commit
        self.repo = Repo(
            host=Host.HUGGINGFACE,
            id=name,
            revision=commit,
            url=COMMON_PAGES.of_revision(self._page, commit),
            purl=hub_purl(name, commit),
        )

    def read(self, path: str, limit: int) -> bytes:
        """Return the whole content of a file of at most ``limit`` bytes, which is what it says."""
        found = super().read(path, limit)
        expect_same(found, self._listing.file(path), "the cache holds")
        return found

    def facts(self) -> tuple[HostFact, ...]:
        """Return nothing: a cache keeps no word of the host."""
        return ()

    def url_of(self, path: str, lines: tuple[int, int] | None = None) -> str | None:
        """Return the hub's page of a file at the commit."""
        return COMMON_PAGES.of_file(self._page, self._commit, path, lines)

    def _opened(self, path: str) -> AbstractContextManager[int]:
        return regular_file(self._root, self._blobs.get(path, f"{self._own}/{path}"))

    def _resolved(self, folder: str, entry: FileEntry) -> FileEntry:
        """Return a link to a blob as the file that it stands for."""
        link = _LINK.fullmatch(entry.link or "")
        if link is None or link["up"].count("../") != 2 + entry.path.count("/"):
            return entry
        blob = f"{folder}/blobs/{link['digest']}"
        try:
            blob = self._shared(blob) or blob
            with regular_file(self._root, blob) as descriptor:
                size = os.fstat(descriptor).st_size
        except (OSError, UnreadableError):
            return entry
        self._blobs[entry.path] = blob
        large = len(link["digest"]) == _SHA256_LENGTH
        sha256, named = (link["digest"], None) if large else (None, link["digest"])
        return FileEntry(entry.path, EntryKind.FILE, size, sha256=sha256, blob=named)

    def _shared(self, blob: str) -> str | None:
        """Return where a blob is that several repositories of the cache share; None if it is not.

        Raises:
            OSError: it is not there.
        """
        with directory(self._root, posixpath.dirname(blob)) as blobs:
            try:
                link = os.readlink(posixpath.basename(blob), dir_fd=blobs)
            except OSError:  # no link, or nothing
                return None
        found = _SHARED.fullmatch(link)
        return found[1] if found else None


def _place(target: str) -> tuple[Path, str] | None:
    """Return the repository's folder in the cache, and the commit of the snapshot or ""."""
    try:
        path = Path(target).expanduser().resolve(strict=True)
    except (OSError, RuntimeError, ValueError):
        return None
    for folder, rest in ((path, ()), (path.parent.parent, path.parts[-2:])):
        commit = rest[1] if len(rest) > 1 and rest[0] == "snapshots" and is_commit(rest[1]) else ""
        whole = bool(commit) or not rest
        if whole and _FOLDER.fullmatch(folder.name) and (folder / "snapshots").is_dir():
            return folder, commit
    return None


def _name(folder: str) -> str:
    """Return the repository's path on the hub: ``org/name``, ``datasets/org/name``."""
    kind, _, rest = folder.partition("--")
    name = rest.replace("--", "/", 1)
    return name if kind == "models" else f"{kind}/{name}"


def _commit(root: int, folder: str, target: str, revision: str | None) -> str:
    """Return the commit of a revision that the cache holds."""
    wanted = checked(target, revision or "main")
    commit = wanted if is_commit(wanted) else _reference(root, f"{folder}/refs/{wanted}")
    try:
        with directory(root, f"{folder}/snapshots") as place, os.scandir(place) as found:
            held = sorted(item.name for item in found if is_commit(item.name))
    except OSError as error:
        raise UnreachableError(target, f"it cannot be opened ({error.strerror})") from error
    if commit in held:
        return str(commit)
    if commit is None and revision is None and len(held) == 1:
        return held[0]
    advice = f"it holds {', '.join(held[:5])}" if held else "it holds no snapshot"
    raise TargetError(target, f"the cache does not hold the revision {wanted}", advice)


def _reference(root: int, path: str) -> str | None:
    try:
        with regular_file(root, path) as descriptor:
            text = content(descriptor, 0, _COMMIT_LENGTH + 1).decode("ascii", "replace").strip()
    except UnreadableError:
        return None
    return text if is_commit(text) else None
