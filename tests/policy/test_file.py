from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import pytest

from lineage.licences import knowledge
from lineage.licences.vocabulary import LicenceClass
from lineage.model import Scope, Severity
from lineage.policy.file import read_policy
from lineage.policy.presets import PRESETS
from lineage.policy.terms import Aspect, Layer, Policy, PolicyError, Ruling, Trait

WAIVER = """\
waivers:
  - rule: LIC-002
    subject: "pkg:huggingface/org/*"
    path: LICENSE
    reason: The text comes with the next release.
    owner: legal@org.example
    expires: 2027-06-30
    since: 2026-01-31
"""


def read(tmp_path: Path, text: str, name: str = "lineage.yaml") -> Policy:
    (tmp_path / name).write_text(text, "utf-8")
    return read_policy(tmp_path / name)


def refused(tmp_path: Path, text: str, name: str = "lineage.yaml") -> str:
    with pytest.raises(PolicyError) as caught:
        read(tmp_path, text, name)
    return str(caught.value).removeprefix(f"{tmp_path}/")


def test_everything_that_a_policy_may_say(tmp_path: Path) -> None:
    policy = read(
        tmp_path,
        "preset: [no-copyleft]\n"
        "fail-on: medium\n"
        "licences:\n"
        "  denied: [field-of-use, AGPL-3.0-only]\n"
        "  weights:\n"
        "    allowed:\n"
        "      - gemma\n"
        "      - family:qwen\n"
        "    review: community\n" + WAIVER,
    )
    assert (policy.presets, policy.fail_on) == (("no-copyleft",), Severity.MEDIUM)
    own = [e for e in policy.entries if e.layer is not Layer.PRESET]
    assert [(e.selector.aspect, e.selector.value, e.ruling, e.scope) for e in own] == [
        (Aspect.CLASS, "community", Ruling.REVIEW, Scope.WEIGHTS),
        (Aspect.LICENCE, "gemma-2025-03-24", Ruling.ALLOWED, Scope.WEIGHTS),
        (Aspect.FAMILY, "qwen", Ruling.ALLOWED, Scope.WEIGHTS),
        (Aspect.TRAIT, "field-of-use", Ruling.DENIED, None),
        (Aspect.LICENCE, "agpl-3.0-only", Ruling.DENIED, None),
    ]
    assert own[1].selector.place == f"{tmp_path}/lineage.yaml:7"
    (waiver,) = policy.waivers
    assert (waiver.rule, waiver.path, waiver.expires) == ("LIC-002", "LICENSE", date(2027, 6, 30))
    assert (waiver.since, waiver.place) == (date(2026, 1, 31), f"{tmp_path}/lineage.yaml:11")


