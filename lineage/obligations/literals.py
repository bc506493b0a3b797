"""Prescribed words found in a text, however the text is wrapped, marked up or capitalised."""

from __future__ import annotations

import re
from functools import lru_cache

# Between two words: markup or anything that is no word. Atomic, so that no text can make it slow.
_BETWEEN = r"(?>(?:<[^<>]{0,200}>|[\W_])+)"
_WORD = re.compile(r"[^\W_]+")


def folded(text: str) -> str:
    """Return a text with the spellings that count as one made one; its lines stay where they are.

    A copyright sign and a "(c)" are no word: a notice is the same with either.
    """
    return text.lower().replace("(c)", "   ").replace("licence", "license")


def line_of(literal: str, text: str) -> int | None:
    """Return the line, counted from 1, on which a folded text says the words; None if nowhere."""
    found = _pattern(literal).search(text)
    return None if found is None else text.count("\n", 0, found.start()) + 1


def plain_words(text: str) -> str:
    """Return the words of a text, one space between them."""
    return " ".join(_WORD.findall(folded(text)))


def begins(name: str, literal: str) -> bool | None:
    """Say whether a model's name begins with a prescribed one.

    "Llama3-Tiny", "llama_3-tiny" and "LlamaTiny" begin with Llama. None where only the letters do
    ("llamas", "LLaMAntino"): whether that is the name is for a person to say.
    """
    words = _WORD.findall(literal.lower())
    found = re.match(r"[\W_]*".join(words), name.lower())
    if found is None:
        return False
    rest = name[found.end() :]
    if not rest or not rest[0].isalnum():
        return True
    if words[-1][-1].isdigit():
        return not rest[0].isdigit()
    return True if rest[0].isdigit() else _is_new_word(name[: found.end()], rest) or None


def _is_new_word(before: str, rest: str) -> bool:
    """Say whether capitals show that a word ends and another begins."""
    return rest[0].isupper() and before[-1].islower()


@lru_cache(maxsize=512)
def _pattern(literal: str) -> re.Pattern[str]:
    words = _WORD.findall(folded(literal))
    # "Built with Qwen2.5" says "Built with Qwen"; a number is not to run on.
    end = r"(?!\d)" if words[-1][-1].isdigit() else r"(?![^\W\d_])"
    return re.compile(rf"(?<![^\W_]){_BETWEEN.join(map(re.escape, words))}{end}")
