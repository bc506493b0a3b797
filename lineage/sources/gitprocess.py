"""git as a child process: no terminal, no questions, bounded patience and bounded memory."""

from __future__ import annotations

import os
import re
import select
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import IO, BinaryIO, Protocol, Self

#: Whatever the user's own configuration says: run no hook and no other program of its choice,
#: check every object that comes in, fetch from nowhere but the repository that was named.
_GUARDS = (
    ("core.hooksPath", "/dev/null"),
    ("core.fsmonitor", "false"),
    ("core.symlinks", "false"),
    # A list of commits and their dates that stands beside the commits and may say something else.
    ("core.commitGraph", "false"),
    ("submodule.recurse", "false"),
    ("transfer.bundleURI", "false"),
    ("fetch.uriProtocols", ""),
    ("transfer.fsckObjects", "true"),
    ("fetch.fsckObjects", "true"),
    ("fetch.unpackLimit", "1"),
    ("gc.auto", "0"),
    ("maintenance.auto", "false"),
)
_OPTIONS = tuple(part for name, value in _GUARDS for part in ("-c", f"{name}={value}"))
_CHUNK = 1 << 16
#: What is kept of the messages, which a server can make as long as it likes.
_SAID_LIMIT = 1 << 14
_FATAL = re.compile(r"^(?:fatal|error|ERROR): (.+)$", re.MULTILINE)


class GitError(Exception):
    """git failed, or did not go on within its time."""

    def __init__(self, said: str, *, stalled: bool = False) -> None:
        super().__init__(said, stalled)
        #: The end of what it wrote to standard error.
        self.said = said
        self.stalled = stalled

    def __str__(self) -> str:
        """Return the last sentence in which git gives its reason."""
        if self.stalled:
            return "git did not go on within its time"
        reasons = _FATAL.findall(self.said)
        return str(reasons[-1]) if reasons else "git failed without saying why"


class Start(Protocol):
    """How a command is started."""

    def __call__(
        self,
        command: Sequence[str],
        place: Path,
        environment: Mapping[str, str],
        stdin: int | BinaryIO,
        /,
    ) -> tuple[object, subprocess.Popen[bytes] | None]:
        """Start the command; return what has to be kept while it runs, and the process.

        The process leads a group of its own, so that helpers (ssh, git-remote-https) end with it,
        and has no terminal for them to ask questions on.
        """


def through_gitpython(
    command: Sequence[str], place: Path, environment: Mapping[str, str], stdin: int | BinaryIO, /
) -> tuple[object, subprocess.Popen[bytes] | None]:
    """Start a command by GitPython, for whatever deals with a repository of others."""
    from git import Git  # noqa: PLC0415 - a tenth of a second, for which a git hook has no time

    handle = Git(str(place)).execute(
        list(command),
        istream=stdin,
        as_process=True,
        env=dict(environment),
        start_new_session=True,
    )
    return handle, handle.proc


def directly(
    command: Sequence[str], place: Path, environment: Mapping[str, str], stdin: int | BinaryIO, /
) -> tuple[object, subprocess.Popen[bytes] | None]:
    """Start a command by the standard library, for a hook in the user's own repository."""
    process = subprocess.Popen(
        command,
        cwd=place,
        env={**os.environ, "LANGUAGE": "C", "LC_ALL": "C", **environment},
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    return None, process


class GitProcess:
    """A running git command. Leaving the context ends it and all that it has started."""

    def __init__(
        self,
        arguments: Sequence[str],
        *,
        place: Path,
        environment: Mapping[str, str],
        timeout: float,
        stdin: int | BinaryIO = subprocess.DEVNULL,
        start: Start | None = None,
    ) -> None:
        """Start git in ``place``; ``timeout`` bounds each wait for it to go on."""
        self._timeout = timeout
        # The handle ends the command when it is forgotten, so it is kept.
        self._handle, process = (start or through_gitpython)(
            ["git", *_OPTIONS, *arguments], place, environment, stdin
        )
        if process is None or process.stdout is None or process.stderr is None:
            raise GitError("git could not be started")
        self.process = process
        self._output = process.stdout
        self._waiting = bytearray()
        self._said = b""
        self._listener = Thread(target=self._listen, args=(process.stderr,), daemon=True)
        self._listener.start()

    def write(self, line: bytes) -> None:
        """Hand the command a line of input.

        Raises:
            GitError: it has ended.
        """
        if self.process.stdin is None:
            raise GitError("git takes no input")
        try:
            self.process.stdin.write(line)
            self.process.stdin.flush()
        except OSError as error:
            raise self.error() from error

    def take(self, count: int) -> bytes:
        """Return the next ``count`` bytes of output.

        Raises:
            GitError: the output ends before, or does not go on.
        """
        while len(self._waiting) < count:
            self._more()
        taken = bytes(self._waiting[:count])
        del self._waiting[:count]
        return taken

    def skip(self, count: int) -> None:
        """Pass over the next ``count`` bytes of output, keeping none of them.

        Raises:
            GitError: the output ends before, or does not go on.
        """
        while count:
            count -= len(self.take(min(count, _CHUNK)))

    def line(self) -> bytes:
        """Return the next line of output without its end.

        Raises:
            GitError: the output ends before, or does not go on.
        """
        while (end := self._waiting.find(b"\n")) < 0:
            if len(self._waiting) > _CHUNK:
                raise GitError("fatal: a line without end")
            self._more()
        line = bytes(self._waiting[:end])
        del self._waiting[: end + 1]
        return line

    def records(self, end: bytes) -> Iterator[bytes]:
        """Yield the output in pieces that end in ``end``, up to a successful ending.

        Raises:
            GitError: the command fails, does not go on, or writes a piece of more than a megabyte.
        """
        rest = b""
        while chunk := self._chunk():
            *whole, rest = (rest + chunk).split(end)
            yield from whole
            if len(rest) > 1 << 20:
                raise GitError("fatal: a record without end")
        self.finish()

    def finish(self) -> None:
        """Wait for the command to end.

        Raises:
            GitError: it fails or does not end.
        """
        try:
            status = self.process.wait(self._timeout)
        except subprocess.TimeoutExpired as error:
            raise GitError("", stalled=True) from error
        if status:
            raise self.error()

    def error(self) -> GitError:
        """Return what the command said, once it has ended."""
        self._listener.join(self._timeout)
        return GitError(self._said.decode("utf-8", "replace"))

    def close(self) -> None:
        """End the command and everything that it has started."""
        if self.process.poll() is None:
            try:
                os.killpg(self.process.pid, signal.SIGKILL)
            except ProcessLookupError:
                self.process.kill()
            self.process.wait()
        self._listener.join(self._timeout)
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            _close(pipe)

    def __enter__(self) -> Self:
        """Return the process itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the command."""
        self.close()

    def _more(self) -> None:
        chunk = self._chunk()
        if not chunk:
            raise self.error()
        self._waiting += chunk

    def _chunk(self) -> bytes:
        poll = select.poll()
        poll.register(self._output, select.POLLIN | select.POLLHUP)
        if not poll.poll(self._timeout * 1000):
            raise GitError("", stalled=True)
        return os.read(self._output.fileno(), _CHUNK)

    def _listen(self, messages: IO[bytes]) -> None:
        """Empty the message pipe, so that the command never waits for a reader."""
        while chunk := os.read(messages.fileno(), _CHUNK):
            self._said = (self._said + chunk)[-_SAID_LIMIT:]


def _close(pipe: IO[bytes] | None) -> None:
    try:
        if pipe is not None:
            pipe.close()
    except OSError:  # input that the dead process will not read
        pass
