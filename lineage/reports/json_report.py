"""JSON, version 1: the contract that other people's programs read (``audit.schema.json``).

Fields may be added; none is renamed or removed without a new version. The fields are written out
one by one, so that a change of the model's own names changes no promise.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import TYPE_CHECKING

from lineage.escape import well_formed
from lineage.kinship.fingerprint import VERSION as CATALOGUE_VERSION
from lineage.model import HostFact, Kind, Scope, Severity, State, WeightFile
from lineage.reports.code_json import described_code
from lineage.reports.governed import waiver_remarks
from lineage.reports.kinships import described_kinship, described_test
from lineage.verdict import verdict
from lineage.versions import KNOWLEDGE_VERSION, __version__, scancode_version

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lineage.catalogue import Lookup
    from lineage.codec import Plain
    from lineage.graph import LineageGraph
    from lineage.model import (
        Artifact,
        Coverage,
        Derivation,
        Exhibit,
        Finding,
        LicenceRecord,
        Obligation,
        Repo,
        Waiver,
    )
    from lineage.pipeline import Audit
    from lineage.reports.page import Page

NAME = "json"
SCHEMA_VERSION = "1"
#: A licence can stand in the header of every file: so many places are shown, all are counted.
LICENCE_EXHIBITS = 20

#: The part of an artifact whose licence is *the* licence of it.
MAIN_SCOPES = {Kind.MODEL: Scope.WEIGHTS, Kind.DATASET: Scope.DATA, Kind.CODE: Scope.CODE}
_BEYOND_ASCII = re.compile(r"[^\x20-\x7e\n]")


def render(audit: Audit, _page: Page) -> str:
    """Return the audit as one JSON object; the same audit gives the same bytes."""
    return serialised(described(audit))


def serialised(plain: Plain) -> str:
    """Return plain values as indented JSON that is valid UTF-8 and does nothing to a terminal."""
    text = json.dumps(_well_formed(plain), ensure_ascii=False, indent=2, allow_nan=False)
    return _BEYOND_ASCII.sub(_escaped, text) + "\n"


def described(audit: Audit) -> Plain:
    """Return the audit as ``audit.schema.json`` describes it."""
    graph = audit.graph
    return {
        "schema_version": SCHEMA_VERSION,
        "tool": _tool(audit),
        "target": described_repo(audit.target),
        "verdict": verdict(audit),
        "coverage": _coverage(audit.coverage),
        "references": [
            {"target": described_repo(reading.repo), "coverage": _coverage(reading.coverage)}
            for reading in audit.references
        ],
        "parents": [
            {"target": described_repo(reading.repo), "coverage": _coverage(reading.coverage)}
            for reading in audit.parents
        ],
        "licences": [_licence(record) for record in graph.subject.licences],
        "weights": [
            _weights(fact) for fact in audit.reading.evidence if isinstance(fact, WeightFile)
        ],
        "artifacts": [_artifact(graph, artifact) for artifact in graph.artifacts()],
        "derivations": [_derivation(edge) for edge in graph.derivations()],
        "comparisons": [
            {"reference": one.reference, "kinship": described_kinship(one.kinship)}
            for one in audit.compared
        ],
        "catalogue": _catalogue(audit.lookup),
        "code": described_code(audit.traced),
        "obligations": [_obligation(duty) for duty in audit.obligations],
        "findings": [described_finding(finding) for finding in audit.findings],
        "policy": _policy(audit),
        "summary": _summary(audit),
    }


def _tool(audit: Audit) -> Plain:
    return {
        "name": "lineage",
        "version": __version__,
        "knowledge_version": KNOWLEDGE_VERSION,
        "scancode_version": scancode_version(),
        "catalogue_version": None if audit.lookup is None else str(CATALOGUE_VERSION),
    }


def described_repo(repo: Repo) -> Plain:
    """Return a repository as ``audit.schema.json`` describes it."""
    return {
        "url": repo.url,
        "host": repo.host.value,
        "id": repo.id,
        "revision": repo.revision,
        "purl": repo.purl,
    }


def _coverage(coverage: Coverage) -> Plain:
    return {
        "files_total": coverage.files_total,
        "files_read": coverage.files_read,
        "bytes_read": coverage.bytes_read,
        "bytes_total": coverage.bytes_total,
        "unread": [{"path": place.path, "reason": place.reason} for place in coverage.unread],
        "not_examined": [
            {"ending": ending, "files": files} for ending, files in coverage.not_examined
        ],
    }


def _licence(record: LicenceRecord) -> Plain:
    return {
        "scope": record.scope.value,
        "declared": list(record.declared),
        "found": list(record.found),
        "concluded": record.concluded,
        "reason": record.reason,
        "files": len({exhibit.path for exhibit in record.exhibits}),
        "exhibits": _exhibits(record.exhibits[:LICENCE_EXHIBITS]),
    }


def _weights(file: WeightFile) -> Plain:
    return {
        "path": file.exhibit.path,
        "format": file.format,
        "size": file.size,
        "sha256": file.sha256,
        "tensors": None if file.tensors is None else len(file.tensors),
    }


def _artifact(graph: LineageGraph, artifact: Artifact) -> Plain:
    concluded = {record.scope: record.concluded for record in artifact.licences}
    return {
        "id": artifact.id,
        "kind": artifact.kind.value,
        "name": artifact.name,
        "revision": artifact.revision,
        "purl": artifact.purl,
        "licence": concluded.get(MAIN_SCOPES[artifact.kind]),
        "created": next(
            (f.value for f in graph.evidence(artifact, HostFact) if f.key == "created_at"), None
        ),
    }


def _derivation(edge: Derivation) -> Plain:
    return {
        "parent": edge.parent,
        "child": edge.child,
        "relation": edge.relation.value,
        "origin": edge.origin.value,
        "tier": edge.tier.value,
        "tests": [described_test(test) for test in edge.tests],
        "exhibits": _exhibits(edge.exhibits),
    }


def _obligation(duty: Obligation) -> Plain:
    return {
        "licence": duty.licence,
        "parent": duty.parent,
        "kind": duty.kind,
        "clause": duty.clause,
        "trigger": duty.trigger,
        "state": duty.state.value,
        "exhibits": _exhibits(duty.exhibits),
        "id": duty.id,
        "title": duty.title,
        "literals": _texts(duty.literals),
        "quote": duty.quote,
        "reason": duty.reason,
        "required": duty.required,
        "caveat": duty.caveat or None,
        "relation": duty.relation.value,
        "tier": duty.tier.value,
        "path": _texts(duty.path),
    }


def _catalogue(lookup: Lookup | None) -> Plain:
    if lookup is None:
        return None
    return {
        "references": lookup.references,
        "screened": lookup.screened,
        "passed_over": lookup.passed_over,
        "reason": lookup.reason or None,
        "matches": [
            {
                "reference": match.entry.repo.purl,
                "related": match.related.value,
                "relation": match.relation.value,
                "tier": match.tier.value,
                "p_value": match.p_value,
                "equal_tensors": match.equal_tensors,
            }
            for match in lookup.matches
        ],
    }


def _texts(texts: Iterable[str]) -> list[Plain]:
    return list(texts)


def described_finding(finding: Finding) -> Plain:
    """Return a finding as ``audit.schema.json`` describes it."""
    return {
        "fingerprint": finding.fingerprint,
        "rule": finding.rule,
        "title": finding.title,
        "severity": finding.severity.value,
        "state": finding.state.value,
        "tier": finding.tier.value,
        "message": finding.message,
        "subject": finding.subject,
        "parent": finding.parent,
        "clause": finding.clause,
        "remedy": finding.remedy,
        "exhibits": _exhibits(finding.exhibits),
        "waiver": _waiver(finding.waiver),
    }


def _waiver(waiver: Waiver | None) -> Plain:
    if waiver is None:
        return None
    return {
        "reason": waiver.reason,
        "owner": waiver.owner,
        "expires": waiver.expires,
        "since": waiver.since,
        "was": waiver.was.value,
    }


def _policy(audit: Audit) -> Plain:
    if audit.policy is None:
        return None
    use = audit.waivers
    return {
        "file": audit.policy.source,
        "presets": list(audit.policy.presets),
        "waivers": {
            "total": use.waivers,
            "applied": use.applied,
            "expired": len(use.expired) + use.expired_unused,
        },
        "remarks": _texts(waiver_remarks(audit)),
    }


def _exhibits(exhibits: Iterable[Exhibit]) -> list[Plain]:
    return [
        {
            "path": exhibit.path,
            "lines": exhibit.lines and list(exhibit.lines),
            "span": exhibit.span and list(exhibit.span),
            "sha256": exhibit.sha256,
            "url": exhibit.url,
            "excerpt": exhibit.excerpt,
            "repo": exhibit.repo or None,
        }
        for exhibit in exhibits
    ]


def _summary(audit: Audit) -> Plain:
    settled = (State.MET, State.WAIVED)
    severities = Counter(f.severity for f in audit.findings if f.state not in settled)
    states = Counter(finding.state for finding in audit.findings)
    return {
        "by_severity": {severity.value: severities[severity] for severity in Severity},
        "by_state": {state.value: states[state] for state in State},
        "waived": states[State.WAIVED],
        "fail_on": audit.fail_on.value if audit.fail_on else "none",
        "left_out": [scope.value for scope in sorted(audit.left_out)],
        "exit_code": int(audit.exit_code),
    }


def _well_formed(plain: Plain) -> Plain:
    match plain:
        case str():
            return well_formed(plain)
        case list():
            return [_well_formed(item) for item in plain]
        case dict():
            return {well_formed(key): _well_formed(value) for key, value in plain.items()}
        case _:
            return plain


def _escaped(found: re.Match[str]) -> str:
    char = found.group()
    # json.dumps writes a character beyond the sixteen bits as two escapes, as JSON wants it.
    return char if char.isprintable() else json.dumps(char)[1:-1]
