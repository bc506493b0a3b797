"""The YAML block at the head of a model card.

Its form is the hub's: a line of three dashes, YAML, a line of three dashes
(``REGEX_YAML_BLOCK`` in huggingface_hub's repocard module).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lineage.sources.snapshot import UnreadableError
from lineage.sources.yaml_tree import Mapping, parse

#: What a first line of YAML looks like; other text below three dashes is prose below a rule.
_KEY = re.compile(r"""\s*(?:["']?[\w-]+["']?\s*:(?:\s|$)|#|\{)""")
_FENCE = re.compile(r"---\s*")


@dataclass(frozen=True, slots=True)
class Block:
    """Where the front matter stands: the lines of its two fences, counted from 1."""

    opening: int
    #: None where the second fence is missing.
    closing: int | None

    @property
    def prose_from(self) -> int:
        """The first line of the prose below."""
        return (self.closing or 0) + 1


def find_block(lines: Sequence[str]) -> Block | None:
    """Return where the front matter stands; None for a file without one."""
    opening = next((n for n, line in enumerate(lines, 1) if line.strip()), None)
    if opening is None or not _FENCE.fullmatch(lines[opening - 1]):
        return None
    below = next((line for line in lines[opening:] if line.strip()), "")
    if not _KEY.match(below) and not _FENCE.fullmatch(below):
        return None
    closing = (n for n, line in enumerate(lines[opening:], opening + 1) if _FENCE.fullmatch(line))
    return Block(opening, next(closing, None))


def fields_of(lines: Sequence[str], block: Block) -> Mapping:
    """Return the fields of the front matter.

    Raises:
        UnreadableError: it is no valid YAML, or no mapping of fields.
    """
    if block.closing is None:
        raise UnreadableError("the front matter has no end")
    text = "\n".join(lines[block.opening : block.closing - 1])
    tree = parse(text, "the front matter", above=block.opening)
    if tree is None:
        return Mapping((), (block.opening, block.closing))
    if not isinstance(tree, Mapping):
        raise UnreadableError("the front matter holds no fields")
    return tree
