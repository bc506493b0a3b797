"""Model configurations: the structure of a model, and where it was loaded from when it was saved.

``_name_or_path`` is a by-product of saving and no statement of descent: it names the model itself,
a parent, or a folder of the author's. It is yielded where it is a hub id; the assembly knows the
repository's own name and leaves that out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from lineage.model import Architecture, Evidence, ParentDeclared, Relation, Scope
from lineage.sources.file import Json, SourceFile
from lineage.sources.snapshot import UnreadableError

from ._hub_names import is_hub_id

NAME = "model-config"
PATTERNS = ("config.json", "generation_config.json", "model_index.json", "params.json")
ABOUT = Scope.DOCS

#: Programs keep a config.json too; a model's has one of these.
_TELLING = re.compile(r'"(?:architectures|model_type|_class_name|auto_map|_name_or_path|n_layers)"')
#: Names of the classes that a model tells apart, which can be many thousands.
_PASSED_OVER = frozenset({"id2label", "label2id", "task_specific_params"})
#: Keys that name another model: of the whole, or of the vision tower that LLaVA models are given.
_ORIGINS = ("_name_or_path", "mm_vision_tower")
#: Quantisation while loading: the model that was loaded so may have been trained further.
_LOADERS = frozenset({"bitsandbytes"})

_MAX_SETTINGS = 500
_MAX_VALUE = 200
_MAX_DEPTH = 6


def scan(file: SourceFile) -> Iterator[Evidence]:
    """Yield the model's structure, and the models that the configuration names."""
    if not _TELLING.search(file.text):
        if file.path == "config.json":
            file.json()  # the one at the root is a model's as a rule: broken, it is a gap
        return
    config = file.json()
    if not isinstance(config, dict):
        raise UnreadableError("a configuration that is no mapping")
    if file.name.lower() != "generation_config.json":
        yield from _architecture(file, config)
    yield from _origins(file, config, "")


def _architecture(file: SourceFile, config: Mapping[str, Json]) -> Iterator[Architecture]:
    classes = _texts(config.get("architectures")) or _texts(config.get("_class_name"))
    model_type = config.get("model_type")
    settings = sorted(set(_settings(config, "", _MAX_DEPTH)))
    if not classes and not model_type and not {"dim", "n_layers"} <= config.keys():
        return
    lines = file.line_of_member("architectures", classes[0]) if classes else None
    yield Architecture(
        classes=classes,
        model_type=model_type if isinstance(model_type, str) else None,
        auto_map=_auto_map(config.get("auto_map")),
        settings=tuple(settings[:_MAX_SETTINGS]),
        exhibit=file.exhibit(lines, excerpt=", ".join(classes) or None),
    )


def _auto_map(value: Json) -> tuple[str, ...]:
    """Return the modules: ``module.Class``, or ``org/name--module.Class`` of another repository."""
    if not isinstance(value, dict):
        return _texts(value)
    return tuple(sorted({text for item in value.values() for text in _texts(item)}))


def _settings(config: Mapping[str, Json], prefix: str, depth: int) -> Iterator[tuple[str, str]]:
    """Yield scalars with dotted keys; a list of scalars is one value."""
    for key, value in config.items():
        if key in _PASSED_OVER:
            continue
        if isinstance(value, dict) and depth:
            yield from _settings(value, f"{prefix}{key}.", depth - 1)
        elif isinstance(value, list):
            if all(isinstance(item, (str, int, float)) for item in value):
                yield f"{prefix}{key}", ", ".join(_as_text(item) for item in value)[:_MAX_VALUE]
        elif value is not None and not isinstance(value, dict):
            yield f"{prefix}{key}", _as_text(value)[:_MAX_VALUE]


def _origins(file: SourceFile, config: Mapping[str, Json], prefix: str) -> Iterator[ParentDeclared]:
    """Yield the models that the configuration, or that of a part, was loaded from."""
    for key in _ORIGINS:
        name = config.get(key)
        if isinstance(name, str) and is_hub_id(name):
            exhibit = file.exhibit(file.line_of_member(key, name), excerpt=f"{key}: {name}")
            yield ParentDeclared(name, _relation(config), f"{prefix}{key}", exhibit)
    for part, value in config.items():
        if part.endswith("_config") and isinstance(value, dict) and not prefix:
            yield from _origins(file, value, f"{part}.")


def _relation(config: Mapping[str, Json]) -> Relation:
    quantisation = config.get("quantization_config")
    if not isinstance(quantisation, dict):
        return Relation.UNKNOWN
    method = quantisation.get("quant_method")
    return Relation.UNKNOWN if str(method) in _LOADERS else Relation.QUANTIZED


def _texts(value: Json) -> tuple[str, ...]:
    items = value if isinstance(value, list) else [value]
    return tuple(item for item in items if isinstance(item, str) and item)


def _as_text(value: Json) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
