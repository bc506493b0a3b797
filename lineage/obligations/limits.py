"""What a licence leaves out: territories, uses, and the making of other models."""

from __future__ import annotations

from lineage.licences.duties import Licence, NoTrain, TerritoryBar, UseLimit
from lineage.licences.vocabulary import Basis, Exemption, Limit, Material, Permission, TrainObject
from lineage.model import Architecture, Intent, ModelCard, Profile
from lineage.obligations.answer import (
    Answer,
    cannot_tell,
    investigate,
    met,
    unknown_condition,
    unmet,
)
from lineage.obligations.owed import Case
from lineage.phrases import listed

#: Members of the European Union (https://european-union.europa.eu, 2026).
_EU = frozenset(
    {
        *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU"),
        *("IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"),
    }
)
_COMMERCE = (Limit.NON_COMMERCIAL, Limit.RESEARCH, Limit.NON_PRODUCTION)
_LEFT_OUT = {
    Limit.NON_COMMERCIAL: "commercial use",
    Limit.RESEARCH: "all use but research",
    Limit.NON_PRODUCTION: "use in production",
    Limit.NO_HOSTING: "offering it as a service",
    Limit.LINE_OF_BUSINESS: "certain lines of business",
    Limit.NO_DISTRIBUTION: "distribution",
}
_PICTURES = ("vision", "image", "audio", "video", "mllama", "llama4")


def territory(bar: TerritoryBar, case: Case, profile: Profile | None) -> Answer:
    """Return whether the organisation is in a place for which the licence grants nothing."""
    barred = listed(bar.barred)
    if bar.multimodal_only and not _may_be_multimodal(case):
        return met(f"The bar for {barred} is one for multimodal models.")
    where = _where(bar, profile)
    if where is None:
        asked = "domicile" if bar.basis is Basis.DOMICILE else "territory"
        return unknown_condition(f"It grants nothing for {barred}; no profile gives a {asked}.")
    inside = sorted(_members(where) & _members(bar.barred))
    if not inside:
        return met(f"It grants nothing for {barred}; the profile names none of these.")
    exempt = " (end users of a product are exempt)" if bar.end_users_exempt else ""
    return unmet(f"It grants nothing for {barred}; the profile names {listed(inside)}{exempt}.")


def use_limit(limit: UseLimit, case: Case, profile: Profile | None) -> Answer:
    """Return whether the release keeps within what the work may be used for."""
    lifted = "; a licence of its own may lift that" if limit.liftable else ""
    said = f"It leaves out {_LEFT_OUT[limit.kind]}{lifted}"
    intent = profile.intent if profile else None
    if limit.kind in _COMMERCE:
        return _commerce(limit, case, intent, said)
    match limit.kind, intent:
        case Limit.NO_DISTRIBUTION, None | Intent.SHARE | Intent.SELL:
            return unmet(f"{said}; a repository that others can read passes it on.")
        case Limit.NO_HOSTING, Intent.SAAS:
            return unmet(f"{said}; the profile's intent is to offer it so.")
        case Limit.LINE_OF_BUSINESS, _:
            return unknown_condition(f"{said}; whether it is one of them has to be checked.")
        case Limit.NO_HOSTING, None:
            return unknown_condition(f"{said}; no profile gives an intent.")
        case _:
            return met(f"{said}; the profile's intent is another.")


def no_train(ban: NoTrain, case: Case) -> Answer | None:
    """Return whether training on what the parent put out is allowed; None where nobody did so."""
    if not case.descent.by_outputs or Material.OUTPUTS not in ban.subject:
        return None
    if Exemption.FAMILY in ban.exempt and _is_of_family(case):
        return met("The release is of the family for which training stays allowed.")
    said = f"It bans training {_models(ban)} on outputs, and the release is stated to be distilled"
    if ban.object is TrainObject.COMPETITIVE:
        return investigate(f"{said}; whether it competes has to be checked.")
    if ban.object in (TrainObject.LLM, TrainObject.LARGE_MODEL) and not _is_language_model(case):
        return investigate(f"{said}; whether it is such a model is not to be seen.")
    if Exemption.NON_COMMERCIAL in ban.exempt:
        return investigate(f"{said}; models that are not commercial are exempt.")
    return unmet(f"{said}.")


