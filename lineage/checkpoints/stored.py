"""A model's weights in its files, whichever format and however many they are."""

from __future__ import annotations

from collections.abc import Mapping

from lineage.checkpoints.choice import Group
from lineage.checkpoints.folder import Folder
from lineage.checkpoints.settings import scheme_of, settings_of, settings_of_gguf
from lineage.checkpoints.vocabulary import Vocabulary
from lineage.formats import FormatError, gguf
from lineage.formats.files import StoredTensor, read_tensors
from lineage.formats.packed import unpacked
from lineage.formats.paging import Source
from lineage.kinship.weights import FloatArray, Scalar, TensorInfo
from lineage.phrases import listed

_TOKENS = "tokenizer.ggml.tokens"
#: Formats in which quantisers keep the parts of a packed weight as tensors of their own.
_PACKABLE = ("safetensors", "pytorch")


class StoredWeights:
    """Satisfies ``lineage.kinship.weights.Weights`` from files."""

    def __init__(
        self,
        tensors: Mapping[str, StoredTensor],
        sources: tuple[Source, ...],
        settings: Mapping[str, Scalar],
        vocabulary: Mapping[str, int] | None,
    ) -> None:
        """Keep what describes the model; nothing of its numbers is read."""
        self._tensors = dict(tensors)
        self._sources = sources
        self._settings = settings
        self._vocabulary = vocabulary

    @property
    def settings(self) -> Mapping[str, Scalar]:
        """Return the scalars of the configuration."""
        return self._settings

    @property
    def vocabulary(self) -> Mapping[str, int] | None:
        """Return the row of each token, or None where no tokenizer file says it."""
        return self._vocabulary

    @property
    def bytes_read(self) -> int:
        """Return the bytes of the weight files that were fetched, headers among them."""
        return sum(source.fetched for source in self._sources)

    def tensors(self) -> tuple[TensorInfo, ...]:
        """Return every tensor."""
        return tuple(
            TensorInfo(tensor.name, tensor.shape, tensor.dtype) for tensor in self._tensors.values()
        )

    def rows(self, name: str, start: int, stop: int) -> FloatArray:
        """Return rows of a tensor as float32.

        Raises:
            ValueError: there is no such tensor, or it cannot be read.
        """
        tensor = self._tensors.get(name)
        if tensor is None:
            raise ValueError(f"there is no tensor {name!r}")
        return tensor.rows(start, stop)


def opened(group: Group, folder: Folder) -> StoredWeights | None:
    """Return a model's weights; None, and the folder's gaps, where a part of them is not here."""
    if not _is_whole(group, folder):
        return None
    found = [folder.source(entry) for entry in group.entries]
    sources = tuple(source for source in found if source is not None)
    if len(sources) != len(found):
        return None
    tensors = _tensors(group, sources, folder)
    if tensors is None:
        return None
    config = folder.config()
    if group.format in _PACKABLE:
        tensors, faults = unpacked(tensors, scheme_of(config, folder.quantiser()))
        for fault in faults:
            folder.gap(group.entries[0].path, f"quantised weights that are not read ({fault})")
    settings, vocabulary = settings_of(config), folder.vocabulary()
    if group.format == "gguf":
        try:
            own, tokens = _said_by_gguf(sources[0])
        except FormatError as error:
            folder.gap(group.entries[0].path, f"not valid gguf: {error}")
            return None
        settings, vocabulary = {**own, **settings}, tokens or vocabulary
    return StoredWeights(tensors, (*sources, *folder.opened_beside), settings, vocabulary)


def _is_whole(group: Group, folder: Folder) -> bool:
    """Say whether every shard is there, by the index where there is one."""
    have = {entry.path.rpartition("/")[2] for entry in group.entries}
    missing = list(group.missing)
    path = group.entries[0].path if group.entries else ""
    if group.index is not None:
        path = group.index.path
        shards = set(folder.tensors_by_shard(group.index).values())
        missing = sorted(shards - have) or missing
    if missing:
        folder.gap(path, f"weights of which parts are missing: {listed(missing[:_NAMED])}")
    return not missing


def _tensors(
    group: Group, sources: tuple[Source, ...], folder: Folder
) -> dict[str, StoredTensor] | None:
    """Return all files' tensors by name; None, and a gap, where that cannot be had."""
    found: dict[str, StoredTensor] = {}
    for entry, source in zip(group.entries, sources, strict=True):
        try:
            tensors = read_tensors(group.format, source, folder.beside)
        except ValueError as error:
            folder.gap(entry.path, f"not valid {group.format}: {error}")
            return None
        for tensor in tensors:
            if tensor.name in found:
                folder.gap(entry.path, f"the tensor {tensor.name!r} is in two files")
                return None
            found[tensor.name] = tensor
    named = folder.tensors_by_shard(group.index) if group.index else {}
    lost = sorted(named.keys() - found.keys())
    if lost and group.index:
        folder.gap(group.index.path, f"names tensors that no file holds: {listed(lost[:_NAMED])}")
        return None
    return found


#: Names that a reason gives before it breaks off.
_NAMED = 5


def _said_by_gguf(source: Source) -> tuple[dict[str, Scalar], Vocabulary | None]:
    header = gguf.read_header(source, source.size)
    tokens = gguf.read_texts(source, source.size, _TOKENS)
    vocabulary = None if tokens is None else {token: row for row, token in enumerate(tokens)}
    return settings_of_gguf(dict(header.metadata)), vocabulary
