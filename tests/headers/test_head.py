from __future__ import annotations

import json
import time

import pytest

from lineage.codec import Plain
from lineage.headers import head_of, packed, unpacked
from tests.headers.heads import APACHE, CODE, HUAWEI, QWEN


def test_what_a_head_says() -> None:
    head = head_of(f"# coding=utf-8\n{QWEN}{APACHE}{CODE}")
    assert head.holders == ("The Qwen team, Alibaba Group and the HuggingFace Inc. team",)
    assert (head.expression, head.lines) == ("Apache-2.0", (2, 14))
    assert head.statements[0].line == 2


def test_what_stands_further_down_is_not_the_head() -> None:
    head = head_of(f"{QWEN}{APACHE}{CODE}\n\n{HUAWEI}def g(x):\n    return x\n")
    assert [one.holder for one in head.below] == ["Huawei Technologies Co., Ltd."]
    assert len(head.holders) == 1


@pytest.mark.parametrize(
    ("text", "licence"),
    [
        ("/*\n * Copyright (c) 2020 Foo\n *\n * SPDX-License-Identifier: BSD-3-Clause\n */\n#include <a.h>\n", "BSD-3-Clause"),
        ("// Copyright 2020 The Go Authors. All rights reserved.\n// Use of this source code is governed by a BSD-style\n// license that can be found in the LICENSE file.\n\npackage x\n", "BSD-3-Clause"),
        ('#!/bin/sh\n"""\nCopyright (c) 2020 Foo\n\nLicensed under the MIT license.\n"""\nx = 1\n', "MIT"),
        ("# Copyright (c) 2020 Foo\nx = 1\n", None),
        ("// SPDX-License-Identifier: MIT\n// SPDX-License-Identifier: Apache-2.0\nint x;\n", "Apache-2.0 AND MIT"),
    ],
)  # fmt: skip
def test_heads_of_many_languages(text: str, licence: str | None) -> None:
    assert head_of(text).expression == licence


def test_layout_and_years_leave_the_digest_as_it_is() -> None:
    one, other = head_of(QWEN + APACHE + CODE), head_of(QWEN.replace("2024", "2025") + APACHE)
    assert one.digest == other.digest != head_of(HUAWEI + APACHE).digest
    assert not head_of(CODE).digest


def test_a_head_is_kept_in_few_bytes_and_comes_back() -> None:
    head = head_of(QWEN + APACHE + CODE)
    plain = packed(head)
    assert len(json.dumps(plain)) < 300
    assert unpacked(plain) == head


@pytest.mark.parametrize("plain", [None, [], 9, "", {"c": [["x"]]}, {"n": "x"}, {"a": [[1, "x"]]}])
def test_what_is_no_head_is_refused(plain: Plain) -> None:
    with pytest.raises(ValueError, match=r"."):
        unpacked(plain)


def test_a_forged_range_is_none() -> None:
    assert unpacked({"n": [9, 2]}).lines is None


@pytest.mark.parametrize(
    "text",
    ["x" * 3_000_000, "# copyright\n" * 100_000, "\n" * 500_000, "'''" * 200_000, "# (c) " * 200_000],
    ids=["one line", "many comments", "blank", "quotes", "signs"],
)  # fmt: skip
def test_any_text_is_read_in_little_time(text: str) -> None:
    before = time.process_time()
    packed(head_of(text))
    assert time.process_time() - before < 3