def _commerce(limit: UseLimit, case: Case, intent: Intent | None, said: str) -> Answer:
    if intent and intent.is_commercial:
        return unmet(f"{said}, and the profile's intent is to {intent.value}.")
    terms = case.release.terms[case.scope]
    exhibits = tuple(e for way in terms.ways for bound in way.bound for e in bound.exhibits)
    for way in terms.ways:
        licences = [bound.licence for bound in way.bound]
        if licences and not way.unknown and all(map(_grants_commerce, licences)):
            name = listed(one.title for one in licences)
            return unmet(f"{said}, and the release is offered under {name}.", *exhibits)
    if not terms.are_known or not terms.licences:
        return cannot_tell(
            f"{said}; under which terms the release is offered is not known.", *exhibits
        )
    if limit.kind is Limit.NON_COMMERCIAL or _limits(terms.licences, limit.kind):
        return met(f"{said}, and so do the release's own terms.", *exhibits)
    return investigate(f"{said}; the release's own terms allow more than that.", *exhibits)


def _grants_commerce(licence: Licence) -> bool:
    return licence.grants is not None and licence.grants.commercial is Permission.GRANTED


def _limits(licences: tuple[Licence, ...], kind: Limit) -> bool:
    return any(limit.kind is kind for licence in licences for limit in licence.use_limits)


def _where(bar: TerritoryBar, profile: Profile | None) -> tuple[str, ...] | None:
    if profile is None:
        return None
    if bar.basis is Basis.DOMICILE:
        return (profile.domicile,) if profile.domicile else None
    return profile.territory


def _members(places: tuple[str, ...]) -> frozenset[str]:
    return frozenset(places) | (_EU if "EU" in places else frozenset())


def _models(ban: NoTrain) -> str:
    return {
        TrainObject.LLM: "other large language models",
        TrainObject.LARGE_MODEL: "other large models",
        TrainObject.TEXT_TO_IMAGE: "other text-to-image models",
        TrainObject.FOUNDATION: "other foundation models",
        TrainObject.AI_MODEL: "any other model",
        TrainObject.COMPETITIVE: "competing models",
    }[ban.object]


def _is_of_family(case: Case) -> bool:
    """Say whether the release also derives from the family itself, not from its outputs alone."""
    ways = case.release.terms[case.scope].licences
    if any(licence.family == case.licence.family for licence in ways):
        return True
    others = (e for e in case.graph.parents(case.release.artifact) if e not in case.descent.edges)
    for edge in others:
        covered = case.knowledge.of_model(case.graph.artifact(edge.parent).name)
        if covered and covered.licence.family == case.licence.family:
            return True
    return False


def _is_language_model(case: Case) -> bool:
    subject = case.release.artifact
    classes = (c for one in case.graph.evidence(subject, Architecture) for c in one.classes)
    if any(name.endswith(("ForCausalLM", "LMHeadModel")) for name in classes):
        return True
    return "text-generation" in _card_values(case, "pipeline_tag")


def _may_be_multimodal(case: Case) -> bool:
    """Say whether the model may read more than text; some configurations have no word of it."""
    found = case.graph.evidence(case.release.artifact, Architecture)
    names = [n for one in found for n in (*one.classes, one.model_type or "", *dict(one.settings))]
    if not names:
        return True
    return any(word in name.lower() for name in names for word in _PICTURES)


def _card_values(case: Case, key: str) -> tuple[str, ...]:
    cards = case.graph.evidence(case.release.artifact, ModelCard)
    return tuple(value for card in cards for name, value in card.fields if name == key)
