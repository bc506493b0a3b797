"""Quantised checkpoints of Transformers models, as the weights that they stand for.

Quantisers put several tensors in the place of one ``weight``. What they are is told by their names
and, where names do not settle it, by the configuration's ``quantization_config``. A layer whose
layout is not settled is left out and named, never read as the numbers that it does not hold.

Layouts: GPTQ (https://github.com/AutoGPTQ/AutoGPTQ, qlinear_cuda_old.py), AWQ
(https://github.com/casper-hansen/AutoAWQ, packing_utils.py), bitsandbytes (its functional.py),
compressed-tensors (https://github.com/vllm-project/compressed-tensors), DeepSeek's FP8 blocks and
OpenAI's MXFP4.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from lineage.formats.bitsandbytes import four_bits
from lineage.formats.elements import element
from lineage.formats.header import FormatError
from lineage.formats.scaled import AWQ_ORDER, Packed, reshaped, scaled
from lineage.formats.tensors import Dense, Opaque, StoredTensor, Strided, columns

_WORD = 32


@dataclass(frozen=True, slots=True)
class Scheme:
    """What a configuration says of the quantisation."""

    #: ``quant_method``: ``gptq``, ``awq``, ``fp8``, ``bitsandbytes``, ``compressed-tensors``, …
    method: str = ""
    bits: int = 0
    #: Columns that share a scale; -1: all.
    group: int = 0
    #: ``checkpoint_format`` of GPTQ, ``version`` of AWQ.
    layout: str = ""
    #: ``weight_block_size``: rows and columns that share a scale.
    block: tuple[int, int] | None = None


Tensors: TypeAlias = Mapping[str, StoredTensor]
Reader: TypeAlias = Callable[[Tensors, str, Scheme], StoredTensor]


def unpacked(tensors: Tensors, scheme: Scheme) -> tuple[dict[str, StoredTensor], list[str]]:
    """Return the tensors with weights in the place of their parts, and what could not be put so.

    Each of the second is a phrase for a person that names the layer.
    """
    found = dict(tensors)
    faults = []
    for layout in _LAYOUTS:
        for name in [name for name in found if name.endswith(layout.sign)]:
            layer = name.removesuffix(layout.sign)
            if layout.is_pair and f"{layer}{layout.parts[0]}" not in found:
                continue
            try:
                weight = layout.read(found, layer, scheme)
            except FormatError as error:
                faults.append(f"{layer}: {error}")
                weight = None
            for part in (layout.sign, *layout.parts):
                found.pop(f"{layer}{part}", None)
            if weight is not None:
                found[weight.name] = weight
    return found, faults


def _gptq(tensors: Tensors, layer: str, scheme: Scheme) -> StoredTensor:
    """Return what a GPTQ or AWQ layer holds, [out, in]: both are stored the other way round."""
    parts = [_part(tensors, f"{layer}.{part}") for part in ("qweight", "qzeros", "scales")]
    words, zero_words, scales = parts
    if scheme.bits not in {2, 4, 8}:
        raise FormatError(f"{scheme.bits or 'an unknown number of'} bits to a weight are not read")
    groups, out = _matrix(scales)
    each = _WORD // scheme.bits
    match scheme.method, scheme.layout:
        case "gptq", "gptq" | "gptq_v2" | "":
            inner, along_row, order = words.shape[0] * each, True, None
            plus = 0 if scheme.layout == "gptq_v2" else 1
        case "awq", "gemm" | "" if scheme.bits == 4:  # noqa: PLR2004 - the one width of AWQ
            inner, along_row, order, plus = words.shape[0], False, AWQ_ORDER, 0
        case _:
            raise FormatError(
                f"the layout {scheme.layout!r} of {scheme.method or 'no method'} is not read"
            )
    name = f"{layer}.weight"
    dtype = f"{scheme.method.upper()}{scheme.bits}"
    numbers = Packed(
        _turned(words), name, dtype, (out, inner), scheme.bits, along_row=along_row, order=order
    )
    zeros = Packed(
        _turned(zero_words),
        name,
        dtype,
        (out, groups),
        scheme.bits,
        along_row=False,
        order=order,
        plus=plus,
    )
    _check_words(words, (inner // each, out) if along_row else (inner, out // each))
    _check_words(zero_words, (groups, -(-out // each)))
    cell = (1, inner if scheme.group == -1 else scheme.group or -(-inner // max(groups, 1)))
    index = tensors.get(f"{layer}.g_idx")
    return scaled(numbers, _turned(scales), zeros, name=name, cell=cell, groups=index)


def _compressed(tensors: Tensors, layer: str, scheme: Scheme) -> StoredTensor:
    """Return what compressed-tensors packed along the rows."""
    words = _part(tensors, f"{layer}.weight_packed")
    scales = _part(tensors, f"{layer}.weight_scale")
    rows, length = _matrix(words)
    shape = tensors.get(f"{layer}.weight_shape")
    if shape is None or math.prod(shape.shape) != 2:  # noqa: PLR2004 - rows and columns
        raise FormatError("its shape is not given")
    out, inner = (int(size) for size in shape.rows(0, 1)[0])
    each = _WORD // scheme.bits if scheme.bits in {4, 8} else 0
    if not each or out != rows or -(-inner // each) != length or words.dtype != "I32":
        raise FormatError("its parts do not fit each other")
    name = f"{layer}.weight"
    middle = -(1 << (scheme.bits - 1))
    dtype = f"INT{scheme.bits}"
    numbers = Packed(
        _straight(words), name, dtype, (out, inner), scheme.bits, along_row=True, plus=middle
    )
    zero_words = tensors.get(f"{layer}.weight_zero_point")
    zeros = zero_words and Packed(
        _straight(zero_words),
        name,
        dtype,
        (out, columns(scales.shape)),
        scheme.bits,
        along_row=False,
        plus=middle,
    )
    group = scheme.group if scheme.group > 0 else -(-inner // max(columns(scales.shape), 1))
    return scaled(numbers, scales, zeros, name=name, cell=(1, group))


def _eight_bits(tensors: Tensors, layer: str, _: Scheme) -> StoredTensor:
    """Return what bitsandbytes rounded to 127 steps of each row's largest (LLM.int8)."""
    numbers = _part(tensors, f"{layer}.weight")
    if numbers.dtype != "I8":
        raise FormatError(f"SCB beside numbers of the type {numbers.dtype}")
    scales = _part(tensors, f"{layer}.SCB")
    rows, width = _matrix(numbers)
    grid = reshaped(scales, (rows, 1))
    return scaled(numbers, grid, name=numbers.name, cell=(1, max(width, 1)), factor=1 / 127)


