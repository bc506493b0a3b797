from __future__ import annotations

import textwrap

import pytest

from lineage.model import (
    Attribution,
    Copyright,
    Evidence,
    LicenceText,
    Method,
    Scope,
    TextForm,
    UnsettledText,
)
from lineage.scanners import source_headers
from lineage.walk import read
from tests.doubles.memory import file_of, snapshot_of
from tests.licences import texts

APACHE = """\
# coding=utf-8
# Copyright 2024 The Qwen team, Alibaba Group and the HuggingFace Inc. team. All rights reserved.
#
# Licensed under the Apache License, Version 2.0 (the "License");
# you may not use this file except in compliance with the License.
# You may obtain a copy of the License at
#
#     http://www.apache.org/licenses/LICENSE-2.0
#
# Unless required by applicable law or agreed to in writing, software
# distributed under the License is distributed on an "AS IS" BASIS,
# WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
# See the License for the specific language governing permissions and
# limitations under the License.
import torch
"""


def scanned(text: str | bytes, path: str = "model.py") -> list[Evidence]:
    return list(source_headers.scan(file_of(path, text)))


def licences(evidence: list[Evidence]) -> list[tuple[str, TextForm]]:
    return [(f.expression, f.form) for f in evidence if isinstance(f, LicenceText)]


def test_a_header_with_its_holders() -> None:
    evidence = scanned(APACHE)
    text, holder = evidence
    assert isinstance(text, LicenceText)
    assert (text.expression, text.form, text.exact) == ("Apache-2.0", TextForm.NOTICE, True)
    assert (text.scope, text.exhibit.lines) == (Scope.CODE, (4, 14))
    assert isinstance(holder, Copyright)
    assert holder.holder == "The Qwen team, Alibaba Group and the HuggingFace Inc. team"
    assert holder.exhibit.lines == (2, 2)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.py", APACHE),
        ("a.cpp", APACHE.replace("#", "//")),
        ("a.c", "/*" + APACHE.replace("#", " *").replace("import torch", " */\nint x;")),
        (
            "a.py",
            '"""' + APACHE.replace("# ", "").replace("#", "").replace("import", '"""\nimport'),
        ),
        ("a.sql", APACHE.replace("#", "--")),
        ("a.lua", "--[[\n" + APACHE.replace("#", "").replace("import torch", "]]\n")),
        ("a.vue", "<!--\n" + APACHE.replace("#", "").replace("import torch", "-->")),
        ("a.js", APACHE.replace("#", "//").replace("\n", "\r\n")),
        ("a.sh", "#!/bin/sh\n\n" + APACHE),
    ],
)
def test_comments_of_many_languages(path: str, text: str) -> None:
    assert licences(scanned(text, path)) == [("Apache-2.0", TextForm.NOTICE)]


def test_a_tag_anywhere_in_the_head() -> None:
    (text,) = scanned(
        "#!/bin/sh\n\n# SPDX-License-Identifier: GPL-2.0-or-later WITH Bison-exception-2.2\n"
    )
    assert isinstance(text, LicenceText)
    assert text.expression == "GPL-2.0-or-later WITH Bison-exception-2.2"
    assert text.method is Method.SPDX_TAG


def test_a_notice_deep_in_a_file_binds_what_was_taken_in_there() -> None:
    notice = textwrap.indent(texts.licence("mit"), "# ", lambda _: True)
    code = "x = 1\n" * 3_000
    evidence = scanned(f"{APACHE}{code}# Copyright (c) 2019 Jane Doe\n#\n{notice}\n{code}")
    assert licences(evidence) == [("Apache-2.0", TextForm.NOTICE), ("MIT", TextForm.TEXT)]
    assert [f.holder for f in evidence if isinstance(f, Copyright)][-1] == "Jane Doe"


@pytest.mark.parametrize(
    "text",
    [
        'HEADER = """\n' + APACHE.replace("# ", "").replace("#", "") + '"""\n',
        'parser.add_argument("--license", default="apache-2.0")\n',
        "def copyright(permission): return licence\n",
        "# The license of the data is checked by the caller.\n",
        "# Set permission to 0644 before redistribution takes place.\n",
        "# see LICENSE\n",
        "",
    ],
)
def test_strings_code_and_prose_are_silent(text: str) -> None:
    assert scanned(text) == []


def test_a_header_that_nobody_knows_is_left_for_scancode() -> None:
    text = "# Copyright 2026 Foo\n#\n# Licensed under the Foo Model License. Ask at the counter.\n"
    holder, left = scanned(text)
    assert isinstance(holder, Copyright)
    assert isinstance(left, UnsettledText)
    assert (left.licence_file, left.scope, left.exhibit.lines) == (False, Scope.CODE, (3, 3))


def test_a_reference_to_the_licence_file_leaves_nothing_open() -> None:
    text = (
        "# This source code is licensed under the BSD-style license found in the\n"
        "# LICENSE file in the root directory of this source tree.\n"
    )
    assert not [fact for fact in scanned(text) if isinstance(fact, UnsettledText)]


@pytest.mark.parametrize(
    ("line", "source"),
    [
        (
            "# Copied from transformers.models.bert.modeling_bert.BertSelfOutput with Bert->Roberta",
            "transformers.models.bert.modeling_bert.BertSelfOutput",
        ),
        (
            "# Adapted from https://github.com/foo/bar/blob/main/a.py.",
            "https://github.com/foo/bar/blob/main/a.py",
        ),
        ("// Modified from https://github.com/foo/bar (MIT)", "https://github.com/foo/bar"),
        ("    Ported from `foo/bar`, with changes", "foo/bar"),
        ("# 修改自 https://github.com/foo/bar", "https://github.com/foo/bar"),
        ("# This is based on https://github.com/foo/bar", "https://github.com/foo/bar"),
    ],
)
def test_where_code_was_taken_from(line: str, source: str) -> None:
    (found,) = scanned(f"x = 1\n{line}\n")
    assert isinstance(found, Attribution)
    assert (found.source, found.exhibit.lines) == (source, (2, 2))


def test_the_source_may_stand_on_the_next_line() -> None:
    (found,) = scanned("# Adapted from:\n# https://github.com/foo/bar\n")
    assert isinstance(found, Attribution)
    assert found.source == "https://github.com/foo/bar"


@pytest.mark.parametrize(
    "line",
    [
        'raise ValueError(f"copied from {path} to https://x.example")',
        "# The values are derived from the input.",
        "# copied from the paper",
        'x = "adapted from https://github.com/foo/bar"',
    ],
)
def test_what_is_no_attribution(line: str) -> None:
    assert scanned(f"{line}\n") == []


def test_of_a_huge_file_only_the_head_is_read() -> None:
    contents = {"a.py": APACHE + "x = 1\n" * (1 << 20)}
    snapshot = snapshot_of(contents)
    reading = read(snapshot, [source_headers])
    assert snapshot.bytes_read < 1 << 20
    assert reading.coverage.unread == ()
    assert licences(list(reading.evidence)) == [("Apache-2.0", TextForm.NOTICE)]


def test_a_file_that_repeats_itself_is_bounded() -> None:
    evidence = scanned("# License: MIT\nx = 1\n" * 20_000)
    few = len(evidence) <= 200
    assert few
