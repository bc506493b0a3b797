"""Which weight files of a repository make up which model.

One model often comes several times: as safetensors and as a pickle, whole and in shards, in several
precisions, converted for other programs. Each is opened once, from the form that says most, and
what was passed over is named.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lineage.formats import format_of
from lineage.formats.files import READERS
from lineage.model import EntryKind, FileEntry

#: ``model-00001-of-00003.safetensors``, with what may follow the count (``.fp16.safetensors``).
_SHARD = re.compile(r"(?P<stem>.+?)[-_.](?P<number>\d{5})-of-(?P<total>\d{5})(?P<rest>\..+)")
_INDEX = re.compile(
    r"(?P<stem>.+?)\.(?P<ending>safetensors|bin)\.index(?P<variant>\.\w+)?\.json", re.IGNORECASE
)
_ADAPTER = re.compile(r"adapter|(^|[-_.])lora", re.IGNORECASE)
#: What names a precision or a way of rounding at a name's end, not another model.
_VARIANT = re.compile(
    r"[-_.](fp?(8|16|32)|bf16|u?int[48]|i?q\d\w*|bnb4|quantized|uint8f16|mxfp4\w*|tq\d_\d)$",
    re.IGNORECASE,
)
#: Names under which libraries keep the one model of a folder.
_PRINCIPAL = frozenset(
    {
        "consolidated",
        "diffusion_pytorch_model",
        "model",
        "open_clip_model",
        "open_clip_pytorch_model",
        "pytorch_model",
        "weights",
    }
)
#: Folders that hold a model again that stands above them, or states of its training.
_AGAIN = re.compile(
    r"onnx|openvino|gguf|ggml|coreml|tflite|flax|original|mlx|metal|transformers\.js"
    r"|fp16|fp32|bf16|int8|int4|checkpoint-\d+|global_step\d+",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Group:
    """Files that are one model together."""

    folder: str
    #: What the files' names have in common.
    stem: str
    format: str
    entries: tuple[FileEntry, ...]
    #: Names of shards that are not there.
    missing: tuple[str, ...] = ()
    #: The index of its shards, if it has one.
    index: FileEntry | None = None

    @property
    def is_adapter(self) -> bool:
        """Whether it is to be added to another model."""
        return _ADAPTER.search(self.stem) is not None

    @property
    def is_here(self) -> bool:
        """Whether every file's content can be asked for."""
        return not self.missing and all(entry.kind is EntryKind.FILE for entry in self.entries)

    @property
    def size(self) -> int:
        """Return the bytes of its files."""
        return sum(entry.size or 0 for entry in self.entries)

    @property
    def name(self) -> str:
        """Return what the part is called: "" for the one model at the root."""
        stem = "" if _key(self.stem) == "" else self.stem
        return "/".join(part for part in (self.folder, stem) if part)


@dataclass(frozen=True, slots=True)
class Choice:
    """What is opened, and what is not since it is the same again."""

    chosen: tuple[Group, ...]
    #: First paths of the groups that were passed over.
    passed_over: tuple[str, ...]


def choose(files: Iterable[FileEntry]) -> Choice:
    """Return the models of a repository, the one at the root first."""
    by_folder: dict[str, list[Group]] = {}
    for group in _groups(files):
        by_folder.setdefault(group.folder, []).append(group)
    chosen: list[Group] = []
    dropped: list[Group] = []
    for folder in sorted(by_folder, key=lambda path: (path.count("/"), path)):
        taken = _best(by_folder[folder])
        if _AGAIN.fullmatch(folder.rpartition("/")[2]) and _stands_above(folder, chosen):
            taken = []
        chosen += taken
        dropped += [group for group in by_folder[folder] if group not in taken]
    return Choice(
        tuple(chosen), tuple(sorted(group.entries[0].path for group in dropped if group.entries))
    )


def _groups(files: Iterable[FileEntry]) -> Iterator[Group]:
    """Yield what belongs together by its names."""
    shards: dict[tuple[str, str, str, str, str], dict[int, FileEntry]] = {}
    indexes: dict[tuple[str, str, str], FileEntry] = {}
    for entry in files:
        folder, _, name = entry.path.rpartition("/")
        if written := _INDEX.fullmatch(name):
            stem = written["stem"] + (written["variant"] or "")
            indexes[folder, stem, format_of(f"{stem}.{written['ending']}") or "pytorch"] = entry
            continue
        known = format_of(name)
        if known not in READERS or known is None:
            continue
        if shard := _SHARD.fullmatch(name):
            key = folder, shard["stem"], known, shard["total"], shard["rest"]
            shards.setdefault(key, {})[int(shard["number"])] = entry
        else:
            yield Group(folder, name.rpartition(".")[0], known, (entry,))
    for (folder, stem, known, total, rest), found in shards.items():
        variant = rest.rpartition(".")[0]
        index = indexes.pop((folder, stem + variant, known), None)
        missing = tuple(
            f"{stem}-{number:05}-of-{total}{rest}"
            for number in range(1, min(int(total), _MAX_SHARDS) + 1)
            if number not in found
        )
        entries = tuple(found[number] for number in sorted(found))
        yield Group(folder, stem + variant, known, entries, missing, index)
    for (folder, stem, known), index in indexes.items():
        yield Group(folder, stem, known, (), ("its shards",), index)


_MAX_SHARDS = 10_000


def _best(groups: list[Group]) -> list[Group]:
    """Return one group for each model of a folder, and each adapter."""
    order = list(READERS)
    models = [group for group in groups if not group.is_adapter]
    whole = [group for group in models if group.is_here] or models
    formats = sorted({group.format for group in whole}, key=order.index)[:1]
    found: dict[tuple[bool, str], Group] = {}
    for group in sorted(
        groups, key=lambda group: (not group.is_here, order.index(group.format), -group.size)
    ):
        if group.is_adapter or group.format in formats:
            found.setdefault((group.is_adapter, _key(group.stem)), group)
    return sorted(found.values(), key=lambda group: (_key(group.stem) != "", group.stem))


def _key(stem: str) -> str:
    """Return the model's name without what names a precision; "" for the one of a folder."""
    key = stem.lower()
    while (shorter := _VARIANT.sub("", key)) != key:
        key = shorter
    return "" if key in _PRINCIPAL else key


def _stands_above(folder: str, chosen: list[Group]) -> bool:
    above = folder.rpartition("/")[0]
    return any(group.folder == above and not group.is_adapter for group in chosen)
