"""The licence became less restrictive from one commit to a later one.

What it finds
    A change in the history of a repository from one known licence to another that drops what the
    first one kept back: copyleft, a limit on use, a threshold, a territory. Where the dropped terms
    are those of a parent, the change takes away what was not the publisher's to give; else it is a
    doubt, since a holder may relax their own terms; a small one where the earlier licence still
    stands at the root, in a file of another name.

Why it matters
    Whoever contributed, and every parent, granted something under the earlier terms. A later commit
    that loosens them binds none of these, and users who rely on it rely on nothing.

Evidence it needs
    The history of the licence file or of the declared licence: two commits, with the licence in
    each. An audit that sees one commit only has no such evidence, and there this rule has nothing
    to say. A change between licences that restrict different things, or that are not known, is
    passed over.

Compliant example
    LICENSE was MIT, and is Apache-2.0 since a commit that every contributor agreed to.

Non-compliant example
    A fine-tune of a model under CC-BY-NC-4.0 whose LICENSE was CC-BY-NC-4.0 and is now MIT.

Remedy
    Restore the earlier licence, or show the agreement of everybody who holds rights in the work.

Source
    GPL-3.0, section 10 ("you may not impose any further restrictions"); the case of RakutenAI-3.0.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.graph import LineageGraph
from lineage.licences.duties import Licence
from lineage.model import (
    Derivation,
    LicenceHistory,
    LicenceText,
    Origin,
    Outcome,
    Relation,
    Scope,
    Severity,
    State,
    TextForm,
    Tier,
)
from lineage.phrases import listed, place, places, quoted

from ._restrictions import keeps_open, licences_bound, restrictions

CODE = "LIC-008"
TITLE = "Licence became less restrictive over history"
SEVERITY = Severity.HIGH
TIER = Tier.A
CLAUSE = "the earlier licence, under which others granted their part"
REMEDY = "Restore the earlier licence, or show the agreement of everybody who holds rights."

#: Characters of a commit that tell it from others.
_SHORT = 12


def check(graph: LineageGraph) -> Iterator[Outcome]:
    """Yield an outcome for each change that drops what the earlier licence kept back."""
    seen: set[str] = set()
    for change in graph.evidence(graph.subject, LicenceHistory):
        about = f"{change.exhibit.path} {change.earlier} {change.later}"
        dropped = _dropped(change)
        if dropped and about not in seen:
            seen.add(about)
            yield _outcome(graph, change, dropped, about)


def _dropped(change: LicenceHistory) -> tuple[str, ...]:
    """Return what the earlier licence kept back and the later one does not; () if in doubt."""
    earlier, later = licences_bound(change.earlier), licences_bound(change.later)
    if not earlier or not later:
        return ()
    before, after = _kept_back(earlier), _kept_back(later)
    return tuple(sorted(before.keys() - after.keys())) if after.keys() < before.keys() else ()


def _kept_back(bound: tuple[Licence, ...]) -> dict[str, str]:
    found = {one.key: one.says for licence in bound for one in restrictions(licence)}
    if any(keeps_open(licence) for licence in bound):
        found["copyleft"] = "asks that derivatives stay under it"
    return found


def _outcome(
    graph: LineageGraph, change: LicenceHistory, dropped: tuple[str, ...], about: str
) -> Outcome:
    words = _kept_back(licences_bound(change.earlier))
    first, second = (commit[:_SHORT] for commit in change.revisions)
    message = (
        f"{quoted(place(change.exhibit))} of {quoted(graph.subject.name)} was "
        f"{quoted(change.earlier)} in {quoted(first)} and is {quoted(change.later)} since "
        f"{quoted(second)}; the earlier licence {' and '.join(words[key] for key in dropped)}"
    )
    owed = [edge for edge in graph.parents(graph.subject) if _owes(graph, edge, change)]
    names = listed(graph.artifact(edge.parent).name for edge in owed)
    message += f", as does that of {names}" if owed else ""
    kept = [text.exhibit for text in _still_there(graph, change)]
    message += f"; it still stands at {places(kept)}." if kept else "."
    return Outcome(
        graph.subject.id,
        State.UNMET if owed else State.INVESTIGATE,
        message,
        (change.exhibit, *kept, *(exhibit for edge in owed for exhibit in edge.exhibits)),
        parent=owed[0].parent if owed else None,
        about=about,
        severity=None if owed else Severity.LOW if kept else Severity.MEDIUM,
    )


def _still_there(graph: LineageGraph, change: LicenceHistory) -> Iterator[LicenceText]:
    """Yield where the earlier licence stands today: it may have moved to a file of its own."""
    for text in graph.evidence(graph.subject, LicenceText):
        is_root = "/" not in text.exhibit.path and text.form is TextForm.TEXT
        if is_root and text.expression == change.earlier:
            yield text


def _owes(graph: LineageGraph, edge: Derivation, change: LicenceHistory) -> bool:
    """Say whether what was dropped is what the parent's own licence keeps back."""
    is_sure = edge.origin is not Origin.CONTRADICTED and edge.tier in (Tier.A, Tier.B)
    if not is_sure or edge.relation in (Relation.RELATED, Relation.TRAINED_ON):
        return False
    record = graph.licence(graph.artifact(edge.parent), Scope.WEIGHTS)
    bound = licences_bound(record.concluded if record else None)
    return bool(bound) and _kept_back(bound).keys() >= set(_dropped(change))
