from __future__ import annotations

import io
import json
import os
import pickle
import struct
import zipfile
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lineage.formats import FormatError
from lineage.formats.paging import Source
from tests.doubles.sources import Ranges, same, source, tensors, whole

DATA = Path(__file__).parents[1] / "data/weights"
VALUES = json.loads((DATA / "values.json").read_text())


def expected(model: str) -> dict[str, np.ndarray]:
    return {
        name: np.array([float(v) for v in said["values"]], np.float32).reshape(said["shape"])
        for name, said in VALUES[model].items()
    }


@pytest.mark.parametrize("file", ["zip.pt", "plain.pt", "protocol4.pt"])
def test_every_tensor_reads_as_in_pytorch(file: str) -> None:
    found = tensors("pytorch", (DATA / file).read_bytes())
    known = expected("torch")
    assert list(found) == list(known)
    for name, values in known.items():
        assert same(whole(found[name]), values), name
    assert {found[name].dtype for name in ("half", "bfloat", "float8", "words", "truth")} == {
        *("F16", "BF16", "F8_E4M3", "U16", "BOOL")
    }


@pytest.mark.parametrize("file", ["zip.pt", "plain.pt"])
def test_each_row_reads_alone(file: str) -> None:
    found = tensors("pytorch", (DATA / file).read_bytes())
    for name, values in expected("torch").items():
        if not values.size:
            continue
        table = values.reshape(-1, values.shape[-1] if values.ndim else 1)
        for row in range(len(table)):
            assert same(found[name].rows(row, row + 1), table[row : row + 1]), (name, row)


def test_a_training_script_s_wrapper_is_taken_off() -> None:
    found = tensors("pytorch", (DATA / "wrapped.ckpt").read_bytes())
    known = expected("wrapped")
    assert {name: same(whole(found[name]), known[name]) for name in found} == dict.fromkeys(
        known, True
    )


def test_a_pickled_module_is_refused_by_the_name_of_its_class() -> None:
    with pytest.raises(FormatError, match=r"torch\.nn\.modules\.container\.Sequential"):
        tensors("pytorch", (DATA / "module.pt").read_bytes())


class Attack:
    """Would make a file if it were unpickled."""

    def __init__(self, function: Callable[..., object], *arguments: object) -> None:
        self.call = function, arguments

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return self.call


