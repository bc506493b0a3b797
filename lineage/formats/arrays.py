"""NumPy's files: ``.npy``, and ``.npz`` archives of them. Objects, which are pickles, are refused.

https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
"""

from __future__ import annotations

import io
import math
from tokenize import TokenError

import numpy as np
from numpy.lib import format as layout

from lineage.formats import archive
from lineage.formats.header import MAX_NAME, FormatError
from lineage.formats.paging import Bytes, Source
from lineage.formats.tensors import Opaque, StoredTensor, strided

_MAX_HEADER = 10_000
_PREFIX = 12
_VERSIONS = {(1, 0): layout.read_array_header_1_0, (2, 0): layout.read_array_header_2_0}
_TYPES = {
    "b1": "BOOL",
    "f2": "F16",
    "f4": "F32",
    "f8": "F64",
    "i1": "I8",
    "i2": "I16",
    "i4": "I32",
    "i8": "I64",
    "u1": "U8",
    "u2": "U16",
    "u4": "U32",
    "u8": "U64",
}


def read_tensors(source: Source) -> tuple[StoredTensor, ...]:
    """Return the arrays of an ``.npz`` archive by name, or the one of an ``.npy`` file as ``""``.

    Raises:
        FormatError: it is neither, or an array is not described as NumPy does it.
    """
    if source(0, len(layout.MAGIC_PREFIX)) == layout.MAGIC_PREFIX:
        return (_array(source, source.size, ""),)
    return tuple(
        _array(archive.opened(source, member), member.size, name.removesuffix(".npy"))
        for name, member in archive.members(source).items()
        if name.endswith(".npy")
    )


def _array(content: Bytes, size: int, name: str) -> StoredTensor:
    head = content.exactly(0, min(size, _PREFIX + _MAX_HEADER))
    file = io.BytesIO(head)
    try:
        version = layout.read_magic(file)
        if version not in _VERSIONS:
            raise FormatError(f"the array {name[:MAX_NAME]!r} has an unusual header")
        shape, is_fortran, dtype = _VERSIONS[version](file, max_header_size=_MAX_HEADER)
    except (ValueError, TypeError, RecursionError, MemoryError, SyntaxError, TokenError) as error:
        if isinstance(error, FormatError):
            raise
        raise FormatError(f"the header of the array {name[:MAX_NAME]!r} is malformed") from error
    if any(type(length) is not int or length < 0 for length in shape):
        raise FormatError(f"the array {name[:MAX_NAME]!r} has a shape that is none")
    return _described(content, size, name, shape, dtype, start=file.tell(), is_fortran=is_fortran)


def _described(
    content: Bytes,
    size: int,
    name: str,
    shape: tuple[int, ...],
    dtype: np.dtype[np.generic],
    *,
    start: int,
    is_fortran: bool,
) -> StoredTensor:
    known = _TYPES.get(f"{dtype.kind}{dtype.itemsize}")
    if dtype.hasobject:
        return Opaque(name, "object", shape, "an array of objects, which are never unpickled")
    if known is None or (dtype.itemsize > 1 and not dtype.isnative) or dtype.subdtype is not None:
        return Opaque(name, str(dtype)[:80], shape, f"numbers of the type {str(dtype)[:80]}")
    if start + math.prod(shape) * dtype.itemsize != size:
        raise FormatError(f"the shape of {name[:MAX_NAME]!r} does not fit its place in the file")
    return strided(
        content, name, known, shape, strides=_strides(shape, is_fortran=is_fortran), start=start
    )


def _strides(shape: tuple[int, ...], *, is_fortran: bool) -> tuple[int, ...]:
    """Return the elements from one to the next along each axis."""
    order = shape if is_fortran else shape[::-1]
    steps = [math.prod(order[:axis]) for axis in range(len(order))]
    return tuple(steps if is_fortran else steps[::-1])
