from __future__ import annotations

import pytest

from lineage.licences import agree, expression_of_tag
from lineage.licences.tags import covers, expression_in_line, expression_of_spdx, licences_of

#: All tags of the hub (https://huggingface.co/docs/hub/repositories-licenses) and what they stand for.
HUB = {
    "apache-2.0": "Apache-2.0",
    "mit": "MIT",
    "openrail": None,
    "bigscience-openrail-m": "LicenseRef-scancode-bigscience-open-rail-m",
    "creativeml-openrail-m": "LicenseRef-scancode-stable-diffusion-2022-08-22",
    "bigscience-bloom-rail-1.0": "LicenseRef-scancode-bigscience-rail-1.0",
    "bigcode-openrail-m": "LicenseRef-scancode-bigcode-open-rail-m-v1",
    "afl-3.0": "AFL-3.0",
    "artistic-2.0": "Artistic-2.0",
    "bsl-1.0": "BSL-1.0",
    "bsd": None,
    "bsd-2-clause": "BSD-2-Clause",
    "bsd-3-clause": "BSD-3-Clause",
    "bsd-3-clause-clear": "BSD-3-Clause-Clear",
    "c-uda": "C-UDA-1.0",
    "cc": None,
    "cc0-1.0": "CC0-1.0",
    "cc-by-2.0": "CC-BY-2.0",
    "cc-by-2.5": "CC-BY-2.5",
    "cc-by-3.0": "CC-BY-3.0",
    "cc-by-4.0": "CC-BY-4.0",
    "cc-by-sa-3.0": "CC-BY-SA-3.0",
    "cc-by-sa-4.0": "CC-BY-SA-4.0",
    "cc-by-nc-2.0": "CC-BY-NC-2.0",
    "cc-by-nc-3.0": "CC-BY-NC-3.0",
    "cc-by-nc-4.0": "CC-BY-NC-4.0",
    "cc-by-nd-4.0": "CC-BY-ND-4.0",
    "cc-by-nc-nd-3.0": "CC-BY-NC-ND-3.0",
    "cc-by-nc-nd-4.0": "CC-BY-NC-ND-4.0",
    "cc-by-nc-sa-2.0": "CC-BY-NC-SA-2.0",
    "cc-by-nc-sa-3.0": "CC-BY-NC-SA-3.0",
    "cc-by-nc-sa-4.0": "CC-BY-NC-SA-4.0",
    "cdla-sharing-1.0": "CDLA-Sharing-1.0",
    "cdla-permissive-1.0": "CDLA-Permissive-1.0",
    "cdla-permissive-2.0": "CDLA-Permissive-2.0",
    "wtfpl": "WTFPL",
    "ecl-2.0": "ECL-2.0",
    "epl-1.0": "EPL-1.0",
    "epl-2.0": "EPL-2.0",
    "etalab-2.0": "etalab-2.0",
    "eupl-1.1": "EUPL-1.1",
    "eupl-1.2": "EUPL-1.2",
    "agpl-3.0": "AGPL-3.0-only",
    "gfdl": None,
    "gpl": None,
    "gpl-2.0": "GPL-2.0-only",
    "gpl-3.0": "GPL-3.0-only",
    "lgpl": None,
    "lgpl-2.1": "LGPL-2.1-only",
    "lgpl-3.0": "LGPL-3.0-only",
    "isc": "ISC",
    "h-research": "LicenseRef-lineage-h-research",
    "intel-research": "LicenseRef-lineage-intel-research",
    "lppl-1.3c": "LPPL-1.3c",
    "ms-pl": "MS-PL",
    "apple-ascl": "LicenseRef-lineage-apple-ascl",
    "apple-amlr": "LicenseRef-lineage-apple-amlr",
    "mpl-2.0": "MPL-2.0",
    "odc-by": "ODC-By-1.0",
    "odbl": "ODbL-1.0",
    "openmdw-1.0": "OpenMDW-1.0",
    "openmdw-1.1": "LicenseRef-lineage-openmdw-1.1",
    "openrail++": "LicenseRef-lineage-openrail-plus-plus",
    "osl-3.0": "OSL-3.0",
    "postgresql": "PostgreSQL",
    "ofl-1.1": "OFL-1.1",
    "ncsa": "NCSA",
    "unlicense": "Unlicense",
    "zlib": "Zlib",
    "pddl": "PDDL-1.0",
    "lgpl-lr": "LGPLLR",
    "deepfloyd-if-license": "LicenseRef-lineage-deepfloyd-if",
    "fair-noncommercial-research-license": "LicenseRef-lineage-fair-noncommercial-research",
    "llama2": "LicenseRef-scancode-llama-2-license-2023",
    "llama3": "LicenseRef-lineage-llama-3",
    "llama3.1": "LicenseRef-scancode-llama-3.1-license-2024",
    "llama3.2": "LicenseRef-scancode-llama-3.2-license-2024",
    "llama3.3": "LicenseRef-scancode-llama-3.3-license-2024",
    "llama4": "LicenseRef-scancode-llama-4-cla-2025",
    "grok2-community": "LicenseRef-lineage-grok-2",
    "gemma": "LicenseRef-lineage-gemma",
    "unknown": None,
    "other": None,
}


