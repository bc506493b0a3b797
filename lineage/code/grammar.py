"""Files through tree-sitter: where comments, imports and strings stand, and which functions.

The grammars are wheels of their own and are loaded when a file of the language comes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from lineage.code.lexing import Span

if TYPE_CHECKING:
    from tree_sitter import Node, Parser, Query, Tree

    from lineage.code.languages import Grammar

#: Larger files go to the lexer, and so do files that nest deeper.
LARGEST = 1 << 20
_DEEPEST = 400
#: Closing brackets that close nothing: text in strings has some.
_MOST_MISFITS = 150
#: Functions of a file that are noted.
_MOST_FUNCTIONS = 5_000
_OPENING, _CLOSING = b"([{", b")]}"
_BRACKETS = bytes(set(range(256)) - set(_OPENING + _CLOSING))
_LONGEST_NAME = 120
#: Steps of the parser: programs take one for some 200 bytes, and more for their faults.
_STEPS, _BYTES_A_STEP = 1_000, 40
_PIECE = 1 << 16
#: Words of CUDA, HIP and Ascend C, and the brackets of a launch.
_ADDED = re.compile(
    rb"\b__(?:global|device|host|shared|constant|managed|forceinline|noinline|restrict|aicore|gm"
    rb"|ubuf|cbuf|inout_pipe)__\b|\b__launch_bounds__\s*\([^()\n]{0,200}\)|<<<[^;{}]{0,400}?>>>"
)


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a grammar shows of a file."""

    #: None where the file does not follow the grammar throughout: a lexer is asked for them.
    spans: tuple[Span, ...] | None
    #: Name, first and last line.
    functions: tuple[tuple[str, int, int], ...]


def parse(content: bytes, grammar: Grammar) -> Parsed | None:
    """Return what the grammar shows; None of a file that is too much for it.

    Of a file with faults the functions without any are returned.
    """
    if len(content) > LARGEST or _nests_deep(content):
        return None
    from tree_sitter import QueryCursor  # noqa: PLC0415 - not loaded where no file asks for it

    parser, query = _loaded(grammar)
    tree = _tree(parser, _plain(content, grammar))
    if tree is None:
        return None
    root = tree.root_node
    captures = QueryCursor(query).captures(root)
    cut = [Span(*n.byte_range, text=False) for key in ("cut", "doc") for n in captures.get(key, ())]
    text = [Span(*n.byte_range, text=True) for n in captures.get("text", ())]
    whole = [node for node in captures.get("function", ()) if not node.has_error]
    return Parsed(
        None if root.has_error else tuple(_outermost([*cut, *text])),
        _functions(content, whole, captures.get("scope", ())),
    )


def _tree(parser: Parser, content: bytes) -> Tree | None:
    """Return the tree; None where it takes far more steps than programs do.

    Steps are counted, not seconds: the same file gives the same print on every machine.
    """
    left = _STEPS + len(content) // _BYTES_A_STEP

    def is_spent(_offset: int, _has_error: bool) -> bool:  # noqa: FBT001 - as the library calls it
        nonlocal left
        left -= 1
        return left < 0

    def piece(offset: int, _point: object) -> bytes:
        return content[offset : offset + _PIECE]

    try:
        return parser.parse(piece, progress_callback=is_spent)
    except ValueError:  # how the library says that it was stopped
        parser.reset()
        return None


def _plain(content: bytes, grammar: Grammar) -> bytes:
    """Return C++ without the words that CUDA and Ascend C add to it, at the same length."""
    if grammar.entry != "language" or grammar.module not in ("tree_sitter_c", "tree_sitter_cpp"):
        return content
    return _ADDED.sub(lambda found: b" " * len(found[0]), content)


@cache
def _loaded(grammar: Grammar) -> tuple[Parser, Query]:
    from tree_sitter import Language, Parser, Query  # noqa: PLC0415

    language = Language(getattr(import_module(grammar.module), grammar.entry)())
    return Parser(language), Query(language, grammar.query)


def _nests_deep(content: bytes) -> bool:
    """Say whether brackets stand deeper in each other, or fit each other less, than in programs.

    Recovery from faults of every kind is what takes a parser long.
    """
    waiting = bytearray()
    misfits = 0
    for mark in content.translate(None, _BRACKETS):
        if mark in _OPENING:
            waiting.append(mark)
            if len(waiting) > _DEEPEST:
                return True
        elif waiting and _OPENING.index(waiting[-1]) == _CLOSING.index(mark):
            waiting.pop()
        else:
            misfits += 1
            if misfits > _MOST_MISFITS:
                return True
    return False


def _outermost(spans: list[Span]) -> list[Span]:
    """Return the spans in order, without those inside others."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda one: (one.start, -one.stop, one.text)):
        if not kept or span.start >= kept[-1].stop:
            kept.append(span)
    return kept


def _functions(
    content: bytes, functions: Sequence[Node], scopes: Sequence[Node]
) -> tuple[tuple[str, int, int], ...]:
    around = sorted((n.start_byte, n.end_byte, _name(content, n)) for n in scopes)
    found = []
    open_scopes: list[tuple[int, int, str]] = []
    coming = iter([*around, None])
    scope = next(coming)
    for node in sorted(functions[:_MOST_FUNCTIONS], key=lambda one: one.start_byte):
        while scope is not None and scope[0] <= node.start_byte:
            open_scopes.append(scope)
            scope = next(coming)
        open_scopes = [one for one in open_scopes if one[1] >= node.end_byte]
        name = ".".join([*(one[2] for one in open_scopes if one[2]), _name(content, node)])
        found.append((name[-_LONGEST_NAME:], node.start_point[0] + 1, node.end_point[0] + 1))
    return tuple(found)


def _name(content: bytes, node: Node) -> str:
    named = node.child_by_field_name("name") or node.child_by_field_name("declarator")
    named = named or node.child_by_field_name("type")
    if named is None:
        return ""
    text = content[named.start_byte : min(named.end_byte, named.start_byte + _LONGEST_NAME)]
    shown = text.partition(b"(")[0].split()
    return shown[-1].lstrip(b"*&").decode("utf-8", errors="replace") if shown else ""
