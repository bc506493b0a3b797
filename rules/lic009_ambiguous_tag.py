"""The declared licence is the name of a family, or leaves open which licence is meant.

What it finds
    A card that declares "gpl", "lgpl", "agpl", "gfdl", "cc", "bsd" or "openrail", each of which
    names several licences; a GNU identifier without "-only" or "-or-later", which SPDX has
    withdrawn; and "bsl-1.0", which is the Boost licence and is often written where the Business
    Source License is meant.

Why it matters
    Members of one family ask for different things: CC-BY-4.0 allows what CC-BY-NC-ND-4.0 forbids,
    CreativeML OpenRAIL-M passes use restrictions on that BigScience OpenRAIL-M words differently.
    Nobody can comply with "cc". Whether later versions of a GNU licence may be chosen decides with
    which other code a work may be combined.

Evidence it needs
    The declared field. A licence text of the family in the repository settles which member is
    meant, and a header that says "-only" or "-or-later" settles the version: then the finding says
    so, or is not made.

Compliant example
    README.md says "license: cc-by-4.0".

Non-compliant example
    README.md says "license: cc".

Remedy
    Declare the licence that was meant by its own identifier. Hubs that offer only "gpl-3.0" leave
    the choice of version to the prose or to SPDX tags in the files: state it there.

Source
    https://huggingface.co/docs/hub/repositories-licenses; https://spdx.org/licenses/ (deprecated
    identifiers).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lineage.graph import LineageGraph
from lineage.model import (
    Artifact,
    LicenceDeclared,
    LicenceText,
    Outcome,
    Severity,
    State,
    TextForm,
    Tier,
)
from lineage.phrases import listed, places, quoted

from ._expressions import licences
from ._statements import Statements, exhibits, statements

CODE = "LIC-009"
TITLE = "Declared licence is a family or ambiguous"
SEVERITY = Severity.LOW
TIER = Tier.A
CLAUSE = "none: no single licence is named"
REMEDY = "Declare the licence that was meant by its own SPDX identifier."

#: Family tags, with licences that they may stand for.
FAMILIES = {
    "agpl": ("AGPL-1.0-only", "AGPL-3.0-only", "AGPL-3.0-or-later"),
    "bsd": ("BSD-2-Clause", "BSD-3-Clause", "BSD-4-Clause"),
    "cc": ("CC-BY-4.0", "CC-BY-NC-4.0", "CC0-1.0"),
    "gfdl": ("GFDL-1.2-only", "GFDL-1.3-or-later"),
    "gpl": ("GPL-2.0-only", "GPL-2.0-or-later", "GPL-3.0-only"),
    "lgpl": ("LGPL-2.1-only", "LGPL-2.1-or-later", "LGPL-3.0-only"),
    "openrail": ("CreativeML OpenRAIL-M", "BigScience OpenRAIL-M", "OpenRAIL++-M"),
}
#: Identifiers that SPDX has withdrawn because they leave the choice of version open.
_WITHOUT_CHOICE = re.compile(r"(?:[al]?gpl|gfdl)-\d(?:\.\d)*", re.IGNORECASE)
_BOOST = "bsl-1.0"
_KEYS = frozenset({"license", "licence", "tags", "general.license"})


def check(graph: LineageGraph) -> Iterator[Outcome]:
    """Yield an outcome for each declared value that names no single licence."""
    subject = graph.subject
    said = statements(graph, subject)
    by_value: dict[str, list[LicenceDeclared]] = {}
    for fact in said.declared:
        if fact.key in _KEYS:
            by_value.setdefault(fact.value.strip().lower(), []).append(fact)
    for value, facts in by_value.items():
        if value in FAMILIES:
            yield _family(subject, said, value, facts)
        elif _WITHOUT_CHOICE.fullmatch(value) and not _chosen(said, value):
            yield _version(subject, value, facts)
        elif value == _BOOST and not _texts(said, "bsl-1.0"):
            yield _boost(subject, said, facts)


def _family(
    subject: Artifact, said: Statements, value: str, facts: list[LicenceDeclared]
) -> Outcome:
    where = exhibits(facts)
    texts = _texts(said, value)
    message = (
        f"{quoted(subject.name)} is declared {quoted(value)} at {places(where)}, which may be "
        f"{', '.join(FAMILIES[value])} or another of that family"
    )
    if texts:
        message += f"; {places(exhibits(texts))} holds {listed(t.expression for t in texts)}"
    shown = (*where, *exhibits(texts))
    return Outcome(subject.id, State.UNMET, f"{message}.", shown, about=value)


def _version(subject: Artifact, value: str, facts: list[LicenceDeclared]) -> Outcome:
    where = exhibits(facts)
    message = (
        f"{quoted(subject.name)} is declared {quoted(value)} at {places(where)}, which leaves open "
        f"whether a later version may be chosen, and no file says it."
    )
    return Outcome(
        subject.id, State.INVESTIGATE, message, where, about=value, severity=Severity.INFO
    )


def _boost(subject: Artifact, said: Statements, facts: list[LicenceDeclared]) -> Outcome:
    where = exhibits(facts)
    texts = _texts(said, "busl-1.1")
    held = f", and {places(exhibits(texts))} holds the Business Source License" if texts else ""
    message = (
        f"{quoted(subject.name)} is declared {_BOOST} at {places(where)}, the identifier of the "
        f"Boost Software License, which is often taken for the Business Source License{held}."
    )
    shown = (*where, *exhibits(texts))
    return Outcome(subject.id, State.INVESTIGATE, message, shown, about=_BOOST)


def _texts(said: Statements, start: str) -> tuple[LicenceText, ...]:
    """Return the repository's own texts whose licence belongs to a family."""
    own = (*said.own, *said.prose)
    return tuple(text for text in own if any(_is_of(start, name) for name in _names(text)))


def _names(text: LicenceText) -> Iterator[str]:
    for licence in licences(text.expression):
        yield licence.lower().removeprefix("licenseref-").removeprefix("scancode-")


def _is_of(family: str, licence: str) -> bool:
    if family == "openrail":
        return "rail" in licence or licence.startswith("stable-diffusion")
    return licence.startswith(family)


def _chosen(said: Statements, value: str) -> bool:
    """Say whether some file of the repository tells which versions of the licence may be chosen."""
    choices = (f"{value}-only", f"{value}-or-later", f"{value}+")
    everywhere = (*said.own, *said.prose, *said.headers)
    # The licence's own text cannot tell: what it is called is our choice.
    stated = [text for text in everywhere if text.form in (TextForm.NOTICE, TextForm.TAG)]
    return any(choice in text.expression.lower() for text in stated for choice in choices)
