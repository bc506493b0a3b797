"""Reads a terms file: the facts of one version of a licence, checked against the vocabularies.

``terms/README.md`` describes the format.
"""

from __future__ import annotations

import re

from lineage.licences import vocabulary
from lineage.licences.duties import (
    Aliases,
    Cover,
    Derivative,
    Grants,
    Licence,
    NoTrain,
    ObligationTerm,
    Relicense,
    Termination,
    TerritoryBar,
    Text,
    Threshold,
    UseLimit,
    UsePolicy,
)
from lineage.licences.field import Field, Plain, parse
from lineage.model import Scope

#: Longest quotation of a clause.
QUOTE_LIMIT = 300

_ID = re.compile(r"[a-z0-9][a-z0-9.+-]{0,79}")
_NAME = re.compile(r"[a-z0-9][a-z0-9.+-]*")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_DATE = re.compile(r"[12][0-9]{3}-[01][0-9]-[0-3][0-9]")
_TERRITORY = re.compile(r"[A-Z]{2}")
_CURRENCY = re.compile(r"[A-Z]{3}")
#: Duties that are met by a text and cannot be checked without it.
_WITH_LITERAL = frozenset(
    {vocabulary.DutyKind.NOTICE_FILE_LITERAL, vocabulary.DutyKind.NAME_PREFIX}
)


def licence_of_text(text: str, file: str) -> Licence:
    """Return the licence that a terms file describes.

    Raises:
        TermsError: it is broken; the error says in which line and what is expected.
    """
    return _licence(parse(text, file))


def plain_of_text(text: str, file: str) -> Plain:
    """Return the content of a terms file as plain values, to be kept as JSON."""
    return parse(text, file).value


def licence_of_plain(plain: Plain, file: str) -> Licence:
    """Return the licence that plain values describe."""
    return _licence(Field(plain, file, (), {}))


def _licence(field: Field) -> Licence:
    field.only(
        "id title family class scopes spdx verified grants derivative relicense",
        "version released licensor law aliases texts covers obligations thresholds territories"
        " no_train use_limits use_policy termination notes sources",
    )
    verified = field.one_of(vocabulary.Verified, "verified")
    licence = Licence(
        id=_matching(field["id"], _ID, "lower-case letters, digits, dots and hyphens"),
        title=field.text("title"),
        family=_matching(field["family"], _ID, "lower-case letters, digits, dots and hyphens"),
        licence_class=field.one_of(vocabulary.LicenceClass, "class"),
        scopes=field.several(Scope, "scopes"),
        spdx=field.text("spdx"),
        verified=verified,
        version=field.text_or_none("version"),
        released=_date(field),
        licensor=field.text_or_none("licensor"),
        law=field.text_or_none("law"),
        aliases=_aliases(field.maybe("aliases")),
        texts=tuple(_text(item) for item in field.items("texts")),
        covers=tuple(_cover(item) for item in field.items("covers")),
        grants=_grants(field["grants"]),
        derivative=_derivative(field["derivative"]),
        relicense=_relicense(field["relicense"]),
        obligations=tuple(_obligation(item, verified) for item in field.items("obligations")),
        thresholds=tuple(_threshold(item, verified) for item in field.items("thresholds")),
        territories=tuple(_territory(item, verified) for item in field.items("territories")),
        no_train=tuple(_no_train(item, verified) for item in field.items("no_train")),
        use_limits=tuple(_use_limit(item, verified) for item in field.items("use_limits")),
        use_policy=_use_policy(field.maybe("use_policy")),
        termination=tuple(_termination(item) for item in field.items("termination")),
        notes=field.texts("notes"),
        sources=field.texts("sources"),
    )
    _check(field, licence)
    return licence


