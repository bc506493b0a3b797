"""Audits written by hand and joined from their files, as a user joins them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TypeAlias

Plain: TypeAlias = "dict[str, Plain] | list[Plain] | str | int | float | bool | None"
Entry: TypeAlias = dict[str, Plain]


def purl(name: str, revision: str = "") -> str:
    return f"pkg:huggingface/{name}" + (f"@{revision}" if revision else "")


def edge(parent: str, child: str, relation: str = "finetune", origin: str = "declared", *, tier: str = "A", p: float | None = None) -> Entry:  # fmt: skip
    test: Plain = {
        "name": "residual-correlation",
        "p_value": p,
        "null": "they were trained apart",
        "exact": True,
        "effect": 0.9,
        "minimum_detectable_effect": 0.02,
    }
    return {
        "parent": parent,
        "child": child,
        "relation": relation,
        "origin": origin,
        "tier": tier,
        "tests": [] if p is None else [test],
        "exhibits": [{"path": "README.md", "lines": [4, 4]}],
    }


def duty(parent: str, *path: str, clause: str = "1.b.i", state: str = "unmet") -> Entry:
    return {
        "licence": "llama-3.1",
        "title": "LLAMA 3.1",
        "clause": clause,
        "kind": "name_prefix",
        "parent": parent,
        "state": state,
        "path": list(path),
        "literals": ["Llama"],
    }


def audit(
    folder: Path,
    name: str,
    *edges: Entry,
    revision: str = "r1",
    weights: tuple[str, ...] = (),
    duties: tuple[Entry, ...] = (),
    created: dict[str, str] | None = None,
    licence: str | None = "Apache-2.0",
) -> Path:
    """Write the report of an audit of a model and return its path."""
    target = purl(name, revision)
    dates = created or {}
    ids = sorted({target, *(str(e[end]) for e in edges for end in ("parent", "child"))})
    report: Entry = {
        "schema_version": "1",
        "target": {"purl": target},
        "artifacts": [
            {
                "id": one,
                "kind": "model",
                "name": one.removeprefix("pkg:huggingface/").partition("@")[0],
                "revision": one.partition("@")[2] or None,
                "licence": licence if one == target else None,
                "created": dates.get(one),
            }
            for one in ids
        ],
        "derivations": list(edges),
        "obligations": list(duties),
        "weights": [{"path": f"{n}.safetensors", "sha256": sha} for n, sha in enumerate(weights)],
    }
    path = folder / f"{name.replace('/', '-')}-{revision}.json"
    path.write_text(json.dumps(report), encoding="utf-8")
    return path
