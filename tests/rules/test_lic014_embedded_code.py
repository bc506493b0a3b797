from __future__ import annotations

from dataclasses import replace

import pytest

from lineage.model import HeaderStatus, Host, LicenceText
from lineage.rules import lic014_embedded_code as rule
from tests.worlds import (
    Fact,
    copied,
    copyright_of,
    file,
    grant,
    header,
    mention,
    said,
    text,
    unread,
    world,
)

QWEN = "The Qwen team, Alibaba Group and the HuggingFace Inc. team"
PANGU = text("LicenseRef-lineage-openpangu-1.0")
FOREIGN = header("Apache-2.0", "modeling_pangu.py", "Huawei Technologies Co., Ltd.", QWEN)
OWN_NOTICE = copyright_of("Huawei Technologies Co., Ltd.", "NOTICE")


def long(passage: LicenceText) -> LicenceText:
    """A reference that goes on for so long that it is the text."""
    return replace(passage, exhibit=replace(passage.exhibit, lines=(34, 89)))


@pytest.mark.parametrize(
    ("words", "facts", "expected"),
    [
        ("huawei/a", (PANGU, *FOREIGN), ["unmet Apache-2.0"]),
        ("x/a", (PANGU, OWN_NOTICE, *FOREIGN), ["unmet Apache-2.0"]),
        ("acme/a", (text("Apache-2.0"), copyright_of("Acme"), *header("MIT", "b.py", "Jane Doe")), ["unmet MIT"]),
        ("acme/a", (copyright_of("Acme", "README.md"), *header("MIT AND ISC", "b.py", "Jane")), ["unmet ISC", "unmet MIT"]),
        ("acme/a", (copyright_of("Acme", "README.md"), *header("GPL-2.0-or-later", "b.c", "Jane")), ["unmet GPL-2.0"]),
        # the text is there
        ("huawei/a", (PANGU, text("Apache-2.0", "LICENSES/Apache-2.0.txt"), *FOREIGN), ["met Apache-2.0"]),
        ("huawei/a", (PANGU, text("Apache-2.0", "THIRD_PARTY_NOTICES"), *FOREIGN), ["met Apache-2.0"]),
        ("acme/a", (text("MIT", "vendor/x/LICENSE"), copyright_of("Acme", "NOTICE"), *header("MIT", "vendor/x/b.py", "Jane")), ["met MIT"]),
        ("acme/a", (copyright_of("Acme", "NOTICE"), text("MIT", "b.py"), *header("MIT", "b.py", "Jane")), ["met MIT"]),
        ("acme/a", (text("MIT"), copyright_of("Acme"), *header("MIT OR Apache-2.0", "b.rs", "Jane")), ["met MIT"]),
        ("huawei/a", (PANGU, text("Apache-2.0", "ACKNOWLEDGEMENTS"), *FOREIGN), ["met Apache-2.0"]),
        ("huawei/a", (PANGU, grant("Apache-2.0", "Notice"), *FOREIGN), ["investigate Apache-2.0"]),
        ("huawei/a", (PANGU, long(grant("Apache-2.0", "Notice")), *FOREIGN), ["met Apache-2.0"]),
        # no duty to carry the text, or no duty that is known
        ("acme/a", (copyright_of("Acme", "NOTICE"), *header("MPL-2.0", "b.py", "Jane")), []),
        ("acme/a", (copyright_of("Acme", "NOTICE"), *header("CC0-1.0", "b.py", "Jane")), []),
        ("acme/a", (copyright_of("Acme", "NOTICE"), *header("LicenseRef-scancode-proprietary-license", "b.py", "Jane")), []),
        # one's own code
        ("acme/a", (*header("Apache-2.0", "b.py", "Acme, Inc."),), []),
        ("huawei-noah/a", (*header("Apache-2.0", "b.py", "Huawei Technologies Co., Ltd"),), []),
        ("huggingface/a", (*header("Apache-2.0", "b.py", "The Hugging Face team"),), []),
        ("acme/a", (*header("Apache-2.0", "b.py", "The Authors"),), []),
        # no holder, no grant
        ("acme/a", header("Apache-2.0", "b.py"), []),
        ("acme/a", (copyright_of("Jane", "b.py"), mention("MIT", "b.py")), []),
        # whose it is, or what the licence file says, is not known
        ("acme/a", header("MIT", "b.py", "Jane"), ["investigate MIT"]),
        ("huawei/a", (PANGU, unread("LICENSES/Apache-2.0.txt"), *FOREIGN), ["cannot-determine Apache-2.0"]),
    ],
)  # fmt: skip
def test_worlds(words: str, facts: tuple[Fact, ...], expected: list[str]) -> None:
    assert said(rule, world(words, at=Host.GITHUB, a=(file("README.md"), *facts))) == expected


