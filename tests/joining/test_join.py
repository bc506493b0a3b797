from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from lineage.joining import Joined, JoinError, around, joined, named, reaching, read_audit
from lineage.model import State
from tests.joining.worlds import audit, duty, edge, purl

BASE, MID, TUNED = purl("org/base", "r1"), purl("org/mid", "r1"), purl("me/tuned", "r1")


def join(*paths: Path) -> Joined:
    return joined([read_audit(path) for path in paths])


def chain(folder: Path) -> list[Path]:
    """Write audits of base, mid (from base) and tuned (from mid)."""
    return [
        audit(folder, "org/base"),
        audit(folder, "org/mid", edge(BASE, MID), duties=(duty(BASE, BASE, MID, state="met"),)),
        audit(folder, "me/tuned", edge(MID, TUNED)),
    ]


def said(graph: Joined) -> str:
    return " ".join(graph.problems)


def test_audits_of_a_chain_make_one_graph(tmp_path: Path) -> None:
    graph = join(*chain(tmp_path))
    assert [(e.parent, e.child) for e in graph.edges] == [(BASE, MID), (MID, TUNED)]
    assert graph.problems == ()


def test_the_order_of_the_reports_does_not_matter(tmp_path: Path) -> None:
    paths = chain(tmp_path)
    assert join(*paths) == join(*reversed(paths))


def test_a_name_without_a_revision_is_the_one_work_that_was_audited(tmp_path: Path) -> None:
    loose = edge(purl("org/base"), TUNED)
    graph = join(audit(tmp_path, "org/base"), audit(tmp_path, "me/tuned", loose))
    assert len(graph.nodes) == 2
    assert graph.edges[0].parent == BASE


def test_a_name_without_a_revision_is_none_of_two(tmp_path: Path) -> None:
    two = [audit(tmp_path, "org/base", revision=r) for r in ("r1", "r2")]
    graph = join(*two, audit(tmp_path, "me/tuned", edge(purl("org/base"), TUNED)))
    assert graph.edges[0].parent == purl("org/base")
    assert "org/base is named as a parent, and no audit of it was given" in said(graph)


def test_equal_weights_under_two_names_are_one_work(tmp_path: Path) -> None:
    copy = audit(tmp_path, "me/copy", weights=("a" * 64, "b" * 64))
    graph = join(audit(tmp_path, "org/base", weights=("b" * 64, "a" * 64)), copy)
    assert [node.ids for node in graph.nodes] == [(purl("me/copy", "r1"), BASE)]
    assert "goes under several names with the same weights" in said(graph)
    assert "several terms" not in said(graph)


def test_equal_weights_under_two_licences_are_said(tmp_path: Path) -> None:
    copy = audit(tmp_path, "me/copy", weights=("a" * 64,), licence="MIT")
    graph = join(audit(tmp_path, "org/base", weights=("a" * 64,)), copy)
    assert "me/copy is given under several terms: Apache-2.0 and MIT." in said(graph)


@pytest.mark.parametrize("others", [("a" * 64,), ("a" * 64, "b" * 64, "c" * 64), ()])
def test_weights_that_differ_in_a_file_are_two_works(tmp_path: Path, others: Sequence[str]) -> None:
    other = audit(tmp_path, "me/copy", weights=tuple(others))
    assert len(join(audit(tmp_path, "org/base", weights=("a" * 64, "b" * 64)), other).nodes) == 2


@pytest.mark.parametrize(
    ("origin", "tier", "nodes"), [("detected", "A", 1), ("declared", "A", 2), ("detected", "B", 2)]
)
def test_only_bytes_that_were_found_equal_make_one_work(
    tmp_path: Path, origin: str, tier: str, nodes: int
) -> None:
    same = edge(BASE, TUNED, "identical", origin, tier=tier)
    assert len(join(audit(tmp_path, "me/tuned", same)).nodes) == nodes


@pytest.mark.parametrize(
    ("edges", "standing"),
    [
        ([("finetune", "declared", None)], "declared"),
        ([("finetune", "declared", 1e-9)], "agreed"),
        ([("finetune", "detected", 1e-9)], "detected"),
        ([("finetune", "declared", None), ("finetune", "detected", 1e-9)], "agreed"),
        ([("unknown", "declared", None), ("finetune", "detected", 1e-9)], "agreed"),
        ([("adapter", "declared", None), ("quantized", "detected", 1e-9)], "differs"),
        ([("finetune", "contradicted", 0.4), ("finetune", "declared", None)], "contradicted"),
    ],
)
def test_what_is_declared_stands_against_what_was_found(
    tmp_path: Path, edges: list[tuple[str, str, float | None]], standing: str
) -> None:
    made = [edge(BASE, TUNED, relation, origin, p=p) for relation, origin, p in edges]
    (found,) = join(audit(tmp_path, "me/tuned", *made)).edges
    assert found.standing == standing


