from __future__ import annotations

import html
import textwrap
import time
from collections.abc import Callable

import pytest

from lineage.licences import identify
from lineage.licences.index import shipped
from lineage.licences.recognise import recognise
from lineage.licences.words import words_of
from lineage.model import Method, TextForm
from tests.licences import texts

REAL = (
    "mit",
    "apache-2.0",
    "bsd-new",
    "isc",
    "gpl-3.0",
    "mpl-2.0",
    "cc-by-nc-4.0",
    "llama-3.1-license-2024",
    "gemma-tou-2025-03-24",
    "qwen-2024",
    "deepseek-la-1.0",
    "mulanpsl-2.0",
)


def rewrapped(text: str) -> str:
    paragraphs = text.split("\n\n")
    return "\n\n".join(
        textwrap.fill(part, 52, break_on_hyphens=False, break_long_words=False)
        for part in paragraphs
    )


def in_html(text: str) -> str:
    paragraphs = "</p>\n<p>".join(html.escape(part) for part in text.split("\n\n"))
    return f"<html><body>\n<p>{paragraphs}</p>\n</body></html>"


PERTURBED: dict[str, Callable[[str], str]] = {
    "as it is": lambda text: text,
    "re-wrapped": rewrapped,
    "CRLF": lambda text: text.replace("\n", "\r\n"),
    "commented with #": lambda text: textwrap.indent(text, "# ", lambda _: True),
    "commented with //": lambda text: textwrap.indent(text, "// ", lambda _: True),
    "in a C comment": lambda text: "/*\n" + textwrap.indent(text, " * ", lambda _: True) + "\n */",
    "commented with ;;": lambda text: textwrap.indent(text, ";; ", lambda _: True),
    "in a batch file": lambda text: textwrap.indent(text, "REM ", lambda _: True),
    "quoted in Markdown": lambda text: textwrap.indent(text, "> ", lambda _: True),
    "in HTML": in_html,
    "in capitals": str.upper,
    "with curly quotes": lambda text: text.replace('"', "\u201d").replace("'", "\u2019"),
    "with hard spaces": lambda text: text.replace("  ", " \u00a0"),
    "on one line": lambda text: " ".join(text.split()),
}


def found(text: str) -> list[tuple[str, TextForm, bool]]:
    return [(match.expression, match.form, match.exact) for match in identify(text.split("\n"))]


@pytest.mark.parametrize("how", PERTURBED)
@pytest.mark.parametrize("key", REAL)
def test_layout_makes_no_difference(key: str, how: str) -> None:
    text = PERTURBED[how](texts.licence(key))
    assert found(text) == [(texts.spdx(key), TextForm.TEXT, True)]


def test_the_whole_text_and_a_part_are_told_apart() -> None:
    text = texts.licence("mit")
    (whole,) = identify(f"Copyright (c) 2024 Somebody\n\n{text}".split("\n"))
    assert whole.method is Method.NORMALISED_HASH
    (part,) = identify(f"This program is good.\n\n{text}".split("\n"))
    assert part.method is Method.EXACT_WORDS
    assert part.lines[0] > 1


def test_every_twentieth_licence_of_scancode_is_recognised_whole() -> None:
    chosen = texts.keys()[::20]
    assert len(chosen) > 100
    wrong = []
    for key in chosen:
        answers = {expression for expression, *_ in found(texts.licence(key))}
        if texts.spdx(key) not in answers:
            wrong.append((key, answers))
    # Texts that several licences share word for word cannot be told apart.
    assert len(wrong) <= 1, wrong


@pytest.mark.parametrize(
    ("key", "old", "new"),
    [
        ("mit", "without restriction", "with some restriction"),
        ("apache-2.0", "royalty-free", "royalty-bearing"),
        ("bsd-new", "are permitted", "are forbidden"),
        ("llama-3.1-license-2024", "700 million", "70 million"),
        ("qwen-2024", "100 million", "1 million"),
        ("mulanpsl-2.0", "免费的", "收费的"),
    ],
)
def test_a_changed_word_is_never_exact(key: str, old: str, new: str) -> None:
    text = texts.licence(key)
    assert old in text
    recognition = recognise(text.replace(old, new).split("\n"))
    assert not [match for match in recognition.matches if match.method is Method.NORMALISED_HASH]
    # Where a part of the text is known by itself, the changed words are not among those explained.
    unexplained = {word for leftover in recognition.leftovers for word in leftover.words}
    changed = set(words_of([new]).words) - set(words_of([old]).words)
    assert changed
    assert changed <= unexplained


@pytest.mark.parametrize("key", REAL)
def test_a_cut_text_is_never_the_whole(key: str) -> None:
    lines = texts.licence(key).strip().split("\n")
    middle = len(lines) // 2
    matches = identify([*lines[:middle], *lines[middle + 2 :]])
    assert not [m for m in matches if m.method is Method.NORMALISED_HASH]


def test_a_copyright_line_between_the_words_of_a_notice_does_not_break_it() -> None:
    notice = [
        '# Licensed under the Apache License, Version 2.0 (the "License");',
        "# Copyright (c) 2021 Somebody Else. All rights reserved.",
        "# you may not use this file except in compliance with the License.",
        "# You may obtain a copy of the License at",
        "#",
        "#     http://www.apache.org/licenses/LICENSE-2.0",
        "#",
        "# Unless required by applicable law or agreed to in writing, software",
        '# distributed under the License is distributed on an "AS IS" BASIS,',
        "# WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.",
        "# See the License for the specific language governing permissions and",
        "# limitations under the License.",
    ]
    (match,) = identify(notice)
    assert (match.expression, match.form, match.lines) == ("Apache-2.0", TextForm.NOTICE, (1, 12))


