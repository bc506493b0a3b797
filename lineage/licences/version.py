"""Which knowledge of licences an answer rests on."""

from __future__ import annotations

from importlib.resources import files

#: The tool whose data the index was built from, its version, and a hash of the index.
KNOWLEDGE_VERSION = (
    (files("lineage.licences") / "data" / "VERSION").read_text(encoding="utf-8").strip()
)
