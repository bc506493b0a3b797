"""The audit: open, read, settle, assemble, judge. Each step's result is the next one's input."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path

from lineage import judge, plugins, walk
from lineage.assembly import graph_of
from lineage.catalogue import Lookup, open_catalogue
from lineage.graph import LineageGraph
from lineage.heredity import Compared, with_comparisons, with_lookup
from lineage.licences import settle
from lineage.licences.knowledge import load
from lineage.model import (
    Coverage,
    Evidence,
    Finding,
    Obligation,
    Profile,
    Reading,
    Repo,
    Scope,
    Severity,
    UnsettledText,
)
from lineage.obligations import evaluate
from lineage.policy import DEFAULT_FAIL_ON, Exit, Policy, exit_code
from lineage.policy.waiving import WaiverUse, waive
from lineage.progress import Progress, Silent
from lineage.sources import Snapshot, SourceOptions, open_snapshot
from lineage.sources.links import without_credentials
from lineage.testimony import with_testimony
from lineage.weighing import Opened, Weighed, weigh


@dataclass(frozen=True, slots=True)
class AuditOptions:
    """What the user asked for."""

    source: SourceOptions = field(default_factory=SourceOptions)
    #: Targets to hold the audited one against.
    against: tuple[str, ...] = ()
    fail_on: Severity | None = DEFAULT_FAIL_ON
    #: Parts of the repository that are left out: WEIGHTS with ``--no-weights``, CODE likewise.
    leave_out: frozenset[Scope] = frozenset()
    #: What the organisation says of itself, for conditions that hang on it.
    profile: Profile | None = None
    #: What the organisation allows and has waived.
    policy: Policy | None = None
    #: References to look the target up among; None for no look-up.
    catalogue: Path | None = None
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
    #: What the target's weights are to those of each reference that was opened.
    compared: tuple[Compared, ...] = ()
    #: What the catalogue shows of them; None where it was not asked.
    lookup: Lookup | None = None

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
        others = (a for a in self.graph.artifacts() if a != self.graph.subject)
        return tuple(reading for a in others if (reading := self.graph.reading(a)))

    @property
    def complete(self) -> bool:
        """Whether all that should have been read was read, of the target and of the references."""
        return not any(r.coverage.unread for r in (self.reading, *self.references))

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
        opened = []
        for one, how in wanted:
            progress.stage(f"opening {without_credentials(one)}")
            snapshot = stack.enter_context(open_snapshot(one, how))
            opened.append(Opened(snapshot, read(snapshot, options, progress)))
        weighed = _weighed(opened[0], opened[1:], options, progress)
    return judged(weighed, options, progress)


def _weighed(
    target: Opened, references: Sequence[Opened], options: AuditOptions, progress: Progress
) -> Weighed:
    """Return the readings with what the weights show, unless these are left out."""
    if Scope.WEIGHTS in options.leave_out:
        return Weighed(target.reading, tuple(one.reading for one in references))
    found = open_catalogue(options.catalogue) if options.catalogue else None
    with nullcontext() if found is None else found as catalogue:
        asked = catalogue if catalogue is not None and len(catalogue) else None
        return weigh(target, references, asked, progress)


def judged(weighed: Weighed, options: AuditOptions, progress: Progress | None = None) -> Audit:
    """Return the audit of a repository that has been read."""
    (progress or Silent()).stage("judging")
    graph = with_comparisons(graph_of(weighed.target, weighed.references), weighed.compared)
    graph = with_lookup(graph, weighed.lookup) if weighed.lookup else graph
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
        compared=weighed.compared,
        lookup=weighed.lookup,
    )


def read(snapshot: Snapshot, options: AuditOptions, progress: Progress) -> Reading:
    """Return what the scanners see of a repository, with the texts that they left open settled."""
    chosen = [s for s in plugins.scanners() if s.ABOUT not in options.leave_out]
    return with_testimony(_settled(snapshot, walk.read(snapshot, chosen, progress), progress))


def _settled(snapshot: Snapshot, reading: Reading, progress: Progress) -> Reading:
    """Return the reading with every unsettled text replaced by what it turned out to be."""
    open_texts = tuple(fact for fact in reading.evidence if isinstance(fact, UnsettledText))
    if not open_texts:
        return reading
    settled, unread = settle(open_texts, snapshot.read, progress)
    evidence: list[Evidence] = [f for f in reading.evidence if not isinstance(f, UnsettledText)]
    coverage = reading.coverage
    return replace(
        reading,
        evidence=(*evidence, *settled),
        coverage=replace(
            coverage,
            bytes_read=snapshot.bytes_read,
            unread=(*coverage.unread, *unread),
        ),
    )
