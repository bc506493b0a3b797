"""What stands between a request and its answer, as a phrase and an advice."""

from __future__ import annotations

from lineage.model import Absence


class HostError(Exception):
    """A host refuses, fails or cannot be reached. ``str()`` never holds the host's own words."""

    def __init__(
        self,
        reason: str,
        advice: str = "",
        *,
        absence: Absence = Absence.FAILED,
        status: int | None = None,
        passing: bool = False,
        wait: float | None = None,
        slow: bool = False,
    ) -> None:
        super().__init__(reason, advice)
        self.reason = reason
        self.advice = advice
        #: Whether what was asked for is missing, kept back, or only out of reach.
        self.absence = absence
        #: The status of the answer, if there was one.
        self.status = status
        #: Whether the same request may succeed later.
        self.passing = passing
        #: After how many seconds, if the host says so.
        self.wait = wait
        #: Whether it took a whole time-out to find out.
        self.slow = slow

    def __str__(self) -> str:
        """Return the sentence for a person."""
        return f"{self.reason}; {self.advice}" if self.advice else self.reason


class LimitError(HostError):
    """The bytes that the user allows are used up."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"the byte limit of {limit:,} is used up", "raise it with --max-bytes")


class NoWayError(HostError):
    """There is no way to the host."""

    def __init__(self) -> None:
        super().__init__(
            "the host cannot be reached", "check the name, the network and HTTPS_PROXY"
        )


class NonsenseError(HostError):
    """What answers is not what it is taken for."""

    def __init__(self, reason: str = "the host does not answer in JSON") -> None:
        super().__init__(reason, "check its address")
