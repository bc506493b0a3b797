"""Heads of source files as they are found, made from holders and a licence."""

from __future__ import annotations

APACHE = """\
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
"""
MIT_TAG = "# SPDX-License-Identifier: MIT\n"
QWEN = "# Copyright 2024 The Qwen team, Alibaba Group and the HuggingFace Inc. team. All rights reserved.\n"
HF = "# Copyright 2018 The HuggingFace Inc. team.\n"
HUAWEI = "# Copyright (c) 2025 Huawei Technologies Co., Ltd. All rights reserved.\n"
CODE = '"""PyTorch model."""\n\nimport torch\n\n\ndef f(x):\n    return x\n'
