from __future__ import annotations

import json
from dataclasses import replace

import pytest

from lineage.code import (
    Alternative,
    Basis,
    CodeMatches,
    Direction,
    FileMatch,
    FilePrint,
    LinePair,
    Overlap,
    Release,
    Upstream,
    Witness,
    Work,
    fingerprint,
)
from lineage.copies import Copy, copies_of, with_copies
from lineage.headers import head_of, packed
from lineage.model import HeaderStatus, Host, Origin, Relation, Repo, Tier
from tests.headers.heads import APACHE, CODE, HF, HUAWEI, QWEN
from tests.worlds import world

WORK = Work("transformers", "pkg:pypi/transformers", "https://pypi.org/project/transformers")
RELEASE = Release("4.45.0", "2024-09-25", "Apache-2.0")
REPO = Repo(Host.GITHUB, "acme/pangu", "a" * 40, "https://example.org", "pkg:github/acme/pangu")


def printed(path: str, text: str) -> FilePrint:
    found = fingerprint(path, text.encode())
    assert isinstance(found, FilePrint)
    return found


def upstream(text: str = QWEN + APACHE + CODE, release: Release = RELEASE) -> Upstream:
    head = json.dumps(packed(head_of(text)))
    return Upstream(WORK, "transformers/models/a.py", release, release, "0" * 40, head)


SAID: dict[str, object] = {"direction": Direction.FROM_UPSTREAM, "witness": Witness.WORDS}
DATED: dict[str, object] = {"direction": Direction.FROM_UPSTREAM, "witness": Witness.DATES}
GROWN: dict[str, object] = {"direction": Direction.FROM_UPSTREAM, "witness": Witness.GROWTH}
EARLIER: dict[str, object] = {"witness": Witness.EARLIER, "seen": "2023-05-01"}
OTHER = replace(upstream(), work=Work("vllm", "pkg:pypi/vllm", ""))


def match(
    path: str = "modeling_a.py",
    text: str = HUAWEI + CODE,
    *,
    share: float = 0.8,
    basis: Basis = Basis.NAMED,
    **changes: object,
) -> FileMatch:
    overlap = Overlap(40, 40.0, share, share, 40.0)
    made = FileMatch(
        suspect=printed(path, text),
        relation=Relation.CODE_COPIED,
        basis=basis,
        upstream=upstream(),
        named=overlap,
        shaped=overlap,
        stated=overlap,
        lines=(LinePair((3, 9), (20, 26)), LinePair((20, 80), (40, 100))),
        functions=(),
    )
    return replace(made, **changes)  # type: ignore[arg-type] # a table of changes


def copies(*matches: FileMatch, text: str = HUAWEI + CODE, **changes: object) -> tuple[Copy, ...]:
    heads = {one.suspect.path: head_of(text) for one in matches}
    found = CodeMatches(1, 100, len(matches), matches)
    return copies_of(replace(found, **changes), heads, REPO, {})  # type: ignore[arg-type] # as above


def test_a_copy_tells_what_became_of_the_head() -> None:
    (copy,) = copies(match())
    change = copy.change
    assert (change.status, change.sure, change.modified) == (HeaderStatus.REPLACED, True, True)
    assert (change.upstream, change.release) == ("transformers", "4.45.0")
    assert change.upstream_licence == "Apache-2.0"
    assert change.exhibit.excerpt == (
        "Copyright (c) 2025 Huawei Technologies Co., Ltd. All rights reserved."
    )
    assert change.upstream_exhibit.repo == "transformers 4.45.0"
    assert change.upstream_exhibit.lines == (1, 13)


@pytest.mark.parametrize(
    ("changes", "sure"),
    [
        ({}, True),
        ({"basis": Basis.BYTES, "share": 0.1}, True),
        (SAID, True),
        (DATED, True),
        # little of it
        ({"share": 0.1}, False),
        # another explains as much
        ({"alternatives": (Alternative(OTHER, 0.8, 0.8),)}, False),
        ({"alternatives": (Alternative(upstream(), 0.8, 0.8),)}, True),
        ({"share": 0.4}, False),
        ({"share": 0.4, "lines": (LinePair((1, 150), (1, 150)),)}, True),
        # the target's own line is older, upstream credits the target's publisher
        ({"upstream": upstream(APACHE, replace(RELEASE, date="2026-01-01"))}, False),
        ({"upstream": upstream("# Copyright 2027 The Other team\n" + APACHE)}, False),
        ({"upstream": upstream("# Copyright 2020 Acme and the Foo authors\n" + APACHE)}, False),
    ],
)
def test_when_it_is_sure(changes: dict[str, object], sure: bool) -> None:  # noqa: FBT001 - a table
    (copy,) = copies(match(**changes))  # type: ignore[arg-type] # as above
    assert copy.change.sure is sure


