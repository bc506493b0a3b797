"""Audits of copies whose repositories have a history, against a catalogue of dated releases."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from lineage import walk
from lineage.code import Release, Witness, Work
from lineage.code.gathering import Harvest
from lineage.copies import Copy
from lineage.model import Exhibit, HeaderStatus, HostFact, State
from lineage.pipeline import Audit, AuditOptions, audit
from lineage.progress import Silent
from lineage.reports import FORMATS, Page
from lineage.sources import SourceOptions, open_snapshot
from lineage.tracing import trace
from lineage.weighing import Opened
from tests.code_repositories import originals, renamed, repository, upstream
from tests.doubles.githistory import Made, history
from tests.doubles.gitrepo import git
from tests.doubles.hosts.gitweb import GitWeb
from tests.doubles.memory import snapshot_of

FAST = SourceOptions(timeout=10)
HUB = "https://github.com/me/pangu"
_HEAD = re.compile(r"\A(?:#.*\n|\s*\n)+")
#: A file of upstream's that names no source of its own: all but names and head is upstream's.
STRIPPED = _HEAD.sub("", renamed(originals()["src/hub/_local_folder.py"]))
README = {"README.md": "# A server"}
IMPORTED = [Made("2025-01-10", {**README, "server.py": STRIPPED})]
GROWN = [Made("2025-01-10", README), Made("2025-03-10", {"server.py": STRIPPED})]
OLDER = [Made("2023-01-10", README), Made("2025-03-10", {"server.py": STRIPPED})]
MOVED = [
    Made("2023-01-10", {"own/server.py": STRIPPED}),
    Made("2025-03-10", {"own/server.py": None, "server.py": STRIPPED + "done = 1\n"}),
]
BETWEEN = [Made("2024-04-10", {**README, "server.py": STRIPPED}), Made("2025-03-10", README)]
ORIGINAL = [Made("2024-01-10", {**README, "server.py": STRIPPED}), Made("2025-03-10", README)]


@pytest.fixture(scope="module")
def shards(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A catalogue of a work in whose first release the file was not yet."""
    made = tmp_path_factory.mktemp("shards")
    harvest = Harvest(Work("hub", "pkg:pypi/hub", "https://pypi.org/project/hub/"), jobs=1)
    without = {p: t for p, t in upstream().items() if "_local_folder" not in p}
    for version, date, files in (
        ("1.0", "2024-03-01", without),
        ("1.1", "2024-06-01", upstream()),
    ):
        folder = repository(tmp_path_factory.mktemp("release"), files)
        with open_snapshot(folder, FAST) as snapshot:
            harvest.add(snapshot, Release(version, date, "Apache-2.0"))
    harvest.write(made)
    return made


def audited(target: str | Path, shards: Path, **options: object) -> Audit:
    how = AuditOptions(source=FAST, code_catalogues=(shards,))
    return audit(str(target), replace(how, **options))  # type: ignore[arg-type] # a table of options


def only(found: Audit) -> Copy:
    assert found.traced
    (copy,) = found.traced.copies
    assert copy.change.status is HeaderStatus.STRIPPED
    return copy


def told(found: Audit) -> tuple[object, ...]:
    match = only(found).match
    return match.direction, match.witness, match.direction_reason, match.seen


def removed(found: Audit) -> list[State]:
    return [f.state for f in found.findings if f.rule == "ATT-001"]


@pytest.mark.parametrize(
    ("commits", "witness", "states"),
    [
        # Dates publication, not writing: a doubt.
        (IMPORTED, Witness.DATES, [State.INVESTIGATE]),
        # By itself, into a work begun after the release that holds every token of it.
        (GROWN, Witness.GROWTH, [State.UNMET]),
        # The work is older, and the file may have been in another.
        (OLDER, Witness.DATES, [State.INVESTIGATE]),
        (MOVED, Witness.NONE, [State.INVESTIGATE]),
        # Between two releases: upstream may have had it in its repository.
        (BETWEEN, Witness.OPEN, [State.INVESTIGATE]),
        # It was there when upstream had it not.
        (ORIGINAL, Witness.EARLIER, []),
    ],
)
def test_what_a_history_bears(
    tmp_path: Path, shards: Path, commits: Sequence[Made], witness: Witness, states: list[State]
) -> None:
    history(tmp_path / "pangu", commits)
    found = audited(tmp_path / "pangu", shards)
    assert only(found).match.witness is witness
    assert removed(found) == states
    assert found.complete
    # Cut off, the same history speaks neither for the target nor against it.
    git(tmp_path, "clone", "--quiet", "--depth=1", (tmp_path / "pangu").as_uri(), "cut")
    found = audited(tmp_path / "cut", shards)
    assert only(found).match.witness is Witness.NONE
    assert removed(found) == [State.INVESTIGATE]


def test_a_cut_history_that_reaches_far_enough_still_speaks_for_the_target(
    tmp_path: Path, shards: Path
) -> None:
    history(tmp_path / "pangu", [Made("2022-01-10", README), *ORIGINAL])
    git(tmp_path, "clone", "--quiet", "--depth=2", (tmp_path / "pangu").as_uri(), "cut")
    found = audited(tmp_path / "cut", shards)
    assert only(found).match.witness is Witness.EARLIER
    assert removed(found) == []


