"""What the hook found, for a person who wants to commit, and as JSON."""

from __future__ import annotations

import json
import textwrap
from collections import Counter
from collections.abc import Iterator

from lineage import __version__
from lineage.escape import safe_text
from lineage.formats import format_of
from lineage.hook.checking import Checked
from lineage.model import EntryKind, Exhibit, FileEntry, Finding, State
from lineage.phrases import counted, place, quoted
from lineage.policy import Exit

SCHEMA_VERSION = "1"

_SETTLED = frozenset({State.MET, State.WAIVED})
_INDENT = 4


def as_text(checked: Checked, width: int = 100) -> str:
    """Return the outcome in words: what stops the commit, how to mend it, how to go on anyway."""
    lines = [_verdict(checked)]
    for finding in checked.findings:
        if finding.state not in _SETTLED:
            lines += ["", *_finding(finding, width)]
    if checked.unread:
        lines += ["", "Not read, so that nothing is claimed of it:"]
        lines += [f"    {safe_text(quoted(gap.path))}: {gap.reason}" for gap in checked.unread]
    if checked.weights:
        lines += ["", "New weights:", *(f"    {_weights(entry)}" for entry in checked.weights)]
    lines += _ending(checked)
    return "\n".join(map(safe_text, lines)) + "\n"


def as_json(checked: Checked) -> str:
    """Return the outcome as one JSON object."""
    report = {
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "lineage", "version": __version__},
        "base": checked.repo.revision,
        "changes": [{"path": c.path, "status": c.status} for c in checked.changes],
        "findings": [_plain(finding) for finding in checked.findings],
        "unread": [{"path": gap.path, "reason": gap.reason} for gap in checked.unread],
        "weights": [
            {
                "path": entry.path,
                "format": format_of(_name(entry.path)),
                "size": entry.size,
                "sha256": entry.sha256,
                "lfs": entry.kind is EntryKind.LFS,
            }
            for entry in checked.weights
        ],
        "summary": {
            "fail_on": checked.fail_on.value if checked.fail_on else "none",
            "by_state": dict(sorted(Counter(f.state.value for f in checked.findings).items())),
            "stopping": len(checked.stopping),
            "exit_code": int(checked.exit_code),
        },
    }
    # Escapes instead of raw characters: a path may hold what is no Unicode at all.
    return json.dumps(report, indent=2, ensure_ascii=True) + "\n"


def _verdict(checked: Checked) -> str:
    looked = f"{counted(len(checked.changes), 'changed file')} looked at"
    what = "these commits" if checked.is_past else "this commit"
    match checked.exit_code:
        case Exit.INCOMPLETE:
            said = f"{counted(len(checked.unread), 'file')} could not be read"
            if checked.stopping:
                said += f", and {counted(len(checked.stopping), 'finding')} would stop {what}"
            return f"lineage: {looked}; {said}."
        case Exit.FINDINGS:
            said = counted(len(checked.stopping), "finding")
            stops = "stops" if len(checked.stopping) == 1 else "stop"
            return f"lineage: {looked}; {said} {stops} {what}."
        case _:
            return f"lineage: {looked}; nothing stops {what}."


def _finding(finding: Finding, width: int) -> Iterator[str]:
    doubt = "" if finding.state is State.UNMET else f", {finding.state.value}"
    yield f"{finding.severity.value.upper()}{doubt}  {finding.rule}  {finding.title}"
    yield from _wrapped(finding.message, width)
    advice, *commands = finding.remedy.split("\n")
    yield from _wrapped(f"To fix: {advice}", width)
    yield from (f"        {command}" for command in commands)
    if finding.exhibits:
        yield f"    Where: {', '.join(place(exhibit) for exhibit in finding.exhibits)}"
    yield f"    Fingerprint: {finding.fingerprint}"


def _wrapped(text: str, width: int) -> Iterator[str]:
    """Yield lines that fit."""
    pad = " " * _INDENT
    yield from textwrap.wrap(
        safe_text(text),
        max(width, 40),
        initial_indent=pad,
        subsequent_indent=pad,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _ending(checked: Checked) -> list[str]:
    if checked.exit_code is Exit.PASS:
        return []
    lines = [""]
    if checked.stopping:
        lines.append(
            "To accept a finding, waive its fingerprint in the policy (lineage.yaml) with reason, "
            "owner and expiry;"
        )
        lines.append(f"lineage explain {checked.stopping[0].rule} says more.")
    if not checked.is_past:
        lines.append("To commit all the same: git commit --no-verify.")
    return lines


def _weights(entry: FileEntry) -> str:
    size = "size not known" if entry.size is None else f"{entry.size:,} bytes"
    where = "in Git LFS" if entry.kind is EntryKind.LFS else "in git itself"
    return f"{quoted(entry.path)}: {format_of(_name(entry.path))}, {size}, {where}"


def _plain(finding: Finding) -> dict[str, object]:
    waiver = finding.waiver
    return {
        "fingerprint": finding.fingerprint,
        "rule": finding.rule,
        "title": finding.title,
        "severity": finding.severity.value,
        "state": finding.state.value,
        "tier": finding.tier.value,
        "message": finding.message,
        "clause": finding.clause,
        "remedy": finding.remedy,
        "exhibits": [_exhibit(exhibit) for exhibit in finding.exhibits],
        "waiver": None
        if waiver is None
        else {"reason": waiver.reason, "owner": waiver.owner, "expires": waiver.expires},
    }


def _exhibit(exhibit: Exhibit) -> dict[str, object]:
    return {
        "path": exhibit.path,
        "lines": list(exhibit.lines) if exhibit.lines else None,
        "sha256": exhibit.sha256,
        "repo": exhibit.repo,
    }


def _name(path: str) -> str:
    return path.rpartition("/")[2]
