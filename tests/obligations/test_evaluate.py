"""How duties travel: along edges, through chains, by choice, and where they end."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from lineage.graph import LineageGraph
from lineage.licences.knowledge import load
from lineage.model import Host, Intent, Origin, Profile, Relation, Tier
from lineage.obligations import evaluate
from tests.worlds import Fact, copyright_of, declared, file, notice, weights, world

LLAMA = "meta-llama/Llama-3.1-8B"


def asked(graph: LineageGraph, profile: Profile | None = None) -> dict[str, str]:
    """States of duties by "licence id"."""
    return {f"{d.licence} {d.id}".strip(): d.state.value for d in evaluate(graph, load(), profile)}


def with_edges(graph: LineageGraph, **changes: object) -> LineageGraph:
    edges = [replace(edge, **changes) for edge in graph.derivations()]  # type: ignore[arg-type] # a test's words
    readings = {a.id: r for a in graph.artifacts() if (r := graph.reading(a))}
    return LineageGraph(graph.subject.id, graph.artifacts(), edges, readings)


def test_nobody_above_asks_nothing() -> None:
    assert evaluate(world("a[mit]"), load()) == ()


def test_a_duty_comes_down_a_chain_and_says_how() -> None:
    graph = world(f"a[mit] <- b[mit] <- c[mit] <- {LLAMA}")
    duty = next(d for d in evaluate(graph, load()) if d.id == "display")
    assert (duty.state, duty.licence) == ("unmet", "llama-3.1")
    assert [graph.artifact(name).name for name in duty.path] == [
        LLAMA,
        "c-lab/c",
        "b-lab/b",
        "a-lab/a",
    ]


def test_one_licence_above_twice_asks_once() -> None:
    graph = world(f"a[mit] <-merge- {LLAMA} + meta-llama/Llama-3.1-70B")
    found = Counter((d.licence, d.id) for d in evaluate(graph, load()))
    assert set(found.values()) == {1}


def test_the_notices_of_each_parent_are_its_own() -> None:
    graph = world(
        "a[mit] <-merge- b[mit] + c[mit]", b=[copyright_of("Ann")], c=[copyright_of("Ben")]
    )
    kept = [d for d in evaluate(graph, load()) if d.kind == "retain_notices"]
    assert len(kept) == 2


def test_the_licensor_s_own_newer_terms_replace_the_older() -> None:
    graph = world("a[mit] <- Meta/b <- c", a=[])
    assert asked(graph)
    newer = world("a[mit] <- meta-llama/Llama-3.1-8B[llama3.1] <- meta-llama/Meta-Llama-3-8B")
    assert {d.licence for d in evaluate(newer, load())} == {"llama-3.1"}
    other = world("a[mit] <- b[llama3.1] <- meta-llama/Meta-Llama-3-8B")
    assert {d.licence for d in evaluate(other, load())} == {"llama-3.1", "llama-3"}


@pytest.mark.parametrize(
    ("words", "licences"),
    [
        ("meta-llama/Llama-3.1-8B-Instruct <- meta-llama/Llama-3.1-8B", set()),
        ("meta-llama/Llama-3.3-70B[llama3.3] <- meta-llama/Llama-3.1-70B", set()),
        ("Qwen/Qwen2.5-72B-Instruct[] <- Qwen/Qwen2.5-72B", set()),
        ("acme/y[mit] <- acme/x[cc-by-nc-4.0]", set()),
        ("acme/y[mit] <- acme/x[llama3.1]", {"llama-3.1"}),  # Meta's terms bind acme
        ("acme/y[mit] <- acme/x[cc-by-nc-4.0] <- b[gpl-3.0]", {"gpl-3.0-only"}),
        ("acmeother/y[mit] <- acme/x[cc-by-4.0]", {"cc-by-4.0"}),
    ],
)
def test_nobody_is_their_own_licensee(words: str, licences: set[str]) -> None:
    assert {duty.licence for duty in evaluate(world(words), load())} == licences


def test_public_domain_asks_nothing() -> None:
    assert asked(world("a[mit] <- b[cc0-1.0]")) == {}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"origin": Origin.CONTRADICTED}, None),
        ({"relation": Relation.RELATED}, None),
        ({"tier": Tier.E}, None),
        ({"tier": Tier.D}, None),  # code says nothing of weights
        ({"tier": Tier.C}, "investigate"),
        ({"origin": Origin.DETECTED, "tier": Tier.B}, "unmet"),
        ({"relation": Relation.PRUNED}, "unmet"),
        ({"relation": Relation.ADAPTER}, "investigate"),  # the text leaves it open
    ],
)
def test_how_sure_an_edge_is(changes: dict[str, object], expected: str | None) -> None:
    graph = with_edges(world(f"a[mit] <- {LLAMA}"), **changes)
    assert asked(graph).get("llama-3.1 notice-file") == expected


def test_an_undeclared_relation_is_no_adapter_where_whole_weights_stand() -> None:
    words = f"a[mit] <-unknown- {LLAMA}"
    assert asked(world(words))["llama-3.1 notice-file"] == "investigate"
    assert asked(world(words, a=[weights()]))["llama-3.1 notice-file"] == "unmet"
    adapter: list[Fact] = [weights("adapter_model.safetensors"), file("adapter_config.json")]
    assert asked(world(words, a=adapter))["llama-3.1 notice-file"] == "investigate"


@pytest.mark.parametrize(
    ("host", "facts", "state"),
    [
        (Host.GITHUB, [], "investigate"),  # code that speaks of a model passes none on
        (Host.GITHUB, [weights()], "unmet"),
        (Host.GITHUB, [file("model.safetensors")], "unmet"),  # not looked into
        (Host.HUGGINGFACE, [], "unmet"),
    ],
)
def test_a_repository_without_weights_may_pass_nothing_on(
    host: Host, facts: list[Fact], state: str
) -> None:
    graph = world(f"a[mit] <- {LLAMA}", at=host, a=facts)
    assert asked(graph)["llama-3.1 notice-file"] == state


def test_what_outputs_bring_about() -> None:
    """Of Llama 3.1 the name, of Gemma everything, of openPangu nothing (licences.md 2.2)."""
    distilled = asked(world(f"a[mit] <-distilled- {LLAMA}"))
    assert distilled["llama-3.1 name"] == "unmet"
    assert distilled["llama-3.1 notice-file"] == "investigate"
    gemma = asked(world("a[mit] <-distilled- google/gemma-2-2b"))
    assert gemma["gemma-2025-03-24 notice-file"] == "unmet"
    assert asked(world("a[mit] <-distilled- ascend-tribe/openpangu-embedded-7b")) == {}


@pytest.mark.parametrize(
    ("intent", "ids"),
    [
        (None, {"display", "licence-copy", "name", "notice-file"}),
        (Intent.SHARE, {"display", "licence-copy", "name", "notice-file"}),
        (Intent.SAAS, {"display", "licence-copy", "name"}),  # the Notice goes with copies
        (Intent.INTERNAL, set()),
    ],
)
def test_the_intent_decides_which_acts_are_done(intent: Intent | None, ids: set[str]) -> None:
    found = evaluate(world(f"a[mit] <- {LLAMA}"), load(), Profile(intent=intent))
    assert {d.id for d in found if d.trigger != "use"} == ids


def test_of_a_choice_the_lightest_counts_and_of_a_union_all() -> None:
    either = [declared("MIT OR CC-BY-NC-4.0", "license", "package.json")]
    both = [declared("MIT AND CC-BY-NC-4.0", "license", "package.json")]
    assert {k.split()[0] for k in asked(world("a[mit] <- b", b=either))} == {"mit"}
    assert {k.split()[0] for k in asked(world("a[mit] <- b", b=both))} == {"mit", "cc-by-nc-4.0"}


def test_what_is_not_known_is_never_permissive() -> None:
    assert asked(world("a[mit] <- b")) == {"": "cannot-determine"}
    assert asked(world("a[mit] <- b[other]")) == {"": "cannot-determine"}
    mixed = [declared("MIT AND LicenseRef-x", "license", "package.json")]
    assert "" in asked(world("a[mit] <- b", b=mixed))


def test_a_circle_of_claims_ends() -> None:
    found = asked(world("a[mit] <- b[mit] <- a"))
    assert found["mit licence-copy"] == "unmet"


def test_a_maze_of_claims_ends() -> None:
    rows = [" + ".join(f"x{row}{n}[mit]" for n in range(6)) for row in range(6)]
    assert evaluate(world(f"a[mit] <- {' <- '.join(rows)}"), load())


def test_kept_notices_of_an_opened_parent() -> None:
    graph = world("a[mit] <- b[mit]", a=[copyright_of("Ann")], b=[copyright_of("Ann")])
    assert asked(graph)["mit notices"] == "met"
    graph = world("a[mit] <- b[mit]", a=[copyright_of("Me")], b=[copyright_of("Ann")])
    assert asked(graph)["mit notices"] == "investigate"
    graph = world("a[mit] <- b[apache-2.0]", b=[notice("By Ann and Ben.")])
    assert asked(graph)["apache-2.0 notice-file"] == "unmet"


def test_kimi_asks_for_its_name_beyond_a_threshold_only() -> None:
    words = "a[mit] <- moonshotai/Kimi-K2-Instruct"
    assert asked(world(words))["kimi-k2 display"] == "condition-unknown"
    shared = asked(world(words), Profile(intent=Intent.SHARE))
    assert shared["kimi-k2 display"] == "met"
