"""Any weight file as tensors that are read by rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from lineage.formats import arrays, gguf, onnx, pytorch, safetensors
from lineage.formats.elements import ggml_element
from lineage.formats.header import FormatError
from lineage.formats.onnx import Beside
from lineage.formats.paging import Source
from lineage.formats.tensors import Dense, Opaque, StoredTensor, dense

__all__ = ["READERS", "Beside", "StoredTensor", "read_tensors"]

Reader: TypeAlias = Callable[[Source, Beside], tuple[StoredTensor, ...]]


def read_tensors(known: str, source: Source, beside: Beside) -> tuple[StoredTensor, ...]:
    """Return the tensors of a weight file; reads what describes them and none of their numbers.

    ``known`` is a format of ``READERS``; ``beside`` gives another file of the same folder.

    Raises:
        FormatError: the file is malformed, or holds what is never read.
    """
    return READERS[known](source, beside)


def _safetensors(source: Source, _: Beside) -> tuple[StoredTensor, ...]:
    header = safetensors.read_header(source, source.size)
    return tuple(dense(source, t.name, t.dtype, t.shape, t.span[0]) for t in header.tensors)


def _gguf(source: Source, _: Beside) -> tuple[StoredTensor, ...]:
    header = gguf.read_header(source, source.size)
    return tuple(_ggml(source, t.name, t.dtype, t.shape, t.span[0]) for t in header.tensors)


def _ggml(
    source: Source, name: str, dtype: str, shape: tuple[int, ...], offset: int
) -> StoredTensor:
    try:
        return Dense(source, name, dtype, shape, offset, ggml_element(dtype))
    except FormatError as error:
        return Opaque(name, dtype, shape, str(error))


def _pytorch(source: Source, _: Beside) -> tuple[StoredTensor, ...]:
    return pytorch.read_tensors(source)


def _numpy(source: Source, _: Beside) -> tuple[StoredTensor, ...]:
    return arrays.read_tensors(source)


#: Formats whose tensors can be read, the preferred first.
READERS: dict[str, Reader] = {
    "safetensors": _safetensors,
    "pytorch": _pytorch,
    "gguf": _gguf,
    "onnx": onnx.read_tensors,
    "numpy": _numpy,
}
