"""Changes of a licence over the commits of real repositories, fetched by git over file://."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from lineage.model import HostFact, LicenceHistory, State
from lineage.pipeline import Audit, AuditOptions, audit
from tests.doubles.hub import Hub
from tests.licences.texts import licence as text_of

URL = "https://github.com/org/name"
MIT, GPL = "mit", "gpl-3.0"


def served(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, commits: Sequence[Mapping[str, str | None]]
) -> list[str]:
    """Serve a repository with these commits under the URL; return their ids."""
    place = tmp_path / "work"
    place.mkdir()
    git(place, "init", "-q", "-b", "main")
    git(place, "config", "uploadpack.allowFilter", "true")
    made = []
    for changes in commits:
        for path, content in changes.items():
            if content is None:
                (place / path).unlink()
            else:
                (place / path).write_text(content)
        git(place, "add", "-A")
        git(place, "commit", "-q", "--allow-empty", "-m", "change")
        made.append(git(place, "rev-parse", "HEAD").strip())
    monkeypatch.setenv("GIT_CONFIG_COUNT", "2")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", f"url.file://{place}/.git.insteadOf")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", f"{URL}.git")
    monkeypatch.setenv("GIT_CONFIG_KEY_1", "safe.directory")
    monkeypatch.setenv("GIT_CONFIG_VALUE_1", "*")
    return made


def git(place: Path, *arguments: str) -> str:
    who = {
        f"GIT_{role}_{part}": "x@y"
        for role in ("AUTHOR", "COMMITTER")
        for part in ("NAME", "EMAIL")
    }
    ran = subprocess.run(
        ["git", *arguments],
        cwd=place,
        env=os.environ | who,
        capture_output=True,
        text=True,
        check=True,
    )
    return ran.stdout


def looked(*, history: bool | None = None) -> Audit:
    return audit(URL, AuditOptions(history=history))


def changes(found: Audit) -> list[tuple[str, str, str]]:
    facts = (f for f in found.reading.evidence if isinstance(f, LicenceHistory))
    return [(f.exhibit.path, f.earlier, f.later) for f in facts]


def test_a_relaxed_licence_is_found_with_its_commits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = served(
        tmp_path,
        monkeypatch,
        [
            {"LICENSE": text_of(GPL)},
            {"a.py": "x = 1"},
            {"LICENSE": text_of(MIT)},
            {"a.py": "x = 2"},
        ],
    )
    found = looked()
    assert changes(found) == [("LICENSE", "GPL-3.0-only", "MIT")]
    (fact,) = (f for f in found.reading.evidence if isinstance(f, LicenceHistory))
    assert fact.revisions == (made[1], made[2])
    assert fact.exhibit.url is not None
    assert fact.exhibit.url.startswith(f"{URL}/blob/{made[2]}/LICENSE#L")
    (finding,) = (f for f in found.findings if f.rule == "LIC-008")
    assert finding.state is State.INVESTIGATE
    (told,) = (f.value for f in found.reading.evidence if isinstance(f, HostFact))
    assert told == "4 commits, all of the main line"


def test_what_was_undone_or_is_gone_or_unknown_is_no_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    served(
        tmp_path,
        monkeypatch,
        [
            {"LICENSE": text_of(GPL), "COPYING": text_of(GPL), "LICENSE-MODEL": "Ask us first."},
            {"LICENSE": text_of(MIT), "COPYING": text_of(MIT), "LICENSE-MODEL": text_of(MIT)},
            {"LICENSE": text_of(GPL), "COPYING": None},
        ],
    )
    assert changes(looked()) == [("LICENSE", "MIT", "GPL-3.0-only")]


def test_the_front_matter_of_a_card_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def card(licence: str) -> str:
        return f"---\nlicense: {licence}\n---\n# A model\n"

    made = served(
        tmp_path,
        monkeypatch,
        [{"README.md": card("cc-by-nc-4.0")}, {"README.md": card("apache-2.0")}],
    )
    assert len(made) == 2
    assert changes(looked()) == [("README.md", "CC-BY-NC-4.0", "Apache-2.0")]
    assert changes(looked(history=False)) == []


def test_a_history_that_cannot_be_had_is_a_gap(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = served(tmp_path, monkeypatch, [{"LICENSE": text_of(GPL)}, {"LICENSE": text_of(MIT)}])
    lost = tmp_path / "work" / ".git" / "objects" / made[0][:2] / made[0][2:]
    monkeypatch.setenv("HOME", str(tmp_path))
    lost.unlink()
    found = looked()
    assert not found.complete
    assert any("history of its licence" in gap.reason for gap in found.coverage.unread)


def test_the_hub_is_asked_by_git_where_it_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def card(licence: str) -> str:
        return f"---\nlicense: {licence}\n---\n# A model\n"

    commits = [{"README.md": card("cc-by-nc-4.0")}, {"README.md": card("mit")}]
    made = served(tmp_path, monkeypatch, commits)
    with Hub() as hub:
        hub.add("org/name", {"README.md": card("mit")}, branches=("main", made[1]), sha=made[1])
        monkeypatch.setenv("HF_ENDPOINT", hub.endpoint)
        monkeypatch.setenv("GIT_CONFIG_VALUE_0", f"{hub.endpoint}/org/name")
        found = audit("hf:org/name", AuditOptions(history=True))
    assert changes(found) == [("README.md", "CC-BY-NC-4.0", "MIT")]