GPL = copied(HeaderStatus.STRIPPED, licence="GPL-3.0-only")
UP = "huggingface/transformers"


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        # the head says nothing, and neither does the repository
        ((PANGU, copied(HeaderStatus.STRIPPED)), [f"unmet {UP} Apache-2.0"]),
        ((PANGU, copied(HeaderStatus.REPLACED, "a.py", "Acme", licence="MIT")), [f"unmet {UP} MIT"]),
        ((PANGU, copied(HeaderStatus.KEPT, "a.py", QWEN), *header("Apache-2.0", "a.py", QWEN)), [f"unmet {UP} Apache-2.0"]),
        ((PANGU, replace(copied(HeaderStatus.STRIPPED), sure=False)), [f"investigate {UP} Apache-2.0"]),
        ((PANGU, unread("LICENSES/x"), copied(HeaderStatus.STRIPPED)), [f"cannot-determine {UP} Apache-2.0"]),
        # the text is there, or in the file
        ((PANGU, copied(HeaderStatus.KEPT, "a.py", QWEN, licence="MIT"), text("MIT", "a.py")), []),
        ((text("Apache-2.0"), copied(HeaderStatus.STRIPPED)), [f"met {UP} Apache-2.0"]),
        # the licence of the repository takes in the other one, or does not
        ((text("Apache-2.0"), GPL), [f"unmet {UP} GPL-3.0", f"investigate {UP} conflict GPL-3.0-only"]),
        ((text("GPL-3.0-only"), copied(HeaderStatus.STRIPPED)), [f"unmet {UP} Apache-2.0"]),
        ((text("MIT"), copied(HeaderStatus.STRIPPED, licence="LGPL-2.1-only")), [f"unmet {UP} LGPL-2.1"]),
        # under what it is, is not known, or nothing is asked
        ((PANGU, copied(HeaderStatus.STRIPPED, licence=None)), []),
        ((PANGU, copied(HeaderStatus.STRIPPED, licence="CC0-1.0")), []),
    ],
)  # fmt: skip
def test_copied_code(facts: tuple[Fact, ...], expected: list[str]) -> None:
    assert said(rule, world("acme/a", at=Host.GITHUB, a=(file("README.md"), *facts))) == expected


def test_many_files_are_one_finding() -> None:
    files = [fact for n in range(40) for fact in header("MIT", f"src/{n:02}.py", "Jane Doe")]
    graph = world("acme/a", at=Host.GITHUB, a=(copyright_of("Acme", "NOTICE"), *files))
    (outcome,) = rule.check(graph)
    assert outcome.message == (
        'acme/a holds 40 files of others ("Jane Doe") under MIT (src/00.py:1-20, src/01.py:1-20,'
        " src/02.py:1-20 and 2 more), and no file of it holds the text of that licence."
    )
    assert len(outcome.exhibits) == 5
    assert outcome.clause == "MIT second paragraph"


def test_a_text_in_one_file_does_not_go_with_the_others() -> None:
    facts = (*header("MIT", "a.py", "Jane"), text("MIT", "a.py"), *header("MIT", "b.py", "Joe"))
    graph = world("acme/a", at=Host.GITHUB, a=(copyright_of("Acme", "NOTICE"), *facts))
    assert said(rule, graph) == ["investigate MIT", "met MIT"]


@pytest.mark.parametrize(("count", "expected"), [(8, "investigate MIT"), (9, "unmet MIT")])
def test_whoever_stands_on_most_of_many_files_holds_the_work(count: int, expected: str) -> None:
    own = [fact for n in range(count) for fact in header("BSD-3-Clause", f"{n}.py", "Acme Corp.")]
    graph = world(
        "x",
        at=Host.LOCAL,
        x=(text("BSD-3-Clause", "LICENSES/BSD.txt"), *own, *header("MIT", "b.py", "Jane")),
    )
    assert expected in said(rule, graph)


def test_a_maker_has_several_names() -> None:
    facts = header("MIT", "b.py", "Meta Platforms, Inc. and affiliates")
    assert said(rule, world("facebookresearch/a", at=Host.GITHUB, a=facts)) == []


def test_the_author_of_a_model_licence_is_not_taken_for_the_holder() -> None:
    llama = text("LicenseRef-scancode-llama-3.1-license-2024")
    facts = (llama, copyright_of("Meta Platforms, Inc."), *header("MIT", "b.py", "Jane"))
    assert said(rule, world("a", at=Host.LOCAL, a=facts)) == ["investigate MIT"]


def test_where_nobody_knows_whose_it_is_the_sentence_does_not_say_so() -> None:
    (outcome,) = rule.check(world("a", at=Host.LOCAL, a=header("MIT", "b.py", "Jane")))
    assert "with the copyright line of Jane" in outcome.message
    assert "of others" not in outcome.message
