"""The audit: open, read, settle, assemble, judge. Each step's result is the next one's input."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path

from lineage import judge, plugins
from lineage.assembly import graph_of
from lineage.catalogue import Lookup, open_catalogue
from lineage.copies import Traced, with_copies
from lineage.elsewhere import named
from lineage.following import Bounds, follow
from lineage.graph import LineageGraph
from lineage.heredity import Compared, with_comparisons, with_lookup
from lineage.history import with_history
from lineage.licences.knowledge import load
from lineage.model import (
    Absence,
    Coverage,
    Finding,
    Host,
    Obligation,
    ParentAbsent,
    Profile,
    Reading,
    Repo,
    Scope,
    Severity,
    Unread,
)
from lineage.obligations import evaluate
from lineage.policy import DEFAULT_FAIL_ON, Exit, Policy, exit_code
from lineage.policy.waiving import WaiverUse, waive
from lineage.progress import Progress, Silent
from lineage.reading import read, read_parent
from lineage.sources import Snapshot, SourceOptions, open_snapshot
from lineage.sources.links import without_credentials
from lineage.tracing import trace
from lineage.weighing import Opened, Weighed, unweighed, weigh


@dataclass(frozen=True, slots=True)
class AuditOptions:
    """What the user asked for."""

    source: SourceOptions = field(default_factory=SourceOptions)
    #: Targets to hold the audited one against.
    against: tuple[str, ...] = ()
    #: How far declared parents are opened as well.
    follow: Bounds = field(default_factory=Bounds)
    fail_on: Severity | None = DEFAULT_FAIL_ON
    #: Whether changes of the licence over time are looked for. None: where it takes no further
    #: service of the host (git); True: on the hub as well; False: nowhere, nor when files came.
    history: bool | None = None
    #: Parts of the repository that are left out: WEIGHTS with ``--no-weights``, CODE likewise.
    leave_out: frozenset[Scope] = frozenset()
    #: What the organisation says of itself, for conditions that hang on it.
    profile: Profile | None = None
    #: What the organisation allows and has waived.
    policy: Policy | None = None
    #: References to look the target up among; None for no look-up.
    catalogue: Path | None = None
    #: Folders of catalogues of code to look source files up in.
    code_catalogues: tuple[Path, ...] = ()
    #: The day on which waivers are looked at; None for today (UTC).
    today: date | None = None


@dataclass(frozen=True, slots=True)
class Audit:
    """All that an audit found; every report is a view of it."""

    graph: LineageGraph
    findings: tuple[Finding, ...]
    obligations: tuple[Obligation, ...]
    fail_on: Severity | None
    left_out: frozenset[Scope]
    #: The policy that it went by, and what became of its waivers.
    policy: Policy | None = None
    waivers: WaiverUse = field(default_factory=WaiverUse)
    #: Artifact ids of the declared parents that were followed.
    followed: frozenset[str] = frozenset()
    #: What the target's weights are to those of each reference that was opened.
    compared: tuple[Compared, ...] = ()
    #: What the catalogue shows of them; None where it was not asked.
    lookup: Lookup | None = None
    #: What the target's source files hold of other works; None where code was left out.
    traced: Traced | None = None

    @property
    def reading(self) -> Reading:
        """What was read of the target."""
        reading = self.graph.reading(self.graph.subject)
        if reading is None:
            raise ValueError("the audited artifact was not read")
        return reading

    @property
    def target(self) -> Repo:
        """The audited repository, pinned."""
        return self.reading.repo

    @property
    def coverage(self) -> Coverage:
        """How much of the target was looked at."""
        return self.reading.coverage

    @property
    def references(self) -> tuple[Reading, ...]:
        """What was read of the repositories that the target was held against."""
        return tuple(r for name, r in self._others() if name not in self.followed)

    @property
    def parents(self) -> tuple[Reading, ...]:
        """What was read of the declared parents that were followed."""
        return tuple(r for name, r in self._others() if name in self.followed)

    @property
    def unread(self) -> tuple[Unread, ...]:
        """What should have been read and was not: no pass may be claimed.

        A parent that its host does not have, or keeps back, is a finding and no gap of the audit;
        one that was out of reach is a gap.
        """
        gaps = [gap for r in (self.reading, *self.references) for gap in r.coverage.unread]
        gaps += [gap for r in self.parents for gap in r.coverage.unread if not gap.withheld]
        return (*gaps, *(Unread(one.parent, one.reason) for one in self.out_of_reach))

    @property
    def out_of_reach(self) -> tuple[ParentAbsent, ...]:
        """The declared parents whose host, or the way to it, failed; each once."""
        readings = (self.reading, *self.references, *self.parents)
        facts = (fact for reading in readings for fact in reading.evidence)
        failed = (f for f in facts if isinstance(f, ParentAbsent) and f.absence is Absence.FAILED)
        return tuple({one.parent: one for one in failed}.values())

    @property
    def complete(self) -> bool:
        """Whether all that should have been read was read, of the target and of all others."""
        return not self.unread

    def _others(self) -> Iterator[tuple[str, Reading]]:
        for artifact in self.graph.artifacts():
            reading = self.graph.reading(artifact)
            if reading is not None and artifact != self.graph.subject:
                yield artifact.id, reading

    @property
    def exit_code(self) -> Exit:
        """How the command ends."""
        return exit_code(self.findings, self.fail_on, complete=self.complete)


def audit(
    target: str, options: AuditOptions | None = None, progress: Progress | None = None
) -> Audit:
    """Audit a repository: a URL, ``hf:org/name`` or a path.

    Raises:
        TargetError: the target is of no accepted form.
        UnreachableError: it, or something to hold it against, is missing, private or out of reach.
        CatalogueError: the catalogue cannot be read.
    """
    options = options or AuditOptions()
    progress = progress or Silent()
    with ExitStack() as stack:
        others = replace(options.source, revision=None)
        wanted = [(target, options.source), *((other, others) for other in options.against)]
        opened: list[Opened] = []
        for one, how in wanted:
            progress.stage(f"opening {without_credentials(one)}")
            snapshot = stack.enter_context(open_snapshot(one, how))
            reading = read(snapshot, options.leave_out, progress)
            reading = named(reading) if opened else _with_past(snapshot, reading, options)
            opened.append(Opened(snapshot, reading))

        def visit(address: str) -> Opened:
            snapshot = stack.enter_context(open_snapshot(address, others))
            return Opened(snapshot, read_parent(snapshot), followed=True)

        found = follow(opened[0], opened[1:], visit, options.follow, progress)
        beside = (*found.references, *found.parents)
        first, traced = _traced(found.target, opened[1:], options, progress)
        weighed = _weighed(first, beside, options, progress)
    return judged(weighed, options, progress, traced)


def _traced(
    target: Opened, references: Sequence[Opened], options: AuditOptions, progress: Progress
) -> tuple[Opened, Traced | None]:
    """Return the target with what its code shows, unless code is left out."""
    if Scope.CODE in options.leave_out:
        return target, None
    history = options.history is not False
    return trace(target, references, options.code_catalogues, progress, history=history)


def _weighed(
    target: Opened, others: Sequence[Opened], options: AuditOptions, progress: Progress
) -> Weighed:
    """Return the readings with what the weights show, unless these are left out."""
    if Scope.WEIGHTS in options.leave_out:
        return unweighed(target, others)
    found = open_catalogue(options.catalogue) if options.catalogue else None
    with nullcontext() if found is None else found as catalogue:
        asked = catalogue if catalogue is not None and len(catalogue) else None
        return weigh(target, others, asked, progress)


def judged(
    weighed: Weighed,
    options: AuditOptions,
    progress: Progress | None = None,
    traced: Traced | None = None,
) -> Audit:
    """Return the audit of a repository that has been read."""
    (progress or Silent()).stage("judging")
    opened = graph_of(weighed.target, (*weighed.references, *weighed.parents))
    graph = with_comparisons(opened, weighed.compared)
    graph = with_lookup(graph, weighed.lookup) if weighed.lookup else graph
    graph = with_copies(graph, traced.copies) if traced else graph
    graph = graph.with_obligations(evaluate(graph, load(), options.profile), options.profile)
    policy = options.policy
    found = judge.findings(graph, plugins.rules(), policy)
    today = options.today or datetime.now(UTC).date()
    findings, waivers = waive(found, policy.waivers if policy else (), graph, today)
    return Audit(
        graph=graph,
        findings=findings,
        obligations=graph.obligations,
        fail_on=options.fail_on,
        left_out=options.leave_out,
        policy=policy,
        waivers=waivers,
        followed=frozenset(_ids(opened, weighed.parents)),
        compared=weighed.compared,
        lookup=weighed.lookup,
        traced=traced,
    )


def _with_past(snapshot: Snapshot, reading: Reading, options: AuditOptions) -> Reading:
    """Return the target's reading with the changes of its licence over time, where asked for."""
    is_free = reading.repo.host in (Host.GIT, Host.GITCODE, Host.GITHUB)
    if not (is_free if options.history is None else options.history):
        return reading
    chosen = [s for s in plugins.scanners() if s.ABOUT is Scope.DOCS]
    return with_history(snapshot, reading, chosen)


def _ids(graph: LineageGraph, readings: Sequence[Reading]) -> Iterator[str]:
    """Yield the artifact ids under which these readings stand."""
    for artifact in graph.artifacts():
        if any(graph.reading(artifact) is reading for reading in readings):
            yield artifact.id
