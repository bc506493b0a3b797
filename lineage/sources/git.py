"""Any git repository: GitHub, GitCode, another host, or one on disk.

Nothing is checked out. A partial clone of one commit is made in a temporary directory
(``lineage.sources.gitclone``) and its objects are read one by one.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from lineage.model import Absence, Exhibit, FileEntry, Host, HostFact, Repo
from lineage.progress import Progress
from lineage.sources.bounds import Listing, Meter, TooManyFilesError, refuse_larger
from lineage.sources.cache import Place
from lineage.sources.clients import client_for
from lineage.sources.giturl import GitAddress, address_on_disk, git_address, is_git_url
from lineage.sources.http import LimitError
from lineage.sources.links import without_credentials
from lineage.sources.options import SourceOptions
from lineage.sources.past import Arrivals, Past, day_of
from lineage.sources.revision import checked, is_commit
from lineage.sources.snapshot import UnreachableError

if TYPE_CHECKING:
    from lineage.sources.gitclone import Clone

FORMS: tuple[str, ...] = (
    "https://github.com/owner/name",
    "https://gitcode.com/owner/name",
    "any other git URL (https, ssh or file)",
)


def accepts(target: str) -> bool:
    """Say whether the target is a git URL, a page of a git host, or a bare repository on disk."""
    return is_git_url(target) or _is_bare(Path(target))


def place(target: str, options: SourceOptions) -> Place | None:
    """Return which repository the target stands for, at which host; None for one on disk.

    Raises:
        TargetError: it stands for none.
    """
    address, revisions = _meant(target, options)
    if address.remote.startswith("file:"):
        return None
    first = revisions[0]
    revision = first if is_commit(first) or first == "HEAD" else "\n".join(revisions)
    # What the clone brought in is read on this machine.
    return Place("git", address.remote, "" if revision == "HEAD" else revision, pays=False)


def open_target(target: str, options: SourceOptions) -> GitSnapshot:
    """Clone the repository at one revision: ``options.revision``, else the URL's, else its HEAD.

    Raises:
        TargetError: the URL names no repository, or the revision is none.
        UnreachableError: it is missing, private, damaged or out of reach, or ``offline`` bars it.
    """
    shown = without_credentials(target)
    address, revisions = _meant(target, options)
    if options.offline and not address.remote.startswith("file:"):
        raise UnreachableError(
            shown,
            "it is on the network, and --offline forbids that",
            "clone it and give the path",
            absence=Absence.OFFLINE,
        )
    if shutil.which("git") is None:
        raise UnreachableError(shown, "git is not installed", "install it and try again")
    try:
        return _cloned(shown, address, revisions, options)
    except OSError as error:  # no room, or a folder that may not be written to
        raise UnreachableError(
            shown,
            f"its clone cannot be kept ({error.strerror})",
            "set TMPDIR to a place with room",
        ) from error


def _meant(target: str, options: SourceOptions) -> tuple[GitAddress, list[str]]:
    """Return the repository, and the revisions that may be meant, likeliest first."""
    written = git_address(target) if is_git_url(target) else None
    address = written or address_on_disk(str(Path(target).resolve()))
    named = (options.revision,) if options.revision else address.revisions or ("HEAD",)
    return address, [checked(without_credentials(target), revision) for revision in named]


def _cloned(
    target: str, address: GitAddress, revisions: list[str], options: SourceOptions
) -> GitSnapshot:
    # GitPython takes a tenth of a second to import, which `lineage --help` must not wait for.
    from lineage.sources.gitclone import clone_of  # noqa: PLC0415
    from lineage.sources.gitfailure import unreachable  # noqa: PLC0415
    from lineage.sources.gitprocess import GitError  # noqa: PLC0415

    clone, commit = clone_of(target, address, revisions, options)
    try:
        if options.client is not None:
            options.client.traffic.asked(_host_of(address))
            options.client.traffic.received(_host_of(address), clone.size)
        return GitSnapshot(address, clone, commit, options)
    except BaseException as error:
        clone.close()
        if isinstance(error, LimitError):
            raise UnreachableError(target, error.reason, error.advice) from error
        if isinstance(error, TooManyFilesError):
            raise UnreachableError(target, error.reason, error.advice) from error
        if isinstance(error, GitError):
            raise unreachable(target, error) from error
        raise


def _host_of(address: GitAddress) -> str:
    """Return the host of a git repository as it is shown to a person."""
    return urlsplit(address.page).netloc or re.split(r"[:/]", address.page, maxsplit=1)[0] or "git"


def _is_bare(path: Path) -> bool:
    """Say whether a directory is a git repository without a work tree."""
    try:
        return (
            (path / "HEAD").is_file() and (path / "objects").is_dir() and (path / "refs").is_dir()
        )
    except (OSError, ValueError):  # no permission, a NUL in the path
        return False


class GitSnapshot:
    """One commit of a git repository, read out of a temporary clone."""

    def __init__(
        self, address: GitAddress, clone: Clone, commit: str, options: SourceOptions
    ) -> None:
        """List the commit; the snapshot removes the clone when it is closed."""
        from lineage.sources.gitobjects import Objects, entries  # noqa: PLC0415 - as above
        from lineage.sources.gitstores import Stores  # noqa: PLC0415 - as above

        self._address = address
        self._options = options
        self._clone = clone
        self._meter = Meter(options.max_bytes)
        self._client = client_for(options)
        self._is_own_client = options.client is None
        self._stores = Stores(address, commit, clone, self._client)
        self._objects = Objects(clone)
        try:
            self._listing = self._stores.reached(Listing(entries(clone, commit, self._objects)))
        except BaseException:
            self._objects.close()
            raise
        page, pages = address.page, address.pages
        self.repo = Repo(
            host=address.host,
            id=address.id,
            revision=commit,
            url=pages.of_revision(page, commit) if pages else page,
            purl=address.purl(commit),
        )
        self._commit = commit
        self._facts: tuple[HostFact, ...] | None = None

    @property
    def bytes_read(self) -> int:
        """Bytes of content handed out so far; the fetch itself brings in whole files, packed."""
        return self._meter.spent

    def files(self) -> tuple[FileEntry, ...]:
        """Return every path of the commit, sorted."""
        return self._listing.entries

    def read(self, path: str, limit: int) -> bytes:
        """Return the whole content of a file of at most ``limit`` bytes."""
        entry = self._listing.file(path)
        refuse_larger(entry.size or 0, limit)
        self._meter.allow(entry.size or 0)
        if self._stores.holds(path):
            return self._counted(self._stores.read(path, limit))
        return self._counted(self._objects.content(entry.blob or "", limit))

    def read_range(self, path: str, start: int, stop: int) -> bytes:
        """Return bytes ``start`` to ``stop`` of a file."""
        entry = self._listing.file(path)
        self._meter.allow(max(0, min(stop, entry.size or 0) - start))
        if self._stores.holds(path):
            return self._counted(self._stores.piece(path, start, stop))
        return self._counted(self._objects.piece(entry.blob or "", start, stop))

    def facts(self) -> tuple[HostFact, ...]:
        """Return what the host's name for it claims, and what the host's API says of it.

        git itself says nothing of a repository beyond its content.
        """
        if self._facts is None:
            self._facts = (*_claims(self.repo), *self._stores.facts())
        return self._facts

    def url_of(self, path: str, lines: tuple[int, int] | None = None) -> str | None:
        """Return the host's page of a file at the commit; None where its form is not known."""
        pages = self._address.pages
        if pages is None:
            return None
        return pages.of_file(self._address.page, self._commit, path, lines)

    def date(self) -> str | None:
        """Return the day (UTC) on which the commit was made; None where it says none."""
        with self._clone.command("show", "-s", "--format=%ct", self._commit) as process:
            return day_of(process.line().decode("ascii", "replace"))

    def past(self, patterns: tuple[str, ...], commits: int, contents: int) -> Past:
        """Return what became of some files at the root in the commits before this one.

        Raises:
            UnreadableError: the host does not give it.
        """
        from lineage.sources.gitpast import past_of  # noqa: PLC0415 - as above

        return past_of(
            self._address,
            self._commit,
            self._options,
            self._meter,
            patterns=patterns,
            commits=commits,
            contents=contents,
        )

    def arrivals(self, progress: Progress) -> Arrivals:
        """Return when the repository and its paths came; takes one more fetch, without contents.

        Raises:
            UnreadableError: the host does not give the history.
        """
        from lineage.sources.gitdates import fetched_arrivals  # noqa: PLC0415 - as above

        paths = (entry.path for entry in self.files())
        found, fetched = fetched_arrivals(
            self._address, self._commit, self._options, paths, progress
        )
        traffic = self._client.traffic
        traffic.asked(_host_of(self._address))
        traffic.received(_host_of(self._address), fetched)
        return found

    def close(self) -> None:
        """Remove the clone and end git."""
        self._objects.close()
        self._clone.close()
        if self._is_own_client:
            self._client.close()

    def __enter__(self) -> Self:
        """Return the snapshot itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the snapshot."""
        self.close()

    def _counted(self, content: bytes) -> bytes:
        self._meter.spend(len(content))
        return content


def _claims(repo: Repo) -> Iterator[HostFact]:
    """Yield what the repository's place on its host claims: GitCode's mirrors of the hub."""
    original = repo.id.removeprefix("hf_mirrors/")
    if repo.host is Host.GITCODE and original != repo.id:
        page = repo.url.partition("/tree/")[0]
        yield HostFact("mirror_of", original, Exhibit("", url=page, excerpt=repo.id))
