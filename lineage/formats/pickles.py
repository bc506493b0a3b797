"""Reads the pickles of ``torch.save`` without executing anything.

``pickletools.genops`` only splits a pickle into opcodes. What they would build is built here from
plain values, and only from opcodes and globals that ``torch.save`` writes for a state dict. There
is no list of what is bad: whatever is not on the list of what is known ends the reading.
https://github.com/python/cpython/blob/main/Lib/pickletools.py describes the opcodes.
"""

from __future__ import annotations

import pickletools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from lineage.formats.header import FormatError
from lineage.formats.paging import Source

#: Far above the pickle of any state dict: some 200 bytes for each tensor.
MAX_PICKLE = 64 << 20
_MAX_STEPS = 6_000_000
_MAX_QUOTE = 80
#: Integers have no business being longer as keys; equal hashes of long ones would cost time.
_MAX_KEY = 1 << 31

_T = TypeVar("_T")

#: None, bool, int, float, str, bytes, tuple, list, dict, or one of the values of this module.
Value: TypeAlias = object


@dataclass(frozen=True, slots=True)
class Name:
    """A global that a pickle mentions: a storage class, an element type, a function."""

    module: str
    name: str

    def __str__(self) -> str:
        return f"{self.module}.{self.name}"[:_MAX_QUOTE]


@dataclass(frozen=True, slots=True)
class Persistent:
    """Something that lies outside of the pickle: a storage."""

    id: Value


#: What a call of a known global gives, from its arguments.
Call: TypeAlias = Callable[[tuple[Value, ...]], Value]


def read_pickle(
    source: Source, start: int, size: int, names: Callable[[Name], Call | None]
) -> tuple[Value, int]:
    """Return what a pickle describes, and where in the file it ends.

    ``names`` says what a global's call gives; it returns None for one that is inert, and raises
    ``FormatError`` for one that has no place here.

    Raises:
        FormatError: the pickle holds an opcode or a global that ``torch.save`` does not write.
    """
    stream = _Stream(source, start, min(start + size, source.size))
    machine = _Machine(names)
    for count, (opcode, argument) in enumerate(_operations(stream)):
        if count > _MAX_STEPS:
            raise FormatError(f"a pickle of more than {_MAX_STEPS:,} opcodes")
        if opcode == "STOP":
            return machine.result(), stream.position
        machine.step(opcode, argument)
    raise FormatError("the pickle does not end")


def _operations(stream: _Stream) -> Iterator[tuple[str, Value]]:
    try:
        # It asks for read, readline and tell alone.
        for opcode, argument, _ in pickletools.genops(stream):  # type: ignore[arg-type]
            yield opcode.name, argument
    except FormatError:
        raise
    except (ValueError, EOFError, OverflowError, MemoryError) as error:
        raise FormatError(f"the pickle is malformed ({_quoted(error)})") from error


class _Stream:
    """The part of the file protocol that pickletools asks for, over a byte source."""

    _PIECE = 256 << 10

    def __init__(self, source: Source, start: int, stop: int) -> None:
        self._source = source
        self._stop = min(stop, start + MAX_PICKLE)
        self._kept = b""
        self._begin = start
        #: Where in the file the reading stands.
        self.position = start

    def read(self, count: int) -> bytes:
        """Return the next bytes, fewer at the end."""
        offset = self.position - self._begin
        if offset + count > len(self._kept):
            self._extend(count)
            offset = 0
        content = self._kept[offset : offset + count]
        self.position += len(content)
        return content

    def readline(self) -> bytes:
        """Return the next line with its end."""
        line = bytearray()
        while (letter := self.read(1)) and len(line) <= _LONGEST_LINE:
            line += letter
            if letter == b"\n":
                break
        return bytes(line)

    def tell(self) -> int:
        """Return where in the file the reading stands."""
        return self.position

    def _extend(self, count: int) -> None:
        if self.position + count > self._stop:
            count = self._stop - self.position
        known = self._kept[self.position - self._begin :]
        stop = min(self._stop, self.position + max(count, self._PIECE))
        first = self.position + len(known)
        self._kept = known + self._source(first, stop)
        self._begin = self.position


_LONGEST_LINE = 4096