def _weight_scale(tensors: Tensors, layer: str, scheme: Scheme) -> StoredTensor:
    """Return numbers (fp8, int8) times scales: one, one a row, one a group, or one a block."""
    numbers = _part(tensors, f"{layer}.weight")
    inverse = tensors.get(f"{layer}.weight_scale_inv")
    scales = inverse or _part(tensors, f"{layer}.weight_scale")
    if numbers.dtype not in {"I8", "F8_E4M3", "F8_E5M2"}:
        raise FormatError(f"a scale beside numbers of the type {numbers.dtype}")
    rows, width = _matrix(numbers)
    count = math.prod(scales.shape)
    if count == 1:
        grid, cell = reshaped(scales, (1, 1)), (max(rows, 1), max(width, 1))
    elif count == rows:
        grid, cell = reshaped(scales, (rows, 1)), (1, max(width, 1))
    elif scheme.block and len(scales.shape) > 1:
        grid, cell = scales, scheme.block
    elif scheme.group > 0 and scales.shape[:-1] == numbers.shape[:-1]:
        grid, cell = scales, (1, scheme.group)
    else:
        raise FormatError("how its scales lie is not said")
    zeros = tensors.get(f"{layer}.weight_zero_point")
    return scaled(
        numbers,
        grid,
        zeros and reshaped(zeros, grid.shape),
        name=numbers.name,
        cell=cell,
    )


