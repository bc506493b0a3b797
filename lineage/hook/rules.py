"""The rules of the hook: like those of an audit, but for what they look at."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol

from lineage.hook import (
    hook001_header_lost,
    hook002_terms_removed,
    hook003_statement_removed,
    hook004_weights_that_run_code,
    hook005_weights_without_terms,
    hook006_foreign_terms,
)
from lineage.plugins import Described

if TYPE_CHECKING:
    from lineage.hook.look import Look
    from lineage.model import Outcome


class HookRule(Described, Protocol):
    """Reads the two sides of a commit and yields outcomes. Its module docstring is its page."""

    def check(self, look: Look) -> Iterator[Outcome]:
        """Yield an outcome for each thing that the commit makes worse."""


#: A new rule is one file and one line here.
RULES: tuple[HookRule, ...] = (
    hook001_header_lost,
    hook002_terms_removed,
    hook003_statement_removed,
    hook004_weights_that_run_code,
    hook005_weights_without_terms,
    hook006_foreign_terms,
)
