"""A licence by any of the names it goes under."""

from __future__ import annotations

from difflib import get_close_matches

from lineage.licences import knowledge
from lineage.licences.duties import Licence
from lineage.licences.tags import expression_of_spdx


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


def find(name: str) -> Licence:
    """Return the licence that an id, a tag, an SPDX identifier or any other name stands for.

    Raises:
        UnknownLicenceError: there is none; it names those that come close.
    """
    base = knowledge.load()
    if licence := base.find(name.strip()):
        return licence
    known = {alias for one in base for alias in (one.id, *one.aliases.hf, *one.aliases.names)}
    close = [one.id for one in base if one.family == name.strip().lower()]
    close = close or get_close_matches(name.lower(), sorted(known), n=3, cutoff=0.6)
    raise UnknownLicenceError(name, tuple(close), is_spdx=bool(expression_of_spdx(name)))
