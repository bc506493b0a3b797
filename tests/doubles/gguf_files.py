"""GGUF files written byte by byte, so that they can be wrong in any way."""

from __future__ import annotations

from struct import pack


def text(value: str | bytes) -> bytes:
    raw = value.encode() if isinstance(value, str) else value
    return pack("<Q", len(raw)) + raw


def entry(key: str, value: str | int) -> bytes:
    """Return a key with a text or an unsigned number of 32 bits."""
    if isinstance(value, str):
        return text(key) + pack("<I", 8) + text(value)
    return text(key) + pack("<II", 4, value)


def texts(key: str, values: list[str]) -> bytes:
    """Return a key with a list of texts."""
    items = b"".join(map(text, values))
    return text(key) + pack("<IIQ", 9, 8, len(values)) + items


def tensor(name: str, dimensions: list[int], kind: int, offset: int) -> bytes:
    """Return a tensor's entry; dimensions as in the file, the fastest first."""
    sizes = pack(f"<{len(dimensions)}Q", *dimensions)
    return text(name) + pack("<I", len(dimensions)) + sizes + pack("<IQ", kind, offset)


def gguf(
    entries: list[bytes],
    tensors: list[bytes] | None = None,
    data: bytes = b"",
    *,
    version: int = 3,
    counts: tuple[int, int] | None = None,
) -> bytes:
    """Return a file, padded to 32 bytes before its data; ``counts`` are announced in place of the true."""
    tensors = tensors or []
    announced = counts or (len(tensors), len(entries))
    head = b"GGUF" + pack("<IQQ", version, *announced) + b"".join(entries) + b"".join(tensors)
    return head + (b"\0" * (-len(head) % 32) + data if data else b"")
