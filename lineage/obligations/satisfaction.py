"""Whether a release is seen to do a duty, by the kind of duty."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from types import MappingProxyType

from lineage.licences.vocabulary import Circumstance, DutyKind, Place
from lineage.model import Copyright, Exhibit, NoticeFile, NoticeKind, Relation
from lineage.obligations.answer import Answer, cannot_tell, investigate, met, unmet
from lineage.obligations.copied import (
    changes_marked,
    copied_files,
    heads_kept,
    notice_unknown,
)
from lineage.obligations.inherited import passed_on, same_licence
from lineage.obligations.literals import begins, folded, line_of, plain_words
from lineage.obligations.owed import Owed
from lineage.obligations.release import Page
from lineage.phrases import listed, places, quoted

#: Places that nobody sees by looking at a repository.
_ELSEWHERE = frozenset({Place.WEBSITE, Place.USER_INTERFACE, Place.BLOG_POST, Place.ABOUT_PAGE})
_STATED = frozenset({Relation.ADAPTER, Relation.FINETUNE, Relation.MERGE, Relation.QUANTIZED})
#: A line of fewer words attributes nothing.
_FEWEST_WORDS = 2
#: Lines, holders and files that are looked up, and characters looked up in; real ones have less.
_MOST, _SEARCHED = 200, 1 << 20


def judged(owed: Owed) -> Answer:
    """Return whether the duty is done, as far as a repository shows it."""
    return _CHECKS[owed.term.kind](owed)


def _copy_included(owed: Owed) -> Answer:
    release, licence = owed.case.release, owed.case.licence
    if copies := release.copies(licence):
        return met(f"Its text stands at {places(copies)}.", *copies)
    named = release.mentions(licence)
    if named and _is_content_with_a_link(owed):
        return met(f"It is named at {places(named)}, and a link will do.", *named)
    if gaps := release.legal_gaps:
        said = f"{places(gaps)} could not be read or recognised, and may be that copy."
        return cannot_tell(said, *gaps)
    also = f"; it is only named, at {places(named)}" if named else ""
    return unmet(f"No file of the release holds its text{also}.", *named)


def _is_content_with_a_link(owed: Owed) -> bool:
    quote = (owed.term.quote or "").lower()
    return "link" in quote or "uri" in quote.split()


def _notice_said(owed: Owed) -> Answer:
    release = owed.case.release
    if found := _found(owed, release.notices):
        return met(f"{places(found)} says so.", *found)
    if gaps := release.legal_gaps:
        return cannot_tell(f"{places(gaps)} could not be read, and may say so.", *gaps)
    if elsewhere := _found(owed, release.documents):
        said = f"{places(elsewhere)} says so, which is no Notice file."
        if Place.NOTICE_FILE in owed.term.where:
            return investigate(said, *elsewhere)
        return met(said.replace(", which is no Notice file", ""), *elsewhere)
    files = tuple(page.exhibit for page in release.notices)
    if files:
        return unmet(f"{places(files)} does not say so, nor does any document.", *files)
    return unmet("There is no Notice file, and no document says so.")


def _displayed(owed: Owed) -> Answer:
    release = owed.case.release
    if found := _found(owed, (*release.documents, *release.notices)):
        return met(f"{places(found)} says so.", *found)
    if gaps := release.document_gaps:
        return cannot_tell(f"{places(gaps)} could not be read to its end.", *gaps)
    if not owed.term.literals:
        return _credited(owed)
    where = frozenset(owed.term.where)
    if where and where <= {Place.USER_INTERFACE, Place.ABOUT_PAGE, Place.WEBSITE}:
        return cannot_tell("A user interface or a website is not to be seen in a repository.")
    files = tuple(page.exhibit for page in release.documents)
    looked = f"Neither {places(files)} nor a notice" if files else "No document of the release"
    unseen = ""
    if where & _ELSEWHERE:
        unseen = "; a website or user interface outside of the repository was not looked at"
    return unmet(f"{looked} says so{unseen}.", *files)


def _credited(owed: Owed) -> Answer:
    """Judge a duty to give credit in words of one's own choice."""
    name = owed.case.parent.name.rpartition("/")[2]
    release = owed.case.release
    for page in release.documents:
        if found := page.find(name):
            return met(f"{places((found,))} names {quoted(name)}.", found)
    return investigate(f"No document of the release names {quoted(name)}.")


def _name_begins(owed: Owed) -> Answer:
    release, literals = owed.case.release, owed.term.literals
    name = release.name or release.title
    shown = tuple(card.exhibit for card in release.cards)
    if not name:
        return investigate("The directory says nowhere what the model is called.", *shown)
    answers = [begins(name, literal) for literal in literals]
    said = f"the model is called {quoted(name)}"
    if True in answers:
        return met(f"{said[0].upper()}{said[1:]}.", *shown)
    if None in answers:
        return investigate(f"{quoted(name)} begins with these letters, not with the word.", *shown)
    if owed.case.descent.relation in (Relation.IDENTICAL, Relation.QUANTIZED):
        parent = owed.case.parent.name.rpartition("/")[2]
        if begins(name, parent):
            return investigate(f"{quoted(name)} begins with the parent's own name.", *shown)
    if any(begins(release.title, literal) for literal in literals):
        said = f"The card's title {quoted(release.title)} does, the name {quoted(name)} does not."
        return investigate(said, *shown)
    return unmet(f"{said[0].upper()}{said[1:]}, which does not begin so.", *shown)


