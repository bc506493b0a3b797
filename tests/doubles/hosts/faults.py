"""What may go wrong between a host and those who ask it: one fault, or a plan of many."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Fault:
    """An answer other than the right one; what is not given stays right."""

    status: int = 200
    #: Added to those of the answer, or in their place: a wrong ``Content-Range``, ``Location``.
    headers: Mapping[str, str] = field(default_factory=dict)
    #: With status 200: instead of the right answer's.
    body: bytes | None = None
    #: Close the connection after this many bytes of the right answer's body.
    cut_after: int | None = None
    #: Wait for so many seconds before answering.
    delay: float = 0.0
    #: Send the whole file, as if no range were asked for.
    whole: bool = False
    #: Send the body in pieces of this many bytes, with ``pause`` seconds between them.
    drip: int = 0
    pause: float = 0.0
    #: Send so many bytes of the right body and claim that they are all of it.
    only: int | None = None


class FaultPlan:
    """Faults to come, each for the next request whose path matches its pattern."""

    def __init__(self) -> None:
        self._waiting: list[tuple[re.Pattern[str], Fault]] = []
        self._lock = threading.Lock()

    def add(self, pattern: str, *faults: Fault) -> None:
        """Answer the next requests whose path matches the pattern with these faults, in order."""
        with self._lock:
            self._waiting += [(re.compile(pattern), fault) for fault in faults]

    def take(self, path: str) -> Fault | None:
        """Return the fault for a request, which is then used up."""
        with self._lock:
            for index, (pattern, fault) in enumerate(self._waiting):
                if pattern.search(path):
                    del self._waiting[index]
                    return fault
        return None

    @property
    def is_done(self) -> bool:
        """Whether every fault has come about."""
        return not self._waiting


#: Fewer bytes than any file of the tests that are read by range has.
_SOME = 20

#: Every fault by its name. Where a fault is a row, the first requests meet all of it in order.
PLAN: Mapping[str, tuple[Fault, ...]] = {
    "429 with Retry-After": (Fault(429, {"Retry-After": "0"}),),
    "429 that lasts": (Fault(429, {"Retry-After": "86400"}),) * 9,
    "500": (Fault(500),),
    "500 that lasts": (Fault(500),) * 9,
    "503 twice": (Fault(503), Fault(503, {"Retry-After": "0"})),
    "slow bytes": (Fault(drip=64, pause=0.001),),
    "a stall": (Fault(delay=1.0),),
    "cut in the middle": (Fault(cut_after=_SOME),),
    "cut again and again": (Fault(cut_after=0),) * 9,
    "wrong length": (Fault(only=_SOME),),
    "wrong length that lasts": (Fault(only=0),) * 9,
    "wrong range": (Fault(headers={"Content-Range": "bytes 7-8/9"}),),
    "the whole file for a range": (Fault(whole=True),),
    "packed": (Fault(headers={"Content-Encoding": "gzip"}),),
    "redirect to the machine's own address": (Fault(302, {"Location": "http://169.254.169.254/latest/meta-data"}),),
    "redirect to a private address": (Fault(302, {"Location": "http://10.0.0.1/"}),),
    "redirect to a file": (Fault(302, {"Location": "file:///etc/passwd"}),),
    "redirect without end": tuple(Fault(302, {"Location": f"/{n}"}) for n in range(9)),
    "401": (Fault(401),),
    "403": (Fault(403),),
    "404": (Fault(404),),
    "410": (Fault(410),),
    "451": (Fault(451),),
    "nonsense": (Fault(body=b"<html>\x1b[31m</html>"),),
}  # fmt: skip


def named() -> Iterator[str]:
    """Yield the names of all faults."""
    yield from PLAN
