from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lineage.sources.snapshot import UnreadableError
from lineage.sources.yaml_tree import Mapping, Node, Scalar, Sequence, parse, scalars


def mapping(text: str) -> Mapping:
    tree = parse(text)
    assert isinstance(tree, Mapping)
    return tree


def plain(node: Node | None) -> object:
    match node:
        case Scalar():
            return None if node.is_null else node.text
        case Sequence(items):
            return [plain(item) for item in items]
        case Mapping(members):
            return {key: plain(value) for key, value in members}
        case None:
            return None


def test_scalars_stay_as_they_were_written() -> None:
    text = "a: no\nb: 2024-01-01\nc: 1e3\nd: 'null'\ne: ~\nf:\ng: 0o17\nh: !!int 5\ni: yes\n"
    assert plain(parse(text)) == {
        "a": "no",
        "b": "2024-01-01",
        "c": "1e3",
        "d": "null",
        "e": None,
        "f": None,
        "g": "0o17",
        "h": "5",
        "i": "yes",
    }


def test_lines_are_those_of_the_file() -> None:
    tree = parse("a: x\nb: |\n  one\n  two\nc: [p,\n  q]\n", above=10)
    assert isinstance(tree, Mapping)
    assert [(key, node.lines) for key, node in tree.members] == [
        ("a", (11, 11)),
        ("b", (12, 14)),
        ("c", (15, 16)),
    ]


def test_the_first_of_several_documents_is_read() -> None:
    assert plain(parse("a: 1\n---\na: 2\n")) == {"a": "1"}
    assert parse("") is None
    assert parse("# only a comment\n") is None


def test_values_of_a_field() -> None:
    tree = mapping("one: x\nmany: [a, ~, [b], c]\nnone:\nmap: {a: b}\n")
    assert [
        [s.text for s in scalars(tree.get(k))] for k in ("one", "many", "none", "map", "no")
    ] == [
        ["x"],
        ["a", "c"],
        [],
        [],
        [],
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: *b", "uses an anchor or an alias (line 1)"),
        ("a: &b c", "uses an anchor or an alias (line 1)"),
        ("a: &b [c]", "uses an anchor or an alias (line 1)"),
        ("a: 1\na: 2", "gives 'a' twice (line 2)"),
        ("[" * 20_000, "nests too deep (line 1)"),
        ("- " * 20_000, "nests too deep (line 1)"),
        ("? {a: b}\n: c", "a key that is no text (line 1)"),
        ("a: b: c", "is not valid YAML (line 1): mapping values are not allowed"),
        ("a: [b", "is not valid YAML"),
        ("a: \x07", "is not valid YAML: unacceptable character"),
        ("a: \ud800", "is not valid YAML"),
        ("x" * 200_000, "too many to be parsed"),
    ],
)
def test_what_is_refused(text: str, message: str) -> None:
    start = time.process_time()
    with pytest.raises(UnreadableError) as error:
        parse(text, "it")
    assert str(error.value).startswith("it ")
    assert message in str(error.value)
    assert time.process_time() - start < 3


@given(st.text(max_size=300))
def test_any_text_is_parsed_or_refused(text: str) -> None:
    try:
        parse(text)
    except UnreadableError:
        return


@pytest.mark.parametrize("size", [10_000])
def test_a_long_flat_document_is_parsed_soon(size: int) -> None:
    start = time.process_time()
    tree = parse("\n".join(f"- {i}" for i in range(size)))
    assert isinstance(tree, Sequence)
    assert len(tree.items) == size
    assert time.process_time() - start < 5
