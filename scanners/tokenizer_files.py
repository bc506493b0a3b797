"""Tokenizer files: which kind, how large a vocabulary, and the digest that makes them comparable.

The ``name_or_path`` of a tokenizer's configuration names where the tokenizer came from. Models of
many makers share one tokenizer, so this is kept as an exhibit and never read as a parent.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from lineage.model import Scope, Tokenizer
from lineage.sources.file import JSON_LIMIT, Json, SourceFile
from lineage.sources.snapshot import UnreadableError

NAME = "tokenizer-files"
PATTERNS = (
    "tokenizer.json",
    "tokenizer_config.json",
    "tokenizer.model",
    "*sentencepiece*.model",
    "spiece.model",
    "*.tiktoken",
    "vocab.json",
    "vocab.txt",
    "merges.txt",
)
ABOUT = Scope.DOCS

#: The merges of a large vocabulary take ten times the memory of the vocabulary, and nobody asks for
#: them here. In the file they are the last member of the model, which is the last of the whole.
_MERGES = re.compile(rb'"merges"\s*:\s*\[')
_END_OF_MERGES = re.compile(rb"\]\s*\}\s*\}\s*\Z")
_TAIL = 256
_TIKTOKEN_LINE = re.compile(rb"[A-Za-z0-9+/]+={0,2} \d+\r?\n")
_HEAD = 4_096


def scan(file: SourceFile) -> Iterator[Tokenizer]:
    """Yield the tokenizer file."""
    if not file.is_here or _is_out_of_reach(file):
        yield Tokenizer(_kind_by_name(file), None, file.exhibit())
        return
    match _kind(file):
        case "tokenizers" as kind:
            yield Tokenizer(kind, _size_of_tokenizers(file), file.exhibit())
        case "config" as kind:
            yield _configuration(file, kind)
        case "sentencepiece" as kind:
            file.bytes(JSON_LIMIT)
            yield Tokenizer(kind, None, file.exhibit())
        case "vocab" as kind if file.name.lower().endswith(".json"):
            yield Tokenizer(kind, len(_mapping(file)), file.exhibit())
        case kind:
            lines = [line for line in file.bytes(JSON_LIMIT).split(b"\n") if line.strip()]
            yield Tokenizer(kind, None if kind == "merges" else len(lines), file.exhibit())


def _is_out_of_reach(file: SourceFile) -> bool:
    """Say whether a file that a clone left out, and whose size is not known, cannot be had.

    Its host is asked as a courtesy; where it refuses, the file is known by its name as before.
    """
    if file.entry.size is not None:
        return False
    try:
        file.bytes(JSON_LIMIT)
    except UnreadableError:
        return True
    return False


def _kind(file: SourceFile) -> str:
    """Return the kind; a ``tokenizer.model`` may be either of two (Llama 3 has tiktoken's)."""
    kind = _kind_by_name(file)
    is_tiktoken = kind == "sentencepiece" and _TIKTOKEN_LINE.match(file.bytes(JSON_LIMIT)[:_HEAD])
    return "tiktoken" if is_tiktoken else kind


def _kind_by_name(file: SourceFile) -> str:
    name = file.name.lower()
    stem, _, ending = name.rpartition(".")
    if ending in ("tiktoken", "model"):
        return {"model": "sentencepiece"}.get(ending, ending)
    return {"tokenizer": "tokenizers", "tokenizer_config": "config"}.get(stem, stem)


def _size_of_tokenizers(file: SourceFile) -> int | None:
    """Return how many tokens a tokenizer.json has: those of its model and those added to it."""
    parsed = _without_merges(file)
    model = parsed.get("model")
    vocabulary = model.get("vocab") if isinstance(model, dict) else None
    if not isinstance(vocabulary, (dict, list)):
        return None
    known = vocabulary if isinstance(vocabulary, dict) else set(_tokens(vocabulary))
    added = parsed.get("added_tokens")
    items = added if isinstance(added, list) else []
    contents = [item.get("content") for item in items if isinstance(item, dict)]
    unknown = {text for text in contents if isinstance(text, str) and text not in known}
    return len(vocabulary) + len(unknown)


def _tokens(vocabulary: list[Json]) -> Iterator[str]:
    """Yield the tokens of a Unigram model: pairs of token and score."""
    for pair in vocabulary:
        if isinstance(pair, list) and pair and isinstance(pair[0], str):
            yield pair[0]


def _without_merges(file: SourceFile) -> dict[str, Json]:
    """Return a tokenizer.json, without its merges where these are what ends it."""
    content = file.bytes(JSON_LIMIT)
    merges = list(_MERGES.finditer(content))
    if merges and _END_OF_MERGES.search(content[-_TAIL:]):
        try:
            cut: Json = json.loads(content[: merges[-1].end()].decode() + "]}}")
        except (ValueError, RecursionError):
            cut = None
        model = cut.get("model") if isinstance(cut, dict) else None
        if isinstance(cut, dict) and isinstance(model, dict) and "vocab" in model:
            return cut
    return _mapping(file)


def _mapping(file: SourceFile) -> dict[str, Json]:
    parsed = file.json(JSON_LIMIT)
    if not isinstance(parsed, dict):
        raise UnreadableError("a tokenizer file that is no mapping")
    return parsed


def _configuration(file: SourceFile, kind: str) -> Tokenizer:
    """Return the configuration, with the place where it names its origin as the exhibit."""
    origin = _mapping(file).get("name_or_path")
    if not isinstance(origin, str) or not origin:
        return Tokenizer(kind, None, file.exhibit())
    lines = file.line_of_member("name_or_path", origin)
    return Tokenizer(kind, None, file.exhibit(lines, excerpt=f"name_or_path: {origin}"))
