"""Nothing in the repository says under which terms it may be used.

What it finds
    A repository without a licence tag, without a licence file and without a file header that grants
    a licence. It is also reported, as a doubt to look into, where the only grants are the headers
    of some source files, a licence file far down the tree, or a bare name in the prose.

Why it matters
    Where no licence is granted, copyright's default applies: nobody but the holder may copy, change
    or distribute the work. That it can be downloaded is no licence. Whoever builds on it has
    nothing to show for the right to do so.

Evidence it needs
    The listing of all files, the card's front matter, the licence files and the headers of source
    files. If a licence file or the card could not be read, the answer is "cannot determine".

Compliant example
    README.md begins with "license: apache-2.0", and LICENSE holds the text of that licence.

Non-compliant example
    config.json, model.safetensors and a README.md without front matter that speaks of benchmarks.

Remedy
    The publisher states a licence in the card and adds its text as LICENSE. A user asks the
    publisher, and uses nothing until there is an answer.

Source
    Berne Convention, articles 9 and 12 (exclusive rights of the author);
    https://choosealicense.com/no-permission/
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lineage.graph import LineageGraph
from lineage.licences.code_files import is_source
from lineage.model import (
    Artifact,
    Exhibit,
    Kind,
    LicenceDeclared,
    LicenceText,
    Outcome,
    Reading,
    Scope,
    Severity,
    State,
    Tier,
)
from lineage.phrases import counted, listed, places, quoted

from ._statements import Statements, exhibits, granting, statements

CODE = "LIC-001"
TITLE = "No licence anywhere"
SEVERITY = Severity.HIGH
TIER = Tier.A
CLAUSE = "copyright by default (Berne Convention, articles 9 and 12)"
REMEDY = "State a licence in the card or the package's metadata, and add its text as LICENSE."

_PARTS = {
    None: "a part of it",
    Scope.CODE: "its code",
    Scope.WEIGHTS: "a model's weights",
    Scope.DATA: "its data",
    Scope.DOCS: "its documentation",
}
#: Exhibits of headers: a few show what is meant.
_SHOWN = 5


def check(graph: LineageGraph) -> Iterator[Outcome]:
    """Yield one outcome for a repository that states no licence for all it holds."""
    subject = graph.subject
    reading = graph.reading(subject)
    if reading is None or not reading.files:
        return
    said = statements(graph, subject)
    if not _speaks_for(subject, said):
        yield _doubt(subject, said) or _nothing(subject, reading)


def _speaks_for(artifact: Artifact, said: Statements) -> bool:
    """Say whether a statement reaches what is published here.

    The licence of the code is not that of a model's weights, nor the other way round.
    """
    scopes = [fact.scope for fact in said.declared]
    scopes += [text.scope for text in said.unsettled]
    scopes += [text.scope for text in (*said.own, *granting(said.prose))]
    other = {Kind.MODEL: Scope.CODE, Kind.CODE: Scope.WEIGHTS}.get(artifact.kind)
    return any(scope is None or scope is not other for scope in scopes)


def _doubt(subject: Artifact, said: Statements) -> Outcome | None:
    """Return why "no licence" cannot be said outright; None where it can."""
    name = quoted(subject.name)
    if unread := (*said.unread, *said.unread_cards):
        where = tuple(Exhibit(gap.path) for gap in unread)
        message = f"Whether {name} states a licence is not known: {places(where)} was not read."
        return Outcome(subject.id, State.CANNOT_DETERMINE, message, where)
    if said.unrecognised or said.unsettled:
        return _unrecognised(subject, said)
    told: list[LicenceDeclared | LicenceText] = [*said.declared, *granting(said.own)]
    if told:
        scopes = {statement.scope for statement in told}
        what = _PARTS[scopes.pop() if len(scopes) == 1 else None]
        return _partly_licensed(subject, told, what)
    if parts := granting((*said.nested, *said.headers)):
        return _partly_licensed(subject, parts, _PARTS[None])
    if said.prose:
        where = exhibits(said.prose)
        named = listed(text.expression for text in said.prose)
        message = f"{name} names {named} at {places(where)} and grants no licence anywhere."
        return Outcome(subject.id, State.INVESTIGATE, message, where)
    return None


def _unrecognised(subject: Artifact, said: Statements) -> Outcome:
    where = said.gaps
    message = (
        f"{quoted(subject.name)} states no licence but {places(where)}, in which none was "
        "recognised"
    )
    if further := exhibits(granting(said.nested)):
        message += f"; licence texts stand further down ({places(further)})"
    shown = (*where, *further[:_SHOWN])
    return Outcome(subject.id, State.INVESTIGATE, f"{message}.", shown)


def _partly_licensed(
    subject: Artifact, parts: Sequence[LicenceDeclared | LicenceText], what: str
) -> Outcome:
    """Return the doubt about a repository of which only parts carry a licence."""
    named = {
        part.expression if isinstance(part, LicenceText) else part.expression or part.value
        for part in parts
    }
    paths = listed(part.exhibit.path for part in parts)
    message = (
        f"{quoted(subject.name)} has no licence tag and no licence file that speaks for all of it; "
        f"what names {listed(sorted(named))} ({paths}) speaks of {what} only."
    )
    where = exhibits(parts)[:_SHOWN]
    return Outcome(subject.id, State.INVESTIGATE, message, where, severity=Severity.MEDIUM)


def _nothing(subject: Artifact, reading: Reading) -> Outcome:
    name = quoted(subject.name)
    coverage = reading.coverage
    if passed_over := [end for end, _ in coverage.not_examined if is_source(f"x.{end}")]:
        message = (
            f"{name} has no licence tag and no licence file; its source files "
            f"({listed(passed_over)}) were not examined for headers."
        )
        return Outcome(subject.id, State.CANNOT_DETERMINE, message)
    examined = counted(coverage.files_read, "file that was", "files that were") + " examined"
    message = f"{name} states no licence: no tag, no licence file and no header in {examined}."
    return Outcome(subject.id, State.UNMET, message)
