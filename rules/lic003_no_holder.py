"""A licence text that begins with a copyright notice names nobody in it.

What it finds
    A licence file with the text of MIT, ISC, BSD or NCSA and without a copyright line of anybody:
    none at all, or that of the template ("Copyright (c) [year] [fullname]"). Where a line names the
    holder, that is reported as met. A holder named in a NOTICE, a README or in the headers of
    source files instead is a doubt to look into.

Why it matters
    These licences ask that "the above copyright notice" travels with every copy. Where there is
    none, nobody can do that, and nobody can tell who granted the licence. It is low because the
    grant itself stands.

Evidence it needs
    The licence file, with a text of one of these licences recognised word for word. A text that is
    only close to one yields a doubt. Silent for licences whose text names no holder (Apache-2.0,
    whose appendix is a template by design), and where the file could not be read: LIC-002 says so.

Compliant example
    LICENSE holds the MIT text below "Copyright (c) 2026 Acme".

Non-compliant example
    LICENSE holds the MIT text below "Copyright (c) [year] [fullname]".

Remedy
    Put the holder's name and the year in the licence file's copyright line.

Source
    MIT, second paragraph; BSD-2-Clause and BSD-3-Clause, conditions 1 and 2; ISC, first paragraph.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from lineage.graph import LineageGraph
from lineage.model import Copyright, LicenceText, Outcome, Severity, State, Tier
from lineage.phrases import listed, places, quoted

from ._expressions import licences
from ._statements import exact, exhibits, statements, whole
from ._text_duty import clauses

CODE = "LIC-003"
TITLE = "Licence text without a copyright holder"
SEVERITY = Severity.LOW
TIER = Tier.A
CLAUSE = "MIT second paragraph; BSD conditions 1 and 2"
REMEDY = "Put the holder's name and the year in the licence file's copyright line."

_WITH_NOTICE = frozenset(
    {
        "BSD-2-Clause",
        "BSD-3-Clause",
        "BSD-3-Clause-Clear",
        "BSD-4-Clause",
        "ISC",
        "MIT",
        "NCSA",
    }
)
_SHOWN = 3


def check(graph: LineageGraph) -> Iterator[Outcome]:
    """Yield an outcome for each licence file of the repository that has to name a holder."""
    own = whole(statements(graph, graph.subject).own)
    by_path: dict[str, list[LicenceText]] = defaultdict(list)
    for text in own:
        by_path[text.exhibit.path].append(text)
    lines = graph.evidence(graph.subject, Copyright)
    for path in sorted(by_path):
        named = frozenset[str]().union(*(licences(text.expression) for text in by_path[path]))
        if named and named <= _WITH_NOTICE:
            yield _judged(graph, path, by_path[path], named, lines)


def _judged(
    graph: LineageGraph,
    path: str,
    texts: Sequence[LicenceText],
    named: frozenset[str],
    lines: Sequence[Copyright],
) -> Outcome:
    held, name = listed(sorted(named)), quoted(graph.subject.name)
    where, here = exhibits(texts), [line for line in lines if line.exhibit.path == path]
    if here:
        holders = listed(line.holder for line in here)
        message = f"{places(where)} of {name} holds {held} with the copyright line of {holders}."
        state, shown = State.MET, (*where, here[0].exhibit)
    elif lines:
        others = tuple(dict.fromkeys(line.exhibit for line in lines))[:_SHOWN]
        message = (
            f"{places(where)} of {name} holds {held} and names no holder; copyright lines stand at "
            f"{places(others)}."
        )
        state, shown = State.INVESTIGATE, (*where, *others)
    else:
        message = f"{places(where)} of {name} holds {held} and names no holder, and no file does."
        state, shown = State.UNMET if exact(texts) else State.INVESTIGATE, where
    clause = clauses(named)
    return Outcome(graph.subject.id, state, message, shown, about=path, clause=clause)