@pytest.mark.parametrize(
    ("changes", "tells"),
    [
        ({}, True),
        ({"basis": Basis.TOKENS, "share": 0.1}, True),
        ({"share": 0.1}, False),
        ({"share": 0.1, **SAID}, True),
        ({"share": 0.1, **DATED}, False),
        ({"share": 0.1, **GROWN}, False),
        # a line of a table, an idiom
        ({"lines": (LinePair((4, 4), (36, 47)),)}, False),
        (
            {"named": Overlap(9, 9.0, 0.8, 0.8, 9.0), "shaped": Overlap(9, 9.0, 0.8, 0.8, 9.0)},
            False,
        ),
        # statement by statement it is upstream's, in another order
        ({"basis": Basis.STATEMENTS, "lines": ()}, True),
        ({"basis": Basis.STATEMENTS, "stated": Overlap(9, 9.0, 0.8, 0.9, 9.0), "lines": ()}, False),
        # the target's own line is older
        ({"upstream": upstream("# Copyright 2027 The Other team\n" + APACHE)}, False),
        # and the day on which it was published does not take that back
        ({"upstream": upstream("# Copyright 2027 The Other team\n" + APACHE), **GROWN}, False),
        # the target's own file is older
        (EARLIER, False),
        (EARLIER | {"witness": Witness.OPEN}, True),
    ],
)
def test_a_few_lines_in_common_tell_nothing(changes: dict[str, object], tells: bool) -> None:  # noqa: FBT001
    (copy,) = copies(match(**changes))  # type: ignore[arg-type] # as above
    assert copy.tells is tells
    graph = with_copies(world("acme/a[mit]"), (copy,))
    assert bool(graph.derivations()) is tells


def test_a_fork_is_not_accused() -> None:
    (copy,) = copies(match(), whole=WORK)
    assert not copy.change.sure


def test_nothing_follows_for_a_work_that_others_copy_from() -> None:
    (copy,) = copies(match(), is_indexed=True)
    assert (copy.tells, copy.change.sure) == (False, False)
    (copy,) = copies(match(**DATED), is_indexed=True)  # type: ignore[arg-type] # as above
    assert (copy.tells, copy.change.sure) == (False, False)
    (copy,) = copies(match(**SAID), is_indexed=True)  # type: ignore[arg-type] # as above
    assert (copy.tells, copy.change.sure) == (False, False)
    (copy,) = copies(match(**GROWN), is_indexed=True)  # type: ignore[arg-type] # as above
    assert (copy.tells, copy.change.sure) == (True, True)


def test_who_may_have_been_first_is_held_to_the_very_file_that_he_credits() -> None:
    """A model's own repository may credit another file of the work that took the model up."""
    named = replace(upstream(), path="transformers/models/pangu/modeling_pangu.py")
    for module, tells in (("llama.modeling_llama", False), ("pangu.modeling_pangu", True)):
        text = f"{HUAWEI}# Copied from transformers.models.{module}\n{CODE}"
        found = match(text=text, upstream=named, **SAID)  # type: ignore[arg-type] # as above
        (copy,) = copies(found, text=text)
        assert copy.tells is tells
        (copy,) = copies(replace(found, upstream=upstream()), text=text)
        assert copy.tells


def test_a_file_that_names_one_of_two_holders_may_be_of_their_common_ancestor() -> None:
    both = upstream("# Copyright 2024 The vLLM team\n" + QWEN + APACHE)
    (copy,) = copies(match(upstream=both, text=QWEN + CODE), text=QWEN + CODE)
    assert (copy.change.status, copy.change.sure) == (HeaderStatus.PARTLY_LOST, False)
    (copy,) = copies(match(text=QWEN + CODE), text=QWEN + CODE)
    assert copy.change.sure


def test_a_file_without_any_line_may_have_been_first() -> None:
    (copy,) = copies(match(text=CODE), text=CODE)
    assert (copy.change.status, copy.change.sure) == (HeaderStatus.STRIPPED, False)
    (copy,) = copies(match(text=CODE, **SAID), text=CODE)  # type: ignore[arg-type] # as above
    assert copy.change.sure


CREDITED = "# Adapted from https://github.com/first/origin\n"


@pytest.mark.parametrize(
    ("changes", "sure"),
    [
        # Every token is upstream's, and it came by itself into a work begun later.
        ({"basis": Basis.TOKENS, **GROWN}, True),
        ({"basis": Basis.RENAMED, **GROWN}, True),
        # It came with everything else, and that may be older than the day it was brought.
        ({"basis": Basis.TOKENS, **DATED}, False),
        # Only a part is upstream's, which may be that of a common ancestor.
        (GROWN, False),
        # Upstream took it from somewhere itself, and so may the target have.
        ({"basis": Basis.TOKENS, "upstream": upstream(QWEN + CREDITED + CODE), **GROWN}, False),
        # There is next to nothing in it.
        (
            {
                "basis": Basis.TOKENS,
                "named": Overlap(9, 9.0, 1, 1, 9.0),
                "shaped": Overlap(9, 9.0, 1, 1, 9.0),
            }
            | GROWN,
            False,
        ),
    ],
)
def test_dates_alone_hold_nobody_to_terms(changes: dict[str, object], sure: bool) -> None:  # noqa: FBT001 - a table
    (copy,) = copies(match(text=CODE, **changes), text=CODE)  # type: ignore[arg-type] # as above
    assert (copy.change.status, copy.tells) == (HeaderStatus.STRIPPED, True)
    assert copy.change.sure is sure


