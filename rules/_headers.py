"""Heads of copied source files, gathered by the upstream work they were copied from."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from lineage.graph import LineageGraph
from lineage.headers.holders import all_parties, is_a_name, not_among, parties
from lineage.licences.choices import choices
from lineage.licences.code_files import is_source
from lineage.licences.knowledge import load
from lineage.licences.vocabulary import Circumstance, DutyKind
from lineage.model import Copyright, Exhibit, HeaderChange
from lineage.obligations.words import clause_words
from lineage.phrases import counted, listed, places, quoted

#: Circumstances that a source file is not in.
_OTHER_FORMS = frozenset({Circumstance.NOTICE_PRESENT, Circumstance.OBJECT_FORM})
#: Files shown as exhibits: enough to see what is meant.
_SHOWN = 5


def changes_by_upstream(
    graph: LineageGraph, wanted: Callable[[HeaderChange], bool]
) -> dict[str, list[HeaderChange]]:
    """Return the wanted changes of the audited artifact, by upstream work, in order."""
    found: dict[str, list[HeaderChange]] = {}
    for change in graph.evidence(graph.subject, HeaderChange):
        if wanted(change):
            found.setdefault(change.upstream, []).append(change)
    return {name: found[name] for name in sorted(found)}


def work(changes: Iterable[HeaderChange]) -> str:
    """Return the upstream work as a sentence names it, with its release where there is one."""
    known = list(changes)
    releases = dict.fromkeys(change.release for change in known if change.release)
    name = quoted(known[0].upstream)
    return f"{name} {listed(releases)}" if releases else name


def files(changes: Iterable[HeaderChange]) -> str:
    """Return "3 files of upstream 1.2 (a.py:1 and b.py:1)"."""
    known = list(changes)
    where = places([change.exhibit for change in known])
    return f"{counted(len(known), 'file')} of {work(known)} ({where})"


def both_sides(changes: Iterable[HeaderChange]) -> tuple[Exhibit, ...]:
    """Return the heads of the first few files, each beside that of the upstream file."""
    shown = list(changes)[:_SHOWN]
    return tuple(dict.fromkeys(e for c in shown for e in (c.exhibit, c.upstream_exhibit)))


def siblings(graph: LineageGraph, changes: Iterable[HeaderChange]) -> tuple[Exhibit, ...]:
    """Return other source files of the repository that keep a holder whom these lack."""
    known = list(changes)
    lacking = {change.exhibit.path for change in known}
    gone = all_parties(holder for change in known for holder in missing(change))
    found: dict[str, Exhibit] = {}
    for line in graph.evidence(graph.subject, Copyright):
        path = line.exhibit.path
        keeps = any(party.is_among(gone) for party in parties(line.holder))
        if keeps and path not in lacking and is_source(path):
            found.setdefault(path, line.exhibit)
    return tuple(found.values())


def missing(change: HeaderChange) -> tuple[str, ...]:
    """Return upstream's holders of whom one is not named in the copy."""
    return not_among(change.upstream_holders, change.holders)


def added(change: HeaderChange) -> tuple[str, ...]:
    """Return the holders whom upstream's head does not name; "The Authors" are nobody else."""
    others = not_among(change.holders, change.upstream_holders)
    return tuple(holder for holder in others if is_a_name(holder))


def clause_on(kind: DutyKind, changes: Iterable[HeaderChange]) -> str | None:
    """Return the clauses by which upstream's licences ask for it; None where none does.

    Where upstream leaves a choice of licences, each of them has to ask.
    """
    clauses: dict[str, None] = {}
    for expression in dict.fromkeys(change.upstream_licence or "" for change in changes):
        ways = [[c for name in way for c in _asking(kind, name)] for way in choices(expression)]
        if all(ways):
            clauses.update(dict.fromkeys(clause for way in ways for clause in way))
    return "; ".join(clauses) or None


def _asking(kind: DutyKind, name: str) -> list[str]:
    """Return the clauses of one licence that ask for it of a source file."""
    licence = load().by_expression(name)
    if licence is None:
        return []
    terms = (term for term in licence.obligations if term.kind is kind)
    asking = (term for term in terms if not _OTHER_FORMS.intersection(term.when))
    return [f"{licence.title} {clause_words(term.clause)}" for term in asking]
