"""The parent's licence asks for a given Notice or for its own text, and the release has neither.

What it finds
    A release made from a parent whose licence asks that a certain sentence goes with every copy in
    a "Notice" file (Llama, Qwen, Gemma, DBRX, Hunyuan, MiniMax, Stability, Mistral), or that a copy
    of the licence itself goes with it, while the release lacks it. What is carried is reported as
    met, with the file and the line.

Why it matters
    It is the duty that costs least and is asked most: without it a licence that ends on breach has
    been broken by the first download, and everybody further down has nothing to pass on.

Evidence it needs
    A derivation that is declared or proved; the parent's licence, read in its repository or known
    from its maker; the release's licence files and notices. If one of them could not be read, the
    answer is "cannot determine". If the sentence stands in another document than a Notice file, it
    is a doubt. What rests on others' word about the parent's licence is of medium severity at most,
    and a missing copy of a permissive licence of low severity.

Compliant example
    base_model is meta-llama/Llama-3.1-8B. NOTICE says "Llama 3.1 is licensed under the Llama 3.1
    Community License, Copyright (c) Meta Platforms, Inc. All Rights Reserved."; LICENSE is the
    licence.

Non-compliant example
    The same parent; the repository has a README.md and weights, and no NOTICE.

Remedy
    Add the sentence to a file called NOTICE, and the parent's licence as a file of its own.

Source
    Llama 3.1 Community License, 1.b.i(A) and 1.b.iii; Gemma Terms of Use, 3.1; Qwen LICENSE
    AGREEMENT, 3.a and 3.c; and the like.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.graph import LineageGraph
from lineage.licences.vocabulary import LicenceClass
from lineage.model import Obligation, Outcome, Severity, Tier

from ._duties import class_of, of_kind, outcomes

CODE = "ATT-005"
TITLE = "Required Notice or licence copy absent"
SEVERITY = Severity.HIGH
TIER = Tier.A
CLAUSE = "the parent's licence on notices and copies, such as Llama 3.1 1.b.iii"
REMEDY = "Add the sentence to a file called NOTICE, and the parent's licence as a file of its own."


def check(graph: LineageGraph) -> Iterator[Outcome]:
    """Yield an outcome for each Notice and each licence copy that a parent's licence asks for."""
    yield from outcomes(graph, of_kind(graph, "notice_file_literal"), SEVERITY, remedy=_remedy)
    # Where code was found, LIC-014 tells whether its licence travels along.
    wanted = (d for d in of_kind(graph, "include_license") if d.tier is not Tier.D)
    for duty in wanted:
        permissive = class_of(duty) is LicenceClass.PERMISSIVE
        severity = Severity.LOW if permissive else Severity.MEDIUM
        yield from outcomes(graph, [duty], severity, remedy=_remedy)


def _remedy(duty: Obligation) -> str:
    if duty.literals:
        literal = duty.literals[0]
        return f'Add a file called NOTICE that says "{literal}"' + "." * (not literal.endswith("."))
    return f"Add the text of {duty.title} as a file of its own."
