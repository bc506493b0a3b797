"""Duties about the child's own terms: use restrictions passed on, the same licence kept."""

from __future__ import annotations

import re

from lineage.licences.compatibility import Compatible, compatible
from lineage.licences.duties import Licence
from lineage.licences.vocabulary import DutyKind, LicenceClass, Place
from lineage.model import Scope, State
from lineage.obligations.answer import Answer, cannot_tell, investigate, met, unmet
from lineage.obligations.owed import Case, Owed
from lineage.obligations.terms import Way
from lineage.phrases import listed, places

#: Licences that take a work under CC-BY-SA-4.0 besides its later versions
#: (https://creativecommons.org/compatiblelicenses).
_SHARE_ALIKE = {"cc-by-sa-4.0": ("GPL-3.0-only", "GPL-3.0-or-later")}
#: GPL-3.0 section 13: a work may be combined with one under the AGPL.
_AFFERO = {"gpl-3.0": "agpl-3.0"}
_VERSION = re.compile(r"^(?P<stem>.*?)-(?P<version>\d+(?:\.\d+)*)(?P<rest>.*)$")
#: Classes whose licences put no limit on use.
_UNLIMITED = frozenset(
    {
        LicenceClass.PERMISSIVE,
        LicenceClass.PUBLIC_DOMAIN,
        LicenceClass.COPYLEFT,
        LicenceClass.WEAK_COPYLEFT,
        LicenceClass.SHARE_ALIKE,
    }
)

#: The gravest first.
_WORST = (
    State.UNMET,
    State.INVESTIGATE,
    State.CONDITION_UNKNOWN,
    State.CANNOT_DETERMINE,
    State.MET,
)

_BY_MATRIX = {
    Compatible.YES: State.MET,
    Compatible.CHECK: State.INVESTIGATE,
    Compatible.UNKNOWN: State.INVESTIGATE,
    Compatible.NO: State.UNMET,
}


def passed_on(owed: Owed) -> Answer:
    """Judge whether the child's terms carry the use restrictions of the parent's licence."""
    case = owed.case
    if Place.TERMS not in owed.term.where:
        return _users_told(owed)
    ways = case.release.terms[case.scope].ways
    answers = [_way_passes_on(case, way) for way in ways]
    # Whoever may choose will choose the terms with the fewest strings.
    return min(answers, key=lambda answer: _WORST.index(answer.state))


def _way_passes_on(case: Case, way: Way) -> Answer:
    licence = case.licence
    copies = case.release.copies(licence)
    exhibits = tuple(e for bound in way.bound for e in bound.exhibits)
    if any(_is_same(licence, bound.licence) for bound in way.bound):
        return met("The release is offered under that very licence.", *exhibits)
    if way.unknown or not way.bound:
        return cannot_tell("Under which terms the release is offered is not known.", *exhibits)
    name = listed(bound.licence.title for bound in way.bound)
    if any(bound.licence.licence_class not in _UNLIMITED for bound in way.bound):
        said = f"The release is offered under {name}, which limits use in its own way."
        return investigate(said, *exhibits)
    if copies:
        said = f"The release is offered under {name}, and holds the licence at {places(copies)}."
        return investigate(said, *copies, *exhibits)
    said = f"The release is offered under {name}, which passes no use restriction on."
    return unmet(said, *exhibits)


def _users_told(owed: Owed) -> Answer:
    """Judge whether users are told that restrictions apply."""
    release, licence = owed.case.release, owed.case.licence
    told = release.mentions(licence)
    names = (
        licence.title.partition(" (")[0],
        licence.use_policy.name if licence.use_policy else "",
    )
    pages = (*release.documents, *release.notices)
    found = (page.find(name) for name in names if name for page in pages)
    told = (*told, *(place for place in found if place))
    if told:
        return met(f"They are told so at {places(told)}.", *told)
    if gaps := (*release.document_gaps, *release.legal_gaps):
        return cannot_tell(f"{places(gaps)} could not be read.", *gaps)
    shown = tuple(page.exhibit for page in pages)
    return unmet("No document, notice or tag of the release tells them.", *shown)


def same_licence(owed: Owed) -> Answer:
    """Judge whether the child is offered under the parent's licence or one that it allows."""
    case = owed.case
    answers = [_way_is_same(case, way) for way in case.release.terms[case.scope].ways]
    # One of the ways offered will do, since whoever receives the work may choose it.
    return max(answers, key=lambda answer: _WORST.index(answer.state))


def _way_is_same(case: Case, way: Way) -> Answer:
    exhibits = tuple(e for bound in way.bound for e in bound.exhibits)
    name = listed(bound.licence.title for bound in way.bound)
    if any(allows(case.licence, bound.licence) for bound in way.bound):
        return met(f"The release is offered under {name}.", *exhibits)
    if way.unknown or not way.bound:
        return cannot_tell("Under which terms the release is offered is not known.", *exhibits)
    said = f"The release is offered under {name}."
    if case.scope is not Scope.CODE:
        return unmet(said, *exhibits)
    # For code there is a matrix of more than what the two licences say of each other.
    found = compatible(" AND ".join(bound.licence.spdx for bound in way.bound), case.licence.spdx)
    state = _BY_MATRIX[found.verdict]
    return Answer(state, f"{said} {found.explanation}", exhibits)


def allows(licence: Licence, other: Licence) -> bool:
    """Say whether a derivative under a copyleft or share-alike licence may be under another."""
    if _is_same(licence, other) or other.spdx in _SHARE_ALIKE.get(licence.id, ()):
        return True
    if other.id.startswith(_AFFERO.get(_stem(licence.id), "-")):
        return True
    return _is_later(licence.id, other.id)


def has_same_licence_duty(licence: Licence) -> bool:
    """Say whether a licence asks that derivatives stay under it."""
    return any(term.kind is DutyKind.SAME_LICENSE for term in licence.obligations)


def _is_same(licence: Licence, other: Licence) -> bool:
    """Say whether both are one licence, or the versions of one that the licensor keeps apart.

    Versions of a licensor's own terms are different licences, except where a hub has one tag for
    them (Gemma); those of the GNU licences differ by which later ones may be chosen.
    """
    if licence.id == other.id or _stem(licence.id) == _stem(other.id):
        return True
    shared = set(licence.aliases.names) & set(other.aliases.names)
    return bool(shared) or (licence.family == other.family == "gemma")


def _is_later(own: str, other: str) -> bool:
    """Say whether the other is a later version that the licence lets a derivative take."""
    mine, theirs = _VERSION.match(own), _VERSION.match(other)
    if mine is None or theirs is None or mine["stem"] != theirs["stem"]:
        return False
    may_choose = mine["rest"] == "-or-later" or mine["stem"].startswith(("cc-", "epl", "mpl"))
    return may_choose and _numbers(theirs["version"]) >= _numbers(mine["version"])


def _stem(name: str) -> str:
    return name.removesuffix("-only").removesuffix("-or-later")


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))
