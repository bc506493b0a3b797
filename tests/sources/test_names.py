from __future__ import annotations

import pytest

from lineage.model import Kind
from lineage.sources.giturl import git_address
from lineage.sources.names import named_artifact, unpinned

SHA = "0123456789abcdef0123456789abcdef01234567"


@pytest.mark.parametrize(
    ("name", "purl"),
    [
        ("org/name", "pkg:huggingface/org/name"),
        ("https://huggingface.co/org/name/tree/main", "pkg:huggingface/org/name"),
        ("https://github.com/Org/Name", "pkg:github/org/name"),
        ("https://www.github.com/org/name/tree/main/sub", "pkg:github/org/name"),
        ("https://github.com/org/name.git", "pkg:github/org/name"),
        ("https://gitcode.com/hf_mirrors/org/name", "pkg:generic/name?vcs_url=git%2Bhttps://gitcode.com/hf_mirrors/org/name.git"),
        ("https://ai.gitcode.com/org/name/tree/main", "pkg:generic/name?vcs_url=git%2Bhttps://gitcode.com/org/name.git"),
        ("https://github.com/org", None),
        ("https://github.com/org/name/issues/3", None),
        ("https://example.org/org/name", None),
        ("http://[", None),
        ("/home/me/checkpoint-500", None),
        ("../base", None),
        ("model.safetensors", None),
    ],
)  # fmt: skip
def test_what_a_field_names(name: str, purl: str | None) -> None:
    artifact = named_artifact(f" {name}\n", Kind.MODEL)
    assert artifact.purl == purl
    assert artifact.id == (purl or f"unresolved:{name}")


def test_a_repository_named_and_opened_is_one() -> None:
    for url in (
        "https://gitcode.com/org/name",
        "https://gitlab.com/g/s/name",
        "https://github.com/Org/Name",
    ):
        opened = git_address(url).purl(SHA)
        assert SHA in opened
        assert unpinned(opened) == named_artifact(url, Kind.MODEL).purl
