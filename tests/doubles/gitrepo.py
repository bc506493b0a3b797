"""Real bare git repositories made from a dict, and the environment that serves them under any name.

    server = GitServer(tmp_path)
    commit = server.add("https://github.com/org/name", {"LICENSE": "MIT", "a.bin": Pointer("ab…", 9)})
    for key, value in server.environment().items():
        monkeypatch.setenv(key, value)
    open_snapshot("https://github.com/org/name")        # git fetches it over file://

Contents are those of ``tests.doubles.memory`` (``Pointer`` becomes the text of an LFS pointer) and
``Submodule``. Paths may hold any byte but NUL: ``"a\\nb"``, ``"\\x1b[31m"``, ``"caf\\udce9"``.
Nothing is checked out, so no file system has to agree with them.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from tests.doubles.memory import Link, Pointer


@dataclass(frozen=True, slots=True)
class Submodule:
    """Another repository, mounted at a commit."""

    commit: str


Content: TypeAlias = bytes | str | Pointer | Link | Submodule


class GitServer:
    """A folder of bare repositories, each standing for an address on the network."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "served"
        self._folder.mkdir()
        self._served: dict[str, Path] = {}

    def add(
        self,
        url: str,
        contents: Mapping[str, Content],
        *,
        branch: str = "main",
        filters: bool = True,
    ) -> str:
        """Commit the contents to a branch of the repository at the URL; return the commit.

        The first call makes the repository; ``filters=False`` makes one that knows no partial
        clones. A later call with another branch adds it.
        """
        if url not in self._served:
            self._served[url] = bare_repository(
                self._folder / str(len(self._served)), filters=filters
            )
        return commit(self._served[url], contents, branch=branch)

    def path(self, url: str) -> Path:
        """Return where the repository of a URL lies on disk, to break it or to add tags."""
        return self._served[url]

    def environment(self) -> dict[str, str]:
        """Return the variables that make git find every URL here."""
        pairs = [
            (f"url.{path.as_uri()}.insteadOf", url + suffix)
            for url, path in self._served.items()
            # Longest match wins in git, so one form does not hide the other.
            for suffix in ("", ".git")
        ]
        variables = {"GIT_CONFIG_COUNT": str(len(pairs))}
        for number, (key, value) in enumerate(pairs):
            variables |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
        return variables


def bare_repository(path: Path, *, filters: bool = True) -> Path:
    """Make an empty bare repository; return its path."""
    git(path.parent, "init", "--quiet", "--bare", "--initial-branch=main", str(path))
    git(path, "config", "uploadpack.allowFilter", str(filters).lower())
    return path


def commit(path: Path, contents: Mapping[str, Content], *, branch: str = "main") -> str:
    """Commit the contents, and nothing else, to a branch of a bare repository; return the commit."""
    stream = bytearray(f"commit refs/heads/{branch}\n".encode())
    stream += b"committer Test <test@example.org> 1700000000 +0000\ndata 4\ntest\ndeleteall\n"
    for name, content in contents.items():
        mode, data = _stored(content)
        if mode == b"160000":
            stream += b"M 160000 " + data + b" " + _quoted(name) + b"\n"
            continue
        stream += b"M " + mode + b" inline " + _quoted(name) + b"\n"
        stream += b"data %d\n" % len(data) + data + b"\n"
    git(path, "fast-import", "--quiet", "--force", stdin=bytes(stream))
    return git(path, "rev-parse", f"refs/heads/{branch}").decode().strip()


def git(place: Path, *arguments: str, stdin: bytes = b"") -> bytes:
    """Run git in a folder, without the configuration of user or machine; return what it prints."""
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith("GIT_")},
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "Test",
        "GIT_AUTHOR_EMAIL": "test@example.org",
        "GIT_COMMITTER_NAME": "Test",
        "GIT_COMMITTER_EMAIL": "test@example.org",
    }
    done = subprocess.run(
        ["git", *arguments],
        cwd=place,
        env=environment,
        input=stdin,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode("utf-8", "replace")
    return done.stdout


def pointer_text(pointer: Pointer) -> bytes:
    """Return the text that git stores in place of a file of Git LFS."""
    return (
        "version https://git-lfs.github.com/spec/v1\n"
        f"oid sha256:{pointer.sha256}\nsize {pointer.size}\n"
    ).encode()


def _stored(content: Content) -> tuple[bytes, bytes]:
    """Return git's mode and data."""
    match content:
        case bytes():
            return b"100644", content
        case str():
            return b"100644", content.encode()
        case Pointer():
            return b"100644", pointer_text(content)
        case Link(target):
            return b"120000", target.encode("utf-8", "surrogateescape")
        case Submodule(pinned):
            return b"160000", pinned.encode()


def _quoted(name: str) -> bytes:
    """Return a path as a C string, so that it may hold anything."""
    octets = name.encode("utf-8", "surrogateescape")
    return b'"' + b"".join(b"\\%03o" % octet for octet in octets) + b'"'
