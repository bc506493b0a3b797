from __future__ import annotations

import json

import pytest

from lineage.model import Scope
from lineage.scanners import package_metadata
from lineage.walk import read
from tests.doubles.memory import file_of, snapshot_of

Said = list[tuple[str, str, str | None]]


def said(path: str, text: str) -> Said:
    return [(f.key, f.value, f.expression) for f in package_metadata.scan(file_of(path, text))]


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        (
            "pyproject.toml",
            '[project]\nlicense = "Apache-2.0"\n',
            [("license", "Apache-2.0", "Apache-2.0")],
        ),
        (
            "pyproject.toml",
            '[project]\nlicense = {text = "MIT License"}\n',
            [("license", "MIT License", "MIT")],
        ),
        ("pyproject.toml", '[project]\nlicense = {file = "LICENSE"}\n', []),
        (
            "pyproject.toml",
            '[project]\nclassifiers = ["Topic :: X", "License :: OSI Approved :: MIT License"]\n',
            [("classifiers", "MIT License", "MIT")],
        ),
        ("pyproject.toml", '[tool.poetry]\nlicense = "MIT"\n', [("license", "MIT", "MIT")]),
        ("pyproject.toml", "[tool.ruff]\nline-length = 100\n", []),
        ("setup.cfg", "[metadata]\nlicense = MIT\n", [("license", "MIT", "MIT")]),
        (
            "setup.cfg",
            "[metadata]\nclassifiers =\n    License :: OSI Approved :: BSD License\n",
            [("classifiers", "BSD License", None)],
        ),
        (
            "setup.py",
            'setup(\n    name="x",\n    license="Apache 2.0 License",\n)\n',
            [("license", "Apache 2.0 License", "Apache-2.0")],
        ),
        ("setup.py", "setup(license=read('LICENSE'))\n", []),
        (
            "setup.py",
            "setup(classifiers=['License :: OSI Approved :: MIT License'])",
            [("classifiers", "MIT License", "MIT")],
        ),
        (
            "package.json",
            '{"license": "(MIT OR Apache-2.0)"}',
            [("license", "(MIT OR Apache-2.0)", "MIT OR Apache-2.0")],
        ),
        ("package.json", '{"license": {"type": "ISC", "url": "x"}}', [("license", "ISC", "ISC")]),
        ("package.json", '{"licenses": [{"type": "MIT"}]}', [("licenses", "MIT", "MIT")]),
        ("package.json", '{"license": "SEE LICENSE IN LICENSE.txt"}', []),
        ("package.json", '{"private": true}', []),
        (
            "Cargo.toml",
            '[package]\nlicense = "MIT/Apache-2.0"\n',
            [("license", "MIT/Apache-2.0", "MIT OR Apache-2.0")],
        ),
        ("Cargo.toml", "[package]\nlicense.workspace = true\n", []),
        (
            "PKG-INFO",
            "Metadata-Version: 2.4\nName: x\nLicense-Expression: MIT\nClassifier: License :: OSI Approved :: X\n\nLicense: GPL\n",
            [("License-Expression", "MIT", "MIT")],
        ),
        (
            "x-1.0.dist-info/METADATA",
            "Name: x\nClassifier: License :: OSI Approved :: MIT License\n",
            [("classifiers", "MIT License", "MIT")],
        ),
        ("setup.cfg", "[metadata]\nlicense = " + "a long text " * 20 + "\n", []),
    ],
)
def test_what_a_package_states(path: str, text: str, expected: Said) -> None:
    assert said(path, text) == expected


def test_a_statement_is_about_code_and_shows_where_it_stands() -> None:
    text = json.dumps({"name": "x", "license": "MIT"}, indent=1)
    (fact,) = package_metadata.scan(file_of("package.json", text))
    assert fact.scope is Scope.CODE
    assert fact.exhibit.lines == (3, 3)


@pytest.mark.parametrize(
    "path", ["vendor/x/package.json", "sub/setup.py", "a/b.dist-info/METADATA"]
)
def test_the_packages_of_parts_speak_for_these(path: str) -> None:
    assert not said(path, '{"license": "MIT"}\nLicense: MIT\nlicense="MIT"')


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("pyproject.toml", "[project\n"),
        ("pyproject.toml", "a = " + "[" * 20_000),
        ("setup.cfg", "[metadata]\n[metadata]\n"),
        ("setup.cfg", "no section\n"),
        ("package.json", "[]"),
        ("package.json", '{"license": "MIT", "license": "GPL-3.0"}'),
        ("package.json", "x" * (2 << 20)),
    ],
)
def test_a_malformed_file_is_unread(path: str, text: str) -> None:
    reading = read(snapshot_of({path: text}), [package_metadata])
    assert not reading.evidence
    assert len(reading.coverage.unread) == 1
