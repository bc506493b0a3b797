"""The parent's licence needs another licence beyond a number of users or a revenue.

What it finds
    A release made from a parent whose licence grants its rights only below a threshold (700 million
    monthly active users for Llama, 100 million for Qwen and Hunyuan, one million dollars a year for
    Stability). With a profile it says whether the organisation is beyond it; without one the answer
    is "condition unknown".

Why it matters
    Beyond the threshold there is no licence until the licensor grants one. The numbers are counted
    in different ways: some on the day that the version came out, so that later growth does not
    count, some at any time; some of everything that an organisation offers, some of the one
    product.

Evidence it needs
    A derivation that is declared or proved; the parent's licence; a profile with users or revenue,
    their period and, for thresholds of a release date, the date of the count.

Compliant example
    The profile says "users: {monthly: 20000, as_of: 2024-07-01}"; the parent is Llama 3.1.

Non-compliant example
    The profile says "revenue: [{amount: 2000000, currency: USD, period: year}]"; the parent is
    under the Stability AI Community License.

Remedy
    Give the numbers in a profile (--profile); beyond the threshold, ask the licensor for a licence.

Source
    Llama 3.1 Community License, 2; Qwen LICENSE AGREEMENT, 4; Stability AI Community License, III.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.graph import LineageGraph
from lineage.model import Outcome, Severity, Tier

from ._duties import of_kind, outcomes

CODE = "USE-005"
TITLE = "Threshold of users or revenue"
SEVERITY = Severity.MEDIUM
TIER = Tier.A
CLAUSE = "the parent's licence on additional commercial terms, such as Llama 3.1 2"
REMEDY = "Give the numbers in a profile (--profile); beyond the threshold, ask the licensor."


def check(graph: LineageGraph) -> Iterator[Outcome]:
    """Yield an outcome for each threshold of a parent's licence."""
    yield from outcomes(graph, of_kind(graph, "threshold"), SEVERITY)
