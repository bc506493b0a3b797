"""``lineage compare`` as a user runs it, on checkpoints on disk."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from safetensors.numpy import save_file

from lineage.comparison import CompareOptions, Comparison, compare
from lineage.kinship.verdict import Related
from lineage.model import Relation, Tier
from lineage.policy import Exit
from lineage.reports import COMPARISONS, Page
from lineage.sources import SourceOptions
from tests.checkpoint_folders import checkpoint
from tests.doubles.grown import grown, renamed, trained_on
from tests.reports.test_json_report import strict
from tests.test_cli import run

SCHEMA = json.loads((files("lineage.reports") / "compare.schema.json").read_text("utf-8"))
AUDIT = json.loads((files("lineage.reports") / "audit.schema.json").read_text("utf-8"))
PARENT = grown(1)


@pytest.fixture(scope="module")
def zoo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("zoo")
    checkpoint(folder, "parent", PARENT)
    checkpoint(folder, "child", trained_on(PARENT, 1, 0.3))
    checkpoint(folder, "copy", renamed(PARENT))
    checkpoint(folder, "stranger", grown(2))
    return folder


def of(zoo: Path, suspect: str, reference: str = "parent") -> Comparison:
    return compare(str(zoo / suspect), str(zoo / reference))


def said(comparison: Comparison) -> str:
    text = COMPARISONS["table"].render(comparison, Page())
    return " ".join(text.split())


def test_a_child_is_said_to_be_one(zoo: Path) -> None:
    found = of(zoo, "child")
    assert (found.kinship.related, found.kinship.relation) == (Related.YES, Relation.FINETUNE)
    assert found.exit_code is Exit.PASS
    page = said(found)
    assert page.startswith("The weights are not independent of the reference's (p < 1e-")
    for words in (
        "finetune: the reference, trained further",
        "tier B",
        "the reference came first",
        "95 % interval",
        "would have been seen",
        "no verdict rests on it",
        "not legal advice",
    ):
        assert words in page
    assert "stolen" not in page


def test_a_stranger_has_a_power_statement_and_no_verdict(zoo: Path) -> None:
    found = of(zoo, "stranger")
    assert found.kinship.related is Related.NO
    assert found.exit_code is Exit.PASS
    page = said(found)
    assert page.startswith("No evidence of kinship")
    assert "would have been seen" in page
    assert "Related no evidence that they are" in page


def test_a_copy_is_identical_whatever_its_tensors_are_called(zoo: Path) -> None:
    found = of(zoo, "copy")
    assert (found.kinship.relation, found.kinship.tier) == (Relation.IDENTICAL, Tier.A)
    assert "not to be seen: they hold the same numbers" in said(found)


@pytest.mark.parametrize("suspect", ["child", "copy", "stranger"])
def test_the_json_is_as_the_schema_says_and_the_same_each_time(zoo: Path, suspect: str) -> None:
    first, second = (COMPARISONS["json"].render(of(zoo, suspect), Page()) for _ in range(2))
    assert first == second
    report = json.loads(first)
    jsonschema.Draft202012Validator(strict(SCHEMA)).validate(report)
    assert {"schema_version", "suspect", "reference", "kinship", "code"} == report.keys()
    assert report["code"] is None


def test_both_schemas_describe_one_kinship() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    for part in ("kinship", "test", "repo"):
        assert SCHEMA["$defs"][part] == AUDIT["$defs"][part]


def _nan(place: Path) -> None:
    arrays = dict(PARENT)
    arrays["model.norm.weight"] = np.full_like(arrays["model.norm.weight"], np.nan)
    save_file(arrays, place / "model.safetensors")


def _alike(place: Path) -> None:
    save_file({n: np.ones_like(v) for n, v in PARENT.items()}, place / "model.safetensors")


def _one_layer(place: Path) -> None:
    save_file(grown(4, layers=1), place / "model.safetensors")


def _empty(place: Path) -> None:
    arrays = {**PARENT, "model.norm.weight": np.zeros(0, np.float32)}
    save_file(arrays, place / "model.safetensors")


def _images(place: Path) -> None:
    generator = np.random.default_rng(0)
    shapes = {"conv1.weight": (8, 3, 3, 3), "conv2.weight": (16, 8, 3, 3), "fc.weight": (10, 16)}
    arrays = {n: generator.normal(size=s).astype(np.float32) for n, s in shapes.items()}
    save_file(arrays, place / "model.safetensors")


def _pointer(place: Path) -> None:
    (place / "model.safetensors").write_text(
        f"version https://git-lfs.github.com/spec/v1\noid sha256:{'ab' * 32}\nsize 123456\n",
        "utf-8",
    )


def _shard(place: Path) -> None:
    (place / "model.safetensors").rename(place / "model-00001-of-00002.safetensors")


def _cut(place: Path) -> None:
    content = (place / "model.safetensors").read_bytes()
    (place / "model.safetensors").write_bytes(content[: len(content) // 2])


def _none(place: Path) -> None:
    (place / "model.safetensors").unlink()


@pytest.mark.parametrize(
    ("spoil", "reason", "unread"),
    [
        (_nan, "NaN", False),
        (_alike, "constant", False),
        (_one_layer, "one layer is all there is", False),
        (_empty, "hold nothing", False),
        (_images, "neither a width nor a vocabulary in common", False),
        (_pointer, "Git LFS pointer", True),
        (_shard, "model-00002-of-00002.safetensors", True),
        (_cut, "safetensors", True),
        (_none, "no weights in a format that is read", True),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_bad_input_is_never_a_p_value(
    tmp_path: Path, zoo: Path, spoil: Callable[[Path], None], reason: str, *, unread: bool
) -> None:
    spoil(checkpoint(tmp_path, "bad", PARENT))
    bad, good = str(tmp_path / "bad"), str(zoo / "parent")
    for suspect, reference in ((bad, good), (good, bad)):
        found = compare(suspect, reference)
        assert found.kinship.related is Related.CANNOT_DETERMINE
        assert reason in found.kinship.words
        assert found.kinship.p_value is None
        assert found.kinship.tests == ()
        assert found.exit_code is (Exit.INCOMPLETE if unread else Exit.PASS)
        report = json.loads(COMPARISONS["json"].render(found, Page()))
        jsonschema.Draft202012Validator(strict(SCHEMA)).validate(report)
        said(found)


def test_the_byte_limit_is_hard_and_what_it_hid_is_unread(zoo: Path) -> None:
    limited = SourceOptions(max_bytes=60_000)
    found = compare(str(zoo / "child"), str(zoo / "parent"), CompareOptions(suspect=limited))
    assert found.suspect.bytes_read <= 60_000
    assert found.kinship.related is Related.CANNOT_DETERMINE
    assert "byte limit" in found.suspect.unread[0].reason
    assert found.exit_code is Exit.INCOMPLETE


def test_the_command(zoo: Path) -> None:
    ran = run("compare", str(zoo / "child"), str(zoo / "parent"), "--format", "json", "--offline")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert json.loads(ran.stdout)["kinship"]["related"] == "yes"
    assert run("compare", str(zoo / "child")).returncode == 2
    assert run("compare", str(zoo / "child"), "no-such-thing").returncode == 2
    assert run("compare", str(zoo / "child"), "hf:org/name", "--offline").returncode == 3
