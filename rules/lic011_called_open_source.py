"""The card calls the model open source, and its licence restricts who may use it, and for what.

What it finds
    A sentence of the card that calls the model open source, quoted with its place, while the
    concluded licence leaves out commercial use, lists forbidden uses, ends beyond a number of
    users, bars territories or forbids making other models better. A licence that restricts no use
    and can be taken back or changed by its licensor is reported as information.

Why it matters
    "Open source" means free for any use by anybody, for good. Whoever reads the sentence and not
    the licence plans with freedoms that were not granted.

Evidence it needs
    The sentence, and a concluded licence that is in the knowledge base. Terms that were read in
    somebody else's account make it a doubt. Where no licence could be concluded, the answer is
    "cannot determine". Silent where the sentence speaks of code beside the model.

Compliant example
    "Acme-7B is an open-weights model under the Llama 3.1 Community License."

Non-compliant example
    "Acme-7B is an open-source model", and README.md says "license: cc-by-nc-4.0".

Remedy
    Say "open weights" or name the licence in the sentence, or choose a licence without the limits.

Source
    https://opensource.org/osd, 5 and 6; https://opensource.org/ai/open-source-ai-definition
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lineage.graph import LineageGraph
from lineage.licences.duties import Licence
from lineage.model import (
    Claim,
    ClaimKind,
    Kind,
    LicenceRecord,
    Outcome,
    Scope,
    Severity,
    State,
    Tier,
)
from lineage.phrases import counted, place, places, quoted

from ._restrictions import Restriction, licences_bound, restrictions

CODE = "LIC-011"
TITLE = "Called open source under a licence that restricts use"
SEVERITY = Severity.LOW
TIER = Tier.A
CLAUSE = "Open Source Definition 5 and 6"
REMEDY = 'Say "open weights", or choose a licence without the limits.'

#: Restrictions that are named; the others follow as a number.
_NAMED = 3


def check(graph: LineageGraph) -> Iterator[Outcome]:
    """Yield one outcome for a claim that the licence does not bear out."""
    subject = graph.subject
    claims = [c for c in graph.evidence(subject, Claim) if c.kind is ClaimKind.OPEN_SOURCE]
    record = graph.licence(subject, Scope.CODE if subject.kind is Kind.CODE else Scope.WEIGHTS)
    if not claims or record is None:
        return
    bound = licences_bound(record.concluded)
    held = [(licence, found) for licence in bound for found in restrictions(licence)]
    if held:
        yield _outcome(graph, claims, record, held)
    elif not bound and (record.declared or record.found):
        yield _open(graph, claims, record)


def _outcome(
    graph: LineageGraph,
    claims: Sequence[Claim],
    record: LicenceRecord,
    held: Sequence[tuple[Licence, Restriction]],
) -> Outcome:
    of_use = [(licence, found) for licence, found in held if found.of_use]
    named = of_use or held
    message = f"{_opening(graph, claims)}; {_words(named[:_NAMED])}"
    if len(named) > _NAMED:
        message += f" and {counted(len(named) - _NAMED, 'limit')} more"
    sure = bool(of_use) and all(found.verified for _, found in named)
    return Outcome(
        graph.subject.id,
        State.UNMET if sure else State.INVESTIGATE,
        f"{message}.",
        (*(claim.exhibit for claim in claims), *record.exhibits),
        severity=None if of_use else Severity.INFO,
    )


def _open(graph: LineageGraph, claims: Sequence[Claim], record: LicenceRecord) -> Outcome:
    where = f" ({places(record.exhibits)})" if record.exhibits else ""
    message = f"{_opening(graph, claims)}; which terms bind is not known{where}."
    shown = (*(claim.exhibit for claim in claims), *record.exhibits)
    return Outcome(graph.subject.id, State.CANNOT_DETERMINE, message, shown, severity=Severity.INFO)


def _opening(graph: LineageGraph, claims: Sequence[Claim]) -> str:
    text = quoted(claims[0].text)
    said = text if text.startswith('"') else f'"{text}"'
    return f"{quoted(place(claims[0].exhibit))} of {quoted(graph.subject.name)} says {said}"


def _words(held: Sequence[tuple[Licence, Restriction]]) -> str:
    """Return what the licences do, each named once: "X leaves out … (2), forbids … (3)"."""
    by_title: dict[str, list[str]] = {}
    for licence, found in held:
        by_title.setdefault(licence.title, []).append(f"{found.says} ({found.clause})")
    return "; ".join(f"{title} {', '.join(said)}" for title, said in by_title.items())
