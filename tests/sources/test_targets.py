from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from lineage.model import Host
from lineage.sources import (
    HOSTS,
    SourceOptions,
    TargetError,
    UnreachableError,
    git,
    huggingface,
    local,
    open_snapshot,
)
from lineage.sources.giturl import git_address
from lineage.sources.hubaddress import address_of
from lineage.sources.links import percent_encoded, without_credentials
from lineage.sources.revision import checked

HUB = "https://huggingface.co"
SHA = "0123456789abcdef0123456789abcdef01234567"


@pytest.mark.parametrize(
    ("url", "host", "name", "remote", "revisions"),
    [
        ("https://github.com/o/r", Host.GITHUB, "o/r", "https://github.com/o/r.git", ()),
        ("https://github.com/o/r/", Host.GITHUB, "o/r", "https://github.com/o/r.git", ()),
        ("https://github.com/o/r.git", Host.GITHUB, "o/r", "https://github.com/o/r.git", ()),
        ("https://github.com/o/r.git/", Host.GITHUB, "o/r", "https://github.com/o/r.git", ()),
        ("https://www.github.com/o/r?tab=readme#x", Host.GITHUB, "o/r", "https://github.com/o/r.git", ()),
        ("http://github.com/o/r", Host.GITHUB, "o/r", "https://github.com/o/r.git", ()),
        ("HTTPS://GitHub.com/o/r", Host.GITHUB, "o/r", "https://github.com/o/r.git", ()),
        ("github.com/o/r", Host.GITHUB, "o/r", "https://github.com/o/r.git", ()),
        ("git+https://github.com/o/r.git", Host.GITHUB, "o/r", "https://github.com/o/r.git", ()),
        ("https://github.com/o/r/tree/v1.0", Host.GITHUB, "o/r", "https://github.com/o/r.git", ("v1.0",)),
        ("https://github.com/o/r/tree/a/b", Host.GITHUB, "o/r", "https://github.com/o/r.git", ("a", "a/b")),
        ("https://github.com/o/r/tree/a%2Fb", Host.GITHUB, "o/r", "https://github.com/o/r.git", ("a/b",)),
        ("https://github.com/o/r/blob/main/LICENSE#L3", Host.GITHUB, "o/r", "https://github.com/o/r.git", ("main", "main/LICENSE")),
        (f"https://github.com/o/r/commit/{SHA}", Host.GITHUB, "o/r", "https://github.com/o/r.git", (SHA,)),
        ("https://github.com/o/r/releases/tag/v2", Host.GITHUB, "o/r", "https://github.com/o/r.git", ("v2",)),
        ("https://github.com/o/r/pull/7/files", Host.GITHUB, "o/r", "https://github.com/o/r.git", ("refs/pull/7/head",)),
        ("https://u:pw@github.com/o/r", Host.GITHUB, "o/r", "https://u:pw@github.com/o/r.git", ()),
        ("git@github.com:o/r.git", Host.GITHUB, "o/r", "git@github.com:o/r.git", ()),
        ("ssh://git@github.com/o/r", Host.GITHUB, "o/r", "ssh://git@github.com/o/r.git", ()),
        ("https://gitcode.com/o/r", Host.GITCODE, "o/r", "https://gitcode.com/o/r.git", ()),
        ("https://www.gitcode.com/o/r", Host.GITCODE, "o/r", "https://gitcode.com/o/r.git", ()),
        ("https://gitcode.com/hf_mirrors/o/m", Host.GITCODE, "hf_mirrors/o/m", "https://gitcode.com/hf_mirrors/o/m.git", ()),
        ("https://ai.gitcode.com/hf_mirrors/o/m/tree/main", Host.GITCODE, "hf_mirrors/o/m", "https://gitcode.com/hf_mirrors/o/m.git", ("main",)),
        ("https://hub.gitcode.com/o/r/resolve/main/config.json", Host.GITCODE, "o/r", "https://gitcode.com/o/r.git", ("main", "main/config.json")),
        ("https://raw.gitcode.com/o/r/raw/v1/a.py", Host.GITCODE, "o/r", "https://gitcode.com/o/r.git", ("v1", "v1/a.py")),
        (f"https://raw.gitcode.com/o/r/blobs/{SHA}/a.py", Host.GITCODE, "o/r", "https://gitcode.com/o/r.git", ()),
        ("https://atomgit.com/o/r", Host.GITCODE, "o/r", "https://atomgit.com/o/r.git", ()),
        ("https://ai.atomgit.com/zai-org/GLM-5/model-inference", Host.GITCODE, "zai-org/GLM-5", "https://atomgit.com/zai-org/GLM-5.git", ()),
        ("git@gitcode.com:hf_mirrors/o/m.git", Host.GITCODE, "hf_mirrors/o/m", "git@gitcode.com:hf_mirrors/o/m.git", ()),
        ("ssh://git@ssh.github.com:443/o/r.git", Host.GITHUB, "o/r", "ssh://git@ssh.github.com:443/o/r.git", ()),
        ("https://github.com:443/o/r", Host.GITHUB, "o/r", "https://github.com/o/r.git", ()),
        ("https://github.com/o/r/blob/refs/heads/a/b/LICENSE", Host.GITHUB, "o/r", "https://github.com/o/r.git", ("refs/heads/a", "refs/heads/a/b", "refs/heads/a/b/LICENSE")),
        ("https://github.com/o/r/tree/refs/tags/v1", Host.GITHUB, "o/r", "https://github.com/o/r.git", ("refs/tags/v1",)),
        ("https://raw.githubusercontent.com/o/r/main/LICENSE", Host.GITHUB, "o/r", "https://github.com/o/r.git", ("main", "main/LICENSE")),
        ("https://raw.githubusercontent.com/o/r/refs/heads/main/LICENSE", Host.GITHUB, "o/r", "https://github.com/o/r.git", ("refs/heads/main", "refs/heads/main/LICENSE")),
        ("https://gitcode.com/o/r/?source=x#readme", Host.GITCODE, "o/r", "https://gitcode.com/o/r.git", ()),
        ("https://gitcode.com/o/r/overview", Host.GITCODE, "o/r", "https://gitcode.com/o/r.git", ()),
        ("https://gitcode.com/o/r/-/tree/main", Host.GITCODE, "o/r", "https://gitcode.com/o/r.git", ("main",)),
        ("https://gitcode.com/o/r/-/blob/v1/a.py", Host.GITCODE, "o/r", "https://gitcode.com/o/r.git", ("v1", "v1/a.py")),
        ("https://gitcode.com/o/r/blob/main/config.json?init=x", Host.GITCODE, "o/r", "https://gitcode.com/o/r.git", ("main", "main/config.json")),
        (f"https://gitcode.com/o/r/commits/detail/{SHA}", Host.GITCODE, "o/r", "https://gitcode.com/o/r.git", (SHA,)),
        ("https://gitcode.com/group/sub/repo", Host.GITCODE, "group/sub/repo", "https://gitcode.com/group/sub/repo.git", ()),
        ("https://gitcode.com/group/sub/repo/tree/main/x", Host.GITCODE, "group/sub/repo", "https://gitcode.com/group/sub/repo.git", ("main", "main/x")),
        ("https://gitcode.com/hf_mirrors/org/tags", Host.GITCODE, "hf_mirrors/org/tags", "https://gitcode.com/hf_mirrors/org/tags.git", ()),
        ("https://raw.gitcode.com/hf_mirrors/o/m/raw/main/a.py", Host.GITCODE, "hf_mirrors/o/m", "https://gitcode.com/hf_mirrors/o/m.git", ("main", "main/a.py")),
        ("ssh://git@gitcode.com:22/o/r.git", Host.GITCODE, "o/r", "ssh://git@gitcode.com:22/o/r.git", ()),
        ("https://ai.atomgit.com/hf_mirrors/o/m", Host.GITCODE, "hf_mirrors/o/m", "https://atomgit.com/hf_mirrors/o/m.git", ()),
        ("https://atomgit.com/o/r/tree/main/", Host.GITCODE, "o/r", "https://atomgit.com/o/r.git", ("main",)),
        ("https://gitlab.com/g/s/wiki", Host.GIT, "g/s/wiki", "https://gitlab.com/g/s/wiki.git", ()),
        ("https://gist.github.com/o/1234", Host.GIT, "o/1234", "https://gist.github.com/o/1234", ()),
        ("https://gitlab.com/g/s/r/-/tree/main/docs", Host.GIT, "g/s/r", "https://gitlab.com/g/s/r.git", ("main", "main/docs")),
        ("https://codeberg.org/o/r/src/branch/main", Host.GIT, "o/r", "https://codeberg.org/o/r.git", ("main",)),
        ("https://git.example.org:8443/deep/er/r.git", Host.GIT, "deep/er/r", "https://git.example.org:8443/deep/er/r.git", ()),
        ("http://127.0.0.1:9/r.git/tree/x", Host.GIT, "r", "http://127.0.0.1:9/r.git", ("x",)),
        ("me@example.org:some/r.git", Host.GIT, "some/r", "me@example.org:some/r.git", ()),
        ("file:///srv/a%20b.git", Host.GIT, "/srv/a b.git", "file:///srv/a%20b.git", ()),
    ],
)  # fmt: skip
def test_forms_of_git_urls(
    url: str, host: Host, name: str, remote: str, revisions: tuple[str, ...]
) -> None:
    assert git.accepts(url)
    assert not huggingface.accepts(url)
    address = git_address(url)
    assert (address.host, address.id, address.remote) == (host, name, remote)
    assert address.revisions == revisions
    assert "pw" not in address.page


