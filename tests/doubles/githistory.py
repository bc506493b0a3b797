"""Real git repositories with a history: commits at chosen days, on branches and merged.

    made = history(tmp_path / "r", [
        Made("2024-01-01", {"README.md": "# X"}),
        Made("2024-03-01", {"a.py": "x = 1", "README.md": None}, author="2023-12-01"),
    ])

Each commit follows the one before it, unless ``parents`` names others by their place in the list. The
repository has a work tree at the last commit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from tests.doubles.gitrepo import git


@dataclass(frozen=True, slots=True)
class Made:
    """One commit."""

    #: Its committer's day, at noon (UTC); or seconds.
    day: str | int
    #: What it writes, or removes where there is None.
    changes: Mapping[str, str | None] = field(default_factory=dict)
    #: Its author's day; the same where there is None.
    author: str | int | None = None
    parents: tuple[int, ...] | None = None


def history(path: Path, commits: Sequence[Made]) -> list[str]:
    """Make a repository with these commits; return their ids."""
    path.mkdir(parents=True, exist_ok=True)
    git(path, "init", "--quiet", "--initial-branch=main")
    git(path, "config", "uploadpack.allowFilter", "true")
    git(path, "config", "uploadpack.allowAnySHA1InWant", "true")
    stream = b"".join(_told(number, one) for number, one in enumerate(commits, 1))
    git(path, "fast-import", "--quiet", "--force", "--export-marks=.git/marks", stdin=stream)
    lines = (path / ".git" / "marks").read_text().splitlines()
    marks = {int(line[1:].split()[0]): line.split()[1] for line in lines}
    git(path, "update-ref", "refs/heads/main", marks[len(commits)])
    git(path, "reset", "--quiet", "--hard")
    return [marks[number] for number in range(1, len(commits) + 1)]


def _told(number: int, one: Made) -> bytes:
    author = one.day if one.author is None else one.author
    parents = (
        one.parents if one.parents is not None else tuple(range(max(0, number - 2), number - 1))
    )
    lines = [
        f"reset refs/heads/made{number}",
        f"commit refs/heads/made{number}",
        f"mark :{number}",
        f"author A <a@example.org> {_seconds(author)} +0000",
        f"committer C <c@example.org> {_seconds(one.day)} +0000",
        "data 4\ntest",
        *(f"{'merge' if place else 'from'} :{p + 1}" for place, p in enumerate(parents)),
    ]
    stream = "\n".join(lines) + "\n"
    for name, text in one.changes.items():
        if text is None:
            stream += f"D {name}\n"
        else:
            stream += f"M 100644 inline {name}\ndata {len(text.encode())}\n{text}\n"
    return stream.encode() + b"\n"


def _seconds(when: str | int) -> int:
    if isinstance(when, int):
        return when
    return int(datetime.fromisoformat(f"{when}T12:00:00").replace(tzinfo=UTC).timestamp())
