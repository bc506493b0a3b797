"""The print of a source file, whatever its bytes are."""

from __future__ import annotations

import hashlib

import numpy as np

from lineage.code.kinds import is_lock, kind_of
from lineage.code.languages import Language, language_of
from lineage.code.prints import (
    FEWEST_DIFFERENT,
    FEWEST_FUNCTION_TOKENS,
    NAMED_LENGTH,
    NAMED_WINDOW,
    SHAPED_LENGTH,
    SHAPED_WINDOW,
    FileKind,
    FilePrint,
    FunctionPrint,
    Passed,
    Tokens,
    empty_grams,
)
from lineage.code.tokens import tokens_of
from lineage.code.winnow import digest, winnow
from lineage.headers.sources import sources

#: Larger files are not read: no program is.
LARGEST = 4 << 20
#: Lines longer than this are data.
_LONGEST_LINE = 1 << 20
#: Text seldom holds control characters; binary files hold many.
_CONTROL = bytes(set(range(32)) - set(b"\t\n\r\f\v\x1b\b\x01"))
_SAMPLE = 1 << 16
#: Share of control characters from which on a file is no text.
_BINARY = 0.02


def fingerprint(path: str, content: bytes) -> FilePrint | Passed:
    """Return the print of a file, or why it has none; time and memory go with its size.

    A file that its language's grammar does not accept is read by a plain lexer.
    """
    if is_lock(path):
        return Passed(path, FileKind.LOCK, "a list of pinned dependencies")
    language = language_of(path)
    if language is None:
        return Passed(path, FileKind.UNREADABLE, "its language is not read")
    if len(content) > LARGEST:
        reason = f"{len(content):,} bytes, more than the {LARGEST:,} that are read of a program"
        return Passed(path, FileKind.UNREADABLE, reason)
    text = _as_utf8(content)
    if text is None:
        return Passed(path, FileKind.UNREADABLE, "binary content under the name of a program")
    return _printed(path, content, text, language)


def _printed(path: str, content: bytes, text: bytes, language: Language) -> FilePrint:
    kind = kind_of(path, text)
    by_runs = kind in (FileKind.AUTHORED, FileKind.VENDORED)
    tokens = tokens_of(text, language, by_grammar=by_runs)
    named = shaped = empty_grams()
    if by_runs:
        named = winnow(tokens.named, tokens.lines, NAMED_LENGTH, NAMED_WINDOW)
        shaped = winnow(
            tokens.shaped,
            tokens.lines,
            SHAPED_LENGTH,
            SHAPED_WINDOW,
            fewest_different=FEWEST_DIFFERENT,
        )
    return FilePrint(
        path=path,
        language=language.name,
        kind=kind,
        size=len(content),
        lines=text.count(b"\n") + (not text.endswith(b"\n") and bool(text)),
        blob=blob_id(content),
        sha256=hashlib.sha256(content).hexdigest(),
        tokens=len(tokens.named),
        stream=digest(tokens.named),
        shape=digest(tokens.shaped),
        named=named,
        shaped=shaped,
        statements=tokens.statements if by_runs else np.zeros(0, dtype=np.uint64),
        functions=tuple(_functions(tokens)) if by_runs else (),
        sources=tuple(_sources(text)) if by_runs else (),
        parsed=tokens.parsed,
    )


def blob_id(content: bytes) -> str:
    """Return git's id of a file's content, which Software Heritage knows it by too."""
    head = b"blob %d\0" % len(content)
    return hashlib.sha1(head + content, usedforsecurity=False).hexdigest()


def _as_utf8(content: bytes) -> bytes | None:
    """Return the text with newlines as line ends; None where it is none."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        content = content.decode("utf-16", errors="replace").encode()
    content = content.removeprefix(b"\xef\xbb\xbf")
    sample = content[:_SAMPLE]
    if len(sample) - len(sample.translate(None, _CONTROL)) > _BINARY * len(sample):
        return None
    if b"\r" in content:
        content = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return content


def _sources(text: bytes) -> list[tuple[int, str]]:
    """Return where comments say that code was taken from."""
    decoded = text.decode("utf-8", errors="replace")
    return [(one.line, one.source) for one in sources(decoded.lower(), decoded.split("\n"))]


def _functions(tokens: Tokens) -> list[FunctionPrint]:
    found = []
    for name, first, last in tokens.functions:
        start, stop = (int(n) for n in np.searchsorted(tokens.lines, [first, last + 1]))
        if stop - start >= FEWEST_FUNCTION_TOKENS:
            shape = digest(tokens.shaped[start:stop])
            found.append(FunctionPrint(name, (first, last), stop - start, shape))
    return found
