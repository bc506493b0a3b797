from __future__ import annotations

import pytest

from lineage.model import Host, Scope
from lineage.rules import lic002_text_missing as rule
from tests.worlds import Fact, declared, file, grant, said, text, unread, unsettled, weights, world


@pytest.mark.parametrize(
    ("words", "facts", "expected"),
    [
        ("a[mit]", (), ["unmet"]),
        ("a[apache-2.0]", (grant("Apache-2.0", "LICENSE"),), ["unmet"]),  # "see www.apache.org"
        ("a[mit, apache-2.0]", (text("MIT"),), ["unmet"]),
        ("a[mit]", (text("MIT", "third_party/x/LICENSE"),), ["unmet"]),  # somebody else's copy
        ("a[mit]", (text("MIT"),), ["met"]),
        ("a[mit]", (text("MIT", "README.md"),), ["met"]),
        ("a[apache-2.0]", (text("Apache-2.0", exact=False),), ["met"]),
        ("a[apache-2.0]", (text("Apache-2.0", "LICENSES/Apache-2.0.txt"),), ["met"]),
        ("a[mit]", (text("CC-BY-NC-4.0"),), []),  # LIC-004
        ("a[mit]", (text("MIT", "LICENSE-CODE"),), []),  # LIC-006
        ("a[cc-by-4.0]", (), []),  # content with a link
        ("a[cc0-1.0]", (), []),
        ("a[llama3.1]", (), []),  # not permissive: its own rule
        ("a[gpl-3.0]", (), []),
        ("a[other]", (), []),
        ("a[]", (), []),
        ("a[mit]", (unread("LICENSE"),), ["cannot-determine"]),
        ("a[mit]", (unsettled(),), []),  # LIC-004
        ("a", (declared("MIT License", "readme"), unsettled()), ["cannot-determine"]),
        ("a[mit]", (file("LICENSE.pdf"),), ["cannot-determine"]),
        ("a[mit]", (unread("third_party/x/LICENSE"),), ["cannot-determine"]),
    ],
)
def test_worlds(words: str, facts: tuple[Fact, ...], expected: list[str]) -> None:
    assert said(rule, world(words, a=facts)) == expected


def test_ten_weight_files_with_one_tag_are_one_finding() -> None:
    files = [f"model-{n}.gguf" for n in range(10)]
    facts = [declared("mit", "general.license", path) for path in files]
    (outcome,) = rule.check(world("a", a=[*facts, *map(weights, files)]))
    assert len(outcome.exhibits) == 10
    assert outcome.clause == "MIT second paragraph"
    assert outcome.message == (
        "a-lab/a is declared MIT at model-0.gguf:2, model-1.gguf:2, model-2.gguf:2 and 7 more, and"
        " no file of it holds the text, which whoever passes it on must include."
    )


def test_the_unknown_licence_of_the_model_hides_no_text_for_the_code() -> None:
    fact = declared("Apache-2.0", "readme", scope=Scope.CODE)
    graph = world("a", at=Host.GITHUB, a=(fact, unsettled("MODEL_LICENSE"), file("main.py")))
    (outcome,) = rule.check(graph)
    assert outcome.message.startswith("The code of a-lab/a is declared Apache-2.0 at README.md:2,")
    assert outcome.state == "unmet"


def test_a_model_that_is_published_elsewhere_is_not_passed_on_here() -> None:
    fact = declared("Apache-2.0", "readme", scope=Scope.WEIGHTS)
    assert said(rule, world("a", at=Host.GITHUB, a=(fact, file("main.py")))) == []
    assert said(rule, world("a", at=Host.GITHUB, a=(fact, weights()))) == ["unmet"]


def test_the_one_of_a_choice_will_do() -> None:
    graph = world("a", a=[declared("MIT OR Apache-2.0", "license", "pyproject.toml"), text("MIT")])
    assert said(rule, graph) == ["met"]
