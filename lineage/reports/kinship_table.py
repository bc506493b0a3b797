"""A comparison as a page for the terminal: the verdict in plain words, then what it rests on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.console import RenderableType
from rich.text import Text

from lineage.kinship.direction import Side as End
from lineage.kinship.verdict import Related, probability
from lineage.model import Relation, Tier
from lineage.phrases import counted, listed
from lineage.reports import code_kinship
from lineage.reports.contents import TIERS, address, gaps, size_text
from lineage.reports.paper import WIDE, Row, grid, printed, prose, row, width_of

if TYPE_CHECKING:
    from lineage.comparison import Comparison, Side
    from lineage.kinship.honestagi import CurveScore
    from lineage.kinship.layers import LayerMap
    from lineage.kinship.verdict import Component, Kinship
    from lineage.kinship.vocabulary import VocabularyRelation
    from lineage.model import Test
    from lineage.reports.page import Page

DISCLAIMER = (
    "This says what the content of two sets of files shows. It says nothing of anybody's intent, "
    "and is not legal advice."
)
ANSWERS = {
    Related.YES: "yes",
    Related.NO: "no evidence that they are",
    Related.SHARED_INITIALISATION: "by their initial random numbers at least; by training is open",
    Related.CANNOT_DETERMINE: "cannot be determined",
}
_WHAT = {
    Relation.IDENTICAL: "the same weights",
    Relation.QUANTIZED: "a quantised form of the reference",
    Relation.FINETUNE: "the reference, trained further",
    Relation.MERGE: "a merge with the reference in it",
    Relation.PRUNED: "the reference with parts removed",
    Relation.RESTRUCTURED: "layers of the reference, put together anew",
    Relation.UPCYCLED: "experts made from the reference's feed-forward blocks",
    Relation.RELATED: "one made from the other, or both from one model",
}
#: An exact p-value is calibrated and more, so that the word would puzzle beside it.
_SURE = {**TIERS, Tier.B: "statistics with a known rate of error"}
#: For a reader who does not know what is tested.
_ASKED = (
    "whether coordinates of the same number hold alike values in both. Which number a coordinate "
    "has is chance when a model is first made, and is kept by whatever is made from it."
)
_ENDS = {End.SUSPECT: "the suspect came first", End.REFERENCE: "the reference came first"}
#: No correlation is above it.
_LARGEST = 1.0
#: Runs of layers that are written out.
_RUN = 24


def render(comparison: Comparison, page: Page) -> str:
    """Return the comparison as text for a person at a terminal."""
    return printed(_parts(comparison, wide=width_of(page) >= WIDE), page)


def _parts(comparison: Comparison, *, wide: bool) -> Iterator[RenderableType]:
    kinship, code = comparison.kinship, comparison.code
    yield prose(_verdict(comparison), "bold")
    yield Text()
    yield grid(_head(comparison), wide=wide)
    sections = (
        ("Code", [] if code is None else list(code_kinship.rows(code))),
        ("Tests", list(_tests(kinship))),
        ("Part by part", [_component(part) for part in kinship.component_map]),
        ("Structure", list(_structure(kinship))),
        ("A weak signal", list(_curve(kinship.curve))),
        ("Not compared", [*_unread(comparison)]),
    )
    for title, rows in sections:
        if rows:
            yield Text()
            yield Text(title, "bold underline")
            yield grid(rows, wide=wide)
    yield Text()
    yield prose(f"Exit code {comparison.exit_code:d}: {_ending(comparison)}.", "bold")
    yield prose(DISCLAIMER)


def _verdict(comparison: Comparison) -> str:
    """Return what was found of weights and of code, of that which there is."""
    if comparison.code is None:
        return comparison.kinship.words
    said = code_kinship.summary(comparison.code)
    return said if comparison.of_code_alone else f"{comparison.kinship.words} {said}"


def _head(comparison: Comparison) -> Iterator[Row]:
    kinship = comparison.kinship
    for label, side in (("Suspect", comparison.suspect), ("Reference", comparison.reference)):
        yield _side(label, side)
    if comparison.of_code_alone:
        return
    yield row("Related", ANSWERS[kinship.related])
    if kinship.related is Related.YES:
        yield row("How", _how(kinship))
        yield row("Which came first", _first(kinship))
    if kinship.tier is not None:
        yield row("How sure", f"tier {kinship.tier.value}: {_SURE[kinship.tier]}")
    if kinship.p_value is not None:
        yield row("All tests", _joint(kinship))
    if kinship.power:
        yield row("Power", kinship.power)


def _side(label: str, side: Side) -> Row:
    revision = f" at {side.repo.revision}" if side.repo.revision else ""
    details = []
    if side.paths:
        more = f" and {len(side.paths) - 1:,} more" if len(side.paths) > 1 else ""
        details.append(f"{side.paths[0]}{more} ({side.format}, {_amount(side.parameters)})")
    details.append(f"{size_text(side.bytes_read)} read")
    return Row(
        (Text(label),),
        (prose(f"{address(side.repo)}{revision}"),),
        (prose(", ".join(details), "dim"),),
    )


def _how(kinship: Kinship) -> str:
    if kinship.relation is Relation.RELATED:
        return _WHAT[Relation.RELATED]
    said = f"{kinship.relation.value}: {_WHAT.get(kinship.relation, 'not known')}"
    shape = kinship.relation in (Relation.PRUNED, Relation.RESTRUCTURED, Relation.UPCYCLED)
    open_ = shape and kinship.direction.parent is End.UNKNOWN
    return f"{said}, or both from one model" if open_ else said


def _first(kinship: Kinship) -> str:
    if kinship.relation is Relation.IDENTICAL:
        return "not to be seen: they hold the same numbers"
    direction = kinship.direction
    if direction.parent is End.UNKNOWN:
        return "not shown by these two alone"
    chance = f" ({probability(direction.p_value)})" if direction.p_value is not None else ""
    return f"{_ENDS[direction.parent]}{chance}. {' '.join(direction.evidence)}"


def _joint(kinship: Kinship) -> str:
    value = kinship.p_value
    assert value is not None  # noqa: S101 - asked by the caller
    if not kinship.exact:
        return f"{probability(value)}, calibrated: a rank among models known to be independent"
    return (
        f"{probability(value)}, exact: two models trained apart from each other come this close by "
        "chance no more often"
    )


def _tests(kinship: Kinship) -> Iterator[Row]:
    for test in kinship.tests:
        kind = "exact" if test.exact else "calibrated"
        yield Row(
            (Text(""),),
            (prose(f"{test.name}: {probability(test.p_value)}, {kind}", "bold"),),
            (prose(_measured(test)),),
        )
    if any(test.exact for test in kinship.tests):
        yield row("What they ask", _ASKED)
    for null in dict.fromkeys(test.null for test in kinship.tests):
        yield row("If unrelated", f"{null}.")
    if kinship.tests:
        read = size_text(max(test.bytes_read for test in kinship.tests))
        yield row("Read for these", f"{read} of both files together")


def _measured(test: Test) -> str:
    said = f"effect {test.effect:.3f}"
    if test.interval is not None:
        said += f" (95 % interval {test.interval[0]:.3f} to {test.interval[1]:.3f})"
    unit = " standard deviations from chance" if test.exact else ""
    said += f"; {'' if unit else 'score '}{test.statistic:,.1f}{unit}; "
    if test.minimum_detectable_effect > _LARGEST:
        said += "no effect, however large, would have been seen"
    else:
        said += f"{test.minimum_detectable_effect:.3f} or more would have been seen"
    return said


def _component(part: Component) -> Row:
    if part.shared:
        said = f"shared: correlation {part.effect:.2f}"
    elif part.detectable > _LARGEST:
        said = "not known: no correlation would have been seen"
    else:
        said = f"no evidence; a retained correlation of {part.detectable:.2f} would have been seen"
    return Row((Text(""),), (prose(f"{part.name}: {said}"),))


def _structure(kinship: Kinship) -> Iterator[Row]:
    if kinship.layer_map is not None and kinship.layer_map.sources:
        yield row("Layers", _layers(kinship.layer_map))
    if kinship.experts:
        known = [one for one in kinship.experts if one.in_order]
        yield row(
            "Experts",
            f"{len(known)} of {len(kinship.experts)} that were looked at hold their source's units "
            "in order",
        )
    if kinship.equal_tensors:
        names = listed(mine for mine, _ in kinship.equal_tensors)
        found = counted(len(kinship.equal_tensors), "tensor")
        yield row("Equal", f"{found}, number by number: {names}")
    if kinship.vocabulary is not None:
        yield row("Vocabulary", _vocabulary(kinship.vocabulary))


def _layers(layers: LayerMap) -> str:
    if layers.in_place:
        return f"all {layers.reference_layers} stand where they stood in the reference"
    places = ["new" if place is None else str(place) for place in layers.sources]
    shown = ", ".join(places[:_RUN]) + (", ..." if len(places) > _RUN else "")
    return (
        f"the suspect's {len(places)}, by their places among the reference's "
        f"{layers.reference_layers} (from 0): {shown}"
    )


def _vocabulary(found: VocabularyRelation) -> str:
    if not found.suspect or not found.reference:
        return "not known on both sides"
    return (
        f"{found.overlap.value}: {found.shared:,} tokens shared, {found.same_number:,} of them "
        f"under one number, of {found.suspect:,} and {found.reference:,}; structure, which is no "
        "proof of descent"
    )


def _curve(curve: CurveScore | None) -> Iterator[Row]:
    if curve is None:
        return
    known = (
        f"up to {curve.background:.1%} of pairs of unrelated published models reach that band, and "
        f"{curve.same_shape:.0%} of pairs of one configuration that were trained apart"
        if curve.background < 1
        else "nothing to remark: most pairs of unrelated models reach as much"
    )
    yield row(
        "HonestAGI",
        f"{curve.score:.3f}: {known}. It correlates {curve.points} numbers for each kind of matrix "
        "and has no null model; no verdict rests on it.",
    )


def _unread(comparison: Comparison) -> Iterator[Row]:
    for whose, side in (("suspect", comparison.suspect), ("reference", comparison.reference)):
        for gap in gaps(side.unread):
            places = ", ".join(filter(None, gap.paths[:3])) or "the repository"
            yield row("unread", f"{whose}, {places}: {gap.reason}")
        if side.not_compared:
            yield row(
                "further models", f"{whose}: {listed(side.not_compared)} (the largest was compared)"
            )


def _ending(comparison: Comparison) -> str:
    if comparison.complete:
        return "all that the comparison asked for was read"
    return "something could not be read, so that no pass may be claimed"


def _amount(number: int) -> str:
    """Return a number of parameters for a person: "22.7 million numbers"."""
    for size, word in ((10**9, "billion"), (10**6, "million"), (10**3, "thousand")):
        if number >= size:
            return f"{number / size:.1f} {word} numbers"
    return counted(number, "number")
