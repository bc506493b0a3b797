"""How long work tells that it goes on; the terminal's half lives with the command line."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Told what is being done. Must never raise and never print to stdout."""

    def stage(self, name: str, total: int | None = None) -> None:
        """A new stage begins: "reading", of ``total`` steps where that is known."""

    def advance(self, steps: int = 1, detail: str = "") -> None:
        """Some steps are done; ``detail`` is what is at hand, as read (not escaped)."""


class Silent:
    """Tells nobody."""

    def stage(self, name: str, total: int | None = None) -> None:
        """Do nothing."""

    def advance(self, steps: int = 1, detail: str = "") -> None:
        """Do nothing."""
