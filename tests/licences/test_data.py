"""The shipped index is the one that the sources beside it make."""

from __future__ import annotations

import hashlib
from importlib.metadata import version
from importlib.resources import files
from io import BytesIO

import numpy as np
import pytest

from lineage.licences import KNOWLEDGE_VERSION
from lineage.licences.index import ROW, shipped
from lineage.licences.tags import expression_of_spdx, licences_of
from lineage.licences.words import texts_of
from tests.licences import texts

DATA = files("lineage.licences") / "data"
NAMES = ("runs.npy", "expressions.txt", "identifiers.tsv", "sketches.npy", "sketched.tsv")


def test_the_version_is_that_of_the_files() -> None:
    digest = hashlib.sha256(b"".join((DATA / name).read_bytes() for name in NAMES)).hexdigest()
    assert KNOWLEDGE_VERSION.endswith(f" {digest[:12]}")
    assert version("scancode-toolkit") in KNOWLEDGE_VERSION


def test_the_files_are_small() -> None:
    assert sum(len((DATA / name).read_bytes()) for name in NAMES) < 4 << 20


@pytest.mark.parametrize(
    "name", ["apache-2.0_7", "mit_1", "bsd-new_1", "gpl-2.0-plus_1", "false-positive_1"]
)
def test_runs_are_made_as_texts_are_read(name: str) -> None:
    """A change to how words are read asks for ``python tools/build_licence_index.py``."""
    rows = np.load(BytesIO((DATA / "runs.npy").read_bytes()))
    assert rows.dtype == ROW
    known = set(zip(rows["words"].tolist(), rows["digest"].tolist(), strict=True))
    for text in texts_of(texts.rule(name).split("\n")):
        for reading in text.readings():
            found = (len(reading), reading.digest(0, len(reading))) in known
            # Rules below the trust that the tool asks for are left out.
            assert found is (name != "mit_1331")


def test_every_expression_is_one() -> None:
    written = (DATA / "expressions.txt").read_text(encoding="utf-8").split("\n")
    assert written[0] == ""
    assert written == sorted(written)
    broken = [name for name in written[1:] if not expression_of_spdx(name)]
    assert broken == []
    assert all(licences_of(name) for name in written[1:])


def test_the_index_is_as_long_as_its_file() -> None:
    assert len(shipped()) == len(np.load(BytesIO((DATA / "runs.npy").read_bytes())))


def test_the_attribution_is_there() -> None:
    readme = (DATA / "README.md").read_text(encoding="utf-8")
    assert "CC-BY-4.0" in readme
    assert "Copyright (c) nexB Inc. and others" in readme
