"""Worlds built from words: a lineage graph for a rule's test, on one line.

    world("tuned[mit] <- base[cc-by-nc-4.0]", tuned=[text("MIT")], base=[notice("Base. …")])

A name is an artifact; the first one is audited. ``tuned`` stands for ``tuned-lab/tuned``, so that
different artifacts have different makers; ``Qwen/Qwen2.5-7B`` stands for itself. Brackets hold the
tags of its card and mean that the repository was opened: ``base[]`` was opened and says nothing,
``base`` was only named. ``<-`` reads "declares that it was made from"; ``<-adapter-`` states the
relation, ``<-unknown-`` leaves it open, ``a + b`` are two parents. What else was seen in a repository
is given under its short name. The graph is made by the code that makes every graph.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from lineage.assembly import graph_of
from lineage.graph import LineageGraph
from lineage.licences.knowledge import load
from lineage.licences.places import scope_of
from lineage.licences.tags import expression_of_tag
from lineage.model import (
    Architecture,
    Claim,
    ClaimKind,
    Copyright,
    Coverage,
    Derivation,
    Document,
    EntryKind,
    Evidence,
    Exhibit,
    FileEntry,
    HeaderChange,
    HeaderStatus,
    Host,
    HostFact,
    LicenceClause,
    LicenceDeclared,
    LicenceHistory,
    LicenceText,
    Method,
    ModelCard,
    NoticeFile,
    NoticeKind,
    Origin,
    ParentDeclared,
    Profile,
    Reading,
    Relation,
    Repo,
    Scope,
    Tensor,
    Test,
    TextForm,
    Tier,
    Tokenizer,
    Unread,
    UnsettledText,
    WeightFile,
)
from lineage.obligations import evaluate
from lineage.plugins import Rule

Fact: TypeAlias = Evidence | FileEntry | Unread

CARD = "README.md"
WEIGHTS = Exhibit("model.safetensors")
REVISION = "0123456789abcdef0123456789abcdef01234567"
_NODE = re.compile(r"\s*(?P<name>[\w./-]*\w)(?:\[(?P<tags>[^\]]*)\])?\s*")
_ARROW = re.compile(r"<-(?:(?P<relation>[\w-]+?)-)?(?=\s)")


@dataclass(slots=True)
class _Node:
    name: str
    opened: bool = False
    facts: list[Fact] = field(default_factory=list)


def world(
    words: str,
    *,
    at: Host = Host.HUGGINGFACE,
    profile: Profile | None = None,
    **seen: Iterable[Fact],
) -> LineageGraph:
    """Return the graph that the words describe; ``at`` is where the audited repository stands."""
    nodes = _nodes(words)
    for short, facts in seen.items():
        node = nodes[_key(short)]
        node.opened = True
        node.facts += facts
    subject, *others = nodes.values()
    graph = graph_of(
        _reading(subject, at),
        [_reading(node, Host.HUGGINGFACE) for node in others if node.opened],
    )
    return graph.with_obligations(evaluate(graph, load(), profile), profile)


def found(
    graph: LineageGraph,
    parent: str,
    relation: Relation = Relation.FINETUNE,
    tier: Tier = Tier.B,
    *tests: Test,
    origin: Origin = Origin.DETECTED,
) -> LineageGraph:
    """Return the graph with a descent of the audited artifact that a comparison showed."""
    made_from = next(a.id for a in graph.artifacts() if a.name.endswith(parent))
    edge = Derivation(made_from, graph.subject.id, relation, origin, tier, tests, (WEIGHTS,))
    kept = [
        e
        for e in graph.derivations()
        if origin is not Origin.CONTRADICTED or (e.parent, e.child) != (edge.parent, edge.child)
    ]
    readings = {a.id: r for a in graph.artifacts() if (r := graph.reading(a))}
    whole = LineageGraph(graph.subject.id, graph.artifacts(), [*kept, edge], readings)
    return whole.with_obligations(evaluate(whole, load(), graph.profile), graph.profile)


def kinship_test(p_value: float = 1e-30, effect: float = 0.93) -> Test:
    """One test of kinship that would have seen an effect of 0.02."""
    return Test(
        name="row matching",
        statistic=80.0,
        p_value=p_value,
        null="independent rows",
        exact=True,
        effect=effect,
        minimum_detectable_effect=0.02,
        bytes_read=1 << 20,
    )


def said(rule: Rule, graph: LineageGraph) -> list[str]:
    """Return a rule's outcomes as words: the state, and what it is about where that is told."""
    return [f"{outcome.state} {outcome.about}".strip() for outcome in rule.check(graph)]


def text(expression: str, path: str = "LICENSE", *, exact: bool = True) -> LicenceText:
    """A file that holds a licence's text."""
    return _licence(expression, path, TextForm.TEXT, exact=exact)


