"""One sentence for a person: made from what, under which terms, and what stands against it."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

from lineage.model import Artifact, Derivation, Kind, Origin, Relation, Scope, State

if TYPE_CHECKING:
    from lineage.pipeline import Audit

#: Outcomes that a person has to settle.
DOUBTS = (State.INVESTIGATE, State.CONDITION_UNKNOWN, State.CANNOT_DETERMINE)

#: "It is …" the parent, for each relation.
RELATIONS = {
    Relation.IDENTICAL: "identical to",
    Relation.QUANTIZED: "a quantised form of",
    Relation.FINETUNE: "a fine-tune of",
    Relation.ADAPTER: "an adapter of",
    Relation.MERGE: "a merge of",
    Relation.PRUNED: "a pruned form of",
    Relation.RESTRUCTURED: "a restructured form of",
    Relation.UPCYCLED: "an upcycled form of",
    Relation.DISTILLED: "distilled from",
    Relation.TRAINED_ON: "trained on",
    Relation.CODE_COPIED: "partly copied from",
    Relation.CODE_DERIVED: "partly derived from",
    Relation.RELATED: "related to",
    Relation.UNKNOWN: "made from",
}

_ORIGINS = {
    Origin.DECLARED: "is declared to be",
    Origin.DETECTED: "is found to be",
    Origin.CONTRADICTED: "is declared, against what its weights show, to be",
}
#: Names in a row before "and 12 more".
_NAMED = 3
_LONGEST = 100
_PLAIN = re.compile(r"[\w.+@:/-]+…?")


def verdict(audit: Audit) -> str:
    """Return the audit in one sentence, in neutral words and without a claim that it cannot bear.

    It speaks of no pass where something could not be read or a licence is not known. Names in it
    are as they were read; whoever prints it escapes it.
    """
    subject = audit.graph.subject
    parts = (_terms(subject), _duties(audit), _gaps(audit), _left_out(audit))
    return f"{quoted(subject.name)} {_descent(audit, subject)}, {'; '.join(filter(None, parts))}."


def counted(number: int, noun: str, plural: str = "") -> str:
    """Return "1 file", "2,000 files"."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def quoted(name: str) -> str:
    """Return a name as it may stand in a sentence: in quotation marks unless it is plainly a name.

    A card may call its parent "nothing, under MIT; no unmet duty was found".
    """
    shown = name if len(name) <= _LONGEST else name[: _LONGEST - 1] + "…"
    return shown if _PLAIN.fullmatch(shown) else json.dumps(shown, ensure_ascii=False)


def _descent(audit: Audit, subject: Artifact) -> str:
    groups: dict[tuple[Origin, Relation], list[Derivation]] = defaultdict(list)
    for edge in audit.graph.parents(subject):
        groups[edge.origin, edge.relation].append(edge)
    said = []
    for origin in Origin:
        phrases = [
            f"{RELATIONS[relation]} {_named(audit.graph.artifact(e.parent) for e in edges)}"
            for (of, relation), edges in groups.items()
            if of is origin
        ]
        if phrases:
            said.append(f"{_ORIGINS[origin]} {' and '.join(phrases)}")
    if said:
        return " and ".join(said)
    kin = "model" if subject.kind is Kind.MODEL else "work"
    return f"names no {kin} that it was made from"


def _terms(subject: Artifact) -> str:
    scopes: dict[str | None, list[Scope]] = defaultdict(list)
    for record in subject.licences:
        scopes[record.concluded].append(record.scope)
    if not any(scopes):
        return "under terms that are not known"
    if len(scopes) == 1:
        return f"under {next(iter(scopes))}"
    return "under " + _listed(
        [f"{name or 'unknown terms'} ({_listed(where)})" for name, where in scopes.items()]
    )


def _duties(audit: Audit) -> str:
    unmet = sum(finding.state is State.UNMET for finding in audit.findings)
    doubts = sum(finding.state in DOUBTS for finding in audit.findings)
    if unmet or doubts:
        said = [
            f"{counted(unmet, 'duty is', 'duties are')} unmet" if unmet else "",
            f"{counted(doubts, 'doubt is', 'doubts are')} open" if doubts else "",
        ]
        return _listed(filter(None, said))
    if _reservations(audit):
        return "no unmet duty was seen in what was read"
    read = counted(audit.coverage.files_read, "file")
    return f"no unmet duty and no open doubt was found in the {read} read"


def _gaps(audit: Audit) -> str:
    reservations = _reservations(audit)
    return f"no pass may be claimed, since {_listed(reservations)}" if reservations else ""


def _reservations(audit: Audit) -> list[str]:
    """Return why nothing may be called a pass; empty where all was read and all terms are known."""
    unread = sum(len(r.coverage.unread) for r in (audit.reading, *audit.references))
    records = audit.graph.subject.licences
    unknown = [record.scope.value for record in records if record.concluded is None]
    said = []
    if unread:
        said.append(f"{counted(unread, 'place')} could not be read")
    if not records:
        said.append("its licence is not known")
    elif unknown:
        said.append(f"the licence of its {_listed(unknown)} is not known")
    return said


def _left_out(audit: Audit) -> str:
    if not audit.left_out:
        return ""
    return f"its {_listed(sorted(audit.left_out))} was left out, as asked"


def _named(artifacts: Iterable[Artifact]) -> str:
    listed = [quoted(artifact.name) for artifact in artifacts]
    more = len(listed) - _NAMED
    return _listed([*listed[:_NAMED], f"{more:,} more"] if more > 0 else listed)


def _listed(words: Iterable[str]) -> str:
    """Return "a", "a and b", "a, b and c"."""
    *init, last = words
    return f"{', '.join(init)} and {last}" if init else last
