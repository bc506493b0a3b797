from __future__ import annotations

import io
import os
import pty
import sys
from collections.abc import Iterator
from threading import Thread

import pytest

from lineage.console import shown_progress, stdout_page
from lineage.progress import Silent


class Stream(io.StringIO):
    """Something to write to that says whether it is a terminal, and its encoding."""

    def __init__(self, *, terminal: bool, encoding: str = "utf-8") -> None:
        super().__init__()
        self._terminal = terminal
        self._encoding = encoding

    def isatty(self) -> bool:
        return self._terminal

    @property
    def encoding(self) -> str:  # type: ignore[override]  # typeshed has it writable
        return self._encoding


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "TERM"):
        monkeypatch.delenv(name, raising=False)


def page_on(
    monkeypatch: pytest.MonkeyPatch, stream: Stream, **environment: str
) -> tuple[bool, int]:
    monkeypatch.setattr(sys, "stdout", stream)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return stdout_page().colour, stdout_page().width


@pytest.mark.parametrize(
    ("terminal", "environment", "colour"),
    [
        (True, {}, True),
        (True, {"NO_COLOR": "1"}, False),
        (True, {"NO_COLOR": ""}, True),
        (True, {"TERM": "dumb"}, False),
        (False, {}, False),
        (False, {"FORCE_COLOR": "1"}, True),
        (False, {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
    ],
)
def test_colour_is_for_terminals(
    monkeypatch: pytest.MonkeyPatch, *, terminal: bool, environment: dict[str, str], colour: bool
) -> None:
    assert page_on(monkeypatch, Stream(terminal=terminal), **environment)[0] is colour


def test_columns_are_honoured(monkeypatch: pytest.MonkeyPatch) -> None:
    assert page_on(monkeypatch, Stream(terminal=False), COLUMNS="83")[1] == 83


@pytest.mark.parametrize(
    ("encoding", "unicode"), [("utf-8", True), ("UTF-8", True), ("ascii", False), ("cp1252", False)]
)
def test_what_cannot_be_shown_is_not(
    monkeypatch: pytest.MonkeyPatch, *, encoding: str, unicode: bool
) -> None:
    monkeypatch.setattr(sys, "stdout", Stream(terminal=False, encoding=encoding))
    assert stdout_page().unicode is unicode


def test_progress_is_silent_off_a_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    with shown_progress() as progress:
        assert isinstance(progress, Silent)
        progress.stage("reading", 3)
        progress.advance(detail="x")
    assert capfd.readouterr() == ("", "")


def read_all(master: int) -> Iterator[bytes]:
    while True:
        try:
            chunk = os.read(master, 1 << 16)
        except OSError:  # the other end is closed
            return
        if not chunk:
            return
        yield chunk


def test_progress_on_a_terminal_escapes_and_leaves_no_trace(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    master, slave = pty.openpty()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")
    # A terminal holds a few kilobytes and then waits for its reader.
    seen: list[bytes] = []
    reader = Thread(target=lambda: seen.extend(read_all(master)))
    reader.start()
    with os.fdopen(slave, "w") as terminal:
        monkeypatch.setattr(sys, "stderr", terminal)
        with shown_progress() as progress:
            progress.stage("opening https://user:secret@host/[red]x[/red]", None)
            progress.stage("reading [bold]", 2)
            progress.advance(detail="long/" * 100)
            progress.advance(detail="evil\x1b]0;title\x07\u202e[link=x]")
        terminal.flush()
    reader.join(10)
    os.close(master)
    shown = b"".join(seen).decode()
    assert "[bold]" in shown
    assert r"\x1b]0;title\x07\u202e[link=x]" in shown
    assert "\x1b]0" not in shown
    assert "secret" not in shown
    assert shown.rstrip().endswith("\x1b[2K")
    assert capfd.readouterr().out == ""
