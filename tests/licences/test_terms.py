"""The terms files against their format, and against the texts that scancode's data holds."""

from __future__ import annotations

import importlib.util
import json
import re
from functools import cache
from hashlib import sha256
from pathlib import Path
from types import ModuleType

import pytest
import yaml

import lineage.licences
from lineage.licences.duties import Licence, Text
from lineage.licences.field import TermsError
from lineage.licences.knowledge import (
    PROVENANCE,
    load,
    names_of,
    normalised,
    read_folder,
    terms_files,
    version,
)
from lineage.licences.termfile import QUOTE_LIMIT, licence_of_text
from lineage.licences.vocabulary import DutyKind, Part, Permission, Strength, Trigger, Verified
from lineage.licences.words import words_of
from lineage.model import Relation
from tests.licences import texts

ROOT = Path(__file__).parents[2]
TERMS = ROOT / "lineage" / "licences" / "terms"
ALL = list(load())
BY_ID = {licence.id: licence for licence in ALL}


def scancode_texts() -> list[tuple[Licence, Text]]:
    """Every recorded text that scancode's data holds."""
    return [(licence, text) for licence in ALL for text in licence.texts if text.scancode]


@cache
def words_of_key(key: str) -> tuple[str, ...]:
    return words_of(texts.licence(key).split("\n")).words


def holds(words: tuple[str, ...], quote: str) -> bool:
    """Say whether the words of a quotation stand together in a text."""
    wanted = words_of(quote.split("\n")).words
    return bool(wanted) and f" {' '.join(wanted)} " in f" {' '.join(words)} "


