"""Scanners and rules, found through entry points: built-in ones use the door that plug-ins use.

A scanner or a rule is a *module* that satisfies one of the protocols here. A distribution offers
its modules in one dict under the entry-point group ``lineage.scanners`` or ``lineage.rules``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.metadata import EntryPoint, entry_points
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from lineage.graph import LineageGraph
    from lineage.model import Evidence, Outcome, Scope, Severity, Tier
    from lineage.sources.file import SourceFile


class Scanner(Protocol):
    """Reads one kind of file and yields what it observes; never judges."""

    @property
    def NAME(self) -> str:  # noqa: N802 - a module constant
        """Short name, as in the registry: ``model-card``."""

    @property
    def PATTERNS(self) -> tuple[str, ...]:  # noqa: N802
        """Globs of the files it wants, matched without regard to case.

        A pattern with a slash is matched against the whole path, one without against the file name.
        """

    @property
    def ABOUT(self) -> Scope:  # noqa: N802
        """The part of a repository it reads; ``--no-weights`` and ``--no-code`` leave parts out.

        Cards, configurations and licence files are ``DOCS``.
        """

    def scan(self, file: SourceFile) -> Iterator[Evidence]:
        """Yield what the file says.

        Raises:
            ValueError: the file is not what its name says; the walk records it as unread.
        """


class Described(Protocol):
    """The words of a rule. Its module docstring is its page in the docs."""

    @property
    def CODE(self) -> str:  # noqa: N802
        """Stable identifier: ``LIC-001``."""

    @property
    def TITLE(self) -> str:  # noqa: N802
        """What is found, in a few words."""

    @property
    def SEVERITY(self) -> Severity:  # noqa: N802
        """How bad it is if true."""

    @property
    def TIER(self) -> Tier:  # noqa: N802
        """The tier of the evidence that the rule rests on."""

    @property
    def CLAUSE(self) -> str:  # noqa: N802
        """The clause or norm in question."""

    @property
    def REMEDY(self) -> str:  # noqa: N802
        """What to do about it, as an imperative sentence."""


class Rule(Described, Protocol):
    """Reads the graph and yields outcomes."""

    def check(self, graph: LineageGraph) -> Iterator[Outcome]:
        """Yield an outcome for each duty or doubt; nothing where the rule does not apply."""


def scanners() -> tuple[Scanner, ...]:
    """Return every installed scanner, sorted by name."""
    found: dict[str, Scanner] = {}
    for entry in _entries("lineage.scanners"):
        registry: Mapping[str, Scanner] = entry.load()
        found.update(registry)
    return tuple(found[name] for name in sorted(found))


def rules() -> tuple[Rule, ...]:
    """Return every installed rule, sorted by code."""
    found: dict[str, Rule] = {}
    for entry in _entries("lineage.rules"):
        registry: Mapping[str, Rule] = entry.load()
        found.update(registry)
    return tuple(found[code] for code in sorted(found))


def _entries(group: str) -> list[EntryPoint]:
    """Return the group's entry points in a fixed order, so that a name clash ends the same way."""
    return sorted(entry_points(group=group), key=lambda entry: (entry.name, entry.value))
