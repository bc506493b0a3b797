"""What every report for people contains, in the order in which it is read.

Formats differ in how they show it, not in what there is to show.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lineage.kinship.verdict import Related
from lineage.model import (
    Coverage,
    Derivation,
    Exhibit,
    Finding,
    Relation,
    Severity,
    State,
    Test,
    Tier,
    Unread,
    WeightFile,
)
from lineage.phrases import counted, listed, place, quoted
from lineage.policy import Exit, gating
from lineage.verdict import reservations

if TYPE_CHECKING:
    from lineage.catalogue import Lookup
    from lineage.model import LicenceRecord, Reading, Repo
    from lineage.pipeline import Audit

#: Said in every report for people.
DISCLAIMER = (
    "Findings are for a person to judge: they say what was read. They are not legal advice and say "
    "nothing of anybody's intent."
)

#: Within one severity, what is surest comes first.
_STATES = (
    State.UNMET,
    State.INVESTIGATE,
    State.CONDITION_UNKNOWN,
    State.CANNOT_DETERMINE,
    State.WAIVED,
    State.MET,
)

#: Matches of the catalogue that are spoken of one by one.
_MATCHES = 5
#: The prefixes of bytes are powers of it.
_STEP = 1000

#: What each tier rests on, in a few words.
TIERS = {
    Tier.A: "identical bytes, the file tree or the publisher's own word",
    Tier.B: "calibrated statistics",
    Tier.C: "structure alone, which is never proof of descent",
    Tier.D: "code",
    Tier.E: "an outside word",
}


@dataclass(frozen=True, slots=True)
class Group:
    """Findings of one rule that share severity, state, tier, clause and remedy."""

    rule: str
    title: str
    severity: Severity
    state: State
    tier: Tier
    clause: str
    remedy: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """Places that could not be read for one and the same reason."""

    reason: str
    paths: tuple[str, ...]


def address(repo: Repo) -> str:
    """Return where the repository is, without the revision that stands beside it."""
    return repo.url.removesuffix(f"/tree/{repo.revision}")


def relation(edge: Derivation) -> str:
    """Return how the child came from the parent, as a label."""
    return "not said how" if edge.relation is Relation.UNKNOWN else edge.relation.value


def groups(audit: Audit, *states: State) -> tuple[Group, ...]:
    """Return the findings in these states by rule, the gravest and surest first."""
    found: dict[tuple[str, Severity, State, Tier, str, str], list[Finding]] = defaultdict(list)
    for f in audit.findings:
        if f.state in states:
            found[f.rule, f.severity, f.state, f.tier, f.clause, f.remedy].append(f)
    made = (
        Group(rule, members[0].title, severity, state, tier, clause, remedy, tuple(members))
        for (rule, severity, state, tier, clause, remedy), members in found.items()
    )
    return tuple(sorted(made, key=lambda g: (-g.severity.rank, _STATES.index(g.state), g.rule)))


def gaps(unread: Iterable[Unread]) -> tuple[Gap, ...]:
    """Return what could not be read, by reason, the most frequent first."""
    reasons: dict[str, list[str]] = defaultdict(list)
    for gap in unread:
        reasons[gap.reason].append(gap.path)
    ordered = sorted(reasons.items(), key=lambda item: (-len(item[1]), item[0]))
    return tuple(Gap(reason, tuple(paths)) for reason, paths in ordered)


def by_hash_only(reading: Reading) -> tuple[WeightFile, ...]:
    """Return the files of weights of which no header was read: a hash and a size at best."""
    return tuple(f for f in reading.evidence if isinstance(f, WeightFile) and f.tensors is None)


def statements(record: LicenceRecord) -> str:
    """Return what was declared and found, as far as conclusion and reason do not say it."""
    said = []
    if record.concluded and not record.declared:
        said.append("Declared nowhere.")
    if record.concluded and not record.found:
        said.append("No text found.")
    for told, names in (("Declared", record.declared), ("Found", record.found)):
        if any(name != record.concluded and name not in record.reason for name in names):
            said.append(f"{told}: {listed(names)}.")
    return " ".join(said)


def places(exhibits: Sequence[Exhibit]) -> str:
    """Return where exhibits point, by the first place in each file: "a.py:3 and b.py:7"."""
    firsts = {(exhibit.repo, exhibit.path): place(exhibit) for exhibit in reversed(exhibits)}
    said = listed(reversed(firsts.values()))
    more = len(exhibits) > len(firsts)
    return f"{said}, {counted(len(exhibits), 'place')} in all" if more else said


def test_sentence(test: Test) -> str:
    """Return what a test of kinship says, with its null hypothesis and its power."""
    kind = "exact" if test.exact else "calibrated"
    return (
        f"{test.name}: p = {test.p_value:.2g} ({kind}) if {test.null}; effect {test.effect:.3g}, "
        f"and {test.minimum_detectable_effect:.3g} or more would have been seen"
    )


def compared(audit: Audit) -> Iterator[tuple[str, str]]:
    """Yield each reference's name and what the comparison of weights showed, in words."""
    for one in audit.compared:
        kinship = one.kinship
        name = audit.graph.artifact(one.reference).name
        yield name, " ".join(filter(None, (kinship.words, kinship.power)))


