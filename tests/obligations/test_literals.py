from __future__ import annotations

import time

import pytest

from lineage.obligations.literals import begins, folded, line_of, plain_words

NOTICE = "Llama 3.1 is licensed under the Llama 3.1 Community License, Copyright © Meta Platforms, Inc. All Rights Reserved."


@pytest.mark.parametrize(
    ("literal", "text", "line"),
    [
        ("Built with Llama", "# A\n\nBuilt with Llama.", 3),
        ("Built with Llama", "<b>built</b> with\n[LLAMA](https://llama.com)", 1),
        ("Built with Llama", "Built&nbsp;with Llama", None),  # entities are not resolved
        ("Built with Llama", "Rebuilt with Llama", None),
        ("Built with Llama", "Built with Llamas", None),
        ("Built with Qwen", "Built with Qwen2.5", 1),
        ("Built with Meta Llama 3", "Built with Meta Llama 31", None),
        ("Built with Meta Llama 3", "Built with Meta Llama 3.1", 1),
        (NOTICE, NOTICE.replace("©", "(c)").replace(" ", "\n"), 1),
        (NOTICE, NOTICE.replace("License", "Licence"), 1),
        (NOTICE, NOTICE.replace("3.1", "3.2"), None),
    ],
)
def test_words_are_found_however_they_are_set(literal: str, text: str, line: int | None) -> None:
    assert line_of(literal, folded(text)) == line


@pytest.mark.parametrize("text", ["<" * 200_000, "built" + "<>" * 100_000, "built " * 50_000])
def test_no_text_makes_the_search_slow(text: str) -> None:
    before = time.process_time()
    assert line_of("Built with Llama", folded(text)) is None
    assert time.process_time() - before < 2


@pytest.mark.parametrize(
    ("name", "literal", "answer"),
    [
        ("Llama-3.1-Sunny", "Llama", True),
        ("llama3-sunny", "Llama 3", True),
        ("Llama_3_sunny", "Llama 3", True),
        ("Llama-30B", "Llama 3", False),
        ("LlamaSunny", "Llama", True),
        ("HyperCLOVAX-Sunny", "HyperCLOVA X", True),
        ("LLaMAntino", "Llama", None),
        ("llamas", "Llama", None),
        ("Sunny-Llama", "Llama", False),
        ("", "Llama", False),
    ],
)
def test_the_beginning_of_a_name(
    name: str,
    literal: str,
    answer: bool | None,  # noqa: FBT001 - three outcomes
) -> None:
    assert begins(name, literal) is answer


def test_plain_words() -> None:
    assert plain_words("Copyright (c) 2024,\n  01.AI") == "copyright 2024 01 ai"
