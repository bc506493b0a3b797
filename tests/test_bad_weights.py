"""Weights that are broken, hostile or of another kind: a reason each time, and never a p-value."""

from __future__ import annotations

import io
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from lineage.comparison import compare
from lineage.holdings import holding_of
from lineage.kinship.verdict import Related
from lineage.policy import Exit
from lineage.sources import SourceOptions, open_snapshot
from tests.checkpoint_folders import checkpoint
from tests.doubles.grown import TOKENS, WIDTH, Arrays, grown
from tests.formats.test_safetensors import HOSTILE

PARENT = grown(1)
#: Refused by the header's reader alone: nothing of these is ever taken for a model.
_MALFORMED = sorted(HOSTILE)


@pytest.fixture(scope="module")
def parent(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(checkpoint(tmp_path_factory.mktemp("good"), "parent", PARENT))


@pytest.mark.parametrize("name", _MALFORMED)
def test_a_malformed_file_is_unread_and_not_compared(
    tmp_path: Path, parent: str, name: str
) -> None:
    bad = checkpoint(tmp_path, "bad", PARENT)
    (bad / "model.safetensors").write_bytes(HOSTILE[name])
    found = compare(str(bad), parent)
    assert found.kinship.related is Related.CANNOT_DETERMINE
    assert (found.kinship.p_value, found.kinship.tests) == (None, ())
    assert [gap.path for gap in found.suspect.unread] == ["model.safetensors"]
    assert found.exit_code is Exit.INCOMPLETE
    with open_snapshot(str(bad), SourceOptions()) as snapshot:
        held = holding_of(snapshot)
    assert held.model is None  # so that nothing can be indexed
    assert "model.safetensors" in held.reason


class _Payload:
    def __reduce__(self) -> tuple[Callable[[str], object], tuple[str]]:
        return eval, ("open('/tmp/lineage-was-here', 'w')",)


def _pickle() -> bytes:
    return pickle.dumps(_Payload())


def _zip_of_a_pickle() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("archive/data.pkl", _pickle())
    return made.getvalue()


def _bomb() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("archive/data.pkl", bytes(50 << 20))
    return made.getvalue()


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("pytorch_model.bin", _pickle()),
        ("pytorch_model.bin", _zip_of_a_pickle()),
        ("pytorch_model.bin", _bomb()),
        ("pytorch_model.bin", b"\x80\x02" + b"(" * 10_000),
        ("model.gguf", b"GGUF" + b"\xff" * 64),
        ("model.onnx", b"\x0a" * 4096),
        ("model.npz", b"PK\x03\x04" + b"\0" * 64),
    ],
)
def test_other_formats_are_unread_and_nothing_is_executed(
    tmp_path: Path, parent: str, file: str, content: bytes
) -> None:
    bad = checkpoint(tmp_path, "bad", PARENT)
    (bad / "model.safetensors").unlink()
    (bad / file).write_bytes(content)
    found = compare(str(bad), parent)
    assert found.kinship.related is Related.CANNOT_DETERMINE
    assert (found.kinship.p_value, found.kinship.tests) == (None, ())
    assert found.exit_code is Exit.INCOMPLETE
    assert not Path("/tmp/lineage-was-here").exists()


def _bert() -> Arrays:
    """Return a model of another family, of the same width and tokens."""
    generator = np.random.default_rng(3)
    shapes: dict[str, tuple[int, ...]] = {
        "embeddings.word_embeddings.weight": (TOKENS, WIDTH),
        "embeddings.LayerNorm.weight": (WIDTH,),
        "embeddings.LayerNorm.bias": (WIDTH,),
    }
    for layer in range(4):
        place = f"encoder.layer.{layer}."
        shapes |= {
            place + f"attention.self.{name}.weight": (WIDTH, WIDTH)
            for name in ("query", "key", "value")
        }
        shapes |= {
            place + "attention.output.dense.weight": (WIDTH, WIDTH),
            place + "attention.output.LayerNorm.weight": (WIDTH,),
            place + "attention.output.LayerNorm.bias": (WIDTH,),
            place + "intermediate.dense.weight": (4 * WIDTH, WIDTH),
            place + "output.dense.weight": (WIDTH, 4 * WIDTH),
            place + "output.LayerNorm.weight": (WIDTH,),
            place + "output.LayerNorm.bias": (WIDTH,),
        }
    return {n: generator.normal(size=s).astype(np.float32) for n, s in shapes.items()}


def _all_infinite() -> Arrays:
    return {n: np.full_like(v, np.inf) for n, v in PARENT.items()}


def _one_number_everywhere() -> Arrays:
    return {n: np.full_like(v, 0.25) for n, v in PARENT.items()}


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        (_bert, "different families"),
        (_all_infinite, "NaN or infinity"),
        (_one_number_everywhere, "constant"),
    ],
)
def test_what_cannot_be_tested_is_no_verdict(
    tmp_path: Path, parent: str, made: Callable[[], Arrays], reason: str
) -> None:
    bad = checkpoint(tmp_path, "bad", made())
    for pair in ((str(bad), parent), (parent, str(bad))):
        found = compare(*pair)
        assert found.kinship.related is Related.CANNOT_DETERMINE
        assert (found.kinship.p_value, found.kinship.tests) == (None, ())
        assert reason in found.kinship.words


def test_a_missing_shard_is_named(tmp_path: Path, parent: str) -> None:
    bad = checkpoint(tmp_path, "bad", PARENT)
    (bad / "model.safetensors").unlink()
    half = dict(list(PARENT.items())[: len(PARENT) // 2])
    save_file(half, bad / "model-00001-of-00002.safetensors")
    found = compare(str(bad), parent)
    assert found.kinship.related is Related.CANNOT_DETERMINE
    assert found.kinship.p_value is None
    assert "model-00002-of-00002.safetensors" in " ".join(
        f"{gap.path} {gap.reason}" for gap in found.suspect.unread
    )
    assert found.exit_code is Exit.INCOMPLETE
