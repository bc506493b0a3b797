from __future__ import annotations

from pathlib import Path

from lineage import walk
from lineage.code import Release, Work
from lineage.code.fingerprint import LARGEST
from lineage.code.gathering import Harvest
from lineage.model import Unread
from lineage.progress import Silent
from lineage.sources import UnreadableError
from lineage.tracing import trace
from lineage.weighing import Opened
from tests.code_repositories import upstream
from tests.doubles.memory import MemorySnapshot, snapshot_of

CUT = "the exchange broke off"


class Cut(MemorySnapshot):
    """A snapshot whose host fails for some files, from a certain read of each on."""

    def __init__(self, whole: MemorySnapshot, paths: set[str], good: int) -> None:
        super().__init__(whole._contents, whole.repo, ())
        self._left = dict.fromkeys(paths, good)

    def read(self, path: str, limit: int) -> bytes:
        if path in self._left:
            self._left[path] -= 1
            if self._left[path] < 0:
                raise UnreadableError(CUT)
        return super().read(path, limit)


def opened(snapshot: MemorySnapshot) -> Opened:
    return Opened(snapshot, walk.read(snapshot, ()))


def unread(target: Opened, *references: Opened) -> tuple[Unread, ...]:
    found, _ = trace(target, references, (), Silent())
    return found.reading.coverage.unread


def test_a_source_file_that_cannot_be_read_is_a_gap() -> None:
    whole = snapshot_of(upstream())
    path = min(one for one in upstream() if one.endswith(".py"))
    assert unread(opened(whole)) == ()
    assert unread(opened(Cut(whole, {path}, 0))) == (Unread(path, CUT),)


def test_a_head_that_cannot_be_read_is_a_gap() -> None:
    path = min(one for one in upstream() if one.endswith(".py"))
    work = opened(snapshot_of(upstream(), "org/work"))
    assert unread(opened(snapshot_of(upstream())), work) == ()
    again = Cut(snapshot_of(upstream()), {path}, 1)
    assert unread(opened(again), work) == (Unread(path, CUT),)


def test_a_source_file_of_a_reference_is_a_gap_under_its_name() -> None:
    path = min(one for one in upstream() if one.endswith(".py"))
    work = opened(Cut(snapshot_of(upstream(), "org/work"), {path}, 0))
    assert unread(opened(snapshot_of(upstream())), work) == (Unread(f"org/work:{path}", CUT),)


def test_what_is_too_large_to_be_compared_is_no_gap() -> None:
    assert unread(opened(snapshot_of({"a.py": b"x = 1\n" * (LARGEST // 6 + 1)}))) == ()


def test_a_catalogue_that_is_not_as_it_was_written_is_a_gap(tmp_path: Path) -> None:
    harvest = Harvest(Work("work", "pkg:pypi/work", "https://example.org/work"), jobs=1)
    harvest.add(snapshot_of(upstream()), Release("1.0"))
    path = harvest.write(tmp_path)
    target = opened(snapshot_of(upstream()))

    def gaps() -> tuple[Unread, ...]:
        found, _ = trace(target, (), (tmp_path,), Silent())
        return found.reading.coverage.unread

    assert gaps() == ()
    content = path.read_bytes()
    path.write_bytes(content[:-9] + bytes(9))  # the end of the last file's record
    reason = f"{path.name} is damaged: a part is left out"
    assert gaps() == (Unread("catalogue of code", reason),)
    path.write_bytes(content[: len(content) // 2])
    assert gaps() == (Unread("catalogue of code", f"{path.name} is left out: it is damaged"),)
    path.write_bytes(b"nothing of the kind")
    reason = f"{path.name} is left out: it is no catalogue of code"
    assert gaps() == (Unread("catalogue of code", reason),)
