"""A real git repository with a work tree, in which files are written, staged and committed.

tree = Worktree(tmp_path / "work")
tree.write({"LICENSE": MIT, "src/a.py": "x = 1\\n"})
tree.commit()
tree.remove("LICENSE")          # staged at once, as write is
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tests.doubles.gitrepo import git


class Worktree:
    """A repository and its work tree."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir(parents=True, exist_ok=True)
        git(path, "init", "--quiet", "--initial-branch=main")
        git(path, "config", "user.name", "Test")
        git(path, "config", "user.email", "test@example.org")

    def write(self, contents: Mapping[str, str | bytes]) -> None:
        """Write files and stage them; a name may hold any byte (PEP 383)."""
        for name, content in contents.items():
            file = self.path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content if isinstance(content, bytes) else content.encode())
        git(self.path, "add", "--all")

    def remove(self, *names: str) -> None:
        """Remove files and stage that."""
        git(self.path, "rm", "--quiet", "--", *names)

    def move(self, old: str, new: str) -> None:
        """Move a file and stage that."""
        (self.path / new).parent.mkdir(parents=True, exist_ok=True)
        git(self.path, "mv", old, new)

    def commit(self) -> str:
        """Commit what is staged, past any hook; return the commit."""
        git(self.path, "commit", "--quiet", "--no-verify", "--allow-empty", "--message=test")
        return git(self.path, "rev-parse", "HEAD").decode().strip()
