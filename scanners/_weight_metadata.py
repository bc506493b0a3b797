"""What the metadata of a weight file say of its licence, its parents and its data.

GGUF: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md#general-metadata. Safetensors has
no vocabulary of its own; read are the keys of LoRA trainers (``ss_*``), of the Stability model
metadata specification (``modelspec.*``) and plain names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lineage.formats import Header
from lineage.licences import expression_of_tag
from lineage.model import (
    DatasetDeclared,
    Evidence,
    Exhibit,
    LicenceDeclared,
    ParentDeclared,
    Relation,
    Scope,
)
from lineage.sources.file import SourceFile

_LICENCE_KEYS = {
    "gguf": ("general.license", "general.license.name", "general.license.link"),
    "safetensors": ("license", "modelspec.license"),
}
#: Where the unquantised model came from.
_SOURCE_KEYS = (
    "general.source.huggingface.repository",
    "general.source.repo_url",
    "general.source.url",
)
_NUMBERED = re.compile(r"general\.(base_model|dataset)\.(\d{1,4})\.(\w+)")
_QUANTISED = re.compile(r"I?Q\d|TQ\d|MXFP|NVFP")
#: Keys that name the model a safetensors file was trained on top of.
_BASE_KEYS = ("base_model", "base_model_name_or_path", "ss_sd_model_name")
_NOBODY = {"", "none", "null", "unknown", "n/a"}


def statements(file: SourceFile, known: str, header: Header) -> Iterator[Evidence]:
    """Yield the licence, parents and data sets that a header names."""
    metadata = dict(reversed(header.metadata))
    for key in _LICENCE_KEYS[known]:
        if value := _named(metadata.get(key)):
            yield LicenceDeclared(
                key,
                value,
                _expression(key, value),
                Scope.WEIGHTS,
                _exhibit(file, header, key, value),
            )
    if known == "gguf":
        yield from _gguf_statements(file, header, metadata)
    else:
        yield from _safetensors_statements(file, header, metadata)


def _gguf_statements(
    file: SourceFile, header: Header, metadata: dict[str, str]
) -> Iterator[Evidence]:
    bases = _numbered(metadata, "base_model")
    for number, members in bases.items():
        if name := _full_name(members):
            key = f"general.base_model.{number}"
            relation = Relation.MERGE if len(bases) > 1 else Relation.UNKNOWN
            yield ParentDeclared(name, relation, key, _exhibit(file, header, key, name))
    for number, members in _numbered(metadata, "dataset").items():
        if name := _full_name(members):
            key = f"general.dataset.{number}"
            yield DatasetDeclared(name, key, _exhibit(file, header, key, name))
    for key, name in header.metadata:
        if key == "general.datasets" and _named(name):
            yield DatasetDeclared(name.strip(), key, _exhibit(file, header, key, name))
    yield from _source(file, header, metadata)


def _source(file: SourceFile, header: Header, metadata: dict[str, str]) -> Iterator[ParentDeclared]:
    """Yield what the file was converted from."""
    quantised = any(_QUANTISED.match(tensor.dtype) for tensor in header.tensors)
    relation = Relation.QUANTIZED if quantised else Relation.UNKNOWN
    for key in _SOURCE_KEYS:
        if name := _named(metadata.get(key)):
            yield ParentDeclared(name, relation, key, _exhibit(file, header, key, name))
            return


def _safetensors_statements(
    file: SourceFile, header: Header, metadata: dict[str, str]
) -> Iterator[Evidence]:
    is_adapter = "ss_network_module" in metadata or any(
        "lora" in tensor.name.lower() for tensor in header.tensors[:8]
    )
    for key in _BASE_KEYS:
        if name := _named(metadata.get(key)):
            relation = Relation.ADAPTER if is_adapter else Relation.UNKNOWN
            yield ParentDeclared(name, relation, key, _exhibit(file, header, key, name))
    key = "modelspec.merged_from"
    for part in metadata.get(key, "").split(","):
        if name := _named(part):
            yield ParentDeclared(name, Relation.MERGE, key, _exhibit(file, header, key, name))


def _numbered(metadata: dict[str, str], kind: str) -> dict[int, dict[str, str]]:
    """Return the members of ``general.<kind>.<number>``, by number."""
    found: dict[int, dict[str, str]] = {}
    for key, value in metadata.items():
        match = _NUMBERED.fullmatch(key)
        if match and match[1] == kind and _named(value):
            found.setdefault(int(match[2]), {})[match[3]] = value.strip()
    return dict(sorted(found.items()))


def _full_name(members: dict[str, str]) -> str | None:
    """Return the best name of a numbered entry: an address, or organisation and name."""
    for address in ("repo_url", "url"):
        if address in members:
            return members[address]
    return "/".join(members[part] for part in ("organization", "name") if part in members) or None


def _named(value: str | None) -> str | None:
    """Return a value that names something, without the space around it."""
    name = (value or "").strip()
    return None if name.lower() in _NOBODY else name


def _expression(key: str, value: str) -> str | None:
    return None if key.endswith(".link") else expression_of_tag(value)


def _exhibit(file: SourceFile, header: Header, key: str, value: str) -> Exhibit:
    return file.exhibit(span=(0, header.length), excerpt=f"{key}: {value}")
