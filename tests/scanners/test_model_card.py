from __future__ import annotations

import time

import pytest

from lineage.model import (
    Claim,
    DatasetDeclared,
    Evidence,
    LicenceDeclared,
    ModelCard,
    ParentDeclared,
    Relation,
    Scope,
)
from lineage.scanners import model_card
from lineage.sources.snapshot import UnreadableError
from lineage.walk import read
from tests.doubles.memory import file_of, snapshot_of

CARD = """---
license: other
license_name: qwen-research
license_link: https://huggingface.co/Qwen/Qwen2.5-3B/blob/main/LICENSE
language:
- en
- zh
base_model:
  - Qwen/Qwen2.5-3B
base_model_relation: finetune
datasets: [org/one, 'org/two']
new_version: org/newer
tags: [chat, "base_model:adapter:org/lora", license:mit]
library_name: transformers
pipeline_tag: text-generation
extra_gated_prompt: |
  You agree
  to everything.
extra_gated_fields:
  Country: country
  I agree: checkbox
model-index:
- name: x
  results: []
---

# Tiny model

Text.
"""


def scanned(text: str, path: str = "README.md") -> list[Evidence]:
    return list(model_card.scan(file_of(path, text)))


def card(front: str) -> list[Evidence]:
    return scanned(f"---\n{front}\n---\n# T\n")


def licences(front: str) -> list[tuple[str, str, str | None]]:
    facts = card(front)
    return [(f.key, f.value, f.expression) for f in facts if isinstance(f, LicenceDeclared)]


def parents(front: str) -> list[tuple[str, Relation]]:
    return [(f.parent, f.relation) for f in card(front) if isinstance(f, ParentDeclared)]


def test_a_card_is_kept_as_flat_pairs() -> None:
    (found,) = [f for f in scanned(CARD) if isinstance(f, ModelCard)]
    fields = found.fields
    assert found.title == "Tiny model"
    assert found.exhibit.lines == (1, 25)
    assert ("license_name", "qwen-research") in fields
    assert [value for key, value in fields if key == "language"] == ["en", "zh"]
    assert ("extra_gated_prompt", "You agree\nto everything.\n") in fields
    assert ("extra_gated_fields.Country", "country") in fields
    assert ("new_version", "org/newer") in fields
    assert not [key for key, _ in fields if key.startswith("model-index")]


def test_each_value_is_shown_where_it_stands() -> None:
    lines = CARD.split("\n")
    for fact in scanned(CARD):
        if isinstance(fact, (LicenceDeclared, ParentDeclared, DatasetDeclared)):
            exhibit = fact.exhibit
            assert exhibit.lines is not None
            assert exhibit.sha256 is not None
            assert exhibit.excerpt is not None
            assert exhibit.excerpt in lines[exhibit.lines[0] - 1]


def test_licence_fields() -> None:
    found = [f for f in scanned(CARD) if isinstance(f, LicenceDeclared)]
    assert [(f.key, f.value, f.expression) for f in found] == [
        ("license", "other", None),
        ("license_name", "qwen-research", "LicenseRef-lineage-qwen-research"),
        ("license_link", "https://huggingface.co/Qwen/Qwen2.5-3B/blob/main/LICENSE", None),
        ("tags", "mit", "MIT"),
    ]
    assert {f.scope for f in found} == {None}


def test_parents_and_data() -> None:
    facts = scanned(CARD)
    assert [(f.parent, f.relation, f.key) for f in facts if isinstance(f, ParentDeclared)] == [
        ("Qwen/Qwen2.5-3B", Relation.FINETUNE, "base_model"),
        ("org/lora", Relation.ADAPTER, "tags"),
    ]
    assert [f.dataset for f in facts if isinstance(f, DatasetDeclared)] == ["org/one", "org/two"]


@pytest.mark.parametrize(
    ("front", "expected"),
    [
        ("license: no", [("license", "no", None)]),
        (
            "license: [mit, apache-2.0]",
            [("license", "mit", "MIT"), ("license", "apache-2.0", "Apache-2.0")],
        ),
        ("license: 'MIT'", [("license", "MIT", "MIT")]),
        ("license: 2024-01-01", [("license", "2024-01-01", None)]),
        ("license:", []),
        ("license: ~", []),
        ("license: ''", []),
        ("license: {a: b}", []),
        ("license: !!python/object/apply:os.system [x]", [("license", "x", None)]),
        ("license: gpl", [("license", "gpl", None)]),
        ("# license: mit\nlanguage: en", []),
    ],
)
def test_a_licence_is_read_as_it_was_written(
    front: str, expected: list[tuple[str, str, str | None]]
) -> None:
    assert licences(front) == expected


