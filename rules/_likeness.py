"""What two models have in common besides their weights: shapes under other names, tokenizers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from lineage.graph import LineageGraph
from lineage.model import Artifact, EntryKind, Exhibit, Tokenizer, WeightFile

#: A name without its numbers, which count layers and experts.
_NUMBER = re.compile(r"(?<![^.])\d+(?![^.])")
#: With fewer tensors, equal shapes are chance.
_FEWEST_TENSORS = 40
#: With fewer kinds of name, a model has no plan that could be recognised.
_FEWEST_KINDS = 5
#: Kinds of tokenizer file that hold the vocabulary itself.
_VOCABULARIES = frozenset({"tokenizers", "sentencepiece", "tiktoken", "vocab"})
#: A smaller vocabulary file is an alphabet.
_SMALLEST = 64 << 10

#: Shapes that tensors of one kind of name have, with how often.
_Shapes: TypeAlias = "tuple[tuple[tuple[int, ...], int], ...]"


@dataclass(frozen=True, slots=True)
class Renamed:
    """Tensors of equal number and shapes, some of which are called otherwise."""

    #: Names, without their numbers, here and there; which of them is which is not said.
    names: tuple[str, ...]
    others: tuple[str, ...]
    #: How many kinds of tensor there are in all.
    kinds: int
    tensors: int
    exhibit: Exhibit
    other: Exhibit


def renamed(graph: LineageGraph, one: Artifact, other: Artifact) -> Renamed | None:
    """Return the renaming that turns one model's list of tensors into the other's, if one does.

    None where the lists are the same or differ in more than names.
    """
    mine, yours = _plan(graph, one), _plan(graph, other)
    if mine is None or yours is None or len(mine) != len(yours) or len(mine) < _FEWEST_KINDS:
        return None
    own = sorted((shapes, name) for name, shapes in mine.items() if yours.get(name) != shapes)
    theirs = sorted((shapes, name) for name, shapes in yours.items() if mine.get(name) != shapes)
    if not own or [shapes for shapes, _ in own] != [shapes for shapes, _ in theirs]:
        return None
    count = sum(number for shapes in mine.values() for _, number in shapes)
    if count < _FEWEST_TENSORS:
        return None
    return Renamed(
        names=tuple(name for _, name in own),
        others=tuple(name for _, name in theirs),
        kinds=len(mine),
        tensors=count,
        exhibit=_weights(graph, one)[0].exhibit,
        other=_weights(graph, other)[0].exhibit,
    )


def same_tokenizers(
    graph: LineageGraph, one: Artifact, other: Artifact
) -> Iterator[tuple[Exhibit, Exhibit]]:
    """Yield the vocabularies that both hold byte for byte."""
    theirs = _vocabularies(graph, other)
    for digest, exhibit in _vocabularies(graph, one).items():
        if digest in theirs:
            yield exhibit, theirs[digest]


def _plan(graph: LineageGraph, artifact: Artifact) -> Mapping[str, _Shapes] | None:
    """Return the shapes of each kind of tensor; None where a header of the weights is missing."""
    files = _weights(graph, artifact)
    if not files or any(file.tensors is None for file in files):
        return None
    kinds: dict[str, Counter[tuple[int, ...]]] = {}
    for file in files:
        for tensor in file.tensors or ():
            kinds.setdefault(_NUMBER.sub("*", tensor.name), Counter())[tensor.shape] += 1
    return {name: tuple(sorted(shapes.items())) for name, shapes in kinds.items()}


def _weights(graph: LineageGraph, artifact: Artifact) -> list[WeightFile]:
    """Return the safetensors files at the root; other formats have names of their own."""
    return [
        file
        for file in graph.evidence(artifact, WeightFile)
        if file.format == "safetensors" and "/" not in file.exhibit.path
    ]


def _vocabularies(graph: LineageGraph, artifact: Artifact) -> dict[str, Exhibit]:
    reading = graph.reading(artifact)
    listed = {entry.path: entry for entry in reading.files} if reading else {}
    found: dict[str, Exhibit] = {}
    for tokenizer in graph.evidence(artifact, Tokenizer):
        exhibit = tokenizer.exhibit
        entry = listed.get(exhibit.path)
        size = entry.size if entry and entry.kind in (EntryKind.FILE, EntryKind.LFS) else None
        digest = exhibit.sha256 or (entry.sha256 if entry else None)
        if tokenizer.kind in _VOCABULARIES and digest and (size or 0) >= _SMALLEST:
            found.setdefault(digest, exhibit)
    return found
