"""Names of licences: what a card's tag, a ``license_name`` or an SPDX tag stands for."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

#: Tags that name a family and leave open which licence of it is meant.
FAMILIES = frozenset({"bsd", "cc", "gfdl", "gpl", "lgpl", "agpl", "openrail"})

_SCANCODE = "LicenseRef-scancode-"
_OURS = "LicenseRef-lineage-"
#: Tags of the Hugging Face hub that are no SPDX identifier
#: (https://huggingface.co/docs/hub/repositories-licenses), and names that cards give under
#: ``license_name``, which has no fixed vocabulary.
_NAMES = {
    "apple-amlr": _OURS + "apple-amlr",
    "apple-ascl": _OURS + "apple-ascl",
    "c-uda": "C-UDA-1.0",
    "bigcode-openrail-m": _SCANCODE + "bigcode-open-rail-m-v1",
    "bigscience-bloom-rail-1.0": _SCANCODE + "bigscience-rail-1.0",
    "bigscience-openrail-m": _SCANCODE + "bigscience-open-rail-m",
    "creativeml-openrail-m": _SCANCODE + "stable-diffusion-2022-08-22",
    "databricks-open-model-license": _OURS + "dbrx-2024-03-27",
    "deepfloyd-if-license": _OURS + "deepfloyd-if",
    "deepseek": _SCANCODE + "deepseek-la-1.0",
    "deepseek-license": _SCANCODE + "deepseek-la-1.0",
    "exaone": _SCANCODE + "exaone-ai-model-1.1-nc",
    "fair-noncommercial-research-license": _OURS + "fair-noncommercial-research",
    "falcon-180b": _OURS + "falcon-180b",
    "flux-1-dev-non-commercial-license": _OURS + "flux-1-dev",
    "gemma": _OURS + "gemma",
    "grok2-community": _OURS + "grok-2",
    "h-research": _OURS + "h-research",
    "hyperclovax-seed": _SCANCODE + "hyperclova-x-seed-2025",
    "intel-research": _OURS + "intel-research",
    "lgpl-lr": "LGPLLR",
    "llama2": _SCANCODE + "llama-2-license-2023",
    "llama3": _OURS + "llama-3",
    "llama3.1": _SCANCODE + "llama-3.1-license-2024",
    "llama3.2": _SCANCODE + "llama-3.2-license-2024",
    "llama3.3": _SCANCODE + "llama-3.3-license-2024",
    "llama4": _SCANCODE + "llama-4-cla-2025",
    "mnpl": _OURS + "mistral-non-production-0.1",
    "mrl": _OURS + "mistral-research-0.1",
    "nvidia-open-model-license": _SCANCODE + "nvidia-open-model-2025-04-28",
    "odbl": "ODbL-1.0",
    "odc-by": "ODC-By-1.0",
    "openmdw-1.1": _OURS + "openmdw-1.1",
    "openpangu-model-license-1.0": _OURS + "openpangu-1.0",
    "openrail++": _OURS + "openrail-plus-plus",
    "pddl": "PDDL-1.0",
    "qwen": _SCANCODE + "qwen-2024",
    "qwen-community-1.0": _OURS + "qwen-community-1.0",
    "qwen-community-license-1.0": _OURS + "qwen-community-1.0",
    "qwen-research": _OURS + "qwen-research",
    "stabilityai-ai-community": _SCANCODE + "stability-ai-community-2024",
    "stabilityai-community": _SCANCODE + "stability-ai-community-2024",
    "tencent-hunyuan-community": _OURS + "hunyuan-large",
    "tongyi-qianwen": _SCANCODE + "tongyi-qianwen-2023",
    "yi-license": _OURS + "yi-2.1",
    # Free text that is seen where an identifier belongs.
    "apache": "Apache-2.0",
    "apache 2": "Apache-2.0",
    "apache 2.0": "Apache-2.0",
    "apache license 2.0": "Apache-2.0",
    "apache license, version 2.0": "Apache-2.0",
    "apache2": "Apache-2.0",
    "apache2.0": "Apache-2.0",
    "mit license": "MIT",
    "the mit license": "MIT",
}
#: Several texts of one tag: the tag does not say which.
_VERSIONS = {
    _OURS + "gemma": _SCANCODE + "gemma-tou-",
    _SCANCODE + "bigscience-open-rail-m": _SCANCODE + "bigscience-open-rail-m",
}
_SAYS_NOTHING = frozenset(
    {"", "other", "unknown", "none", "no", "false", "null", "n/a", "noassertion"}
)

_OPERATOR_WORDS = frozenset({"AND", "OR", "WITH"})
_PART = re.compile(r"[()]|[^\s()]+")
_ONE = re.compile(r"(?<![\w.+:-])(?!(?:AND|OR|WITH)\b)[\w.+:-]+(?: WITH [\w.+-]+)?")
_REFERENCE = re.compile(r"(?:DocumentRef-[\w.-]+:)?LicenseRef-[\w.-]+", re.IGNORECASE)
_IDENTIFIER_LINE = re.compile(
    r"spdx-license-identifier\s*:\s*(?P<value>[a-z0-9(][\w.+() \t:-]*)", re.IGNORECASE
)
#: An expression of more parts than this is no licence statement.
_PARTS_LIMIT = 200


def expression_of_tag(tag: str) -> str | None:
    """Return the SPDX expression that a tag or a licence's usual name stands for.

    None where it names a family (``gpl``), says nothing (``other``) or is not known.
    """
    name = " ".join(tag.lower().split())
    if name in FAMILIES or name in _SAYS_NOTHING:
        return None
    hyphenated = re.sub(r"[^a-z0-9.+]+", "-", name).strip("-")
    if known := _NAMES.get(name) or _NAMES.get(hyphenated):
        return known
    return expression_of_spdx(tag) or expression_of_spdx(hyphenated)


def expression_of_spdx(text: str) -> str | None:
    """Return an SPDX licence expression in its canonical spelling; None if it is none."""
    parts = _PART.findall(text)
    if not parts or len(parts) > _PARTS_LIMIT:
        return None
    spelt = [_spelt(part) for part in parts]
    if None in spelt or spelt.count("(") != spelt.count(")"):
        return None
    words = [part for part in spelt if part not in ("(", ")")]
    if any((part in _OPERATOR_WORDS) != bool(place % 2) for place, part in enumerate(words)):
        return None
    if len(spelt) == 1:
        return spelt[0]
    return _validated(" ".join(part for part in spelt if part))


def expression_in_line(line: str) -> str | None:
    """Return the expression of an ``SPDX-License-Identifier`` in a line, canonically spelt."""
    found = _IDENTIFIER_LINE.search(line)
    if found is None:
        return None
    # What follows the expression on the line is a comment's end, or its next words.
    parts = [part.rstrip("-") for part in _PART.findall(found["value"])]
    for count in range(min(len(parts), _PARTS_LIMIT), 0, -1):
        if expression := expression_of_spdx(" ".join(parts[:count])):
            return expression
    return None


def agree(declared: str, found: str) -> bool:
    """Say whether a declared expression and the expression of a text may be one licence.

    A tag may leave open which version of a text is meant, and the text of a GNU licence does not
    say whether a later version may be chosen.
    """
    if declared.lower() == found.lower():
        return True
    if prefix := _VERSIONS.get(declared):
        return found.startswith(prefix)
    return _without_choice(declared) == _without_choice(found)


def covers(expression: str, other: str) -> bool:
    """Say whether every licence that ``other`` names is one that ``expression`` names."""
    named = licences_of(expression)
    return all(any(agree(name, wanted) for name in named) for wanted in licences_of(other))


def licences_of(expression: str) -> tuple[str, ...]:
    """Return the licences that an expression names, each with its exception."""
    return tuple(dict.fromkeys(_ONE.findall(expression)))


def says_nothing(tag: str) -> bool:
    """Say whether a declaration is one of those that only say that there is a licence, or none."""
    return " ".join(tag.lower().split()) in _SAYS_NOTHING


def _without_choice(expression: str) -> str:
    return re.sub(r"\b((?:A|L)?GPL-[\d.]+|GFDL-[\d.]+)(?:-only|-or-later)\b", r"\1", expression)


def _spelt(part: str) -> str | None:
    if part.upper() in _OPERATOR_WORDS or part in ("(", ")"):
        return part.upper()
    if known := identifiers().get(part.lower()):
        return known
    return part if _REFERENCE.fullmatch(part) else None


def _validated(expression: str) -> str | None:
    from license_expression import ExpressionError, Licensing  # noqa: PLC0415 - rarely needed

    try:
        return str(Licensing().parse(expression).render())
    except (ExpressionError, ValueError):
        return None


@cache
def identifiers() -> dict[str, str]:
    """Return the SPDX spelling of every identifier by its lower-case form."""
    table = (files("lineage.licences") / "data" / "identifiers.tsv").read_text(encoding="utf-8")
    return {name: spelling for name, _, spelling in (r.partition("\t") for r in table.splitlines())}
