"""Foreign strings made safe for the place they are shown: a terminal, Markdown, SARIF, JSON.

Everything that comes from a repository, a host or the command line goes through one of these before
it is printed, exception messages included. A control character can repaint a terminal, a
bidirectional override can make a line read as its opposite, and Markdown can load an image or call
a person.
"""

from __future__ import annotations

import re
import unicodedata

_USERINFO = re.compile(r"(?<=://)[^/\s@]+@")
_SECRET = re.compile(
    r"([?&][^=&#\s]*(?:token|secret|passw|key|sig|credential)[^=&#\s]*=)[^&#\s]+", re.IGNORECASE
)
_LINK = re.compile(r"https?://[A-Za-z0-9._~%!$&*+,;=:@/?#-]+")
_SURROGATE = re.compile("[\ud800-\udfff]")
#: How Python keeps a byte that is no UTF-8 (PEP 383).
_UNDECODABLE = range(0xDC80, 0xDD00)
#: ASCII punctuation that means something to a Markdown reader, GitHub's mathematics included.
_MARKUP = re.compile(r"([\\`*_\[\]<>~!$&])")
#: What makes a link of a SARIF message, with the backslashes that would take an escape away again.
_BRACKET = re.compile(r"(\\*)([\[\]])")
#: What begins a heading, a list or a rule at the start of a block.
_OPENING = re.compile(r"^([#+=-])|^(\d{1,9})(?=[.)])")
#: What turns into a link or calls a person without any punctuation of Markdown's own.
_AUTOLINK = re.compile(r"(?<=@)(?=\w)|(?<=#)(?=\w)|(?<=/)(?=/)|(?<=www)(?=\.)", re.IGNORECASE)


def safe_text(text: str) -> str:
    r"""Return text on one line, in which every character that is not printable stands escaped.

    ESC becomes ``\x1b``, a line break ``\n``, a right-to-left override ``\u202e``; a byte that is
    no UTF-8 (Python keeps it as a lone surrogate) becomes ``\xff``. The many spaces of Unicode
    become plain ones.
    """
    return text if text.isprintable() else "".join(map(_printable, text))


def safe_lines(text: str) -> str:
    """Return text of several lines, each made safe."""
    return "\n".join(map(safe_text, text.split("\n")))


def well_formed(text: str) -> str:
    r"""Return text without lone surrogates, which no UTF-8 can carry: bytes become ``\xff``."""
    return _SURROGATE.sub(lambda found: _escaped(ord(found.group())), text)


def without_secrets(text: str) -> str:
    """Return text in which the user part and the secret parameters of every URL are left out."""
    return _SECRET.sub(r"\1...", _USERINFO.sub("", text))


def markdown_text(text: str) -> str:
    """Return text that a Markdown reader shows as it is: no markup, link, image or mention.

    An empty comment parts what a reader would link by itself (``@name``, ``#12``, ``https://``): a
    backslash would not hold it off.
    """
    escaped = _MARKUP.sub(r"\\\1", safe_text(text).strip())
    return _AUTOLINK.sub("<!-- -->", _OPENING.sub(_not_opening, escaped))


def markdown_code(text: str) -> str:
    """Return text as a code span, fenced by more backticks than it holds in a row."""
    shown = safe_text(text) or " "
    fence = "`" * (1 + max(map(len, re.findall("`+", shown)), default=0))
    pad = " " if shown.startswith("`") or shown.endswith("`") else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def markdown_row(*cells: str) -> str:
    """Return a row of a table of cells that are Markdown already; their pipes are escaped."""
    return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"


def sarif_message(text: str) -> str:
    """Return text as a SARIF message that is shown as it is: no embedded link, no placeholder.

    Brackets take a backslash and braces are doubled (SARIF 2.1.0, 3.11.5 and 3.11.6).
    """
    escaped = _BRACKET.sub(r"\1\1\\\2", safe_text(text))
    return escaped.replace("{", "{{").replace("}", "}}")


def markdown_link(label: str, url: str) -> str:
    """Return a link where the URL is plainly one of the web; the label alone where it is not."""
    return f"[{label}](<{url}>)" if is_web_link(url) else label


def is_web_link(url: str) -> bool:
    """Say whether text is an http(s) URL of nothing but the characters that a URL may hold."""
    return bool(_LINK.fullmatch(url))


def _not_opening(found: re.Match[str]) -> str:
    mark, number = found.groups()
    return rf"\{mark}" if mark else f"{number}\\"


def _printable(char: str) -> str:
    if char.isprintable():
        return char
    if unicodedata.category(char) == "Zs":
        return " "
    named = {"\n": r"\n", "\t": r"\t", "\r": r"\r"}.get(char)
    return named or _escaped(ord(char))


def _escaped(code: int) -> str:
    if code in _UNDECODABLE:
        return rf"\x{code - 0xDC00:02x}"
    if code <= 0xFF:  # noqa: PLR2004 - two digits
        return rf"\x{code:02x}"
    return rf"\u{code:04x}" if code <= 0xFFFF else rf"\U{code:08x}"  # noqa: PLR2004 - four digits
