"""The audit's look at weights: against the references that were opened, and in the catalogue.

Nothing is opened and nothing is read where there is neither a reference nor a catalogue.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from lineage.assembly import graph_of
from lineage.catalogue import Catalogue, Lookup, WeightDigest, look_up
from lineage.checkpoints.choice import choose
from lineage.digesting import digested
from lineage.graph import LineageGraph
from lineage.heredity import LEAVES_NO_TRACE, Compared
from lineage.holdings import Holding, holding_of, kinships_of
from lineage.kinship.weights import UntestableError
from lineage.model import Kind, Reading, Relation, Tier, Unread, WeightFile
from lineage.progress import Progress
from lineage.sources import Snapshot


@dataclass(frozen=True, slots=True)
class Opened:
    """A repository that was read and is still open."""

    snapshot: Snapshot
    reading: Reading
    #: Whether it was opened since another names it as its parent, and not since the user did.
    followed: bool = False


@dataclass(frozen=True, slots=True)
class Weighed:
    """The readings, with what was read of weights counted in, and what the weights showed."""

    target: Reading
    references: tuple[Reading, ...]
    #: Of the declared parents that were followed.
    parents: tuple[Reading, ...] = ()
    compared: tuple[Compared, ...] = ()
    lookup: Lookup | None = None


def weigh(
    target: Opened, others: Sequence[Opened], catalogue: Catalogue | None, progress: Progress
) -> Weighed:
    """Return what the target's weights show beside those of the others and the catalogue's."""
    target, *others = _digested((target, *others), catalogue, progress)
    bare = unweighed(target, others)
    graph = graph_of(bare.target, (*bare.references, *bare.parents))
    beside = [one for one in others if not one.followed or _is_telling(graph, target, one)]
    if graph.subject.kind is not Kind.MODEL or (not beside and catalogue is None):
        return bare
    progress.stage("comparing weights")
    held = holding_of(target.snapshot)
    compared, gaps = _against(graph, held, beside)
    lookup = None if catalogue is None else _looked_up(graph, held, target, catalogue)
    counted = [replace(one, reading=_counted(one, gaps.get(_id(graph, one), ()))) for one in others]
    first = replace(target, reading=_counted(target, gaps.get(graph.subject.id, ())))
    return replace(unweighed(first, counted), compared=compared, lookup=lookup)


def _digested(
    opened: Sequence[Opened], catalogue: Catalogue | None, progress: Progress
) -> list[Opened]:
    """Return what was opened with the digests that tell its weight files apart."""
    sides = [(one.snapshot, one.reading) for one in opened]
    found = digested(sides, catalogue, progress)
    return [replace(one, reading=reading) for one, reading in zip(opened, found, strict=True)]


def unweighed(target: Opened, others: Sequence[Opened]) -> Weighed:
    """Return the readings alone."""
    return Weighed(
        target.reading,
        tuple(one.reading for one in others if not one.followed),
        tuple(one.reading for one in others if one.followed),
    )


def _is_telling(graph: LineageGraph, target: Opened, parent: Opened) -> bool:
    """Say whether weights can confirm a declared parent that nobody asked to compare.

    Both hold weights that can be read here, and the declared relation leaves a trace in them.
    """
    name = _id(graph, parent)
    edges = [edge for edge in graph.parents(graph.subject) if edge.parent == name]
    if not any(edge.relation not in LEAVES_NO_TRACE for edge in edges):
        return False
    is_kept_back = any(gap.withheld for gap in parent.reading.coverage.unread)
    return not is_kept_back and _has_weights(target) and _has_weights(parent)


def _has_weights(one: Opened) -> bool:
    groups = choose(one.snapshot.files()).chosen
    return any(group.is_here and not group.is_adapter for group in groups)


def _against(
    graph: LineageGraph, held: Holding, references: Sequence[Opened]
) -> tuple[tuple[Compared, ...], dict[str, tuple[Unread, ...]]]:
    """Return what the target is to each reference that is a model, and what could not be read.

    Equal files need no comparison.
    """
    subject = graph.subject
    others = {_id(graph, one): one for one in references if _is_model(graph, one)}
    equal = {
        edge.parent
        for edge in graph.parents(subject)
        if edge.tier is Tier.A and edge.relation is Relation.IDENTICAL
    }
    chosen = {name: holding_of(one.snapshot) for name, one in others.items() if name not in equal}
    there = {name: one for name, one in chosen.items() if one.paths or one.gaps}
    if not (held.paths or held.gaps) or not there:
        return (), {}
    found = kinships_of(held, there)
    gaps = {name: (*one.gaps, *found[name].reference_gaps) for name, one in there.items()}
    gaps[subject.id] = (*held.gaps, *(gap for one in found.values() for gap in one.suspect_gaps))
    return tuple(Compared(name, one.kinship) for name, one in found.items()), gaps


def _looked_up(
    graph: LineageGraph, held: Holding, target: Opened, catalogue: Catalogue
) -> Lookup | None:
    """Return what the catalogue shows; None where the target holds no weights."""
    files = [
        WeightDigest(file.exhibit.path, file.size or 0, file.sha256)
        for file in graph.evidence(graph.subject, WeightFile)
        if file.sha256
    ]
    if held.model is None:
        reason = held.reason
        found = look_up(catalogue, target.reading.repo, files, None, reason=reason)
        return found if files or held.gaps else None
    try:
        return look_up(catalogue, target.reading.repo, files, held.model.fingerprint)
    except UntestableError as error:
        reason = str(error)
    except ValueError as error:
        reason = f"weights could not be read ({error})"
    return look_up(catalogue, target.reading.repo, files, None, reason=reason)


def _counted(one: Opened, gaps: Sequence[Unread]) -> Reading:
    """Return the reading with the bytes that the comparison brought in, and its gaps."""
    coverage = one.reading.coverage
    unread = tuple(dict.fromkeys((*coverage.unread, *gaps)))
    return replace(
        one.reading,
        coverage=replace(coverage, bytes_read=one.snapshot.bytes_read, unread=unread),
    )


def _id(graph: LineageGraph, one: Opened) -> str:
    """Return the artifact's id; "" for a repository that was given twice."""
    names = (a.id for a in graph.artifacts() if graph.reading(a) is one.reading)
    return next(names, "")


def _is_model(graph: LineageGraph, one: Opened) -> bool:
    name = _id(graph, one)
    return bool(name) and graph.artifact(name).kind is Kind.MODEL
