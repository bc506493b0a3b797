"""Where repositories come from: one file for each kind of host, each of which yields a Snapshot."""

from __future__ import annotations

from typing import Protocol

from lineage.sources import archive, git, hubcache, huggingface, local, modelscope
from lineage.sources.cache import Place
from lineage.sources.keeping import opened
from lineage.sources.links import without_credentials
from lineage.sources.options import SourceOptions
from lineage.sources.snapshot import (
    Snapshot,
    SourceError,
    TargetError,
    UnreachableError,
    UnreadableError,
)

__all__ = [
    "HOSTS",
    "Snapshot",
    "SourceError",
    "SourceOptions",
    "TargetError",
    "UnreachableError",
    "UnreadableError",
    "archive",
    "git",
    "hubcache",
    "huggingface",
    "local",
    "modelscope",
    "open_snapshot",
]


class HostModule(Protocol):
    """A module that opens one kind of target."""

    @property
    def FORMS(self) -> tuple[str, ...]:  # noqa: N802 - a module constant
        """The forms of target it accepts, as a usage error shows them."""

    def accepts(self, target: str) -> bool:
        """Say whether the target is of this host's form; opens nothing, asks nobody."""

    def place(self, target: str, options: SourceOptions) -> Place | None:
        """Return which repository the target stands for; None for one on this machine.

        Raises:
            TargetError: the target is malformed.
        """

    def open_target(self, target: str, options: SourceOptions) -> Snapshot:
        """Open the target at one revision.

        Raises:
            TargetError: the target is malformed.
            UnreachableError: it is missing, private or out of reach.
        """


#: Asked in this order; the first that accepts a target opens it.
HOSTS: tuple[HostModule, ...] = (huggingface, modelscope, git, archive, hubcache, local)


def open_snapshot(target: str, options: SourceOptions | None = None) -> Snapshot:
    """Open what the user typed at one pinned revision.

    Raises:
        TargetError: it is of no accepted form; the message lists those that are.
        UnreachableError: it is missing, private or out of reach.
    """
    for host in HOSTS:
        if host.accepts(target):
            return _opened(host, target, options or SourceOptions())
    forms = "; ".join(form for host in HOSTS for form in host.FORMS)
    raise TargetError(
        without_credentials(target), "it names no repository", f"accepted are: {forms}"
    )


def _opened(host: HostModule, target: str, options: SourceOptions) -> Snapshot:
    """Open a repository on this machine as it stands, and any other through the cache."""
    place = host.place(target, options)
    if place is None:
        return host.open_target(target, options)
    return opened(place, lambda how: host.open_target(target, how), options)
