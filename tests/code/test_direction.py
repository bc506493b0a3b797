"""Dates of both sides, from the day on which nothing was there to the day on which all was."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lineage.code import (
    Basis,
    Direction,
    FileMatch,
    FilePrint,
    Overlap,
    Release,
    Seen,
    Upstream,
    Witness,
    Work,
    dated,
    fingerprint,
)
from lineage.model import Relation

RELEASE = Release("4.40.0", "2024-04-18")
BEFORE = Release("4.39.0", "2024-03-20")
SUSPECT = fingerprint("mine/x.py", b"def f(x):\n    return [y * 2 for y in x if y]\n")
UPSTREAM = Upstream(Work("w", "pkg:pypi/w", ""), "x.py", RELEASE, RELEASE, "0" * 40, "")
UP, NOT = Direction.FROM_UPSTREAM, Direction.UNKNOWN


def match(
    release: Release = RELEASE, first: Release | None = None, before: Release | None = BEFORE
) -> FileMatch:
    assert isinstance(SUSPECT, FilePrint)
    upstream = replace(UPSTREAM, release=release, first=first, before=before)
    both = Overlap(40, 40.0, 0.8, 0.8, 40.0)
    return FileMatch(
        SUSPECT,
        Relation.CODE_COPIED,
        Basis.NAMED,
        upstream,
        both,
        both,
        both,
        lines=(),
        functions=(),
    )


@pytest.mark.parametrize(
    ("seen", "direction", "witness"),
    [
        (Seen(), NOT, Witness.NONE),
        # the whole target is younger than upstream's release
        (Seen("2024-04-19", "2024-04-19"), UP, Witness.DATES),
        (Seen("2025-02-01"), UP, Witness.DATES),
        (Seen("2025-02-01", "2025-05-01", is_fresh=True, is_lone=True), UP, Witness.GROWTH),
        # and on the same day neither was first
        (Seen("2024-04-18", "2024-04-18", is_fresh=True), NOT, Witness.NONE),
        # the path came later into a target that was there before
        (Seen("2023-01-01", "2024-05-01", is_fresh=True, is_lone=True), UP, Witness.DATES),
        # and may have been called something else before
        (Seen("2023-01-01", "2024-05-01"), NOT, Witness.NONE),
        # the history is cut off: the file was there then, and may have been long before
        (Seen(None, "2025-02-01"), NOT, Witness.NONE),
        (Seen(None, "2025-02-01", is_fresh=True, is_lone=True), NOT, Witness.NONE),
        # but what is there before upstream's was there before it
        (Seen(None, "2023-02-01"), NOT, Witness.EARLIER),
        (Seen("2023-01-01", "2023-02-01"), NOT, Witness.EARLIER),
        # and between two releases either may have been first
        (Seen("2023-01-01", "2024-03-25"), NOT, Witness.OPEN),
        (Seen("2023-01-01"), NOT, Witness.NONE),
    ],
)
def test_what_dates_show(seen: Seen, direction: Direction, witness: Witness) -> None:
    found = dated(match(), seen)
    assert (found.direction, found.witness, found.seen) == (direction, witness, seen.by)
    assert found.direction_reason


def test_a_path_that_upstream_had_in_an_earlier_form_was_not_first() -> None:
    seen = Seen("2023-01-01", "2023-06-01")
    assert dated(match(first=Release("4.20.0", "2023-03-01")), seen).witness is Witness.NONE
    later = Release("4.30.0", "2023-08-01")
    assert dated(match(first=later, before=later), seen).witness is Witness.EARLIER
    # Nor is it known to have been where no release is known in which upstream had it not.
    assert dated(match(first=later, before=None), seen).witness is Witness.OPEN


def test_a_release_without_a_date_shows_nothing() -> None:
    found = dated(match(Release("1.0")), Seen("2023-01-01", "2024-05-01", is_fresh=True))
    assert (found.direction, found.witness) == (NOT, Witness.NONE)


def test_what_a_file_says_of_itself_is_not_overruled() -> None:
    said = replace(match(), direction=UP, witness=Witness.WORDS, direction_reason="line 1 says so")
    found = dated(said, Seen("2020-01-01", "2020-01-01"))
    assert (found.direction, found.witness, found.direction_reason) == (
        UP,
        Witness.WORDS,
        "line 1 says so",
    )


@pytest.mark.parametrize(
    ("there", "direction", "witness"),
    [
        (Seen(), NOT, Witness.NONE),
        # its own history is upstream's own word: it never settles the matter
        (Seen("2020-01-01", "2021-01-01", at="2023-01-01"), UP, Witness.DATES),
        # what upstream holds today was not there when its path came
        (Seen("2020-01-01", "2021-01-01", at="2026-01-01"), NOT, Witness.NONE),
        # its path came after the target's
        (Seen("2020-01-01", "2025-12-01", at="2026-01-01"), NOT, Witness.EARLIER),
        (Seen("2025-12-01"), NOT, Witness.EARLIER),
        # unless its history is cut off and the path may be older
        (Seen(None, "2025-12-01", at="2026-01-01"), NOT, Witness.NONE),
    ],
)
def test_a_reference_is_dated_by_its_history(
    there: Seen, direction: Direction, witness: Witness
) -> None:
    seen = Seen("2025-02-01", "2025-05-01", is_fresh=True, is_lone=True)
    found = dated(match(Release("abc", None)), seen, there)
    assert (found.direction, found.witness) == (direction, witness)