def archive(content: bytes, **members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        made.writestr("x/data.pkl", content)
        for name, inner in members.items():
            made.writestr(f"x/{name.replace('__', '/')}", inner)
    return buffer.getvalue()


@pytest.mark.parametrize("protocol", [0, 1, 2, 3, 4, 5])
@pytest.mark.parametrize("place", ["value", "key", "state"])
@pytest.mark.parametrize("form", ["zip", "bare", "plain"])
def test_nothing_is_executed(tmp_path: Path, protocol: int, place: str, form: str) -> None:
    mark = tmp_path / "executed"
    attack = Attack(os.system, f"touch {mark}")
    told: object = {"value": {"w": attack}, "key": {(attack,): 1}, "state": [{}, attack]}[place]
    content = pickle.dumps(told, protocol)
    if form == "zip":
        content = archive(content)
    elif form == "plain":
        parts = (0x1950A86A20F9469CFC6C, 1001, {"little_endian": True})
        content = b"".join(pickle.dumps(part, 2) for part in parts) + content
    with pytest.raises(FormatError):
        tensors("pytorch", content)
    assert not mark.exists()
    pickle.loads(pickle.dumps(attack))
    assert mark.exists()


GLOBALS = [
    *("os system", "posix system", "nt system", "builtins eval", "builtins getattr"),
    *("builtins __import__", "subprocess Popen", "torch load", "torch.storage _load_from_bytes"),
    *("torch._utils _rebuild_device_tensor_from_numpy", "torch._utils _rebuild_sparse_tensor"),
    *("numpy.core.multiarray _reconstruct", "_codecs encode", "torch hub.load", "collections X"),
    *("torch FloatStorage.from_file", "torch._utils _rebuild_tensor_v2.__globals__"),
]


@pytest.mark.parametrize("name", GLOBALS)
def test_a_global_outside_the_closed_set_is_named(name: str) -> None:
    module, _, function = name.partition(" ")
    content = b"\x80\x02c" + module.encode() + b"\n" + function.encode() + b"\n)R."
    with pytest.raises(FormatError, match=f"names {module}.{function}"):
        tensors("pytorch", archive(content))
    stacked = b"\x80\x04\x8c" + bytes([len(module)]) + module.encode()
    stacked += b"\x8c" + bytes([len(function)]) + function.encode() + b"\x93)R."
    with pytest.raises(FormatError, match=f"names {module}.{function}"):
        tensors("pytorch", archive(stacked))


@pytest.mark.parametrize(
    ("content", "opcode"),
    [
        (b"\x80\x02(S'x'\nios\nsystem\n.", "STRING"),
        (b"\x80\x02(ios\nsystem\n.", "INST"),
        (b"\x80\x02(cos\nsystem\no.", "os.system"),
        (b"\x80\x02(}o.", "OBJ"),
        (b"\x80\x02}}\x81.", "NEWOBJ"),
        (b"\x80\x04}}}\x92.", "NEWOBJ_EX"),
        (b"\x80\x02\x82\x01.", "EXT1"),
        (b"\x80\x02Pkey\n.", "PERSID"),
        (b"\x80\x02}2.", "DUP"),
        (b"\x80\x05\x97.", "NEXT_BUFFER"),
    ],
)
def test_an_opcode_outside_the_closed_set_is_named(content: bytes, opcode: str) -> None:
    with pytest.raises(FormatError, match=opcode):
        tensors("pytorch", archive(content))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x80",
        b"\x80\x02}",
        b"\x80\x02.",
        b"\x80\x02}}.",
        b"\x80\x02t.",
        b"\x80\x02h\x00.",
        b"\x80\x02u.",
        b"\x80\x02](K\x01K\x02u.",
        b"\x80\x02}(K\x01u.",
        b"\x80\x02}q\x00(h\x00K\x01u.",
        b"\x80\x02}\x8a\xff" + b"\x01" * 255 + b"K\x01s.",
        b"\x80\x02X\xff\xff\xff\x7f.",
        b"\x80\x04\x8d\xff\xff\xff\xff\xff\xff\xff\x7f.",
        b"\x80\x02ccollections\nOrderedDict\n(K\x01tR.",
        b"\x80\x02ctorch\nFloatStorage\n)R.",
        b"\x80\x02}b.",
        b"c" + b"a" * 100_000,
        b"\x80\x02(" * 3,
    ],
    ids=repr,
)
def test_a_malformed_pickle_is_refused(content: bytes) -> None:
    with pytest.raises(FormatError):
        tensors("pytorch", archive(content))


def test_shared_tuples_that_double_at_each_step_cost_nothing() -> None:
    content = (
        b"\x80\x02}q\x00K\x01" + b"q\x01h\x01\x86" * 200 + b"q\x01X\x01\x00\x00\x00aq\x02h\x01"
    )
    with pytest.raises(FormatError):
        tensors("pytorch", archive(content + b"s."))


class Global:
    """Pickles as a bare global of another program."""

    def __init__(self, module: str, name: str) -> None:
        self.module, self.name = module, name

    def written(self) -> bytes:
        return b"c" + self.module.encode() + b"\n" + self.name.encode() + b"\n"


def state(
    shape: list[int],
    strides: list[int],
    *,
    offset: int = 0,
    count: int = 12,
    kind: str = "FloatStorage",
    key: str = "0",
) -> bytes:
    """Return a state dict of one tensor ``w``, opcode by opcode."""

    def text(value: str) -> bytes:
        return b"X" + struct.pack("<I", len(value)) + value.encode()

    def whole_number(value: int) -> bytes:
        length = value.bit_length() // 8 + 1
        return b"\x8a" + bytes([length]) + value.to_bytes(length, "little", signed=True)

    def numbers(values: list[int]) -> bytes:
        return b"(" + b"".join(map(whole_number, values)) + b"t"

    storage = b"(" + text("storage") + Global("torch", kind).written() + text(key) + text("cpu")
    storage += whole_number(count) + b"tQ"
    rebuilt = Global("torch._utils", "_rebuild_tensor_v2").written() + b"(" + storage
    rebuilt += whole_number(offset) + numbers(shape) + numbers(strides) + b"\x89}tR"
    return b"\x80\x02}" + text("w") + rebuilt + b"s."


NUMBERS = np.arange(12, dtype="<f4").tobytes()


def test_the_encoder_of_these_tests_writes_what_is_read() -> None:
    found = tensors("pytorch", archive(state([3, 4], [4, 1]), data__0=NUMBERS, byteorder=b"little"))
    assert same(whole(found["w"]), np.arange(12, dtype=np.float32).reshape(3, 4))


