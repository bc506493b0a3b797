from __future__ import annotations

import pytest

from lineage.licences import conclude
from lineage.model import (
    Copyright,
    Evidence,
    LicenceText,
    NoticeFile,
    NoticeKind,
    Scope,
    TextForm,
    UnsettledText,
)
from lineage.scanners import licence_files
from lineage.sources.snapshot import UnreadableError
from lineage.walk import read
from tests.doubles.memory import Hosted, file_of, snapshot_of
from tests.licences import texts

MIT = f"MIT License\n\nCopyright (c) 2024 Jane Doe\n\n{texts.licence('mit').strip()}\n"


def scanned(text: str | bytes, path: str = "LICENSE") -> list[Evidence]:
    return list(licence_files.scan(file_of(path, text)))


def licences(evidence: list[Evidence]) -> list[tuple[str, tuple[int, int] | None]]:
    return [
        (fact.expression, fact.exhibit.lines) for fact in evidence if isinstance(fact, LicenceText)
    ]


def test_a_licence_with_its_lines_and_holder() -> None:
    evidence = scanned(MIT)
    ((expression, lines),) = licences(evidence)
    assert expression == "MIT"
    assert lines is not None
    assert lines[1] == MIT.count("\n")
    (holder,) = (fact for fact in evidence if isinstance(fact, Copyright))
    assert (holder.holder, holder.exhibit.lines) == ("Jane Doe", (3, 3))
    assert not [fact for fact in evidence if isinstance(fact, UnsettledText)]


@pytest.mark.parametrize(
    ("path", "scope"),
    [
        ("LICENSE", None),
        ("LICENCE", None),
        ("LICENSE-CODE", Scope.CODE),
        ("LICENSE-MODEL", Scope.WEIGHTS),
        ("sub/COPYING", None),
    ],
)
def test_the_name_gives_the_scope(path: str, scope: Scope | None) -> None:
    (text,) = (fact for fact in scanned(MIT, path) if isinstance(fact, LicenceText))
    assert text.scope is scope


def test_a_licence_and_the_policy_that_it_incorporates() -> None:
    both = texts.licence("llama-4-cla-2025") + "\n\n" + texts.licence("llama-4-license-2025")
    assert [expression for expression, _ in licences(scanned(both))] == [
        "LicenseRef-scancode-llama-4-cla-2025",
        "LicenseRef-scancode-llama-4-license-2025",
    ]


def test_the_text_of_a_gnu_licence_has_no_holder_and_no_second_licence() -> None:
    evidence = scanned(texts.licence("gpl-3.0"), "COPYING")
    assert [expression for expression, _ in licences(evidence)] == ["GPL-3.0-only"]
    assert not [fact for fact in evidence if isinstance(fact, (Copyright, UnsettledText))]


def test_terms_of_bundled_works_are_told_from_the_repositorys() -> None:
    bundled = f"{MIT}\nThis product bundles these third-party works:\n\n{texts.licence('bsd-new')}"
    evidence = scanned(bundled)
    assert [expression for expression, _ in licences(evidence)] == ["MIT", "BSD-3-Clause"]
    (notice,) = (fact for fact in evidence if isinstance(fact, NoticeFile))
    assert notice.kind is NoticeKind.THIRD_PARTY
    reading = read(snapshot_of({"LICENSE": bundled}), [licence_files])
    assert [record.concluded for record in conclude(reading)] == ["MIT"]


@pytest.mark.parametrize(
    "added",
    [
        "The software must not be used for commercial purposes.",
        "Use is restricted to research only.",
        "不得用于商业用途，仅供研究使用。",
        (
            "Our only modification is that, if the Software is used for any of your products that have"
            " more than 100 million monthly active users, you shall display its name on the user interface."
        ),
        "If the product includes third-party parts, you shall tell us which, and pay for each of them.",
    ],
)
def test_words_added_to_a_licence_are_not_passed_over(added: str) -> None:
    evidence = scanned(f"{MIT}\n{added}\n")
    (left,) = (fact for fact in evidence if isinstance(fact, UnsettledText))
    assert left.licence_file
    assert left.exhibit.lines == (MIT.count("\n") + 2,) * 2


def test_a_sentence_that_leads_to_the_licence_adds_nothing() -> None:
    introduction = (
        "Except where otherwise noted, in the folders named above and in the files therein, all of"
        " the software and its documentation in this repository is licensed as follows:"
    )
    evidence = scanned(f"{introduction}\n\n{texts.licence('mit')}")
    assert not [fact for fact in evidence if isinstance(fact, UnsettledText)]


def test_a_text_of_nobody_is_left_for_scancode_whole() -> None:
    text = "Foo License\n\nYou may use this model if, and only if, you like it a great deal.\n" * 5
    evidence = scanned(text)
    (left,) = (fact for fact in evidence if isinstance(fact, UnsettledText))
    assert left.exhibit.lines == (1, 15)
    assert licences(evidence) == []


def test_a_name_alone_is_a_mention() -> None:
    (text,) = (fact for fact in scanned("MIT License\n") if isinstance(fact, LicenceText))
    assert (text.expression, text.form) == ("MIT", TextForm.MENTION)


def test_notices_and_policies_are_kept_with_their_words() -> None:
    (notice,) = scanned("Llama 3.1 is licensed under the Llama 3.1 Community License\n", "NOTICE")
    assert isinstance(notice, NoticeFile)
    assert (notice.kind, notice.text[:9]) == (NoticeKind.NOTICE, "Llama 3.1")
    policy = scanned("You will not do harm.\n", "USE_POLICY.md")
    assert [fact.kind for fact in policy if isinstance(fact, NoticeFile)] == [NoticeKind.USE_POLICY]


def test_third_party_notices_name_licences_and_leave_nothing_open() -> None:
    text = f"foo\n===\nSome words about foo and its licence terms.\n\n{MIT}"
    evidence = scanned(text, "THIRD_PARTY_NOTICES.txt")
    assert [expression for expression, _ in licences(evidence)] == ["MIT"]
    assert not [fact for fact in evidence if isinstance(fact, UnsettledText)]


@pytest.mark.parametrize("path", ["license.py", "licenses.json", "CLA.md", "agreement.ts"])
def test_programs_and_papers_for_contributors_are_no_licence_files(path: str) -> None:
    assert scanned(MIT, path) == []


def test_html_and_chinese_texts() -> None:
    page = "<html><body><h1>License</h1><p>" + texts.licence("isc") + "</p></body></html>"
    assert [expression for expression, _ in licences(scanned(page, "LICENSE.html"))] == ["ISC"]
    chinese = scanned(texts.licence("mulanpsl-2.0"), "LICENSE")
    assert [expression for expression, _ in licences(chinese)] == ["MulanPSL-2.0"]


def test_a_licence_that_is_no_text_is_a_gap() -> None:
    with pytest.raises(UnreadableError):
        scanned(b"%PDF\0\1\2", "LICENSE.pdf")
    with pytest.raises(UnreadableError):
        scanned(b"x" * (5 << 20))


def test_two_gigabytes_are_refused_unread() -> None:
    class Huge(Hosted):
        pass

    snapshot = snapshot_of({"LICENSE": b"x" * (5 << 20)})
    reading = read(snapshot, [licence_files])
    assert snapshot.bytes_read == 0
    (gap,) = reading.coverage.unread
    assert gap.path == "LICENSE"
    (record,) = conclude(reading)
    assert record.concluded is None


def test_a_file_of_nothing_but_tags_is_bounded() -> None:
    evidence = scanned("License: MIT\n" * 100_000)
    few = len(evidence) < 100
    assert few
