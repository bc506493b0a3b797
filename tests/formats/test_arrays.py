from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis.extra import numpy as hnp

from lineage.formats import FormatError
from tests.doubles.sources import same, source, tensors, whole


def npz(*, compressed: bool = False, **arrays: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", 8 * compressed) as made:  # as numpy.savez does it
        for name, array in arrays.items():
            made.writestr(f"{name}.npy", npy(array, allow_pickle=True))
    return buffer.getvalue()


def npy(array: np.ndarray, **options: bool) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array, **options)
    return buffer.getvalue()


@pytest.mark.parametrize("compressed", [False, True])
@pytest.mark.parametrize("dtype", ["f2", "f4", "f8", "i1", "i8", "u2", "?"])
def test_arrays_read_as_in_numpy(dtype: str, *, compressed: bool) -> None:
    rng = np.random.default_rng(1)
    array = (rng.standard_normal((40, 30)) * 9).astype(dtype)
    turned = np.asfortranarray(array)
    found = tensors("numpy", npz(compressed=compressed, a=array, b=turned, c=array[0]))
    assert list(found) == ["a", "b", "c"]
    for name in ("a", "b"):
        assert same(whole(found[name]), array.astype(np.float32)), name
        assert same(found[name].rows(7, 11), array[7:11].astype(np.float32)), name
    assert same(whole(found["c"]), array[0].astype(np.float32))


@settings(max_examples=40, deadline=None)
@given(array=hnp.arrays(np.float32, hnp.array_shapes(min_dims=0, max_dims=4, min_side=0)))
def test_any_array_comes_back(array: np.ndarray) -> None:
    assert same(whole(tensors("numpy", npy(array))[""]), array)
    turned = np.asfortranarray(array)
    assert same(whole(tensors("numpy", npz(a=turned))["a"]), turned)


def test_numpy_s_own_archives_are_read() -> None:
    array = np.random.default_rng(1).standard_normal((5, 4)).astype(np.float32)
    for save in (np.savez, np.savez_compressed):
        buffer = io.BytesIO()
        save(buffer, a=array)
        assert same(whole(tensors("numpy", buffer.getvalue())["a"]), array)


def test_compressed_rows_read_backwards_as_forwards() -> None:
    array = np.random.default_rng(2).standard_normal((3000, 50)).astype(np.float32)
    (found,) = tensors("numpy", npz(compressed=True, a=array)).values()
    for row in (2999, 0, 1500, 1499, 2998, 3):
        assert same(found.rows(row, row + 1), array[row : row + 1])


class Attack:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, (f"touch {os.environ['HOME']}/executed",)


def test_objects_are_never_unpickled(own_home: Path) -> None:
    objects = np.array([Attack()], dtype=object)
    for content in (npz(a=objects), npy(objects, allow_pickle=True)):
        (found,) = tensors("numpy", content).values()
        with pytest.raises(FormatError, match="never unpickled"):
            found.rows(0, 1)
    assert not (own_home / "executed").exists()


def header(text: str, version: bytes = b"\1\0") -> bytes:
    return b"\x93NUMPY" + version + len(text).to_bytes(2, "little") + text.encode()


@pytest.mark.parametrize(
    "content",
    [
        b"\x93NUMPY",
        header("{'descr': '<f4', 'fortran_order': False, 'shape': (4,), }") + b"\0" * 15,
        header("{'descr': '<f4', 'fortran_order': False, 'shape': (4,), }") + b"\0" * 17,
        header("{'descr': '<f4', 'fortran_order': False, 'shape': (-4,), }"),
        header("{'descr': '<f4', 'fortran_order': False, 'shape': (True,), }") + b"\0" * 4,
        header("{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904, 4), }"),
        header("{'descr': 'no such', 'fortran_order': False, 'shape': (4,), }"),
        header("__import__('os').system('true')"),
        header("(" * 9_000),
        header("{'descr': '<f4'}"),
        header("", b"\3\0"),
        header("x" * 20_000),
        b"PK\3\4" + b"\0" * 100,
        b"",
    ],
    ids=lambda content: repr(content[:60]),
)
def test_a_malformed_header_is_refused(content: bytes) -> None:
    with pytest.raises(FormatError):
        tensors("numpy", content)


@pytest.mark.parametrize("descr", ["'>f4'", "'<c8'", "'<U3'", "[('a', '<f4')]", "('<f4', (2,))"])
def test_an_array_of_other_things_is_listed_and_not_read(descr: str) -> None:
    text = f"{{'descr': {descr}, 'fortran_order': False, 'shape': (4,), }}"
    try:
        (found,) = tensors("numpy", header(text) + b"\0" * 96).values()
    except FormatError:
        return
    with pytest.raises(FormatError):
        found.rows(0, 1)


def test_the_source_counts_what_a_compressed_array_costs() -> None:
    array = np.random.default_rng(2).standard_normal((3000, 50)).astype(np.float32)
    content = npz(compressed=True, a=array)
    read = source(content)
    from lineage.formats.arrays import read_tensors

    (found,) = read_tensors(read)
    found.rows(0, 3000)
    assert read.fetched >= len(content) * 0.9
