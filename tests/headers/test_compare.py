from __future__ import annotations

import pytest

from lineage.headers import compare_heads, head_of, packed, unpacked
from lineage.model import HeaderStatus
from tests.headers.heads import APACHE, CODE, HF, HUAWEI, MIT_TAG, QWEN

KEPT, ADDED = HeaderStatus.KEPT, HeaderStatus.KEPT_ADDED
PARTLY, REPLACED = HeaderStatus.PARTLY_LOST, HeaderStatus.REPLACED
STRIPPED, ALTERED = HeaderStatus.STRIPPED, HeaderStatus.ALTERED
CHANGED, NONE = HeaderStatus.LICENCE_CHANGED, HeaderStatus.NONE_UPSTREAM


VLLM = (
    "# SPDX-License-Identifier: Apache-2.0\n"
    "# SPDX-FileCopyrightText: Copyright contributors to the vLLM project\n"
)


def status(suspect: str, upstream: str) -> HeaderStatus:
    """Compare two texts, upstream's as an index keeps it."""
    kept = unpacked(packed(head_of(upstream)))
    return compare_heads(head_of(suspect), kept).status


def apache(*lines: str) -> str:
    return "".join(f"# {line}\n" for line in lines) + APACHE + CODE


@pytest.mark.parametrize(
    ("suspect", "upstream", "expected"),
    [
        # as it stood
        (QWEN + APACHE + CODE, QWEN + APACHE + CODE, KEPT),
        (QWEN.replace("2024", "2025") + APACHE, QWEN + APACHE + CODE, KEPT),
        ("#!/usr/bin/env python\n# coding=utf-8\n" + QWEN + APACHE, QWEN + APACHE, KEPT),
        # spelt otherwise
        (apache("Copyright 2018 Hugging Face"), HF + APACHE, KEPT),
        (apache("Copyright 2018 HuggingFace, Inc."), HF + APACHE, KEPT),
        (apache("(c) 2018 HuggingFace Inc. team"), HF + APACHE, KEPT),
        (apache("Copyright © 2018 The HuggingFace Team and others"), HF + APACHE, KEPT),
        ("# SPDX-FileCopyrightText: 2018 HuggingFace\n# SPDX-License-Identifier: Apache-2.0\n", HF + APACHE, KEPT),
        (apache("Copyright (c) Meta Platforms, Inc. and affiliates."), apache("Copyright (c) Facebook, Inc. and its affiliates."), KEPT),
        (apache("Copyright 2018 Google AI, Google Brain and Carnegie Mellon University Authors and the HuggingFace Inc. team."),
         apache("Copyright 2018 Google AI, Google Brain and Carnegie Mellon University Authors and the HuggingFace Inc. team."), KEPT),
        (apache("版权所有 (c) 2024 华为技术有限公司"), HUAWEI + APACHE, KEPT),
        (apache("Copyright 2020 Björn Müller"), apache("Copyright 2020 Bjorn Muller"), KEPT),
        ("# Copyright 2025 vLLM Team\n# SPDX-License-Identifier: Apache-2.0\n", VLLM, KEPT),
        (HUAWEI + "# SPDX-License-Identifier: Apache-2.0\n", VLLM, REPLACED),
        # moved: below the docstring, below the imports, into the file
        (CODE.split("\n", 1)[0] + "\n" + QWEN + APACHE + CODE, QWEN + APACHE + CODE, KEPT),
        ("import torch\n" + QWEN + APACHE + CODE, QWEN + APACHE + CODE, KEPT),
        (HUAWEI + CODE + "\n\n" + QWEN + APACHE + CODE, QWEN + APACHE + CODE, ADDED),
        # others beside it
        (HUAWEI + QWEN + APACHE + CODE, QWEN + APACHE + CODE, ADDED),
        (apache("Copyright 2025 Acme and the HuggingFace Inc. team"), HF + APACHE, ADDED),
        (HUAWEI + "# SPDX-License-Identifier: Apache-2.0\n", "# SPDX-License-Identifier: Apache-2.0\n", ADDED),
        # one of several
        (apache("Copyright 2025 The HuggingFace Inc. team"), QWEN + APACHE, PARTLY),
        (apache("Copyright 2025 Acme and the HuggingFace Inc. team"), QWEN + APACHE, PARTLY),
        # the legal form and the role are no names
        (apache("Copyright 2025 The Acme Inc. team. All rights reserved."), HF + APACHE, REPLACED),
        (HUAWEI + APACHE, QWEN + APACHE + CODE, REPLACED),
        (HUAWEI + CODE, QWEN + APACHE + CODE, REPLACED),
        (apache("Copyright 2025 Acme Authors"), apache("Copyright 2019 The Authors"), REPLACED),
        (CODE, QWEN + APACHE + CODE, STRIPPED),
        ("", QWEN + APACHE + CODE, STRIPPED),
        (CODE, APACHE + CODE, STRIPPED),
        # the notice without the name, the name without the notice
        (APACHE + CODE, QWEN + APACHE + CODE, PARTLY),
        (QWEN + CODE, QWEN + APACHE + CODE, PARTLY),
        # a name nearly kept
        (apache("Copyright 2018 The HoggingFlace team"), HF + APACHE, ALTERED),
        # the licence
        (QWEN + MIT_TAG + CODE, QWEN + APACHE + CODE, CHANGED),
        (MIT_TAG + CODE, APACHE + CODE, CHANGED),
        (MIT_TAG + CODE, QWEN + APACHE + CODE, CHANGED),
        (QWEN + MIT_TAG + APACHE + CODE, QWEN + APACHE + CODE, KEPT),
        (MIT_TAG, "# SPDX-License-Identifier: MIT OR Apache-2.0\n", KEPT),
        ("# SPDX-License-Identifier: BSD-2-Clause\n", "# SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause\n", KEPT),
        ("# SPDX-License-Identifier: GPL-3.0-only\n", "# SPDX-License-Identifier: GPL-2.0-only\n", ALTERED),
        # nothing to lose
        (HUAWEI + APACHE + CODE, CODE, NONE),
        (CODE, CODE, NONE),
        (CODE, "# A header of a table.\n" + CODE, NONE),
    ],
)  # fmt: skip
def test_what_became_of_a_head(suspect: str, upstream: str, expected: HeaderStatus) -> None:
    assert status(suspect, upstream) is expected


