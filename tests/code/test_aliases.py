"""The table of aliases: what frameworks call differently is one thing, and nothing else is."""

from __future__ import annotations

import builtins
import keyword
from collections import Counter

import pytest

from lineage.code import FilePrint, fingerprint
from lineage.code import aliases as table
from lineage.code.aliases import ALIASES

TORCH = """
class Gate(nn.Module):
    def __init__(self, size):
        self.up = nn.Linear(size, 4 * size, bias=False)
        self.norm = nn.LayerNorm(size, eps=1e-5)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        batch, length = x.shape[0], x.shape[1]
        y = torch.cat([self.up(x), x], dim=-1).to(torch.float32)
        y = y.view(batch, length, 4, -1).permute(0, 2, 1, 3)
        y = torch.clamp(y, -1.0, 1.0) * torch.matmul(y, x.unsqueeze(1))
        return y.mean(dim=-1, keepdim=True)
"""
#: What is called otherwise, by framework.
PORTS = {
    "mindspore": {
        "nn.Module": "nn.Cell",
        "nn.Linear": "nn.Dense",
        "bias=": "has_bias=",
        "eps=": "epsilon=",
        "forward": "construct",
        "torch.float32": "mstype.float32",
        "torch.Tensor": "mindspore.Tensor",
        "torch.": "ops.",
        ".to(": ".astype(",
        "clamp": "clip_by_value",
        "unsqueeze": "expand_dims",
        "keepdim=": "keep_dims=",
        "dim=": "axis=",
    },
    "paddle": {
        "nn.Module": "nn.Layer",
        "bias=": "bias_attr=",
        "eps=": "epsilon=",
        "torch.": "paddle.",
        ".to(": ".cast(",
        "view": "reshape",
        "permute": "transpose",
        "cat(": "concat(",
        "clamp": "clip",
        " dim=": " axis=",
        "(dim=": "(axis=",
    },
    "mlx": {
        "forward": "__call__",
        "torch.Tensor": "mx.array",
        "torch.": "mx.",
        ".to(": ".astype(",
        "view": "reshape",
        "permute": "transpose",
        "cat(": "concatenate(",
        "clamp": "clip",
        "unsqueeze": "expand_dims",
        "keepdim=": "keepdims=",
        "dim=": "axis=",
    },
    "equinox": {
        "nn.Module": "eqx.Module",
        "bias=": "use_bias=",
        "forward": "__call__",
        "torch.Tensor": "jax.Array",
        "torch.": "jnp.",
        ".to(": ".astype(",
        "view": "reshape",
        "permute": "transpose",
        "cat(": "concatenate(",
        "clamp": "clip",
        "keepdim=": "keepdims=",
        "dim=": "axis=",
    },
    "keras": {
        "nn.Module": "layers.Layer",
        "nn.Linear": "layers.Dense",
        "nn.LayerNorm": "layers.LayerNormalization",
        "bias=": "use_bias=",
        "eps=": "epsilon=",
        "forward": "call",
        "torch.": "tf.",
        ".to(": ".astype(",
        "view": "reshape",
        "permute": "transpose",
        "cat(": "concat(",
        "clamp": "clip_by_value",
        "unsqueeze": "expand_dims",
        "keepdim=": "keepdims=",
        "dim=": "axis=",
    },
}


def of(path: str, text: str) -> FilePrint:
    found = fingerprint(path, text.encode())
    assert isinstance(found, FilePrint), found
    return found


@pytest.mark.parametrize("framework", sorted(PORTS))
def test_a_file_in_the_words_of_another_framework_has_the_same_tokens(framework: str) -> None:
    port = TORCH
    for old, new in PORTS[framework].items():
        assert old in port, old
        port = port.replace(old, new)
    assert of("a.py", port).stream == of("a.py", TORCH).stream
    assert of("a.py", port).named.hashes.tolist() == of("a.py", TORCH).named.hashes.tolist()


def test_another_layer_is_another_thing() -> None:
    assert of("a.py", TORCH.replace("matmul", "add")).stream != of("a.py", TORCH).stream
    assert of("a.py", TORCH.replace("LayerNorm", "RMSNorm")).stream != of("a.py", TORCH).stream


def test_a_word_stands_in_one_row_alone() -> None:
    counts = Counter(table._ROWS.split())
    assert [word for word, count in counts.items() if count > 1] == []
    assert len(counts) > len(ALIASES) > 100


def test_words_of_python_keep_their_meaning() -> None:
    assert (
        set(ALIASES) & {*dir(builtins), *keyword.kwlist, "self", "cls", "super", "range"} == set()
    )


def test_other_languages_have_no_aliases() -> None:
    program = "int construct(int axis) { int size = axis + 1; while (size < 90) { size += axis; } "
    program += "return size * axis - 7; }\n"
    renamed = program.replace("construct", "forward").replace("axis", "dim")
    assert of("a.c", program).stream != of("a.c", renamed).stream
    assert of("a.c", program).shape == of("a.c", renamed).shape
