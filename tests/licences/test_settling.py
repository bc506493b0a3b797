"""What scancode is asked, and how far it is believed: with the real scancode, loaded once."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from lineage.licences import settle
from lineage.licences.answers import Answers
from lineage.licences.scancode import Answer, Worker, WorkerError
from lineage.licences.settling import settled_by
from lineage.model import (
    Evidence,
    Exhibit,
    LicenceText,
    Method,
    TextForm,
    Unread,
    UnsettledText,
)
from lineage.progress import Silent
from lineage.sources.snapshot import UnreadableError
from tests.doubles.memory import snapshot_of
from tests.licences import texts

#: The MIT licence with a word changed in three places: near, and not it.
ALMOST_MIT = (
    texts.licence("mit")
    .replace("free of charge", "at no charge")
    .replace("without limitation", "without any limitation")
    .replace("in an action of", "in some action of")
)
NOBODYS = """The Foo Model Licence

You may look at the weights on weekdays. You may not look at them on Sundays, nor may you show them
to your neighbour, unless the neighbour is licensed too. The licensor keeps the right to change its
mind, and to be paid in cheese. Everything else is at your own risk and without any warranty at all.
"""


def unsettled(
    path: str, lines: tuple[int, int] | None = None, *, own: bool = True
) -> UnsettledText:
    return UnsettledText(None, licence_file=own, exhibit=Exhibit(path, lines))


def settled(
    contents: Mapping[str, str],
    *asked: UnsettledText,
    worker: Worker,
    folder: Path,
) -> tuple[tuple[Evidence, ...], tuple[Unread, ...]]:
    snapshot = snapshot_of(contents)
    with Answers(folder) as answers:
        return settled_by(worker, answers, asked, snapshot.read, Silent())


@pytest.fixture(scope="session")
def worker() -> Iterator[Worker]:
    with Worker() as running:
        yield running


@pytest.mark.scancode
def test_a_text_that_is_nearly_known_is_named_and_not_called_exact(
    worker: Worker, tmp_path: Path
) -> None:
    contents = {"LICENSE": f"A title\n\n{ALMOST_MIT}"}
    evidence, unread = settled(
        contents, unsettled("LICENSE", (3, 40)), worker=worker, folder=tmp_path
    )
    assert unread == ()
    (text,) = evidence
    assert isinstance(text, LicenceText)
    assert (text.expression, text.form, text.method) == ("MIT", TextForm.TEXT, Method.SCANCODE)
    assert not text.exact
    assert 80 < text.score < 100
    assert text.exhibit.lines is not None
    assert text.exhibit.lines[0] >= 3


@pytest.mark.scancode
def test_a_text_that_nobody_knows_stays_unsettled_and_is_no_gap(
    worker: Worker, tmp_path: Path
) -> None:
    asked = unsettled("LICENSE")
    assert settled({"LICENSE": NOBODYS}, asked, worker=worker, folder=tmp_path) == ((asked,), ())


@pytest.mark.scancode
def test_a_variant_of_a_model_licence_is_not_taken_for_its_kin(
    worker: Worker, tmp_path: Path
) -> None:
    # Llama 3.1 with other numbers and another name: the likes of which scancode calls Llama 3.1.
    kin = texts.licence("llama-3.1-license-2024").replace("3.1", "9").replace("700 million", "7")
    asked = unsettled("LICENSE")
    evidence, _ = settled({"LICENSE": kin}, asked, worker=worker, folder=tmp_path)
    assert asked in evidence
    assert not [e for e in evidence if isinstance(e, LicenceText) and "llama" in e.expression]


@pytest.mark.scancode
def test_prose_that_mentions_a_licence_is_dropped(worker: Worker, tmp_path: Path) -> None:
    prose = (
        "The tests of this package were written at MIT, in the public domain of ideas, and the\n"
        "licence of the data that they read is not known to the author, who asks for patience."
    )
    asked = unsettled("a.py", own=False)
    evidence, unread = settled({"a.py": prose}, asked, worker=worker, folder=tmp_path)
    assert not [fact for fact in evidence if isinstance(fact, LicenceText)]
    assert unread == ()


@pytest.mark.scancode
def test_the_worker_is_bounded(worker: Worker) -> None:
    worker.ask(NOBODYS)
    assert worker._process is not None
    limits = Path(f"/proc/{worker._process.pid}/limits").read_text(encoding="ascii")
    for kind in ("Max cpu time", "Max address space", "Max core file size"):
        (line,) = (line for line in limits.splitlines() if line.startswith(kind))
        assert "unlimited" not in line.removeprefix(kind).split()[:1]


@pytest.mark.scancode
def test_the_second_time_nobody_is_asked(worker: Worker, tmp_path: Path) -> None:
    asked = unsettled("LICENSE")
    first = settled({"LICENSE": ALMOST_MIT}, asked, worker=worker, folder=tmp_path)
    with Worker() as other:
        again = settled({"LICENSE": ALMOST_MIT}, asked, worker=other, folder=tmp_path)
        assert not other.is_running
    assert again == first


@pytest.mark.scancode
def test_a_worker_that_is_killed_midway_leaves_gaps_and_loses_nothing(tmp_path: Path) -> None:
    asked = [unsettled("LICENSE"), unsettled("b/LICENSE"), unsettled("c.py", own=False)]
    contents = {"LICENSE": ALMOST_MIT, "b/LICENSE": NOBODYS, "c.py": NOBODYS}
    with Worker() as doomed:
        snapshot = snapshot_of(contents)

        def read(path: str, limit: int) -> bytes:
            if path == "b/LICENSE":
                assert doomed._process is not None
                os.killpg(doomed._process.pid, signal.SIGKILL)
            return snapshot.read(path, limit)

        with Answers(tmp_path) as answers:
            evidence, unread = settled_by(doomed, answers, asked, read, Silent())
        folder = doomed._folder
    assert isinstance(evidence[0], LicenceText)
    assert evidence[1:] == (asked[1], asked[2])
    assert [gap.path for gap in unread] == ["b/LICENSE"]
    assert "has died" in unread[0].reason
    assert folder is None


@pytest.mark.scancode
def test_a_worker_that_takes_too_long_is_killed(tmp_path: Path) -> None:
    started = time.monotonic()
    with Worker(load_seconds=0.5) as slow:
        with pytest.raises(WorkerError, match="took more than"):
            slow.ask(NOBODYS)
        assert not slow.is_running
        with pytest.raises(WorkerError, match="took more than"):
            slow.ask(NOBODYS)
    assert time.monotonic() - started < 20


def test_nothing_to_settle_starts_nothing() -> None:
    assert settle((), lambda path, limit: b"", Silent()) == ((), ())


def test_a_file_that_cannot_be_read_any_more_is_a_gap(tmp_path: Path) -> None:
    def gone(path: str, limit: int) -> bytes:
        raise UnreadableError("its content is not here")

    asked = unsettled("LICENSE")
    with Answers(tmp_path) as answers, Worker() as worker:
        evidence, unread = settled_by(worker, answers, [asked], gone, Silent())
        assert not worker.is_running
    assert evidence == (asked,)
    assert "its content is not here" in unread[0].reason


def test_a_few_words_of_a_header_are_not_worth_the_question(tmp_path: Path) -> None:
    asked = unsettled("a.py", own=False)
    contents = {"a.py": "# Licensed under the Foo License. Ask for it at the counter."}
    with Worker() as worker:
        assert settled(contents, asked, worker=worker, folder=tmp_path) == ((asked,), ())
        assert not worker.is_running


def test_where_scancode_cannot_be_started_licence_files_are_gaps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no-python"))
    asked = [unsettled("LICENSE"), unsettled("a.py", own=False)]
    with Worker() as worker:
        evidence, unread = settled(
            {"LICENSE": NOBODYS, "a.py": NOBODYS}, *asked, worker=worker, folder=tmp_path
        )
    assert evidence == tuple(asked)
    assert [gap.path for gap in unread] == ["LICENSE"]
    assert "cannot be started" in unread[0].reason


def test_a_worker_that_is_no_scancode_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/true")
    with Worker() as worker, pytest.raises(WorkerError, match="has died"):
        worker.ask(NOBODYS)


@pytest.mark.parametrize(
    ("answer", "believed"),
    [
        (Answer("MIT", "2-aho", 100, 100, 160, 1, 20, "text"), True),
        (Answer("MIT", "3-seq", 92, 92, 150, 1, 20, "text"), True),
        (Answer("MIT", "3-seq", 60, 60, 90, 1, 20, "text"), False),
        (Answer("MIT", "2-aho", 100, 100, 3, 1, 1, "notice"), False),
        (Answer("MIT", "2-aho", 100, 100, 30, 1, 1, "mention"), False),
        (
            Answer(
                "LicenseRef-scancode-llama-3.1-license-2024", "3-seq", 95.6, 96, 900, 1, 90, "text"
            ),
            False,
        ),
        (
            Answer(
                "LicenseRef-scancode-llama-3.1-license-2024", "1-hash", 100, 100, 900, 1, 90, "text"
            ),
            True,
        ),
        (
            Answer(
                "LicenseRef-scancode-unknown-license-reference",
                "2-aho",
                100,
                100,
                20,
                1,
                2,
                "notice",
            ),
            False,
        ),
        (
            Answer("LicenseRef-scancode-warranty-disclaimer", "2-aho", 100, 100, 40, 1, 2, "text"),
            False,
        ),
        (Answer("Apache-2.0", "1-spdx-id", 100, 100, 5, 1, 1, "tag"), True),
    ],
)
def test_how_far_scancode_is_believed(answer: Answer, tmp_path: Path, *, believed: bool) -> None:
    asked = unsettled("LICENSE")
    with Answers(tmp_path) as answers, Worker() as worker:
        answers.keep(NOBODYS, (answer,))
        snapshot = snapshot_of({"LICENSE": NOBODYS})
        evidence, _ = settled_by(worker, answers, [asked], snapshot.read, Silent())
    assert any(isinstance(fact, LicenceText) for fact in evidence) is believed
