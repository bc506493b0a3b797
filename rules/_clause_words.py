"""What a licence's own words state, as pieces of sentences."""

from __future__ import annotations

import re

from lineage.licences.clauses import Fact, FactKind
from lineage.licences.vocabulary import Limit

_LIMITS = {
    Limit.NON_COMMERCIAL: "leaves out commercial use",
    Limit.RESEARCH: "allows research alone",
    Limit.NON_PRODUCTION: "leaves out use in production",
}
_SAYS = {
    FactKind.NO_TRAIN: "forbids making other models better with it",
    FactKind.STATE_CHANGES: "asks that changes are stated",
    FactKind.PASS_THROUGH: "asks that terms are passed on",
    FactKind.REVOCABLE: "can be taken back",
    FactKind.RUNTIME: "lets the licensor restrict usage from afar",
    FactKind.DISTILLATION: "counts models trained on outputs as derivatives",
    FactKind.REGISTRATION: "asks for a registration",
}
_LITERALS = {
    FactKind.DISPLAY: 'asks to display "{}"',
    FactKind.NAME_PREFIX: 'asks for names that begin with "{}"',
    FactKind.NOTICE: 'asks for the notice "{}"',
}
_COUNTED = {
    "mau": "monthly active users",
    "dau": "daily active users",
    "muu": "monthly unique users",
    "monthly-visits": "monthly visits",
}
_LONGEST = 80


def words(fact: Fact) -> str:
    """Return what a text does by one of its clauses: "bars EU", "asks to display …"."""
    if said := _SAYS.get(fact.kind):
        return said
    if said := _LITERALS.get(fact.kind):
        return said.format(_shortened(fact.value))
    match fact.kind:
        case FactKind.TERRITORY:
            return f"grants nothing in {', '.join(fact.value.split())}"
        case FactKind.USE_LIMIT:
            return _LIMITS.get(Limit(fact.value), "limits use")
        case FactKind.USERS:
            metric, number, *_ = fact.value.split()
            return f"names {_number(number)} {_COUNTED.get(metric, 'users')}"
        case _:
            currency, number, *_ = fact.value.split()
            return f"names a revenue of {currency} {_number(number)}"


def _number(digits: str) -> str:
    return f"{int(digits):,}" if re.fullmatch(r"\d{1,20}", digits) else digits


def _shortened(literal: str) -> str:
    flat = " ".join(literal.split()).replace('"', "'")
    return flat if len(flat) <= _LONGEST else flat[: _LONGEST - 1] + "…"
