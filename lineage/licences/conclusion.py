"""What binds each part of a repository: what is declared, what was found, what follows from both."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lineage.licences.places import Role, binds_repository, role_of, scope_of
from lineage.licences.code_files import is_source
from lineage.licences.tags import agree, covers, says_nothing
from lineage.model import (
    Architecture,
    EntryKind,
    Exhibit,
    Host,
    LicenceDeclared,
    LicenceRecord,
    LicenceText,
    NoticeFile,
    NoticeKind,
    Reading,
    Scope,
    TextForm,
    Unread,
    UnsettledText,
    WeightFile,
)
from lineage.phrases import counted, listed, place, quoted

#: Share of source files that must carry one header for it to stand for the code as a whole.
_MOST = 0.9
#: A text this close to the one that is declared is taken for it.
_CLOSE = 95.0
_HEADERS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class _FileTerms:
    """What one licence file says."""

    path: str
    #: None where it holds words that nobody recognised.
    expression: str | None
    #: A phrase for the reason: "LICENSE is MIT".
    says: str
    #: Licences that its texts come close to without being them.
    close_to: tuple[str, ...]
    exhibits: tuple[Exhibit, ...]


@dataclass(frozen=True, slots=True)
class _Verdict:
    concluded: str | None
    reason: str


def conclude(reading: Reading) -> tuple[LicenceRecord, ...]:
    """Return a record for each part of the repository that there is, or that is spoken of.

    A licence file at the root binds every part that has no file of its own; one further down binds
    its folder only. Headers of source files bind these files, and stand for the code where nothing
    else does. Where the sources disagree, or a text is not recognised, nothing is concluded.
    """
    terms = _files(reading)
    return tuple(_record(reading, scope, terms) for scope in Scope if _has(reading, scope, terms))


def _has(reading: Reading, scope: Scope, terms: Sequence[_FileTerms]) -> bool:
    """Say whether the repository has such a part, or speaks of one."""
    repo = reading.repo
    if any(fact.scope is scope for fact in _declarations(reading)):
        return True
    if any(scope_of(file.path) is scope for file in terms):
        return True
    is_hub_model = repo.host is Host.HUGGINGFACE and "/" in repo.id
    is_hub_data = is_hub_model and repo.id.startswith("datasets/")
    has_weights = any(isinstance(f, (WeightFile, Architecture)) for f in reading.evidence)
    has_code = any(is_source(entry.path) for entry in reading.files)
    match scope:
        case Scope.WEIGHTS:
            return has_weights or (is_hub_model and not is_hub_data)
        case Scope.DATA:
            return is_hub_data
        case Scope.CODE:
            return has_code or not (has_weights or is_hub_model)
        case Scope.DOCS:
            return False


def _record(reading: Reading, scope: Scope, terms: Sequence[_FileTerms]) -> LicenceRecord:
    own = [file for file in terms if scope_of(file.path) is scope]
    binding = own or [file for file in terms if scope_of(file.path) is None]
    declared = [fact for fact in _declarations(reading) if fact.scope in (scope, None)]
    headers = _headers(reading) if scope is Scope.CODE else ()
    verdict = _verdict(declared, binding) or _by_headers(reading, headers)
    counts = Counter(text.expression for text in headers)
    found = [file.expression for file in binding if file.expression]
    close = [expression for file in binding for expression in file.close_to]
    return LicenceRecord(
        scope=scope,
        declared=tuple(dict.fromkeys(fact.expression or fact.value for fact in declared)),
        found=tuple(dict.fromkeys((*found, *close, *(name for name, _ in counts.most_common())))),
        concluded=verdict.concluded,
        reason=_sentence(verdict.reason, binding, counts),
        exhibits=_exhibits(declared, binding, headers),
    )


def _verdict(declared: Sequence[LicenceDeclared], binding: Sequence[_FileTerms]) -> _Verdict | None:
    """Return what fields and licence files say; None where there is neither."""
    known = list(dict.fromkeys(fact.expression for fact in declared if fact.expression))
    if len(known) > 1 and not all(agree(known[0], other) for other in known[1:]):
        return _Verdict(None, f"the declarations differ: {_said(declared)}")
    expression = known[0] if known else None
    if not binding:
        return _by_declaration(declared, expression)
    if unknown := [file for file in binding if file.expression is None]:
        return _by_closeness(unknown, expression) or _Verdict(
            None, "; ".join(file.says for file in unknown)
        )
    return _by_files(declared, expression, binding)


def _by_declaration(declared: Sequence[LicenceDeclared], expression: str | None) -> _Verdict | None:
    if expression:
        return _Verdict(expression, f"{_said(declared)}; no licence text stands for it")
    if declared:
        return _Verdict(None, f"{_said(declared)}, which names no known licence")
    return None


def _by_closeness(unknown: Sequence[_FileTerms], expression: str | None) -> _Verdict | None:
    """Return the declared licence where the text is nearly that one, and no other is near."""
    if expression and all(file.close_to for file in unknown):
        near = {name for file in unknown for name in file.close_to}
        if all(agree(expression, name) for name in near):
            says = "; ".join(file.says for file in unknown)
            return _Verdict(expression, f"declared, and {says}")
    return None


def _by_files(
    declared: Sequence[LicenceDeclared], expression: str | None, binding: Sequence[_FileTerms]
) -> _Verdict:
    found = list(dict.fromkeys(file.expression for file in binding if file.expression))
    says = "; ".join(file.says for file in binding)
    if expression:
        if all(covers(expression, text) for text in found):
            return _Verdict(expression, f"declared, and {says}")
        if len(found) == 1 and covers(found[0], expression):
            return _Verdict(found[0], f"{says}, which is more than is declared")
        return _Verdict(None, f"{_said(declared)}, but {says}")
    joined = _one_licence(found)
    if joined is None:
        return _Verdict(None, f"{says}; nothing says whether both bind or one may be chosen")
    unnamed = [fact for fact in declared if not says_nothing(fact.value)]
    also = f"; {_said(unnamed)}, which names no known licence" if unnamed else ""
    return _Verdict(joined, says + also)


def _one_licence(found: Sequence[str]) -> str | None:
    """Return what several licence files come to; None where that is open.

    The Lesser GPL 3 is written as additions to the GPL 3, whose text goes with it.
    """
    if len(found) == 1:
        return found[0]
    lesser = [name for name in found if name.startswith("LGPL-3.0")]
    others = [name for name in found if not name.startswith(("LGPL-3.0", "GPL-3.0"))]
    return lesser[0] if len(lesser) == 1 and not others else None


def _by_headers(reading: Reading, headers: Sequence[LicenceText]) -> _Verdict:
    """Return what the headers of the source files say where nothing else speaks."""
    if not headers:
        return _Verdict(None, "no licence is declared, and no licence text or header was found")
    expressions = Counter(text.expression for text in headers)
    carrying = len({text.exhibit.path for text in headers})
    sources = sum(
        is_source(f.path) and f.kind is EntryKind.FILE and f.size != 0 for f in reading.files
    )
    if len(expressions) == 1 and carrying >= _MOST * sources:
        return _Verdict(
            next(iter(expressions)),
            f"no licence file binds the code, and {carrying:,} of its {counted(sources, 'file')}"
            " carry one header",
        )
    return _Verdict(None, "no licence is declared and no licence file binds the code")


def _sentence(reason: str, binding: Sequence[_FileTerms], counts: Counter[str]) -> str:
    """Return the reason as a sentence, with the headers that say otherwise than the licence file."""
    bound = {file.expression for file in binding}
    others = [(name, count) for name, count in counts.most_common() if name not in bound]
    said = (
        reason[:1].upper() + reason[1:]
        if not reason.startswith(tuple(f.path for f in binding))
        else reason
    )
    if others:
        shown = listed((f"{name} ({counted(count, 'file')})" for name, count in others), 5)
        said += f"; headers of source files name {shown}"
    return f"{said}."


def _said(declared: Iterable[LicenceDeclared]) -> str:
    said = dict.fromkeys(
        f"{place(fact.exhibit)} declares {quoted(fact.value)} ({fact.key})" for fact in declared
    )
    return " and ".join(list(said)[:_HEADERS_SHOWN])


def _declarations(reading: Reading) -> list[LicenceDeclared]:
    """Return the statements that name a licence: a link, or ``other`` beside a name, names none."""
    stated = [fact for fact in reading.evidence if isinstance(fact, LicenceDeclared)]
    naming = [fact for fact in stated if not fact.key.endswith(("link", ".url", ".repo_url"))]
    telling = [fact for fact in naming if fact.expression or not says_nothing(fact.value)]
    return telling or naming


def _headers(reading: Reading) -> tuple[LicenceText, ...]:
    return tuple(
        fact
        for fact in reading.evidence
        if isinstance(fact, LicenceText)
        and fact.form is not TextForm.MENTION
        and role_of(fact.exhibit.path) is None
        and is_source(fact.exhibit.path)
    )


def _files(reading: Reading) -> list[_FileTerms]:
    """Return what each licence file at the root says, sorted by path."""
    facts: dict[str, list[LicenceText | UnsettledText | Unread]] = {}
    for fact in reading.evidence:
        if isinstance(fact, (LicenceText, UnsettledText)) and _binds(fact.exhibit.path):
            facts.setdefault(fact.exhibit.path, []).append(fact)
    for gap in reading.coverage.unread:
        if _binds(gap.path):
            facts.setdefault(gap.path, []).append(gap)
    bundled = _bundled(reading)
    return [_terms(path, facts[path], bundled.get(path)) for path in sorted(facts)]


def _binds(path: str) -> bool:
    return binds_repository(path) and role_of(path) is Role.LICENCE


def _bundled(reading: Reading) -> dict[str, int]:
    """Return the line of each licence file from which it lists the terms of bundled parts."""
    return {
        fact.exhibit.path: fact.exhibit.lines[0]
        for fact in reading.evidence
        if isinstance(fact, NoticeFile)
        and fact.kind is NoticeKind.THIRD_PARTY
        and fact.exhibit.lines
        and _binds(fact.exhibit.path)
    }


def _terms(
    path: str, facts: Sequence[LicenceText | UnsettledText | Unread], bundled_from: int | None
) -> _FileTerms:
    texts = [
        fact
        for fact in facts
        if isinstance(fact, LicenceText) and not _is_bundled(fact.exhibit, bundled_from)
    ]
    exact = _strongest([text for text in texts if text.exact])
    near = [text for text in texts if not text.exact]
    exhibits = tuple(fact.exhibit for fact in facts if not isinstance(fact, Unread))
    shown = quoted(path)
    expression: str | None = None
    close: tuple[str, ...] = ()
    if gap := next((fact for fact in facts if isinstance(fact, Unread)), None):
        says = f"{shown} could not be read: {gap.reason}"
    elif open_text := next((fact for fact in facts if isinstance(fact, UnsettledText)), None):
        says = f"{_place_of(open_text.exhibit)} is in words of no known licence"
    elif near:
        best = max(near, key=lambda text: text.score)
        says = f"{shown} is close to {best.expression} ({best.score:.0f} %) but not the same"
        close = tuple(dict.fromkeys(t.expression for t in near)) if best.score >= _CLOSE else ()
    elif exact:
        expression = _joined(exact)
        says = f"{shown} is {expression}"
    else:
        says = f"{shown} names no licence of its own"
    return _FileTerms(path, expression, says, close, exhibits)


def _is_bundled(exhibit: Exhibit, bundled_from: int | None) -> bool:
    return (
        bundled_from is not None and exhibit.lines is not None and exhibit.lines[0] >= bundled_from
    )


def _place_of(exhibit: Exhibit) -> str:
    return quoted(place(exhibit))


def _strongest(texts: Sequence[LicenceText]) -> list[LicenceText]:
    """Return the texts of the most telling form: a licence outweighs the names it mentions."""
    for form in (TextForm.TEXT, TextForm.NOTICE, TextForm.TAG, TextForm.MENTION):
        if chosen := [text for text in texts if text.form is form]:
            return chosen
    return []


def _joined(texts: Sequence[LicenceText]) -> str:
    """Return the licences of one file: all of them bind."""
    names = list(dict.fromkeys(text.expression for text in texts))
    if (one := _one_licence(names)) is not None:
        return one
    return " AND ".join(f"({name})" if " OR " in name else name for name in names)


def _exhibits(
    declared: Sequence[LicenceDeclared],
    binding: Sequence[_FileTerms],
    headers: Sequence[LicenceText],
) -> tuple[Exhibit, ...]:
    """Return where all this can be checked; of the headers, the first of each licence."""
    first: dict[str, Exhibit] = {}
    for text in headers:
        first.setdefault(text.expression, text.exhibit)
    shown = (fact.exhibit for fact in declared)
    files = (exhibit for file in binding for exhibit in file.exhibits)
    return tuple(dict.fromkeys((*shown, *files, *list(first.values())[:_HEADERS_SHOWN])))
