"""Duties: what the licences of all that a release was made from ask of it, and if it is done."""

from __future__ import annotations

from lineage.obligations.descent import hub_name
from lineage.obligations.evaluate import evaluate
from lineage.obligations.inherited import allows
from lineage.obligations.words import asks, descent_words, place_words

__all__ = ["allows", "asks", "descent_words", "evaluate", "hub_name", "place_words"]
