from __future__ import annotations

from dataclasses import replace

import pytest

from lineage.assembly import artifact_of, graph_of
from lineage.model import (
    Coverage,
    DatasetDeclared,
    Evidence,
    Exhibit,
    Host,
    Kind,
    ModelCard,
    ParentDeclared,
    Reading,
    Relation,
    Repo,
    Tier,
)
from tests.worlds import REVISION, config, parent, weights, world


def repo(name: str, host: Host = Host.HUGGINGFACE, purl: str | None = None) -> Repo:
    kind = {Host.HUGGINGFACE: "huggingface", Host.GITHUB: "github"}.get(host, "generic")
    return Repo(host, name, REVISION, "", purl or f"pkg:{kind}/{name}@{REVISION}")


def reading(at: Repo, *facts: Evidence) -> Reading:
    return Reading(at, (), facts, Coverage(0, 0, 0, 0))


def base(name: str, relation: Relation = Relation.FINETUNE, path: str = "README.md") -> Evidence:
    return ParentDeclared(name, relation, "base_model", Exhibit(path, (3, 3)))


@pytest.mark.parametrize(
    ("named", "opened"),
    [
        ("Qwen/Qwen2.5-7B", repo("Qwen/Qwen2.5-7B")),
        ("qwen/qwen2.5-7b", repo("Qwen/Qwen2.5-7B")),
        ("https://huggingface.co/Qwen/Qwen2.5-7B", repo("Qwen/Qwen2.5-7B")),
        ("https://hf-mirror.com/Qwen/Qwen2.5-7B/tree/main", repo("Qwen/Qwen2.5-7B")),
        ("https://github.com/QwenLM/Qwen.git", repo("qwenlm/qwen", Host.GITHUB)),
        # a mirror goes by the same name
        ("Qwen/Qwen2.5-7B", repo("hf_mirrors/Qwen/Qwen2.5-7B", Host.GITCODE, "pkg:generic/q")),
        ("Qwen/Qwen2.5-7B", repo("Qwen/Qwen2.5-7B", Host.GITHUB)),
        # a directory goes by the end of its path
        ("Qwen/Qwen2.5-7B", repo("/data/Qwen/Qwen2.5-7B", Host.LOCAL, "pkg:generic/Qwen2.5-7B")),
        ("Qwen/Qwen2.5-7B", repo("/data/qwen2.5-7b", Host.LOCAL, "pkg:generic/qwen2.5-7b")),
        (
            "Qwen/Qwen2.5-7B",
            repo("/c/hub/models--Qwen--Qwen2.5-7B/snapshots/0a", Host.LOCAL, "pkg:generic/0a"),
        ),
    ],
)
def test_a_name_leads_to_the_repository_that_was_opened(named: str, opened: Repo) -> None:
    graph = graph_of(reading(repo("me/mine"), base(named)), [reading(opened)])
    assert [d.parent for d in graph.parents(graph.subject)] == [opened.purl]
    assert len(graph.artifacts()) == 2


@pytest.mark.parametrize("path", ["/data/Qwen2.5-7B-Instruct", "/data/Qwen2.5-7B/old", "/Qwen"])
def test_another_directory_is_another_model(path: str) -> None:
    other = repo(path, Host.LOCAL, "pkg:generic/x")
    graph = graph_of(reading(repo("me/mine"), base("Qwen/Qwen2.5-7B")), [reading(other)])
    assert [d.parent for d in graph.derivations()] == ["pkg:huggingface/Qwen/Qwen2.5-7B"]


def test_two_directories_of_one_name_are_two_artifacts() -> None:
    new, old = (
        replace(repo(f"/{age}/m", Host.LOCAL, "pkg:generic/m"), url=f"file:///{age}/m")
        for age in ("new", "old")
    )
    graph = graph_of(reading(new, base("org/m")), [reading(old)])
    assert [a.id for a in graph.artifacts()] == ["pkg:generic/m", "pkg:generic/m#2"]
    assert graph.subject.name == "/new/m"
    assert [a.name for a in graph.upstream(graph.subject)] == ["/old/m"]
    assert graph.artifact("pkg:generic/m#2").purl == "pkg:generic/m"


def test_a_name_that_was_not_opened_is_an_artifact_without_a_reading() -> None:
    graph = graph_of(reading(repo("me/mine"), base("Qwen/Qwen2.5-7B")))
    (artifact,) = graph.upstream(graph.subject)
    assert (artifact.id, artifact.kind) == ("pkg:huggingface/Qwen/Qwen2.5-7B", Kind.MODEL)
    assert graph.reading(artifact) is None


@pytest.mark.parametrize("name", ["/home/me/qwen", "./out", "http://[", "Qwen2.5 7B", ""])
def test_what_is_no_name_stays_as_it_was_written(name: str) -> None:
    graph = graph_of(reading(repo("me/mine"), base(name)))
    (artifact,) = graph.upstream(graph.subject)
    assert (artifact.id, artifact.purl) == (f"unresolved:{name}", None)


def test_the_code_of_a_model_is_not_the_model() -> None:
    code = reading(repo("qwen/qwen3", Host.GITHUB), base("Qwen/Qwen3"))
    graph = graph_of(code)
    assert graph.cycles() == ()
    assert [d.parent for d in graph.derivations()] == ["pkg:huggingface/Qwen/Qwen3"]


def test_a_model_that_names_itself_is_its_own_parent() -> None:
    graph = graph_of(reading(repo("me/mine"), base("me/mine")))
    assert graph.cycles() == ((graph.subject.id,),)


