"""Licence files at the root: what they state in their own words, whichever licence they are.

A text that nobody knows, or that is only close to a known one, has to be told by what it says.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.licences.clauses import extract
from lineage.licences.places import PATTERNS as LEGAL_FILES
from lineage.licences.places import Role, binds_repository, role_of
from lineage.model import LicenceClause, Scope
from lineage.sources.file import SourceFile, shorten

NAME = "licence-clauses"
PATTERNS = LEGAL_FILES
ABOUT = Scope.DOCS

#: Characters that are read; the longest known licence has 100,000.
_READ = 256 << 10
#: Facts of one file that are kept.
_MOST = 200


def scan(file: SourceFile) -> Iterator[LicenceClause]:
    """Yield the thresholds, territories, literals and limits that the file's own words state."""
    if role_of(file.path) is not Role.LICENCE or not binds_repository(file.path):
        return
    for fact in extract(file.text[:_READ]).facts[:_MOST]:
        yield LicenceClause(
            fact.kind, shorten(fact.value), fact.encouraged, file.exhibit(fact.lines)
        )
