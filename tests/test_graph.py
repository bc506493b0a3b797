from __future__ import annotations

import json
from dataclasses import fields, is_dataclass, replace
from types import UnionType
from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lineage.codec import from_plain, to_plain
from lineage.graph import LineageGraph
from lineage.model import (
    Artifact,
    Derivation,
    Evidence,
    Exhibit,
    Kind,
    LicenceDeclared,
    LicenceText,
    Origin,
    Reading,
    Relation,
    Scope,
    Tier,
)
from tests.worlds import declared, text, weights, world

NAMES = st.sampled_from([f"pkg:huggingface/o/{letter}" for letter in "abcdef"] + ["unresolved:./x"])
FINITE = st.floats(allow_nan=False, allow_infinity=False)
st.register_type_strategy(float, FINITE)
# Paths that are not UTF-8 come as lone surrogates, and have to survive as well.
st.register_type_strategy(str, st.text(st.characters(exclude_categories=()), max_size=12))

ARTIFACTS = st.builds(Artifact, id=NAMES)
FACTS = st.one_of(*map(st.from_type, get_args(Evidence)))
READINGS = st.builds(Reading, evidence=st.lists(FACTS, max_size=6).map(tuple))


@st.composite
def graphs(draw: st.DrawFn) -> LineageGraph:
    artifacts = draw(st.lists(ARTIFACTS, min_size=1, max_size=5, unique_by=lambda a: a.id))
    ids = st.sampled_from([artifact.id for artifact in artifacts])
    return LineageGraph(
        subject=draw(ids),
        artifacts=artifacts,
        derivations=draw(st.lists(st.builds(Derivation, parent=ids, child=ids), max_size=6)),
        readings=draw(st.dictionaries(ids, READINGS, max_size=2)),
    )


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(graphs())
def test_a_graph_survives_being_written_down(graph: LineageGraph) -> None:
    plain = json.loads(json.dumps(graph.to_dict()))
    again = LineageGraph.from_dict(plain)
    assert again == graph
    assert again.subject == graph.subject
    assert again.derivations() == graph.derivations()
    assert [again.reading(a) for a in again.artifacts()] == [
        graph.reading(a) for a in graph.artifacts()
    ]


@pytest.mark.parametrize("kind", get_args(Evidence), ids=lambda kind: kind.__name__)
@settings(max_examples=10, deadline=None)
@given(data=st.data())
def test_every_kind_of_evidence_keeps_its_kind(kind: type[Evidence], data: st.DataObject) -> None:
    fact = data.draw(st.from_type(kind))
    assert is_dataclass(kind)
    assert from_plain(to_plain([fact]), tuple[kind, ...]) == (fact,)  # type: ignore[valid-type]  # a type made at run time
    assert isinstance(Evidence, UnionType)
    assert "exhibit" in {field.name for field in fields(kind)}


def test_order_of_building_leaves_no_trace() -> None:
    a, b, c = (Artifact(name, Kind.MODEL, name, None, None) for name in "abc")
    edges = [
        edge("a", "b"),
        edge("a", "c"),
        edge("b", "c"),
        edge("b", "c", relation=Relation.MERGE),
    ]
    one = LineageGraph("c", [a, b, c], edges, {})
    other = LineageGraph("c", [c, b, a], reversed(edges), {})
    assert json.dumps(one.to_dict()) == json.dumps(other.to_dict())
    assert [(d.parent, d.relation) for d in one.parents(c)] == [
        ("a", "finetune"),
        ("b", "finetune"),
        ("b", "merge"),
    ]
    assert [d.child for d in one.children(a)] == ["b", "c"]


def test_one_edge_said_twice_is_one_edge() -> None:
    a, b = (Artifact(name, Kind.MODEL, name, None, None) for name in "ab")
    graph = LineageGraph("b", [a, b], [edge("a", "b"), edge("a", "b"), edge("a", "b", line=7)], {})
    assert [d.exhibits[0].lines for d in graph.derivations()] == [(1, 1), (7, 7)]


