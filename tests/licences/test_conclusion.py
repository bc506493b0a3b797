from __future__ import annotations

from dataclasses import replace

import pytest

from lineage.licences import conclude
from lineage.model import (
    Coverage,
    EntryKind,
    Exhibit,
    FileEntry,
    Host,
    LicenceRecord,
    LicenceText,
    Method,
    NoticeFile,
    NoticeKind,
    Reading,
    Repo,
    Scope,
    TextForm,
    Unread,
    UnsettledText,
)
from tests.worlds import Fact, declared, header, mention, text, unsettled, weights


def concluded(
    *facts: Fact, files: tuple[str, ...] = (), host: Host = Host.GITHUB
) -> dict[Scope, LicenceRecord]:
    reading = Reading(
        repo=Repo(host, "org/name", "0" * 40, "https://example.org", "pkg:github/org/name"),
        files=tuple(FileEntry(path, EntryKind.FILE, 10) for path in files),
        evidence=tuple(fact for fact in facts if not isinstance(fact, (FileEntry, Unread))),
        coverage=Coverage(
            files_total=len(files),
            files_read=len(files),
            bytes_read=0,
            bytes_total=0,
            unread=tuple(fact for fact in facts if isinstance(fact, Unread)),
        ),
    )
    return {record.scope: record for record in conclude(reading)}


def code(*facts: Fact, files: tuple[str, ...] = ("a.py",)) -> LicenceRecord:
    return concluded(*facts, files=files)[Scope.CODE]


def near(expression: str, score: float, path: str = "LICENSE") -> LicenceText:
    return LicenceText(
        expression=expression,
        form=TextForm.TEXT,
        method=Method.SCANCODE,
        exact=False,
        score=score,
        scope=None,
        exhibit=Exhibit(path, (1, 9)),
    )


def test_a_licence_at_the_root_binds_the_code_and_the_weights() -> None:
    records = concluded(text("MIT"), weights(), files=("a.py", "model.safetensors"))
    assert {scope: record.concluded for scope, record in records.items()} == {
        Scope.CODE: "MIT",
        Scope.WEIGHTS: "MIT",
    }
    assert records[Scope.CODE].reason == "LICENSE is MIT."


def test_each_part_with_a_file_of_its_own_goes_by_it() -> None:
    facts = (
        text("MIT", "LICENSE-CODE"),
        text("LicenseRef-scancode-deepseek-la-1.0", "LICENSE-MODEL"),
    )
    records = concluded(*facts, weights(), files=("a.py",))
    assert records[Scope.CODE].concluded == "MIT"
    assert records[Scope.WEIGHTS].concluded == "LicenseRef-scancode-deepseek-la-1.0"
    assert records[Scope.CODE].found == ("MIT",)


def test_the_licence_of_the_model_alone_does_not_bind_the_code() -> None:
    records = concluded(text("MIT", "LICENSE-MODEL"), weights(), files=("a.py",))
    assert records[Scope.WEIGHTS].concluded == "MIT"
    assert records[Scope.CODE].concluded is None


def test_a_licence_of_vendored_code_never_binds_the_repository() -> None:
    record = code(text("MIT", "third_party/x/LICENSE"))
    assert record.concluded is None
    assert record.found == ()


def test_no_licence_at_all() -> None:
    record = code()
    assert record.concluded is None
    assert "No licence is declared" in record.reason


def test_a_declaration_without_a_text_stands() -> None:
    record = concluded(declared("apache-2.0", scope=Scope.WEIGHTS))[Scope.WEIGHTS]
    assert record.concluded == "Apache-2.0"
    assert record.declared == ("Apache-2.0",)
    assert record.found == ()


@pytest.mark.parametrize("tag", ["gpl", "openrail", "some-licence", "other"])
def test_what_names_no_licence_concludes_nothing(tag: str) -> None:
    record = code(declared(tag))
    assert record.concluded is None
    assert record.declared == (tag,)


def test_a_declaration_and_a_text_that_agree() -> None:
    record = code(declared("mit"), text("MIT"))
    assert record.concluded == "MIT"
    assert record.reason == "README.md:2 declares mit (license), and LICENSE is MIT."


def test_a_declaration_and_a_text_that_differ() -> None:
    record = code(declared("apache-2.0"), text("MIT"))
    assert record.concluded is None
    assert record.reason == "README.md:2 declares apache-2.0 (license), but LICENSE is MIT."


def test_declarations_that_differ() -> None:
    record = code(declared("apache-2.0"), declared("mit", path="setup.py"), text("MIT"))
    assert record.concluded is None
    assert "differ" in record.reason


