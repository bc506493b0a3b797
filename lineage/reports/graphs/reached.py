"""The duties that reach a node, in words: for a terminal, and for a page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lineage.model import Obligation, State
from lineage.obligations import asks
from lineage.obligations.words import clause_words
from lineage.phrases import counted, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lineage.joining import Reaching
    from lineage.reports.graphs.view import GraphView


@dataclass(frozen=True, slots=True)
class Reached:
    """One duty as it is shown."""

    source: str
    duty: str
    path: str
    state: str


def reached(view: GraphView, words: Mapping[str, str]) -> tuple[Reached, ...]:
    """Return the duties as rows of a table."""
    names = {node: _name(view, node) for node in view.graph.standing_for.values()}
    return tuple(
        Reached(
            source=f"{names[duty.path[0]]}, {duty.title or duty.licence or words['not_known']}",
            duty=said(duty),
            path=" \u2192 ".join(names[node] for node in duty.path),
            state=words[f"state_{duty.state.value}"] if duty.state else words["not_judged"],
        )
        for duty in view.duties or ()
    )


def page(view: GraphView, words: Mapping[str, str]) -> str:
    """Return the duties as lines of text, and how many there are."""
    return "\n".join(_lines(view, words)) + "\n"


def said(duty: Reaching) -> str:
    """Return a duty in words: "clause 1.b: asks that the notices of the original are kept"."""
    one = Obligation(
        duty.licence, duty.path[0], duty.kind, duty.clause, "", State.MET, literals=duty.literals
    )
    clause = f"{clause_words(duty.clause)}: " if duty.clause else ""
    return f"{clause}asks {asks(one)}"


def _lines(view: GraphView, words: Mapping[str, str]) -> Iterator[str]:
    rows = reached(view, words)
    name = quoted(view.bound.name) if view.bound else ""
    yield f"{counted(len(rows), 'duty reaches', 'duties reach')} {name}."
    for row in rows:
        yield f"- {row.source}: {row.duty} [{row.state}]"
        yield f"  {row.path}"


def _name(view: GraphView, node: str) -> str:
    found = next((one for one in view.graph.nodes if one.id == node), None)
    return found.name if found else node
