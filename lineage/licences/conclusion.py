"""What binds each part of a repository: what is declared, what was found, what follows from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lineage.licences.binding import FileTerms, one_licence, root_files
from lineage.licences.code_files import is_source
from lineage.licences.places import role_of, scope_of
from lineage.licences.tags import agree, covers, licences_of, says_nothing
from lineage.model import (
    Architecture,
    EntryKind,
    Exhibit,
    LicenceDeclared,
    LicenceRecord,
    LicenceText,
    Reading,
    Scope,
    TextForm,
    WeightFile,
)
from lineage.phrases import counted, listed, place, quoted

#: Share of source files that must carry one header for it to stand for the code as a whole.
_MOST = 0.9
_SHOWN = 3
#: Fields that say where a licence is, not which.
_LINKS = ("link", ".url", ".repo_url")


@dataclass(frozen=True, slots=True)
class _Conclusion:
    expression: str | None
    reason: str


def conclude(reading: Reading) -> tuple[LicenceRecord, ...]:
    """Return a record for each part of the repository that there is, or that is spoken of.

    A licence file at the root binds every part that has no file of its own; one further down binds
    its folder only. Headers of source files bind these files, and stand for the code where nothing
    else does. Where the sources disagree, or a text is not recognised, nothing is concluded.
    """
    terms = root_files(reading)
    return tuple(_record(reading, scope, terms) for scope in Scope if _has(reading, scope, terms))


def _has(reading: Reading, scope: Scope, terms: Sequence[FileTerms]) -> bool:
    """Say whether the repository has such a part, or speaks of one."""
    if any(fact.scope is scope for fact in _declarations(reading)):
        return True
    if any(scope_of(file.path) is scope for file in terms):
        return True
    is_on_hub = reading.repo.host.is_hub
    is_hub_data = is_on_hub and reading.repo.id.startswith("datasets/")
    has_weights = any(isinstance(fact, (WeightFile, Architecture)) for fact in reading.evidence)
    match scope:
        case Scope.WEIGHTS:
            return has_weights or (is_on_hub and not is_hub_data)
        case Scope.DATA:
            return is_hub_data
        case Scope.CODE:
            has_code = any(is_source(entry.path) for entry in reading.files)
            return has_code or not (has_weights or is_on_hub)
        case Scope.DOCS:
            return False


def _record(reading: Reading, scope: Scope, terms: Sequence[FileTerms]) -> LicenceRecord:
    own = [file for file in terms if scope_of(file.path) is scope]
    binding = own or [file for file in terms if scope_of(file.path) is None]
    declared = [fact for fact in _declarations(reading) if fact.scope in (scope, None)]
    headers = _headers(reading) if scope is Scope.CODE else ()
    concluded = (
        _set_apart(declared, own)
        or _from_files(declared, binding)
        or _from_headers(reading, headers)
    )
    counts = Counter(text.expression for text in headers)
    found = [name for file in binding for name in (file.expression, *file.close_to) if name]
    return LicenceRecord(
        scope=scope,
        declared=tuple(dict.fromkeys(fact.expression or fact.value for fact in declared)),
        found=tuple(dict.fromkeys((*found, *(name for name, _ in counts.most_common())))),
        concluded=concluded.expression,
        reason=_sentence(concluded, counts),
        exhibits=_exhibits(declared, binding, headers),
    )


def _set_apart(declared: Sequence[LicenceDeclared], own: Sequence[FileTerms]) -> _Conclusion | None:
    """Return that nothing follows where just this part is declared to be under unknown terms."""
    apart = [fact for fact in declared if fact.scope and not fact.expression]
    apart = [fact for fact in apart if not says_nothing(fact.value)]
    if own or not apart:
        return None
    return _Conclusion(None, f"{_said(apart)}, which names no known licence")


def _from_files(
    declared: Sequence[LicenceDeclared], binding: Sequence[FileTerms]
) -> _Conclusion | None:
    """Return what fields and licence files come to; None where there is neither."""
    known = dict.fromkeys(fact.expression for fact in declared if fact.expression)
    # Of several declarations the fullest counts; one that names another licence denies it.
    stated = max(known, key=lambda expression: len(licences_of(expression)), default=None)
    if stated and not all(covers(stated, expression) for expression in known):
        return _Conclusion(None, f"the declarations differ: {_said(declared)}")
    if not binding:
        return _declared_alone(declared, stated)
    if unknown := [file for file in binding if file.expression is None]:
        return _nearly(unknown, stated) or _Conclusion(None, _says(unknown))
    if stated:
        return _held_against(declared, stated, binding)
    return _found_alone(declared, binding)


def _declared_alone(declared: Sequence[LicenceDeclared], stated: str | None) -> _Conclusion | None:
    if stated:
        return _Conclusion(stated, f"{_said(declared)}; no licence file at the root says so")
    if declared:
        return _Conclusion(None, f"{_said(declared)}, which names no known licence")
    return None


def _nearly(unknown: Sequence[FileTerms], stated: str | None) -> _Conclusion | None:
    """Return the declared licence where each text is nearly that one."""
    if stated is None or not all(file.close_to for file in unknown):
        return None
    if not all(agree(stated, name) for file in unknown for name in file.close_to):
        return None
    return _Conclusion(stated, f"declared, and {_says(unknown)}")


def _held_against(
    declared: Sequence[LicenceDeclared], stated: str, binding: Sequence[FileTerms]
) -> _Conclusion:
    """Return what follows where something is declared and every licence file is known."""
    found = _expressions(binding)
    if all(covers(stated, text) for text in found):
        return _Conclusion(stated, f"{_said(declared)}, and {_says(binding)}")
    if len(found) == 1 and covers(found[0], stated):
        return _Conclusion(found[0], f"{_says(binding)}, which is more than {_said(declared)}")
    return _Conclusion(None, f"{_said(declared)}, but {_says(binding)}")


def _found_alone(declared: Sequence[LicenceDeclared], binding: Sequence[FileTerms]) -> _Conclusion:
    expression = one_licence(_expressions(binding))
    if expression is None:
        open_question = "nothing says whether all bind or one may be chosen"
        return _Conclusion(None, f"{_says(binding)}; {open_question}")
    unknown = [fact for fact in declared if not says_nothing(fact.value)]
    also = f"; {_said(unknown)}, which names no known licence" if unknown else ""
    return _Conclusion(expression, _says(binding) + also)


def _from_headers(reading: Reading, headers: Sequence[LicenceText]) -> _Conclusion:
    """Return what the headers of the source files say where nothing else speaks."""
    if not headers:
        nothing = "no licence is declared, and no licence text, header or tag was found"
        return _Conclusion(None, nothing)
    expressions = {text.expression for text in headers}
    carrying = len({text.exhibit.path for text in headers})
    files = [entry for entry in reading.files if entry.kind is EntryKind.FILE and entry.size]
    sources = sum(is_source(entry.path) for entry in files)
    nothing = "no licence is declared, and no licence file binds the code"
    if len(expressions) == 1 and carrying >= _MOST * sources:
        carried = f"{carrying:,} of its {counted(sources, 'file')} carry one header"
        return _Conclusion(expressions.pop(), f"{nothing}, but {carried}")
    return _Conclusion(None, nothing)


def _expressions(binding: Sequence[FileTerms]) -> list[str]:
    return list(dict.fromkeys(file.expression for file in binding if file.expression))


def _says(files: Iterable[FileTerms]) -> str:
    return " and ".join(file.says for file in files)


def _said(declared: Iterable[LicenceDeclared]) -> str:
    """Return "README.md:2 declares mit (license)" for the first few declarations."""
    said = dict.fromkeys(
        f"{place(fact.exhibit)} declares {quoted(fact.value)} ({fact.key})" for fact in declared
    )
    return " and ".join(list(said)[:_SHOWN])


def _sentence(concluded: _Conclusion, counts: Counter[str]) -> str:
    """Return the reason as a sentence, with the headers that say otherwise than the conclusion."""
    others = [(name, n) for name, n in counts.most_common() if name != concluded.expression]
    said = concluded.reason
    if others:
        shown = listed((f"{name} ({counted(n, 'file')})" for name, n in others), 2 * _SHOWN)
        said += f"; headers of source files name {shown}"
    if said.startswith("no licence"):
        said = f"N{said[1:]}"
    return f"{said}."


def _declarations(reading: Reading) -> list[LicenceDeclared]:
    """Return the statements that name a licence; those that name none only if there is no other."""
    stated = [fact for fact in reading.evidence if isinstance(fact, LicenceDeclared)]
    naming = [fact for fact in stated if not fact.key.endswith(_LINKS)]
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


def _exhibits(
    declared: Sequence[LicenceDeclared],
    binding: Sequence[FileTerms],
    headers: Sequence[LicenceText],
) -> tuple[Exhibit, ...]:
    """Return where all this can be checked; of the headers, the first of each licence."""
    first: dict[str, Exhibit] = {}
    for text in headers:
        first.setdefault(text.expression, text.exhibit)
    shown = (fact.exhibit for fact in declared)
    files = (exhibit for file in binding for exhibit in file.exhibits)
    return tuple(dict.fromkeys((*shown, *files, *list(first.values())[:_SHOWN])))
