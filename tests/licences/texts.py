"""Real licence texts for tests: those of scancode's data, which is installed with the package."""

from __future__ import annotations

import importlib.util
import re
from functools import cache
from pathlib import Path


@cache
def folder() -> Path:
    """Return the folder of scancode's licence data, without importing scancode."""
    spec = importlib.util.find_spec("licensedcode")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "data"


def licence(key: str) -> str:
    """Return the text of a licence by scancode's key."""
    return _body((folder() / "licenses" / f"{key}.LICENSE").read_text(encoding="utf-8"))


def rule(name: str) -> str:
    """Return the text of a detection rule, without the marks of its required phrases."""
    body = _body((folder() / "rules" / f"{name}.RULE").read_text(encoding="utf-8"))
    return re.sub(r"\{\{|\}\}", "", body)


def keys() -> list[str]:
    """Return the keys of all licences that are in use and have a text."""
    found = []
    for path in sorted((folder() / "licenses").glob("*.LICENSE")):
        front, _, body = path.read_text(encoding="utf-8").removeprefix("---\n").partition("\n---\n")
        if body.strip() and "is_deprecated: yes" not in front:
            found.append(path.stem)
    return found


def spdx(key: str) -> str:
    """Return the SPDX identifier of a licence by scancode's key."""
    front = (folder() / "licenses" / f"{key}.LICENSE").read_text(encoding="utf-8")
    found = re.search(r"^spdx_license_key: (\S+)$", front, re.MULTILINE)
    assert found is not None
    return found[1]


def _body(text: str) -> str:
    return text.removeprefix("---\n").partition("\n---\n")[2]
