"""A value of a terms file that knows where it stands, so that what is wrong with it can be said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from typing import TYPE_CHECKING, NoReturn, TypeAlias, TypeVar

if TYPE_CHECKING:
    import yaml

Plain: TypeAlias = "dict[str, Plain] | list[Plain] | str | int | bool | None"
Path: TypeAlias = tuple[str | int, ...]
E = TypeVar("E", bound=StrEnum)

#: Bytes of a terms file; the longest of ours has less than a tenth of it.
SIZE_LIMIT = 256 * 1024
_DEPTH_LIMIT = 12


class TermsError(ValueError):
    """A terms file is not what it should be."""

    def __init__(self, file: str, line: int | None, problem: str) -> None:
        super().__init__(file, line, problem)
        self.file = file
        self.line = line
        self.problem = problem

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}, line {self.line}"
        return f"{place}: {self.problem}"


@dataclass(frozen=True, slots=True)
class Field:
    """A value, its place in the file, and the lines of that file."""

    value: Plain
    file: str
    path: Path
    lines: Mapping[Path, int]

    def fail(self, problem: str) -> NoReturn:
        """Raise ``TermsError`` for this place."""
        raise TermsError(self.file, self.line, f"{self.name}: {problem}")

    @property
    def line(self) -> int | None:
        """Return the line of the value, or of what it is missing from."""
        path = self.path
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path)

    @property
    def name(self) -> str:
        """Return the place in words: ``obligations[2].kind``."""
        parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in self.path)
        return "".join(parts).removeprefix(".") or "the file"

    def only(self, required: str, optional: str = "") -> None:
        """Check that this is a mapping with the required keys, and with no others than these.

        Keys are given in one string, separated by spaces.
        """
        value = self._mapping()
        must, may = required.split(), optional.split()
        for key in value:
            if key not in must and key not in may:
                known = ", ".join(sorted((*must, *may)))
                close = get_close_matches(key, (*must, *may), n=1, cutoff=0.6)
                meant = f"; did you mean {close[0]}" if close else ""
                self[key].fail(f"unknown key; expected one of: {known}{meant}")
        if missing := [key for key in must if key not in value]:
            self.fail(f"expected the key{'s' * (len(missing) > 1)} {', '.join(missing)}")

    def __contains__(self, key: str) -> bool:
        return isinstance(self.value, dict) and self.value.get(key) is not None

    def __getitem__(self, key: str) -> Field:
        return Field(self._mapping().get(key), self.file, (*self.path, key), self.lines)

    def maybe(self, key: str) -> Field | None:
        """Return the value of a key; None where the key is missing or empty."""
        return self[key] if key in self else None  # noqa: SIM401 - a Field has no get

    def items(self, key: str) -> Iterator[Field]:
        """Yield the values of a list; nothing where the key is missing."""
        field = self[key]
        if field.value is None:
            return
        if not isinstance(field.value, list):
            field.fail("expected a list")
        for number, item in enumerate(field.value):
            yield Field(item, self.file, (*field.path, number), self.lines)

    def text(self, key: str, longest: int = 2000) -> str:
        """Return a text that has to be there."""
        return self[key].as_text(longest)

    def text_or_none(self, key: str, longest: int = 2000) -> str | None:
        """Return a text that may be missing."""
        return self[key].as_text(longest) if key in self else None

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts; empty where it is missing."""
        return tuple(item.as_text() for item in self.items(key))

    def as_text(self, longest: int = 2000) -> str:
        """Return this value, which has to be a text."""
        if not isinstance(self.value, str) or not self.value.strip():
            self.fail("expected a text (in quotation marks if it reads as a number or a truth)")
        if len(self.value) > longest:
            self.fail(f"expected at most {longest} characters, found {len(self.value)}")
        return self.value

    def number(self, key: str) -> int:
        """Return a whole number above zero."""
        field = self[key]
        if isinstance(field.value, bool) or not isinstance(field.value, int) or field.value < 1:
            field.fail("expected a whole number above zero")
        return field.value

    def flag(self, key: str) -> bool:
        """Return a truth; False where it is missing."""
        return self.flag_or_none(key) or False

    def flag_or_none(self, key: str) -> bool | None:
        """Return a truth; None where it is missing or left open with ``null``."""
        field = self[key]
        if field.value is not None and not isinstance(field.value, bool):
            field.fail("expected true, false or null")
        return field.value

    def one_of(self, vocabulary: type[E], key: str) -> E:
        """Return a word of a vocabulary."""
        return self[key].as_word(vocabulary)

    def one_or(self, key: str, default: E) -> E:
        """Return a word of the vocabulary of the default, which stands where the key is missing."""
        return self[key].as_word(type(default)) if key in self else default

    def several(self, vocabulary: type[E], key: str) -> tuple[E, ...]:
        """Return a list of words of a vocabulary; empty where it is missing."""
        return tuple(item.as_word(vocabulary) for item in self.items(key))

    def as_word(self, vocabulary: type[E]) -> E:
        """Return this value, which has to be a word of a vocabulary."""
        try:
            return vocabulary(str(self.value))
        except ValueError:
            known = ", ".join(vocabulary)
            self.fail(f"expected one of: {known}; found {str(self.value)[:60]!r}")

    def _mapping(self) -> dict[str, Plain]:
        if not isinstance(self.value, dict):
            self.fail("expected a mapping")
        return self.value


