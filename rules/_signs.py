"""Signs in a repository's own files that its model was made from another one."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch

from lineage.graph import LineageGraph
from lineage.model import Architecture, Artifact, EntryKind, Exhibit, Relation, WeightFile
from lineage.phrases import place, quoted

_ADAPTER = "adapter_config.json"
_MERGE = "mergekit*.y*ml"
#: GGUF's own names of quantised types (https://github.com/ggml-org/ggml/blob/master/docs/gguf.md).
_QUANTISED_TYPE = re.compile(r"I?Q\d|TQ\d")
_QUANTISED_NAME = re.compile(r"(?:^|[-_.])(?:i?q\d|tq\d)(?:_\w+)?(?:[-_.]|$)", re.IGNORECASE)
#: Methods that are applied to a model that exists already. FP8 and MXFP4 are not here: models are
#: trained and first published in them (DeepSeek-V3, gpt-oss).
_AFTERWARDS = frozenset(
    {"aqlm", "awq", "bitsandbytes", "eetq", "exl2", "exl3", "gptq", "hqq", "quip"}
)
_METHOD = "quantization_config.quant_method"


@dataclass(frozen=True, slots=True)
class Sign:
    """A file that tells how the model came to be."""

    relation: Relation
    #: A phrase for a sentence: "adapter_config.json".
    says: str
    exhibit: Exhibit


def signs(graph: LineageGraph, artifact: Artifact) -> tuple[Sign, ...]:
    """Return the signs that the artifact is an adapter, a merge or a quantised form of a model."""
    found = (*_named_files(graph, artifact), *_quantised(graph, artifact))
    first: dict[Relation, Sign] = {}
    for sign in found:
        first.setdefault(sign.relation, sign)
    return tuple(first.values())


def _named_files(graph: LineageGraph, artifact: Artifact) -> Iterator[Sign]:
    reading = graph.reading(artifact)
    for entry in reading.files if reading else ():
        name = posixpath.basename(entry.path).lower()
        if entry.kind is EntryKind.SYMLINK or _is_test(entry.path):
            continue
        if name == _ADAPTER:
            yield Sign(Relation.ADAPTER, quoted(entry.path), Exhibit(entry.path))
        elif fnmatch(name, _MERGE):
            yield Sign(Relation.MERGE, quoted(entry.path), Exhibit(entry.path))


def _quantised(graph: LineageGraph, artifact: Artifact) -> Iterator[Sign]:
    for config in graph.evidence(artifact, Architecture):
        method = dict(config.settings).get(_METHOD, "")
        if method.lower() in _AFTERWARDS and "/" not in config.exhibit.path:
            says = f"{quoted(place(config.exhibit))} (quantised by {quoted(method)})"
            yield Sign(Relation.QUANTIZED, says, config.exhibit)
    weights = [w for w in graph.evidence(artifact, WeightFile) if not _is_test(w.exhibit.path)]
    # A maker may publish a quantised form beside the model itself.
    if all(file.format == "gguf" for file in weights) and not any(map(_is_full, weights)):
        for file in filter(_is_quantised, weights):
            says = f"{quoted(file.exhibit.path)} (quantised)"
            yield Sign(Relation.QUANTIZED, says, file.exhibit)


def _is_quantised(file: WeightFile) -> bool:
    if file.tensors is not None:
        return any(_QUANTISED_TYPE.match(tensor.dtype) for tensor in file.tensors)
    return bool(_QUANTISED_NAME.search(posixpath.basename(file.exhibit.path)))


def _is_full(file: WeightFile) -> bool:
    """Say whether a GGUF file holds the model unquantised."""
    return bool(re.search(r"(?:^|[-_.])b?f(?:16|32)(?:[-_.]|$)", file.exhibit.path, re.IGNORECASE))


def _is_test(path: str) -> bool:
    folders = path.lower().split("/")[:-1]
    return not {"test", "tests", "fixtures", "testdata", "examples"}.isdisjoint(folders)
