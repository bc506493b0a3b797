"""The inventory of a page: what stands in the repository, what was found in it, what was not."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lineage.model import EntryKind, LicenceText, WeightFile
from lineage.reports import ancestry, contents
from lineage.reports.html_findings import files

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lineage.model import Exhibit
    from lineage.pipeline import Audit
    from lineage.reports.html_findings import Spots

#: So many rows of one list are written out, the rest are counted.
_ROWS, _PLACES, _PATHS = 200, 3, 20


@dataclass(frozen=True, slots=True)
class Text:
    """A licence found in so many places."""

    expression: str
    form: str
    method: str
    exact: bool
    places: int
    spots: tuple[Spots, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """What could not be read of one repository, for one reason."""

    #: "" for the audited work.
    of: str
    reason: str
    paths: tuple[str, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Stock:
    """All rows of the inventory."""

    #: Kind of entry, how many, how large.
    kinds: tuple[tuple[str, int, str], ...]
    texts: tuple[Text, ...]
    more_texts: int
    weights: tuple[tuple[str, str, str, str], ...]
    more_weights: int
    passed_over: tuple[tuple[str, int], ...]
    gaps: tuple[Gap, ...]


def stock(audit: Audit) -> Stock:
    """Return the inventory of an audit's target."""
    texts = tuple(_texts(audit))
    weights = tuple(_weights(audit))
    return Stock(
        kinds=tuple(_kinds(audit)),
        texts=texts[:_ROWS],
        more_texts=max(0, len(texts) - _ROWS),
        weights=weights[:_ROWS],
        more_weights=max(0, len(weights) - _ROWS),
        passed_over=audit.coverage.not_examined,
        gaps=tuple(_gaps(audit)),
    )


def _kinds(audit: Audit) -> Iterator[tuple[str, int, str]]:
    counts = Counter(entry.kind for entry in audit.reading.files)
    for kind in EntryKind:
        if counts[kind]:
            sizes = [entry.size for entry in audit.reading.files if entry.kind is kind]
            known = [size for size in sizes if size is not None]
            yield kind.value, counts[kind], contents.size_text(sum(known)) if known else ""


def _texts(audit: Audit) -> Iterator[Text]:
    found: dict[tuple[str, str, str, bool], list[Exhibit]] = defaultdict(list)
    for fact in audit.reading.evidence:
        if isinstance(fact, LicenceText):
            key = fact.expression, fact.form.value, fact.method.value, fact.exact
            found[key].append(fact.exhibit)
    for (expression, form, method, exact), places in sorted(
        found.items(), key=lambda item: (-len(item[1]), item[0])
    ):
        spots = tuple(files(places[:_PLACES]))
        yield Text(expression, form, method, exact, len(places), spots)


def _weights(audit: Audit) -> Iterator[tuple[str, str, str, str]]:
    for fact in audit.reading.evidence:
        if isinstance(fact, WeightFile):
            size = "" if fact.size is None else contents.size_text(fact.size)
            yield fact.exhibit.path, fact.format, size, fact.sha256 or ""


def _gaps(audit: Audit) -> Iterator[Gap]:
    for of, unread in ancestry.gaps(audit):
        for gap in contents.gaps(unread):
            paths = tuple(filter(None, gap.paths))
            yield Gap(of, gap.reason, paths[:_PATHS], max(0, len(paths) - _PATHS))
