"""The declared licence is "other" or "unknown", and nothing says which one it is.

What it finds
    A card that declares "other" without a name ("license_name") and without a licence text in the
    repository, or that declares "unknown". A link to a page outside the repository, and nothing
    else, is a doubt to look into: such a page can change or vanish, and no tool can say today what
    it said when the model was published.

Why it matters
    "other" is a pointer: to a name and a text. Where both are missing nothing was granted that
    anybody could rely on, though the page looks as if it had been.

Evidence it needs
    The card's front matter and the licence files. If a licence file could not be read, the answer
    is "cannot determine".

Compliant example
    README.md says "license: other", "license_name: qwen" and "license_link: LICENSE"; LICENSE holds
    the Qwen LICENSE AGREEMENT.

Non-compliant example
    README.md says "license: other" and no more; there is no LICENSE.

Remedy
    Add "license_name" and "license_link" to the card and the licence's text to the repository.

Source
    https://huggingface.co/docs/hub/repositories-licenses; hub-docs lists 350 such repositories
    (hacktoberfest_challenges/model_license_other.csv).
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.graph import LineageGraph
from lineage.model import Artifact, Exhibit, LicenceDeclared, Outcome, Severity, State, Tier
from lineage.phrases import listed, places, quoted

from ._statements import Statements, exhibits, granting, statements

CODE = "LIC-010"
TITLE = "Licence declared as other or unknown, without name or text"
SEVERITY = Severity.MEDIUM
TIER = Tier.A
CLAUSE = "none: no licence is named (Hugging Face model card, license_name and license_link)"
REMEDY = "Add license_name and license_link to the card and the licence's text to the repository."

_UNNAMED = frozenset({"noassertion", "none", "other", "unknown"})
_KEYS = frozenset({"license", "licence", "tags", "general.license"})


def check(graph: LineageGraph) -> Iterator[Outcome]:
    """Yield one outcome where the declared licence stays nameless."""
    subject = graph.subject
    said = statements(graph, subject)
    unnamed = [
        fact
        for fact in said.declared
        if fact.key in _KEYS and fact.value.strip().lower() in _UNNAMED
    ]
    held = (*said.own, *said.unsettled, *granting(said.prose))
    if unnamed and not (held or _is_named(said)):
        reading = graph.reading(subject)
        files = {entry.path for entry in reading.files} if reading else set()
        yield _outcome(subject, said, unnamed, files)


def _is_named(said: Statements) -> bool:
    """Say whether another field names the licence."""
    names = (fact for fact in said.declared if not fact.key.endswith(("link", "url")))
    return any(fact.value.strip().lower() not in _UNNAMED | {""} for fact in names)


def _outcome(
    subject: Artifact, said: Statements, unnamed: list[LicenceDeclared], files: set[str]
) -> Outcome:
    where = exhibits(unnamed)
    opening = (
        f"{quoted(subject.name)} declares its licence as {listed(f.value for f in unnamed)} at "
        f"{places(where)}"
    )
    if said.unread:
        hidden = tuple(Exhibit(gap.path) for gap in said.unread)
        message = f"{opening}; {places(hidden)}, which may hold it, was not read."
        return Outcome(subject.id, State.CANNOT_DETERMINE, message, (*where, *hidden))
    links = [fact for fact in said.declared if fact.key.endswith(("link", "url"))]
    linked = [link.value.strip().removeprefix("./") for link in links]
    inside = [path for path in linked if path in files]
    if held := (*(entry.path for entry in said.unrecognised), *inside):
        message = f"{opening}; {listed(held)} stands there, and no licence was recognised in it."
        return Outcome(
            subject.id, State.INVESTIGATE, message, (*where, *map(Exhibit, dict.fromkeys(held)))
        )
    if outside := [link for link in linked if link.startswith(("http:", "https:"))]:
        message = f"{opening} and gives neither name nor text, only a link to {listed(outside)}."
        return Outcome(subject.id, State.INVESTIGATE, message, (*where, *exhibits(links)))
    message = f"{opening}, and neither a name nor a text in the repository says which one it is."
    return Outcome(subject.id, State.UNMET, message, where)
