"""Reads a policy: a YAML file, or ``[tool.lineage]`` of a pyproject.toml.

Keys are strict: one that is not known is an error with its line, since a list that is not read
would allow what it was meant to stop.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from lineage.given import GivenError, read_given
from lineage.licences.field import Field, TermsError, parse
from lineage.model import Scope, Severity
from lineage.policy import tomlfile
from lineage.policy.presets import PRESETS
from lineage.policy.selectors import UnknownWordError, close_to, selector
from lineage.policy.terms import Entry, Layer, Policy, PolicyError, Ruling, WaiverEntry

#: Bytes of a policy file, and of each file of waivers that it names.
SIZE_LIMIT = 1 << 20

TABLE = ("tool", "lineage")
_DATE = re.compile(r"[12]\d{3}-[01]\d-[0-3]\d")
_FINGERPRINT = re.compile(r"[0-9a-f]{32}")
_RULE = re.compile(r"[A-Z]{2,8}-\d{3}")
#: Stops nothing.
NEVER = "none"


def read_policy(path: Path) -> Policy:
    """Return the policy that a file states; a TOML file states it under ``[tool.lineage]``.

    Raises:
        PolicyError: the file cannot be read or is not what it should be; the error says in which
            line, and what is expected.
    """
    try:
        field = root(path)
        if field is None:
            raise PolicyError(f"{path} has no table [{'.'.join(TABLE)}]")
        return _policy(field, path)
    except TermsError as error:
        raise PolicyError(str(error)) from error


def root(path: Path) -> Field | None:
    """Return what a policy file holds; None for a TOML file without a table of ours.

    Raises:
        PolicyError: the file cannot be read.
        TermsError: it is neither YAML nor TOML, or uses what policies do without.
    """
    text = _text(path)
    if path.suffix == ".toml":
        return tomlfile.section(text, str(path), TABLE)
    return parse(text, str(path), SIZE_LIMIT)


def _text(path: Path) -> str:
    try:
        content = read_given(path, SIZE_LIMIT)
    except GivenError as error:
        raise PolicyError(f"the policy {error}") from error
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise PolicyError(f"{path}, line {line}: expected UTF-8") from error


def _policy(field: Field, path: Path) -> Policy:
    field.only("", "preset fail-on licences waivers waivers-from")
    presets = tuple(_preset(item) for item in _one_or_several(field, "preset"))
    never = field["fail-on"].value == NEVER
    return Policy(
        source=str(path),
        presets=presets,
        fail_on=None if never or "fail-on" not in field else _severity(field["fail-on"]),
        fails_never=never,
        entries=(*_entries(field.maybe("licences")), *_of_presets(presets)),
        waivers=(*waivers(field), *_included(field, path)),
    )


def _preset(field: Field) -> str:
    name = field.as_text()
    if name not in PRESETS:
        field.fail(f"expected one of: {', '.join(PRESETS)}{close_to(name, PRESETS)}")
    return name


def _severity(field: Field) -> Severity:
    gates = [severity.value for severity in Severity if severity is not Severity.INFO]
    if field.value not in gates:
        field.fail(f"expected one of: {', '.join((NEVER, *gates))}")
    return Severity(str(field.value))


def _of_presets(names: tuple[str, ...]) -> Iterator[Entry]:
    for name in names:
        for ruling, words in PRESETS[name].items():
            for word in words:
                yield Entry(selector(word, f"preset {name}"), ruling, Layer.PRESET)


def _entries(field: Field | None) -> Iterator[Entry]:
    """Yield what the lists under ``licences`` say, those of one part of a repository first."""
    if field is None:
        return
    field.only("", " ".join((*Ruling, *Scope)))
    for scope in Scope:
        if part := field.maybe(scope):
            part.only("", " ".join(Ruling))
            yield from _lists(part, Layer.SCOPE, scope)
    yield from _lists(field, Layer.GENERAL, None)


def _lists(field: Field, layer: Layer, scope: Scope | None) -> Iterator[Entry]:
    for ruling in Ruling:
        for item in _one_or_several(field, ruling):
            try:
                picked = selector(item.as_text(), _place(item))
            except UnknownWordError as error:
                item.fail(f"expected a licence, a class or a family; {error}")
            yield Entry(picked, ruling, layer, scope)


def _included(field: Field, path: Path) -> Iterator[WaiverEntry]:
    """Yield the waivers of the files that ``waivers-from`` names, found beside the policy."""
    for item in _one_or_several(field, "waivers-from"):
        file = path.parent / item.as_text()
        other = root(file)
        if other is None:
            item.fail(f"{file} has no table [{'.'.join(TABLE)}]")
        other.only("", "waivers")
        yield from waivers(other)


def waivers(field: Field) -> Iterator[WaiverEntry]:
    """Yield the waivers of a policy.

    Raises:
        TermsError: one lacks its reason, its owner or its expiry, or says not what it waives.
    """
    for item in field.items("waivers"):
        item.only("", "fingerprint rule subject path reason owner expires since")
        which = _which(item)
        yield WaiverEntry(
            reason=_filled(item, "reason", which, "why the finding is accepted"),
            owner=_filled(item, "owner", which, "who answers for it"),
            expires=_day(item, "expires", which),
            place=_place(item),
            fingerprint=_fingerprint(item),
            rule=_rule(item),
            subject=item.text_or_none("subject"),
            path=item.text_or_none("path"),
            since=_day(item, "since", which) if "since" in item else None,
        )


def _which(item: Field) -> str:
    """Return what a waiver waives, in words, having checked that it says so in one way."""
    if "fingerprint" in item:
        if any(key in item for key in ("rule", "subject", "path")):
            item.fail("expected either a fingerprint, or a rule and a subject; found both")
        return f"the waiver of finding {item['fingerprint'].value}"
    if "rule" not in item or "subject" not in item:
        item.fail('expected a fingerprint, or a rule and a subject (a glob; "*" for any)')
    return f"the waiver of {item['rule'].value} for {item['subject'].value}"


def _fingerprint(item: Field) -> str | None:
    if "fingerprint" not in item:
        return None
    field = item["fingerprint"]
    # One that is all digits and stands without quotation marks was read as a number.
    if isinstance(field.value, int) and not isinstance(field.value, bool):
        field.fail("expected the 32 hexadecimal digits of a report, in quotation marks")
    text = field.as_text()
    if not _FINGERPRINT.fullmatch(text):
        field.fail("expected the 32 hexadecimal digits that a report gives")
    return text


def _rule(item: Field) -> str | None:
    if "rule" not in item:
        return None
    code = item.text("rule").upper()
    if not _RULE.fullmatch(code):
        item["rule"].fail("expected the code of a rule, such as LIC-002")
    return code


def _filled(item: Field, key: str, which: str, what: str) -> str:
    field = item[key]
    if field.value is None or (isinstance(field.value, str) and not field.value.strip()):
        field.fail(f"expected {what}; fill it in, {which} waives nothing without it")
    return field.as_text().strip()


def _day(item: Field, key: str, which: str) -> date:
    field = item[key]
    if field.value is None:
        field.fail(f"expected a date such as 2026-12-31; {which} needs one")
    try:
        return day_of(str(field.value))
    except ValueError as error:
        field.fail(str(error))


def day_of(text: str) -> date:
    """Return the day that a text such as 2026-12-31 names.

    Raises:
        ValueError: it names none.
    """
    try:
        # Python also reads 20261231 and 2026-W53-4, which nobody checks at a glance.
        return date.fromisoformat(text if _DATE.fullmatch(text) else "")
    except ValueError as error:
        raise ValueError(f"expected a date such as 2026-12-31; found {text[:40]!r}") from error


def _one_or_several(field: Field, key: str) -> Iterator[Field]:
    """Yield the values of a list, or the one value that stands in its place."""
    if isinstance(field[key].value, str):
        yield field[key]
    else:
        yield from field.items(key)


def _place(field: Field) -> str:
    line = field.line
    return field.file if line is None else f"{field.file}:{line}"
