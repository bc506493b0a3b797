"""The check of one commit: its changed files past the rules of the hook, and past the waivers."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from lineage.hook.look import Look
from lineage.hook.rules import RULES, HookRule
from lineage.model import Artifact, FileEntry, Finding, Kind, Outcome, Repo, Severity, Unread
from lineage.policy import Exit, Policy, exit_code, gating
from lineage.policy.search import Chosen, chosen, threshold
from lineage.sources.staging import Change, staged


@dataclass(frozen=True, slots=True)
class HookOptions:
    """What the user asked for."""

    #: Look at these files alone; at every changed one if empty.
    files: tuple[str, ...] = ()
    #: The earlier and the later revision, in place of the last commit and what is staged.
    between: tuple[str, str] | None = None
    #: The policy's file; that of the repository's root if None.
    policy: Path | None = None
    #: ``none`` or a severity; what the policy says if None.
    fail_on: str | None = None
    #: The day on which waivers are looked at; None for today (UTC).
    today: date | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """What a commit does; the reports are views of it."""

    repo: Repo
    changes: tuple[Change, ...]
    findings: tuple[Finding, ...]
    unread: tuple[Unread, ...]
    #: New or changed files of weights.
    weights: tuple[FileEntry, ...]
    fail_on: Severity | None
    policy: Policy | None
    #: What the user should hear of the policy and its waivers.
    remarks: tuple[str, ...]
    #: Whether two commits were compared, and not what is staged.
    is_past: bool

    @property
    def exit_code(self) -> Exit:
        """How the command ends."""
        return exit_code(self.findings, self.fail_on, complete=not self.unread)

    @property
    def stopping(self) -> tuple[Finding, ...]:
        """The findings that stop the commit."""
        return gating(self.findings, self.fail_on)


def check(here: Path, options: HookOptions | None = None) -> Checked:
    """Check what is staged in the repository around a directory.

    Raises:
        TargetError: there is no repository, or a revision names no commit.
        PolicyError: the policy is broken.
    """
    options = options or HookOptions()
    with staged(here, options.files, options.between) as changes:
        choice = _policy(changes.root, options)
        look = Look(changes, "HEAD" if options.between is None else (changes.base or "")[:12])
        look.read_documents()
        found = [_finding(rule, outcome) for rule in RULES for outcome in rule.check(look)]
        found.sort(key=lambda f: (-f.severity.rank, f.rule, f.message, f.fingerprint))
        policy = choice.policy
        findings, expired = _waived(found, policy, look.repo, options.today)
        return Checked(
            repo=look.repo,
            changes=changes.changes,
            findings=findings,
            unread=look.unread,
            weights=look.weights,
            fail_on=threshold(options.fail_on, policy),
            policy=policy,
            remarks=tuple(filter(None, (choice.remark, *expired))),
            is_past=options.between is not None,
        )


def _policy(root: Path, options: HookOptions) -> Chosen:
    """Return the policy: what stands at the root of one's own repository is one's own word."""
    return chosen(str(root), options.policy, here=root)


def _finding(rule: HookRule, outcome: Outcome) -> Finding:
    return Finding(
        fingerprint=_fingerprint(rule.CODE, outcome.about),
        rule=rule.CODE,
        title=rule.TITLE,
        severity=outcome.severity or rule.SEVERITY,
        state=outcome.state,
        tier=outcome.tier or rule.TIER,
        message=outcome.message,
        subject=outcome.subject,
        parent=None,
        clause=outcome.clause or rule.CLAUSE,
        remedy=outcome.remedy or rule.REMEDY,
        exhibits=outcome.exhibits,
    )


def _fingerprint(code: str, about: str) -> str:
    """Return what identifies a finding in every clone of the repository: 32 hex digits."""
    text = f"{code}\0{about}"
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:32]


def _waived(
    findings: Sequence[Finding], policy: Policy | None, repo: Repo, today: date | None
) -> tuple[tuple[Finding, ...], tuple[str, ...]]:
    """Return the findings, those that a waiver means as waived, and what is said of waivers."""
    if policy is None or not policy.waivers:
        return tuple(findings), ()
    # networkx takes a fifth of a second to import, and only waivers ask for a graph.
    from lineage.graph import LineageGraph  # noqa: PLC0415
    from lineage.policy.waiving import waive  # noqa: PLC0415

    here = Artifact(repo.purl, Kind.CODE, repo.id, repo.revision, repo.purl)
    graph = LineageGraph(repo.purl, [here], [], {})
    waived, use = waive(findings, policy.waivers, graph, today or datetime.now(UTC).date())
    return waived, use.expired
