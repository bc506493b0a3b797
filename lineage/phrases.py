"""Pieces of the sentences that a person reads: names, places, counts.

What comes from a repository is quoted where it is not plainly a name, so that a path such as
``LICENSE is fine. MIT`` cannot speak in the tool's voice. Escaping for a terminal or a page is the
report's work.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence

from lineage.model import Exhibit

#: Names in a row before "and 12 more".
NAMED = 3
_LONGEST = 100
_PLAIN = re.compile(r"[\w.+@:/()-]+…?")
#: Values that would be read as words of the sentence: "README.md:2 declares no".
_MISREAD = frozenset({"and", "false", "no", "none", "not", "null", "or", "true", "yes"})


def counted(number: int, noun: str, plural: str = "") -> str:
    """Return "1 file", "2,000 files"."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def quoted(name: str) -> str:
    """Return a name as it may stand in a sentence: in quotation marks unless it is plainly one."""
    shown = name if len(name) <= _LONGEST else name[: _LONGEST - 1] + "…"
    is_plain = _PLAIN.fullmatch(shown) and shown.lower() not in _MISREAD
    return shown if is_plain else json.dumps(shown, ensure_ascii=False)


def listed(names: Iterable[str], limit: int = NAMED) -> str:
    """Return "a", "a and b", "a, b, c and 9 more"; each name once, quoted where it needs to be."""
    unique = list(dict.fromkeys(names))
    shown = [quoted(name) for name in unique[:limit]]
    if len(unique) > limit:
        shown.append(f"{len(unique) - limit:,} more")
    return " and ".join(filter(None, (", ".join(shown[:-1]), "".join(shown[-1:]))))


def place(exhibit: Exhibit) -> str:
    """Return where a fact stands: "README.md:3", "LICENSE:1-201", "the host's record".

    What stands in another repository than the audited one is led by its name: "org/base:LICENSE".
    """
    if not exhibit.path:
        return "the host's record" + (f" of {quoted(exhibit.repo)}" if exhibit.repo else "")
    path = f"{exhibit.repo}:{exhibit.path}" if exhibit.repo else exhibit.path
    if exhibit.lines is None:
        return path
    first, last = exhibit.lines
    return f"{path}:{first}" + (f"-{last}" if last != first else "")


def places(exhibits: Sequence[Exhibit], limit: int = NAMED) -> str:
    """Return several places as they may stand in a sentence."""
    return listed(map(place, exhibits), limit)
