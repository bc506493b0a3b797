"""A card or a configuration no longer states its licence, or what the model was made from.

What it finds
    A licence field or a base model that the last commit states (in a card's front matter, in an
    adapter's or a merge's configuration, in a package's metadata) and that the commit takes away.
    A statement that changed is shown, and does not stop the commit at the usual threshold.

Why it matters
    Where the model came from is what decides which duties it carries. A card without its base model
    hides them from everybody downstream, whether that was meant or not.

Evidence it needs
    The fields as they are parsed on both sides. A card that cannot be parsed is not judged: it
    counts as unread. Names that programs write into config.json by themselves are no statements.

Compliant example
    The commit adds a second base_model beside the first.

Non-compliant example
    The commit replaces the front matter, and base_model is gone.

Remedy
    Put the field back. If the statement was wrong, say so in the commit and waive the finding.

Source
    https://huggingface.co/docs/hub/model-cards#specifying-a-base-model; Apache-2.0, section 4.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from lineage.hook.look import Look, facts
from lineage.model import (
    Exhibit,
    LicenceDeclared,
    Outcome,
    ParentDeclared,
    Reading,
    Severity,
    State,
    Tier,
)
from lineage.phrases import listed, place, quoted
from lineage.sources.staging import Change

CODE = "HOOK-003"
TITLE = "Licence or base model no longer stated"
SEVERITY = Severity.HIGH
TIER = Tier.A
CLAUSE = "the card's fields license and base_model"
REMEDY = "Put the field back, or state what is true in its place."

#: Written by programs that save a model, not by a person.
_BYPRODUCTS = frozenset({"_name_or_path", "mm_vision_tower"})
_LICENCE, _PARENT = "licence", "base model"


def check(look: Look) -> Iterator[Outcome]:
    """Yield an outcome for each field that is gone or says something else."""
    for change in look.changes:
        if change.before is None:
            continue
        then = _stated(look.before, change.before.path)
        if not then or _is_unread(look, change):
            continue
        now = _stated(look.after, change.after.path) if change.after else {}
        for what, values in then.items():
            if gone := [value for value in values if value not in now.get(what, {})]:
                yield _outcome(look, change, what, {v: values[v] for v in gone}, now.get(what, {}))


def _stated(reading: Reading, path: str) -> dict[str, dict[str, Exhibit]]:
    """Return what a file states, by what it is about, each value with its place."""
    found: dict[str, dict[str, Exhibit]] = defaultdict(dict)
    for licence in facts(reading, LicenceDeclared, path):
        if licence.key != "license_link":
            found[_LICENCE].setdefault(licence.expression or licence.value, licence.exhibit)
    for parent in facts(reading, ParentDeclared, path):
        if parent.key.rpartition(".")[2] not in _BYPRODUCTS:
            found[_PARENT].setdefault(parent.parent, parent.exhibit)
    return dict(found)


def _is_unread(look: Look, change: Change) -> bool:
    return any(gap.path == change.path for gap in look.after.coverage.unread)


def _outcome(
    look: Look,
    change: Change,
    what: str,
    gone: dict[str, Exhibit],
    now: dict[str, Exhibit],
) -> Outcome:
    first, *_ = gone.values()
    was = look.was(first.path, first.lines)
    new = [value for value in now if value not in gone]
    said = f"no longer states the {what} {listed(gone)}"
    if new:
        said = f"states the {what} {listed(new)} where it stated {listed(gone)}"
    return Outcome(
        subject=look.repo.purl,
        state=State.UNMET,
        message=f"{quoted(change.path)} {said} ({place(was)}).",
        exhibits=(*list(now.values())[:1], was) if now else (Exhibit(change.path), was),
        about=f"{change.path}\n{what}",
        severity=Severity.MEDIUM if new else None,
        remedy=_remedy(look, change, what),
    )


def _remedy(look: Look, change: Change, what: str) -> str:
    if change.after is None:
        return f"Bring the file back.{look.bring_back(change.path)}"
    return look.mend(change.path, f"Put the {what} back, or state what is true in its place.")
