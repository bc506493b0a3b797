"""A hub on this machine with checkpoints that take no room: their bytes are made when asked for.

It counts requests and bytes, and may keep a limit of requests as the hub does: ``429`` with
``Retry-After`` and ``RateLimit`` headers, and a ban for whoever goes on regardless.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from tests.doubles.hosts.loopback import Answer, Json, Loopback, Request, json_answer

_BLOCK = 1 << 16
_API = re.compile(r"/api/models/(?P<id>[^/]+/[^/]+?)(?:/revision/(?P<rev>[^/]+))?")
_HEADERS = re.compile(r"/api/models/(?P<id>[^/]+/[^/]+)/safetensors-metadata/.+")
_RESOLVE = re.compile(r"/(?P<id>[^/]+/[^/]+)/resolve/(?P<rev>[^/]+)/(?P<file>.+)")
#: Refused requests in one window that make a ban.
PATIENCE = 50


@dataclass(frozen=True, slots=True)
class Shape:
    """What makes the tensors of a Qwen-like model."""

    layers: int
    width: int
    units: int
    keys: int
    tokens: int
    shards: int


QWEN_72B = Shape(80, 8192, 29568, 1024, 152064, 37)
QWEN_14B = Shape(48, 5120, 13824, 1024, 152064, 8)


class Sparse:
    """A safetensors file of bfloat16 noise; each block of it comes from a generator of its own."""

    def __init__(self, seed: int, tensors: Mapping[str, tuple[int, ...]]) -> None:
        offset, header = 0, {}
        for name, shape in tensors.items():
            size = 2 * int(np.prod(shape))
            header[name] = {
                "dtype": "BF16",
                "shape": list(shape),
                "data_offsets": [offset, offset + size],
            }
            offset += size
        text = json.dumps(header, separators=(",", ":")).encode()
        text += b" " * (-len(text) % 8)
        self.head = len(text).to_bytes(8, "little") + text
        self.size = len(self.head) + offset
        self._seed = seed

    def read(self, start: int, stop: int) -> bytes:
        """Return bytes of the file."""
        stop = min(stop, self.size)
        found = self.head[start:stop]
        first, last = max(start - len(self.head), 0), stop - len(self.head)
        if first >= last:
            return found
        blocks = range(first // _BLOCK, -(-last // _BLOCK))
        made = b"".join(map(self._block, blocks))
        at = blocks.start * _BLOCK
        return found + made[first - at : last - at]

    def _block(self, number: int) -> bytes:
        made = np.random.default_rng((self._seed, number))
        noise = made.standard_normal(_BLOCK // 2, dtype=np.float32) * np.float32(0.02)
        return (noise.view(np.uint32) >> 16).astype("<u2").tobytes()


def checkpoint(seed: int, shape: Shape) -> dict[str, bytes | Sparse]:
    """Return the weight files, index and configuration of a model."""
    tensors = dict(_tensors(shape))
    room = sum(2 * int(np.prod(size)) for size in tensors.values()) / shape.shards * 1.05
    groups: list[dict[str, tuple[int, ...]]] = [{}]
    filled = 0
    for name, size in tensors.items():
        count = 2 * int(np.prod(size))
        if filled + count > room and len(groups) < shape.shards:
            groups.append({})
            filled = 0
        groups[-1][name] = size
        filled += count
    files: dict[str, bytes | Sparse] = {}
    places = {}
    for number, group in enumerate(groups, 1):
        path = f"model-{number:05}-of-{len(groups):05}.safetensors"
        files[path] = Sparse(seed * 1000 + number, group)
        places |= dict.fromkeys(group, path)
    config = {
        "architectures": ["Qwen2ForCausalLM"],
        "model_type": "qwen2",
        "hidden_size": shape.width,
        "num_hidden_layers": shape.layers,
    }
    files["config.json"] = json.dumps(config).encode()
    files["model.safetensors.index.json"] = json.dumps({"weight_map": places}).encode()
    return files


def _tensors(shape: Shape) -> list[tuple[str, tuple[int, ...]]]:
    width, units, keys = shape.width, shape.units, shape.keys
    found: list[tuple[str, tuple[int, ...]]] = [
        ("model.embed_tokens.weight", (shape.tokens, width))
    ]
    for layer in range(shape.layers):
        place = f"model.layers.{layer}."
        found += [
            (place + "input_layernorm.weight", (width,)),
            (place + "self_attn.q_proj.weight", (width, width)),
            (place + "self_attn.q_proj.bias", (width,)),
            (place + "self_attn.k_proj.weight", (keys, width)),
            (place + "self_attn.k_proj.bias", (keys,)),
            (place + "self_attn.v_proj.weight", (keys, width)),
            (place + "self_attn.v_proj.bias", (keys,)),
            (place + "self_attn.o_proj.weight", (width, width)),
            (place + "post_attention_layernorm.weight", (width,)),
            (place + "mlp.gate_proj.weight", (units, width)),
            (place + "mlp.up_proj.weight", (units, width)),
            (place + "mlp.down_proj.weight", (width, units)),
        ]
    return [*found, ("model.norm.weight", (width,)), ("lm_head.weight", (shape.tokens, width))]


@dataclass(slots=True)
class Limit:
    """So many requests in a window of so many seconds."""

    requests: int
    window: float
    began: float = field(default_factory=time.monotonic)
    used: int = 0
    refused: int = 0
    refusals: int = 0
    is_banned: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)

    def turn(self) -> tuple[bool, dict[str, str]]:
        """Count a request; return whether it is served, and what the host says of its limit."""
        with self.lock:
            now = time.monotonic()
            if now - self.began > self.window:
                self.began, self.used, self.refused = now, 0, 0
            self.used += 1
            left = max(0, self.requests - self.used)
            reset = max(1, round(self.began + self.window - now + 0.5))
            says = {
                "RateLimit": f'"api";r={left};t={reset}',
                "RateLimit-Policy": f'"api";q={self.requests};w={round(self.window)}',
            }
            if self.used <= self.requests and not self.is_banned:
                return True, says
            self.refused += 1
            self.refusals += 1
            self.is_banned = self.is_banned or self.refused > PATIENCE
            return False, says | {"Retry-After": str(reset)}


class VastHub(Loopback):
    """The hub: models by name, and what was asked of it."""

    def __init__(self, limit: Limit | None = None) -> None:
        self._models: dict[str, tuple[str, dict[str, bytes | Sparse]]] = {}
        self.limit = limit
        self.sent = 0
        super().__init__()

    def add(self, name: str, files: Mapping[str, bytes | Sparse]) -> None:
        """Put a model on the hub."""
        digest = hashlib.sha1(name.encode()).hexdigest()
        self._models[name] = digest, dict(files)

    def forget(self) -> None:
        """Count anew."""
        self.requests.clear()
        self.sent = 0

    def answer(self, request: Request) -> Answer:
        """Return the right answer, unless the limit is used up."""
        said: dict[str, str] = {}
        if self.limit is not None:
            served, said = self.limit.turn()
            if not served:
                return Answer(429, b"", said)
        found = self._answer(request)
        self.sent += len(found.body)
        return Answer(found.status, found.body, {**found.headers, **said}, found.is_file)

    def _answer(self, request: Request) -> Answer:
        if told := _HEADERS.fullmatch(request.route):
            return self._headers(told["id"])
        if api := _API.fullmatch(request.route):
            return self._info(api["id"])
        found = _RESOLVE.fullmatch(request.route)
        commit, files = self._models.get(found["id"] if found else "", ("", {}))
        content = files.get(found["file"]) if found else None
        if content is None:
            return Answer(404, b"", {"X-Error-Code": "EntryNotFound"})
        headers = {"X-Repo-Commit": commit, "ETag": f'"{found["file"] if found else ""}"'}
        if isinstance(content, bytes):
            return Answer(200, content, headers, is_file=True)
        start, stop = request.span or (0, content.size)
        body = content.read(start, stop)
        where = {"Content-Range": f"bytes {start}-{start + len(body) - 1}/{content.size}"}
        return Answer(206, body, headers | where)

    def _headers(self, name: str) -> Answer:
        """Tell the headers of all shards, as the hub does for its main branch."""
        _, files = self._models.get(name, ("", {}))
        heads: dict[str, Json] = {
            path: json.loads(file.head[8:])
            for path, file in files.items()
            if isinstance(file, Sparse)
        }
        return json_answer({"index": {"metadata": {}}, "headers": heads})

    def _info(self, name: str) -> Answer:
        if name not in self._models:
            return Answer(404, b"", {"X-Error-Code": "RepoNotFound"})
        commit, files = self._models[name]
        siblings: list[Json] = [_sibling(path, content) for path, content in files.items()]
        return json_answer(
            {
                "_id": "0" * 24,
                "id": name,
                "sha": commit,
                "private": False,
                "gated": False,
                "disabled": False,
                "createdAt": "2024-05-01T12:00:00.000Z",
                "tags": [],
                "siblings": siblings,
            }
        )


def _sibling(path: str, content: bytes | Sparse) -> Json:
    if isinstance(content, bytes):
        blob = hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
        return {"rfilename": path, "size": len(content), "blobId": blob}
    digest = hashlib.sha256(f"{path} {content.size}".encode() + content.head).hexdigest()
    lfs: Json = {"size": content.size, "sha256": digest, "pointerSize": 135}
    return {"rfilename": path, "size": content.size, "blobId": "0" * 40, "lfs": lfs}