class _Machine:
    """The stack and the memo of a pickle."""

    def __init__(self, names: Callable[[Name], Call | None]) -> None:
        self._names = names
        self._stack: list[Value] = []
        self._marks: list[int] = []
        self._memo: dict[int, Value] = {}

    def result(self) -> Value:
        """Return the one value that is left."""
        if len(self._stack) != 1:
            raise FormatError("the pickle leaves more or less than one value")
        return self._stack[0]

    def step(self, opcode: str, argument: Value) -> None:
        """Do what one opcode says."""
        if opcode in _PUSHED:
            self._stack.append(argument)
        elif opcode in _CONSTANTS:
            self._stack.append(_CONSTANTS[opcode])
        elif opcode in _TUPLES:
            count = _TUPLES[opcode]
            self._stack.append(tuple(self._popped() for _ in range(count))[::-1])
        elif opcode in _ACTIONS:
            _ACTIONS[opcode](self, argument)
        elif opcode not in _IGNORED:
            raise FormatError(f"the pickle holds the opcode {opcode}, which no state dict needs")

    def _popped(self) -> Value:
        if not self._stack or (self._marks and len(self._stack) <= self._marks[-1]):
            raise FormatError("the pickle takes from an empty stack")
        return self._stack.pop()

    def _marked(self) -> list[Value]:
        if not self._marks:
            raise FormatError("the pickle misses a mark")
        start = self._marks.pop()
        items = self._stack[start:]
        del self._stack[start:]
        return items

    def mark(self, _: Value) -> None:
        self._marks.append(len(self._stack))

    def empty_dict(self, _: Value) -> None:
        self._stack.append({})

    def empty_list(self, _: Value) -> None:
        self._stack.append([])

    def make_tuple(self, _: Value) -> None:
        self._stack.append(tuple(self._marked()))

    def put(self, argument: Value) -> None:
        place = len(self._memo) if argument is None else argument
        if not isinstance(place, int) or not self._stack:
            raise FormatError("the pickle keeps what it has not")
        self._memo[place] = self._stack[-1]

    def get(self, argument: Value) -> None:
        if not isinstance(argument, int) or argument not in self._memo:
            raise FormatError("the pickle recalls what it has not kept")
        self._stack.append(self._memo[argument])

    def append(self, _: Value) -> None:
        item = self._popped()
        self._top(list).append(item)

    def appends(self, _: Value) -> None:
        items = self._marked()
        self._top(list).extend(items)

    def set_item(self, _: Value) -> None:
        value, key = self._popped(), self._popped()
        self._top(dict)[_key(key)] = value

    def set_items(self, _: Value) -> None:
        items = self._marked()
        if len(items) % 2:
            raise FormatError("the pickle has a key without a value")
        found = self._top(dict)
        for key, value in zip(items[::2], items[1::2], strict=True):
            found[_key(key)] = value

    def _top(self, kind: type[_T]) -> _T:
        if self._stack and isinstance(top := self._stack[-1], kind):
            return top
        raise FormatError(f"the pickle fills what is no {kind.__name__}")

    def name(self, argument: Value) -> None:
        module, _, name = str(argument).partition(" ")
        self._known(Name(module, name))

    def stack_name(self, _: Value) -> None:
        name, module = self._popped(), self._popped()
        if not isinstance(name, str) or not isinstance(module, str):
            raise FormatError("the pickle names a global by what is no text")
        self._known(Name(module, name))

    def _known(self, name: Name) -> None:
        self._names(name)
        self._stack.append(name)

    def persistent(self, _: Value) -> None:
        self._stack.append(Persistent(self._popped()))

    def call(self, _: Value) -> None:
        arguments, function = self._popped(), self._popped()
        call = self._names(function) if isinstance(function, Name) else None
        if call is None or not isinstance(arguments, tuple):
            raise FormatError(f"the pickle calls {_quoted(function)}")
        self._stack.append(call(arguments))

    def build(self, _: Value) -> None:
        """Drop an object's own state: a state dict's holds the versions of its modules."""
        self._popped()
        self._top(dict)


_PUSHED = frozenset(
    {
        "BINFLOAT",
        "BININT",
        "BININT1",
        "BININT2",
        "BINBYTES",
        "BINSTRING",
        "BINUNICODE",
        "BINUNICODE8",
        "LONG1",
        "SHORT_BINBYTES",
        "SHORT_BINSTRING",
        "SHORT_BINUNICODE",
    }
)
_IGNORED = frozenset({"FRAME", "PROTO"})
_CONSTANTS: dict[str, Value] = {
    "EMPTY_TUPLE": (),
    "NEWFALSE": False,
    "NEWTRUE": True,
    "NONE": None,
}
_TUPLES = {"TUPLE1": 1, "TUPLE2": 2, "TUPLE3": 3}
_ACTIONS: dict[str, Callable[[_Machine, Value], None]] = {
    "APPEND": _Machine.append,
    "APPENDS": _Machine.appends,
    "BINGET": _Machine.get,
    "BINPERSID": _Machine.persistent,
    "BINPUT": _Machine.put,
    "BUILD": _Machine.build,
    "EMPTY_DICT": _Machine.empty_dict,
    "EMPTY_LIST": _Machine.empty_list,
    "GLOBAL": _Machine.name,
    "LONG_BINGET": _Machine.get,
    "LONG_BINPUT": _Machine.put,
    "MARK": _Machine.mark,
    "MEMOIZE": _Machine.put,
    "REDUCE": _Machine.call,
    "SETITEM": _Machine.set_item,
    "SETITEMS": _Machine.set_items,
    "STACK_GLOBAL": _Machine.stack_name,
    "TUPLE": _Machine.make_tuple,
}


def _key(key: Value) -> str | int:
    if isinstance(key, str) or (isinstance(key, int) and abs(key) < _MAX_KEY):
        return key
    raise FormatError(f"the pickle has the key {_quoted(key)}")


def _quoted(value: Value) -> str:
    """Return a value as a short text; containers, which may hold themselves, by their kind."""
    if isinstance(value, (Name, str, int, float, bytes, BaseException)):
        return str(value).split("\n", 1)[0][:_MAX_QUOTE]
    return f"a {type(value).__name__}"
