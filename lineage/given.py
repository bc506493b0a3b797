"""Files that the user gives: policies, reports, texts. Read whole, within a limit.

What is no regular file is refused unopened, since a pipe would be waited for.
"""

from __future__ import annotations

from pathlib import Path


class GivenError(ValueError):
    """A file that was given cannot be had. ``str()`` is the sentence for a person."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(path, problem)
        self.path = path
        #: What goes on from the path: "does not exist".
        self.problem = problem

    def __str__(self) -> str:
        """Return the sentence for a person."""
        return f"{self.path} {self.problem}"


def read_given(path: Path, limit: int) -> bytes:
    """Return what a file holds.

    Raises:
        GivenError: it is not there, is no regular file, may not be read or is larger than the
            limit, in bytes.
    """
    try:
        if not path.is_file():
            raise GivenError(path, "is no regular file" if path.exists() else "does not exist")
        with path.open("rb") as file:
            content = file.read(limit + 1)
    except OSError as error:
        raise GivenError(path, f"cannot be read: {error.strerror}") from error
    if len(content) > limit:
        raise GivenError(path, f"is larger than the {limit:,} bytes that are read")
    return content
