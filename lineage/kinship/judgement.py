"""From what was found to a verdict in words. One function for each kind of outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lineage.kinship.exhibits import power
from lineage.kinship.verdict import Component, Kinship, Related, probability
from lineage.model import Relation, Tier

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lineage.kinship.describe import Account
    from lineage.kinship.identity import Shared
    from lineage.kinship.ladder import Climb

#: A "no" needs a test that would have seen a correlation of this size.
POWERFUL = 0.6
_MANNER = {
    Relation.QUANTIZED: "They are those of the reference on a coarser grid",
    Relation.FINETUNE: "They look like the reference's, trained further",
    Relation.PRUNED: "They look like the reference's with parts removed",
    Relation.RESTRUCTURED: "They look like the reference's, put together anew",
    Relation.UPCYCLED: "Their experts were made from the reference's feed-forward blocks",
    Relation.RELATED: "One was made from the other, or both from one model",
}


def undetermined(words: str) -> Kinship:
    """Return a kinship that nothing can be said of, and why."""
    return Kinship(Related.CANNOT_DETERMINE, Relation.UNKNOWN, None, words, "")


def same_files(count: int) -> Kinship:
    """Return the kinship of models whose files are the same, byte for byte."""
    words = (
        "The weight file of one is that of the other, byte for byte."
        if count == 1
        else f"All {count} weight files of one are those of the other, byte for byte."
    )
    return Kinship(Related.YES, Relation.IDENTICAL, Tier.A, words, "")


def identical(equal: Shared) -> Kinship:
    """Return the kinship of models that hold the same tensors."""
    words = "Every tensor of one is found in the other, number by number."
    if equal.rounded:
        words = (
            "Every tensor of one is found in the other, number by number, as far as the shorter of "
            "their number types can tell."
        )
    return Kinship(Related.YES, Relation.IDENTICAL, Tier.A, words, "")


def copied(equal: Shared) -> Kinship:
    """Return the kinship of models that share trained tensors and nothing else that was seen."""
    words = (
        f"{len(equal.pairs)} tensors are equal number by number, trained ones among them: "
        f"{equal.suspect_share:.0%} of the suspect's numbers."
    )
    return Kinship(Related.YES, Relation.RELATED, Tier.A, words, "")


def related(
    best: Climb, told: Account, equal: Shared | None, parts: Sequence[Component]
) -> Kinship:
    """Return the kinship of towers that a test found to be related.

    ``equal`` holds equal tensors if trained ones are among them. Without them, what is shared must
    have been trained (``seeds``); else a shared initialisation is all that is shown.
    """
    exact = best.decided
    p_value = best.body_p_value if exact else best.rank.p_value if best.rank else 1.0
    how = "" if exact else ", ranked among independent models"
    opening = f"The weights are not independent of the reference's ({probability(p_value)}{how})."
    trained = equal is not None or (told.origin is not None and told.origin.trained)
    if trained:
        outcome, relation = Related.YES, told.relation
        manner = " ".join((_manner(told), *told.direction.evidence))
    else:
        outcome, relation = Related.SHARED_INITIALISATION, Relation.UNKNOWN
        manner = _unshown(told)
    if equal is not None:
        manner += f" {len(equal.pairs)} tensors are equal number by number."
    return Kinship(
        related=outcome,
        relation=relation,
        tier=Tier.A if equal is not None else Tier.B,
        words=f"{opening} {manner}",
        power=power(best.measured),
        p_value=p_value,
        exact=exact,
        direction=told.direction,
        component_map=tuple(parts),
        layer_map=told.layers,
        experts=told.experts,
    )


def side_tower(best: Climb, name: str, parts: Sequence[Component]) -> Kinship:
    """Return the kinship of models of which only a smaller tower is related."""
    words = (
        f"Only the tower {name} is not independent of the reference's "
        f"({probability(best.p_value)}); the suspect's largest tower shows no trace. Such towers "
        "are often taken from a third party by both."
    )
    return Kinship(
        related=Related.CANNOT_DETERMINE,
        relation=Relation.UNKNOWN,
        tier=Tier.B,
        words=words,
        power=power(best.measured),
        p_value=best.p_value,
        component_map=tuple(parts),
    )


def tables_only(best: Climb, parts: Sequence[Component]) -> Kinship:
    """Return the kinship of models of which only the token tables are related."""
    words = (
        f"Only the token embeddings are not independent of the reference's "
        f"({probability(best.p_value)}); the network between them shows no trace. Embeddings are "
        "often taken from a public source by both, and a shared seed looks the same."
    )
    return Kinship(
        related=Related.CANNOT_DETERMINE,
        relation=Relation.UNKNOWN,
        tier=Tier.B,
        words=words,
        power=power(best.measured),
        p_value=best.p_value,
        component_map=tuple(parts),
    )


def nothing(best: Climb, families: tuple[str, str]) -> Kinship:
    """Return the kinship of models between which nothing was found.

    "No" takes a test that would have seen something, and two models that can be compared at all.
    """
    if "any" not in families and families[0] != families[1]:
        return undetermined(
            f"The two are of different families ({families[0]} and {families[1]}), so that nothing "
            "stands at the same place in both."
        )
    if not best.measured and best.rank is None:
        return undetermined(
            "The two have neither a width nor a vocabulary in common to compare by."
        )
    strong = min((one.agreement.detectable for one in best.measured), default=1.0) <= POWERFUL
    words = f"No evidence of kinship ({probability(best.p_value)} over all tests)."
    if best.numbered:
        words += (
            " Fixed sinusoidal positions number the coordinates, so that only the order of units "
            "and heads could be tested."
        )
    return Kinship(
        related=Related.NO if strong else Related.CANNOT_DETERMINE,
        relation=Relation.UNKNOWN,
        tier=None,
        words=words,
        power=power(best.measured),
        p_value=best.p_value,
    )


def _manner(told: Account) -> str:
    words = _MANNER[told.relation]
    layers = told.layers
    if layers is None or not layers.sources:
        return words + "."
    if layers.in_place:
        return f"{words}; every layer stands where it stood (similarity {told.effect:.2f})."
    moved = [
        f"{len(layers.dropped)} of {layers.reference_layers} layers are not found"
        * bool(layers.dropped),
        f"{len(layers.repeated)} are found more than once" * bool(layers.repeated),
        f"{layers.sources.count(None)} of the suspect's have no source" * (None in layers.sources),
    ]
    return f"{words}: {', '.join(filter(None, moved)) or 'layers changed places'}."


def _unshown(told: Account) -> str:
    if told.origin is None:
        return (
            "No layer of one is found in the other, so that a shared initialisation cannot be told "
            "from derivation."
        )
    return (
        "What they share lies where initial random numbers survive and not where training works: "
        "a shared initialisation, or a derivation of which nothing trained is left."
    )