@pytest.mark.parametrize("holder", ["Foobar Widgets, Inc.", "the University of Nowhere", "ACME"])
def test_the_holder_named_in_a_bsd_licence_makes_no_other_licence(holder: str) -> None:
    text = texts.licence("bsd-new")
    filled = text.replace("the copyright holder nor", f"{holder} nor").replace(
        "THE COPYRIGHT HOLDERS AND CONTRIBUTORS", f"{holder.upper()} AND CONTRIBUTORS"
    )
    filled = filled.replace("Neither the name of the ORGANIZATION", f"Neither the name of {holder}")
    assert ("BSD-3-Clause", TextForm.TEXT, True) in found(filled)


def test_words_that_turn_the_holder_clause_round_are_no_name() -> None:
    text = texts.licence("bsd-new")
    turned = text.replace("BE LIABLE", "NOT BE EXCUSED AND BE LIABLE")
    assert turned != text
    assert ("BSD-3-Clause", TextForm.TEXT, True) not in found(turned)


def test_several_licences_in_one_file_have_their_own_lines() -> None:
    mit, apache = texts.licence("mit").strip(), texts.licence("apache-2.0").strip()
    lines = [*mit.split("\n"), "", "-----", "", *apache.split("\n")]
    first, second = identify(lines)
    assert (first.expression, second.expression) == ("MIT", "Apache-2.0")
    assert first.lines[1] < second.lines[0]
    assert second.lines[1] == len(lines)


@pytest.mark.parametrize(
    "prose",
    [
        "The license of this project was chosen with care by its authors.",
        "We thank MIT and the public for their help with the domain.",
        "def license(self): return self.copyright",
        "Permission errors are reported; see the warranty card in the box.",
        "This parser knows every field of a driving licence.",
        "import license_checker  # checks that headers are there",
    ],
)
def test_prose_is_silent(prose: str) -> None:
    assert not [m for m in identify([prose]) if m.form is not TextForm.MENTION]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("// SPDX-License-Identifier: Apache-2.0", "Apache-2.0"),
        (
            "/* SPDX-License-Identifier: (GPL-2.0 OR BSD-3-Clause) */",
            "GPL-2.0-only OR BSD-3-Clause",
        ),
        ("<!-- SPDX-License-Identifier: mit -->", "MIT"),
        (
            "# SPDX-License-Identifier: LicenseRef-scancode-qwen-2024",
            "LicenseRef-scancode-qwen-2024",
        ),
    ],
)
def test_spdx_tags(line: str, expected: str) -> None:
    (match,) = identify(["", line])
    assert (match.expression, match.form, match.method) == (expected, TextForm.TAG, Method.SPDX_TAG)
    assert match.lines == (2, 2)


def test_a_template_of_a_tag_is_no_tag() -> None:
    assert identify(['f"SPDX-License-Identifier: {licence}"']) == ()


def test_a_denied_licence_is_not_granted() -> None:
    assert identify(["This file is not licensed under the MIT License."]) == ()


def test_a_gnu_notice_that_goes_on_is_not_taken_for_the_shorter_one() -> None:
    said = (
        "This program is licensed under the GNU General Public License version 2,"
        " or, should you wish it so, any later version that may come to be."
    )
    assert "GPL-2.0-only" not in [match.expression for match in identify([said])]


def test_a_name_in_a_sentence_that_grants_is_a_notice() -> None:
    (match,) = identify(["# This source code is licensed under the Apache 2.0 license found there"])
    assert (match.expression, match.form) == ("Apache-2.0", TextForm.NOTICE)


def test_leftovers_are_what_no_known_text_explains() -> None:
    extra = "You may not use the software on Mondays, on Tuesdays or near the sea."
    recognition = recognise([*texts.licence("mit").split("\n"), extra])
    assert [match.expression for match in recognition.matches] == ["MIT"]
    (leftover,) = recognition.leftovers
    assert leftover.words[:5] == ("you", "may", "not", "use", "the")


HOSTILE = {
    "beginnings without end": "licensed under the apache license version 2 0 " * 9_000,
    "many lines of tags": "license: mit\n" * 30_000,
    "one licence, many times": texts.licence("mit") * 200,
    "one word": "a " * 400_000,
    "open tags": "<a " * 200_000,
    "entities": "&quot;" * 100_000,
    "fifty megabytes": "Permission is hereby granted, free of charge, to any person " * 900_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_are_bounded(name: str) -> None:
    started = time.process_time()
    identify(HOSTILE[name].split("\n"))
    assert time.process_time() - started < 10


def test_empty_texts() -> None:
    assert identify([]) == ()
    assert identify([""]) == ()
    assert recognise(["", " "]).leftovers == ()


def test_the_index_loads_in_a_tenth_of_a_second() -> None:
    shipped.cache_clear()
    started = time.process_time()
    assert len(shipped()) > 30_000
    assert time.process_time() - started < 0.1
