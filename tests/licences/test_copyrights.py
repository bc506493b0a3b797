from __future__ import annotations

import time

import pytest

from lineage.licences.copyrights import is_copyright_line, statements


def holders(line: str) -> list[str]:
    return [statement.holder for statement in statements([line])]


@pytest.mark.parametrize(
    ("line", "holder"),
    [
        ("# Copyright 2020 The HuggingFace Team. All rights reserved.", "The HuggingFace Team"),
        (
            "# Copyright 2024 The Qwen team, Alibaba Group and the HuggingFace Inc. team. All rights reserved.",
            "The Qwen team, Alibaba Group and the HuggingFace Inc. team",
        ),
        ("# Copyright (c) 2018, NVIDIA CORPORATION.  All rights reserved.", "NVIDIA CORPORATION"),
        ("Copyright (c) Facebook, Inc. and its affiliates.", "Facebook, Inc. and its affiliates"),
        (
            "// Copyright (C) 2007 Free Software Foundation, Inc. <https://fsf.org/>",
            "Free Software Foundation, Inc.",
        ),
        (" * (c) 2019 Foo Bar <foo@bar.example>", "Foo Bar"),
        ("# © 2021 Foo GmbH", "Foo GmbH"),
        ("# Copyright © 1999-2021, Christian Example <c@example.org>", "Christian Example"),
        ('__copyright__ = "Copyright 2007 Foo Bar"', "Foo Bar"),
        ("# Copyright The HuggingFace Team", "The HuggingFace Team"),
        ("# SPDX-FileCopyrightText: 2020 Foo Inc. <a@b.example>", "Foo Inc."),
        (
            "# SPDX-FileCopyrightText: Copyright contributors to the vLLM project",
            "contributors to the vLLM project",
        ),
        ("# SPDX-FileCopyrightText: Copyright (c) 2024 Foo Inc.", "Foo Inc."),
        ("版权所有 (c) 2024 华为技术有限公司 保留所有权利", "华为技术有限公司"),
        ("Copyright © 2024 华为技术有限公司. 保留所有权利。", "华为技术有限公司"),
        ("# Modifications Copyright (c) Microsoft Corporation.", "Microsoft Corporation"),
        (
            "Copyright 2018-2020 Foo, Inc., Bar Ltd. and contributors",
            "Foo, Inc., Bar Ltd. and contributors",
        ),
        ("Copyright (c) 2013 - present, Facebook, Inc.", "Facebook, Inc."),
        ("Copyright (c) 2020 Foo. Licensed under the MIT License.", "Foo"),
        ("   Copyright 2007 by the Foo team", "the Foo team"),
        ("Copyright OpenAI, 2023", "OpenAI"),
        (
            "Portions Copyright (c) 1990, 1993, 1994 The Regents of the University of California.",
            "The Regents of the University of California",
        ),
        (
            "<!-- Copyright 2021 The HuggingFace Team. All rights reserved. -->",
            "The HuggingFace Team",
        ),
        ("# Copyright (c) 2024 Huawei Technologies Co., Ltd.", "Huawei Technologies Co., Ltd."),
        ("@copyright 2020 Foo", "Foo"),
        (
            "# Copyright 2008-2011 The pip developers (see outdated.NOTICE file)",
            "The pip developers",
        ),
        ("# Copyright Jane Doe, 2007-2008. New BSD License", "Jane Doe"),
        ("# Copyright (c) 2001 Jane Doe, All rights", "Jane Doe"),
        ("Copyright (c) 2010-202x The Foo developers", "The Foo developers"),
        ("# Copyright (c) 2020, the authors", "the authors"),
        ("REM Copyright 2011 Somebody", "Somebody"),
        (
            "Llama 2 is licensed under the LLAMA 2 Community License, Copyright (c) Meta Platforms, Inc. All Rights Reserved.",
            "Meta Platforms, Inc.",
        ),
    ],
)
def test_a_statement_has_a_clean_holder(line: str, holder: str) -> None:
    assert holders(line) == [holder]


@pytest.mark.parametrize(
    "line",
    [
        'copyright = "2023, Foo"',
        "copyright = u'2020, The Foo Team'",
        'print("Copyright (c) 2020 Foo")',
        'header = "Copyright (c) 2020 Foo"',
        r're.compile("Copyright \(c\) (\d+)")',
        "The above copyright notice and this permission notice shall be included",
        "Copyright notice and this permission notice",
        "the copyright holders or contributors be liable",
        'COPYRIGHT HOLDERS AND CONTRIBUTORS "AS IS"',
        "Copyright [yyyy] [name of copyright owner]",
        "Copyright (c) <year> <copyright holders>",
        "Copyright (C) 19yy  <name of author>",
        "Copyright (c) {year} {name}",
        "Copyright law protects this",
        "# (c) the licensee shall keep this",
        "(c) You must retain, in the Source form of any Derivative Works",
        "if copyright: return",
        "All rights reserved.",
        "Copyright",
        "",
    ],
)
def test_talk_templates_and_code_are_no_statements(line: str) -> None:
    assert holders(line) == []


def test_a_statement_knows_its_line_and_words() -> None:
    (statement,) = statements(["x = 1", "# Copyright 2020 Foo. All rights reserved."], first=10)
    assert statement.line == 11
    assert statement.text == "Copyright 2020 Foo. All rights reserved."


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("# Copyright 2020 The HuggingFace Team. All rights reserved.", True),
        ("All rights reserved.", True),
        ("Copyright (c) <year> <copyright holders>", True),
        ("Copyright [yyyy] [name of copyright owner]", True),
        ("# Copyright (c) Microsoft Corporation. Licensed under the MIT license.", False),
        ("Copyright notice and this permission notice shall be included", False),
        ("the copyright holder", False),
        ("(c) You must retain", False),
    ],
)
def test_lines_that_stand_between_the_words_of_a_notice(line: str, *, expected: bool) -> None:
    assert is_copyright_line(line) is expected


@pytest.mark.parametrize(
    "line",
    [
        "copyright " * 4000,
        "(c) " * 5000,
        "# " * 3000 + "copyright",
        "copyright (c) " + "2020, " * 5000,
        "Copyright (c) 2020 " + "A. " * 3000,
        "Copyright (c) 2020 " + "<" * 4000,
        "a," * 3000 + " copyright (c) 2020 x",
        "copyright (c) 2020 x" + " - " * 3000,
    ],
)
def test_no_line_takes_long(line: str) -> None:
    started = time.process_time()
    for _ in range(20):
        list(statements([line]))
        is_copyright_line(line)
    assert time.process_time() - started < 1
