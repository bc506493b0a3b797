"""The model card: its front matter, and what its prose claims.

A card is the README.md at the root, or one that stands beside weights, of which it then speaks. The
prose of other READMEs at the root (translations) and of files called MODEL_CARD is read for its
claims; those further down speak of something else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lineage.formats import format_of
from lineage.licences import expression_of_tag
from lineage.model import (
    DatasetDeclared,
    Evidence,
    Exhibit,
    LicenceDeclared,
    ModelCard,
    ParentDeclared,
    Relation,
    Scope,
)
from lineage.sources.file import SourceFile
from lineage.sources.yaml_tree import Mapping, Node, Scalar, Sequence, scalars

from ._claims import claims
from ._front_matter import Block, fields_of, find_block
from ._licence_prose import licences
from ._prose import sentences, title

NAME = "model-card"
PATTERNS = ("readme*.md", "readme", "readme.rst", "readme.txt", "*model_card*.md", "*modelcard*.md")
ABOUT = Scope.DOCS

#: Prose is matched against patterns; a longer README is a book, or made to keep readers busy.
_MAX_BYTES = 1 << 20
#: Fields without a bearing on licence or lineage that can be very long.
_PASSED_OVER = frozenset({"model-index", "widget", "dataset_info", "configs"})
_MAX_FIELDS = 1_000
_MAX_VALUE = 1_000
#: Fields that only the card of a data set has.
_DATASET_FIELDS = frozenset({"task_categories", "size_categories", "annotations_creators"})

#: https://huggingface.co/docs/hub/model-cards#specifying-a-base-model
_RELATIONS = {
    "adapter": Relation.ADAPTER,
    "finetune": Relation.FINETUNE,
    "merge": Relation.MERGE,
    "quantized": Relation.QUANTIZED,
}
_TAG = re.compile(r"base_model:(?:(?P<relation>adapter|finetune|merge|quantized):)?(?P<name>\S+)")


def scan(file: SourceFile) -> Iterator[Evidence]:
    """Yield the card's fields, and what its prose claims.

    Raises:
        UnreadableError: the front matter is malformed. What the prose claims has been yielded.
    """
    is_card = _is_card(file)
    if "/" in file.path and not is_card and "card" not in file.name.lower():
        return
    file.bytes(_MAX_BYTES)
    block = find_block(file.lines) if is_card else None
    said = sentences(file.lines, block.prose_from if block and block.closing else 1)
    yield from claims(file, said)
    yield from licences(file, said)
    if block is not None:
        fields = fields_of(file.lines, block)
        yield _card(file, block, fields)
        yield from _statements(file, fields, _licence_scope(file, fields))


def _is_card(file: SourceFile) -> bool:
    if file.name.lower() != "readme.md":
        return False
    return "/" not in file.path or any(map(format_of, file.siblings))


def _card(file: SourceFile, block: Block, fields: Mapping) -> ModelCard:
    pairs = (pair for key, node in fields.members for pair in _flat(key, node))
    return ModelCard(
        fields=tuple(pair for pair, _ in zip(pairs, range(_MAX_FIELDS), strict=False)),
        title=title(file.lines, block.prose_from),
        exhibit=file.exhibit((block.opening, block.closing or block.opening)),
    )


def _flat(key: str, node: Node) -> Iterator[tuple[str, str]]:
    """Yield a field as pairs of key and text; what is nested gets a key with dots."""
    match node:
        case Scalar():
            yield key, "" if node.is_null else node.text[:_MAX_VALUE]
        case Sequence(items):
            for item in items:
                yield from _flat(key, item)
        case Mapping(members) if key not in _PASSED_OVER:
            for name, value in members:
                yield from _flat(f"{key}.{name}", value)


def _statements(file: SourceFile, fields: Mapping, scope: Scope | None) -> Iterator[Evidence]:
    yield from _licence(file, fields, scope)
    yield from _parents(file, fields)
    for dataset in scalars(fields.get("datasets")):
        yield DatasetDeclared(dataset.text.strip(), "datasets", _exhibit(file, dataset))
    for tag in scalars(fields.get("tags")):
        yield from _tag(file, tag, scope)


def _licence(file: SourceFile, fields: Mapping, scope: Scope | None) -> Iterator[LicenceDeclared]:
    for key in ("license", "license_name", "license_link"):
        for value in scalars(fields.get(key)):
            written = value.text.strip()
            expression = None if key == "license_link" else expression_of_tag(written)
            if written:
                yield LicenceDeclared(key, written, expression, scope, _exhibit(file, value))


def _licence_scope(file: SourceFile, fields: Mapping) -> Scope | None:
    """Return of which part a card speaks; a model's card at the root speaks for everything."""
    keys = {key for key, _ in fields.members}
    if keys & _DATASET_FIELDS and "base_model" not in keys:
        return Scope.DATA
    return Scope.WEIGHTS if "/" in file.path else None


def _parents(file: SourceFile, fields: Mapping) -> Iterator[ParentDeclared]:
    parents = [value for value in scalars(fields.get("base_model")) if value.text.strip()]
    relation = _relation(fields, len(parents))
    for value in parents:
        yield ParentDeclared(value.text.strip(), relation, "base_model", _exhibit(file, value))


def _relation(fields: Mapping, parents: int) -> Relation:
    """Return the relation that the card states, or that follows from its other fields.

    The hub guesses "finetune" where nothing is said; here that is unknown.
    """
    stated = next((v.text.strip().lower() for v in scalars(fields.get("base_model_relation"))), "")
    if stated in _RELATIONS:
        return _RELATIONS[stated]
    if parents > 1:
        return Relation.MERGE
    libraries = {v.text.lower() for v in scalars(fields.get("library_name"))}
    return Relation.ADAPTER if libraries & {"peft", "adapter-transformers"} else Relation.UNKNOWN


def _tag(file: SourceFile, tag: Scalar, scope: Scope | None) -> Iterator[Evidence]:
    """Yield what a tag of the hub's own form says: ``license:mit``, ``base_model:merge:o/n``."""
    if match := _TAG.fullmatch(tag.text.strip()):
        relation = _RELATIONS.get(match["relation"] or "", Relation.UNKNOWN)
        yield ParentDeclared(match["name"], relation, "tags", _exhibit(file, tag))
    elif (value := tag.text.strip()).startswith("license:"):
        written = value.removeprefix("license:")
        yield LicenceDeclared(
            "tags", written, expression_of_tag(written), scope, _exhibit(file, tag)
        )


def _exhibit(file: SourceFile, value: Scalar) -> Exhibit:
    return file.exhibit(value.lines, excerpt=value.text.strip())
