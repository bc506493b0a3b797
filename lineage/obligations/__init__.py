"""Duties: what the licences of all that a release was made from ask of it, and if it is done."""

from __future__ import annotations

from lineage.obligations.evaluate import evaluate
from lineage.obligations.words import asks, descent_words, place_words

__all__ = ["asks", "descent_words", "evaluate", "place_words"]