def _changes_stated(owed: Owed) -> Answer:
    case = owed.case
    if copied := copied_files(owed):
        return changes_marked(copied)
    edge = case.descent.edges[-1]
    unseen = "whether each changed file says so was not compared"
    if edge.relation in _STATED:
        said = f"{places(edge.exhibits)} states that it is a {edge.relation.value}; {unseen}."
        return met(said, *edge.exhibits)
    name = folded(case.parent.name.rpartition("/")[2])
    told = [c.exhibit for c in case.release.claims if line_of(name, folded(c.text))]
    if told:
        return met(f"{places(told)} says what it was made from; {unseen}.", *told)
    return investigate(f"No card states what was changed; {unseen}.", *edge.exhibits)


def _notices_kept(owed: Owed) -> Answer:
    case, name = owed.case, quoted(owed.case.parent.name)
    of_notice = Circumstance.NOTICE_PRESENT in owed.term.when
    is_open = case.graph.reading(case.parent) is not None
    if (copied := copied_files(owed)) and not (of_notice and is_open):
        return notice_unknown(name) if of_notice else heads_kept(owed, copied)
    if not is_open:
        return cannot_tell(f"{name} was not opened, so that its notices are not known.")
    if of_notice:
        return _attributions_carried(owed)
    holders = {h.holder.lower(): h for h in case.graph.evidence(case.parent, Copyright) if h.holder}
    if not holders:
        return cannot_tell(f"No copyright notice was found in {name}.")
    kept = [(h, _keeping(owed, key)) for key, h in islice(holders.items(), _MOST)]
    missing = [holder.holder for holder, where in kept if where is None]
    shown = tuple(dict.fromkeys(where for _, where in kept if where))
    if not missing:
        return met(f"The holders that {name} names are named at {places(shown)}.", *shown)
    said = f"{name} names {listed(missing)} as holder, which the release does not."
    return investigate(said, *(holders[one.lower()].exhibit for one in missing), *shown)


def _keeping(owed: Owed, holder: str) -> Exhibit | None:
    for statement in owed.case.release.copyrights:
        if statement.holder.lower() == holder:
            return statement.exhibit
    pages = owed.case.release.notices[:_MOST]
    return next((found for page in pages if (found := page.find(holder))), None)


def _carried_words(owed: Owed) -> str:
    """Return the words of the release's notices and copyright lines, up to a bound."""
    release = owed.case.release
    pages = "\n".join(page.text for page in release.notices[:_MOST])[:_SEARCHED]
    lines = "\n".join(c.statement for c in release.copyrights[:_MOST])
    return f" {plain_words(pages)} | {plain_words(lines)} "


def _attributions_carried(owed: Owed) -> Answer:
    """Judge whether the lines of the parent's NOTICE are carried (Apache-2.0 4(d))."""
    case = owed.case
    notices = [
        notice
        for notice in case.graph.evidence(case.parent, NoticeFile)
        if notice.kind is NoticeKind.NOTICE and "/" not in notice.exhibit.path
    ]
    if not notices:
        return met(f"{quoted(case.parent.name)} has no NOTICE file.")
    lines = [line for notice in notices for line in notice.text[:_SEARCHED].splitlines()]
    telling = [line for line in lines if len(line.split()) >= _FEWEST_WORDS][:_MOST]
    carried = _carried_words(owed)
    missing = [line for line in telling if f" {plain_words(line)} " not in carried]
    shown = tuple(notice.exhibit for notice in notices)
    if not missing:
        return met(f"What {places(shown)} of the parent says is carried.", *shown)
    said = f"{quoted(missing[0].strip())} of the parent's {places(shown)} is not carried."
    return (unmet if len(missing) == len(telling) else investigate)(said, *shown)


def _source_offered(owed: Owed) -> Answer:
    name = quoted(owed.case.parent.name)
    return cannot_tell(f"Whether all that {name} counts as source is offered has to be checked.")


def _applied_for(_owed: Owed) -> Answer:
    return cannot_tell("Whether somebody registered or applied is not to be seen in a repository.")


def _documented(owed: Owed) -> Answer:
    shown = tuple(page.exhibit for page in owed.case.release.documents)
    return cannot_tell("Whether the documentation is what is asked has to be checked.", *shown)


def _beyond_a_repository(_owed: Owed) -> Answer:
    return cannot_tell("It concerns how the work is run, which a repository does not show.")


def _found(owed: Owed, pages: Iterable[Page]) -> tuple[Exhibit, ...]:
    pages = tuple(pages)
    for literal in owed.term.literals:
        found = [place for page in pages if (place := page.find(literal))]
        if found:
            return tuple(found)
    return ()


_CHECKS: Mapping[DutyKind, Callable[[Owed], Answer]] = MappingProxyType(
    {
        DutyKind.INCLUDE_LICENSE: _copy_included,
        DutyKind.RETAIN_NOTICES: _notices_kept,
        DutyKind.NOTICE_FILE_LITERAL: _notice_said,
        DutyKind.STATE_CHANGES: _changes_stated,
        DutyKind.NAME_PREFIX: _name_begins,
        DutyKind.DISPLAY_TEXT: _displayed,
        DutyKind.PASS_THROUGH: passed_on,
        DutyKind.SAME_LICENSE: same_licence,
        DutyKind.SOURCE_DISCLOSURE: _source_offered,
        DutyKind.IMPACT_REPORT: _documented,
        DutyKind.REGISTER: _applied_for,
        DutyKind.CONTENT_FILTER: _beyond_a_repository,
        DutyKind.DOCS: _documented,
        DutyKind.MARK_OUTPUTS: _beyond_a_repository,
    }
)
