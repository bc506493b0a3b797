"""A licence file or a notice is removed, or no longer says what it said.

What it finds
    A licence file, a NOTICE or a third-party notice that the commit removes, unless the same
    licence stands in another legal file; a licence file that holds another licence than before, or
    no longer names one of its holders; a notice that lost lines.

Why it matters
    The text of a licence and the notices that come with it are what redistributors have to pass on.
    A commit without them breaks that for everybody who takes it from there.

Evidence it needs
    The legal files in the last commit and as they are staged. Moved files are known as such. A new
    licence in place of an old one is not stopped, for it may be the holder's wish: it is shown.

Compliant example
    The commit moves LICENSE to LICENSES/Apache-2.0.txt.

Non-compliant example
    The commit removes NOTICE together with the folder that it stood beside.

Remedy
    Bring the file back: git restore --source=HEAD --staged --worktree FILE. To add terms, add a
    file.

Source
    Apache-2.0, section 4(a) and 4(d); MIT, second paragraph; BSD, condition 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lineage.headers.holders import not_among
from lineage.hook.look import Look, facts
from lineage.licences.places import Role
from lineage.model import (
    Copyright,
    Exhibit,
    LicenceText,
    NoticeFile,
    Outcome,
    Severity,
    State,
    TextForm,
    Tier,
)
from lineage.phrases import counted, listed, quoted
from lineage.sources.staging import Change

CODE = "HOOK-002"
TITLE = "Licence or notice removed"
SEVERITY = Severity.HIGH
TIER = Tier.A
CLAUSE = "Apache-2.0 section 4(a) and 4(d); MIT second paragraph; BSD condition 1"
REMEDY = "Bring the file back: git restore --source=HEAD --staged --worktree FILE."

_ADD = "new terms go into a file of their own, or below those that stand there."
_NAMES = {
    Role.LICENCE: "a licence file",
    Role.NOTICE: "a notice",
    Role.THIRD_PARTY: "notices of third parties",
    Role.USE_POLICY: "a use policy",
}


def check(look: Look) -> Iterator[Outcome]:
    """Yield an outcome for each legal file that says less than it did."""
    for change in look.changes:
        role = look.role(change)
        if role is None or change.before is None:
            continue
        if change.after is None:
            yield from _removed(look, change, role)
        elif role is Role.LICENCE:
            yield from _relicensed(look, change.before.path, change.after.path)
        else:
            yield from _shortened(look, change.before.path, change.after.path)


def _removed(look: Look, change: Change, role: Role) -> Iterator[Outcome]:
    held = _licences(facts(look.before, LicenceText, change.path))
    left = _licences(t for t in facts(look.after, LicenceText) if t.form is TextForm.TEXT)
    if role is Role.LICENCE and held and held <= left:
        return
    what = f" ({listed(sorted(held))})" if held else ""
    yield _outcome(
        look,
        change.path,
        f"{quoted(change.path)}, {_NAMES[role]}{what}, is removed",
        (look.was(change.path),),
    )


def _relicensed(look: Look, old: str, new: str) -> Iterator[Outcome]:
    then = facts(look.before, LicenceText, old)
    now = _licences(facts(look.after, LicenceText, new))
    gone = sorted(_licences(then) - now)
    places = (Exhibit(new), look.was(old))
    if gone:
        other = f"holds {listed(sorted(now))}" if now else "holds no licence that is known"
        said = f"{quoted(new)} {other} where it held {listed(gone)}"
        yield _outcome(look, new, said, places, about="licence", severity=Severity.MEDIUM)
    holders = [c.holder for c in facts(look.before, Copyright, old)]
    here = [c.holder for c in facts(look.after, Copyright, new)]
    if missing := not_among(holders, here):
        said = f"{quoted(new)} no longer names {listed(missing)}"
        yield _outcome(look, new, said, places, about="holder")


def _shortened(look: Look, old: str, new: str) -> Iterator[Outcome]:
    then, now = (
        [line.strip() for fact in facts(reading, NoticeFile, path) for line in _lines(fact)]
        for reading, path in ((look.before, old), (look.after, new))
    )
    if gone := [line for line in dict.fromkeys(then) if line and line not in set(now)]:
        said = f"{quoted(new)} lost {counted(len(gone), 'line')}, {quoted(gone[0])} first"
        places = (Exhibit(new), look.was(old))
        yield _outcome(look, new, said, places, about="lines", severity=Severity.MEDIUM)


def _lines(notice: NoticeFile) -> list[str]:
    return notice.text.split("\n")


def _licences(texts: Iterable[LicenceText]) -> frozenset[str]:
    return frozenset(text.expression for text in texts)


def _outcome(
    look: Look,
    path: str,
    said: str,
    exhibits: tuple[Exhibit, ...],
    *,
    about: str = "removed",
    severity: Severity | None = None,
) -> Outcome:
    return Outcome(
        subject=look.repo.purl,
        state=State.UNMET,
        message=f"{said}.",
        exhibits=exhibits,
        about=f"{path}\n{about}",
        severity=severity,
        remedy=f"Bring it back; {_ADD}{look.bring_back(path)}",
    )
