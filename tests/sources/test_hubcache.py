"""Folders that huggingface_hub itself leaves, and what somebody else may make of such a folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import huggingface_hub
import numpy as np
import pytest
from safetensors.numpy import save

from lineage.model import EntryKind, FileEntry, Host
from lineage.pipeline import AuditOptions, audit
from lineage.policy import Exit
from lineage.sources import Snapshot, SourceOptions, TargetError, UnreadableError, open_snapshot
from tests.doubles.hub import Content, Hub
from tests.doubles.memory import Hosted

NAME = "org/name"
WEIGHTS = Hosted(save({"w": np.arange(4096, dtype=np.float32)}))
CONTENTS: dict[str, Content] = {
    ".gitattributes": "*.safetensors filter=lfs\n",
    "README.md": "---\nlicense: mit\n---\n# X",
    "sub/config.json": "{}",
    "model.safetensors": WEIGHTS,
}


@pytest.fixture
def hub() -> Iterator[Hub]:
    with Hub() as hub:
        yield hub
        huggingface_hub.close_session()


@pytest.fixture
def cached(hub: Hub, tmp_path: Path) -> Path:
    """Return the folder of a repository of which all was downloaded."""
    return download(hub, tmp_path)


def download(hub: Hub, cache: Path, *patterns: str) -> Path:
    hub.add(NAME, CONTENTS)
    found = huggingface_hub.HfApi(endpoint=hub.endpoint, token=False).snapshot_download(
        NAME, cache_dir=cache, allow_patterns=list(patterns) or None
    )
    return Path(found).parent.parent


def snapshot_in(folder: Path) -> Path:
    return next((folder / "snapshots").iterdir())


def listed(snapshot: Snapshot) -> dict[str, FileEntry]:
    return {entry.path: entry for entry in snapshot.files()}


@pytest.mark.parametrize("deep", [False, True])
def test_a_cached_repository_is_known_by_its_name_and_read(cached: Path, *, deep: bool) -> None:
    commit = snapshot_in(cached).name
    with open_snapshot(str(snapshot_in(cached) if deep else cached)) as snapshot:
        repo = snapshot.repo
        assert (repo.host, repo.id, repo.revision) == (Host.HUGGINGFACE, NAME, commit)
        assert repo.purl == f"pkg:huggingface/{NAME}@{commit}"
        assert repo.url == f"https://huggingface.co/{NAME}/tree/{commit}"
        files = listed(snapshot)
        assert sorted(files) == sorted(CONTENTS)
        assert {entry.kind for entry in files.values()} == {EntryKind.FILE}
        weights = files["model.safetensors"]
        assert (weights.size, weights.sha256) == (len(WEIGHTS.content), WEIGHTS.sha256)
        assert files["README.md"].blob
        assert snapshot.read("sub/config.json", 10) == b"{}"
        assert snapshot.read_range("model.safetensors", 8, 20) == WEIGHTS.content[8:20]
        assert snapshot.url_of("sub/config.json", (1, 1))


def test_revisions_are_those_of_the_cache(cached: Path) -> None:
    commit = snapshot_in(cached).name
    for revision in (None, "main", commit):
        with open_snapshot(str(cached), SourceOptions(revision=revision)) as snapshot:
            assert snapshot.repo.revision == commit
    for revision in ("v1", "0" * 40, "../../x", "HEAD"):
        with pytest.raises(TargetError):
            open_snapshot(str(cached), SourceOptions(revision=revision))
    with pytest.raises(TargetError, match="another is asked for"):
        open_snapshot(str(snapshot_in(cached)), SourceOptions(revision="0" * 40))
    (cached / "refs" / "main").unlink()
    with open_snapshot(str(cached)) as snapshot:
        assert snapshot.repo.revision == commit
    (cached / "snapshots" / ("0" * 40)).mkdir()
    with pytest.raises(TargetError, match="does not hold the revision main"):
        open_snapshot(str(cached))


def test_an_audit_of_a_whole_copy_is_complete(cached: Path) -> None:
    found = audit(str(cached), AuditOptions(source=SourceOptions(offline=True)))
    assert found.complete
    assert found.graph.subject.name == NAME


def test_a_copy_in_part_is_no_whole_one(hub: Hub, tmp_path: Path) -> None:
    folder = download(hub, tmp_path, "*.safetensors", "*.json")
    found = audit(str(folder), AuditOptions(source=SourceOptions(offline=True)))
    assert found.exit_code is Exit.INCOMPLETE
    (gap,) = found.coverage.unread
    assert (gap.path, "downloaded in part" in gap.reason) == (".gitattributes", True)


def test_a_blob_that_is_shared_between_repositories_is_read(cached: Path) -> None:
    blob = cached / "blobs" / WEIGHTS.sha256
    shared = cached.parent / "blobs" / "ab" / ("ab" * 32)
    shared.parent.mkdir(parents=True)
    blob.rename(shared)
    blob.symlink_to(f"../../blobs/ab/{'ab' * 32}")
    with open_snapshot(str(cached)) as snapshot:
        assert listed(snapshot)["model.safetensors"].size == len(WEIGHTS.content)
        assert snapshot.read_range("model.safetensors", 0, 8) == WEIGHTS.content[:8]


def test_links_that_leave_the_repository_are_not_followed(cached: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hidden")
    place = snapshot_in(cached)
    outside = {
        "absolute": "/etc/passwd",
        "above": "../../../secret",
        "tricky": f"../../blobs/../../{'a' * 40}",
        "too-deep": f"../../../blobs/{'a' * 40}",
        "missing": f"../../blobs/{'b' * 40}",
        "twice": f"../../blobs/{'c' * 40}",
        "folder": f"../../blobs/{'d' * 40}",
    }
    (tmp_path / "blobs").mkdir(exist_ok=True)
    (tmp_path / "blobs" / ("a" * 40)).write_text("hidden")
    (cached / "blobs" / ("c" * 40)).symlink_to(secret)
    (cached / "blobs" / ("d" * 40)).mkdir()
    for name, link in outside.items():
        (place / name).symlink_to(link)
    with open_snapshot(str(cached)) as snapshot:
        files = listed(snapshot)
        for name in outside:
            assert files[name].kind is EntryKind.SYMLINK, name
            with pytest.raises(UnreadableError, match="not followed"):
                snapshot.read(name, 100)


def test_a_folder_of_blobs_that_became_a_link_is_not_entered(cached: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    (cached / "blobs").rename(elsewhere)
    (cached / "blobs").symlink_to(elsewhere)
    with open_snapshot(str(cached)) as snapshot:
        assert {entry.kind for entry in snapshot.files()} == {EntryKind.SYMLINK}


def test_content_that_is_not_what_its_name_says_is_refused(cached: Path) -> None:
    readme = (snapshot_in(cached) / "README.md").readlink().name
    (cached / "blobs" / readme).write_text("---\nlicense: gpl\n---\n# X")
    with open_snapshot(str(cached)) as snapshot, pytest.raises(UnreadableError, match="other"):
        snapshot.read("README.md", 1000)


def test_files_that_were_copied_into_the_cache_are_read_as_they_are(cached: Path) -> None:
    place = snapshot_in(cached)
    (place / "README.md").unlink()
    (place / "README.md").write_text("copied, on a disk without links")
    with open_snapshot(str(cached)) as snapshot:
        assert listed(snapshot)["README.md"].blob is None
        assert snapshot.read("README.md", 100).startswith(b"copied")


@pytest.mark.parametrize("name", ["models--", "models--a--b--c--", "model--a--b", "models--../x"])
def test_other_folders_are_directories(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    (folder / "snapshots").mkdir(parents=True)
    (folder / "README.md").write_text("# X")
    with open_snapshot(str(folder)) as snapshot:
        assert snapshot.repo.host is Host.LOCAL
