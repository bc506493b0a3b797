"""The house stands as ARCHITECTURE.md draws it.

import-linter checks the floors inside the core; it cannot see imports of the two mapped folders, so
those are checked here.
"""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = ("lineage", "scanners", "rules")


def modules(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


def imports(path: Path) -> Iterator[str]:
    package = ["lineage", *path.relative_to(ROOT).parts[:-1]]
    if path.is_relative_to(ROOT / "lineage"):
        package = package[1:]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            stem = ".".join([*base, *([node.module] if node.module else [])])
            yield stem
            yield from (f"{stem}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", modules("lineage"), ids=str)
def test_the_core_names_no_scanner_and_no_rule(path: Path) -> None:
    named = {n for n in imports(path) if n.startswith(("lineage.scanners", "lineage.rules"))}
    assert not named


@pytest.mark.parametrize("path", modules("scanners"), ids=str)
def test_scanners_know_neither_rules_nor_graph(path: Path) -> None:
    barred = (
        "lineage.rules",
        "lineage.graph",
        "lineage.pipeline",
        "lineage.reports",
        "lineage.cli",
    )
    assert not {n for n in imports(path) if n.startswith(barred)}


@pytest.mark.parametrize("path", modules("rules"), ids=str)
def test_rules_know_neither_scanners_nor_sources(path: Path) -> None:
    barred = ("lineage.scanners", "lineage.sources", "lineage.pipeline", "lineage.reports")
    assert not {n for n in imports(path) if n.startswith((*barred, "lineage.cli"))}


@pytest.mark.parametrize("folder", FOLDERS)
def test_nobody_imports_the_mapped_folders_by_their_bare_names(folder: str) -> None:
    bare = {
        f"{path.name}: {name}"
        for path in modules(folder)
        for name in imports(path)
        if name.split(".")[0] in ("scanners", "rules")
    }
    assert not bare


@pytest.mark.parametrize("folder", [*FOLDERS, "tests"])
def test_the_words_of_the_model_come_through_its_door(folder: str) -> None:
    words = ROOT / "lineage/model"
    behind = {f"lineage.model.{path.stem}" for path in words.glob("*.py")}
    assert len(behind) > 1
    passed_by = {
        f"{path.name}: {name}"
        for path in modules(folder)
        if not path.is_relative_to(words)
        for name in imports(path)
        if name in behind
    }
    assert not passed_by


def test_every_package_is_shipped() -> None:
    tool = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
        "setuptools"
    ]
    shipped = {name.replace(".", "/") for name in tool["packages"]}
    on_disk = {
        str(path.parent.relative_to(ROOT))
        for folder in FOLDERS
        for path in (ROOT / folder).rglob("__init__.py")
    }
    mapped = {f"lineage/{p}" if p.startswith(("scanners", "rules")) else p for p in on_disk}
    assert mapped == shipped


def test_every_module_of_a_registry_folder_is_registered() -> None:
    for folder in ("scanners", "rules"):
        registry = (ROOT / folder / "__init__.py").read_text(encoding="utf-8")
        left_out = [
            p.stem for p in modules(folder) if not p.stem.startswith("_") and p.stem not in registry
        ]
        assert not left_out, f"{folder}: not in the registry"
