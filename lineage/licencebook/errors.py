"""What can be wrong with a question to the knowledge base."""

from __future__ import annotations


class UnknownLicenceError(Exception):
    """The knowledge base holds no such licence. ``str()`` is the sentence for a person."""

    def __init__(self, name: str, close: tuple[str, ...], *, is_spdx: bool) -> None:
        super().__init__(name, close)
        self.name = name
        self.close = close
        self.is_spdx = is_spdx

    def __str__(self) -> str:
        """Return the sentence for a person."""
        advice = f"did you mean {' or '.join(self.close)}" if self.close else ""
        if self.is_spdx:
            known = f"{self.name} is a licence whose terms the knowledge base does not hold"
            return f"{known}; {advice}" if advice else known
        advice = advice or "lineage licence list shows those that are known"
        return f"no licence is called {self.name}; {advice}"