def test_a_declaration_that_was_denied_is_said(tmp_path: Path) -> None:
    denied = edge(BASE, TUNED, origin="contradicted", p=0.4)
    assert "is declared, and the weights deny it" in said(join(audit(tmp_path, "me/tuned", denied)))


def test_a_cycle_is_said(tmp_path: Path) -> None:
    one = audit(tmp_path, "org/mid", edge(TUNED, MID))
    other = audit(tmp_path, "me/tuned", edge(MID, TUNED))
    assert "me/tuned and org/mid are said to be made from one another." in said(join(one, other))


@pytest.mark.parametrize(
    ("child", "is_said"), [("2024-01-01T00:00:00+00:00", True), ("2025-06-01", False), ("?", False)]
)
def test_a_child_older_than_its_parent_is_said(
    tmp_path: Path, child: str, *, is_said: bool
) -> None:
    dates = {TUNED: child, BASE: "2025-01-01T00:00:00Z"}
    graph = join(audit(tmp_path, "me/tuned", edge(BASE, TUNED), created=dates))
    assert ("me/tuned is older than its parent org/base" in said(graph)) is is_said


def test_duties_reach_whoever_comes_after(tmp_path: Path) -> None:
    graph = join(*chain(tmp_path))
    (of_mid,) = reaching(graph, named(graph, "org/mid"))
    assert (of_mid.path, of_mid.state) == ((BASE, MID), State.MET)
    (of_tuned,) = reaching(graph, named(graph, "me/tuned"))
    assert (of_tuned.path, of_tuned.state) == ((BASE, MID, TUNED), None)
    assert reaching(graph, named(graph, "org/base")) == ()


def test_duties_reach_what_lies_on_the_way(tmp_path: Path) -> None:
    through = audit(tmp_path, "me/tuned", edge(BASE, MID), edge(MID, TUNED), duties=(duty(BASE, BASE, MID, TUNED),))  # fmt: skip
    graph = join(through)
    (of_mid,) = reaching(graph, named(graph, "org/mid"))
    assert (of_mid.path, of_mid.state) == ((BASE, MID), None)


@pytest.mark.parametrize("how", ["trained-on", "related", "unknown"])
def test_no_duty_is_handed_on_by_what_hands_none_on(tmp_path: Path, how: str) -> None:
    first, second, _ = chain(tmp_path)
    graph = join(first, second, audit(tmp_path, "me/tuned", edge(MID, TUNED, how)))
    assert reaching(graph, named(graph, "me/tuned")) == ()


def test_a_contradicted_descent_hands_no_duty_on(tmp_path: Path) -> None:
    first, second, _ = chain(tmp_path)
    denied = edge(MID, TUNED, origin="contradicted", p=0.5)
    graph = join(first, second, audit(tmp_path, "me/tuned", denied))
    assert reaching(graph, named(graph, "me/tuned")) == ()


def test_near_is_counted_in_derivations(tmp_path: Path) -> None:
    graph = join(*chain(tmp_path))
    centre = named(graph, "org/base")
    assert [len(around(graph, centre, depth).nodes) for depth in (0, 1, 2)] == [1, 2, 3]
    assert len(around(graph, centre, 1).edges) == 1


@pytest.mark.parametrize("name", ["org/base", BASE, purl("org/base"), "ORG/Base"])
def test_a_work_goes_by_several_names(tmp_path: Path, name: str) -> None:
    assert named(join(*chain(tmp_path)), name).id == BASE


def test_an_unknown_name_is_answered_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(JoinError, match=r"no node is called org/bass; there is org/base"):
        named(join(*chain(tmp_path)), "org/bass")


def test_a_name_of_two_works_is_refused(tmp_path: Path) -> None:
    graph = join(*(audit(tmp_path, "org/base", revision=r) for r in ("r1", "r2")))
    with pytest.raises(JoinError, match="is not one node"):
        named(graph, "org/base")
