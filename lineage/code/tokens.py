"""A file's tokens as two rows of hashes: names kept, and names abstracted.

Where comments, imports and strings stand is asked of the grammar, or else of the lexer; what is
left is cut into tokens in one way for both, so that a file with a fault in it still matches. Left
out are brackets, commas and semicolons, which formatters move; a number of two digits or more
counts as "a number", a string as "a string", several in a row as one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import TypedDict

import numpy as np
from xxhash import xxh3_64_intdigest

from lineage.code.aliases import ALIASES
from lineage.code.grammar import parse
from lineage.code.languages import Language
from lineage.code.lexing import Span, spans
from lineage.code.prints import Hashes, Tokens
from lineage.code.statements import (
    FIRST_TOKEN,
    MARKS,
    NEWLINE,
    Numbers,
    hashed,
    numbered,
)

#: Stands for a literal while the text is cut; no source text holds it (they are taken out).
_MARK = b"\x01"
_TOKEN = re.compile(
    rb"[A-Za-z_\x80-\xff$@][\w\x80-\xff$]*|\n|\x01|\.?\d[\w.]*"
    rb"|->|=>|==|!=|<=|>=|:=|::|&&|\|\||\*\*|<<|>>|\+\+|--|[-+*/%&|^]=|\?\?|[!-/:-~]"
)
_WORD = re.compile(rb"[A-Za-z_\x80-\xff$@]")
#: Words remembered with their hashes; source trees of hostile make could hold any number.
_MOST_WORDS = 500_000

#: Words that begin a statement of Python whose body may follow in the same line.
_HEADS = (
    b"async",
    b"class",
    b"def",
    b"elif",
    b"else",
    b"except",
    b"finally",
    b"for",
    b"if",
    b"try",
    b"while",
    b"with",
)


def tokens_of(content: bytes, language: Language, *, by_grammar: bool = True) -> Tokens:
    """Return the tokens of a file whose line ends are newlines; ``by_grammar`` if there is one."""
    parsed = parse(content, language.grammar) if language.grammar and by_grammar else None
    parts = parsed.spans if parsed else None
    cut = spans(content, language.lexer) if parts is None else parts
    rows = _table(language).rows(_TOKEN.findall(_masked(content, cut)))
    marks = rows[:, 0]
    number = numbered(marks, **_rules(language))
    lines = np.cumsum(marks == NEWLINE, dtype=np.uint32) + np.uint32(1)
    kept = marks >= FIRST_TOKEN
    named, shaped, lines, number = _merged(rows[kept], lines[kept], number)
    functions = parsed.functions if parsed else ()
    return Tokens(named, shaped, lines, functions, parts is not None, hashed(shaped, number))


def _masked(content: bytes, cut: Iterable[Span]) -> bytes:
    """Return the text with literals as marks and without what is left out; line breaks stay."""
    content = content.replace(_MARK, b" ")
    pieces: list[bytes] = []
    done = 0
    for span in cut:
        if span.start < done:
            continue
        breaks = content.count(b"\n", span.start, span.stop)
        pieces += (content[done : span.start], _MARK if span.text else b" ", b"\n" * breaks)
        done = span.stop
    pieces.append(content[done:])
    return b" ".join(pieces)


def _merged(
    rows: np.ndarray, lines: np.ndarray, number: Numbers
) -> tuple[np.ndarray, np.ndarray, np.ndarray, Numbers]:
    """Return both rows, the lines and the statements; literals of one kind in a row are one."""
    if len(rows) > 1:
        is_literal = (rows[:, 1] == _literal(b"S")) | (rows[:, 1] == _literal(b"N"))
        again = np.zeros(len(rows), dtype=bool)
        again[1:] = is_literal[1:] & (rows[1:, 0] == rows[:-1, 0])
        rows, lines, number = rows[~again], lines[~again], number[~again]
    named, shaped = (np.ascontiguousarray(rows[:, at]) for at in (0, 1))
    return named, shaped, lines, number


class _Rules(TypedDict):
    """What ends a statement."""

    by_line: bool
    heads: Hashes
    colon: int


@cache
def _rules(language: Language) -> _Rules:
    heads = [_literal(b"\x00" + word) for word in _HEADS]
    is_python = language.lexer == "python"
    return _Rules(
        by_line=language.by_line,
        heads=np.array(heads if is_python else [], dtype=np.uint64),
        colon=_literal(b"\x00:"),
    )


@cache
def _literal(kind: bytes) -> int:
    return xxh3_64_intdigest(b"\x00" + kind) | FIRST_TOKEN


class _Table(dict[bytes, tuple[int, int]]):
    """The hashes of a language's tokens, computed when they come first."""

    def __init__(self, keywords: frozenset[str], *, ported: bool) -> None:
        super().__init__()
        self._keywords = frozenset(word.encode() for word in keywords)
        self._ported = ported

    def rows(self, found: list[bytes]) -> np.ndarray:
        """Return both hashes of each token."""
        if len(self) > _MOST_WORDS:
            self.clear()
        flat = [number for token in found for number in self[token]]
        return np.array(flat, dtype=np.uint64).reshape(-1, 2)

    def __missing__(self, token: bytes) -> tuple[int, int]:
        made = self._hashed(token)
        self[token] = made
        return made

    def _hashed(self, token: bytes) -> tuple[int, int]:
        if token == b"\n":
            return NEWLINE, NEWLINE
        if len(token) == 1 and token[0] in MARKS:
            return MARKS[token[0]], MARKS[token[0]]
        if _WORD.match(token) and token not in self._keywords:
            name = ALIASES.get(token.decode("latin-1"), "").encode() if self._ported else b""
            return xxh3_64_intdigest(name or token) | FIRST_TOKEN, _literal(b"I")
        if token[:2].strip(b".").isdigit():
            return _literal(token if len(token) == 1 else b"N"), _literal(b"N")
        kept = b"S" if token == _MARK else b"\x00" + token
        return _literal(kept), _literal(kept)


@cache
def _table(language: Language) -> _Table:
    return _Table(language.keywords, ported=language.name == "Python")
