"""PyTorch checkpoints: the zip archives of today and the plain files before 1.6, nothing executed.

``torch.save`` writes a pickle that describes the tensors, and their storages apart from it
(https://github.com/pytorch/pytorch/blob/main/torch/serialization.py). The pickle goes through
``lineage.formats.pickles``, which knows the functions of ``lineage.formats.rebuilding`` and no
others; storages are then read by range.
"""

from __future__ import annotations

from lineage.formats import archive
from lineage.formats.header import FormatError
from lineage.formats.paging import Bytes, Source
from lineage.formats.pickles import MAX_PICKLE, Name, Value, read_pickle
from lineage.formats.rebuilding import Storage, View, known, views
from lineage.formats.tensors import StoredTensor, strided

#: The number that a file before 1.6 begins with, and the version of its layout.
_MAGIC = 0x1950A86A20F9469CFC6C
_LAYOUT = 1001
_COUNT = 8


def read_tensors(source: Source) -> tuple[StoredTensor, ...]:
    """Return the tensors of a checkpoint, named by their path in it.

    Raises:
        FormatError: it is no checkpoint of PyTorch, or holds more than tensors.
    """
    if source(0, 4) == b"PK\3\4":
        return _from_archive(source)
    return _from_plain(source)


def _from_archive(source: Source) -> tuple[StoredTensor, ...]:
    members = archive.members(source)
    pickles = [name for name in members if name.count("/") == 1 and name.endswith("/data.pkl")]
    if len(pickles) != 1:
        raise FormatError("the archive holds no single data.pkl")
    folder = pickles[0].removesuffix("data.pkl")
    if f"{folder}constants.pkl" in members:
        raise FormatError("a TorchScript program, which is not read")
    _refuse_big_endian(source, members.get(f"{folder}byteorder"))
    described = _described(source, members[pickles[0]])
    contents: dict[str, Bytes] = {}
    tensors = []
    for view in views(described):
        member = members.get(f"{folder}data/{view.storage.key}")
        if member is None or member.size != view.storage.size:
            raise FormatError(f"the storage of {view.name!r} is missing or of another size")
        content = contents.setdefault(member.name, archive.opened(source, member))
        tensors.append(_placed(content, view, 0))
    return tuple(tensors)


def _refuse_big_endian(source: Source, member: archive.Member | None) -> None:
    if member is not None:
        order = archive.opened(source, member).exactly(0, min(member.size, 16))
        if order != b"little":
            raise FormatError("numbers of another byte order than little-endian are not read")


def _described(source: Source, member: archive.Member) -> Value:
    """Return what an archive's pickle describes."""
    if member.size > MAX_PICKLE:
        raise FormatError(f"a pickle of {member.size:,} bytes")
    content = archive.opened(source, member).exactly(0, member.size)
    inner = Source(lambda start, stop: content[start:stop], member.size)
    value, end = read_pickle(inner, 0, member.size, known)
    if end != member.size:
        raise FormatError("something follows the pickle")
    return value


def _from_plain(source: Source) -> tuple[StoredTensor, ...]:
    magic, position = _next(source, 0)
    layout, position = _next(source, position)
    machine, position = _next(source, position)
    if (magic, layout) != (_MAGIC, _LAYOUT) or not isinstance(machine, dict):
        raise FormatError("neither a zip archive nor a file that torch.save wrote before")
    if machine.get("little_endian") is not True:
        raise FormatError("numbers of another byte order than little-endian are not read")
    described, position = read_pickle(source, position, source.size - position, known)
    keys, position = _next(source, position)
    found = views(described)
    starts = _starts(source, keys, {view.storage.key: view.storage for view in found}, position)
    return tuple(_placed(source, view, starts[view.storage.key]) for view in found)


def _next(source: Source, position: int) -> tuple[Value, int]:
    """Return what a small pickle says, in which no global has a place."""
    return read_pickle(source, position, source.size - position, _no_names)


def _no_names(name: Name) -> None:
    raise FormatError(f"the pickle names {name}, which has no place in a checkpoint")


def _starts(
    source: Source, keys: Value, storages: dict[str, Storage], position: int
) -> dict[str, int]:
    """Return where each storage's bytes begin: they follow the pickles in the order of the keys."""
    if not isinstance(keys, list) or not all(isinstance(key, str) for key in keys):
        raise FormatError("the list of storages is missing")
    if len(set(keys)) != len(keys) or not storages.keys() <= set(keys):
        raise FormatError("the list of storages does not fit the tensors")
    starts = {}
    for key in keys:
        storage = storages.get(key)
        if storage is None:
            raise FormatError("a storage that belongs to no tensor")
        written = int.from_bytes(source.exactly(position, _COUNT), "little")
        if written != storage.count:
            raise FormatError("a storage has another size than its tensors say")
        starts[key] = position + _COUNT
        position += _COUNT + storage.size
    if position > source.size:
        raise FormatError("the file is cut short")
    return starts


def _placed(content: Bytes, view: View, start: int) -> StoredTensor:
    return strided(
        content,
        view.name,
        view.dtype,
        view.shape,
        strides=view.strides,
        first=view.offset,
        start=start,
    )