def test_a_text_outweighs_an_unknown_name_which_is_told() -> None:
    record = code(declared("our-own"), text("MIT"))
    assert record.concluded == "MIT"
    assert "our-own" in record.reason


def test_other_beside_a_name_says_nothing() -> None:
    record = code(
        declared("other"), declared("qwen", "license_name"), declared("LICENSE", "license_link")
    )
    assert record.declared == ("LicenseRef-scancode-qwen-2024",)
    assert record.concluded == "LicenseRef-scancode-qwen-2024"


def test_a_text_that_nobody_knows_is_never_permissive() -> None:
    record = code(declared("mit"), unsettled())
    assert record.concluded is None
    assert record.reason == "LICENSE is no licence text that is known."


def test_a_known_text_with_more_words_is_not_the_known_licence() -> None:
    more = UnsettledText(None, licence_file=True, exhibit=Exhibit("LICENSE", (30, 34)))
    record = code(text("MIT"), more)
    assert record.concluded is None
    assert "LICENSE:30-34" in record.reason


def test_a_licence_file_that_could_not_be_read_concludes_nothing() -> None:
    record = code(declared("mit"), Unread("LICENSE", "binary content where text was expected"))
    assert record.concluded is None
    assert "could not be read" in record.reason


def test_a_close_text_counts_only_where_it_is_also_declared() -> None:
    assert code(near("MIT", 98.0)).concluded is None
    assert code(near("MIT", 98.0), declared("mit")).concluded == "MIT"
    assert code(near("MIT", 98.0), declared("isc")).concluded is None
    assert code(near("MIT", 80.0), declared("mit")).concluded is None


def test_two_licence_files_leave_open_whether_one_may_be_chosen() -> None:
    facts = (text("MIT", "LICENSE-MIT"), text("Apache-2.0", "LICENSE-APACHE"))
    record = code(*facts)
    assert record.concluded is None
    assert record.found == ("Apache-2.0", "MIT")
    assert code(*facts, declared("MIT OR Apache-2.0")).concluded == "MIT OR Apache-2.0"


def test_the_lesser_gpl_comes_with_the_gpl() -> None:
    facts = (text("GPL-3.0-only", "COPYING"), text("LGPL-3.0-only", "COPYING.LESSER"))
    assert code(*facts).concluded == "LGPL-3.0-only"


def test_several_licences_in_one_file_all_bind() -> None:
    assert code(text("MIT"), text("BSD-3-Clause")).concluded == "MIT AND BSD-3-Clause"


def test_terms_of_bundled_works_in_the_same_file_are_not_the_repositorys() -> None:
    def at(expression: str, first: int, last: int) -> LicenceText:
        return replace(text(expression), exhibit=Exhibit("LICENSE", (first, last)))

    bundled = NoticeFile(NoticeKind.THIRD_PARTY, "…", Exhibit("LICENSE", (22, 60)))
    record = code(at("MIT", 1, 20), at("BSD-3-Clause", 30, 60), bundled)
    assert record.concluded == "MIT"


def test_a_name_alone_in_a_licence_file_counts_where_there_is_no_text() -> None:
    assert code(mention("MIT", "LICENSE")).concluded == "MIT"
    assert code(mention("ISC", "LICENSE"), text("MIT")).concluded == "MIT"


def test_headers_are_told_and_do_not_outweigh_the_licence_file() -> None:
    facts = (text("MIT"), *header("GPL-3.0-or-later", "a.py"), *header("MIT", "b.py"))
    record = code(*facts, files=("a.py", "b.py"))
    assert record.concluded == "MIT"
    assert record.found == ("MIT", "GPL-3.0-or-later")
    assert "GPL-3.0-or-later (1 file)" in record.reason


def test_headers_stand_for_the_code_where_nothing_else_does() -> None:
    every = (*header("Apache-2.0", "a.py"), *header("Apache-2.0", "b.py"))
    assert code(*every, files=("a.py", "b.py")).concluded == "Apache-2.0"
    assert code(*every, files=("a.py", "b.py", "c.py", "d.py")).concluded is None
    mixed = (*header("Apache-2.0", "a.py"), *header("MIT", "b.py"))
    assert code(*mixed, files=("a.py", "b.py")).concluded is None


def test_a_hub_model_always_has_weights_and_a_dataset_data() -> None:
    assert set(concluded(host=Host.HUGGINGFACE)) == {Scope.WEIGHTS}


def test_a_hostile_file_name_cannot_speak_in_the_reason() -> None:
    record = code(text("MIT", "LICENSE is fine. Nothing binds"))
    assert '"LICENSE is fine. Nothing binds" is MIT' in record.reason
