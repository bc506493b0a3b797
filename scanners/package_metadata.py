"""Package metadata: the licence that a package of code states for itself.

Read at the root only; the package files of parts and of vendored code speak for these. Nothing is
executed: of a setup.py the line is read that gives ``license`` a literal text.
"""

from __future__ import annotations

import configparser
import re
import tomllib
from collections.abc import Callable, Iterator

from lineage.model import LicenceDeclared, Scope
from lineage.sources.file import Json, SourceFile
from lineage.sources.snapshot import UnreadableError

from ._licence_names import expression_of_name

NAME = "package-metadata"
PATTERNS = (
    "cargo.toml",
    "package.json",
    "pkg-info",
    "pyproject.toml",
    "setup.cfg",
    "setup.py",
    "*.dist-info/metadata",
)
ABOUT = Scope.CODE

_MAX_BYTES = 1 << 20
#: Some packages put the whole licence where its name belongs; the text is recognised elsewhere.
_MAX_VALUE = 100
_CLASSIFIER = re.compile(r"License :: (?:OSI Approved :: )?(?P<name>[^:]+)")
_SETUP_LICENCE = re.compile(r"""^\s*license\s*=\s*(['"])(?P<name>[^'"\n]+)\1""", re.MULTILINE)
_SETUP_CLASSIFIER = re.compile(r"""['"](?P<name>License :: [^'"\n]+)['"]""")
_HEADER = re.compile(
    r"^(?P<key>License-Expression|License|Classifier): (?P<value>.*)$", re.MULTILINE
)
_POINTS_TO_A_FILE = re.compile(r"see\s+licen[sc]e\s+in\b|file:", re.IGNORECASE)


def scan(file: SourceFile) -> Iterator[LicenceDeclared]:
    """Yield the licence that the package states."""
    name = file.name.lower()
    if file.path.count("/") > (1 if name == "metadata" else 0):
        return
    file.bytes(_MAX_BYTES)
    for key, value in _READERS[name](file):
        written = value.strip()
        if 0 < len(written) <= _MAX_VALUE and "\n" not in written:
            lines = file.line_of(written)
            exhibit = file.exhibit(lines, excerpt=f"{key}: {written}")
            if not _POINTS_TO_A_FILE.match(written):
                yield LicenceDeclared(
                    key, written, expression_of_name(written), Scope.CODE, exhibit
                )


def _pyproject(file: SourceFile) -> Iterator[tuple[str, str]]:
    document = _toml(file)
    project = _table(document, "project")
    poetry = _table(_table(document, "tool"), "poetry")
    stated = [*_texts(project.get("license")), *_texts(poetry.get("license"))]
    yield from (("license", text) for text in stated)
    if not stated:
        classifiers = project.get("classifiers") or poetry.get("classifiers")
        yield from _classifiers(_texts(classifiers))


def _cargo(file: SourceFile) -> Iterator[tuple[str, str]]:
    document = _toml(file)
    for table in (_table(document, "package"), _table(_table(document, "workspace"), "package")):
        yield from (("license", text) for text in _texts(table.get("license")))


def _package_json(file: SourceFile) -> Iterator[tuple[str, str]]:
    package = file.json()
    if not isinstance(package, dict):
        raise UnreadableError("a package.json that is no mapping")
    for key in ("license", "licenses"):
        value = package.get(key)
        for item in value if isinstance(value, list) else [value]:
            stated = item.get("type") if isinstance(item, dict) else item
            yield from ((key, text) for text in _texts(stated))


def _setup_cfg(file: SourceFile) -> Iterator[tuple[str, str]]:
    parser = configparser.RawConfigParser()
    try:
        parser.read_string(file.text)
    except configparser.Error as error:
        raise UnreadableError(f"not a valid setup.cfg: {str(error).splitlines()[0]}") from error
    if stated := parser.get("metadata", "license", fallback=""):
        yield "license", stated
    else:
        yield from _classifiers(parser.get("metadata", "classifiers", fallback="").splitlines())


def _setup_py(file: SourceFile) -> Iterator[tuple[str, str]]:
    if match := _SETUP_LICENCE.search(file.text):
        yield "license", match["name"]
    else:
        yield from _classifiers(m["name"] for m in _SETUP_CLASSIFIER.finditer(file.text))


def _headers(file: SourceFile) -> Iterator[tuple[str, str]]:
    """Yield the fields of a distribution's metadata, which end at the first empty line."""
    head = file.text.partition("\n\n")[0]
    fields = [(match["key"], match["value"]) for match in _HEADER.finditer(head)]
    stated = [(key, value) for key, value in fields if key != "Classifier" and value.strip()]
    yield from stated
    if not stated:
        yield from _classifiers(value for _, value in fields)


_READERS: dict[str, Callable[[SourceFile], Iterator[tuple[str, str]]]] = {
    "cargo.toml": _cargo,
    "metadata": _headers,
    "package.json": _package_json,
    "pkg-info": _headers,
    "pyproject.toml": _pyproject,
    "setup.cfg": _setup_cfg,
    "setup.py": _setup_py,
}


def _classifiers(values: Iterator[str] | list[str]) -> Iterator[tuple[str, str]]:
    for value in values:
        if match := _CLASSIFIER.fullmatch(value.strip()):
            yield "classifiers", match["name"]


def _toml(file: SourceFile) -> dict[str, Json]:
    try:
        parsed: dict[str, Json] = tomllib.loads(file.text)
    except tomllib.TOMLDecodeError as error:
        raise UnreadableError(f"not valid TOML: {error}") from error
    return parsed


def _table(document: dict[str, Json], key: str) -> dict[str, Json]:
    value = document.get(key)
    return value if isinstance(value, dict) else {}


def _texts(value: Json) -> list[str]:
    """Return a text, the texts of a list, or the ``text`` of a table."""
    if isinstance(value, dict):
        value = value.get("text")
    items = value if isinstance(value, list) else [value]
    return [item for item in items if isinstance(item, str)]
