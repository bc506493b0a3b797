"""Prints of many files, by several processes at a time."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from multiprocessing.connection import Connection
from pathlib import Path
from queue import SimpleQueue

from lineage.code.printing import Content, Printed
from lineage.code.prints import FileKind, Passed

_BATCH = 24
#: Batches on their way at a time: what bounds the memory.
_AHEAD = 6


def printed_by_several(contents: Iterator[Content], jobs: int, *, heads: bool) -> Iterator[Printed]:
    """Yield the print of each file, in order."""
    crew = _Crew(jobs, heads=heads)
    pool = ThreadPoolExecutor(jobs)
    try:
        coming: deque[Future[list[Printed]]] = deque()
        while batch := list(islice(contents, _BATCH)):
            coming.append(pool.submit(crew.work, batch))
            if len(coming) >= _AHEAD * jobs:
                yield from coming.popleft().result()
        while coming:
            yield from coming.popleft().result()
    finally:
        crew.end()
        pool.shutdown(cancel_futures=True)


class _Crew:
    """As many processes as there are jobs; each of the threads asks one that is free."""

    def __init__(self, jobs: int, *, heads: bool) -> None:
        self._heads = heads
        self._all: set[_Worker] = set()
        self._free: SimpleQueue[_Worker | None] = SimpleQueue()
        self._ended = False
        for _ in range(jobs):
            self._free.put(None)

    def work(self, batch: Sequence[Content]) -> list[Printed]:
        """Return the prints of a batch; a file that ends the process that reads it has none."""
        made = self._asked(batch)
        if made is not None:
            return made
        if len(batch) == 1:
            reason = "the process that read it came to an end over it"
            return [(Passed(batch[0][0], FileKind.UNREADABLE, reason), "")]
        return [one for content in batch for one in self.work([content])]

    def end(self) -> None:
        """End the processes, whatever they are at."""
        self._ended = True
        for worker in tuple(self._all):
            worker.end()

    def _asked(self, batch: Sequence[Content]) -> list[Printed] | None:
        """Return what a process answers; None where it ended over the question."""
        worker = self._free.get()
        try:
            if worker is None:
                worker = _Worker()
                self._all.add(worker)
            made = worker.asked(batch, heads=self._heads)
        except (EOFError, OSError):
            if worker is None or self._ended:
                raise
            worker.end()
            self._all.discard(worker)
            worker = None
            return None
        finally:
            self._free.put(worker)
        return made


class _Worker:
    """A process that prints files."""

    def __init__(self) -> None:
        """Start it.

        Raises:
            OSError: it cannot be started.
        """
        self._process = subprocess.Popen(
            # -P: no module of the audited directory may be imported by mistake.
            [sys.executable, "-P", "-m", "lineage.code.print_worker"],
            env=os.environ | {"OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": _search_path()},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert self._process.stdin is not None  # noqa: S101 - a pipe was asked for
        assert self._process.stdout is not None  # noqa: S101
        self._questions = Connection(os.dup(self._process.stdin.fileno()), readable=False)
        self._answers = Connection(os.dup(self._process.stdout.fileno()), writable=False)
        self._process.stdin.close()
        self._process.stdout.close()

    def asked(self, batch: Sequence[Content], *, heads: bool) -> list[Printed]:
        """Return the prints of a batch.

        Raises:
            EOFError: the process ended.
            OSError: the same.
        """
        self._questions.send((batch, heads))
        made: list[Printed] = self._answers.recv()
        return made

    def end(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()


def _search_path() -> str:
    """Return where this process finds modules, without the folder that it stands in."""
    return os.pathsep.join(path for path in sys.path if Path(path).is_absolute())
