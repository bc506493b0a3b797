from __future__ import annotations

from dataclasses import replace

import pytest

from lineage.graph import LineageGraph
from lineage.model import Host, Scope, Severity, State
from lineage.rules import lic001_no_licence as rule
from tests.worlds import (
    Fact,
    declared,
    file,
    grant,
    header,
    link,
    mention,
    said,
    text,
    unread,
    unsettled,
    weights,
    world,
)

MODEL = (file("README.md"), weights())
CODE = (file("main.py"), file("other.py"))


@pytest.mark.parametrize("facts", [MODEL, (file("config.json"),)])
def test_fires_where_nothing_grants_anything(facts: tuple[Fact, ...]) -> None:
    assert said(rule, world("mute", mute=facts)) == ["unmet"]


@pytest.mark.parametrize(
    "facts",
    [
        (declared("mit"), *MODEL),
        (declared("other"), *MODEL),  # LIC-010
        (declared("mit", "general.license", "model.gguf"), weights("model.gguf")),
        (text("MIT"), *MODEL),
        (unsettled(), *MODEL),
        (text("MIT", "LICENSES/MIT.txt"), *CODE),
        (text("MIT", "oak-1.0.dist-info/licenses/LICENSE"), *CODE),
        (text("LicenseRef-scancode-deepseek-la-1.0", "LICENSE-MODEL"), *MODEL),
        (
            link("LICENSE", "docs/legal/MIT.txt"),
            text("MIT", "docs/legal/LICENSE-MIT.txt"),
            link("COPYING", "docs/legal/LICENSE-MIT.txt"),
        ),
        (grant("Apache-2.0", "README.md"), *MODEL),
        (declared("apache-2.0", "license", "pyproject.toml"), *CODE),
    ],
)
def test_is_silent_where_something_does(facts: tuple[Fact, ...]) -> None:
    assert said(rule, world("spoken", spoken=facts)) == []


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ((unread("LICENSE"), *MODEL), State.CANNOT_DETERMINE),
        ((unread("README.md"), weights()), State.CANNOT_DETERMINE),
        ((unread("model_card.md"), weights()), State.CANNOT_DETERMINE),
        ((file("LICENSE.pdf"), *MODEL), State.INVESTIGATE),
        ((mention("MIT"), *MODEL), State.INVESTIGATE),
        ((text("MIT", "third_party/x/LICENSE"), *CODE), State.INVESTIGATE),
        ((*header("Apache-2.0", "modeling_x.py", "Acme"), *MODEL), State.INVESTIGATE),
        ((text("MIT", "LICENSE-CODE"), *MODEL), State.INVESTIGATE),
    ],
)
def test_is_in_doubt(facts: tuple[Fact, ...], state: State) -> None:
    assert said(rule, world("vague", vague=facts)) == [state]


def test_headers_reach_the_code_and_not_the_rest() -> None:
    graph = world("some/code", at=Host.GITHUB, code=(*CODE, *header("MIT", "main.py", "Jane")))
    (outcome,) = rule.check(graph)
    assert outcome.severity is Severity.MEDIUM
    assert outcome.message == (
        "some/code has no licence tag and no licence file that speaks for all of it; what names MIT"
        " (main.py) speaks of a part of it only."
    )


@pytest.mark.parametrize(
    "fact",
    [declared("Apache-2.0", "readme", scope=Scope.WEIGHTS), unsettled("MODEL_LICENSE")],
)
def test_the_licence_of_a_model_elsewhere_does_not_reach_the_code(fact: Fact) -> None:
    assert said(rule, world("some/code", at=Host.GITHUB, code=(*CODE, fact))) == ["investigate"]
    assert said(rule, world("some/model", model=(*MODEL, fact))) == []


def test_the_licence_of_a_parent_is_not_the_childs() -> None:
    assert said(rule, world("mute <- base[mit]", mute=MODEL)) == ["unmet"]


def test_an_empty_repository_has_nothing_to_license() -> None:
    assert said(rule, world("empty")) == []


def test_a_code_licence_is_told_from_that_of_the_weights() -> None:
    (outcome,) = rule.check(world("a/model", model=(text("MIT", "LICENSE-CODE"), *MODEL)))
    assert outcome.message.endswith("what names MIT (LICENSE-CODE) speaks of its code only.")


def test_licences_further_down_are_pointed_to() -> None:
    facts = (file("LICENSE"), text("LicenseRef-lineage-llama-3", "models/llama3/LICENSE"))
    (outcome,) = rule.check(world("a/code", at=Host.GITHUB, code=facts))
    assert outcome.message == (
        "a/code states no licence but LICENSE, in which none was recognised; licence texts stand"
        " further down (models/llama3/LICENSE:1-20)."
    )


def test_the_sentence_names_what_was_looked_at() -> None:
    (outcome,) = rule.check(world("mute", mute=MODEL))
    assert outcome.message == (
        "mute-lab/mute states no licence: no tag, no licence file and no header in 2 files that"
        " were examined."
    )


def test_sources_that_were_left_out_are_not_taken_for_silent() -> None:
    graph = world("some/code", at=Host.GITHUB, code=CODE)
    reading = graph.reading(graph.subject)
    assert reading is not None
    coverage = replace(reading.coverage, not_examined=(("png", 1), ("py", 2)))
    readings = {graph.subject.id: replace(reading, coverage=coverage)}
    assert said(rule, LineageGraph(graph.subject.id, [graph.subject], [], readings)) == [
        "cannot-determine"
    ]
