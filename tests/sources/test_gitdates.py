"""When paths came, told by real histories: whole and cut off, forged, merged and hostile."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from lineage.progress import Silent
from lineage.sources import SourceOptions, UnreadableError, gitdates, open_snapshot
from lineage.sources.clients import client_for
from lineage.sources.past import Annals, Arrival, Arrivals
from tests.doubles.githistory import Made, history
from tests.doubles.gitrepo import git
from tests.doubles.hosts.gitweb import GitWeb

FAST = SourceOptions(timeout=10)
URL = "https://git.example/o/r"
LINE = [
    Made("2023-01-10", {"README.md": "# X", "a.py": "a = 1"}),
    Made("2023-02-10", {"a.py": "a = 2"}),
    Made("2024-03-10", {"b.py": "b = 1"}),
    Made("2024-04-10", {"c.py": "c = 1"}),
]


def arrivals(target: Path | str, options: SourceOptions = FAST) -> Arrivals:
    with open_snapshot(str(target), options) as snapshot:
        assert isinstance(snapshot, Annals)
        return snapshot.arrivals(Silent())


def days(found: Arrivals) -> dict[str, str]:
    return {path: one.day for path, one in found.paths.items()}


@pytest.fixture(params=["directory", "clone"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, str]:
    """A folder for a repository, and the target under which it is opened: read there or fetched."""
    path = tmp_path / "work"
    return path, str(path) if request.param == "directory" else path.as_uri()


def test_a_whole_history_dates_every_path(place: tuple[Path, str]) -> None:
    history(place[0], LINE)
    found = arrivals(place[1])
    assert (found.since, found.at) == ("2023-01-10", "2024-04-10")
    assert found.paths == {
        "README.md": Arrival("2023-01-10", is_fresh=True),
        "a.py": Arrival("2023-01-10", is_fresh=True),
        "b.py": Arrival("2024-03-10", is_fresh=True, is_lone=True),
        "c.py": Arrival("2024-04-10", is_fresh=True, is_lone=True),
    }


def test_the_end_of_a_shallow_history_dates_nothing_s_coming(tmp_path: Path) -> None:
    source = tmp_path / "source"
    history(source, LINE)
    git(tmp_path, "clone", "--quiet", "--depth=2", source.as_uri(), "shallow")
    for target in (tmp_path / "shallow", (tmp_path / "shallow").as_uri()):
        found = arrivals(target)
        assert found.since is None
        # At the latest: they were there long before.
        assert days(found)["a.py"] == "2024-03-10"
        assert not any(one.is_fresh or one.is_lone for one in found.paths.values())


def test_a_shallow_history_that_does_not_say_so_is_a_failure(tmp_path: Path) -> None:
    source = tmp_path / "source"
    history(source, LINE)
    git(tmp_path, "clone", "--quiet", "--depth=2", source.as_uri(), "shallow")
    cut = tmp_path / "shallow" / ".git" / "shallow"
    cut.write_text("nonsense\n")
    with pytest.raises(UnreadableError, match="where it is cut off"):
        arrivals(tmp_path / "shallow")
    cut.unlink()
    with pytest.raises(UnreadableError, match="its history cannot be read"):
        arrivals(tmp_path / "shallow")


def test_the_earlier_date_counts_and_none_is_later_than_what_was_made_upon_it(
    place: tuple[Path, str],
) -> None:
    history(
        place[0],
        [
            Made("2023-01-10", {"a.py": "a = 1"}),
            # written long before it was committed, and the other way round
            Made("2024-01-10", {"b.py": "b = 1"}, author="2022-05-01"),
            Made("2024-02-10", {"c.py": "c = 1"}, author="2025-05-01"),
            # by a clock that was ahead
            Made("2031-01-01", {"d.py": "d = 1"}),
            Made("2024-04-10", {"e.py": "e = 1"}),
        ],
    )
    found = arrivals(place[1])
    assert found.since == "2022-05-01"
    assert days(found) == {
        "a.py": "2022-05-01",
        "b.py": "2022-05-01",
        "c.py": "2024-02-10",
        "d.py": "2024-04-10",
        "e.py": "2024-04-10",
    }


@pytest.mark.parametrize("nonsense", [0, 86_400, 99_999_999_999])
def test_a_date_that_is_none_leaves_the_beginning_open(
    place: tuple[Path, str], nonsense: int
) -> None:
    history(
        place[0],
        [Made(nonsense, {"a.py": "a = 1"}), Made("2024-01-10", {"b.py": "b = 1"})],
    )
    found = arrivals(place[1])
    assert found.since is None
    assert days(found) == {"a.py": "2024-01-10", "b.py": "2024-01-10"}


def test_what_may_have_stood_elsewhere_is_not_fresh(place: tuple[Path, str]) -> None:
    history(
        place[0],
        [
            Made("2023-01-10", {"old.py": "x = 1", "twin.py": "y = 1", "k/util.py": "z = 1"}),
            Made("2024-01-10", {"old.py": None, "moved.py": "x = 2"}),
            Made("2024-02-10", {"copy.py": "y = 1"}),
            Made("2024-03-10", {"n/util.py": "z = 2"}),
            Made("2024-04-10", {"k/util.py": None}),
            Made("2024-05-10", {"own.py": "o = 1"}),
        ],
    )
    found = arrivals(place[1])
    fresh = {path for path, one in found.paths.items() if one.is_fresh}
    assert fresh == {"own.py"}
    assert days(found)["moved.py"] == "2024-01-10"


def test_what_comes_in_bulk_or_at_the_beginning_does_not_come_by_itself(
    place: tuple[Path, str],
) -> None:
    bulk = {f"m{n}.py": f"m = {n}" for n in range(11)}
    history(
        place[0],
        [
            Made("2023-01-10", {"README.md": "# X"}),
            Made("2023-01-20", {"soon.py": "s = 1"}),
            Made("2023-06-10", bulk),
            Made("2023-07-10", {"own.py": "o = 1"}),
        ],
    )
    found = arrivals(place[1])
    assert {path for path, one in found.paths.items() if one.is_lone} == {"own.py"}


def test_a_path_on_a_branch_is_as_old_as_the_branch(place: tuple[Path, str]) -> None:
    history(
        place[0],
        [
            Made("2023-01-10", {"a.py": "a = 1"}),
            *(Made(f"2023-0{n}-10", {f"b{n}.py": f"b = {n}"}, parents=(0,)) for n in range(2, 9)),
            # an octopus, with a path of its own
            Made(
                "2024-01-10",
                {f"b{n}.py": f"b = {n}" for n in range(2, 9)} | {"evil.py": "e = 1"},
                parents=tuple(range(1, 8)),
            ),
        ],
    )
    found = arrivals(place[1])
    assert days(found)["b7.py"] == "2023-07-10"
    assert "evil.py" not in found.paths


def test_several_beginnings_are_as_old_as_the_oldest(place: tuple[Path, str]) -> None:
    history(
        place[0],
        [
            Made("2021-01-10", {"lib/old.py": "a = 1"}),
            Made("2024-01-10", {"new.py": "b = 1"}, parents=()),
            Made("2024-02-10", {"lib/old.py": "a = 1"}, parents=(1, 0)),
        ],
    )
    assert arrivals(place[1]).since == "2021-01-10"


def test_what_is_not_committed_is_not_dated(tmp_path: Path) -> None:
    history(tmp_path / "work", LINE)
    (tmp_path / "work" / "d.py").write_text("d = 1")
    assert "d.py" not in arrivals(tmp_path / "work").paths
    (tmp_path / "bare").mkdir()
    (tmp_path / "bare" / "d.py").write_text("d = 1")
    assert arrivals(tmp_path / "bare") == Arrivals(None, None, {})


def test_grafts_and_replacements_change_no_date(tmp_path: Path) -> None:
    path = tmp_path / "work"
    made = history(path, LINE)
    (path / ".git" / "info" / "grafts").write_text(f"{made[2]}\n")
    git(path, "replace", made[0], git(path, "commit-tree", f"{made[0]}^{{tree}}").decode().strip())
    assert arrivals(path).since == "2023-01-10"


def test_nothing_of_the_repository_s_configuration_is_run(tmp_path: Path) -> None:
    path, mark = tmp_path / "work", tmp_path / "was-run"
    history(path, LINE)
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch {mark}\n")
    program.chmod(0o755)
    keys = ("core.fsmonitor", "core.sshCommand", "remote.o.uploadpack", "gpg.program", "core.pager")
    for key in keys:
        git(path, "config", key, str(program))
    git(path, "config", "log.showSignature", "true")
    git(path, "config", "remote.o.url", path.as_uri())
    git(path, "config", "remote.o.promisor", "true")
    for hook in ("pre-commit", "post-checkout", "reference-transaction"):
        shutil.copy(program, path / ".git" / "hooks" / hook)
    assert arrivals(path).since == "2023-01-10"
    assert not mark.exists()


def test_a_repository_that_lies_elsewhere_is_not_followed(tmp_path: Path) -> None:
    history(tmp_path / "real", LINE)
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / ".git").symlink_to(tmp_path / "real" / ".git")
    assert arrivals(tmp_path / "work") == Arrivals(None, None, {})
    (tmp_path / "work" / ".git").unlink()
    (tmp_path / "work" / ".git").mkdir()
    shutil.copytree(tmp_path / "real" / ".git" / "refs", tmp_path / "work" / ".git" / "refs")
    shutil.copy(tmp_path / "real" / ".git" / "HEAD", tmp_path / "work" / ".git" / "HEAD")
    (tmp_path / "work" / ".git" / "objects").symlink_to(tmp_path / "real" / ".git" / "objects")
    with pytest.raises(UnreadableError, match="its history cannot be read"):
        arrivals(tmp_path / "work")


def test_without_trees_the_repository_alone_is_dated(tmp_path: Path) -> None:
    history(tmp_path / "source", LINE)
    git(tmp_path, "clone", "--quiet", "--filter=tree:0", (tmp_path / "source").as_uri(), "partial")
    found = arrivals(tmp_path / "partial")
    assert found.since == "2023-01-10"


def test_what_takes_too_long_is_left(
    place: tuple[Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    history(place[0], LINE)
    monkeypatch.setattr(gitdates, "CHANGES", 1)
    assert arrivals(place[1]) == Arrivals("2023-01-10", "2024-04-10", {})


def test_trees_without_end_are_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "work"
    monkeypatch.setattr(gitdates, "CHANGES", 20_000)
    history(path, LINE)
    tree = git(path, "hash-object", "-w", "--stdin", stdin=b"x").decode().strip()
    row = f"100644 blob {tree}"
    for _ in range(12):  # ten to the power of twelve paths, in twelve trees
        rows = "".join(f"{row}\tn{n}.py\n" for n in range(10)).encode()
        row = f"040000 tree {git(path, 'mktree', stdin=rows).decode().strip()}"
    top = git(path, "commit-tree", "-p", "main", "-m", "x", row.split()[-1]).decode().strip()
    git(path, "update-ref", "refs/heads/main", top)
    found = arrivals(path)
    assert (found.since, found.paths) == ("2023-01-10", {})


@pytest.fixture
def web(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[GitWeb]:
    monkeypatch.setenv("LINEAGE_CACHE", str(tmp_path / "cache"))
    with GitWeb(tmp_path) as found:
        found.add(URL, {"x": "x"})
        history(tmp_path / "source", LINE)
        served = found.path(URL)
        git(tmp_path / "source", "push", "--quiet", "--force", served.as_uri(), "main")
        yield found


def test_over_http_it_takes_one_fetch_and_a_second_audit_none(web: GitWeb) -> None:
    target = web.url_of(URL)
    with client_for(FAST) as client:
        options = SourceOptions(timeout=10, client=client)
        found = arrivals(target, options)
        assert found.since == "2023-01-10"
        assert days(found)["b.py"] == "2024-03-10"
    packs = len(web.asked("git-upload-pack$"))
    with open_snapshot(target, FAST) as snapshot:
        pinned = SourceOptions(timeout=10, revision=snapshot.repo.revision)
    before = len(web.requests)
    assert arrivals(target, pinned) == found
    assert len(web.requests) == before
    assert arrivals(target, SourceOptions(offline=True)) == found
    assert packs


def test_a_shallow_host_dates_nothing_s_coming(web: GitWeb, tmp_path: Path) -> None:
    path = web.path(URL)
    commits = git(path, "rev-list", "main").decode().split()
    (path / "shallow").write_text(f"{commits[1]}\n")
    found = arrivals(web.url_of(URL))
    assert found.since is None
    assert days(found)["a.py"] == "2024-03-10"


def test_what_is_too_large_is_not_fetched(web: GitWeb, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lineage.sources.gitclone.PAST_LIMIT", 10)
    assert arrivals(web.url_of(URL)) == Arrivals(None, None, {})


def test_a_host_that_fails_is_a_failure(web: GitWeb) -> None:
    with open_snapshot(web.url_of(URL), FAST) as snapshot:
        assert isinstance(snapshot, Annals)
        shutil.rmtree(web.path(URL))
        with pytest.raises(UnreadableError, match="its history could not be fetched"):
            snapshot.arrivals(Silent())
