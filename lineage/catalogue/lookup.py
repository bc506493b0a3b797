"""A suspect looked up among the references: equal files first, then equal tensors, then statistics.

Thousands are looked past by their outlines (``sieve``), and the rest are tested. Over all
references that were screened the chance of any false match stays below one in a million (Holm). A
screen sees that two models are not independent. Which of the two came first, and how it was made,
takes an opening of both.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from threadpoolctl import threadpool_limits

from lineage.catalogue.entry import Entry, WeightDigest
from lineage.catalogue.sieve import sieve
from lineage.kinship.exhibits import tests
from lineage.kinship.fingerprint import Fingerprint
from lineage.kinship.prepared import DIGESTED
from lineage.kinship.screen import Screened, screen
from lineage.kinship.storage import decode
from lineage.kinship.verdict import Related
from lineage.model import Host, Relation, Repo, Test, Tier
from lineage.sources.names import unpinned

if TYPE_CHECKING:
    from lineage.catalogue.store import Catalogue

#: Share of either side's weights from which on one is said to hold the other.
MOST = 0.5
#: Fewer equal tensors than this may come from anywhere.
FEWEST_TENSORS = 4


@dataclass(frozen=True, slots=True)
class Match:
    """A reference that the suspect is not independent of."""

    entry: Entry
    #: ``YES`` or ``SHARED_INITIALISATION``.
    related: Related
    #: ``IDENTICAL`` or ``RELATED``; a screen shows no more.
    relation: Relation
    tier: Tier
    #: Over all references that were screened; None for equal bytes and numbers.
    p_value: float | None
    #: Tensors that are equal, of those whose digests are kept.
    equal_tensors: int
    tests: tuple[Test, ...] = ()


@dataclass(frozen=True, slots=True)
class Lookup:
    """What a catalogue shows of a suspect."""

    #: References whose file digests were compared.
    references: int
    #: Of these, those whose fingerprints were compared.
    screened: int
    #: The nearest first.
    matches: tuple[Match, ...]
    #: Why no fingerprints were compared, as a phrase; "" where they were.
    reason: str = ""
    #: Fingerprints of other layouts, or damaged ones, that were passed over.
    passed_over: int = 0


def look_up(
    catalogue: Catalogue,
    own: Repo,
    files: Collection[WeightDigest],
    fingerprint: Callable[[], Fingerprint] | None,
    *,
    reason: str = "",
) -> Lookup:
    """Return what the catalogue shows of a model, itself left out.

    ``fingerprint`` takes the model's, and is asked for it only where equal files and an empty
    catalogue do not settle it; None where the weights could not be opened, for ``reason``.

    Raises:
        ValueError: as ``fingerprint`` does.
        CatalogueError: the catalogue cannot be read.
    """
    same = frozenset(catalogue.numbers_of(own) if own.host is Host.LOCAL else _of(catalogue, own))
    references = len(catalogue) - len(same)
    copies = [match for match in _copies(catalogue, files) if match[0] not in same]
    if copies:
        matches = tuple(match for _, match in copies)
        return Lookup(references, 0, matches, "equal files had settled it")
    if fingerprint is None or not references:
        return Lookup(references, 0, (), reason or "there is no other reference in the catalogue")
    return _screened(catalogue, fingerprint(), same, references)


def _of(catalogue: Catalogue, own: Repo) -> Iterator[int]:
    """Yield the numbers of every revision of a repository."""
    address = unpinned(own.purl).lower()
    for number, purl in catalogue.purls():
        if unpinned(purl).lower() == address:
            yield number


def _copies(catalogue: Catalogue, files: Collection[WeightDigest]) -> Iterator[tuple[int, Match]]:
    """Yield the references that hold most of the suspect's files, or have most of theirs in it."""
    sizes = {file.sha256.lower(): file.size for file in files}
    for number, held in catalogue.holding_files(sizes).items():
        for entry in catalogue.of([number]):
            common = sum(sizes[digest] for digest in held)
            theirs = sum({file.sha256: file.size for file in entry.files}.values())
            if common >= MOST * min(sum(sizes.values()), theirs):
                yield number, Match(entry, Related.YES, Relation.IDENTICAL, Tier.A, None, 0)


def _screened(
    catalogue: Catalogue, suspect: Fingerprint, same: Collection[int], references: int
) -> Lookup:
    numbers: list[int] = []
    with threadpool_limits(1):  # many small products, which threads only slow down
        sieved = sieve(catalogue, suspect, same, FEWEST_TENSORS)
        left_out = sieved.compared - len(sieved.near)
        near = _fingerprints(catalogue, sieved.near, numbers)
        found = screen(suspect, near, left_out)
    matching = [
        (one, entry)
        for number, one in zip(numbers, found, strict=True)
        if _tells(one)
        for entry in catalogue.of([number])
    ]
    matching.sort(key=lambda pair: _nearness(*pair))
    matches = tuple(_match(suspect, one, entry) for one, entry in matching)
    compared = left_out + len(numbers)
    return Lookup(references, compared, matches, passed_over=references - compared)


def _fingerprints(
    catalogue: Catalogue, chosen: Collection[int], numbers: list[int]
) -> Iterator[Fingerprint]:
    """Yield the fingerprints that can be compared, and note whose they are."""
    for number, packed in catalogue.fingerprints(chosen):
        try:
            found = decode(packed)
        except ValueError:  # damaged: catalogue verify names it
            continue
        numbers.append(number)
        yield found


def _tells(one: Screened) -> bool:
    found = one.related in (Related.YES, Related.SHARED_INITIALISATION)
    return found or one.equal_tensors >= FEWEST_TENSORS


def _nearness(one: Screened, entry: Entry) -> tuple[int, float, float, str]:
    effects = [
        measured.agreement.mean - measured.agreement.expected
        for measured in (one.best.measured if one.best else ())
    ]
    adjusted = 1.0 if one.adjusted is None else one.adjusted
    return -one.equal_tensors, -max(effects, default=0.0), adjusted, entry.repo.purl


def _match(suspect: Fingerprint, one: Screened, entry: Entry) -> Match:
    """Return a screened reference as a match; equal tensors settle more than statistics do."""
    read = len(entry.fingerprint)
    shown = tests(one.best, read) if one.best else ()
    least = 0.0 if one.adjusted is None else one.adjusted
    sober = tuple(
        replace(test, p_value=max(test.p_value, least)) for test in shown if test.p_value < 1
    )
    equal = one.equal_tensors >= FEWEST_TENSORS
    whole = (
        equal
        and one.equal_tensors == len(suspect.digests)
        and suspect.parameters == entry.parameters <= DIGESTED
    )
    return Match(
        entry=entry,
        related=Related.YES if equal else one.related,
        relation=Relation.IDENTICAL if whole else Relation.RELATED,
        tier=Tier.A if equal else Tier.B,
        p_value=None if whole else one.adjusted,
        equal_tensors=one.equal_tensors,
        tests=() if whole else sober,
    )
