"""A bare, shallow, partial clone in a temporary directory, with every door shut but one.

It is put together by hand (https://git-scm.com/docs/gitrepository-layout) and filled by one
``git fetch``: no template, no checkout, no tags, no submodules, one commit, and of its files those
that are no larger than what is read of a text. After the fetch its configuration names no remote,
so nothing that was left out can be fetched later by mistake.

The user's own ``~/.gitconfig`` is honoured, and so is configuration given by ``GIT_CONFIG_COUNT``:
proxies, certificates, credential helpers and ``url.….insteadOf`` stand there, and it is the user's
word, not the repository's. ``GIT_CONFIG_GLOBAL=/dev/null`` shuts it out. What in it could run a
program or weaken a check is overruled on the command line. The machine's configuration is not read.
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from lineage.sources.file import TEXT_LIMIT
from lineage.sources.gitfailure import is_about_revision, unreachable
from lineage.sources.gitprocess import GitError, GitProcess
from lineage.sources.giturl import GitAddress
from lineage.sources.options import PATIENCE, SourceOptions
from lineage.sources.snapshot import UnreachableError

#: Most bytes that a fetch may bring in where the user sets no bound: a server that knows no filters
#: sends every file.
FETCH_LIMIT = 4 << 30
#: Largest file that is fetched; git's filter leaves out what is as large as its limit.
BLOB_LIMIT = TEXT_LIMIT
#: Most bytes of commits, trees and licence texts that a look at the history may bring in.
PAST_LIMIT = 64 << 20
#: Slips of old git programs, which well-known repositories carry. They harm nobody who checks
#: nothing out, and git before 2.44 cannot be told to let them pass in a partial clone.
_SLIPS = (
    ": badTimezone:",
    ": missingEmail:",
    ": missingNameBeforeEmail:",
    ": missingSpaceBeforeDate:",
    ": missingSpaceBeforeEmail:",
    ": zeroPaddedFilemode:",
)
#: Seconds between two looks at the growing clone.
_MOMENT = 0.05

_BARE = "[core]\n\trepositoryformatversion = 0\n\tbare = true\n"
_PARTIAL = """[core]
\trepositoryformatversion = 1
\tbare = true
[extensions]
\tpartialClone = audited
[remote "audited"]
\turl = "{url}"
\tpromisor = true
\tpartialclonefilter = blob:limit={limit}
"""


class Clone:
    """A temporary repository that holds one commit; closing it removes it."""

    def __init__(self, timeout: float) -> None:
        """Make an empty repository."""
        self._timeout = timeout
        self._remotes: dict[str, str] = {}
        self._home = TemporaryDirectory(prefix="lineage-", ignore_cleanup_errors=True)
        self.path = Path(self._home.name)
        for folder in ("objects/pack", "refs"):
            (self.path / folder).mkdir(parents=True)
        (self.path / "HEAD").write_text("ref: refs/heads/none\n", encoding="ascii")
        self.forget_remote()

    def command(
        self, *arguments: str, protocols: str = "none", stdin: int | BinaryIO = subprocess.DEVNULL
    ) -> GitProcess:
        """Start a git command in the repository; without ``protocols`` it can reach nothing."""
        return GitProcess(
            arguments,
            place=self.path,
            environment=self._environment(protocols),
            timeout=self._timeout,
            stdin=stdin,
        )

    def fetch(self, address: GitAddress, revision: str, options: SourceOptions) -> str:
        """Fetch one revision and return its commit.

        Raises:
            GitError: git fails or stalls.
            FetchTooLargeError: it brings in more than it may.
        """
        limit = options.max_bytes if options.max_bytes is not None else FETCH_LIMIT
        largest = min(BLOB_LIMIT, limit) + 1
        self._configure(_PARTIAL.format(url=address.remote, limit=largest))
        arguments = (*_fetch(largest), revision)
        protocols = _protocols(self.remote_of(address))
        try:
            self._fill(arguments, protocols, limit)
        except GitError as error:
            if not any(slip in error.said for slip in _SLIPS):
                raise
            self._fill(("-c", "fetch.fsckObjects=false", *arguments), protocols, limit)
        finally:
            self.forget_remote()
        with self.command("rev-parse", "--verify", "FETCH_HEAD^{commit}") as process:
            return process.line().decode()

    def fetch_past(
        self,
        address: GitAddress,
        commit: str,
        commits: int,
        options: SourceOptions,
        *,
        trees: bool = True,
    ) -> None:
        """Fetch the commits before one, with their trees (or not) and without any content.

        Raises:
            GitError: git fails or stalls.
            FetchTooLargeError: it brings in more than it may.
        """
        kept = "blob:none" if trees else "tree:0"
        self._ask(address, (*_fetch_past(commits, kept), commit), options)

    def fetch_blobs(
        self, address: GitAddress, blobs: Sequence[str], options: SourceOptions
    ) -> None:
        """Fetch contents by their ids.

        Raises:
            GitError: git fails or stalls.
            FetchTooLargeError: they are more than they may be.
        """
        if blobs:
            self._ask(address, (*_FETCH_BLOBS, *blobs), options)

    def _ask(self, address: GitAddress, arguments: tuple[str, ...], options: SourceOptions) -> None:
        """Run a fetch of history.

        Objects are not checked for form: old commits are full of slips of old programs, and what
        is wanted of them is read one by one and never checked out.
        """
        limit = min(PAST_LIMIT, options.max_bytes or PAST_LIMIT)
        self._configure(_PARTIAL.format(url=address.remote, limit=0))
        try:
            arguments = ("-c", "fetch.fsckObjects=false", *arguments)
            self._fill(arguments, _protocols(self.remote_of(address)), limit)
        finally:
            self.forget_remote()

    def _fill(self, arguments: Sequence[str], protocols: str, limit: int) -> None:
        with self.command(*arguments, protocols=protocols) as process:
            self._watch(process, limit)
            process.finish()
        self._expect_within(limit)

    def remote_of(self, address: GitAddress) -> str:
        """Return where git goes for a remote: the user's ``url.….insteadOf`` may lead elsewhere."""
        if address.remote not in self._remotes:
            with self.command("ls-remote", "--get-url", address.remote) as process:
                self._remotes[address.remote] = process.line().decode("utf-8", "surrogateescape")
        return self._remotes[address.remote]

    @property
    def size(self) -> int:
        """Bytes that its fetches brought in."""
        return _size(self.path / "objects" / "pack")

    def forget_remote(self) -> None:
        """Leave no trace of where the content came from: nothing can be fetched, no token kept."""
        self._configure(_BARE)

    def close(self) -> None:
        """Remove the repository."""
        self._home.cleanup()

    def _configure(self, text: str) -> None:
        (self.path / "config").write_text(text, encoding="utf-8", errors="surrogateescape")

    def _watch(self, process: GitProcess, limit: int) -> None:
        """Wait for the fetch for as long as it grows, and no longer than it may."""
        size, began = 0, time.monotonic()
        moved = began
        while _runs(process.process):
            now, grown = time.monotonic(), self._expect_within(limit)
            if grown != size:
                size, moved = grown, now
            if now - moved > self._timeout or now - began > self._timeout * PATIENCE:
                raise GitError("", stalled=True)

    def _expect_within(self, limit: int) -> int:
        size = _size(self.path / "objects" / "pack")
        if size > limit:
            raise FetchTooLargeError(limit)
        return size

    def _environment(self, protocols: str) -> dict[str, str]:
        objects = self.path / "objects"
        return {
            "GCM_INTERACTIVE": "never",
            # Set where lineage itself runs in a git hook; they would lead to that repository.
            "GIT_ALTERNATE_OBJECT_DIRECTORIES": "",
            "GIT_DIR": str(self.path),
            "GIT_INDEX_FILE": str(self.path / "index"),
            "GIT_OBJECT_DIRECTORY": str(objects),
            "GIT_ALLOW_PROTOCOL": protocols,
            "GIT_ASKPASS": os.environ.get("GIT_ASKPASS") or "true",
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_LFS_SKIP_SMUDGE": "1",
            "GIT_NO_LAZY_FETCH": "1",
            "GIT_TERMINAL_PROMPT": "0",
            "SSH_ASKPASS_REQUIRE": "never",
        }