def catalogue(audit: Audit) -> Iterator[str]:
    """Yield what the catalogue showed, in sentences."""
    found = audit.lookup
    if found is None:
        return
    held = counted(found.references, "indexed reference")
    if found.screened:
        said = f"The weights were held against {held}, {found.screened:,} of them by statistics"
        yield f"{said} (the error rate is kept over all of these): {_matches(found)}."
    else:
        said = f"File digests were held against {held}: {_matches(found)}"
        yield f"{said}; no more, since {found.reason}."
    for match in found.matches[:_MATCHES]:
        if match.related is not Related.YES:
            name = quoted(match.entry.repo.id)
            yield (
                f"Not independent of {name}, by initial random numbers at least; to tell whether "
                "training is shared as well, audit with --against."
            )
    if found.passed_over:
        yield (
            f"{counted(found.passed_over, 'fingerprint')} of another layout or damaged: index "
            "these models anew."
        )


def _matches(found: Lookup) -> str:
    if not found.matches:
        return "none matches"
    names = listed(match.entry.repo.id for match in found.matches)
    return f"{counted(len(found.matches), 'match', 'matches')}, the nearest {names}"


def strongest(tests: Sequence[Test]) -> Iterator[str]:
    """Yield what the test with the smallest p-value says, and how many others there are."""
    if tests:
        yield test_sentence(min(tests, key=lambda test: (test.p_value, not test.is_of_correlation)))
    if len(tests) > 1:
        yield f"And {counted(len(tests) - 1, 'more test')}, see --format json."


def size_text(size: int) -> str:
    """Return a number of bytes for a person, in powers of a thousand: "1.2 GB"."""
    if size < _STEP:
        return counted(size, "byte")
    amount = size / _STEP
    for unit in ("kB", "MB", "GB"):
        if amount < _STEP:
            return f"{amount:.1f} {unit}"
        amount /= _STEP
    return f"{amount:,.1f} TB"


def read_sentence(coverage: Coverage) -> str:
    """Return how much was read; what is read twice counts twice, so it may exceed the whole."""
    return (
        f"{coverage.files_read:,} of {counted(coverage.files_total, 'file')} examined; "
        f"{size_text(coverage.bytes_read)} read, of {size_text(coverage.bytes_total)} in all files"
    )


def ending(audit: Audit) -> str:
    """Return how the command ends and why, in one sentence."""
    gate = f"--fail-on {audit.fail_on.value}" if audit.fail_on else ""
    stopping = len(gating(audit.findings, audit.fail_on))
    said = "" if audit.complete else "something could not be read, and "
    if stopping:
        said += f"{counted(stopping, 'finding is', 'findings are')} unmet at or above {gate}"
    else:
        said += f"no finding is unmet at or above {gate}" if gate else "--fail-on none was asked"
    if audit.exit_code is Exit.PASS and (reasons := reservations(audit)):
        said += f"; that is no pass, since {' and '.join(reasons)}"
    return f"Exit code {audit.exit_code:d}: {said}."
