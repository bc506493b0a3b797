"""The card's link to the licence leads elsewhere than to the licence.

What it finds
    A "license_link" that names a file which is not in the repository or holds no licence, or that
    of the code beside the model's own; that leads to a file on somebody's machine or to an address
    that only its author can reach; or to the page of another known licence than the card declares.
    A page outside the repository is reported as a doubt where no text stands in the repository
    itself. No link is ever followed.

Why it matters
    The link is where users read what they may do. A dead one leaves them without terms, a page of
    somebody else's can change from one day to the next, and a different licence behind it makes the
    grant ambiguous.

Evidence it needs
    The card's front matter, the listing of files and the licence files. What stands on a page is
    known for licence stewards' own pages; a hub model's licence is that of the knowledge base, so
    that a difference there is a doubt. If the linked file could not be read, the answer is "cannot
    determine".

Compliant example
    "license_link: LICENSE", and LICENSE holds the text of the declared licence.

Non-compliant example
    "license: apache-2.0" with "license_link: https://creativecommons.org/licenses/by-nc/4.0/".

Remedy
    Put the licence's text into the repository and let license_link name that file.

Source
    https://huggingface.co/docs/hub/repositories-licenses
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.graph import LineageGraph
from lineage.licences.tags import agree, licences_of, says_nothing
from lineage.model import (
    Exhibit,
    LicenceDeclared,
    Outcome,
    Reading,
    Scope,
    Severity,
    State,
    Tier,
)
from lineage.phrases import listed, place, places, quoted

from ._licence_links import Link, Where, link_of
from ._statements import Statements, exhibits, statements, whole

CODE = "LIC-005"
TITLE = "Link to the licence leads elsewhere"
SEVERITY = Severity.MEDIUM
TIER = Tier.A
CLAUSE = "none: the grant itself is ambiguous (Hugging Face model card, license_link)"
REMEDY = "Put the licence's text into the repository and let license_link name that file."

_KEY = "license_link"


def check(graph: LineageGraph) -> Iterator[Outcome]:
    """Yield an outcome for each link that leads elsewhere."""
    reading = graph.reading(graph.subject)
    said = statements(graph, graph.subject)
    links = {fact.value: fact for fact in said.declared if fact.key == _KEY} if reading else {}
    for fact in links.values():
        if reading and (found := _judged(said, reading, fact, link_of(fact.value, reading))):
            state, words, severity, where = found
            name = quoted(graph.subject.name)
            message = f"The license_link of {name} ({quoted(place(fact.exhibit))}) {words}."
            yield Outcome(
                graph.subject.id,
                state,
                message,
                (fact.exhibit, *where),
                about=fact.value,
                severity=severity,
            )


#: State, what is said of the link, severity where it is not the rule's, and further exhibits.
_Found = tuple[State, str, Severity | None, tuple[Exhibit, ...]]


def _judged(said: Statements, reading: Reading, fact: LicenceDeclared, link: Link) -> _Found | None:
    target = quoted(link.target)
    match link.where:
        case Where.PRIVATE:
            return State.UNMET, f"leads to {target}, which nobody else can reach", None, ()
        case Where.ABOVE:
            return State.UNMET, f"leads to {target}, out of the repository", None, ()
        case Where.INSIDE:
            return _inside(said, reading, link.target) if link.target else None
        case Where.OUTSIDE:
            return _another_licence(said, fact, link) or _outside(said, link)


def _inside(said: Statements, reading: Reading, path: str) -> _Found | None:
    target, where = quoted(path), (Exhibit(path),)
    if path not in {entry.path for entry in reading.files}:
        return State.UNMET, f"names {target}, and there is no such file", None, ()
    if any(gap.path == path for gap in reading.coverage.unread):
        return State.CANNOT_DETERMINE, f"names {target}, which was not read", None, where
    here = [text for text in said.legal if text.exhibit.path == path]
    own = whole(said.own)
    models = [text for text in own if text.scope is Scope.WEIGHTS]
    if models and here and all(text.scope is Scope.CODE for text in here):
        shown = exhibits(models)
        words = f"names {target}, the licence of the code; the model's stands at {places(shown)}"
        return State.UNMET, words, None, (*where, *shown)
    open_texts = {text.exhibit.path for text in said.unsettled}
    open_texts |= {entry.path for entry in said.unrecognised}
    if here or path in open_texts:
        return None
    if own:
        shown = exhibits(own)
        words = f"names {target}, which holds no licence; one stands at {places(shown)}"
        return State.UNMET, words, None, (*where, *shown)
    return State.INVESTIGATE, f"names {target}, in which no licence was recognised", None, where


def _another_licence(said: Statements, fact: LicenceDeclared, link: Link) -> _Found | None:
    """Return the outcome for the page of another licence than the card declares."""
    declared = [f for f in said.fields if f.expression and f.exhibit.path == fact.exhibit.path]
    if link.expression is None or not declared:
        return None
    named = {name for f in declared for name in licences_of(f.expression or "")}
    if any(agree(name, link.expression) for name in named):
        return None
    values, where = listed(f.value for f in declared), exhibits(declared)
    page = "the page of" if link.is_licence_page else "a model that its maker publishes under"
    words = (
        f"leads to {quoted(link.target)}, {page} {quoted(link.expression)}; declared is {values} "
        f"({places(where)})"
    )
    sure = link.is_licence_page and any(f.key == "license" for f in declared)
    return State.UNMET if sure else State.INVESTIGATE, words, None, where


def _outside(said: Statements, link: Link) -> _Found | None:
    """Return the doubt about a page that may change, where nothing in the repository stands."""
    names = (f for f in said.fields if f.key != _KEY)
    is_named = any(not says_nothing(fact.value) for fact in names)
    if link.expression or not is_named or said.own or said.unsettled or said.gaps:
        return None
    words = (
        f"leads to {quoted(link.target)}, which was not followed and can change; no file of the "
        "repository holds the text"
    )
    return State.INVESTIGATE, words, Severity.LOW, ()
