"""What a catalogue keeps of a model: small, the same every time, and never trusted."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lineage.kinship.compare import compare
from lineage.kinship.fingerprint import Fingerprint
from lineage.kinship.prepared import Model
from lineage.kinship.screen import holm, screen
from lineage.kinship.storage import LARGEST, decode, encode
from lineage.kinship.verdict import Related
from lineage.kinship.weights import weights_of_arrays
from tests.doubles.grown import grown, moved, renamed, trained_on, weights
from tests.doubles.vast import Vast

PARENT = grown(1)


def _of(model: dict[str, np.ndarray]) -> Fingerprint:
    return Model(weights(model)).fingerprint()


def test_a_fingerprint_survives_storage() -> None:
    made = _of(PARENT)
    back = decode(encode(made))
    assert back.digests == made.digests
    assert [s.gain_places for s in back.sketches] == [s.gain_places for s in made.sketches]
    for one, two in zip(made.sketches, back.sketches, strict=True):
        assert np.array_equal(one.coordinates, two.coordinates)
        assert np.allclose(one.gains, two.gains, atol=1e-3)
        for mine, yours in zip(one.tables, two.tables, strict=True):
            assert np.array_equal(mine.tokens, yours.tokens)
            assert np.corrcoef(mine.values.ravel(), yours.values.ravel())[0, 1] > 0.997


def test_the_same_model_gives_the_same_bytes() -> None:
    assert encode(_of(PARENT)) == encode(
        _of({name: values.copy() for name, values in PARENT.items()})
    )


def test_a_child_is_found_among_strangers_by_fingerprints_alone() -> None:
    references = [decode(encode(_of(grown(seed)))) for seed in range(1, 13)]
    found = screen(_of(trained_on(PARENT, 3, 0.4)), references)
    assert [one.related for one in found] == [Related.YES] + [Related.NO] * 11
    assert found[0].adjusted is not None
    assert found[0].p_value is not None
    assert found[0].p_value <= found[0].adjusted < 1e-6


def test_renaming_hides_nothing_from_a_screen() -> None:
    references = [_of(grown(seed)) for seed in (2, 1)]
    found = screen(_of(renamed(trained_on(PARENT, 3, 0.3))), references)
    assert found[0].related is Related.NO
    # Which rows to probe is not known without names, so that a shared seed is not ruled out here.
    assert found[1].related is Related.SHARED_INITIALISATION


def test_a_copy_shares_its_digests_and_a_rotated_one_none() -> None:
    turn = np.linalg.qr(np.random.default_rng(0).normal(size=(48, 48)))[0]
    copy, rotated = screen(_of(PARENT), [_of(renamed(PARENT)), _of(moved(PARENT, turn))])
    assert copy.equal_tensors == len(PARENT)
    assert rotated.equal_tensors == 0


def test_numbers_of_positions_are_no_equal_tensor() -> None:
    positions = {"position_ids": np.arange(512, dtype=np.float32)[None]}
    (found,) = screen(_of(grown(2) | positions), [_of(PARENT | positions)])
    assert found.equal_tensors == 0
    (copied,) = screen(_of(PARENT), [_of(PARENT | positions)])
    assert copied.equal_tensors == len(PARENT)


def test_holm_keeps_order_and_bounds() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx((0.03, 0.06, 0.06))
    assert holm([]) == ()
    assert holm([1e-9] * 1000)[0] == pytest.approx(1e-6)


def test_a_vast_model_is_fingerprinted_within_its_budget() -> None:
    suspect = Vast(1)
    model = Model(suspect)
    model.digests()
    model.sketch(0, with_grams=False)
    assert suspect.bytes_read < 5_000_000
    made = model.fingerprint()
    assert suspect.bytes_read < 50_000_000
    assert len(encode(made)) <= LARGEST


def test_large_models_are_compared_from_some_of_their_rows() -> None:
    parent = Model(Vast(1, layers=2))
    child, stranger = Vast(1, noise=0.5, layers=2), Vast(3, layers=2)
    found = compare(child, parent)
    assert found.related is Related.YES
    assert found.layer_map is not None
    assert found.layer_map.in_place
    assert child.bytes_read < 80_000_000
    silent = compare(stranger, parent)
    assert silent.related is Related.NO
    assert "not looked for" in silent.power


@pytest.mark.parametrize("width", [384, 768, 1024])
def test_a_model_that_does_not_fit_loses_rows_of_tokens_and_not_its_tower(width: int) -> None:
    generator = np.random.default_rng(width)
    parent = _broad(width, generator)
    noise = {n: generator.normal(size=v.shape).astype(np.float32) for n, v in parent.items()}
    child = {n: v + np.float32(0.3 * v.std()) * noise[n] for n, v in parent.items()}
    packed = encode(Model(weights_of_arrays(parent)).fingerprint())
    assert len(packed) <= LARGEST
    kept = decode(packed)
    assert len(kept.sketches) == 1
    assert len(kept.sketches[0].tables[0].ids) >= 64
    stranger = decode(encode(Model(weights_of_arrays(_broad(width, generator))).fingerprint()))
    found = screen(Model(weights_of_arrays(child)).fingerprint(), [kept, stranger])
    assert found[0].adjusted is not None
    assert found[0].adjusted < 1e-6
    assert found[1].related is Related.NO


def _broad(width: int, generator: np.random.Generator) -> dict[str, np.ndarray]:
    """Return a model with the width of real ones, two token tables, and next to no layers."""
    shapes: dict[str, tuple[int, ...]] = {"model.embed_tokens.weight": (2000, width)}
    for layer in range(2):
        place = f"model.layers.{layer}."
        shapes |= {
            place + "input_layernorm.weight": (width,),
            place + "self_attn.k_proj.weight": (64, width),
            place + "post_attention_layernorm.weight": (width,),
            place + "mlp.up_proj.weight": (128, width),
        }
    shapes |= {"lm_head.weight": (2000, width)}
    return {
        name: generator.normal(size=shape).astype(np.float32) + (1 if len(shape) == 1 else 0)
        for name, shape in shapes.items()
    }


GOOD = encode(_of(PARENT))


@settings(max_examples=150, deadline=None)
@given(place=st.integers(0, len(GOOD) - 1), value=st.integers(0, 255))
def test_a_damaged_fingerprint_is_refused_or_read_and_never_breaks(place: int, value: int) -> None:
    content = bytearray(GOOD)
    content[place] = value
    try:
        found = decode(bytes(content))
    except ValueError:
        return
    screen(found, [decode(GOOD)])


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"LKFP",
        b"LKFP" + struct.pack("<I", 1 << 31),
        b"LKFP" + struct.pack("<I", 2) + b"{}",
        b"LKFP" + struct.pack("<I", 4) + b"null" + b"x",
        GOOD[:-20],
        GOOD + bytes(LARGEST),
    ],
)
def test_what_is_no_fingerprint_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match="fingerprint"):
        decode(content)