def test_upstream_comes_nearest_first_and_each_once() -> None:
    graph = world("a[] <- b[] + c[] <- d[] <- a")
    names = [artifact.name.partition("/")[2] for artifact in graph.upstream(graph.subject)]
    assert names == ["b", "c", "d"]


def test_upstream_follows_only_the_relations_that_are_asked_for() -> None:
    graph = world("a[] <- b[] <-distilled- c[] <- d")
    along = frozenset(Relation) - {Relation.DISTILLED}
    assert [a.name for a in graph.upstream(graph.subject, along)] == ["b-lab/b"]


def test_cycles_are_found_with_all_their_members() -> None:
    assert world("a[] <- b[] <- c").cycles() == ()
    assert [len(group) for group in world("a[] <- a").cycles()] == [1]
    (cycle,) = world("a[] <- b[] <- c[] <- a").cycles()
    assert [name.partition("-lab")[0].rpartition("/")[2] for name in cycle] == ["a", "b", "c"]


def test_evidence_comes_by_kind_in_the_order_it_was_seen() -> None:
    facts = (declared("mit"), text("MIT"), declared("other"), weights())
    graph = world("a <- b", a=facts)
    seen = graph.evidence(graph.subject, LicenceDeclared)
    assert [fact.value for fact in seen] == ["mit", "other"]
    assert len(graph.evidence(graph.subject, LicenceText)) == 1
    (unopened,) = graph.upstream(graph.subject)
    assert graph.reading(unopened) is None
    assert graph.evidence(unopened, LicenceDeclared) == ()


def test_licence_is_that_of_the_scope() -> None:
    graph = world("a[mit]", a=[weights()])
    record = graph.licence(graph.subject, Scope.WEIGHTS)
    assert record is not None
    assert record.concluded == "MIT"
    assert graph.licence(graph.subject, Scope.DATA) is None


def test_what_is_no_graph_is_refused() -> None:
    a = Artifact("a", Kind.MODEL, "a", None, None)
    with pytest.raises(ValueError, match="artifact a comes twice"):
        LineageGraph("a", [a, a], [], {})
    with pytest.raises(ValueError, match="b is no artifact of this graph"):
        LineageGraph("b", [a], [], {})
    with pytest.raises(ValueError, match="b is no artifact of this graph"):
        LineageGraph("a", [a], [edge("b", "a")], {})
    reading = world("a").reading(world("a").subject)
    assert reading is not None
    with pytest.raises(ValueError, match="b is no artifact of this graph"):
        LineageGraph("a", [a], [], {"b": reading})


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"artifacts": None}, "not a list"),
        ({"artifacts": [{"id": "a"}]}, r"required field missing @ \$\.?\[0\]\.kind"),
        ({"artifacts": [3]}, "expected Artifact"),
        ({"derivations": [{}]}, "required field missing"),
        ({"readings": []}, "dict"),
        ({"readings": {"x": {"repo": 1}}}, "repo"),
        ({"subject": "nobody"}, "nobody is no artifact"),
    ],
)
def test_what_describes_no_graph_is_refused(change: dict[str, object], complaint: str) -> None:
    plain = world("a[mit]").to_dict() | change
    with pytest.raises(ValueError, match=complaint):
        LineageGraph.from_dict(plain)  # type: ignore[arg-type]  # what a file may hold


def test_a_missing_part_is_named() -> None:
    plain = world("a[mit]").to_dict()
    del plain["readings"]
    with pytest.raises(ValueError, match="no lineage graph: readings missing"):
        LineageGraph.from_dict(plain)


def test_graphs_differ_where_their_content_does() -> None:
    graph = world("a[mit] <- b")
    assert graph == world("a[mit] <- b")
    assert graph != world("a[mit] <-merge- b")
    assert graph != world("a[apache-2.0] <- b")
    assert graph != "a[mit] <- b"
    with pytest.raises(TypeError, match="unhashable"):
        hash(graph)


def edge(
    parent: str, child: str, relation: Relation = Relation.FINETUNE, line: int = 1
) -> Derivation:
    exhibit = Exhibit("README.md", (line, line))
    plain = Derivation(parent, child, relation, Origin.DECLARED, Tier.A)
    return replace(plain, exhibits=(exhibit,))