@cache
def compiler() -> ModuleType:
    spec = importlib.util.spec_from_file_location("compile_terms", ROOT / "tools/compile_terms.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# The files as a whole


def test_there_are_at_least_seventy_licences() -> None:
    assert len(ALL) >= 70


def test_the_compiled_terms_are_those_of_the_files() -> None:
    compiled = (ROOT / "lineage/licences/data/terms.json").read_text(encoding="utf-8")
    assert compiled == compiler().compile_folder(TERMS), "run: python tools/compile_terms.py"


def test_the_files_say_what_the_compiled_terms_say() -> None:
    assert list(read_folder(TERMS)) == [BY_ID[path.stem] for path in terms_files(TERMS)]


def test_the_version_is_that_of_the_compiled_terms() -> None:
    compiled = json.loads((ROOT / "lineage/licences/data/terms.json").read_bytes())
    assert version() == compiled["digest"]


@pytest.mark.parametrize("licence", ALL, ids=lambda licence: licence.id)
def test_a_licence_is_complete(licence: Licence) -> None:
    assert licence.grants is not None
    assert licence.derivative is not None
    assert licence.relicense is not None
    for term in licence.obligations:
        assert term.clause
        # Nobody has to be told about a duty that nobody can point to in the text.
        if term.verified is Verified.FULL_TEXT:
            assert term.quote, term.id
        assert len(term.quote or "") <= QUOTE_LIMIT


@pytest.mark.parametrize("licence", ALL, ids=lambda licence: licence.id)
def test_only_what_was_read_may_be_high(licence: Licence) -> None:
    read = bool(licence.texts)
    marks = [
        *(fact.verified for fact in licence.obligations),
        *(fact.verified for fact in licence.thresholds),
        *(fact.verified for fact in licence.territories),
        *(fact.verified for fact in licence.no_train),
        *(fact.verified for fact in licence.use_limits),
    ]
    assert read or not any(mark.may_be_high for mark in marks)
    assert licence.verified.may_be_high == (licence.verified is Verified.FULL_TEXT)
    assert licence.verified is not Verified.FULL_TEXT or read


def test_provenance_speaks_of_licences_that_exist() -> None:
    provenance = yaml.safe_load((TERMS / PROVENANCE).read_text(encoding="utf-8"))
    assert {entry["licence"] for entry in provenance["corrections"]} <= BY_ID.keys()
    assert {entry["licence"] for entry in provenance["not_read"]} == {
        licence.id for licence in ALL if licence.verified is not Verified.FULL_TEXT
    }


# The facts against the texts


@pytest.mark.parametrize(
    ("licence", "text"),
    scancode_texts(),
    ids=[f"{licence.id}-{text.scancode}" for licence, text in scancode_texts()],
)
def test_a_recorded_text_is_the_text_that_was_read(licence: Licence, text: Text) -> None:
    words = words_of_key(str(text.scancode))
    assert text.words == len(words)
    assert text.sha256 == sha256("\n".join(words).encode()).hexdigest()


WITH_TEXT = [
    licence
    for licence in ALL
    if any(text.scancode and text.part is Part.LICENCE for text in licence.texts)
]


@pytest.mark.parametrize("licence", WITH_TEXT, ids=lambda licence: licence.id)
def test_what_is_quoted_stands_in_the_text(licence: Licence) -> None:
    words = [words_of_key(str(text.scancode)) for text in licence.texts if text.scancode]
    # What stands in a policy that scancode does not have was checked when it was recorded.
    elsewhere = {bar.quote for bar in licence.territories}
    missing = [
        quote
        for quote in quotes_of(licence)
        if quote not in elsewhere and not any(holds(one, quote) for one in words)
    ]
    assert not missing


def quotes_of(licence: Licence) -> list[str]:
    facts = [
        licence.derivative,
        licence.relicense,
        *licence.obligations,
        *licence.thresholds,
        *licence.territories,
        *licence.no_train,
        *licence.use_limits,
    ]
    quotes = [fact.quote for fact in facts if fact is not None and fact.quote]
    return quotes + [literal for term in licence.obligations for literal in term.literals]


def test_most_licences_are_held_to_a_text_here() -> None:
    assert len(WITH_TEXT) >= 75


# What the licences say, by licences.md 2.2 to 2.4


def literals(licence: str, kind: DutyKind) -> set[str]:
    terms = BY_ID[licence].obligations
    return {literal for term in terms if term.kind is kind for literal in term.literals}


@pytest.mark.parametrize(
    ("licence", "display", "prefix"),
    [
        ("llama-2", set(), set()),
        ("llama-3", {"Built with Meta Llama 3"}, {"Llama 3"}),
        ("llama-3.1", {"Built with Llama"}, {"Llama"}),
        ("llama-4", {"Built with Llama"}, {"Llama"}),
        ("qwen-2024", {"Built with Qwen", "Improved using Qwen"}, set()),
        ("tongyi-qianwen-2023", set(), set()),
        ("kimi-k2", {"Kimi K2"}, set()),
        ("kimi-k2.5", {"Kimi K2.5"}, set()),
        ("minimax-m2", {"MiniMax M2"}, set()),
        ("minimax-01", set(), set()),
        ("exaone-1.1-nc", set(), {"EXAONE"}),
        ("hyperclova-x-seed-2025", {"Powered by HyperCLOVA X"}, {"HyperCLOVA X"}),
        ("glm-4-9b", {"Built with glm-4"}, {"glm-4"}),
        ("stability-ai-community-2024", {"Powered by Stability AI"}, set()),
        (
            "openpangu-1.0",
            {
                "Powered by openPangu",
                "openPangu is a trademark of Huawei Technologies Co., Ltd.",
            },
            set(),
        ),
    ],
)
def test_what_has_to_be_shown(licence: str, display: set[str], prefix: set[str]) -> None:
    assert literals(licence, DutyKind.DISPLAY_TEXT) == display
    assert literals(licence, DutyKind.NAME_PREFIX) == prefix


@pytest.mark.parametrize(
    ("licence", "limits"),
    [
        ("llama-3.1", {("mau", 700_000_000, None, "release-date")}),
        ("qwen-2024", {("mau", 100_000_000, None, "any-time")}),
        (
            "kimi-k2",
            {("mau", 100_000_000, None, "any-time"), ("revenue", 20_000_000, "month", "any-time")},
        ),
        (
            "minimax-m2",
            {
                ("mau", 100_000_000, None, "any-time"),
                ("revenue", 30_000_000, "annual-recurring", "any-time"),
            },
        ),
        ("hunyuan-large", {("mau", 100_000_000, None, "release-date")}),
        ("hunyuan-3d-2.0", {("mau", 1_000_000, None, "release-date")}),
        ("stability-ai-community-2024", {("revenue", 1_000_000, "year", "any-time")}),
        ("apache-2.0", set()),
    ],
)
def test_thresholds_keep_their_unit_and_period(licence: str, limits: set[object]) -> None:
    found = {
        (one.metric, one.value, one.period if one.currency else None, one.at)
        for one in BY_ID[licence].thresholds
    }
    assert found == limits


@pytest.mark.parametrize(
    ("licence", "barred"),
    [
        ("openpangu-1.0", {"EU"}),
        ("openpangu-2.0", {"EU"}),
        ("hunyuan-large", {"EU"}),
        ("hunyuan-image-3.0", {"EU", "GB", "KR"}),
        ("llama-3.2", {"EU"}),
        ("llama-3.1", set()),
    ],
)
def test_territories(licence: str, barred: set[str]) -> None:
    assert {place for bar in BY_ID[licence].territories for place in bar.barred} == barred


@pytest.mark.parametrize(
    ("licence", "distilled"),
    [
        ("gemma-2025-03-24", True),
        ("deepseek-1.0", True),
        ("hunyuan-large", True),
        ("openpangu-1.0", False),
        ("nvidia-open-model-2025-04-28", False),
        ("dbrx-2024-03-27", False),
        ("mg-by-2.0", False),
        ("mit", None),
    ],
)
def test_whether_a_distilled_model_is_a_derivative(
    licence: str,
    distilled: bool | None,  # noqa: FBT001 - a column of the table
) -> None:
    derivative = BY_ID[licence].derivative
    assert derivative is not None
    assert derivative.covers(Relation.DISTILLED) is distilled


def test_hosting_a_gemma_model_asks_for_all_but_the_notice() -> None:
    duties = BY_ID["gemma-2025-03-24"].duties(Trigger.MAKE_AVAILABLE)
    assert {term.kind for term in duties} == {
        DutyKind.PASS_THROUGH,
        DutyKind.INCLUDE_LICENSE,
        DutyKind.STATE_CHANGES,
    }


def test_hunyuan_only_encourages_its_display() -> None:
    terms = BY_ID["hunyuan-large"].obligations
    (display,) = [term for term in terms if term.kind is DutyKind.DISPLAY_TEXT]
    assert display.strength is Strength.ENCOURAGED


# Finding a licence


@pytest.mark.parametrize(
    ("name", "licence"),
    [
        ("apache-2.0", "apache-2.0"),
        ("Apache-2.0", "apache-2.0"),
        ("Apache License, Version 2.0", "apache-2.0"),
        ("llama3.1", "llama-3.1"),
        ("LicenseRef-scancode-llama-3.1-license-2024", "llama-3.1"),
        ("LicenseRef-lineage-llama-3", "llama-3"),
        ("Qwen LICENSE", "qwen-2024"),
        ("qwen-research", "qwen-research-2024"),
        ("gpl-3.0", "gpl-3.0-only"),
        ("GPL-3.0-or-later", "gpl-3.0-or-later"),
        ("bsl-1.0", "bsl-1.0"),
        ("openrail++", "openrail-plus-plus-m"),
        ("gemma", "gemma-2025-03-24"),
        ("bigscience-open-rail-m2", "openrail-plus-plus-m"),
        ("openrail", None),
        ("other", None),
        ("gpl", None),
        ("MIT AND Apache-2.0", None),
    ],
)
def test_a_licence_is_found_by_its_names(name: str, licence: str | None) -> None:
    found = load().find(name)
    assert (found.id if found else None) == licence


def test_every_name_finds_its_licence() -> None:
    base = load()
    for licence in ALL:
        assert base.by_id(licence.id) == licence
        assert base.by_expression(licence.spdx) == licence
        assert base.by_expression(f"LicenseRef-lineage-{licence.id}") == licence
        for tag in licence.aliases.hf:
            assert base.by_tag(tag.upper()) == licence
        for name in licence.aliases.names:
            assert base.by_name(name) == licence
        for key in licence.aliases.scancode:
            assert base.by_scancode(key) == licence


def test_what_the_tag_table_calls_a_tag_is_no_other_licence_here() -> None:
    for licence in ALL:
        for tag in licence.aliases.hf:
            expression = lineage.licences.expression_of_tag(tag)
            assert expression is None or load().by_expression(expression) == licence, tag


@pytest.mark.parametrize(
    ("model", "licence", "verified"),
    [
        ("meta-llama/Llama-3.1-8B-Instruct", "llama-3.1", Verified.FULL_TEXT),
        ("META-LLAMA/LLAMA-3.1-8B", "llama-3.1", Verified.FULL_TEXT),
        ("meta-llama/Meta-Llama-3-8B", "llama-3", Verified.FULL_TEXT),
        ("Qwen/Qwen2.5-72B-Instruct", "qwen-2024", Verified.SECONDARY),
        ("Qwen/Qwen2.5-3B", "qwen-research-2024", Verified.SECONDARY),
        ("Qwen/Qwen2.5-7B", "apache-2.0", Verified.SECONDARY),
        ("Qwen/Qwen-72B-Chat", "tongyi-qianwen-2023", Verified.FULL_TEXT),
        ("google/gemma-2-9b-it", "gemma-2025-03-24", Verified.SECONDARY),
        ("google/gemma-4-27b", "apache-2.0", Verified.SECONDARY),
        ("deepseek-ai/DeepSeek-V3", "deepseek-1.0", Verified.FULL_TEXT),
        ("deepseek-ai/DeepSeek-V3-0324", "mit", Verified.SECONDARY),
        ("somebody/Llama-3.1-8B", None, None),
    ],
)
def test_the_licence_of_a_makers_model(
    model: str, licence: str | None, verified: Verified | None
) -> None:
    found = load().of_model(model)
    assert (found.licence.id if found else None) == licence
    assert (found.verified if found else None) == verified


def test_a_licence_name_is_spelt_one_way() -> None:
    assert normalised(" Databricks Open  Model_License ") == "databricks-open-model-license"
    for licence in ALL:
        for name in licence.aliases.names:
            assert name == normalised(name)


def test_two_licences_may_not_claim_one_name() -> None:
    one = licence_of_text(FILE, "one.yaml")
    other = licence_of_text(
        FILE.replace("id: test-1.0", "id: test-2.0").replace("LicenseRef-test", "LicenseRef-two"),
        "other.yaml",
    )
    with pytest.raises(TermsError, match=r"test-1\.0 and test-2\.0 both claim 'test-licence'"):
        names_of([one, other])


def test_terms_of_ones_own_are_added(tmp_path: Path) -> None:
    (tmp_path / "test-1.0.yaml").write_text(FILE)
    base = load(tmp_path)
    assert len(base) == len(ALL) + 1
    found = base.by_name("Test licence")
    assert found is not None
    assert found.relicense is not None
    assert found.relicense.allowed is Permission.GRANTED


def test_terms_of_ones_own_may_not_take_a_known_name(tmp_path: Path) -> None:
    (tmp_path / "test-1.0.yaml").write_text(FILE.replace("test-licence", "mit-license"))
    with pytest.raises(TermsError, match="both claim 'mit-license'"):
        load(tmp_path)


# A broken file

FILE = """\
id: test-1.0
title: Test Licence
family: test
class: community
scopes: [weights]
spdx: LicenseRef-test
verified: full-text

aliases:
  names: [test-licence]

texts:
  - sha256: 00cafe00cafe00cafe00cafe00cafe00cafe00cafe00cafe00cafe00cafe0000
    words: 10
    source: "scancode:test"
    copy: collection

grants:
  clause: "1"
  use: granted
  modify: granted
  distribute: granted
  commercial: granted
  sublicense: silent
  patent: silent
  revocable: null

derivative:
  clause: "2"
  finetune: true
  adapter: null
  merge: true
  quantized: true
  distilled: false
  code: null

relicense:
  allowed: granted
  clause: "3"

obligations:
  - id: display
    kind: display_text
    on: [distribute]
    of: [derivative]
    clause: "4"
    literals: [Built with Test]
    thresholds: [users]

thresholds:
  - id: users
    metric: mau
    value: 1_000
    period: month
    at: any-time
    of: product
    effect: duty
    clause: "5"
"""


def test_the_whole_file_is_right() -> None:
    licence = licence_of_text(FILE, "test-1.0.yaml")
    assert licence.thresholds[0].value == 1000
    assert licence.obligations[0].on == (Trigger.DISTRIBUTE,)


@pytest.mark.parametrize(
    ("old", "new", "line", "problem"),
    [
        ("kind: display_text", "kind: shown", 43, "obligations[0].kind: expected one of: include_"),
        ("on: [distribute]", "on: [distribute, sell]", 44, "obligations[0].on[1]: expected one of"),
        ("on: [distribute]", "on: []", 42, "obligations[0]: expected at least one trigger"),
        ("of: [derivative]", "off: [derivative]", 45, "obligations[0].off: unknown key; expected"),
        ('    clause: "4"\n', "", 42, "obligations[0]: expected the key clause"),
        ("[users]", "[user]", 48, "expected the id of a threshold; there is no 'user'"),
        ("value: 1_000", "value: many", 53, "thresholds[0].value: expected a whole number"),
        ("value: 1_000", "value: -1", 53, "thresholds[0].value: expected a whole number"),
        ("metric: mau", "metric: revenue", 51, "thresholds[0]: expected a currency with revenue"),
        (
            "metric: mau\n",
            "metric: mau\n    currency: USD\n",
            51,
            "expected a currency with revenue",
        ),
        ("finetune: true", "finetune: maybe", 30, "derivative.finetune: expected true, false or"),
        ("use: granted", "use: yes", 20, "grants.use: expected one of: granted, conditional"),
        ("id: test-1.0", "id: Test 1.0", 1, "id: expected lower-case letters, digits, dots"),
        ("title: Test Licence", "title:", 2, "title: expected a text"),
        ("title: Test Licence", "title: 42", 2, "title: expected a text"),
        ("scopes: [weights]", "scopes: weights", 5, "scopes: expected a list"),
        ("scopes: [weights]", "scopes: []", 5, "scopes: expected at least one of: code"),
        ("words: 10", "words: true", 14, "texts[0].words: expected a whole number above zero"),
        ("sha256: 00", "sha256: xx", 13, "texts[0].sha256: expected 64 hexadecimal digits"),
        ("family: test", "family: test\nid: again", 4, "id: expected once, found twice"),
        ("family: test", "family: *test", 3, "expected YAML"),
        ("family: test", "family: [test", 4, "expected YAML"),
        ("verified: full-text", "verified: secondary", 7, "expected sources where no full text"),
        ("verified: full-text", "verified: hearsay", 7, "verified: expected one of: full-text"),
        (
            "literals: [Built with Test]",
            f"quote: {'x' * 301}",
            47,
            "expected at most 300 characters",
        ),
        (
            "kind: display_text",
            "kind: name_prefix\n    strength: strong",
            44,
            "expected one of: req",
        ),
    ],
)
def test_a_broken_file_says_where_and_what_is_expected(
    old: str, new: str, line: int, problem: str
) -> None:
    assert old in FILE
    with pytest.raises(TermsError) as caught:
        licence_of_text(FILE.replace(old, new, 1), "broken.yaml")
    assert caught.value.line == line
    assert str(caught.value).startswith(f"broken.yaml, line {line}: ")
    assert problem in str(caught.value)


def test_full_text_needs_a_text() -> None:
    without = re.sub(r"texts:\n(?:  .*\n)+", "", FILE)
    with pytest.raises(TermsError, match="line 7: verified: expected a text's sha256"):
        licence_of_text(without, "broken.yaml")


def test_a_prefix_needs_its_literal() -> None:
    without = FILE.replace("display_text", "name_prefix").replace(
        "    literals: [Built with Test]\n", ""
    )
    with pytest.raises(TermsError, match="expected literals, which name_prefix is checked by"):
        licence_of_text(without, "broken.yaml")


def test_an_id_is_used_once() -> None:
    twice = FILE + FILE.partition("thresholds:\n  - id")[2].join(["  - id", ""])
    with pytest.raises(TermsError, match=r"thresholds\[1\]\.id: expected an id that is used once"):
        licence_of_text(twice, "broken.yaml")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "- a\n- b\n",
        "just words",
        "a: &a [1]\nb: *a\n",
        "a: &a {b: *a}\n",
        "id: {" * 40,
        "\x00",
        "--- a\n--- b\n",
        "x: " + "[" * 1000 + "]" * 1000,
        "a: " + "b" * 300_000,
        "!!python/object/apply:os.system [true]",
    ],
)
def test_what_is_no_terms_file_is_refused(text: str) -> None:
    with pytest.raises(TermsError, match=r"^broken\.yaml"):
        licence_of_text(text, "broken.yaml")


def test_a_broken_file_stops_the_compiler(tmp_path: Path) -> None:
    (tmp_path / "test-1.0.yaml").write_text(FILE.replace("class: community", "class: free"))
    with pytest.raises(TermsError, match=r"test-1\.0\.yaml, line 4: class: expected one of"):
        compiler().compile_folder(tmp_path)


def test_a_file_is_named_by_its_id(tmp_path: Path) -> None:
    (tmp_path / "other.yaml").write_text(FILE)
    with pytest.raises(TermsError, match=r"expected the name test-1\.0\.yaml"):
        compiler().compile_folder(tmp_path)
