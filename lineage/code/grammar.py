"""Files through tree-sitter: where comments, imports and strings stand, and which functions.

The grammars are wheels of their own and are loaded when a file of the language comes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from lineage.code.lexing import Span

if TYPE_CHECKING:
    from tree_sitter import Node, Parser, Query

    from lineage.code.languages import Grammar

#: Larger files go to the lexer, and so do files that nest deeper.
LARGEST = 1 << 20
_DEEPEST = 400
#: Functions of a file that are noted.
_MOST_FUNCTIONS = 5_000
_OPENING, _CLOSING = b"([{", b")]}"
_BRACKETS = bytes(set(range(256)) - set(_OPENING + _CLOSING))
_LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a grammar shows of a file."""

    spans: tuple[Span, ...]
    #: Name, first and last line.
    functions: tuple[tuple[str, int, int], ...]


def parse(content: bytes, grammar: Grammar) -> Parsed | None:
    """Return what the grammar shows; None where the file is not of the language, or too much."""
    if len(content) > LARGEST or _nests_deep(content):
        return None
    from tree_sitter import QueryCursor  # noqa: PLC0415 - not loaded where no file asks for it

    parser, query = _loaded(grammar)
    root = parser.parse(content).root_node
    if root.has_error:
        return None
    captures = QueryCursor(query).captures(root)
    cut = [Span(*n.byte_range, text=False) for key in ("cut", "doc") for n in captures.get(key, ())]
    text = [Span(*n.byte_range, text=True) for n in captures.get("text", ())]
    return Parsed(
        tuple(_outermost([*cut, *text])),
        _functions(content, captures.get("function", ()), captures.get("scope", ())),
    )


@cache
def _loaded(grammar: Grammar) -> tuple[Parser, Query]:
    from tree_sitter import Language, Parser, Query  # noqa: PLC0415

    language = Language(getattr(import_module(grammar.module), grammar.entry)())
    return Parser(language), Query(language, grammar.query)


def _nests_deep(content: bytes) -> bool:
    """Say whether brackets stand deeper in each other than people write them."""
    depth = 0
    for mark in content.translate(None, _BRACKETS):
        if mark in _OPENING:
            depth += 1
            if depth > _DEEPEST:
                return True
        elif depth:
            depth -= 1
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
