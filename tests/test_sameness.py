from __future__ import annotations

from dataclasses import replace

import pytest

from lineage.graph import LineageGraph
from lineage.model import EntryKind, FileEntry, Origin, ParentDeclared, Relation, Tier, WeightFile
from tests.worlds import CARD, Fact, file, weights, weights_of, world


def joined(graph: LineageGraph) -> list[str]:
    """Return what equal bytes joined, in words."""
    found = [edge for edge in graph.derivations() if edge.origin is Origin.DETECTED]
    assert all(edge.tier is Tier.A and edge.exhibits for edge in found)
    names = {artifact.id: artifact.name for artifact in graph.artifacts()}
    return [f"{names[e.child]} {e.relation} {names[e.parent]}" for e in found]


@pytest.mark.parametrize(
    ("mine", "yours", "expected"),
    [
        # the whole, under another name, in other shards of which most are the same
        ((weights_of("a"),), (weights_of("a"),), ["t-lab/t identical b-lab/b"]),
        ((weights_of("a", "x.gguf"),), (weights_of("a"),), ["t-lab/t identical b-lab/b"]),
        (
            (weights_of("a", "1.bin"), weights_of("b", "2.bin"), weights_of("c", "3.bin")),
            (weights_of("a", "1.bin"), weights_of("b", "2.bin"), weights_of("d", "3.bin")),
            ["t-lab/t unknown b-lab/b"],
        ),
        # the reference is taken in whole
        (
            (weights_of("a", size=1 << 33), weights_of("b", "text_encoder/m.safetensors")),
            (weights_of("b"),),
            ["t-lab/t unknown b-lab/b"],
        ),
        # a part that both may have from a third
        (
            (weights_of("a", size=1 << 33), weights_of("b", "vae/m.safetensors")),
            (weights_of("c", size=1 << 33), weights_of("b", "vae/m.safetensors")),
            ["t-lab/t related b-lab/b"],
        ),
        # the target is a part of the reference; of one file nothing is known
        (
            (weights_of("b"),),
            (weights_of("a", size=1 << 33), weights_of("b", "unet/m.safetensors")),
            ["t-lab/t identical b-lab/b"],
        ),
        (
            (weights_of("a"), replace(weights("n.safetensors"), size=1 << 20)),
            (weights_of("a"), replace(weights("n.safetensors"), size=1 << 20)),
            ["t-lab/t unknown b-lab/b"],
        ),
        # a file that stands there twice counts once
        (
            (weights_of("a"), weights_of("b", "v.bin"), weights_of("b", "w.bin")),
            (weights_of("c", size=1 << 32), weights_of("b")),
            ["t-lab/t unknown b-lab/b"],
        ),
        # other bytes, small ones, none that are known, and those of tests
        ((weights_of("a"),), (weights_of("b"),), []),
        ((weights_of("a", size=60_000),), (weights_of("a", size=60_000),), []),
        ((weights(),), (weights(),), []),
        ((weights_of("a", "tests/m.safetensors"),), (weights_of("a"),), []),
        ((file("tokenizer.model"),), (file("tokenizer.model"),), []),
    ],
)
def test_worlds(mine: tuple[Fact, ...], yours: tuple[Fact, ...], expected: list[str]) -> None:
    assert joined(world("t + b[mit]", t=mine, b=yours)) == expected


def test_the_original_is_not_called_a_copy_of_what_was_made_from_it() -> None:
    mine = weights_of("a")
    of_target = ParentDeclared("t-lab/t", Relation.QUANTIZED, "base_model", mine.exhibit)
    assert joined(world("t + b[mit]", t=(mine,), b=(mine, of_target))) == []
    through = replace(of_target, parent="c-lab/c")
    words = "t + b[mit] + c[mit]"
    assert joined(world(words, t=(mine,), b=(mine, through), c=(of_target,))) == []
    assert joined(world(words, t=(mine,), b=(mine, through))) == ["t-lab/t identical b-lab/b"]


def test_a_descent_may_be_declared_and_found() -> None:
    graph = world("t <- b[mit]", t=(weights_of("a"),), b=(weights_of("a"),))
    assert [edge.origin for edge in graph.parents(graph.subject)] == ["declared", "detected"]
    paths = [exhibit.path for edge in graph.derivations() for exhibit in edge.exhibits]
    assert paths == [CARD, "model.safetensors", "model.safetensors"]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [(EntryKind.FILE, ["t-lab/t identical b-lab/b"]), (EntryKind.LFS, [])],
)
def test_git_knows_its_files_by_a_digest_of_its_own(kind: EntryKind, expected: list[str]) -> None:
    def held(path: str) -> tuple[FileEntry, WeightFile]:
        entry = FileEntry(path, kind, 1 << 20, blob="12" * 20)
        return entry, replace(weights(path), size=1 << 20)

    graph = world("t + b[mit]", t=held("m.safetensors"), b=held("n.safetensors"))
    assert joined(graph) == expected
