"""What a file's text was found to be, in words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lineage.escape import safe_text
from lineage.licencebook.identify import Identified, Variant
from lineage.licencebook.layout import paragraph, row
from lineage.licences import knowledge
from lineage.licences.clauses import Fact, FactKind
from lineage.licences.field import Plain
from lineage.licences.recognise import Match
from lineage.model import LicenceText, TextForm
from lineage.phrases import quoted

_FORMS = {
    TextForm.TEXT: "the text of",
    TextForm.NOTICE: "a notice that grants",
    TextForm.TAG: "a tag for",
    TextForm.MENTION: "a mention of",
}
_FACTS = {
    FactKind.USERS: "a threshold of users: {}",
    FactKind.REVENUE: "a threshold of revenue: {}",
    FactKind.TERRITORY: "territories left out: {}",
    FactKind.DISPLAY: 'a text to be displayed: "{}"',
    FactKind.NAME_PREFIX: 'a name that begins with "{}"',
    FactKind.NOTICE: 'a Notice that says "{}"',
    FactKind.NO_TRAIN: "a ban on improving models: {}",
    FactKind.STATE_CHANGES: "changes have to be stated",
    FactKind.PASS_THROUGH: "use restrictions have to be passed on",
    FactKind.USE_LIMIT: "use is limited: {}",
    FactKind.REVOCABLE: "it may be revoked",
    FactKind.RUNTIME: "usage may be restricted from afar",
    FactKind.DISTILLATION: "models trained on outputs are derivatives",
    FactKind.REGISTRATION: "a registration is asked for",
}


_METRICS = {
    "mau": "monthly active users",
    "dau": "daily active users",
    "muu": "monthly unique users",
}
_NUMBER = re.compile(r"\b\d{4,15}\b")


def identified_page(found: Identified, width: int) -> str:
    """Return the answer as text."""
    return "\n".join(_lines(found, width)) + "\n"


def identified_plain(found: Identified) -> Plain:
    """Return the answer as plain values."""
    return {
        "schema_version": "1",
        "knowledge_version": knowledge.version(),
        "file": found.path,
        "licences": [
            *(_match_plain(match) for match in found.matches),
            *(_asked_plain(text) for text in found.asked),
        ],
        "variants": [_variant_plain(variant) for variant in found.variants],
        "unknown": [{"lines": list(lines)} for lines in found.unknown],
    }


def _lines(found: Identified, width: int) -> Iterator[str]:
    name = quoted(found.path)
    if not (found.matches or found.variants or found.asked or found.unknown):
        yield from paragraph(f"{name} names no licence.", width)
        return
    yield safe_text(found.path)
    for match in found.matches:
        yield from _row(match.lines, _matched(match), width)
    for text in found.asked:
        said = (
            f"{_FORMS[text.form]} {_known(text.expression)}, by scancode's word ({text.score:g} %)"
        )
        yield from _row(text.exhibit.lines or (1, 1), said, width)
    for variant in found.variants:
        yield from _variant_lines(variant, width)
    for lines in found.unknown:
        yield from _row(lines, "speaks of a licence that is not known", width)


def _matched(match: Match) -> str:
    name = _known(match.expression)
    if match.exact:
        return f"{_FORMS[match.form]} {name}, word for word"
    share = f"{match.score:.0f}% of their runs of five words are common"
    return f"a variant of {name}, not that licence: about {share}"


def _variant_lines(variant: Variant, width: int) -> Iterator[str]:
    near = f"{variant.near.title} ({variant.near.id})"
    share = f"{variant.resemblance:.0%} of their runs of five words are common"
    said = f"a variant of {near}, not that licence: about {share}"
    yield from _row(variant.lines, said, width)
    if not (variant.added or variant.missing):
        yield from row(
            "", "The facts that are read out of such texts are the same; its words are not.", width
        )
    for fact in variant.added:
        yield from row("  it adds", f"{_fact(fact)} ({_at(fact.lines)})", width)
    for fact in variant.missing:
        yield from row("  it lacks", _fact(fact), width)


def _row(lines: tuple[int, int], said: str, width: int) -> Iterable[str]:
    return row(_at(lines), said, width)


def _at(lines: tuple[int, int]) -> str:
    first, last = lines
    return f"line {first}" if first == last else f"lines {first}-{last}"


def _known(expression: str) -> str:
    """Return a licence by its title where it is in the knowledge base."""
    licence = knowledge.load().by_expression(expression)
    return f"{licence.title} ({licence.id})" if licence else expression


def _fact(fact: Fact) -> str:
    value = _NUMBER.sub(lambda found: f"{int(found.group()):,}", fact.value)
    for short, words in _METRICS.items():
        value = value.replace(f"{short} ", f"{words} ")
    said = _FACTS[fact.kind].format(value)
    return f"{said} (encouraged)" if fact.encouraged else said


def _match_plain(match: Match) -> Plain:
    licence = knowledge.load().by_expression(match.expression)
    return {
        "expression": match.expression,
        "id": licence.id if licence else None,
        "form": match.form.value,
        "method": match.method.value,
        "exact": match.exact,
        "score": int(match.score),
        "lines": list(match.lines),
    }


def _asked_plain(text: LicenceText) -> Plain:
    licence = knowledge.load().by_expression(text.expression)
    return {
        "expression": text.expression,
        "id": licence.id if licence else None,
        "form": text.form.value,
        "method": text.method.value,
        "exact": text.exact,
        "score": int(text.score),
        "lines": list(text.exhibit.lines or ()),
    }


def _variant_plain(variant: Variant) -> Plain:
    return {
        "near": variant.near.id,
        "resemblance_percent": round(100 * variant.resemblance),
        "lines": list(variant.lines),
        "adds": [_fact_plain(fact) for fact in variant.added],
        "lacks": [_fact_plain(fact) for fact in variant.missing],
    }


def _fact_plain(fact: Fact) -> Plain:
    lines: Plain = list(fact.lines) if any(fact.lines) else None
    return {"kind": fact.kind.value, "value": fact.value, "lines": lines}
