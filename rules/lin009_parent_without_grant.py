"""The parent grants nothing: it has no licence, or its host has taken it out of reach.

What it finds
    A release made from a repository of another publisher that was opened and states no licence
    anywhere: no tag, no licence file, no header. Likewise, as a doubt, one that its host has
    disabled or keeps private, and that names no licence; and a parent's parent without one. A
    parent that is gated and has a licence is in order: asking for access is how its maker gives it
    out.

Why it matters
    Without a licence nobody may change or pass on the work, and nobody can grant to others what was
    not granted to them. Weights that leaked, or that were withdrawn, are no exception, however
    widely they are copied.

Evidence it needs
    A derivation that is declared or proved, and the parent opened: it was followed, or named with
    --against. Where the parent's licence files or card could not be read, and for a gated parent
    whose host shows no licence, the answer is "cannot determine". A parent that was not opened is
    LIC-012's.

Compliant example
    base_model: mistralai/Mistral-7B-v0.1, whose card says "license: apache-2.0".

Non-compliant example
    base_model: somebody/leaked-70b, which holds weights and nothing else.

Remedy
    Ask the parent's maker for a licence, or build on another model.

Source
    Berne Convention, articles 9 and 12; the case of Miqu-1-70B (January 2024).
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.graph import LineageGraph
from lineage.model import Outcome, Severity, Tier

from ._grants import without_grant

CODE = "LIN-009"
TITLE = "Derived from a repository that grants nothing"
SEVERITY = Severity.HIGH
TIER = Tier.A
CLAUSE = "copyright by default (Berne Convention, articles 9 and 12)"
REMEDY = "Ask the parent's maker for a licence, or build on another model."


def check(graph: LineageGraph) -> Iterator[Outcome]:
    """Yield an outcome for each opened parent, and theirs, that states no licence."""
    yield from without_grant(graph)