@pytest.mark.parametrize(
    ("changes", "sure"),
    [
        ({}, True),
        ({"basis": Basis.STATEMENTS}, False),
        ({"basis": Basis.STATEMENTS} | SAID, True),
    ],
)
def test_like_statements_hold_nobody_to_terms(changes: dict[str, object], sure: bool) -> None:  # noqa: FBT001 - a table
    (copy,) = copies(match(**changes))  # type: ignore[arg-type] # a table
    assert copy.tells
    assert copy.change.sure is sure


def was_there(text: str, there: Upstream) -> FileMatch:
    return match(text=text, upstream=there, witness=Witness.EARLIER, seen="2023-05-01")


def test_a_file_that_was_there_before_upstream_s_may_have_been_first() -> None:
    bare, old = upstream("# Copyright The Other team\n" + APACHE), upstream(HF + APACHE)
    for text in (CODE, HUAWEI + CODE):
        (copy,) = copies(was_there(text, bare), text=text)
        assert (copy.tells, copy.change.sure) == (False, False)
        # Upstream's own line is of 2018: the releases that are known are not its first.
        (copy,) = copies(was_there(text, old), text=text)
        assert (copy.tells, copy.change.sure) == (True, False)
    # Known first in a release that came later, it may have been in upstream's repository by then.
    lately = replace(was_there(HUAWEI + CODE, bare), witness=Witness.OPEN)
    (copy,) = copies(lately, text=HUAWEI + CODE)
    assert (copy.tells, copy.change.sure) == (True, False)
    # One of the same year says nothing against the target's file.
    (copy,) = copies(was_there(CODE, upstream("# Copyright 2023 The Other team\n")), text=CODE)
    assert not copy.tells
    # Upstream's holder in its head: whatever the dates say, it was not the first.
    (copy,) = copies(was_there(QWEN + CODE, upstream()), text=QWEN + CODE)
    assert (copy.tells, copy.change.sure) == (True, True)


def test_a_file_that_is_named_after_the_target_may_have_come_from_it() -> None:
    (copy,) = copies(match(upstream=replace(upstream(), path="models/modeling_pangu.py")))
    assert not copy.tells


def test_what_the_nearest_upstream_explains_is_told_once() -> None:
    further = match(upstream=replace(upstream(), path="models/llama.py"))
    assert [copy.tells for copy in copies(match(), further)] == [True, False]
    assert [copy.tells for copy in copies(match(), match(upstream=OTHER))] == [True, False]
    half = match(share=0.4, upstream=OTHER)
    assert [copy.tells for copy in copies(match(share=0.5), half)] == [True, True]


def test_the_work_itself_and_what_was_taken_from_the_target_are_no_upstreams() -> None:
    assert not copies(match(direction=Direction.FROM_SUSPECT))
    own = replace(upstream(), work=replace(WORK, name="other/Pangu"))
    assert not copies(match(upstream=own))


def test_a_head_that_cannot_be_read_is_none() -> None:
    for head in ("", "{", "[" * 9_000, '{"c":[["x"]]}'):
        (copy,) = copies(match(upstream=replace(upstream(), head=head)))
        assert copy.change.status is HeaderStatus.NONE_UPSTREAM


def test_many_files_of_one_work_are_one_derivation() -> None:
    later = upstream(release=replace(RELEASE, version="4.46.0"))
    found = copies(
        *(match(f"{n}.py", relation=Relation.CODE_DERIVED) for n in range(20)),
        match("copied.py", upstream=later),
    )
    graph = with_copies(world("acme/a[mit]"), found)
    (edge,) = graph.parents(graph.subject)
    assert (edge.relation, edge.origin, edge.tier) == (
        Relation.CODE_COPIED,
        Origin.DETECTED,
        Tier.D,
    )
    assert edge.parent == "pkg:pypi/transformers@4.45.0"
    assert [e.lines for e in edge.exhibits[:4]] == [(20, 80), (40, 100), (3, 9), (20, 26)]
    assert edge.exhibits[1].repo == "transformers 4.45.0"
    parent = graph.artifact(edge.parent)
    assert (parent.name, parent.licences[0].concluded) == ("transformers", "Apache-2.0")


def test_without_copies_the_graph_stays_as_it_is() -> None:
    graph = world("acme/a[mit]")
    assert with_copies(graph, ()) == graph
