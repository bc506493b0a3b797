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

import numpy as np
from xxhash import xxh3_64_intdigest

from lineage.code.aliases import ALIASES
from lineage.code.grammar import parse
from lineage.code.languages import Language
from lineage.code.lexing import Span, spans
from lineage.code.prints import Tokens

#: Stands for a literal while the text is cut; no source text holds it (they are taken out).
_MARK = b"\x01"
_TOKEN = re.compile(
    rb"[A-Za-z_\x80-\xff$@][\w\x80-\xff$]*|\n|\x01|\.?\d[\w.]*"
    rb"|->|=>|==|!=|<=|>=|:=|::|&&|\|\||\*\*|<<|>>|\+\+|--|[-+*/%&|^]=|\?\?|[!-/:-~]"
)
_DROPPED = frozenset(b"()[]{},;\\")
_WORD = re.compile(rb"[A-Za-z_\x80-\xff$@]")
#: Words remembered with their hashes; source trees of hostile make could hold any number.
_MOST_WORDS = 500_000

#: Rows of the table of hashes: what a token is with its name and without.
_NEWLINE, _NOTHING = (0, 0), (1, 1)


def tokens_of(content: bytes, language: Language, *, by_grammar: bool = True) -> Tokens:
    """Return the tokens of a file whose line ends are newlines; ``by_grammar`` if there is one."""
    parsed = parse(content, language.grammar) if language.grammar and by_grammar else None
    parts = parsed.spans if parsed else None
    cut = spans(content, language.lexer) if parts is None else parts
    rows = _table(language).rows(_TOKEN.findall(_masked(content, cut)))
    is_break = rows[:, 0] == 0
    lines = np.cumsum(is_break, dtype=np.uint32) + np.uint32(1)
    kept = rows[:, 0] > 1
    rows, lines = rows[kept], lines[kept]
    functions = parsed.functions if parsed else ()
    return Tokens(*_merged(rows, lines), functions, parts is not None)


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


def _merged(rows: np.ndarray, lines: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return both rows and the lines, with literals of one kind in a row as one."""
    if len(rows) > 1:
        is_literal = (rows[:, 1] == _literal(b"S")) | (rows[:, 1] == _literal(b"N"))
        again = np.zeros(len(rows), dtype=bool)
        again[1:] = is_literal[1:] & (rows[1:, 0] == rows[:-1, 0])
        rows, lines = rows[~again], lines[~again]
    return np.ascontiguousarray(rows[:, 0]), np.ascontiguousarray(rows[:, 1]), lines


@cache
def _literal(kind: bytes) -> int:
    return xxh3_64_intdigest(b"\x00" + kind) | 2


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
            return _NEWLINE
        if len(token) == 1 and token[0] in _DROPPED:
            return _NOTHING
        if _WORD.match(token) and token not in self._keywords:
            name = ALIASES.get(token.decode("latin-1"), "").encode() if self._ported else b""
            return xxh3_64_intdigest(name or token) | 2, _literal(b"I")
        if token[:2].strip(b".").isdigit():
            return _literal(token if len(token) == 1 else b"N"), _literal(b"N")
        kept = b"S" if token == _MARK else b"\x00" + token
        return _literal(kept), _literal(kept)


@cache
def _table(language: Language) -> _Table:
    return _Table(language.keywords, ported=language.name == "Python")
