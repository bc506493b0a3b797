"""The parent's licence asks that derivatives stay under it, and the release is under another one.

What it finds
    A release made from a parent under a share-alike or copyleft licence (CC-BY-SA, GPL, AGPL, ODbL
    and the like) and offered under a licence that this one does not allow. Later versions, and
    licences that the parent's names as compatible, are reported as met.

Why it matters
    Share-alike is the price of the parent: what is built on it stays as free as it was. Offered
    under other terms, the release grants what its publisher could not grant.

Evidence it needs
    A derivation that is declared or proved, by which the release is a derivative in the words of
    the parent's licence; the terms of both. If the release's own terms are not known, the answer is
    "cannot determine". Whether an adapter is a derivative is not settled by these licences: there
    it is a doubt.

Compliant example
    The parent is under CC-BY-SA-4.0; the card says "license: cc-by-sa-4.0".

Non-compliant example
    The parent is under CC-BY-SA-4.0; the card says "license: mit".

Remedy
    Offer the release under the parent's licence or one that it allows.

Source
    CC-BY-SA-4.0, 3(b); GPL-3.0, 5(c); AGPL-3.0, 5(c); ODbL-1.0, 4.4.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.graph import LineageGraph
from lineage.model import Outcome, Severity, Tier

from ._duties import of_kind, outcomes

CODE = "USE-003"
TITLE = "Share-alike or copyleft dropped"
SEVERITY = Severity.HIGH
TIER = Tier.A
CLAUSE = "the parent's licence on derivatives, such as CC-BY-SA-4.0 3(b)"
REMEDY = "Offer the release under the parent's licence or one that it allows."


def check(graph: LineageGraph) -> Iterator[Outcome]:
    """Yield an outcome for each parent whose licence has to be kept."""
    yield from outcomes(graph, of_kind(graph, "same_license"), SEVERITY)
