from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from lineage.licences.answers import Answers
from lineage.licences.scancode import Answer

MIT = Answer("MIT", "1-hash", 100.0, 100.0, 160, 1, 20, "text")


def test_an_answer_is_kept_for_the_next_audit(tmp_path: Path) -> None:
    with Answers(tmp_path) as answers:
        assert answers.get("a text") is None
        answers.keep("a text", (MIT,))
        answers.keep("nothing", ())
    with Answers(tmp_path) as answers:
        assert answers.get("a text") == (MIT,)
        assert answers.get("nothing") == ()
        assert answers.get("another text") is None


def test_answers_lie_in_the_cache_folder_of_the_user(own_home: Path) -> None:
    with Answers() as answers:
        answers.keep("a text", (MIT,))
    assert list((own_home / "xdg_cache_home" / "lineage").glob("*.sqlite"))


def test_an_answer_of_another_version_does_not_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Answers(tmp_path) as answers:
        answers.keep("a text", (MIT,))
    monkeypatch.setattr("lineage.licences.answers.KNOWLEDGE_VERSION", "another")
    with Answers(tmp_path) as answers:
        assert answers.get("a text") is None


def test_a_spoilt_cache_is_begun_anew(tmp_path: Path) -> None:
    (tmp_path / "licence-texts.sqlite").write_bytes(b"this is no database" * 100)
    with Answers(tmp_path) as answers:
        answers.keep("a text", (MIT,))
        assert answers.get("a text") == (MIT,)


def test_a_spoilt_answer_is_no_answer(tmp_path: Path) -> None:
    with Answers(tmp_path) as answers:
        answers.keep("a text", (MIT,))
        assert answers._database is not None
        for spoilt in ("[1]", "{", '{"a": 1}', "null", '[{"expression": "MIT"}]'):
            answers._database.execute("UPDATE answers SET matches = ?", (spoilt,))
            assert answers.get("a text") is None


def test_a_place_that_cannot_be_written_is_as_good_as_empty(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("in the way")
    with Answers(file / "folder") as answers:
        answers.keep("a text", (MIT,))
        assert answers.get("a text") is None


WRITER = """
import sys
from pathlib import Path
from lineage.licences.answers import Answers
from lineage.licences.scancode import Answer

with Answers(Path(sys.argv[1])) as answers:
    for number in range(200):
        answers.keep(f"{sys.argv[2]} {number}", (Answer("MIT", "2-aho", 1, 1, number, 1, 1, "text"),))
"""


def test_two_processes_keep_answers_at_once(tmp_path: Path) -> None:
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path), name]) for name in ("a", "b")
    ]
    assert [writer.wait(120) for writer in writers] == [0, 0]
    with Answers(tmp_path) as answers:
        for name in ("a", "b"):
            for number in range(200):
                found = answers.get(f"{name} {number}")
                assert found is not None
                assert found[0].words == number
