"""``lineage licence …`` through the installed command."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import licensedcode
import pytest

from lineage.licencebook.check import Part, check
from lineage.licencebook.find import find
from lineage.licencebook.identify import identify
from lineage.licencebook.verdict_page import check_page
from lineage.licences import knowledge
from lineage.licences.vocabulary import Part as TextPart
from lineage.model import Relation
from lineage.progress import Silent

LINEAGE = Path(sys.executable).with_name("lineage")
TEXTS = Path(licensedcode.__file__).parent / "data" / "licenses"


def run(*arguments: str, cwd: Path | None = None, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [LINEAGE, "licence", *arguments],
        cwd=cwd,
        env={**os.environ, "COLUMNS": "80", **env},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


def text_of(key: str) -> str:
    """A licence's text as scancode's data holds it, without the head of the file."""
    return (TEXTS / f"{key}.LICENSE").read_text("utf-8").split("\n---\n", 1)[1]


def section(page: str, title: str) -> str:
    return page.partition(f"\n{title}\n")[2].partition("\n\n")[0]


def test_a_gemma_derivative_under_apache() -> None:
    ran = run("check", "gemma", "apache-2.0")
    assert ran.returncode == 1
    broken = section(ran.stdout, "What this would break")
    assert broken.startswith("3.1 ")
    assert "its use restrictions are passed on" in broken
    assert "as an enforceable provision" in broken
    done = " ".join(section(ran.stdout, "What has to be done in any case").split())
    assert "Gemma is provided under and subject to the Gemma Terms of Use found at" in done
    for duty in ("a copy of the licence goes with", "changes are stated", "users are told"):
        assert duty in done
    left = section(ran.stdout, "What stays left out, whatever licence is chosen")
    assert "Gemma Prohibited Use Policy" in left
    assert max(map(len, ran.stdout.splitlines())) <= 80


def test_a_gemma_derivative_under_gemma() -> None:
    ran = run("check", "gemma", "gemma")
    assert ran.returncode == 0
    assert "What this would break" not in ran.stdout
    assert "What the child's licence keeps" in ran.stdout


@pytest.mark.parametrize(
    ("parent", "child", "relation", "broken"),
    [
        ("apache-2.0", "mit", "finetune", []),
        ("mit", "gpl-3.0-only", "code-derived", []),
        ("gpl-3.0-only", "mit", "code-derived", ["same_license"]),
        ("gpl-3.0-only", "gpl-3.0-only", "code-derived", []),
        ("cc-by-nc-4.0", "mit", "finetune", ["use_limit"]),
        ("cc-by-nc-4.0", "cc-by-nc-4.0", "finetune", []),
        ("cc-by-sa-4.0", "apache-2.0", "merge", ["same_license"]),
        ("creativeml-openrail-m", "mit", "finetune", ["pass_through"]),
        ("llama3.1", "mit", "finetune", []),
        ("qwen-research", "apache-2.0", "finetune", ["use_limit"]),
    ],
)
def test_what_breaks(parent: str, child: str, relation: str, broken: list[str]) -> None:
    answer = check(find(parent), find(child), Relation(relation))
    assert [duty.kind for duty in answer.part(Part.BROKEN)] == broken
    assert answer.is_broken is bool(broken)
    assert max(map(len, check_page(answer, 80).splitlines())) <= 80


def test_an_answer_as_json() -> None:
    ran = run("check", "cc-by-nc-4.0", "mit", "--format", "json")
    answer = json.loads(ran.stdout)
    assert (ran.returncode, answer["schema_version"], answer["breaks"]) == (1, "1", True)
    assert (answer["parent"], answer["child"], answer["relation"]) == (
        "cc-by-nc-4.0",
        "mit",
        "finetune",
    )
    assert all(duty["clause"] and duty["says"] for duty in answer["duties"])
    assert {duty["part"] for duty in answer["duties"]} == {"broken", "to-do"}


def test_what_llama_asks_whichever_licence_is_chosen() -> None:
    said = " ".join(run("check", "llama3.1", "apache-2.0").stdout.split())
    for duty in ('"Built with Llama" is displayed', 'begins with "Llama"', "700,000,000 monthly"):
        assert duty in said


def test_a_ban_on_training_is_named_for_a_finetune() -> None:
    left = run("check", "llama3", "mit").stdout
    assert "Training or improving a model" in section(
        left, "What stays left out, whatever licence is chosen"
    )


def test_code_is_held_against_the_matrix() -> None:
    assert (
        "OSADL's matrix says"
        in run("check", "gpl-2.0-only", "mit", "--relation", "code-copied").stdout
    )


@pytest.mark.parametrize("name", ["gemma", "Gemma", "LicenseRef-scancode-gemma-tou-2025-03-24", "gemma-2025-03-24", "gemma-terms-of-use"])  # fmt: skip
def test_a_licence_is_found_by_any_name(name: str) -> None:
    ran = run("show", name)
    assert (ran.returncode, "Id            gemma-2025-03-24" in ran.stdout) == (0, True)


def test_every_page_is_readable_at_eighty_columns() -> None:
    from lineage.licencebook.listing import chosen, listing
    from lineage.licencebook.page import page

    for licence in knowledge.load():
        text = page(licence, 80)
        long = [w for line in text.splitlines() if len(line) > 80 for w in [line.split()[-1]]]
        assert all(len(word) > 60 for word in long), licence.id  # an address or a hash
        assert "How this is known" in text
        for term in licence.obligations:
            assert term.clause in text
    assert max(map(len, listing(chosen(), 80).splitlines())) <= 80


def test_a_page_as_json_is_the_terms_file() -> None:
    shown = json.loads(run("show", "mit", "--format", "json").stdout)
    assert shown["schema_version"] == "1"
    assert shown["licence"] == knowledge.load().facts("mit")


def test_the_list_and_its_parts() -> None:
    everything = json.loads(run("list", "--format", "json").stdout)["licences"]
    assert [one["id"] for one in everything] != []
    assert len(everything) == len(knowledge.load()) >= 70
    rail = run("list", "--class", "rail").stdout
    assert rail.startswith("rail (")
    assert "gemma-2025-03-24" in rail
    assert "apache-2.0" not in rail
    llama = json.loads(run("list", "--family", "llama", "--format", "json").stdout)["licences"]
    assert {one["family"] for one in llama} == {"llama"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("show", "gemmma"), "no licence is called gemmma; did you mean gemma"),
        (("show", "llama"), "no licence is called llama; did you mean llama-1 or llama-2"),
        (("show", "nasa-1.3"), "whose terms the knowledge base does not hold"),
        (("show", "\x1b[31m"), r"no licence is called \x1b[31m; lineage licence list"),
        (("check", "gemma", "apach-2.0"), "did you mean apache-2.0"),
        (("check", "gemma", "mit", "--relation", "cousin"), "'cousin' is none of identical, quantized"),
        (("list", "--class", "free"), "'free' is none of permissive"),
        (("list", "--family", "lama"), "'lama' is none of"),
        (("identify", "missing"), "missing does not exist"),
        (("identify", "."), ". is no regular file"),
    ],
)  # fmt: skip
def test_a_slip_ends_with_2_and_a_sentence(
    tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    ran = run(*arguments, cwd=tmp_path)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert said in ran.stderr
    assert "Traceback" not in ran.stderr


def identified(tmp_path: Path, text: str | bytes) -> tuple[int, dict[str, list[dict[str, object]]]]:
    path = tmp_path / "LICENSE"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    ran = run("identify", str(path), "--format", "json", XDG_CACHE_HOME=str(tmp_path / "cache"))
    assert "Traceback" not in ran.stderr
    return ran.returncode, json.loads(ran.stdout)


@pytest.mark.parametrize(
    ("key", "name"), [("mit", "mit"), ("gemma-tou-2025-03-24", "gemma-2025-03-24"), ("apache-2.0", "apache-2.0")]
)  # fmt: skip
def test_a_known_text_is_known_word_for_word(tmp_path: Path, key: str, name: str) -> None:
    code, answer = identified(tmp_path, text_of(key).replace("\n", "\r\n"))
    assert [(one["id"], one["exact"]) for one in answer["licences"] if one["form"] == "text"] == [
        (name, True)
    ]
    assert (code, answer["unknown"]) == (0, [])


def test_a_variant_is_told_with_what_differs_and_where(tmp_path: Path) -> None:
    text = text_of("llama-3.1-license-2024").replace("700 million", "400 million").replace("“Built with Llama”", "“Made of Llama”")  # fmt: skip
    assert "400 million" in text
    code, answer = identified(tmp_path, text)
    (variant,) = answer["variants"]
    assert (code, variant["near"]) == (0, "llama-3.1")
    assert [one for one in answer["licences"] if one["form"] == "text"] == []
    adds = json.dumps(variant["adds"])
    assert "400000000" in adds
    assert "700000000" in json.dumps(variant["lacks"])
    lines = [fact["lines"] for fact in variant["adds"] if "400000000" in fact["value"]]  # type: ignore[attr-defined]  # a list
    at = next(n for n, line in enumerate(text.splitlines(), 1) if "400 million" in line)
    assert lines[0][0] <= at <= lines[0][1]


def test_mit_with_more_terms_is_not_told_as_mit_alone(tmp_path: Path) -> None:
    more = (
        "Our only modification is that, if the Software (or any derivative works thereof) is used "
        "for any of your commercial products or services that have more than 100 million monthly "
        "active users, or more than 10 million US dollars (or equivalent in other currencies) in "
        "annual recurring revenue, you shall prominently display “Other One” on the user interface "
        "of such product or service.\n"
    )
    _, answer = identified(tmp_path, text_of("mit") + more)
    assert [one["id"] for one in answer["licences"] if one["form"] == "text"] == ["mit"]
    (variant,) = answer["variants"]
    assert variant["near"] == "minimax-m2"
    assert "Other One" in json.dumps(variant["adds"])


def test_every_recorded_text_is_its_own_licence(tmp_path: Path) -> None:
    wrong = []
    for licence in knowledge.load():
        for recorded in licence.texts:
            if recorded.part is not TextPart.LICENCE or recorded.scancode is None:
                continue
            path = tmp_path / licence.id
            path.write_text(text_of(recorded.scancode).replace("\n", "\r\n"), "utf-8")
            found = identify(path, Silent()).matches
            names = {knowledge.load().by_expression(match.expression) for match in found}
            if licence not in names or not all(match.exact for match in found):
                wrong.append(licence.id)
    assert wrong == []


def test_plain_prose_names_no_licence(tmp_path: Path) -> None:
    code, answer = identified(tmp_path, "A poem about the sea.\n")
    assert (code, answer["licences"], answer["variants"], answer["unknown"]) == (0, [], [], [])


def test_fifty_megabytes_are_refused_at_once(tmp_path: Path) -> None:
    with (tmp_path / "LICENSE").open("wb") as file:
        file.truncate(50 << 20)
    ran = run("identify", "LICENSE", cwd=tmp_path)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "larger than the 4,194,304 bytes that are read" in ran.stderr


def test_bytes_of_no_encoding_are_read_and_shown_escaped(tmp_path: Path) -> None:
    (tmp_path / "\x1b[31m").write_bytes(b"\xff\xfe\x00" + bytes(range(256)))
    ran = run("identify", "\x1b[31m", cwd=tmp_path)
    assert ran.returncode == 0
    assert "\x1b" not in ran.stdout


@pytest.mark.scancode
def test_terms_that_nobody_knows_end_with_3(tmp_path: Path) -> None:
    words = (
        "This licence of the House of Example grants you a right to use the model on Tuesdays, provided "
        "that you sing. You may not redistribute the weights, nor sublicense this licence, unless the "
        "licensor has danced. All other rights are reserved by the licensor under this agreement.\n"
    )
    code, answer = identified(tmp_path, words * 2)
    assert (code, len(answer["unknown"])) == (3, 1)


def test_a_variant_of_a_licence_without_terms_is_named_without_scancode(tmp_path: Path) -> None:
    path = tmp_path / "LICENSE"
    path.write_text(text_of("sleepycat").replace("conditions", "terms"), encoding="utf-8")
    ran = run("identify", str(path))
    said = " ".join(ran.stdout.split())
    assert "a variant of Sleepycat, not that licence: about" in said
    assert "word for word" not in said
    assert "by scancode's word" not in said