def unsettled(path: str = "LICENSE") -> UnsettledText:
    """A licence file in words of no known licence."""
    return UnsettledText(scope_of(path), licence_file=True, exhibit=Exhibit(path, (1, 60)))


def grant(expression: str, path: str = CARD) -> LicenceText:
    """A sentence that refers to a licence: "Licensed under the …"."""
    return _licence(expression, path, TextForm.NOTICE)


def mention(expression: str, path: str = CARD) -> LicenceText:
    """A licence's bare name."""
    return _licence(expression, path, TextForm.MENTION)


def header(expression: str, path: str, *holders: str) -> tuple[Fact, ...]:
    """The head of a source file: who holds it, under which licence."""
    licence = _licence(expression, path, TextForm.NOTICE, scope=Scope.CODE)
    return (*(copyright_of(holder, path) for holder in holders), licence)


def copyright_of(holder: str, path: str = "LICENSE") -> Copyright:
    """A copyright line."""
    return Copyright(f"Copyright 2024 {holder}", holder, Exhibit(path, (1, 1)))


def declared(
    value: str, key: str = "license", path: str = CARD, scope: Scope | None = None
) -> LicenceDeclared:
    """A field, or a plain sentence, that declares a licence."""
    expression = None if key.endswith("link") else expression_of_tag(value)
    return LicenceDeclared(key, value, expression, scope, Exhibit(path, (2, 2)))


def parent(name: str, relation: Relation, path: str, key: str = "base_model") -> ParentDeclared:
    """A file other than the card that names a parent."""
    return ParentDeclared(name, relation, key, Exhibit(path, (3, 3)))


def notice(words: str, path: str = "NOTICE") -> NoticeFile:
    """A file of notices."""
    return NoticeFile(NoticeKind.NOTICE, words, Exhibit(path))


def document(words: str, path: str = CARD) -> Document:
    """The prose of a card or another document at the root."""
    return Document(words, Exhibit(path))


def titled(title: str) -> ModelCard:
    """A card with a heading."""
    return ModelCard((), title, Exhibit(CARD, (1, 4)))


def config(
    *classes: str, model_type: str | None = None, path: str = "config.json", **settings: str
) -> Architecture:
    """What config.json says of the structure."""
    flat = tuple(sorted((key.replace("__", "."), value) for key, value in settings.items()))
    return Architecture(classes, model_type, (), flat, Exhibit(path, (2, 4)))


def weights(
    path: str = "model.safetensors", dtype: str | None = None, **metadata: str
) -> WeightFile:
    """A weight file; its one tensor is of that type, or its header was not read."""
    tensors = None if dtype is None else (Tensor("w", dtype, (2, 2), (0, 8)),)
    pairs = tuple((key.replace("__", "."), value) for key, value in metadata.items())
    return WeightFile(path.rpartition(".")[2], 8, None, tensors, pairs, Exhibit(path))


def weights_of(letter: str, path: str = "model.safetensors", size: int = 1 << 30) -> WeightFile:
    """A weight file that is known by its digest; equal letters stand for equal bytes."""
    digest = letter * 64
    return WeightFile(path.rpartition(".")[2], size, digest, None, (), Exhibit(path, sha256=digest))


def plan(layers: int, *names: str, width: int = 64, path: str = "model.safetensors") -> WeightFile:
    """A weight file whose header lists tensors of those names, one of each in every layer."""
    tensors = [Tensor("embed.weight", "BF16", (1000, width), (0, 8))]
    for layer in range(layers):
        for place, name in enumerate(names):
            shape = (width, width) if place else (width,)
            tensors.append(Tensor(f"layers.{layer}.{name}", "BF16", shape, (0, 8)))
    return WeightFile("safetensors", 8, None, tuple(tensors), (), Exhibit(path))


def vocabulary(letter: str, kind: str = "tokenizers", size: int = 1 << 20) -> tuple[Fact, ...]:
    """A tokenizer file and its place in the listing; equal letters stand for equal bytes."""
    path = f"{kind}.json"
    exhibit = Exhibit(path, sha256=letter * 64)
    return FileEntry(path, EntryKind.FILE, size), Tokenizer(kind, 32_000, exhibit)


def copied(
    status: HeaderStatus,
    path: str = "modeling_a.py",
    *holders: str,
    licence: str | None = "Apache-2.0",
    modified: bool | None = True,
    stated: bool = False,
) -> HeaderChange:
    """A file of transformers, held by the Qwen team, that stands here with those holders."""
    return HeaderChange(
        status=status,
        upstream="huggingface/transformers",
        release="v4.45",
        upstream_holders=("The Qwen team",),
        holders=holders,
        upstream_licence=licence,
        licence=licence if holders else None,
        modified=modified,
        modification_stated=stated,
        exhibit=Exhibit(path, (1, 14)),
        upstream_exhibit=Exhibit("src/transformers/models/qwen2/modeling_qwen2.py", (1, 19)),
    )


