"""Declared parents are opened too, against a hub on this machine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lineage.following import Bounds
from lineage.model import Absence, ParentAbsent, Scope
from lineage.pipeline import Audit, AuditOptions, audit
from lineage.policy import Exit
from lineage.sources import SourceOptions
from tests.doubles.hub import Fault, Hub


def card(licence: str, *parents: str) -> dict[str, str]:
    named = "".join(f"\n- {name}" for name in parents)
    base = f"base_model:{named}\nbase_model_relation: finetune\n" if parents else ""
    return {"README.md": f"---\nlicense: {licence}\n{base}---\n# A model\n"}


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    with Hub() as made:
        monkeypatch.setenv("HF_ENDPOINT", made.endpoint)
        made.add("a/a", card("mit", "b/b"))
        made.add("b/b", card("mit", "c/c"))
        made.add("c/c", card("cc-by-nc-4.0", "d/d"))
        made.add("d/d", card("mit"))
        yield made


def looked(target: str = "hf:a/a", depth: int = 2, parents: int = 20, **how: bool) -> Audit:
    options = AuditOptions(
        source=SourceOptions(**how),  # type: ignore[arg-type]  # offline alone
        follow=Bounds(depth, parents),
        leave_out=frozenset({Scope.WEIGHTS, Scope.CODE}),
    )
    return audit(target, options)


def names(found: Audit) -> list[str]:
    return sorted(reading.repo.id for reading in found.parents)


@pytest.mark.parametrize(
    ("depth", "parents", "expected"),
    [(0, 20, []), (1, 20, ["b/b"]), (2, 20, ["b/b", "c/c"]), (2, 1, ["b/b"]), (3, 0, [])],
)
def test_as_far_as_the_bounds_go(hub: Hub, depth: int, parents: int, expected: list[str]) -> None:
    assert names(looked(depth=depth, parents=parents)) == expected
    assert len({request.path.split("/resolve/")[0] for request in hub.requests}) >= len(expected)


def test_duties_reach_down_the_chain_and_exhibits_name_their_repository(hub: Hub) -> None:
    found = looked()
    (finding,) = (f for f in found.findings if f.rule == "USE-001")
    assert "made from c/c (through b/b)" in finding.message
    assert "b/b" in {exhibit.repo for exhibit in finding.exhibits}
    assert all(reading.repo.revision for reading in found.parents)
    assert len(hub.requests) == 6


def test_circles_end(hub: Hub) -> None:
    hub.add("x/x", card("mit", "y/y", "x/x"))
    hub.add("y/y", card("mit", "x/x"))
    assert names(looked("hf:x/x", depth=9)) == ["y/y"]


def test_a_dead_link_is_a_finding_and_no_gap(hub: Hub) -> None:
    hub.add("x/x", card("mit", "no/no"))
    found = looked("hf:x/x")
    (fact,) = (f for f in found.reading.evidence if isinstance(f, ParentAbsent))
    assert fact.absence is Absence.MISSING
    assert found.complete
    assert any(f.rule == "LIN-007" and "no/no" in f.message for f in found.findings)


def test_a_gated_parent_is_no_gap(hub: Hub) -> None:
    hub.add("k/k", card("mit"), gated="auto", token="hf_x", cardData={"license": "mit"})
    hub.add("x/x", card("mit", "k/k"))
    found = looked("hf:x/x")
    assert names(found) == ["k/k"]
    assert found.complete


def test_a_host_that_fails_makes_the_audit_incomplete(hub: Hub) -> None:
    hub.fail("/api/models/b/b", *[Fault(500)] * 50)
    found = looked()
    assert found.exit_code is Exit.INCOMPLETE
    assert [gap.reason for gap in found.unread] == ["the host fails with status 500"]