@pytest.mark.parametrize(
    ("url", "says"),
    [
        (
            "https://github.com/only-owner",
            "a user or an organisation; .*https://github.com/owner/name",
        ),
        (
            "https://github.com/only-owner/?tab=repositories",
            "a user or an organisation; .*owner/name",
        ),
        ("https://github.com/orgs/o/repositories", "owner/name"),
        (
            "https://github.com/o/r/issues",
            "page about the repository; give https://github.com/o/r$",
        ),
        ("https://github.com/o/r/archive/refs/tags/v1.zip", "give https://github.com/o/r$"),
        ("https://api.github.com/repos/o/r", "give https://github.com/owner/name"),
        ("https://api.gitcode.com/api/v5/repos/o/r", "give https://gitcode.com/owner/name"),
        ("https://gitcode.com/o", "a user or an organisation; .*https://gitcode.com/owner/name"),
        ("https://gitcode.com/o/r/pulls", "give https://gitcode.com/o/r$"),
        ("https://gitcode.com/hf_mirrors", "hf_mirrors/organisation/name"),
        ("https://github.com/o/r.git/info/refs", "page about the repository"),
        ("https://gitcode.com/hf_mirrors/o", "hf_mirrors/organisation/name"),
        ("https://gitcode.com/a/b/c/d", "owner/name"),
        ("https://github.com/../r", "names no repository"),
        ("https://github.com/o/%2e%2e", "names no repository"),
        ("https://user:secret@github.com/x", "github.com/x"),
        ("https://example.org", "names no repository"),
        ("https://example.org:port/r", "is no URL"),
        ("https://[::1/r", "is no URL"),
        ("https://-oProxyCommand=x/r", "names no host"),
        ("file://elsewhere/r.git", "another machine"),
    ],
)
def test_git_urls_that_name_no_repository(url: str, says: str) -> None:
    with pytest.raises(TargetError, match=says) as caught:
        open_snapshot(url)
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "target",
    [
        "",
        "org/name",
        "ext::sh -c 'touch {marker}'",
        "fd::17",
        "ext://sh/-c/touch",
        "--upload-pack=touch {marker}",
        "-u touch {marker}",
        "git://example.org/r.git",
        "ftp://example.org/r.git",
        "ssh://-oProxyCommand=touch$IFS{marker}/x",
        "git@-oProxyCommand=x:r",
        "https://github.com/o/r --upload-pack=x",
        "https://github.com/o/r\nhttps://github.com/o/s",
        'https://github.com/o/"r',
        "https://github.com/o/r\x1b[31m",
        "a\0b",
    ],
)
def test_what_is_no_target_starts_nothing(target: str, tmp_path: Path) -> None:
    marker = tmp_path / "ran"
    with pytest.raises(TargetError):
        open_snapshot(target.replace("{marker}", str(marker)))
    assert not marker.exists()


