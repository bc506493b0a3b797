from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import permutations

import pytest

from lineage import judge, plugins
from lineage.graph import LineageGraph
from lineage.model import Artifact, Exhibit, Kind, Outcome, Severity, State, Tier
from lineage.sources.names import git_purl, github_purl, hub_purl
from tests.worlds import header, text, weights, world

OLD, NEW = "a" * 40, "b" * 40


@dataclass(frozen=True)
class Spoken:
    """A rule that says what it is told to say."""

    outcomes: tuple[Outcome, ...]
    CODE: str = "TST-001"
    TITLE: str = "A test"
    SEVERITY: Severity = Severity.MEDIUM
    TIER: Tier = Tier.A
    CLAUSE: str = "clause 1"
    REMEDY: str = "Do nothing."

    def check(self, graph: LineageGraph) -> Iterator[Outcome]:
        yield from self.outcomes


def artifact(purl: str) -> Artifact:
    return Artifact(purl, Kind.MODEL, "x", None, purl)


def printed(purl: str, parent: str | None = None, about: str = "") -> str:
    return judge.fingerprint("LIC-001", artifact(purl), parent, about)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (hub_purl("o/n", OLD), hub_purl("o/n", NEW)),
        (hub_purl("o/n", OLD), hub_purl("o/n")),
        (github_purl("o", "n", OLD), github_purl("o", "n", NEW)),
        (git_purl("n", "https://gitcode.com/o/n.git", OLD), git_purl("n", "https://gitcode.com/o/n.git", NEW)),
        (git_purl("n", "ssh://git@host/o/n.git", OLD), git_purl("n", "ssh://git@host/o/n.git", None)),
        ("unresolved:./x", "unresolved:./x"),
    ],
)  # fmt: skip
def test_a_fingerprint_survives_a_new_revision(old: str, new: str) -> None:
    assert printed(old) == printed(new)
    assert printed(hub_purl("me/mine"), old) == printed(hub_purl("me/mine"), new)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (printed(hub_purl("o/n")), printed(hub_purl("o/m"))),
        (printed(hub_purl("o/n")), printed(github_purl("o", "n"))),
        (printed(hub_purl("o/n")), printed(hub_purl("o/n"), hub_purl("p/q"))),
        (printed(hub_purl("o/n")), printed(hub_purl("o/n"), about="LICENSE")),
        (printed(hub_purl("o/n"), about="MIT"), printed(hub_purl("o/n"), about="ISC")),
        (printed(hub_purl("o/n"), "ab"), printed(hub_purl("o/n"), "a", "b")),
        (
            printed(git_purl("n", "ssh://git@one/o/n.git", None)),
            printed(git_purl("n", "ssh://git@two/o/n.git", None)),
        ),
    ],
)
def test_fingerprints_differ_where_the_matter_does(one: str, other: str) -> None:
    assert one != other
    assert len(one) == len(other) == 32


def test_a_fingerprint_survives_a_moved_line() -> None:
    outcome = Outcome(world("a").subject.id, State.UNMET, "A sentence.", about="LICENSE")
    there = replace(outcome, exhibits=(Exhibit("LICENSE", (1, 3)),))
    here = replace(outcome, exhibits=(Exhibit("LICENSE", (40, 43)),), message="Another.")
    (first,) = judge.findings(world("a"), [Spoken((there,))])
    (second,) = judge.findings(world("a"), [Spoken((here,))])
    assert first.fingerprint == second.fingerprint


def test_a_finding_takes_the_rules_words_where_the_outcome_has_none() -> None:
    subject = world("a").subject.id
    plain = Outcome(subject, State.MET, "Plain.", about="1")
    own = Outcome(
        subject,
        State.UNMET,
        "Own.",
        about="2",
        severity=Severity.LOW,
        tier=Tier.C,
        clause="clause 2",
        remedy="Do it.",
    )
    first, second = judge.findings(world("a"), [Spoken((plain, own))])
    assert (first.severity, first.tier, first.clause, first.remedy) == (
        Severity.MEDIUM,
        Tier.A,
        "clause 1",
        "Do nothing.",
    )
    assert (second.severity, second.tier, second.clause, second.remedy) == (
        Severity.LOW,
        Tier.C,
        "clause 2",
        "Do it.",
    )
    assert (first.rule, first.title, first.waiver) == ("TST-001", "A test", None)


def test_the_gravest_comes_first_and_the_order_is_always_the_same() -> None:
    subject = world("a").subject.id
    outcomes = [
        Outcome(subject, State.UNMET, "B.", about="1", severity=Severity.LOW),
        Outcome(subject, State.UNMET, "A.", about="2", severity=Severity.LOW),
        Outcome(subject, State.UNMET, "A.", about="3", severity=Severity.CRITICAL),
        Outcome(subject, State.MET, "A.", about="4", severity=Severity.LOW),
    ]
    orders = [judge.findings(world("a"), [Spoken(order)]) for order in permutations(outcomes)]
    assert len(set(orders)) == 1
    assert [f.severity for f in orders[0]] == ["critical", "low", "low", "low"]
    assert [f.message for f in orders[0][1:]] == ["A.", "A.", "B."]


def test_the_installed_rules_judge_a_world() -> None:
    graph = world("acme/a[mit]", a=[weights(), text("Apache-2.0"), *header("MIT", "x.py", "Jane")])
    found = judge.findings(graph, plugins.rules())
    assert [(f.rule, f.state) for f in found] == [("LIC-004", "unmet"), ("LIC-014", "investigate")]
    assert found == judge.findings(graph, reversed(plugins.rules()))
    assert {f.subject for f in found} == {graph.subject.id}