@pytest.mark.parametrize(
    "content",
    [
        state([3, 5], [5, 1]),
        state([3, 4], [4, 1], offset=1),
        state([3, 4], [4, -1]),
        state([-3, 4], [4, 1]),
        state([3, 4], [1]),
        state([2], [1 << 62]),
        state([1 << 40, 1 << 40], [0, 0]),
        state([12], [1], offset=-1),
        state([3, 4], [4, 1], count=13),
        state([3, 4], [4, 1], count=-1),
        state([3, 4], [4, 1], kind="DoubleStorage"),
        state([3, 4], [4, 1], key="1"),
        state([3, 4], [4, 1], key="../0"),
        state([1] * 40, [1] * 40),
    ],
    ids=str,
)
def test_a_tensor_that_does_not_lie_in_its_storage_is_refused(content: bytes) -> None:
    with pytest.raises(FormatError):
        tensors("pytorch", archive(content, data__0=NUMBERS))


def test_big_endian_numbers_are_refused() -> None:
    content = archive(state([3, 4], [4, 1]), data__0=NUMBERS, byteorder=b"big")
    with pytest.raises(FormatError, match="byte order"):
        tensors("pytorch", content)
    parts = (0x1950A86A20F9469CFC6C, 1001, {"little_endian": False})
    plain = b"".join(pickle.dumps(part, 2) for part in parts) + state([3, 4], [4, 1])
    with pytest.raises(FormatError, match="byte order"):
        tensors("pytorch", plain)


def test_a_torchscript_program_is_refused() -> None:
    with pytest.raises(FormatError, match="TorchScript"):
        tensors("pytorch", archive(state([1], [1]), data__0=NUMBERS, **{"constants.pkl": b"x"}))


def plain(*, keys: object = None, count: int = 12, data: bytes = NUMBERS) -> bytes:
    parts = (0x1950A86A20F9469CFC6C, 1001, {"little_endian": True})
    head = b"".join(pickle.dumps(part, 2) for part in parts) + state([3, 4], [4, 1])
    return head + pickle.dumps(["0"] if keys is None else keys, 2) + struct.pack("<Q", count) + data


def test_a_plain_file_is_read_and_a_cut_one_refused() -> None:
    assert same(
        whole(tensors("pytorch", plain())["w"]), np.arange(12, dtype=np.float32).reshape(3, 4)
    )
    for broken in (
        plain(keys=["1"]),
        plain(keys=["0", "0"]),
        plain(keys={}),
        plain(keys=["0", "2"]),
        plain(count=11),
        plain(data=NUMBERS[:-1]),
        plain()[:60],
        b"\x80\x02K\x01.",
    ):
        with pytest.raises(FormatError):
            tensors("pytorch", broken)


def test_only_what_is_asked_for_is_fetched() -> None:
    big = np.arange(4_000_000, dtype="<f4")
    content = archive(state([4000, 1000], [1000, 1], count=4_000_000), data__0=big.tobytes())
    file = Ranges(content)
    from lineage.formats.pytorch import read_tensors

    read = Source(file, len(content))
    (tensor,) = read_tensors(read)
    described = read.fetched
    assert described < 64 << 10
    rows = tensor.rows(3000, 3010)
    assert same(rows, big.reshape(4000, 1000)[3000:3010])
    assert read.fetched - described < 40_000 + (8 << 10)


def test_a_transposed_matrix_is_read_without_the_rest_of_its_storage() -> None:
    big = np.arange(4_000_000, dtype="<f4").reshape(2000, 2000)
    content = archive(state([2000, 2000], [1, 2000], count=4_000_000), data__0=big.tobytes())
    from lineage.formats.pytorch import read_tensors

    read = source(content)
    (tensor,) = read_tensors(read)
    assert same(tensor.rows(700, 1700), big.T[700:1700].copy())
    before = read.fetched
    assert same(tensor.rows(5, 6), big.T[5:6].copy())
    assert read.fetched - before <= 16_100_000


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_a_damaged_file_is_read_or_refused_and_nothing_else(data: st.DataObject) -> None:
    content = bytearray((DATA / data.draw(st.sampled_from(["zip.pt", "plain.pt"]))).read_bytes())
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        for tensor in tensors(
            "pytorch", bytes(content[: data.draw(st.integers(0, 99_999))])
        ).values():
            whole(tensor)
    except FormatError:
        pass


def test_an_ordered_dict_of_pairs_is_one() -> None:
    content = pickle.dumps(OrderedDict(a=1), 2)
    with pytest.raises(FormatError, match="no tensors"):
        tensors("pytorch", archive(content))
