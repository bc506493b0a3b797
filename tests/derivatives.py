"""Small model repositories on disk that are declared to derive from a model under known terms.

A parent is named and never opened. The texts of licences are those that the installed
scancode-toolkit carries: they are not this project's to keep.
"""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path


@dataclass(frozen=True)
class Derivative:
    """A repository to be written."""

    base: str
    licence: str
    title: str
    prose: str = "A helpful assistant."
    relation: str = "finetune"
    #: Value of ``license_name``.
    name: str = ""
    files: dict[str, str] = field(default_factory=dict)

    def write(self, folder: Path) -> str:
        """Write it and return its path."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "README.md").write_text(self.card, encoding="utf-8")
        (folder / "config.json").write_text(
            json.dumps({"architectures": ["SunnyForCausalLM"], "model_type": "sunny"})
        )
        (folder / "model.safetensors").write_bytes(_weights())
        for path, text in self.files.items():
            (folder / path).write_text(text, encoding="utf-8")
        return str(folder)

    @property
    def card(self) -> str:
        """Its README.md."""
        name = f"license_name: {self.name}\n" if self.name else ""
        return (
            f"---\nlicense: {self.licence}\n{name}base_model: {self.base}\n"
            f"base_model_relation: {self.relation}\n---\n\n# {self.title}\n\n{self.prose}\n"
        )


@cache
def licence_text(key: str) -> str:
    """Return the text of a licence as scancode keeps it, without scancode's own header."""
    data = files("licensedcode") / "data" / "licenses" / f"{key}.LICENSE"
    text = data.read_text(encoding="utf-8")
    return text.split("\n---\n", 1)[1].strip() + "\n"


def _weights() -> bytes:
    header = json.dumps({"w": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}).encode()
    return struct.pack("<Q", len(header)) + header + bytes(8)
