from __future__ import annotations

import pytest

from lineage.model import ParentDeclared, Relation
from lineage.scanners import mergekit
from lineage.walk import read
from tests.doubles.memory import file_of, snapshot_of

TIES = """models:
  - model: mistralai/Mistral-7B-v0.1
  - model: org/one-7b
    parameters:
      density: 0.5
  - model: org/two-7b+org/lora
merge_method: ties
base_model: mistralai/Mistral-7B-v0.1
dtype: float16
"""
SLERP = """slices:
  - sources:
      - model: org/one-7b
        layer_range: [0, 32]
      - model: org/two-7b
        layer_range: [0, 32]
merge_method: slerp
base_model: org/one-7b
"""
MIXTURE = """base_model: org/base
gate_mode: hidden
experts:
  - source_model: org/expert-1
    positive_prompts: ["a"]
  - source_model: org/expert-2
"""
MODULES = """merge_method: passthrough
modules:
  text_decoder:
    slices:
      - sources:
          - model: {model: {path: org/one-7b, revision: main}}
"""


def sources(path: str, text: str) -> list[tuple[str, str]]:
    return [(p.key, p.parent) for p in mergekit.scan(file_of(path, text))]


@pytest.mark.parametrize(
    ("recipe", "expected"),
    [
        (
            TIES,
            [
                ("models", "mistralai/Mistral-7B-v0.1"),
                ("models", "org/one-7b"),
                ("models", "org/two-7b"),
            ],
        ),
        (SLERP, [("slices", "org/one-7b"), ("slices", "org/two-7b")]),
        (
            MIXTURE,
            [("experts", "org/expert-1"), ("experts", "org/expert-2"), ("base_model", "org/base")],
        ),
        (MODULES, [("slices", "org/one-7b")]),
        ("merge_method: linear\nmodels: []\n", []),
        ("merge_method: linear\nmodels: {a: b}\nbase_model:\n", []),
        ("merge_method: linear\nmodels:\n- model: [a]\n- just text\n", []),
    ],
)
def test_each_model_of_a_recipe_is_a_source(recipe: str, expected: list[tuple[str, str]]) -> None:
    assert sources("mergekit_config.yml", recipe) == expected


def test_a_source_is_a_merge_parent_and_shown_in_its_line() -> None:
    parents = list(mergekit.scan(file_of("merge.yaml", TIES)))
    assert {p.relation for p in parents} == {Relation.MERGE}
    assert [p.exhibit.lines for p in parents] == [(2, 2), (3, 3), (6, 6)]


def test_the_recipe_in_a_readme_is_read() -> None:
    text = f"---\nlicense: mit\n---\n# M\n\n```python\nx = 1\n```\n\n```yaml\n{SLERP}```\n"
    parents = list(mergekit.scan(file_of("README.md", text)))
    assert [p.parent for p in parents] == ["org/one-7b", "org/two-7b"]
    first = parents[0].exhibit.lines
    assert first is not None
    assert "org/one-7b" in text.split("\n")[first[0] - 1]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (".github/workflows/merge.yml", "on: push\njobs:\n  a: &x {}\n  b: *x\n"),
        ("README.md", f"# M\n\n{SLERP}"),
        ("README.md", f"```python\n{SLERP}```\n"),
        ("README.md", "```yaml\nmerge_method: x\nmodels:\n\t- broken\n```\n"),
        ("docs/README.md", f"```yaml\n{SLERP}```\n"),
    ],
)
def test_what_is_no_recipe_is_passed_over(path: str, text: str) -> None:
    reading = read(snapshot_of({path: text}), [mergekit])
    assert not reading.evidence
    assert not reading.coverage.unread


@pytest.mark.parametrize(
    "text",
    [
        "merge_method: x\nmodels: [" + "[" * 20_000,
        "merge_method: &a x\nmodels: *a\n",
        "merge_method: x\nmerge_method: y\n",
        "merge_method: x\n\tmodels: []\n",
        "merge_method: x\n" + "# long\n" * 30_000,
    ],
)
def test_a_malformed_recipe_is_unread(text: str) -> None:
    reading = read(snapshot_of({"mergekit_config.yml": text}), [mergekit])
    assert not [f for f in reading.evidence if isinstance(f, ParentDeclared)]
    assert reading.coverage.unread[0].reason.startswith("the recipe ")
