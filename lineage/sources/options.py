"""How a repository is to be opened."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lineage.sources.http import Client

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
    #: Seconds to wait, in all, for a host that asks to come back later: a window of five minutes.
    longest_wait: float = 330.0
    #: What all repositories of one command are asked for through; None for a client of one's own.
    client: Client | None = field(default=None, compare=False, repr=False)