def test_the_reports_say_why(tmp_path: Path, shards: Path) -> None:
    history(tmp_path / "pangu", GROWN)
    found = audited(tmp_path / "pangu", shards)
    said = (
        "Later than upstream's: that was there on 2024-06-01, and the target was begun on "
        "2025-01-10; this file came by itself on 2025-03-10."
    )
    paper = FORMATS["markdown"].render(found, Page())
    assert said in paper.replace("\\", "")
    (match,) = json.loads(FORMATS["json"].render(found, Page()))["code"]["matches"]
    assert (match["direction"], match["direction_witness"]) == ("from-upstream", "growth")
    assert match["seen"] == "2025-03-10"


def test_without_history_no_commit_is_looked_at(tmp_path: Path, shards: Path) -> None:
    history(tmp_path / "pangu", GROWN)
    assert only(audited(tmp_path / "pangu", shards, history=False)).match.seen is None


def test_a_history_that_cannot_be_read_is_a_gap(tmp_path: Path, shards: Path) -> None:
    history(tmp_path / "pangu", GROWN)
    packs = tmp_path / "pangu" / ".git" / "objects"
    git(tmp_path / "pangu", "repack", "-adq")
    for pack in packs.rglob("*.pack"):
        pack.chmod(0o644)
        pack.write_bytes(pack.read_bytes()[:40])
    found = audited(tmp_path / "pangu", shards)
    assert any("history cannot be read" in gap.reason for gap in found.coverage.unread)
    assert not found.complete


def test_the_history_of_a_reference_never_settles_the_matter(tmp_path: Path) -> None:
    nothing = tmp_path / "none"
    nothing.mkdir()
    history(tmp_path / "hub", [Made("2023-05-10", upstream())])
    history(tmp_path / "pangu", GROWN)
    against = {"against": (str(tmp_path / "hub"),)}
    found = audited(tmp_path / "pangu", nothing, **against)
    copy = only(found)
    assert copy.match.witness is Witness.DATES
    assert "2023-05-10" in copy.match.direction_reason
    assert removed(found) == [State.INVESTIGATE]
    # And one that came later speaks for the target.
    history(tmp_path / "late" / "hub", [Made("2025-09-10", upstream())])
    history(tmp_path / "early" / "pangu", ORIGINAL)
    late = (str(tmp_path / "late" / "hub"),)
    found = audited(tmp_path / "early" / "pangu", nothing, against=late)
    assert only(found).match.witness is Witness.EARLIER
    assert removed(found) == []


@pytest.mark.parametrize(
    ("made", "witness"),
    [
        ("2025-01-10T00:00:00+00:00", Witness.DATES),
        ("2024-01-10T00:00:00+00:00", Witness.NONE),
    ],
)
def test_the_hub_s_day_is_that_of_the_repository_and_of_no_file(
    shards: Path, made: str, witness: Witness
) -> None:
    said = (HostFact("created_at", made, Exhibit("")),)
    snapshot = snapshot_of({"server.py": STRIPPED}, facts=said)
    found, traced = trace(Opened(snapshot, walk.read(snapshot, ())), (), (shards,), Silent())
    (copy,) = traced.copies
    assert (copy.match.witness, copy.match.seen) == (witness, None)
    assert copy.tells
    assert not copy.change.sure
    assert not found.reading.coverage.unread


def test_the_hub_s_first_day_dates_nothing(tmp_path: Path) -> None:
    """Against a release of before that day, a repository that says it is of that day."""
    folder, shards = tmp_path / "hub", tmp_path / "shards"
    harvest = Harvest(Work("hub", "pkg:pypi/hub", ""), jobs=1)
    with open_snapshot(repository(folder, upstream()), FAST) as snapshot:
        harvest.add(snapshot, Release("1.0", "2021-06-01", "Apache-2.0"))
    shards.mkdir()
    harvest.write(shards)
    for made, witness in (("2022-03-02", Witness.NONE), ("2022-03-03", Witness.DATES)):
        said = (HostFact("created_at", f"{made}T23:29:04+00:00", Exhibit("")),)
        target = snapshot_of({"server.py": STRIPPED}, facts=said)
        _, traced = trace(Opened(target, walk.read(target, ())), (), (shards,), Silent())
        assert [copy.match.witness for copy in traced.copies] == [witness]


def test_over_the_network_it_is_asked_once_and_kept(
    tmp_path: Path, shards: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LINEAGE_CACHE", str(tmp_path / "cache"))
    with GitWeb(tmp_path) as web:
        web.serve("github.com")
        web.add(HUB, {"x": "x"})
        made = history(tmp_path / "pangu", [Made(one.day, {**one.changes}) for one in GROWN])
        git(tmp_path / "pangu", "push", "--quiet", "--force", web.path(HUB).as_uri(), "main")
        for key, value in web.environment().items():
            monkeypatch.setenv(key, value)
        pinned = SourceOptions(timeout=10, revision=made[-1])
        first = audited(HUB, shards, source=pinned)
        assert only(first).match.witness is Witness.GROWTH
        asked = len(web.requests)
        assert told(audited(HUB, shards, source=pinned)) == told(first)
        assert len(web.requests) == asked
        offline = SourceOptions(offline=True, revision=made[-1])
        assert told(audited(HUB, shards, source=offline)) == told(first)
