"""Evidence of making: what a repository holds, and what it says that it was made from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from lineage.model.places import Absence, Exhibit
from lineage.model.words import Relation


@dataclass(frozen=True, slots=True)
class ParentDeclared:
    """A statement that the repository's model was made from another."""

    #: As written: ``org/name``, a URL or a path.
    parent: str
    relation: Relation
    #: The field that says it: ``base_model``, ``general.base_model.0``.
    key: str
    exhibit: Exhibit


@dataclass(frozen=True, slots=True)
class DatasetDeclared:
    """A statement that a data set was used."""

    dataset: str
    key: str
    exhibit: Exhibit


@dataclass(frozen=True, slots=True)
class ParentAbsent:
    """A parent that the repository names, and that could not be opened when it was asked for."""

    #: Artifact id of the parent, as the name stands for it.
    parent: str
    absence: Absence
    #: What stood in the way, as a phrase.
    reason: str
    #: Where the parent is named.
    exhibit: Exhibit


class ClaimKind(StrEnum):
    """What a sentence of prose claims."""

    FROM_SCRATCH = "from-scratch"
    OPEN_SOURCE = "open-source"
    #: "Built with Llama", "based on Qwen2.5": prose that names a parent.
    BASED_ON = "based-on"


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence in a card or a README that claims something about the model's making."""

    kind: ClaimKind
    text: str
    exhibit: Exhibit


@dataclass(frozen=True, slots=True)
class ModelCard:
    """A card's front matter, flattened: one (key, value) pair for each scalar, lists repeated."""

    fields: tuple[tuple[str, str], ...]
    #: First heading of the prose, "" if none.
    title: str
    exhibit: Exhibit


@dataclass(frozen=True, slots=True)
class Document:
    """A document at the root that users read: a README, a card, an "about" page. Never printed."""

    #: Its text, at most 256 KiB of it.
    text: str
    exhibit: Exhibit


@dataclass(frozen=True, slots=True)
class Architecture:
    """What a configuration says of the model's structure. Structure is never proof of descent."""

    #: ``architectures``: class names.
    classes: tuple[str, ...]
    model_type: str | None
    #: ``auto_map``: module paths of code that comes with the repository.
    auto_map: tuple[str, ...]
    #: Scalars of the configuration, flattened and sorted: hidden_size, vocab_size, …
    settings: tuple[tuple[str, str], ...]
    exhibit: Exhibit


@dataclass(frozen=True, slots=True)
class Tensor:
    """One tensor as a file's header describes it."""

    name: str
    #: The file format's own name for it: ``BF16``, ``Q4_K``.
    dtype: str
    shape: tuple[int, ...]
    #: First byte and the byte after the last, counted from the start of the file.
    span: tuple[int, int]


@dataclass(frozen=True, slots=True)
class WeightFile:
    """A file of weights, described without reading them."""

    #: ``safetensors``, ``gguf``, ``pytorch``, ``onnx``, ``numpy``, …
    format: str
    size: int | None
    sha256: str | None
    #: None where the header could not be had (an LFS pointer, a format read by name only).
    tensors: tuple[Tensor, ...] | None
    #: The file's own key-value metadata, scalars only, values as text.
    metadata: tuple[tuple[str, str], ...]
    exhibit: Exhibit


@dataclass(frozen=True, slots=True)
class Tokenizer:
    """A tokenizer file."""

    #: ``tokenizers`` (tokenizer.json), ``sentencepiece``, ``tiktoken``, ``vocab``, ``merges``…
    kind: str
    vocabulary_size: int | None
    exhibit: Exhibit


@dataclass(frozen=True, slots=True)
class HostFact:
    """Something the host says of the repository: ``gated``, ``disabled``, ``created_at``."""

    key: str
    value: str
    exhibit: Exhibit
