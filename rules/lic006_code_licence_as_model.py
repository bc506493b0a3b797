"""The card repeats the code's licence, and the model has another one, or none that is written down.

What it finds
    A repository with one licence for the code (LICENSE-CODE, or LICENSE beside a LICENSE-MODEL) and
    one for the weights, whose declared licence is that of the code. Where there is only a licence
    for the code, and the card repeats it, that is a doubt to look into.

Why it matters
    Model makers often give code under MIT or Apache-2.0 and weights under terms with conditions:
    use restrictions to pass on, territories, thresholds. Hubs, scanners and users read one tag. If
    that tag names the code's licence, everybody down the line believes the weights to be free.

Evidence it needs
    A declared licence that is not about code alone, and the texts of both licence files. If the
    model's licence file could not be read, the answer is "cannot determine".

Compliant example
    README.md says "license: other" with "license_name: deepseek" and "license_link: LICENSE-MODEL";
    LICENSE-CODE holds MIT, LICENSE-MODEL the DeepSeek License Agreement.

Non-compliant example
    README.md says "license: mit"; LICENSE-CODE holds MIT, LICENSE-MODEL the DeepSeek License
    Agreement.

Remedy
    The publisher declares the model's licence in the card and names the code's licence in its
    prose. A user of the weights keeps to the model's licence file.

Source
    Repositories of DeepSeek-V2 and -V3, MiniMax-01 and ChatGLM3, which have both files.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.graph import LineageGraph
from lineage.licences.places import scope_of
from lineage.model import (
    Artifact,
    LicenceDeclared,
    LicenceText,
    Outcome,
    Scope,
    Severity,
    State,
    Tier,
)
from lineage.phrases import listed, places, quoted

from ._expressions import agree
from ._statements import Statements, binding, exact, exhibits, statements, whole

CODE = "LIC-006"
TITLE = "Code licence declared as model licence"
SEVERITY = Severity.MEDIUM
TIER = Tier.A
CLAUSE = "the model's own licence, which binds the weights"
REMEDY = "Declare the model's licence in the card and say in its prose which one is for the code."


def check(graph: LineageGraph) -> Iterator[Outcome]:
    """Yield one outcome where the declared licence is that of the code beside the model."""
    subject = graph.subject
    said = statements(graph, subject)
    code = _for_code(said)
    model = tuple(text for text in binding(said, Scope.WEIGHTS) if text not in code)
    declared = [
        fact
        for fact in said.fields
        if fact.scope is not Scope.CODE
        if any(agree(fact.expression, text.expression) for text in code)
        if not any(agree(fact.expression, text.expression) for text in model)
    ]
    if declared:
        yield _outcome(subject, said, declared, code, model)


def _for_code(said: Statements) -> tuple[LicenceText, ...]:
    """Return the texts that bind the code and not the weights.

    Beside a licence file of the model's own, read or not, the common one is the code's.
    """
    special = tuple(text for text in whole(said.own) if text.scope is Scope.CODE)
    paths = [text.exhibit.path for text in said.own]
    paths += [text.exhibit.path for text in said.unsettled]
    paths += [gap.path for gap in said.unread]
    has_models = any(scope_of(path) is Scope.WEIGHTS for path in paths)
    return special or (binding(said, Scope.CODE) if has_models else ())


def _outcome(
    subject: Artifact,
    said: Statements,
    declared: list[LicenceDeclared],
    code: tuple[LicenceText, ...],
    model: tuple[LicenceText, ...],
) -> Outcome:
    where, code_where, model_where = exhibits(declared), exhibits(code), exhibits(model)
    opening = (
        f"{quoted(subject.name)} is declared {listed(fact.value for fact in declared)} at "
        f"{places(where)}, which is the licence of its code ({places(code_where)})"
    )
    shown = (*where, *code_where, *model_where)
    if model:
        under = "under" if exact(model) else "under a text close to"
        licences = listed(text.expression for text in model)
        message = f"{opening}; its weights are {under} {licences} ({places(model_where)})."
        state = State.UNMET if exact(model) else State.INVESTIGATE
        return Outcome(subject.id, state, message, shown)
    if unknown := tuple(t.exhibit for t in said.unsettled if t.scope is not Scope.CODE):
        message = f"{opening}; {places(unknown)} is in words of no known licence."
        return Outcome(subject.id, State.INVESTIGATE, message, (*shown, *unknown))
    if said.gaps:
        message = f"{opening}; {places(said.gaps)}, which may be the model's, was not read."
        return Outcome(subject.id, State.CANNOT_DETERMINE, message, (*shown, *said.gaps))
    message = f"{opening}; no file says under which terms its weights are."
    return Outcome(subject.id, State.INVESTIGATE, message, shown)