def _check(field: Field, licence: Licence) -> None:
    """Check what one value says of another."""
    if not licence.scopes:
        field["scopes"].fail("expected at least one of: code, weights, data, docs")
    if licence.verified is vocabulary.Verified.FULL_TEXT and not licence.texts:
        field["verified"].fail("expected a text's sha256 under texts where it says full-text")
    if licence.verified is not vocabulary.Verified.FULL_TEXT and not licence.sources:
        field["verified"].fail("expected sources where no full text was read")
    for key in ("obligations", "thresholds", "territories", "no_train", "use_limits"):
        seen: set[str] = set()
        for item in field.items(key):
            if (name := item.text("id")) in seen:
                item["id"].fail("expected an id that is used once")
            seen.add(name)
    known = {threshold.id for threshold in licence.thresholds}
    for item in field.items("obligations"):
        for reference in item.items("thresholds"):
            if (asked := reference.as_text()) not in known:
                reference.fail(f"expected the id of a threshold; there is no {asked!r}")


def _aliases(field: Field | None) -> Aliases:
    if field is None:
        return Aliases()
    field.only("", "hf names scancode expressions")
    plain = "lower case, hyphenated"
    return Aliases(
        hf=field.texts("hf"),
        names=tuple(_matching(item, _NAME, plain) for item in field.items("names")),
        scancode=tuple(_matching(item, _NAME, plain) for item in field.items("scancode")),
        expressions=field.texts("expressions"),
    )


def _text(field: Field) -> Text:
    field.only("sha256 words source copy", "part")
    return Text(
        sha256=_matching(field["sha256"], _SHA256, "64 hexadecimal digits"),
        words=field.number("words"),
        source=field.text("source"),
        copy=field.one_of(vocabulary.Copy, "copy"),
        part=field.one_or("part", vocabulary.Part.LICENCE),
    )


def _cover(field: Field) -> Cover:
    field.only("models source verified")
    return Cover(
        field.texts("models"), field.text("source"), field.one_of(vocabulary.Verified, "verified")
    )


def _grants(field: Field) -> Grants:
    field.only(
        "clause use modify distribute commercial sublicense patent revocable",
        "runtime_restriction updatable",
    )
    return Grants(
        clause=field.text("clause"),
        use=field.one_of(vocabulary.Permission, "use"),
        modify=field.one_of(vocabulary.Permission, "modify"),
        distribute=field.one_of(vocabulary.Permission, "distribute"),
        commercial=field.one_of(vocabulary.Permission, "commercial"),
        sublicense=field.one_of(vocabulary.Permission, "sublicense"),
        patent=field.one_of(vocabulary.Permission, "patent"),
        revocable=field.flag_or_none("revocable"),
        runtime_restriction=field.flag("runtime_restriction"),
        updatable=field.flag("updatable"),
    )


def _derivative(field: Field) -> Derivative:
    field.only("clause finetune adapter merge quantized distilled code", "quote")
    return Derivative(
        clause=field.text("clause"),
        finetune=field.flag_or_none("finetune"),
        adapter=field.flag_or_none("adapter"),
        merge=field.flag_or_none("merge"),
        quantized=field.flag_or_none("quantized"),
        distilled=field.flag_or_none("distilled"),
        code=field.flag_or_none("code"),
        quote=_quote(field),
    )


def _relicense(field: Field) -> Relicense:
    field.only("allowed clause", "quote")
    return Relicense(
        field.one_of(vocabulary.Permission, "allowed"), field.text("clause"), _quote(field)
    )


def _obligation(field: Field, verified: vocabulary.Verified) -> ObligationTerm:
    field.only(
        "id kind on of clause", "literals where strength thresholds when models quote verified"
    )
    term = ObligationTerm(
        id=field.text("id"),
        kind=field.one_of(vocabulary.DutyKind, "kind"),
        on=field.several(vocabulary.Trigger, "on"),
        of=field.several(vocabulary.Subject, "of"),
        clause=field.text("clause"),
        verified=field.one_or("verified", verified),
        literals=field.texts("literals"),
        where=field.several(vocabulary.Place, "where"),
        strength=field.one_or("strength", vocabulary.Strength.REQUIRED),
        thresholds=field.texts("thresholds"),
        when=field.several(vocabulary.Circumstance, "when"),
        models=field.texts("models"),
        quote=_quote(field),
    )
    if not term.on or not term.of:
        field.fail("expected at least one trigger under on, and one subject under of")
    if term.kind in _WITH_LITERAL and not term.literals:
        field.fail(f"expected literals, which {term.kind} is checked by")
    return term


