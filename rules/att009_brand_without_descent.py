"""The name begins with another maker's brand, and nothing ties the model to that maker.

What it finds
    A model whose name begins with the brand of a model family (Llama, Qwen, Gemma and the like),
    by another publisher, while no parent of that family is declared or found, the prose names none,
    and the configuration is that of another family. It is a doubt to look into, and never more.

Why it matters
    Model licences give their names to derivatives, on conditions, and to nobody else (Llama 3.1
    Community License, 5.a). A name without the descent misleads users; a descent without its
    declaration hides terms. Which of the two it is, a person has to find out.

Evidence it needs
    The repository's name on a host, weight files, and a configuration that names an architecture of
    another family than the brand's. Silent for names of directories, for architectures that
    everybody uses, for names that speak of the configuration's family as well (a distillation), and
    where no configuration was read. If the card could not be read, the answer is "cannot
    determine".

Compliant example
    acme/Llama-Sunny-8B with "base_model: meta-llama/Llama-3.1-8B".

Non-compliant example
    acme/Llama-Sunny-8B whose config.json names Qwen2ForCausalLM, and whose card names no parent.

Remedy
    Declare the parent that the name speaks of, or choose a name of your own.

Source
    Llama 3.1 Community License, 5.a; Gemma Terms of Use, 4.3; Apache-2.0, section 6.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lineage.graph import LineageGraph
from lineage.model import (
    Architecture,
    Artifact,
    Claim,
    ClaimKind,
    Exhibit,
    Host,
    Outcome,
    Severity,
    State,
    Tier,
    WeightFile,
)
from lineage.phrases import place, places, quoted

from ._architectures import FAMILIES, Family, family_of, is_named_after, is_published_by
from ._statements import statements

CODE = "ATT-009"
TITLE = "Another maker's brand in the name, without descent"
SEVERITY = Severity.LOW
TIER = Tier.C
CLAUSE = "the maker's terms on its name, such as Llama 3.1 5.a and Apache-2.0 section 6"
REMEDY = "Declare the parent that the name speaks of, or choose a name of your own."

#: Words that are a maker's brand for models and little else.
_BRANDS = (
    "DeepSeek",
    "EXAONE",
    "Gemma",
    "HyperCLOVAX",
    "InternLM",
    "Llama",
    "MiniCPM",
    "Mixtral",
    "Nemotron",
    "openPangu",
    "Qwen",
)


@dataclass(frozen=True, slots=True)
class _Plan:
    """The architecture that a configuration names, and whose it is."""

    name: str
    family: Family
    exhibit: Exhibit


def check(graph: LineageGraph) -> Iterator[Outcome]:
    """Yield one outcome for a name that nothing else bears out."""
    subject = graph.subject
    reading = graph.reading(subject)
    if reading is None or reading.repo.host is Host.LOCAL:
        return
    name = subject.name.rpartition("/")[2]
    brand = next((b for b in _BRANDS if re.match(rf"{b}(?![a-z])", name, re.IGNORECASE)), None)
    plan = _plan(graph)
    if brand is None or plan is None or not graph.evidence(subject, WeightFile):
        return
    owner = next(family for family in FAMILIES if _is_brand_of(family, brand))
    if _is_another(plan.family, owner, name) and not _is_tied(graph, owner, brand):
        yield _outcome(graph, brand, owner, plan)


def _is_brand_of(family: Family, brand: str) -> bool:
    """Say whether a brand is that of a family; Mixtral is Mistral's."""
    plain = brand.lower()
    return re.match(family.names, plain) is not None


def _plan(graph: LineageGraph) -> _Plan | None:
    """Return the architecture that the configuration at the root names, where its family is known.

    GGUF files call many families "llama", so that they are not asked.
    """
    for config in graph.evidence(graph.subject, Architecture):
        names = (*config.classes, *([config.model_type] if config.model_type else []))
        if "/" not in config.exhibit.path and (known := family_of(names)):
            return _Plan(known[0], known[1], config.exhibit)
    return None


def _is_another(family: Family, owner: Family, name: str) -> bool:
    """Say whether a configuration's family is plainly neither the brand's nor in the name."""
    same = family.maker == owner.maker
    return not (same or family.is_common or is_named_after(family, name))


def _is_tied(graph: LineageGraph, owner: Family, brand: str) -> bool:
    """Say whether the publisher, a parent at any distance, or the prose speaks of the maker."""
    subject = graph.subject
    above = [artifact.name for artifact in graph.upstream(subject)]
    claims = (c.text for c in graph.evidence(subject, Claim) if c.kind is ClaimKind.BASED_ON)
    return (
        any(is_published_by(owner, name) for name in (subject.name, *above))
        or any(is_named_after(owner, name) or brand.lower() in name.lower() for name in above)
        or any(brand.lower() in text.lower() for text in claims)
    )


def _outcome(graph: LineageGraph, brand: str, owner: Family, plan: _Plan) -> Outcome:
    subject: Artifact = graph.subject
    opening = (
        f"The name of {quoted(subject.name)} begins with {brand}, a brand of {owner.maker}, and "
        f"{quoted(place(plan.exhibit))} names {quoted(plan.name)}, an architecture that "
        f"{plan.family.maker} published"
    )
    if hidden := statements(graph, subject).unread_cards:
        where = tuple(Exhibit(gap.path) for gap in hidden)
        message = f"{opening}; whether a parent is declared is not known: {places(where)} not read."
        return Outcome(subject.id, State.CANNOT_DETERMINE, message, (plan.exhibit, *where))
    message = f"{opening}; nothing says that it was made from a model of {owner.maker}."
    return Outcome(subject.id, State.INVESTIGATE, message, (plan.exhibit,))