def changed(earlier: str, later: str, path: str = "LICENSE") -> LicenceHistory:
    """A licence file that said something else in an earlier commit."""
    return LicenceHistory(earlier, later, ("a" * 40, "b" * 40), Exhibit(path, (1, 20)))


def clause(kind: str, value: str = "", line: int = 30, path: str = "LICENSE") -> LicenceClause:
    """Something that a licence file states in its own words."""
    return LicenceClause(kind, value, encouraged=False, exhibit=Exhibit(path, (line, line)))


def claim(words: str, kind: ClaimKind = ClaimKind.BASED_ON) -> Claim:
    """A sentence of the card that claims something."""
    return Claim(kind, words, Exhibit(CARD, (9, 9)))


def created(day: str) -> HostFact:
    """When the host says that the repository was made."""
    return HostFact("created_at", day, Exhibit(""))


def file(path: str) -> FileEntry:
    """A file in which no scanner saw anything."""
    return FileEntry(path, EntryKind.FILE, 100)


def link(path: str, to: str) -> FileEntry:
    """A symbolic link."""
    return FileEntry(path, EntryKind.SYMLINK, len(to), link=to)


def unread(path: str) -> Unread:
    """A file that could not be read."""
    return Unread(path, "left out by the clone")


def _licence(
    expression: str,
    path: str,
    form: TextForm,
    *,
    exact: bool = True,
    scope: Scope | None = None,
) -> LicenceText:
    method = Method.EXACT_WORDS if exact else Method.SCANCODE
    score = 100.0 if exact else 96.5
    lines = Exhibit(path, (1, 20))
    return LicenceText(expression, form, method, exact, score, scope or scope_of(path), lines)


def _nodes(words: str) -> dict[str, _Node]:
    """Return the artifacts by short name, the audited one first, with the parents they declare."""
    nodes: dict[str, _Node] = {}
    children: list[_Node] = []
    relation = Relation.UNKNOWN
    row: list[_Node] = []
    place = 0
    while place < len(words):
        if arrow := _ARROW.match(words, place):
            relation = Relation(arrow["relation"] or "finetune")
            children, row, place = row, [], arrow.end()
        elif words[place] in "+ ":
            place += 1
        elif found := _NODE.match(words, place):
            node = _node(nodes, found["name"], found["tags"])
            row.append(node)
            for child in children:
                _declare(child, node, relation)
            place = found.end()
        else:
            raise ValueError(f"no world: {words[place:]!r}")
    return nodes


def _node(nodes: dict[str, _Node], name: str, tags: str | None) -> _Node:
    full = name if "/" in name else f"{name}-lab/{name}"
    node = nodes.setdefault(_key(name), _Node(full, opened=not nodes))
    if tags is not None:
        node.opened = True
        node.facts.append(ModelCard((), "", Exhibit(CARD, (1, 4))))
        node.facts += [declared(tag.strip()) for tag in tags.split(",") if tag.strip()]
    return node


def _declare(child: _Node, node: _Node, relation: Relation) -> None:
    child.opened = True
    child.facts.append(ParentDeclared(node.name, relation, "base_model", Exhibit(CARD, (3, 3))))


def _key(name: str) -> str:
    return re.sub(r"\W", "_", name.rpartition("/")[2])


def _reading(node: _Node, host: Host) -> Reading:
    facts = node.facts
    gaps = tuple(fact for fact in facts if isinstance(fact, Unread))
    files = _files(facts)
    return Reading(
        repo=_repo(node.name, host),
        files=files,
        evidence=tuple(f for f in facts if not isinstance(f, (Unread, FileEntry))),
        coverage=Coverage(len(files), len(files) - len(gaps), 1_000, 1_000, gaps),
    )


def _files(facts: Sequence[Fact]) -> tuple[FileEntry, ...]:
    listed = {fact.path: fact for fact in facts if isinstance(fact, FileEntry)}
    for fact in facts:
        if not isinstance(fact, FileEntry):
            path = fact.path if isinstance(fact, Unread) else fact.exhibit.path
            listed.setdefault(path, file(path))
    return tuple(listed[path] for path in sorted(listed) if path)


def _repo(name: str, host: Host) -> Repo:
    if host is Host.LOCAL:
        return Repo(host, f"/home/me/{name}", None, "", f"pkg:generic/{name.rpartition('/')[2]}")
    kind = {Host.HUGGINGFACE: "huggingface", Host.GITHUB: "github"}.get(host, "generic")
    purl = f"pkg:{kind}/{name if host is Host.HUGGINGFACE else name.lower()}@{REVISION}"
    return Repo(host, name, REVISION, f"https://example.org/{name}", purl)
