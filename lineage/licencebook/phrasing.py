"""Facts of a licence in words."""

from __future__ import annotations

from enum import StrEnum

from lineage.licences.duties import (
    Licence,
    NoTrain,
    ObligationTerm,
    TerritoryBar,
    Threshold,
    UseLimit,
)
from lineage.licences.vocabulary import Basis, Circumstance, DutyKind, Effect, Limit, Place, Subject
from lineage.model import Obligation, State
from lineage.obligations import thresholds
from lineage.obligations.words import asks

_WHEN = {
    Circumstance.COMMERCIAL: "if the use is commercial",
    Circumstance.NOTICE_PRESENT: "if the parent comes with a NOTICE file",
    Circumstance.OBJECT_FORM: "if no source is passed on",
    Circumstance.PUBLICATION: "if results of research are published",
    Circumstance.PUBLIC_STATEMENT: "if the derivative is spoken of in public, as a card does",
}
_OF = {
    Subject.ORIGINAL: "the original",
    Subject.DERIVATIVE: "derivatives",
    Subject.IMPROVED_MODEL: "every model made or improved with it",
    Subject.PRODUCT: "products that use it",
}
_WHERE = {
    Place.NOTICE_FILE: 'in a "Notice" file',
    Place.DISTRIBUTION: "anywhere with the copies",
    Place.WEBSITE: "on a website",
    Place.BLOG_POST: "in a blog post",
    Place.ABOUT_PAGE: "on an about page",
    Place.PUBLICATION: "in a publication",
    Place.PUBLIC_STATEMENT: "in public statements",
}
_EFFECTS = {
    Effect.NEEDS_LICENCE: "needs a licence of its own",
    Effect.DUTY: "brings the duties that name it",
    Effect.TERMINATES: "ends the licence",
    Effect.BARRED: "is barred",
}
_LIMITS = {
    Limit.NON_COMMERCIAL: "Commercial use",
    Limit.RESEARCH: "All use but research",
    Limit.NON_PRODUCTION: "Use in production",
    Limit.NO_HOSTING: "Offering it as a service",
    Limit.LINE_OF_BUSINESS: "Certain lines of business",
    Limit.NO_DISTRIBUTION: "Passing it on",
}


def asked(term: ObligationTerm) -> str:
    """Return what a duty asks for, as it follows the word "asks"."""
    if term.kind is DutyKind.PASS_THROUGH and Place.TERMS not in term.where:
        return "that users are told of its use restrictions"
    duty = Obligation("", "", term.kind.value, "", "", State.UNMET, literals=term.literals)
    return asks(duty)


def circumstances(licence: Licence, term: ObligationTerm) -> str:
    """Return of what, where and when a duty is asked, in brackets after what is asked."""
    said = [f"for {' and '.join(_OF[subject] for subject in term.of)}"]
    places = [_WHERE.get(place, f"in the {named(place)}") for place in term.where]
    if places:
        said.append(" or ".join(places))
    said += [_WHEN[condition] for condition in term.when]
    if term.thresholds:
        beyond = (thresholds.words(licence.threshold(name), licence) for name in term.thresholds)
        said.append(f"beyond {' or '.join(beyond)}")
    if term.models:
        said.append(f"of the models {', '.join(term.models)} alone")
    return f" ({'; '.join(said)})"


def threshold_words(licence: Licence, threshold: Threshold) -> str:
    """Return a threshold and what crossing it brings."""
    reach = "from" if threshold.inclusive else "beyond"
    exempt = (
        "; whoever gets it inside an integrated product is exempt"
        if threshold.integrated_product_exempt
        else ""
    )
    said = thresholds.words(threshold, licence)
    return f"Use {reach} {said} {_EFFECTS[threshold.effect]}{exempt}."


def territory_words(bar: TerritoryBar) -> str:
    """Return whom a bar on territories shuts out."""
    who = "Whoever lives or has a seat" if bar.basis is Basis.DOMICILE else "What is done"
    said = f"{who} in {', '.join(bar.barred)}"
    said += ", outputs included" if bar.outputs else ""
    said += ", for multimodal models" if bar.multimodal_only else ""
    return said + ("; end users of a product are exempt." if bar.end_users_exempt else ".")


def train_words(ban: NoTrain) -> str:
    """Return which models may not be made better with what."""
    what = " and ".join(named(material) for material in ban.subject)
    exempt = f"; exempt are {', '.join(named(one) for one in ban.exempt)}" if ban.exempt else ""
    return f"Training or improving a model ({named(ban.object)}) with its {what}{exempt}."


def limit_words(limit: UseLimit) -> str:
    """Return what a limit on use leaves out, and whom it binds."""
    bound = [
        *(["derivatives"] if limit.derivatives else []),
        *(["outputs"] if limit.outputs else []),
    ]
    binds = f"; it binds {' and '.join(bound)} too" if bound else ""
    lifted = "; a licence of its own may lift it" if limit.liftable else ""
    return f"{_LIMITS[limit.kind]}{binds}{lifted}."


def source_words(source: str) -> str:
    """Return where a text was read."""
    scheme, _, rest = source.partition(":")
    return f"scancode's {rest}" if scheme == "scancode" else rest if scheme == "github" else source


def named(word: StrEnum) -> str:
    """Return a word of a vocabulary as it stands in a sentence."""
    return word.value.replace("-", " ").replace("_", " ")
