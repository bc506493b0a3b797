"""How a repository is to be opened."""

from __future__ import annotations

from dataclasses import dataclass

#: An exchange that goes on making progress may take this many times the time-out.
PATIENCE = 20


@dataclass(frozen=True, slots=True)
class SourceOptions:
    """What the user asked of the host."""

    #: Branch, tag or commit; None for the host's default branch.
    revision: str | None = None
    #: Open no socket at all.
    offline: bool = False
    #: Hard bound on the bytes brought in from the host; None for no bound.
    max_bytes: int | None = None
    #: Seconds to wait for the host to go on.
    timeout: float = 60.0