def test_who_is_missing_and_who_was_added() -> None:
    found = compare_heads(head_of(HUAWEI + HF + APACHE), head_of(QWEN + APACHE))
    assert found.missing == ("The Qwen team, Alibaba Group and the HuggingFace Inc. team",)
    assert found.added == ("Huawei Technologies Co., Ltd.",)


@pytest.mark.parametrize(
    ("line", "stated"),
    [
        ("# Modified by Acme, 2025.", True),
        ("# This file has been modified by Huawei Technologies.", True),
        ("# Modifications Copyright (c) 2025 Acme", True),
        ("# Adapted from https://github.com/huggingface/transformers/blob/main/x.py", True),
        ("# Changes: renamed the classes.", True),
        ("# 由华为修改", True),
        ("# Copied from transformers.models.llama.modeling_llama.LlamaMLP", False),
        ("# This file was automatically generated. Do NOT edit it, it will be changed.", False),
        ("# The weights must not be modified by hand.", False),
        ("# Redistribution in source and binary forms, with or without modification", False),
        ("# A model.", False),
    ],
)
def test_a_statement_of_change(line: str, *, stated: bool) -> None:
    upstream = head_of(QWEN + APACHE + CODE)
    found = compare_heads(head_of(f"{QWEN}{APACHE}#\n{line}\n{CODE}"), upstream)
    assert bool(found.change) is stated


def test_upstreams_own_statement_of_change_is_not_the_copys() -> None:
    text = f"{QWEN}# It has been modified from its original forms by us.\n{APACHE}{CODE}"
    upstream = unpacked(packed(head_of(text)))
    assert not compare_heads(head_of(text), upstream).change
