"""Audits joined into one lineage graph: from JSON reports alone, whoever wrote them."""

from __future__ import annotations

from lineage.joining.join import joined
from lineage.joining.model import Joined, JoinedEdge, JoinedNode, JoinError, Reaching, Statement
from lineage.joining.neighbourhood import around, named
from lineage.joining.reach import reaching
from lineage.joining.report import read_audit

__all__ = [
    "JoinError",
    "Joined",
    "JoinedEdge",
    "JoinedNode",
    "Reaching",
    "Statement",
    "around",
    "joined",
    "named",
    "reaching",
    "read_audit",
]
