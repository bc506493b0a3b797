"""What was read of a repository other than the audited one, with its name in every exhibit."""

from __future__ import annotations

from dataclasses import replace

from lineage.model import Evidence, Reading


def named(reading: Reading) -> Reading:
    """Return the reading whose exhibits say which repository they stand in."""
    name = reading.repo.id
    return replace(reading, evidence=tuple(_named(fact, name) for fact in reading.evidence))


def _named(fact: Evidence, name: str) -> Evidence:
    return replace(fact, exhibit=replace(fact.exhibit, repo=name))