def test_a_usage_error_says_what_is_accepted() -> None:
    with pytest.raises(TargetError) as caught:
        open_snapshot("org/name")
    for form in ("hf:org/name", "https://github.com/owner/name", "a path to a directory"):
        assert form in str(caught.value)


def test_a_usage_error_shows_no_password() -> None:
    with pytest.raises(TargetError) as caught:
        open_snapshot("ftp://me:secret@example.org/r")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "revision",
    ["-x", "--upload-pack=x", "+main", "a..b", "a:b", "a b", "a\nb", "a^", "a~1", "a@{1}", "HEAD:x",
     "x.lock", "/x", "x/", "a//b", "a/.b", "a?", "a*", "a[b", "a\\b", "", "x" * 256, "a\x1bb", "a\u202eb"],
)  # fmt: skip
def test_revisions_that_cannot_be(revision: str) -> None:
    with pytest.raises(TargetError, match="is no revision"):
        checked("t", revision)


@pytest.mark.parametrize(
    "revision", ["main", "v1.0", "feature/x", "refs/pr/3", SHA, "版本", "a-b_c"]
)
def test_revisions_that_can_be(revision: str) -> None:
    assert checked("t", revision) == revision


@pytest.mark.parametrize(
    ("target", "type_", "name", "revision"),
    [
        ("hf:org/name", "model", "org/name", None),
        ("hf:org/name@v1", "model", "org/name", "v1"),
        ("hf:gpt2", "model", "gpt2", None),
        ("hf:gpt2@main", "model", "gpt2", "main"),
        ("hf:datasets/org/name", "dataset", "org/name", None),
        ("hf://org/name", "model", "org/name", None),
        ("hf://datasets/org/name@refs/pr/3/a.json", "dataset", "org/name", "refs/pr/3"),
        (f"{HUB}/org/name", "model", "org/name", None),
        (f"{HUB}/org/name/", "model", "org/name", None),
        (f"{HUB}/org/name.git", "model", "org/name", None),
        (f"{HUB}/gpt2", "model", "gpt2", None),
        (f"{HUB}/org/name?library=x#y", "model", "org/name", None),
        (f"{HUB}/org/name/tree/v1/sub", "model", "org/name", "v1"),
        (f"{HUB}/org/name/blob/{SHA}/README.md", "model", "org/name", SHA),
        (f"{HUB}/datasets/org/name/resolve/main/a.csv", "dataset", "org/name", "main"),
        (f"{HUB}/spaces/org/name", "space", "org/name", None),
        ("https://hf.co/org/name", "model", "org/name", None),
        ("huggingface.co/org/name", "model", "org/name", None),
        ("https://www.huggingface.co/org/name", "model", "org/name", None),
        ("https://hf-mirror.com/org/name/tree/v1", "model", "org/name", "v1"),
        ("https://me:pw@huggingface.co/org/name", "model", "org/name", None),
        (f"{HUB}/org/name/commit/{SHA}", "model", "org/name", SHA),
        (f"{HUB}/org/name/commits/v1", "model", "org/name", "v1"),
        (f"{HUB}/org/name/raw/v1/README.md", "model", "org/name", "v1"),
        (f"{HUB}/org/name/edit/main/README.md", "model", "org/name", "main"),
        (f"{HUB}/org/name/tree/refs%2Fpr%2F3", "model", "org/name", "refs/pr/3"),
        (f"{HUB}/org/name/resolve/main/a.bin?download=true", "model", "org/name", "main"),
        (f"{HUB}/models/org/name", "model", "org/name", None),
        (f"{HUB}/datasets/squad", "dataset", "squad", None),
        (f"{HUB}/spaces/org/name/blob/main/app.py", "space", "org/name", "main"),
        ("git@hf.co:org/name", "model", "org/name", None),
        ("git@hf.co:datasets/org/name.git", "dataset", "org/name", None),
        ("ssh://git@huggingface.co/org/name", "model", "org/name", None),
        ("http://127.0.0.1:8080/hf/org/name/tree/v1", "model", "org/name", "v1"),
    ],
)
def test_forms_of_hub_targets(
    target: str, type_: str, name: str, revision: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint = "http://127.0.0.1:8080/hf"
    monkeypatch.setenv("HF_ENDPOINT", endpoint)
    assert huggingface.accepts(target)
    address = address_of(target, endpoint)
    assert (address.type, address.name, address.revision) == (type_, name, revision)


@pytest.mark.parametrize(
    "target",
    ["hf:", "hf://", "hf:/", "hf:-x/y", "hf:org/na me", "hf:a--b/c", "hf:org/n\x1b",
     f"{HUB}", f"{HUB}/", f"{HUB}/org/name/discussions/3", "hf:model/org/name", "hf:buckets/org/name",
     "hf:../../etc", f"{HUB}/a/..%2f..%2fb", f"{HUB}/models", f"{HUB}/datasets", f"{HUB}/papers/2301.00001",
     f"{HUB}/collections/org/some-1", f"{HUB}/docs/hub", "git@hf.co:"],
)  # fmt: skip
def test_hub_targets_that_name_no_repository(target: str) -> None:
    with pytest.raises(TargetError) as caught:
        open_snapshot(target, SourceOptions(timeout=0.001))
    assert "\n" not in str(caught.value)


def test_a_page_about_a_repository_of_the_hub_is_answered_with_its_own_address() -> None:
    with pytest.raises(TargetError, match=f"page about the repository; give {HUB}/datasets/o/n$"):
        open_snapshot(f"{HUB}/datasets/o/n/discussions/3")


def test_another_port_of_the_endpoints_machine_is_not_the_hub(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:8080")
    assert huggingface.accepts("http://127.0.0.1:8080/org/name")
    assert not huggingface.accepts("http://127.0.0.1:8081/org/name")
    assert not huggingface.accepts("https://huggingface.co.example.org/org/name")


def test_an_endpoint_that_is_no_url_is_a_usage_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "file:///etc")
    with pytest.raises(TargetError, match="HF_ENDPOINT"):
        open_snapshot("hf:org/name")


@pytest.mark.parametrize(
    "target", ["hf:org/name", "https://github.com/o/r", "git@github.com:o/r.git", f"{HUB}/o/r"]
)
def test_offline_refuses_the_network(target: str) -> None:
    with pytest.raises(UnreachableError, match="--offline forbids"):
        open_snapshot(target, SourceOptions(offline=True))


def test_the_forms_of_every_host_are_accepted_by_it() -> None:
    for form in (form for host in HOSTS for form in host.FORMS if ":" in form and " " not in form):
        assert [host for host in HOSTS if host.accepts(form)]
    assert local.accepts("/")
    assert local.accepts(".")
    assert not local.accepts("no/such/thing")


@pytest.mark.parametrize(
    ("target", "shown"),
    [
        ("https://me:secret@host/r", "https://host/r"),
        ("https://me:s@cret@host/r", "https://host/r"),
        ("https://host/r?access_token=secret", "https://host/r"),
        ("https://host/r#secret", "https://host/r"),
        ("git@host:o/r", "git@host:o/r"),
        ("/a/path?with#signs", "/a/path?with#signs"),
        ("ssh://me:secret@host:22/r", "ssh://host:22/r"),
    ],
)
def test_credentials_are_never_shown(target: str, shown: str) -> None:
    assert without_credentials(target) == shown


def test_paths_in_urls_are_encoded_byte_by_byte() -> None:
    assert percent_encoded("a b/c#d?.md") == "a%20b/c%23d%3F.md"
    assert percent_encoded("caf\udce9\n") == "caf%E9%0A"
    assert percent_encoded("\ud800") == "%3F"


def test_the_package_imports_neither_git_nor_the_hub() -> None:
    code = (
        "import sys, lineage.sources\n"
        "assert not {'git', 'huggingface_hub', 'httpx2', 'httpx'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
