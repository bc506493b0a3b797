"""Licences: recognising texts, settling what is left, and concluding what binds a repository."""

from __future__ import annotations

from lineage.licences.conclusion import conclude
from lineage.licences.recognise import Match, identify
from lineage.licences.settling import settle
from lineage.licences.speech import speaks_of_licence
from lineage.licences.tags import agree, expression_of_tag
from lineage.licences.version import KNOWLEDGE_VERSION

__all__ = [
    "KNOWLEDGE_VERSION",
    "Match",
    "agree",
    "conclude",
    "expression_of_tag",
    "identify",
    "settle",
    "speaks_of_licence",
]
