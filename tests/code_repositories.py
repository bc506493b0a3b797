"""Repositories of code made from files of an installed package, as copiers make them."""

from __future__ import annotations

import re
from pathlib import Path

import huggingface_hub

#: Real files with Apache headers of two forms of the holder's name.
FILES = ("_local_folder.py", "_tensorboard_logger.py", "_webhooks_server.py", "lfs.py")
APACHE = (Path(__file__).parents[1] / "LICENSE").read_text("utf-8")
ACME = "# Copyright (c) 2025 Acme Technologies Co., Ltd. All rights reserved.\n"
CHANGED = "# Modified by Acme Technologies in 2025: classes renamed.\n"
_HOLDER = re.compile(r"# Copyright.*HuggingFace.*\n")
_CLASS = re.compile(r"^class (\w+)", re.MULTILINE)


def originals() -> dict[str, str]:
    """Return upstream's files by path."""
    folder = Path(huggingface_hub.__file__).parent
    return {f"src/hub/{name}": (folder / name).read_text("utf-8") for name in FILES}


def repository(folder: Path, files: dict[str, str]) -> str:
    """Write files into a folder and return it as a target."""
    for path, text in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, "utf-8")
    return str(folder)


def upstream() -> dict[str, str]:
    """The work as it is published."""
    return {**originals(), "LICENSE": APACHE}


def swapped() -> dict[str, str]:
    """A copy with classes renamed, under other names, the holder's line replaced."""
    return {f"model/{_name(p)}": _HOLDER.sub(ACME, renamed(t)) for p, t in originals().items()}


def compliant() -> dict[str, str]:
    """The same copy with the holder's line kept, the change stated, the licence beside it."""
    kept = {
        f"model/{_name(p)}": _HOLDER.sub(lambda found: ACME + found.group() + CHANGED, renamed(t))
        for p, t in originals().items()
    }
    return {**kept, "LICENSE": APACHE}


def renamed(text: str) -> str:
    """Return code with another name for every class that it defines."""
    for name in set(_CLASS.findall(text)):
        text = re.sub(rf"\b{name}\b", f"Pangu{name}", text)
    return text


def _name(path: str) -> str:
    return path.rpartition("/")[2].lstrip("_")
