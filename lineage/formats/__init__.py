"""Headers of weight files: which tensors a file holds, and what it says of itself.

Every reader takes a ``ByteReader`` and the size of the file, never a path, so that a header is read
from the far end of a range request as well as from a disk. All of them are bounded and strict, and
none executes or unpickles anything.
"""

from __future__ import annotations

from collections.abc import Callable
from fnmatch import fnmatchcase
from typing import TypeAlias

from lineage.formats import gguf, safetensors
from lineage.formats.header import FormatError, Header
from lineage.formats.reading import ByteReader

__all__ = ["HEADERS", "NAMES", "ByteReader", "FormatError", "Header", "format_of"]

HeaderReader: TypeAlias = Callable[[ByteReader, int], Header]

#: Formats whose header can be read. The others are known by name only.
HEADERS: dict[str, HeaderReader] = {
    "gguf": gguf.read_header,
    "safetensors": safetensors.read_header,
}

#: Which file names stand for which format. An ending that other kinds of file share (``.bin``,
#: ``.h5``, ``.npz``) counts only where the rest of the name says "weights" as well.
NAMES: dict[str, tuple[str, ...]] = {
    "coreml": ("*.mlmodel",),
    "ggml": ("ggml-*.bin", "*.ggml"),
    "gguf": ("*.gguf",),
    "keras": ("*.keras", "*model*.h5", "*weights*.h5"),
    "mindspore": ("*.mindir",),
    "flax": ("flax_model*.msgpack", "*model*.msgpack"),
    "nemo": ("*.nemo",),
    "numpy": ("*model*.npz", "*weights*.npz"),
    "onnx": ("*.onnx",),
    "paddle": ("*.pdparams", "*.pdiparams"),
    "pytorch": (
        "*.ckpt",
        "*.pt",
        "*.pth",
        "*adapter*.bin",
        "*model*.bin",
        "*weights*.bin",
        "consolidated*.bin",
        "diffusion_*.bin",
    ),
    "safetensors": ("*.safetensors",),
    "tensorflow": ("saved_model.pb", "*.ckpt.data-*", "*.ckpt-*.data-*"),
    "tflite": ("*.tflite",),
}


#: What trainers leave beside the weights under the same endings.
_NO_WEIGHTS = ("optimizer*", "scheduler*", "rng_state*", "scaler.pt", "training_args.bin")


def format_of(name: str) -> str | None:
    """Return the format that a file's name stands for; None if it is not one of weights."""
    lower = name.lower()
    if any(fnmatchcase(lower, pattern) for pattern in _NO_WEIGHTS):
        return None
    for known, patterns in NAMES.items():
        if any(fnmatchcase(lower, pattern) for pattern in patterns):
            return known
    return None