def test_pyproject_says_the_same(tmp_path: Path) -> None:
    text = (
        '[project]\nname = "x"\n\n[tool.lineage]\npreset = "no-copyleft"\n\n'
        '[tool.lineage.licences]\ndenied = ["AGPL-3.0-only"]\n\n'
        '[[tool.lineage.waivers]]\nrule = "LIC-002"\nsubject = "*"\nreason = "r"\nowner = "o"\n'
        "expires = 2027-06-30\n"
    )
    policy = read(tmp_path, text, "pyproject.toml")
    assert policy.entries[0].selector.place == f"{tmp_path}/pyproject.toml:8"
    assert policy.waivers[0].place == f"{tmp_path}/pyproject.toml:10"
    assert policy.waivers[0].expires == date(2027, 6, 30)
    broken = text.replace('owner = "o"', 'ownr = "o"')
    assert "pyproject.toml, line 14: waivers[0].ownr: unknown key" in refused(
        tmp_path, broken, "pyproject.toml"
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "lineage.yaml, line 1: expected a mapping, found an empty file"),
        ("- a", "lineage.yaml, line 1: the file: expected a mapping"),
        ("licenses: {}", "lineage.yaml, line 1: licenses: unknown key; expected one of: fail-on, licences, preset, waivers, waivers-from; did you mean licences"),
        ("licences:\n  alowed: [MIT]", "line 2: licences.alowed: unknown key; expected one of: allowed, code, data, denied, docs, review, weights; did you mean allowed"),
        ("licences:\n  code:\n    deny: [MIT]", "line 3: licences.code.deny: unknown key; expected one of: allowed, denied, review"),
        ("licences:\n  allowed:\n    - MIT\n    - Apache-2.1", "line 4: licences.allowed[1]: expected a licence, a class or a family; no licence and no class is called 'Apache-2.1'; did you mean apache-2.0"),
        ("licences:\n  denied: [copyleftt]", "line 2: licences.denied[0]: expected a licence, a class or a family; no licence and no class is called 'copyleftt'; did you mean copyleft"),
        ("licences:\n  denied: [gpl]", "names a family and leaves open which licence is meant"),
        ("licences:\n  allowed: [family:lama]", "no family is called 'lama'; did you mean llama"),
        ("licences:\n  allowed: [LicenseRef-lineage-gemmma]", "no licence is called 'LicenseRef-lineage-gemmma'"),
        ("licences:\n  allowed: [MIT AND Apache-2.0]", "no licence and no class is called 'MIT AND Apache-2.0'"),
        ("licences:\n  allowed: [3]", "line 2: licences.allowed[0]: expected a text"),
        ("licences: [MIT]", "line 1: licences: expected a mapping"),
        ("fail-on: hihg", "line 1: fail-on: expected one of: none, low, medium, high, critical"),
        ("preset: no-copylefts", "line 1: preset: expected one of: permissive-only, no-copyleft, no-field-of-use, research-ok; did you mean no-copyleft"),
        ("a: &x b\nc: *x", "expected neither anchors nor aliases, nor such depth"),
        ("preset: x\npreset: y", "line 2: preset: expected once, found twice"),
        ("preset: [", "expected YAML"),
        (WAIVER.replace("    reason: The text comes with the next release.\n", ""), "line 2: waivers[0].reason: expected why the finding is accepted; fill it in, the waiver of LIC-002 for pkg:huggingface/org/* waives nothing without it"),
        (WAIVER.replace("The text comes with the next release.", '"  "'), "line 5: waivers[0].reason: expected why"),
        (WAIVER.replace("legal@org.example", ""), "line 6: waivers[0].owner: expected who answers for it"),
        (WAIVER.replace("    expires: 2027-06-30\n", ""), "waivers[0].expires: expected a date such as 2026-12-31; the waiver of"),
        (WAIVER.replace("2027-06-30", "30.6.2027"), "line 7: waivers[0].expires: expected a date such as 2026-12-31; found '30.6.2027'"),
        (WAIVER.replace("2027-06-30", "2027-02-30"), "found '2027-02-30'"),
        (WAIVER.replace("2027-06-30", "20270630"), "found '20270630'"),
        (WAIVER.replace("2027-06-30", "never"), "found 'never'"),
        (WAIVER.replace("    rule: LIC-002\n", "").replace("- rule: LIC-002\n   ", "-"), "expected a fingerprint, or a rule and a subject"),
        (WAIVER.replace("LIC-002", "everything"), "waivers[0].rule: expected the code of a rule, such as LIC-002"),
        (WAIVER + "    fingerprint: 0123456789abcdef0123456789abcdef\n", "found both"),
        (WAIVER + "    until: 2030-01-01\n", "waivers[0].until: unknown key"),
        ("waivers: {a: b}", "line 1: waivers: expected a list"),
        ("waivers-from: missing.yaml", "missing.yaml does not exist"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_file_line_and_what_is_expected(
    tmp_path: Path, text: str, said: str
) -> None:
    assert said in refused(tmp_path, text)


@pytest.mark.parametrize(
    "text",
    [
        "x: " + "[" * 100_000,
        "x: " + "{a: " * 40 + "}" * 40,
        "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 31)),
        "x: !!python/object/apply:os.system [id]",
        "\x00",
    ],
    ids=["deep", "nested", "aliases", "tag", "nul"],
)
def test_hostile_yaml_is_refused_at_once(tmp_path: Path, text: str) -> None:
    began = time.process_time()
    assert refused(tmp_path, text).startswith("lineage.yaml")
    assert time.process_time() - began < 3


def test_fifty_megabytes_are_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "lineage.yaml"
    with path.open("wb") as file:
        file.truncate(50 << 20)
    with pytest.raises(PolicyError, match="larger than the 1,048,576 bytes that are read"):
        read_policy(path)


def test_a_directory_and_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="is no regular file"):
        read_policy(tmp_path)
    (tmp_path / "lineage.yaml").write_bytes(b"preset: x\n\xff")
    with pytest.raises(PolicyError, match=r"line 2: expected UTF-8"):
        read_policy(tmp_path / "lineage.yaml")
    (tmp_path / "pyproject.toml").write_text("[tool.other]\n", "utf-8")
    with pytest.raises(PolicyError, match=r"has no table \[tool.lineage\]"):
        read_policy(tmp_path / "pyproject.toml")


def test_waivers_may_stand_in_files_of_their_own(tmp_path: Path) -> None:
    (tmp_path / "baseline.yaml").write_text(WAIVER, "utf-8")
    policy = read(tmp_path, "waivers-from: baseline.yaml\n")
    assert [w.place for w in policy.waivers] == [f"{tmp_path}/baseline.yaml:2"]
    (tmp_path / "baseline.yaml").write_text("preset: no-copyleft\n", "utf-8")
    assert "baseline.yaml, line 1: preset: unknown key" in refused(
        tmp_path, "waivers-from: baseline.yaml\n"
    )


def test_fail_on_none_is_not_the_same_as_saying_nothing(tmp_path: Path) -> None:
    assert (
        read(tmp_path, "fail-on: none").fails_never,
        read(tmp_path, "fail-on: low").fails_never,
    ) == (True, False)


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_can_be_read(tmp_path: Path, name: str) -> None:
    policy = read(tmp_path, f"preset: {name}")
    assert {e.layer for e in policy.entries} == {Layer.PRESET}
    assert len(policy.entries) == sum(map(len, PRESETS[name].values()))


def test_no_licence_goes_by_a_name_that_means_a_class_or_a_trait() -> None:
    assert [name for name in (*LicenceClass, *Trait) if knowledge.load().find(name)] == []


def test_the_policy_of_the_documentation_can_be_read(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "policy.md").read_text("utf-8")
    (tmp_path / "lineage-baseline.yaml").write_text("waivers: []\n", "utf-8")
    policy = read(tmp_path, page.split("```yaml\n")[1].split("```")[0])
    assert (len(policy.waivers), policy.presets) == (2, ("no-copyleft",))
    assert all(f"`{name}`" in page for name in (*PRESETS, *LicenceClass, *Trait))