def _mxfp4(tensors: Tensors, layer: str, _: Scheme) -> StoredTensor:
    """Return what OpenAI stores as 32 halves of a byte under one power of two."""
    blocks, powers = _part(tensors, f"{layer}_blocks"), _part(tensors, f"{layer}_scales")
    if not isinstance(blocks, Dense) or not isinstance(powers, Dense):
        raise FormatError("its parts do not lie in one piece")
    if (blocks.dtype, powers.dtype) != ("U8", "U8") or len(blocks.shape) < 3:  # noqa: PLR2004 - rows, groups, bytes
        raise FormatError("its parts do not fit each other")
    if blocks.shape[:-1] != powers.shape or blocks.shape[-1] != 16:  # noqa: PLR2004 - 32 halves
        raise FormatError("its parts do not fit each other")
    shape = (*blocks.shape[:-2], blocks.shape[-2] * 32)
    numbers = replace(blocks, name=layer, dtype="MXFP4", shape=shape, element=element("F4"))
    scales = replace(powers, element=element("F8_E8M0"))
    return scaled(numbers, scales, name=layer, cell=(1, 32))


def _four_bits(tensors: Tensors, layer: str, _: Scheme) -> StoredTensor:
    return four_bits(tensors, f"{layer}.weight")


def _part(tensors: Tensors, name: str) -> StoredTensor:
    part = tensors.get(name)
    if part is None:
        raise FormatError(f"{name.rpartition('.')[2]} is missing")
    if isinstance(part, Opaque):
        raise FormatError(part.reason)
    return part


def _matrix(tensor: StoredTensor) -> tuple[int, int]:
    if len(tensor.shape) < 2:  # noqa: PLR2004 - rows and columns
        raise FormatError(f"{tensor.name!r} is no matrix")
    return math.prod(tensor.shape[:-1]), tensor.shape[-1]


def _check_words(words: StoredTensor, shape: tuple[int, int]) -> None:
    if words.dtype not in {"I32", "U32"} or words.shape != shape:
        raise FormatError("its parts do not fit each other")


def _turned(tensor: StoredTensor) -> Strided:
    """Return a stored matrix as its transpose.

    Raises:
        FormatError: it is no matrix that lies in one piece.
    """
    rows, width = _matrix(tensor)
    return _laid(tensor, (width, rows), (1, width))


def _straight(tensor: StoredTensor) -> Strided:
    rows, width = _matrix(tensor)
    return _laid(tensor, (rows, width), (width, 1))


def _laid(tensor: StoredTensor, shape: tuple[int, int], strides: tuple[int, int]) -> Strided:
    if not isinstance(tensor, Dense) or len(tensor.shape) != len(shape):
        raise FormatError(f"{tensor.name!r} does not lie in one piece")
    return Strided(
        tensor.source, tensor.name, tensor.dtype, shape, strides, tensor.offset, tensor.element
    )


@dataclass(frozen=True, slots=True)
class _Layout:
    """How a layer in this layout is known, and what makes it whole."""

    #: The ending of the name that only this layout has.
    sign: str
    #: The endings of its other parts, one that is always there first.
    parts: tuple[str, ...]
    read: Reader
    #: Whether the sign says so only beside the first of the other parts.
    is_pair: bool = False


_LAYOUTS = (
    _Layout(".qweight", (".qzeros", ".scales", ".g_idx"), _gptq),
    _Layout(
        ".weight_packed",
        (".weight_scale", ".weight_shape", ".weight_zero_point", ".weight_g_idx"),
        _compressed,
    ),
    _Layout(
        ".weight.absmax",
        (
            ".weight",
            ".weight.quant_map",
            ".weight.nested_absmax",
            ".weight.nested_quant_map",
            ".weight.quant_state.bitsandbytes__nf4",
            ".weight.quant_state.bitsandbytes__fp4",
        ),
        _four_bits,
    ),
    _Layout(".SCB", (".weight", ".weight_format"), _eight_bits, is_pair=True),
    _Layout(".weight_scale_inv", (".weight",), _weight_scale, is_pair=True),
    _Layout(".weight_scale", (".weight", ".weight_zero_point"), _weight_scale, is_pair=True),
    _Layout("_blocks", ("_scales",), _mxfp4, is_pair=True),
)