@pytest.mark.parametrize("tag", HUB)
def test_tags_of_the_hub(tag: str) -> None:
    assert expression_of_tag(tag) == HUB[tag]


@pytest.mark.parametrize(
    ("name", "expression"),
    [
        ("Apache-2.0", "Apache-2.0"),
        ("APACHE-2.0", "Apache-2.0"),
        (" apache  2.0 ", "Apache-2.0"),
        ("MIT License", "MIT"),
        ("Tongyi-Qianwen", "LicenseRef-scancode-tongyi-qianwen-2023"),
        ("qwen-research", "LicenseRef-lineage-qwen-research"),
        ("MIT OR Apache-2.0", "MIT OR Apache-2.0"),
        ("mit or apache-2.0", "MIT OR Apache-2.0"),
        ("LicenseRef-our-own", "LicenseRef-our-own"),
        ("busl-1.1", "BUSL-1.1"),
        ("no", None),
        ("false", None),
        ("my very own licence", None),
        ("", None),
        ("AND", None),
        ("(((", None),
    ],
)
def test_names(name: str, expression: str | None) -> None:
    assert expression_of_tag(name) == expression


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        ("GPL-2.0+", "GPL-2.0-or-later"),
        ("(MIT OR Apache-2.0) AND ISC", "(MIT OR Apache-2.0) AND ISC"),
        ("GPL-2.0 WITH Classpath-exception-2.0", "GPL-2.0-only WITH Classpath-exception-2.0"),
        ("MIT Apache-2.0", None),
        ("(MIT", None),
        ("MIT AND", None),
        ("MIT OR Nonsense-1.0", None),
        ("MIT OR " * 1000 + "MIT", None),
    ],
)
def test_expressions(text: str, expression: str | None) -> None:
    assert expression_of_spdx(text) == expression


def test_what_follows_a_tag_on_its_line_is_left_out() -> None:
    assert expression_in_line("x // SPDX-License-Identifier: MIT and so on") == "MIT"
    assert expression_in_line("SPDX-License-Identifier: Nonsense-7.0") is None
    assert expression_in_line("no tag") is None


@pytest.mark.parametrize(
    ("declared", "found", "expected"),
    [
        ("MIT", "MIT", True),
        ("MIT", "Apache-2.0", False),
        ("GPL-3.0-only", "GPL-3.0-or-later", True),
        ("GPL-2.0-only", "GPL-3.0-only", False),
        ("LGPL-3.0-only", "GPL-3.0-only", False),
        ("LicenseRef-lineage-gemma", "LicenseRef-scancode-gemma-tou-2025-03-24", True),
        ("LicenseRef-lineage-gemma", "Apache-2.0", False),
        ("LicenseRef-lineage-llama-3", "LicenseRef-scancode-llama-3.1-license-2024", False),
    ],
)
def test_agreement(declared: str, found: str, *, expected: bool) -> None:
    assert agree(declared, found) is expected


def test_parts_of_expressions() -> None:
    assert licences_of("(MIT OR GPL-2.0-only WITH Classpath-exception-2.0) AND MIT") == (
        "MIT",
        "GPL-2.0-only WITH Classpath-exception-2.0",
    )
    assert covers("MIT OR Apache-2.0", "Apache-2.0")
    assert not covers("Apache-2.0", "Apache-2.0 AND MIT")
