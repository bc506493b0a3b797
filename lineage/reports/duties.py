"""What the licences above the target ask of it: every duty and limit, met or not, in few words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from lineage.model import Finding, Obligation, State
from lineage.obligations import asks, place_words
from lineage.obligations.words import clause_words
from lineage.phrases import quoted
from lineage.reports import ancestry

if TYPE_CHECKING:
    from lineage.pipeline import Audit

_ACTS = {
    "use": "on use",
    "modify": "on modifying",
    "distribute": "on giving copies",
    "make_available": "on making available",
    "train_on_outputs": "on training on outputs",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What one licence asks, for one parent."""

    #: "meta-llama/Llama-3.1-8B, under LLAMA 3.1 COMMUNITY LICENSE AGREEMENT".
    heading: str
    duties: tuple[Obligation, ...]


def asked(audit: Audit) -> tuple[Asked, ...]:
    """Return the duties by parent and licence, in the order of the engine."""
    found: dict[tuple[str, str], list[Obligation]] = defaultdict(list)
    for duty in _as_waived(audit):
        found[(duty.parent, duty.title) if duty.licence else ("", "")].append(duty)
    return tuple(
        Asked(_heading(audit, parent, title), tuple(duties))
        for (parent, title), duties in found.items()
    )


def _as_waived(audit: Audit) -> Iterator[Obligation]:
    """Yield the duties; one whose finding is waived is shown as such."""
    waived = {(f.parent, f.clause) for f in audit.findings if f.state is State.WAIVED}
    for duty in audit.obligations:
        is_waived = bool(duty.clause) and (duty.parent, place_words(duty)) in waived
        is_open = duty.state is not State.MET
        yield replace(duty, state=State.WAIVED) if is_waived and is_open else duty


def sentence(duty: Obligation) -> str:
    """Return a duty in one sentence: "clause 1.b.iii: a Notice file that says …"."""
    if not duty.clause:
        return duty.reason
    strength = "" if duty.required else " (only encouraged)"
    return f"{clause_words(duty.clause)}: asks {asks(duty)}{strength}"


def trigger(duty: Obligation) -> str:
    """Return the act that brings the duty about."""
    return _ACTS.get(duty.trigger, "")


def why(duty: Obligation) -> str:
    """Return why the duty is in its state."""
    return f"{duty.reason} {duty.caveat}".rstrip() if duty.clause else duty.caveat


def is_told_elsewhere(audit: Audit, finding: Finding) -> bool:
    """Say whether a met duty is among those that are listed by licence."""
    return any(
        duty.state is State.MET
        and duty.parent == finding.parent
        and place_words(duty) == finding.clause
        for duty in audit.obligations
    )


def _heading(audit: Audit, parent: str, title: str) -> str:
    if not parent:
        return "parents whose terms are not known"
    artifact = audit.graph.artifact(parent)
    return f"{quoted(artifact.name)}, under {title}{ancestry.heading(audit, artifact)}"
