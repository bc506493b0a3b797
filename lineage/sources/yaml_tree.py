"""A YAML document of somebody's repository as a tree of texts with their lines.

Nothing is constructed: every scalar stays the text that was written, so that ``license: no`` is
"no" and a date is its own digits. Anchors and aliases are refused (a kilobyte of them can stand for
gigabytes), and so are depth, size and a key that comes twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

import yaml

from lineage.sources.snapshot import UnreadableError

MAX_CHARACTERS = 128 << 10
MAX_DEPTH = 32
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})


@dataclass(frozen=True, slots=True)
class Scalar:
    """A value as it was written, without its quotation marks."""

    text: str
    #: First and last line, counted from 1.
    lines: tuple[int, int]
    #: True where nothing was written, or YAML's own word for it.
    is_null: bool


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    items: tuple[Node, ...]
    lines: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys, each once, with their values, in the order written."""

    members: tuple[tuple[str, Node], ...]
    lines: tuple[int, int]

    def get(self, key: str) -> Node | None:
        """Return the value of a key; None where there is none."""
        return next((node for name, node in self.members if name == key), None)


Node: TypeAlias = Scalar | Sequence | Mapping


class _Mark(Protocol):
    """A place in the text, as the parser marks it: from 0."""

    line: int
    column: int


@dataclass(slots=True)
class _Open:
    """A list or a mapping whose end has not come yet."""

    is_mapping: bool
    line: int
    nodes: list[Node] = field(default_factory=list)


def parse(text: str, what: str = "the file", *, above: int = 0) -> Node | None:
    """Return the first document in the text; None if the text holds none.

    Args:
        text: YAML.
        what: what the text is, as the message of an error calls it.
        above: how many lines of the file stand above the text.

    Raises:
        UnreadableError: it is not valid YAML, or is more than is accepted from a stranger.
    """
    if len(text) > MAX_CHARACTERS:
        raise UnreadableError(f"{what} has {len(text):,} characters, too many to be parsed")
    try:
        return _tree(text, what, above)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f" (line {_line(mark) + above})" if mark else ""
        raise UnreadableError(f"{what} is not valid YAML{where}: {error.problem}") from error
    except (yaml.YAMLError, UnicodeEncodeError) as error:
        reason = str(error).partition("\n")[0]
        raise UnreadableError(f"{what} is not valid YAML: {reason}") from error


def scalars(node: Node | None) -> Iterator[Scalar]:
    """Yield the value, or each value of a list; what was left empty is passed over."""
    match node:
        case Scalar() if not node.is_null:
            yield node
        case Sequence(items):
            yield from (item for item in items if isinstance(item, Scalar) and not item.is_null)


def _tree(text: str, what: str, above: int) -> Node | None:
    """Return the tree of the first document, without recursion."""
    opened: list[_Open] = []
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        line = _line(event.start_mark) + above
        match event:
            case yaml.AliasEvent() | yaml.NodeEvent(anchor=str()):
                raise UnreadableError(f"{what} uses an anchor or an alias (line {line})")
            case yaml.CollectionStartEvent():
                opened.append(_Open(isinstance(event, yaml.MappingStartEvent), line))
                if len(opened) > MAX_DEPTH:
                    raise UnreadableError(f"{what} nests too deep (line {line})")
                continue
            case yaml.ScalarEvent():
                node: Node = _scalar(event, above)
            case yaml.CollectionEndEvent():
                node = _closed(opened.pop(), line, what)
            case _:
                continue
        if not opened:
            return node
        opened[-1].nodes.append(node)
    return None


def _scalar(event: yaml.ScalarEvent, above: int) -> Scalar:
    first = _line(event.start_mark) + above
    # A block of text ends at the start of the line after it.
    last = _line(event.end_mark) + above - (0 if event.end_mark and event.end_mark.column else 1)
    is_plain = bool(event.implicit[0])
    return Scalar(event.value, (first, max(first, last)), is_plain and event.value in _NULLS)


def _line(mark: _Mark | None) -> int:
    """Return the line of a mark, counted from 1."""
    return mark.line + 1 if mark else 1


def _closed(opened: _Open, end: int, what: str) -> Node:
    last = max((node.lines[1] for node in opened.nodes), default=end)
    lines = (opened.line, max(opened.line, last))
    if not opened.is_mapping:
        return Sequence(tuple(opened.nodes), lines)
    members: dict[str, Node] = {}
    for key, value in zip(opened.nodes[::2], opened.nodes[1::2], strict=True):
        if not isinstance(key, Scalar):
            raise UnreadableError(f"{what} has a key that is no text (line {key.lines[0]})")
        if key.text in members:
            raise UnreadableError(f"{what} gives {key.text[:80]!r} twice (line {key.lines[0]})")
        members[key.text] = value
    return Mapping(tuple(members.items()), lines)