def test_a_data_set_is_no_model_of_the_same_name() -> None:
    data = DatasetDeclared("me/mine", "datasets", Exhibit("README.md", (4, 4)))
    graph = graph_of(reading(repo("me/mine"), data), [reading(repo("other/thing"))])
    (edge,) = graph.derivations()
    assert edge.relation is Relation.TRAINED_ON
    assert edge.parent == "pkg:huggingface/datasets/me/mine"


def test_a_data_set_that_was_opened_is_found_by_its_name() -> None:
    data = DatasetDeclared("org/data", "datasets", Exhibit("README.md", (4, 4)))
    opened = reading(repo("datasets/org/data"))
    graph = graph_of(reading(repo("me/mine"), data), [opened])
    assert [d.parent for d in graph.derivations()] == [opened.repo.purl]
    assert graph.artifact(opened.repo.purl).kind is Kind.DATASET


@pytest.mark.parametrize(
    ("said", "relation"),
    [
        ((Relation.UNKNOWN, Relation.ADAPTER), Relation.ADAPTER),
        ((Relation.ADAPTER, Relation.UNKNOWN), Relation.ADAPTER),
        ((Relation.FINETUNE, Relation.QUANTIZED), Relation.QUANTIZED),
        ((Relation.UNKNOWN, Relation.UNKNOWN), Relation.UNKNOWN),
    ],
)
def test_two_statements_of_one_descent_are_one_edge(
    said: tuple[Relation, Relation], relation: Relation
) -> None:
    first, second = base("b/b", said[0]), base("B/b", said[1], "adapter_config.json")
    (edge,) = graph_of(
        reading(repo("me/mine"), first, second), [reading(repo("b/b"))]
    ).derivations()
    assert edge.relation is relation
    assert edge.tier is Tier.A
    assert [exhibit.path for exhibit in edge.exhibits] == ["README.md", "adapter_config.json"]


def test_what_a_program_left_behind_is_structure_and_no_statement() -> None:
    def left(name: str) -> ParentDeclared:
        exhibit = Exhibit("config.json", (2, 2))
        return ParentDeclared(name, Relation.UNKNOWN, "text_config._name_or_path", exhibit)

    (edge,) = graph_of(reading(repo("me/mine"), left("me/mine"), left("b/b"))).derivations()
    assert (edge.parent, edge.tier) == ("pkg:huggingface/b/b", Tier.C)
    (stated,) = graph_of(reading(repo("me/mine"), left("b/b"), base("b/b"))).derivations()
    assert stated.tier is Tier.A


def test_one_reference_given_twice_counts_once() -> None:
    other = reading(repo("b/b"))
    target = reading(repo("me/mine"), base("b/b"))
    assert graph_of(target, [other, other, target]) == graph_of(target, [other])


def test_a_reference_that_nobody_names_stands_apart() -> None:
    graph = graph_of(reading(repo("me/mine")), [reading(repo("b/b"))])
    assert graph.derivations() == ()
    assert len(graph.artifacts()) == 2


def test_the_parents_of_a_reference_are_in_the_graph() -> None:
    graph = graph_of(reading(repo("me/mine"), base("b/b")), [reading(repo("b/b"), base("c/c"))])
    assert [a.name for a in graph.upstream(graph.subject)] == ["b/b", "c/c"]


CARD = ModelCard((("pipeline_tag", "text-generation"),), "X", Exhibit("README.md", (1, 3)))
PLAIN_CARD = replace(CARD, fields=(("title", "docs"),))


@pytest.mark.parametrize(
    ("at", "facts", "kind"),
    [
        (repo("a/b"), (), Kind.MODEL),
        (repo("datasets/a/b"), (), Kind.DATASET),
        (repo("a/b", Host.GITHUB), (), Kind.CODE),
        (repo("a/b", Host.GITHUB), (weights(),), Kind.MODEL),
        (repo("a/b", Host.GITHUB), (weights("unet/model.safetensors"),), Kind.MODEL),
        (repo("a/b", Host.GITHUB), (config("X"),), Kind.MODEL),
        (repo("a/b", Host.GITHUB), (CARD,), Kind.MODEL),
        (repo("a/b", Host.GITHUB), (PLAIN_CARD,), Kind.CODE),
        # a library's test data
        (repo("a/b", Host.GITHUB), (weights("tests/tiny.safetensors"),), Kind.CODE),
        (repo("a/b", Host.GITHUB), (config("X", path="src/models/x/config.json"),), Kind.CODE),
        (repo("a/b", Host.GITHUB), (base("c/d", path="docs/x/y/README.md"),), Kind.CODE),
    ],
)
def test_kinds(at: Repo, facts: tuple[Evidence, ...], kind: Kind) -> None:
    assert artifact_of(reading(at, *facts)).kind is kind


def test_test_data_names_no_parents() -> None:
    facts = [
        parent("c/d", Relation.ADAPTER, "tests/lora/adapter_config.json"),
        parent("e/f", Relation.ADAPTER, "peft/a/b/adapter_config.json"),
    ]
    assert world("a/code", at=Host.GITHUB, code=facts).derivations() == ()
    assert len(world("a/model", model=facts).derivations()) == 1


def test_a_converted_file_that_came_from_its_own_repository_has_no_parent() -> None:
    key = "general.source.huggingface.repository"
    own = ParentDeclared("me/mine", Relation.QUANTIZED, key, Exhibit("m.gguf"))
    other = ParentDeclared("org/full", Relation.QUANTIZED, key, Exhibit("m.gguf"))
    graph = graph_of(reading(repo("me/mine"), own, other))
    assert graph.cycles() == ()
    assert [d.parent for d in graph.derivations()] == ["pkg:huggingface/org/full"]