class FetchTooLargeError(Exception):
    """A fetch brings in more than it may."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit


def clone_of(
    target: str, address: GitAddress, revisions: Sequence[str], options: SourceOptions
) -> tuple[Clone, str]:
    """Return a clone of the first of the revisions that exists, and its commit.

    Raises:
        UnreachableError: none can be had.
    """
    made = Clone(options.timeout)
    try:
        return made, _first(made, target, address, revisions, options)
    except BaseException:
        made.close()
        raise


def _first(
    made: Clone, target: str, address: GitAddress, revisions: Sequence[str], options: SourceOptions
) -> str:
    failure = UnreachableError(target, "it names no revision")
    for revision in revisions:
        try:
            return made.fetch(address, revision, options)
        except FetchTooLargeError as error:
            raise UnreachableError(
                target,
                f"it is larger than the byte limit of {error.limit:,}",
                "raise the limit with --max-bytes",
            ) from error
        except GitError as error:
            failure = unreachable(target, error, revision)
            if not is_about_revision(error, revision):
                raise failure from error
    raise failure


def _fetch(largest: int) -> tuple[str, ...]:
    return (
        "fetch",
        "--quiet",
        "--depth=1",
        f"--filter=blob:limit={largest}",
        "--no-tags",
        "--no-recurse-submodules",
        "--no-auto-gc",
        "audited",
    )


def _fetch_past(commits: int, kept: str) -> tuple[str, ...]:
    return (
        "fetch",
        "--quiet",
        f"--depth={commits}",
        f"--filter={kept}",
        "--no-tags",
        "--no-recurse-submodules",
        "--no-auto-gc",
        "audited",
    )


_FETCH_BLOBS = (
    "fetch",
    "--quiet",
    "--no-tags",
    "--no-write-fetch-head",
    "--no-recurse-submodules",
    "--no-auto-gc",
    "--filter=blob:none",
    "audited",
)


def _protocols(remote: str) -> str:
    """Return the transports that may be used, by where git goes in the end.

    Plain http is used where the user chose it, and never since a host leads to it.
    """
    if remote.startswith(("file:", "/")):
        return "file"
    return "https:ssh" + (":http" if remote.startswith("http:") else "")


def _runs(process: subprocess.Popen[bytes]) -> bool:
    try:
        process.wait(_MOMENT)
    except subprocess.TimeoutExpired:
        return True
    return False


def _size(folder: Path) -> int:
    """Return the bytes of the files in a folder, some of which may vanish meanwhile."""
    total = 0
    for item in os.scandir(folder):
        try:
            total += item.stat().st_size
        except FileNotFoundError:
            continue
    return total
