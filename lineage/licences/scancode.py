"""scancode at arm's length: one child process, asked over pipes, killed when it takes too long."""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import TracebackType
from typing import Self

#: Seconds that loading may take: ten on a quiet machine, over a minute on a busy one.
_LOAD_SECONDS = 240.0
#: Seconds after which scancode is asked to stop, and after which it is stopped.
_ASKED_SECONDS = 20.0
_GIVEN_SECONDS = 60.0
_LINE_LIMIT = 4 << 20


class WorkerError(Exception):
    """The worker cannot be used any more. ``str()`` says why, as a phrase."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One match of scancode's, as the worker tells it."""

    #: SPDX licence expression.
    expression: str
    #: ``1-hash``, ``1-spdx-id``, ``2-aho``, ``3-seq``, …
    matcher: str
    score: float
    #: Share of the rule's words that was found, 0 to 100.
    coverage: float
    words: int
    #: Lines of the text that was asked about, from 1.
    first: int
    last: int
    #: ``text``, ``notice``, ``tag`` or ``mention``.
    form: str


def scancode_version() -> str | None:
    """Return the version of the installed scancode-toolkit; None where there is none."""
    try:
        return version("scancode-toolkit")
    except PackageNotFoundError:
        return None


class Worker:
    """A scancode process, started at the first question and never twice."""

    def __init__(
        self, load_seconds: float = _LOAD_SECONDS, given_seconds: float = _GIVEN_SECONDS
    ) -> None:
        self._load_seconds = load_seconds
        self._given_seconds = given_seconds
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._buffer = bytearray()
        self._failure: str | None = None

    @property
    def is_running(self) -> bool:
        """Whether the process was started and has not ended."""
        return self._process is not None and self._process.poll() is None

    def ask(self, text: str) -> tuple[Answer, ...]:
        """Return what scancode makes of a text.

        Raises:
            WorkerError: it cannot be started, died or took too long. So will every later question.
            ValueError: it failed on this text alone.
        """
        if self._failure:
            raise WorkerError(self._failure)
        if self._process is None:
            self._start()
        folder = Path(self._folder.name if self._folder else "")
        path = folder / "excerpt.txt"
        path.write_text(text, encoding="utf-8", errors="replace")
        self._write({"path": str(path), "seconds": _ASKED_SECONDS})
        reply = self._read(self._given_seconds)
        match reply:
            case {"matches": list(matches)}:
                return answers_of(matches)
            case {"error": str(reason)}:
                raise ValueError(f"scancode failed on it ({reason[:200]})")
            case _:
                raise self._failed("scancode's worker gave an answer that is none")

    def close(self) -> None:
        """End the process and remove its files."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe is not None:
                    with suppress(OSError):
                        pipe.close()
        if self._folder is not None:
            self._folder.cleanup()
        self._process = self._folder = None
        self._failure = self._failure or "scancode's worker was closed"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _start(self) -> None:
        if scancode_version() is None:
            raise self._failed("scancode-toolkit is not installed")
        self._folder = tempfile.TemporaryDirectory(prefix="lineage-scancode-")
        folder = self._folder.name
        environment = os.environ | {"SCANCODE_CACHE": folder, "SCANCODE_TEMP": folder}
        try:
            self._process = subprocess.Popen(
                # -P and the folder: no module of the audited directory may be imported by mistake.
                [sys.executable, "-P", "-m", "lineage.licences.scancode_worker"],
                cwd=folder,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError as error:
            raise self._failed(f"scancode's worker cannot be started ({error})") from error
        reply = self._read(self._load_seconds)
        if "ready" not in reply:
            raise self._failed(f"scancode cannot be loaded ({str(reply.get('error'))[:200]})")

    def _write(self, message: dict[str, object]) -> None:
        stdin = self._process.stdin if self._process else None
        try:
            if stdin is None:
                raise BrokenPipeError
            stdin.write(json.dumps(message).encode() + b"\n")
            stdin.flush()
        except OSError as error:
            raise self._failed("scancode's worker has died") from error

    def _read(self, seconds: float) -> dict[str, object]:
        """Return the next message."""
        deadline = time.monotonic() + seconds
        while (end := self._buffer.find(b"\n")) < 0:
            self._receive(deadline - time.monotonic(), seconds)
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        try:
            message = json.loads(line)
        except ValueError as error:
            raise self._failed("scancode's worker does not speak JSON") from error
        if not isinstance(message, dict):
            raise self._failed("scancode's worker gave an answer that is none")
        return message

    def _receive(self, remaining: float, seconds: float) -> None:
        stdout = self._process.stdout if self._process else None
        if stdout is None or len(self._buffer) > _LINE_LIMIT:
            raise self._failed("scancode's worker has died")
        with selectors.DefaultSelector() as selector:
            selector.register(stdout, selectors.EVENT_READ)
            if remaining <= 0 or not selector.select(remaining):
                raise self._failed(f"scancode's worker took more than {seconds:.0f} seconds")
        received = os.read(stdout.fileno(), 1 << 16)
        if not received:
            raise self._failed("scancode's worker has died")
        self._buffer += received

    def _failed(self, reason: str) -> WorkerError:
        self._failure = reason
        self.close()
        return WorkerError(reason)


def answers_of(matches: Iterable[dict[str, object]]) -> tuple[Answer, ...]:
    """Return answers from what was decoded of JSON.

    Raises:
        ValueError: it is no list of matches.
    """
    try:
        return tuple(map(_answer, matches))
    except (KeyError, TypeError) as error:
        raise ValueError("no list of matches") from error


def plain_of(answers: tuple[Answer, ...]) -> list[dict[str, object]]:
    """Return answers as values for JSON."""
    return [asdict(answer) for answer in answers]


def _answer(match: dict[str, object]) -> Answer:
    return Answer(
        expression=str(match["expression"]),
        matcher=str(match["matcher"]),
        score=float(str(match["score"])),
        coverage=float(str(match["coverage"])),
        words=int(str(match["words"])),
        first=int(str(match["first"])),
        last=int(str(match["last"])),
        form=str(match["form"]),
    )
