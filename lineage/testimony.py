"""What the host says of a repository: of a card that could not be read itself, and of descent.

A gated repository keeps its files to itself, but its host shows the fields of its card to anybody.
They are the publisher's statements at second hand, and better than none. What a host says of its
own accord (a fork, a mirror) is an outside word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from lineage.licences import expression_of_tag
from lineage.model import (
    DatasetDeclared,
    Evidence,
    HostFact,
    LicenceDeclared,
    ModelCard,
    ParentDeclared,
    Reading,
    Relation,
    Scope,
)

_PARENT = re.compile(r"base_model:(?:(adapter|finetune|merge|quantized):)?([^:\s]+)")
_LICENCE_KEYS = ("license", "license_name", "license_link")


def with_testimony(reading: Reading) -> Reading:
    """Return the reading with the host's account of its descent, and of a card not read itself."""
    facts = [fact for fact in reading.evidence if isinstance(fact, HostFact)]
    said: list[Evidence] = list(_descent(facts))
    if not any(isinstance(fact, ModelCard) for fact in reading.evidence):
        is_data = reading.repo.id.startswith("datasets/")
        said += _statements(facts, Scope.DATA if is_data else Scope.WEIGHTS)
    return replace(reading, evidence=(*reading.evidence, *said)) if said else reading


def _descent(facts: list[HostFact]) -> Iterator[ParentDeclared]:
    """Yield what a host says of its own accord: that it keeps a fork, or a mirror of the hub."""
    for fact in facts:
        if fact.key == "fork_of":
            yield ParentDeclared(fact.value, Relation.CODE_DERIVED, fact.key, fact.exhibit)
        elif fact.key == "mirror_of":
            yield ParentDeclared(fact.value, Relation.IDENTICAL, fact.key, fact.exhibit)


def _statements(facts: list[HostFact], scope: Scope) -> Iterator[Evidence]:
    has_licence = any(fact.key == "license" for fact in facts)
    # The hub tags a parent twice: by its name alone, and with the relation.
    related = {match[2] for fact in facts if (match := _PARENT.fullmatch(fact.value)) and match[1]}
    for fact in facts:
        key, _, value = fact.value.partition(":")
        if fact.key in _LICENCE_KEYS:
            yield _licence(fact, fact.value, scope)
        elif fact.key != "tag":
            continue
        elif key == "license" and not has_licence:
            yield _licence(replace(fact, key="license"), value, scope)
        elif key == "dataset":
            yield DatasetDeclared(value, "tags", fact.exhibit)
        elif (match := _PARENT.fullmatch(fact.value)) and (match[1] or match[2] not in related):
            yield ParentDeclared(match[2], Relation(match[1] or "unknown"), "tags", fact.exhibit)


def _licence(fact: HostFact, value: str, scope: Scope) -> LicenceDeclared:
    expression = None if fact.key == "license_link" else expression_of_tag(value)
    return LicenceDeclared(fact.key, value, expression, scope, fact.exhibit)
