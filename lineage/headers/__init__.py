"""Heads of source files: what they say of rights, and what became of an upstream file's head.

A head is compared only where the code was found to be upstream's: two unrelated files with the same
head are none of anybody's business.
"""

from __future__ import annotations

from lineage.headers.compare import Comparison, compare_heads
from lineage.headers.head import Head, head_of
from lineage.headers.storage import packed, unpacked

__all__ = ["Comparison", "Head", "compare_heads", "head_of", "packed", "unpacked"]
