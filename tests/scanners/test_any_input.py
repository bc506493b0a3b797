"""Whatever stands in a file, a scanner yields evidence or refuses; nothing else comes out of it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lineage.scanners import SCANNERS
from lineage.walk import read
from tests.doubles.memory import snapshot_of

NAMES = (
    "README.md",
    "MODEL_CARD.md",
    "config.json",
    "generation_config.json",
    "model_index.json",
    "params.json",
    "adapter_config.json",
    "mergekit_config.yml",
    "model.safetensors",
    "model.gguf",
    "model.safetensors.index.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "tokenizer.model",
    "vocab.json",
    "vocab.txt",
    "pyproject.toml",
    "setup.cfg",
    "setup.py",
    "package.json",
    "Cargo.toml",
    "PKG-INFO",
)
MINE = [
    SCANNERS[name]
    for name in SCANNERS
    if name not in ("licence-files", "source-headers")  # have tests of their own
]
#: Keys that some scanner looks at, so that values of a wrong type come to where they hurt.
KEYS = st.sampled_from(
    [
        "_name_or_path",
        "added_tokens",
        "architectures",
        "auto_map",
        "base_model",
        "base_model_name_or_path",
        "content",
        "experts",
        "license",
        "licenses",
        "merge_method",
        "merges",
        "metadata",
        "model",
        "model_type",
        "models",
        "modules",
        "name_or_path",
        "path",
        "peft_type",
        "project",
        "quant_method",
        "quantization_config",
        "slices",
        "sources",
        "tags",
        "text_config",
        "type",
        "vocab",
        "weight_map",
    ]
)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from(["a/b", "mit", "x", ""])
)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=6),
    max_leaves=25,
)


def scan(contents: dict[str, bytes]) -> None:
    reading = read(snapshot_of(contents), MINE)
    for unread in reading.coverage.unread:
        assert unread.path in contents
        assert unread.reason


@settings(max_examples=150, deadline=None)
@given(TREES)
def test_any_structure(tree: object) -> None:
    text = json.dumps(tree)
    front = f"---\n{text}\n---\n# T\n".encode()
    scan({name: front if name == "README.md" else text.encode() for name in NAMES})


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes(content: bytes) -> None:
    scan(dict.fromkeys(NAMES, content))


@settings(max_examples=100, deadline=None)
@given(
    st.text(
        st.sampled_from(
            "[](){}<>*_`#:-|.!?,; \n\t\"'/从零训练开源模型是trained from scratch is based on"
        ),
        max_size=400,
    )
)
def test_any_prose(text: str) -> None:
    scan({"README.md": text.encode()})


@pytest.mark.parametrize("content", [b"", b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\n" * 100])
def test_files_with_next_to_nothing_in_them(content: bytes) -> None:
    scan(dict.fromkeys(NAMES, content))