@pytest.mark.parametrize(
    ("front", "expected"),
    [
        ("base_model: a/b", [("a/b", Relation.UNKNOWN)]),
        ("base_model: [a/b, c/d]", [("a/b", Relation.MERGE), ("c/d", Relation.MERGE)]),
        (
            "base_model: [a/b, c/d]\nbase_model_relation: quantized",
            [("a/b", Relation.QUANTIZED), ("c/d", Relation.QUANTIZED)],
        ),
        ("base_model: a/b\nlibrary_name: peft", [("a/b", Relation.ADAPTER)]),
        ("base_model: a/b\nbase_model_relation: nonsense", [("a/b", Relation.UNKNOWN)]),
        (
            "base_model: https://huggingface.co/a/b",
            [("https://huggingface.co/a/b", Relation.UNKNOWN)],
        ),
        ("base_model:\n-\n- ''", []),
        ("tags: [base_model:quantized:a/b]", [("a/b", Relation.QUANTIZED)]),
        ("tags: ['base_model:a/b']", [("a/b", Relation.UNKNOWN)]),
        ("tags: [base_model]", []),
    ],
)
def test_relations(front: str, expected: list[tuple[str, Relation]]) -> None:
    assert parents(front) == expected


def test_the_card_of_a_data_set_speaks_of_data() -> None:
    (found,) = [
        f for f in card("license: mit\ntask_categories: [x]") if isinstance(f, LicenceDeclared)
    ]
    assert found.scope is Scope.DATA


HOSTILE = {
    "an alias": ("a: &x [1]\nb: *x", "anchor or an alias (line 2)"),
    "an alias bomb": (
        "a: &a [x,x,x]\n" + "\n".join(f"b{i}: &b{i} [*a,*a,*a]" for i in range(30)),
        "anchor or an alias (line 2)",
    ),
    "deep lists": ("a: " + "[" * 20_000, "nests too deep (line 2)"),
    "deep mappings": ("{a: " * 20_000, "nests too deep"),
    "a key twice": ("license: mit\nlicense: gpl-3.0", "'license' twice (line 3)"),
    "a tab": ("a:\n\t- b", "not valid YAML (line 3)"),
    "two colons": ("a: b: c", "not valid YAML (line 2)"),
    "an open bracket": ("license: [mit", "not valid YAML"),
    "a control character": ("a: \x01", "not valid YAML"),
    "a list for a key": ("a: 1\n? [a]\n: b", "a key that is no text"),
    "too long": ("a: " + "x" * 140_000, "too many to be parsed"),
}


@pytest.mark.parametrize(("front", "message"), HOSTILE.values(), ids=HOSTILE.keys())
def test_broken_front_matter_is_unread_and_the_prose_is_read(front: str, message: str) -> None:
    start = time.process_time()
    text = f"---\n{front}\n---\n# T\n\nFoo is trained from scratch.\n"
    reading = read(snapshot_of({"README.md": text}), [model_card])
    assert [type(f) for f in reading.evidence] == [Claim]
    (unread,) = reading.coverage.unread
    assert unread.reason.startswith("the front matter ")
    assert message in unread.reason
    assert time.process_time() - start < 5


def test_front_matter_without_an_end_is_unread() -> None:
    with pytest.raises(UnreadableError, match="no end"):
        scanned("---\nlicense: mit\n\n# T\n")


def test_front_matter_that_is_a_list_is_unread() -> None:
    with pytest.raises(UnreadableError, match="holds no fields"):
        scanned("---\n# a comment\n- a\n- b\n---\n")


@pytest.mark.parametrize(
    "text",
    [
        "# No front matter\n\nlicense: mit\n",
        "---\n\nA rule, and prose: with a colon.\n\n---\n\nMore.\n",
        "Text\n---\nlicense: mit\n---\n",
        "",
        "\n\n",
    ],
)
def test_prose_is_no_front_matter(text: str) -> None:
    assert not [f for f in scanned(text) if not isinstance(f, LicenceDeclared) or f.key != "readme"]


def test_an_empty_front_matter_is_a_card_without_fields() -> None:
    (found,) = scanned("---\n---\n# T\n")
    assert isinstance(found, ModelCard)
    assert found.fields == ()


@pytest.mark.parametrize("mark", ["\ufeff", "\n\n"])
def test_a_mark_or_blank_lines_above_do_not_hide_it(mark: str) -> None:
    assert [f for f in scanned(mark + CARD) if isinstance(f, ModelCard)]


def test_line_ends_of_windows_do_not_hide_it() -> None:
    assert [f for f in scanned(CARD.replace("\n", "\r\n")) if isinstance(f, LicenceDeclared)]


@pytest.mark.parametrize("path", ["README_zh.md", "docs/README.md", "model/README.md"])
def test_only_the_readme_at_the_root_is_the_card(path: str) -> None:
    assert not [f for f in scanned(CARD, path) if isinstance(f, (ModelCard, LicenceDeclared))]


def test_a_card_beside_weights_speaks_of_these() -> None:
    file = file_of("package/model/README.md", CARD, "package/model/model.safetensors")
    facts = list(model_card.scan(file))
    assert [f for f in facts if isinstance(f, ModelCard)]
    assert {f.scope for f in facts if isinstance(f, LicenceDeclared)} == {Scope.WEIGHTS}


def test_a_readme_of_megabytes_is_unread() -> None:
    with pytest.raises(UnreadableError, match="more than"):
        scanned("x " * 600_000)


def test_a_card_with_very_many_fields_is_cut() -> None:
    many = "tags:\n" + "\n".join(f"- t{i}" for i in range(9_000))
    (found,) = [f for f in card(many) if isinstance(f, ModelCard)]
    assert len(found.fields) == 1_000
