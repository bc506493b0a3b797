"""The row of each token in a model's embedding, from whichever tokenizer file says it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from lineage.formats.paging import Source
from lineage.formats.wire import fields, text
from lineage.sources.file import JSON_LIMIT, Json, SourceFile, decode
from lineage.sources.snapshot import UnreadableError

Vocabulary: TypeAlias = dict[str, int]

#: SentencePiece's own files.
_MODEL_LIMIT = 32 << 20
_LAST_ROW = 1 << 31


def from_tokenizer(file: SourceFile) -> Vocabulary:
    """Return the tokens of a ``tokenizer.json`` with those that were added to it.

    Raises:
        UnreadableError: it holds no vocabulary.
    """
    root = file.json(JSON_LIMIT)
    model = root.get("model") if isinstance(root, dict) else None
    vocabulary = model.get("vocab") if isinstance(model, dict) else None
    if not isinstance(root, dict) or not isinstance(vocabulary, (dict, list)):
        raise UnreadableError("a tokenizer without a vocabulary")
    found = _numbered(vocabulary) if isinstance(vocabulary, dict) else _pieces(vocabulary)
    added = root.get("added_tokens")
    for token in added if isinstance(added, list) else []:
        match token:
            case {"content": str() as content, "id": int() as number} if 0 <= number < _LAST_ROW:
                found[content] = number
    return found


def _numbered(vocabulary: Mapping[str, Json]) -> Vocabulary:
    return {
        token: row for token, row in vocabulary.items() if type(row) is int and 0 <= row < _LAST_ROW
    }


def _pieces(vocabulary: list[Json]) -> Vocabulary:
    """Return the tokens of a unigram model: pairs of a piece and its score, in order."""
    pairs = (pair if isinstance(pair, list) and pair else [None] for pair in vocabulary)
    return {piece[0]: row for row, piece in enumerate(pairs) if isinstance(piece[0], str)}


def from_object(file: SourceFile) -> Vocabulary:
    """Return the tokens of a ``vocab.json``.

    Raises:
        UnreadableError: it is no mapping.
    """
    root = file.json(JSON_LIMIT)
    if not isinstance(root, dict):
        raise UnreadableError("a vocabulary that is no mapping")
    return _numbered(root)


def from_lines(file: SourceFile) -> Vocabulary:
    """Return the tokens of a ``vocab.txt``, one a line."""
    lines = decode(file.bytes(_MODEL_LIMIT)).removesuffix("\n").split("\n")
    return {token: row for row, token in enumerate(lines)}


def from_sentencepiece(file: SourceFile) -> Vocabulary:
    """Return the pieces of a SentencePiece model, in order.

    https://github.com/google/sentencepiece/blob/master/src/sentencepiece_model.proto

    Raises:
        ValueError: it is none.
    """
    content = file.bytes(_MODEL_LIMIT)
    source = Source(lambda start, stop: content[start:stop], len(content))
    found: Vocabulary = {}
    row = 0
    for item in fields(source, 0, len(content)):
        if item.number == 1 and item.is_bytes:
            parts = {part.number: part for part in fields(source, item.start, item.stop)}
            if 1 in parts:
                found[text(source, parts[1])] = row
            row += 1
    if not found:
        raise UnreadableError("a SentencePiece model without pieces")
    return found


#: Files that say it, the most telling first.
READERS: dict[str, Callable[[SourceFile], Vocabulary]] = {
    "tokenizer.json": from_tokenizer,
    "vocab.json": from_object,
    "vocab.txt": from_lines,
    "tokenizer.model": from_sentencepiece,
    "spiece.model": from_sentencepiece,
    "sentencepiece.bpe.model": from_sentencepiece,
}
