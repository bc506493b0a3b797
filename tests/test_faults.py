"""No fault between a host and us changes what is concluded: the right answer, or exit 3.

Every fault of the plan meets every kind of request, in an audit of what stands beside the weights
and in a comparison of weights.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias, TypeVar

import pytest

from lineage.comparison import CompareOptions, compare
from lineage.following import Bounds
from lineage.model import Finding, LicenceRecord, Scope
from lineage.pipeline import AuditOptions, audit
from lineage.policy import Exit
from lineage.sources import SourceOptions, UnreachableError, UnreadableError, open_snapshot
from lineage.sources.clients import client_for
from tests.checkpoint_folders import checkpoint
from tests.doubles.grown import grown, trained_on
from tests.doubles.hosts.faults import PLAN, Fault
from tests.doubles.hub import Content, Hub
from tests.doubles.memory import Hosted

T = TypeVar("T")
ONE, TWO = "hf:acme/tuned", "hf:acme/base"
HOW = SourceOptions(timeout=0.4, longest_wait=1)
METADATA = AuditOptions(
    source=HOW, leave_out=frozenset({Scope.WEIGHTS, Scope.CODE}), follow=Bounds(depth=0)
)
#: Kinds of request: the description, a card, large files where the hub has them and where they lie.
PLACES = {
    "api": "/api/models/acme/tuned",
    "card": "tuned/resolve/.*README",
    "resolve": "tuned/resolve/.*safetensors",
    "storage": "/models/acme/tuned/",
}


@pytest.fixture(autouse=True)
def uncached(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing that one test reads help the next, and keep small files whole all the same."""
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("LINEAGE_CACHE", str(tmp_path / "file" / "no-folder"))
    monkeypatch.setattr("lineage.sources.http.patience.PAUSES", (0.01, 0.02, 0.03))


@pytest.fixture(scope="module")
def contents(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Content]]:
    folder, base = tmp_path_factory.mktemp("models"), grown(1)
    tuned = trained_on(base, 1, 0.3)
    places = (
        checkpoint(folder, "base", base, licence="gemma"),
        checkpoint(folder, "tuned", tuned, licence="mit", base="acme/base"),
    )
    return {place.name: {file.name: _content(file) for file in place.iterdir()} for place in places}


def _content(file: Path) -> Content:
    data = file.read_bytes()
    return Hosted(data) if file.suffix == ".safetensors" else data


@pytest.fixture
def hub(contents: dict[str, dict[str, Content]], monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    with _serving(contents) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.endpoint)
        yield hub


@contextmanager
def _serving(contents: dict[str, dict[str, Content]]) -> Iterator[Hub]:
    with Hub() as hub:
        for name, files in contents.items():
            hub.add(f"acme/{name}", files)
        yield hub


#: Exit code, findings and licences, without the addresses of exhibits: those have a port.
Conclusion: TypeAlias = tuple[Exit, tuple[Finding, ...], tuple[LicenceRecord, ...]]


@pytest.fixture(scope="module")
def right(contents: dict[str, dict[str, Content]]) -> Iterator[Conclusion]:
    with pytest.MonkeyPatch.context() as patch, _serving(contents) as hub:
        patch.setenv("HF_ENDPOINT", hub.endpoint)
        patch.setenv("LINEAGE_CACHE", "off")
        found = _concluded()
        assert found[0] is Exit.PASS
        yield found


def _concluded() -> Conclusion:
    found = audit(ONE, METADATA)
    findings = tuple(replace(f, exhibits=()) for f in found.findings)
    licences = tuple(replace(one, exhibits=()) for one in found.graph.subject.licences)
    return found.exit_code, findings, licences


def _unless_unreachable(work: Callable[[], T]) -> T | None:
    """Return what the work gives; None where the repository could not be opened (exit 3)."""
    try:
        return work()
    except UnreachableError:
        return None


@pytest.mark.parametrize("fault", PLAN)
@pytest.mark.parametrize("place", ["api", "card"])
def test_a_metadata_audit_under_faults(hub: Hub, right: Conclusion, place: str, fault: str) -> None:
    hub.fail(PLACES[place], *PLAN[fault])
    hub.fail(r"^/\d$", *PLAN[fault])
    found = _unless_unreachable(_concluded)
    if found is None:
        assert place == "api", "one file that cannot be read does not end an audit"
    else:
        assert found == right or found[0] is Exit.INCOMPLETE


def _compared() -> tuple[Exit, str, str]:
    with client_for(HOW) as client:
        how = replace(HOW, client=client)
        found = compare(ONE, TWO, CompareOptions(how, how))
    return found.exit_code, found.kinship.related.value, found.kinship.relation.value


@pytest.mark.parametrize("fault", PLAN)
@pytest.mark.parametrize("place", ["resolve", "storage"])
def test_a_comparison_of_weights_under_faults(hub: Hub, place: str, fault: str) -> None:
    hub.fail(PLACES[place], *PLAN[fault])
    hub.fail(r"^/\d$", *PLAN[fault])
    code, related, relation = _compared()
    if code is Exit.INCOMPLETE:
        assert related == "cannot-determine"
    else:
        assert (code, related, relation) == (Exit.PASS, "yes", "finetune")


def test_a_revision_that_changes_while_it_is_read(
    hub: Hub, contents: dict[str, dict[str, Content]]
) -> None:
    with closing(open_snapshot(ONE, HOW)) as snapshot:
        hub.add("acme/tuned", {**contents["tuned"], "README.md": "---\nlicense: other\n---\n"})
        with pytest.raises(UnreadableError, match="no such revision"):
            snapshot.read("README.md", 1000)


def test_content_that_is_not_the_commit_s_is_refused(hub: Hub, right: Conclusion) -> None:
    lie = Fault(body=b"---\nlicense: cc0-1.0\npipeline_tag: x\n---\n".ljust(60))
    hub.fail(PLACES["card"], lie)
    found = _concluded()
    assert found[0] is Exit.INCOMPLETE
    assert found != right


#: Requests of a metadata-only audit: one that lists, one for each of five files.
MOST_REQUESTS = 6


def test_how_much_a_metadata_audit_asks_for(
    hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LINEAGE_CACHE", str(tmp_path / "cache"))
    first = audit(ONE, METADATA)
    assert 0 < len(hub.requests) <= MOST_REQUESTS
    assert hub.storage == [], "no byte of weights"
    asked = len(hub.requests)
    second = audit(f"{ONE}@{first.target.revision}", METADATA)
    assert len(hub.requests) == asked, "0 requests for a commit that was read"
    assert second.findings == first.findings
    assert second.coverage == first.coverage
