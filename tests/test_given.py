from __future__ import annotations

import os
from pathlib import Path

import pytest

from lineage.given import GivenError, read_given


def test_a_file_is_read_up_to_its_limit(tmp_path: Path) -> None:
    file = tmp_path / "terms.txt"
    file.write_bytes(b"four")
    assert read_given(file, 4) == b"four"
    with pytest.raises(GivenError, match=r"terms\.txt is larger than the 3 bytes that are read$"):
        read_given(file, 3)


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "dangling").symlink_to("none")
    for path, problem in (
        (tmp_path, "is no regular file"),
        (tmp_path / "pipe", "is no regular file"),
        (tmp_path / "none", "does not exist"),
        (tmp_path / "dangling", "does not exist"),
    ):
        with pytest.raises(GivenError) as refused:
            read_given(path, 10)
        assert str(refused.value) == f"{path} {problem}"
        assert refused.value.problem == problem


def test_a_failing_disk_is_told_in_words() -> None:
    # Looks like a file of a process, and fails when it is read.
    with pytest.raises(GivenError, match=r"^/proc/self/mem cannot be read: Input/output error$"):
        read_given(Path("/proc/self/mem"), 10)