def parse(text: str, file: str, limit: int = SIZE_LIMIT) -> Field:
    """Return a terms file's content with the line of every value.

    Raises:
        TermsError: it is too large, not YAML, or uses what terms files do without: anchors, several
            documents, a key given twice.
    """
    import yaml  # noqa: PLC0415 - compiled terms are read without it

    if len(text) > limit:
        raise TermsError(file, None, f"expected at most {limit} characters")
    try:
        _refuse_depth(text, file)
        root = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise TermsError(file, line, f"expected YAML: {error.problem or error.context}") from error
    except (yaml.YAMLError, RecursionError) as error:
        raise TermsError(file, None, "expected YAML") from error
    if root is None:
        raise TermsError(file, 1, "expected a mapping, found an empty file")
    reader = _Reader(file)
    return Field(reader.plain(root, ()), file, (), reader.lines)


def _refuse_depth(text: str, file: str) -> None:
    """Raise for what nests too deep: composing it recurses in C, and would end the process."""
    import yaml  # noqa: PLC0415 - compiled terms are read without it

    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > _DEPTH_LIMIT + 1:
            line = event.start_mark.line + 1 if event.start_mark else None
            raise TermsError(file, line, "expected less depth than this")


class _Reader:
    """Turns YAML nodes into plain values and notes their lines."""

    def __init__(self, file: str) -> None:
        import yaml  # noqa: PLC0415 - compiled terms are read without it

        self._yaml = yaml
        self.file = file
        self.lines: dict[Path, int] = {}
        self._seen: set[int] = set()

    def plain(self, node: yaml.Node, path: Path) -> Plain:
        self.lines[path] = line = node.start_mark.line + 1
        if id(node) in self._seen or len(path) > _DEPTH_LIMIT:
            raise TermsError(
                self.file, line, "expected neither anchors nor aliases, nor such depth"
            )
        self._seen.add(id(node))
        if isinstance(node, self._yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, self._yaml.SequenceNode):
            return [self.plain(item, (*path, n)) for n, item in enumerate(node.value)]
        return _scalar(node.tag, str(node.value))

    def _mapping(self, node: yaml.MappingNode, path: Path) -> Plain:
        found: dict[str, Plain] = {}
        for key_node, value_node in node.value:
            # As written: YAML 1.1 would read the key "on" as a truth.
            key = str(key_node.value)
            if key in found:
                line = key_node.start_mark.line + 1
                raise TermsError(self.file, line, f"{key}: expected once, found twice")
            found[key] = self.plain(value_node, (*path, key))
        return found


def _scalar(tag: str, value: str) -> Plain:
    """Return what a scalar stands for; dates and fractions stay texts."""
    match tag.rpartition(":")[2]:
        case "null":
            return None
        case "bool":
            return value.lower() in ("true", "yes", "on")
        case "int":
            try:
                return int(value)
            except ValueError:
                return value
        case _:
            return value
