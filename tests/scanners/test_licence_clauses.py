from __future__ import annotations

import pytest

from lineage.model import LicenceClause
from lineage.scanners import licence_clauses
from lineage.walk import read
from tests.doubles.memory import snapshot_of

TEXT = """Sunny Licence

You may use the model, unless your products have more than
100 million monthly active users.

You shall prominently display "Sunny K2" on the user interface of such product.
"""


def clauses(path: str, text: str) -> list[tuple[str, str, tuple[int, int] | None]]:
    reading = read(snapshot_of({path: text}), [licence_clauses])
    assert reading.coverage.unread == ()
    found = [fact for fact in reading.evidence if isinstance(fact, LicenceClause)]
    return [(fact.kind, fact.value, fact.exhibit.lines) for fact in found]


def test_a_licence_file_is_told_by_what_it_says() -> None:
    assert clauses("LICENSE", TEXT) == [
        ("users", "mau 100000000 any-time", (3, 4)),
        ("display", "Sunny K2", (6, 6)),
    ]


@pytest.mark.parametrize("path", ["NOTICE", "USE_POLICY.md", "vendor/x/LICENSE", "licence.py"])
def test_only_licence_files_at_the_root_are_read(path: str) -> None:
    assert clauses(path, TEXT) == []


def test_of_a_long_file_the_beginning_is_read() -> None:
    assert clauses("LICENSE", "word \n" * 60_000 + TEXT) == []
    assert len(clauses("LICENSE", TEXT + "word \n" * 60_000)) == 2
