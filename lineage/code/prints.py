"""What is kept of a source file: digests, selected hashes of its token runs, and its functions."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

#: Raised whenever a parameter below, a lexer, a grammar's use or the table of aliases changes:
#: prints of different versions are not compared.
VERSION = 2
#: Tokens in a run, and runs of which one is kept (the winnowing guarantee: two files that share
#: ``length + window - 1`` tokens in a row share a kept run).
NAMED_LENGTH, NAMED_WINDOW = 12, 10
SHAPED_LENGTH, SHAPED_WINDOW = 17, 8
#: A run of abstracted tokens with fewer different ones is a list or a table, and is not kept.
FEWEST_DIFFERENT = 7
#: Functions of fewer tokens (brackets and commas not counted) have no print of their own.
FEWEST_FUNCTION_TOKENS = 30
#: Bits of a run's hash that are kept, and of a statement's.
HASH_BITS = 48
STATEMENT_BITS = 24

Hashes: TypeAlias = npt.NDArray[np.uint64]
Lines: TypeAlias = npt.NDArray[np.uint32]


class FileKind(StrEnum):
    """How a source file came to be, as far as its name and its first lines tell."""

    AUTHORED = "authored"
    #: A program wrote it. It is known by its digests alone: like generators write like files.
    GENERATED = "generated"
    #: Written for machines: likewise known by its digests alone.
    MINIFIED = "minified"
    #: It stands in a folder for the code of others.
    VENDORED = "vendored"
    #: A list of pinned dependencies.
    LOCK = "lock"
    #: No program text that can be read.
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True, eq=False)
class Grams:
    """The kept runs of a file, in the order in which they stand in it."""

    hashes: Hashes
    #: Lines on which each run begins and ends, from 1.
    first: Lines
    last: Lines

    def __len__(self) -> int:
        """Return how many runs there are."""
        return len(self.hashes)


@dataclass(frozen=True, slots=True)
class FunctionPrint:
    """A function or method."""

    #: With the classes around it: ``LlamaAttention.forward``.
    name: str
    #: First and last line.
    lines: tuple[int, int]
    tokens: int
    #: Hash of its abstracted tokens.
    shape: int


@dataclass(frozen=True, slots=True, eq=False)
class FilePrint:
    """All that is compared of a source file. It holds none of its text."""

    path: str
    language: str
    kind: FileKind
    #: Bytes and lines.
    size: int
    lines: int
    #: Git's blob id, which is the Software Heritage content id too.
    blob: str
    sha256: str
    #: Tokens without comments, imports, brackets and commas.
    tokens: int
    #: Hash of these tokens with names kept, literals abstracted; 0 where there are none.
    stream: int
    #: The same with names abstracted.
    shape: int
    #: Runs with names kept: the ordinary copy.
    named: Grams
    #: Runs with names abstracted: the copy that was renamed.
    shaped: Grams
    #: A hash of each statement's abstracted tokens, in order: what junk between them leaves alone.
    statements: Hashes
    functions: tuple[FunctionPrint, ...] = ()
    #: What comments say code was taken from: URLs, dotted names, with the line.
    sources: tuple[tuple[int, str], ...] = ()
    #: False where a grammar was not to be had or did not fit, and a plain lexer read the file.
    parsed: bool = True


@dataclass(frozen=True, slots=True)
class Passed:
    """A file that has no print."""

    path: str
    kind: FileKind
    #: A phrase for a person.
    reason: str


def empty_grams() -> Grams:
    """Return the runs of a file that has none."""
    none = np.zeros(0, dtype=np.uint32)
    return Grams(np.zeros(0, dtype=np.uint64), none, none)


@dataclass(frozen=True, slots=True, eq=False)
class Tokens:
    """A file's tokens as two rows of hashes, with the line of each."""

    named: Hashes
    shaped: Hashes
    lines: Lines
    functions: tuple[tuple[str, int, int], ...]
    parsed: bool
    #: One hash of each statement.
    statements: Hashes
