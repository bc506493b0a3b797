"""Shards: what was written is read again, and damage of any kind is told."""

from __future__ import annotations

import hashlib
import json
import random
import zlib
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from xxhash import xxh3_64_hexdigest

from lineage.code import CodeCatalogue, FilePrint, Release, Work, fingerprint, look_up
from lineage.code.gathering import Harvest
from lineage.code.shard import ENDING, MAGIC, Shard
from tests.code.programs import FIRST, SECOND, THIRD
from tests.doubles.memory import snapshot_of


@pytest.fixture
def path(tmp_path: Path) -> Path:
    harvest = Harvest(Work("acorn", "pkg:pypi/acorn", "https://pypi.org/project/acorn/"), jobs=1)
    for version, text in (("1.0", FIRST), ("2.0", SECOND), ("3.0", THIRD)):
        harvest.add(snapshot_of({"acorn/routes.py": text}), Release(version, None, "MIT"))
    return harvest.write(tmp_path)


def suspect() -> FilePrint:
    found = fingerprint("x.py", (FIRST.replace("Cart", "Sled") + "\nx = 1\n").encode())
    assert isinstance(found, FilePrint)
    return found


def test_what_was_written_is_read_again(path: Path) -> None:
    shard = Shard(path)
    assert shard.is_sound()
    assert shard.contents.work.purl == "pkg:pypi/acorn"
    assert [one.version for one in shard.contents.releases] == ["1.0", "2.0", "3.0"]
    family = shard.family(0)
    assert family.path == "acorn/routes.py"
    for state, text in zip(family.states, (FIRST, SECOND, THIRD), strict=True):
        made = fingerprint("acorn/routes.py", text.encode())
        assert isinstance(made, FilePrint)
        assert (state.blob, state.stream, state.shape, state.tokens) == (
            made.blob,
            made.stream,
            made.shape,
            made.tokens,
        )
    for number, text in enumerate((FIRST, SECOND, THIRD)):
        made = fingerprint("acorn/routes.py", text.encode())
        assert isinstance(made, FilePrint)
        order, lines = family.named.of(number)
        low = [one & 0xFFFFFFFF for one in made.named.hashes.tolist()]
        assert family.named.pool[order].tolist() == low
        assert lines.tolist() == made.named.first.tolist()
        assert family.functions[number] == made.functions
        counts = family.statements.counts[number].tolist()
        pairs = zip(family.statements.pool.tolist(), counts, strict=True)
        assert Counter(made.statements.tolist()) == Counter({s: n for s, n in pairs if n})


def test_a_shard_holds_no_code(path: Path) -> None:
    content = path.read_bytes()
    assert not [word for word in (b"heapq", b"fences", b"CartRouter") if word in content]


def test_the_same_releases_give_the_same_bytes(path: Path, tmp_path: Path) -> None:
    harvest = Harvest(Work("acorn", "pkg:pypi/acorn", "https://pypi.org/project/acorn/"), jobs=1)
    for version, text in (("1.0", FIRST), ("2.0", SECOND), ("3.0", THIRD)):
        harvest.add(snapshot_of({"acorn/routes.py": text}), Release(version, None, "MIT"))
    again = harvest.write(tmp_path / "again")
    assert again.name == path.name
    assert again.read_bytes() == path.read_bytes()


@pytest.mark.parametrize("content", [b"", b"x", MAGIC, MAGIC + b"\xff\xff\xff\xff", b"PK" * 99])
def test_what_is_no_shard_is_left_out(content: bytes, tmp_path: Path) -> None:
    (tmp_path / f"a{ENDING}").write_bytes(content)
    catalogue = CodeCatalogue([tmp_path])
    assert not catalogue.shards
    (fault,) = catalogue.faults
    assert fault.startswith(f"a{ENDING} is left out: ")


def test_a_damaged_shard_is_left_out_of_the_look_up(path: Path) -> None:
    whole = path.read_bytes()
    right = look_up([suspect()], CodeCatalogue([path.parent])).matches[0].upstream
    chance = random.Random(6)
    told = 0
    for _ in range(150):
        damaged = bytearray(whole)
        at = chance.randrange(len(whole))
        damaged[at] ^= 1 << chance.randrange(8)
        path.write_bytes(damaged)
        catalogue = CodeCatalogue([path.parent])
        matches = look_up([suspect()], catalogue).matches
        assert bool(matches) != bool(catalogue.faults)
        assert all(one.upstream == right for one in matches)
        told += bool(catalogue.faults)
    assert told > 100  # some bits of the header are of no account
    path.write_bytes(whole)
    catalogue = CodeCatalogue([path.parent])
    assert look_up([suspect()], catalogue).matches
    assert not catalogue.faults


def crafted(whole: bytes, change: Callable[[list[list[object]]], None]) -> bytes:
    """Return a shard with sections of hostile make, under digests that are right."""
    length = int.from_bytes(whole[len(MAGIC) : len(MAGIC) + 4], "little")
    start = len(MAGIC) + 4
    header = json.loads(zlib.decompress(whole[start : start + length]))
    at = start + length
    sections: list[list[object]] = []
    for name, count, size, _ in header["sections"]:
        sections.append([name, count, whole[at : at + size]])
        at += size
    change(sections)
    parts = [(str(name), count, bytes(data)) for name, count, data in sections]  # type: ignore[call-overload] # bytes
    body = b"".join(data for *_, data in parts)
    header["sections"] = [
        [name, count, len(data), "" if name == "records" else xxh3_64_hexdigest(data)]
        for name, count, data in parts
    ]
    header["sha256"] = hashlib.sha256(body).hexdigest()
    head = zlib.compress(json.dumps(header).encode())
    return MAGIC + len(head).to_bytes(4, "little") + head + body


SECTIONS = ("keys", "blobs", "streams", "shapes", "sizes", "lengths", "common", "heads", "records")


@pytest.mark.parametrize("name", SECTIONS)
@pytest.mark.parametrize(
    "values", [{1: 99_999}, {2: b"\x01zzzz"}, {2: zlib.compress(b"[" * 200_000)}, None], ids=str
)
def test_a_shard_of_hostile_make_is_told(
    name: str, values: dict[int, object] | None, path: Path
) -> None:
    def change(sections: list[list[object]]) -> None:
        place = next(n for n, one in enumerate(sections) if one[0] == name)
        if values is None:
            del sections[place]
        for at, value in (values or {}).items():
            sections[place][at] = value

    path.write_bytes(crafted(path.read_bytes(), change))
    catalogue = CodeCatalogue([path.parent])
    matches = look_up([suspect()], catalogue).matches
    is_told = any(path.name in fault for fault in catalogue.faults)
    unused = name in ("heads", "records") and values == {1: 99_999}  # of those no count is read
    assert (bool(matches), is_told) == (unused, not unused)


def test_a_cut_shard_is_found_out(path: Path) -> None:
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    catalogue = CodeCatalogue([path.parent])
    assert catalogue.damaged() == [f"{path.name} is damaged: index the work anew"]
