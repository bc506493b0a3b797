"""The licences of the knowledge base, by class."""

from __future__ import annotations

from collections.abc import Sequence

from lineage.escape import safe_text
from lineage.licencebook.layout import width_of
from lineage.licences import knowledge
from lineage.licences.duties import Licence
from lineage.licences.field import Plain
from lineage.licences.vocabulary import LicenceClass, Verified
from lineage.phrases import counted

_MARK = "*"


def chosen(licence_class: str | None = None, family: str | None = None) -> tuple[Licence, ...]:
    """Return the licences of a class and of a family, sorted by class and id."""
    order = list(LicenceClass)
    found = (
        licence
        for licence in knowledge.load()
        if licence_class in (None, licence.licence_class.value) and family in (None, licence.family)
    )
    return tuple(sorted(found, key=lambda one: (order.index(one.licence_class), one.id)))


def families() -> tuple[str, ...]:
    """Return the families of licences, sorted."""
    return tuple(sorted({licence.family for licence in knowledge.load()}))


def listing(licences: Sequence[Licence], width: int) -> str:
    """Return one line for each licence, under its class."""
    widest = max((len(licence.id) for licence in licences), default=0) + 2
    room = max(20, width_of(width) - widest - 2)
    lines: list[str] = []
    last: LicenceClass | None = None
    for licence in licences:
        if licence.licence_class is not last:
            last = licence.licence_class
            count = sum(one.licence_class is last for one in licences)
            lines += ["", f"{last} ({count})"] if lines else [f"{last} ({count})"]
        mark = " " if licence.verified is Verified.FULL_TEXT else _MARK
        lines.append(f"{mark} {safe_text(licence.id):{widest}}{_cut(licence.title, room)}")
    lines += ["", f"{counted(len(licences), 'licence')}."]
    if any(licence.verified is not Verified.FULL_TEXT for licence in licences):
        lines[-1] += f" {_MARK} Its full text was not read; somebody else's account was."
    return "\n".join(lines) + "\n"


def listing_plain(licences: Sequence[Licence]) -> Plain:
    """Return the licences as plain values."""
    return {
        "schema_version": "1",
        "knowledge_version": knowledge.version(),
        "licences": [
            {
                "id": licence.id,
                "title": licence.title,
                "spdx": licence.spdx,
                "class": licence.licence_class.value,
                "family": licence.family,
                "verified": licence.verified.value,
            }
            for licence in licences
        ],
    }


def _cut(text: str, room: int) -> str:
    shown = safe_text(text)
    return shown if len(shown) <= room else f"{shown[: room - 3]}..."
