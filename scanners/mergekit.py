"""Merge recipes of mergekit name the models that went into a merge.

https://github.com/arcee-ai/mergekit. The recipe stands in a YAML file of its own or in a block of
the README, which mergekit writes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from lineage.model import ParentDeclared, Relation, Scope
from lineage.sources.file import SourceFile
from lineage.sources.snapshot import UnreadableError
from lineage.sources.yaml_tree import Mapping, Node, Scalar, Sequence, parse

NAME = "mergekit"
PATTERNS = ("*merge*.yml", "*merge*.yaml", "readme.md")
ABOUT = Scope.DOCS

#: What makes a recipe: a method, or the experts of a mixture.
_RECIPE = re.compile(r"^\s*(?:merge_method|experts|gate_mode)\s*:", re.MULTILINE)
_FENCE = re.compile(r"\s*```\s*(?P<language>\w*)\s*")
_YAML = frozenset({"yaml", "yml", ""})


def scan(file: SourceFile) -> Iterator[ParentDeclared]:
    """Yield each model that a recipe takes from, once."""
    if not _RECIPE.search(file.text):
        return
    if file.name.lower() != "readme.md":
        yield from _sources(file, parse(file.text, "the recipe"))
    elif "/" not in file.path:
        for above, text in _blocks(file):
            yield from _sources(file, _parsed(text, above))


def _blocks(file: SourceFile) -> Iterator[tuple[int, str]]:
    """Yield the README's blocks that hold a recipe, each with the number of lines above it."""
    opened: int | None = None
    for number, line in enumerate(file.lines, 1):
        fence = _FENCE.fullmatch(line)
        if fence is None:
            continue
        if opened is None:
            opened = number if fence["language"].lower() in _YAML else -1
        else:
            text = "\n".join(file.lines[opened : number - 1]) if opened > 0 else ""
            if _RECIPE.search(text):
                yield opened, text
            opened = None


def _parsed(text: str, above: int) -> Node | None:
    """Return a block's tree; None for an example in prose that is no YAML."""
    try:
        return parse(text, above=above)
    except UnreadableError:
        return None


def _sources(file: SourceFile, recipe: Node | None) -> Iterator[ParentDeclared]:
    if not isinstance(recipe, Mapping):
        return
    seen: set[str] = set()
    for key, value in _references(recipe):
        name = value.text.strip().partition("+")[0]
        if name and not value.is_null and name not in seen:
            seen.add(name)
            exhibit = file.exhibit(value.lines, excerpt=f"{key}: {value.text}")
            yield ParentDeclared(name, Relation.MERGE, key, exhibit)


def _references(recipe: Mapping) -> Iterator[tuple[str, Scalar]]:
    """Yield the models of a recipe with the key that holds them, sources before the base."""
    for entry in _items(recipe.get("models")):
        yield from _model("models", entry.get("model"))
    modules = recipe.get("modules")
    parts = [node for _, node in modules.members] if isinstance(modules, Mapping) else []
    slices = chain(
        _items(recipe.get("slices")),
        *(_items(part.get("slices")) for part in parts if isinstance(part, Mapping)),
    )
    for piece in slices:
        for source in _items(piece.get("sources")):
            yield from _model("slices", source.get("model"))
    for expert in _items(recipe.get("experts")):
        yield from _model("experts", expert.get("source_model"))
    yield from _model("base_model", recipe.get("base_model"))


def _items(node: Node | None) -> Iterator[Mapping]:
    if isinstance(node, Sequence):
        yield from (item for item in node.items if isinstance(item, Mapping))


def _model(key: str, node: Node | None) -> Iterator[tuple[str, Scalar]]:
    """Yield a reference: a text, or a mapping that leads to one by ``model`` and ``path``."""
    while isinstance(node, Mapping):
        node = node.get("model") or node.get("path")
    if isinstance(node, Scalar):
        yield key, node