def _threshold(field: Field, verified: vocabulary.Verified) -> Threshold:
    field.only(
        "id metric value period at of effect clause",
        "currency inclusive integrated_product_exempt quote verified",
    )
    threshold = Threshold(
        id=field.text("id"),
        metric=field.one_of(vocabulary.Metric, "metric"),
        value=field.number("value"),
        period=field.one_of(vocabulary.Period, "period"),
        at=field.one_of(vocabulary.Moment, "at"),
        of=field.one_of(vocabulary.Measured, "of"),
        effect=field.one_of(vocabulary.Effect, "effect"),
        clause=field.text("clause"),
        verified=field.one_or("verified", verified),
        currency=_optional(field, "currency", _CURRENCY, "three capital letters (ISO 4217)"),
        inclusive=field.flag("inclusive"),
        integrated_product_exempt=field.flag("integrated_product_exempt"),
        quote=_quote(field),
    )
    if (threshold.metric is vocabulary.Metric.REVENUE) != (threshold.currency is not None):
        field.fail("expected a currency with revenue, and with nothing else")
    return threshold


def _territory(field: Field, verified: vocabulary.Verified) -> TerritoryBar:
    field.only("id barred basis clause", "outputs multimodal_only end_users_exempt quote verified")
    places = "a code of two capital letters (ISO 3166, or EU)"
    barred = tuple(_matching(item, _TERRITORY, places) for item in field.items("barred"))
    if not barred:
        field["barred"].fail("expected at least one territory")
    return TerritoryBar(
        id=field.text("id"),
        barred=barred,
        basis=field.one_of(vocabulary.Basis, "basis"),
        clause=field.text("clause"),
        verified=field.one_or("verified", verified),
        outputs=field.flag("outputs"),
        multimodal_only=field.flag("multimodal_only"),
        end_users_exempt=field.flag("end_users_exempt"),
        quote=_quote(field),
    )


def _no_train(field: Field, verified: vocabulary.Verified) -> NoTrain:
    field.only("id object subject clause", "exempt quote verified")
    return NoTrain(
        id=field.text("id"),
        object=field.one_of(vocabulary.TrainObject, "object"),
        subject=field.several(vocabulary.Material, "subject"),
        clause=field.text("clause"),
        verified=field.one_or("verified", verified),
        exempt=field.several(vocabulary.Exemption, "exempt"),
        quote=_quote(field),
    )


def _use_limit(field: Field, verified: vocabulary.Verified) -> UseLimit:
    field.only("id kind clause derivatives", "outputs liftable quote verified")
    return UseLimit(
        id=field.text("id"),
        kind=field.one_of(vocabulary.Limit, "kind"),
        clause=field.text("clause"),
        verified=field.one_or("verified", verified),
        derivatives=field.flag("derivatives"),
        outputs=field.flag("outputs"),
        liftable=field.flag("liftable"),
        quote=_quote(field),
    )


def _use_policy(field: Field | None) -> UsePolicy | None:
    if field is None:
        return None
    field.only("name clause", "url updatable")
    return UsePolicy(
        name=field.text("name"),
        clause=field.text("clause"),
        url=field.text_or_none("url"),
        updatable=field.flag("updatable"),
    )


def _termination(field: Field) -> Termination:
    field.only("event clause")
    return Termination(field.one_of(vocabulary.Event, "event"), field.text("clause"))


def _quote(field: Field) -> str | None:
    return field.text_or_none("quote", QUOTE_LIMIT)


def _date(field: Field) -> str | None:
    return _optional(field, "released", _DATE, "a date such as 2024-07-23")


def _optional(field: Field, key: str, pattern: re.Pattern[str], form: str) -> str | None:
    return _matching(field[key], pattern, form) if key in field else None


def _matching(field: Field, pattern: re.Pattern[str], form: str) -> str:
    text = field.as_text()
    if not pattern.fullmatch(text):
        field.fail(f"expected {form}; found {text[:60]!r}")
    return text
