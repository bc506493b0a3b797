"""Adapter configurations (PEFT) name the model that the adapter was trained on.

https://huggingface.co/docs/peft/main/en/package_reference/config
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.model import ParentDeclared, Relation, Scope
from lineage.sources.file import SourceFile
from lineage.sources.snapshot import UnreadableError

NAME = "adapter-config"
PATTERNS = ("adapter_config.json",)
ABOUT = Scope.DOCS

#: PEFT's key, and that of adapter-transformers.
_KEYS = ("base_model_name_or_path", "model_name")


def scan(file: SourceFile) -> Iterator[ParentDeclared]:
    """Yield the base model that the adapter states."""
    config = file.json()
    if not isinstance(config, dict):
        raise UnreadableError("an adapter configuration that is no mapping")
    for key in _KEYS:
        name = config.get(key)
        if isinstance(name, str) and name.strip():
            said = [f"{key}: {name}"]
            said += [f"{k}: {config[k]}" for k in ("revision", "peft_type") if config.get(k)]
            exhibit = file.exhibit(file.line_of_member(key, name), excerpt=", ".join(said))
            yield ParentDeclared(name.strip(), Relation.ADAPTER, key, exhibit)
            return
