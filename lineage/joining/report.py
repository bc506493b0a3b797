"""What an audit's JSON report says of lineage."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from lineage.joining.model import ReadArtifact, ReadAudit, ReadDuty, Statement
from lineage.licences.field import Field
from lineage.model import Kind, Origin, Relation, State, Tier
from lineage.readback import read_back

if TYPE_CHECKING:
    from pathlib import Path

#: Entries of one list of a report that are read.
_ENTRIES = 20_000
_LONGEST, _PLACES = 1 << 16, 4


def read_audit(path: Path) -> ReadAudit:
    """Return what a report that ``lineage audit --format json`` wrote says of lineage.

    Raises:
        ReportError: it cannot be read, is no such report, or is one of another version.
    """
    with read_back(path) as report:
        return _audit(report, str(path))


def _audit(field: Field, report: str) -> ReadAudit:
    artifacts = tuple(_artifact(item) for item in _items(field, "artifacts"))
    target = _text(field["target"], "purl")
    known = {artifact.id for artifact in artifacts}
    if target not in known:
        field["target"].fail("expected a purl that is among the artifacts")
    statements = tuple(_statement(item, report, known) for item in _items(field, "derivations"))
    duties = tuple(_duty(item, target) for item in _items(field, "obligations"))
    hashes = [item["sha256"].value for item in _items(field, "weights")]
    weights = frozenset(one for one in hashes if isinstance(one, str))
    whole = len(weights) == len(hashes)
    return ReadAudit(
        report, target, artifacts, statements, duties, weights if whole else frozenset()
    )


def _artifact(item: Field) -> ReadArtifact:
    return ReadArtifact(
        id=_text(item, "id"),
        kind=item.one_of(Kind, "kind"),
        name=_text(item, "name"),
        revision=_maybe(item, "revision"),
        licence=_maybe(item, "licence"),
        created=_maybe(item, "created"),
    )


def _statement(item: Field, report: str, known: set[str]) -> Statement:
    for end in ("parent", "child"):
        if _text(item, end) not in known:
            item[end].fail("expected the id of one of the artifacts")
    tests = list(_items(item, "tests"))
    chances = [_number(test, "p_value") for test in tests]
    return Statement(
        parent=_text(item, "parent"),
        child=_text(item, "child"),
        relation=item.one_of(Relation, "relation"),
        origin=item.one_of(Origin, "origin"),
        tier=item.one_of(Tier, "tier"),
        p_value=min(chances, default=None),
        tests=tuple(map(_test, tests)),
        places=tuple(dict.fromkeys(_place(e) for e in _items(item, "exhibits")))[:_PLACES],
        report=report,
    )


def _test(item: Field) -> str:
    kind = "exact" if item.flag("exact") else "calibrated"
    return (
        f"{_text(item, 'name')}: p = {_number(item, 'p_value'):.2g} ({kind}) if "
        f"{_text(item, 'null')}; effect {_number(item, 'effect'):.3g}, and "
        f"{_number(item, 'minimum_detectable_effect'):.3g} or more would have been seen"
    )


def _place(item: Field) -> str:
    lines = item["lines"].value
    first = lines[0] if isinstance(lines, list) and lines else None
    path = _text(item, "path") or "the host's record"
    return f"{path}:{first}" if isinstance(first, int) else path


def _duty(item: Field, target: str) -> ReadDuty:
    parent = _text(item, "parent")
    path = tuple(one.as_text(_LONGEST) for one in _items(item, "path"))
    return ReadDuty(
        licence=_text(item, "licence"),
        title=_maybe(item, "title") or "",
        clause=_text(item, "clause"),
        kind=_text(item, "kind"),
        parent=parent,
        state=item.one_of(State, "state"),
        path=path or (parent, target),
        literals=tuple(one.as_text(_LONGEST) for one in _items(item, "literals")),
    )


def _items(field: Field, key: str) -> list[Field]:
    found = list(field.items(key))
    if len(found) > _ENTRIES:
        field[key].fail(f"expected at most {_ENTRIES:,} entries")
    return found


def _text(item: Field, key: str) -> str:
    """Return a text that has to be there and may be empty."""
    value = item[key].value
    if not isinstance(value, str) or len(value) > _LONGEST:
        item[key].fail(f"expected a text of at most {_LONGEST:,} characters")
    return value


def _maybe(item: Field, key: str) -> str | None:
    return _text(item, key) if key in item else None


def _number(item: Field, key: str) -> float:
    value: object = item[key].value
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        item[key].fail("expected a finite number")
    return float(value)
