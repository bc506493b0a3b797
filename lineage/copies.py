"""What matches of code add to an audit: heads held against upstream's, and derivations.

A match accuses nobody. A head is called lost only where most of a file is one work's, no other work
explains as much of it, and nothing speaks for the target having been first.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from lineage.code import (
    Basis,
    CodeMatches,
    Direction,
    FileMatch,
    LinePair,
    Release,
    Upstream,
    Witness,
    names_file,
)
from lineage.graph import LineageGraph
from lineage.headers import Comparison, Head, compare_heads, unpacked
from lineage.headers.holders import all_parties, parties
from lineage.licences.copyrights import Statement
from lineage.model import (
    Artifact,
    Derivation,
    Exhibit,
    HeaderChange,
    Host,
    Kind,
    LicenceRecord,
    Origin,
    Relation,
    Repo,
    Scope,
    Tier,
)
from lineage.sources.file import shorten

#: Share of either file from which on a match is worth a question, and from which on somebody is
#: held to upstream's terms; a smaller share will do where it is of many lines.
LARGE, MOST = 0.3, 0.5
MUCH, MANY_LINES = 0.4, 100
#: Fewer lines, and fewer different runs of tokens, are a table or an idiom.
FEWEST_LINES, FEWEST_RUNS = 12, 16
#: Line ranges of one file, and files of one work, that are exhibits of a derivation.
_RANGES, _FILES = 3, 5
#: Comments that say where code was taken from, of one file.
_CREDITS = 3
#: Lines shown of a file that has no head.
_TOP = 5
#: Shorter words in a repository's name ("lab", "v2") tell it from no other.
_TELLING = 4
_WHOLE = frozenset({Basis.BYTES, Basis.TOKENS, Basis.RENAMED})
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Copy:
    """A source file whose code is upstream's, and what became of the head."""

    match: FileMatch
    change: HeaderChange
    #: Whether anything follows from it, beyond that it is shown: a few lines in common show no
    #: descent, nor does a file that may have been first.
    tells: bool

    @property
    def path(self) -> str:
        """The file in the target."""
        return self.match.suspect.path

    @property
    def lines(self) -> tuple[LinePair, ...]:
        """The lines that both hold."""
        return self.match.lines


@dataclass(frozen=True, slots=True)
class Traced:
    """What the target's source files hold of other works."""

    #: Source files that were held against others.
    files: int
    #: Works, and distinct files of theirs, that they were held against.
    works: int
    references: int
    copies: tuple[Copy, ...]
    #: The work that most of the files stand in at the same places, if there is one.
    whole: str | None
    #: Files that were held against nothing, by reason, the most frequent first.
    passed: tuple[tuple[str, int], ...]


def copies_of(
    found: CodeMatches, heads: Mapping[str, Head], repo: Repo, urls: Mapping[str, str]
) -> tuple[Copy, ...]:
    """Return the copies among a target's files, given their heads and their addresses by path.

    A work that the target itself is, or that took the code from it, is none of its upstreams.
    """
    nearest: dict[str, FileMatch] = {}
    made = []
    for match in found.matches:
        path = match.suspect.path
        if path in heads and match.direction is not Direction.FROM_SUSPECT:
            first = nearest.setdefault(path, match)
            if not _is_itself(repo, match.upstream):
                copy = _copy(match, heads[path], repo, urls, found)
                is_told = first is not match and _is_told_by(first, match)
                made.append(replace(copy, tells=False) if is_told else copy)
    return tuple(made)


def _is_told_by(first: FileMatch, match: FileMatch) -> bool:
    """Say whether the nearest upstream explains a further one: they copy each other."""
    if first.upstream.work.purl == match.upstream.work.purl:
        return True
    return first.of_suspect + match.of_suspect > 1


def release_of(upstream: Upstream) -> str:
    """Return the release that a file was taken from, or the first and last that come as near."""
    first, last = upstream.release.version, upstream.last.version
    return first if first == last else f"{first} to {last}"


def _copy(
    match: FileMatch, head: Head, repo: Repo, urls: Mapping[str, str], found: CodeMatches
) -> Copy:
    upstream = match.upstream
    theirs = _head_of(upstream)
    compared = compare_heads(head, theirs)
    # Others copy from a work that is in the catalogue itself: without a direction nothing follows.
    is_source = found.is_indexed and match.witness is not Witness.GROWTH
    may_be_first = is_source or _may_be_first(match, head, theirs, repo)
    # A target that upstream may have taken the code from can credit another file of the same work.
    says_so = _says_so(match) and (names_file(match.suspect, upstream) or not may_be_first)
    tells = says_so or (is_large(match) and not may_be_first)
    sure = tells and found.whole is None and _is_sure(match, head, theirs)
    return Copy(match, _change(match, head, theirs, compared, urls, sure=sure), tells)


def _head_of(upstream: Upstream) -> Head:
    """Return upstream's head; an empty one where the catalogue's cannot be read."""
    try:
        return unpacked(json.loads(upstream.head))
    except (ValueError, RecursionError):
        return unpacked({})


def _change(
    match: FileMatch,
    head: Head,
    theirs: Head,
    compared: Comparison,
    urls: Mapping[str, str],
    *,
    sure: bool,
) -> HeaderChange:
    upstream, path = match.upstream, match.suspect.path
    everybody = dict.fromkeys(one.holder for one in (*head.statements, *head.below))
    return HeaderChange(
        status=compared.status,
        upstream=upstream.work.name,
        release=release_of(upstream) or None,
        upstream_holders=theirs.holders,
        holders=tuple(everybody),
        upstream_licence=theirs.expression or upstream.release.licence,
        licence=head.expression,
        modified=match.modified,
        modification_stated=bool(compared.change),
        exhibit=Exhibit(
            path,
            lines=head.lines or (1, max(1, min(_TOP, match.suspect.lines))),
            sha256=match.suspect.sha256,
            url=urls.get(path),
            excerpt=_said(head),
        ),
        upstream_exhibit=Exhibit(
            upstream.path,
            lines=theirs.lines,
            url=upstream.work.url or None,
            excerpt=_said(theirs),
            repo=f"{upstream.work.name} {release_of(upstream)}".rstrip(),
        ),
        sure=sure,
        credits=tuple(
            Exhibit(path, (one.line, one.line), excerpt=shorten(one.text))
            for one in compared.credits[:_CREDITS]
        ),
    )


def _said(head: Head) -> str | None:
    """Return the copyright lines of a head, as they stand in it."""
    return shorten("\n".join(one.text for one in head.statements)) or None


def is_large(match: FileMatch) -> bool:
    """Say whether the files have so much in common that it can be no chance and no trifle."""
    runs = max(match.named.shared, match.shaped.shared)
    in_part = _share(match) >= LARGE and _lines(match) >= FEWEST_LINES and runs >= FEWEST_RUNS
    in_statements = match.basis is Basis.STATEMENTS and match.stated.shared >= FEWEST_RUNS
    return match.basis in _WHOLE or in_part or in_statements


def _is_sure(match: FileMatch, head: Head, theirs: Head) -> bool:
    """Say whether a file is plainly upstream's, and something shows that it came after."""
    most = _share(match) >= MOST or (_share(match) >= MUCH and _lines(match) >= MANY_LINES)
    others = (o for o in match.alternatives if o.upstream.work.purl != match.upstream.work.purl)
    if not (match.basis in _WHOLE or most) or any(others):
        return False
    if match.basis is Basis.STATEMENTS:  # what is written alike is evidence, and no proof
        return _says_so(match)
    return _says_so(match) or _says_later(match, head, theirs) or _shows_it(match, theirs)


def _says_so(match: FileMatch) -> bool:
    """Say whether the file itself names upstream."""
    return match.direction is Direction.FROM_UPSTREAM and match.witness is Witness.WORDS


def _says_later(match: FileMatch, head: Head, theirs: Head) -> bool:
    """Say whether the head names upstream's holder, or is of a later year than upstream's."""
    if named := _named(head, theirs):
        # Naming some of them and not the others, both may be of one ancestor.
        return len(named) == len(theirs.holders)
    own, since = _years(head.statements), _since(match, theirs)
    is_later = bool(own and since) and min(own) >= min(since)
    may_be_older = match.witness is Witness.OPEN and not _is_of_earlier_year(match, theirs)
    return is_later and match.witness is not Witness.EARLIER and not may_be_older


def _shows_it(match: FileMatch, theirs: Head) -> bool:
    """Say whether the target's history leaves hardly another explanation.

    That a file was first shown after upstream's is too little to hold anybody to upstream's terms:
    it may be a copy of what upstream was made from, and what a work was begun with may have been
    written long before. So every token has to be upstream's, upstream may name no source of its
    own, and the file must have come by itself into a work that was begun later.
    """
    runs = max(match.named.shared, match.shaped.shared)
    is_all = match.basis in _WHOLE and runs >= FEWEST_RUNS
    is_own = not (theirs.sources or theirs.places)
    return match.witness is Witness.GROWTH and is_all and is_own


def _named(head: Head, theirs: Head) -> list[str]:
    """Return the holders of upstream's head that the file's names too."""
    here = all_parties(one.holder for one in (*head.statements, *head.below))
    return [h for h in theirs.holders if any(party.is_among(here) for party in parties(h))]


def _share(match: FileMatch) -> float:
    return max(match.of_suspect, match.of_upstream)


def _lines(match: FileMatch) -> int:
    return sum(pair.suspect[1] - pair.suspect[0] + 1 for pair in match.lines)


def _may_be_first(match: FileMatch, head: Head, theirs: Head, repo: Repo) -> bool:
    """Say whether upstream credits the target's publisher, or the target's is older."""
    owner = all_parties(_accounts(repo))
    credited = (party for holder in theirs.holders for party in parties(holder))
    if any(party.is_among(owner) for party in credited):
        return True
    if _is_named_after(repo, match.upstream) or _was_there(match, head, theirs):
        return True
    known = all_parties(theirs.holders)
    own = [s for s in head.statements if not any(p.is_among(known) for p in parties(s.holder))]
    years, since = _years(own), _since(match, theirs)
    return bool(years and since) and min(years) < min(since)


def _was_there(match: FileMatch, head: Head, theirs: Head) -> bool:
    """Say whether the file was there before upstream's is known to have been.

    One that names upstream's holders was not the first, whatever the dates; and the releases that
    are known need not be the first, where upstream's head bears an earlier year.
    """
    if match.witness is not Witness.EARLIER or _named(head, theirs):
        return False
    return not _is_of_earlier_year(match, theirs)


def _is_of_earlier_year(match: FileMatch, theirs: Head) -> bool:
    """Say whether upstream's head bears a year before the one in which the file is first seen."""
    years = _years(theirs.statements)
    return bool(years and match.seen) and min(years) < int((match.seen or "")[:4])


def _is_named_after(repo: Repo, upstream: Upstream) -> bool:
    """Say whether upstream's file is called after the target: ``models/dbrx`` after ``dbrx``."""
    name = repo.id.replace("\\", "/").rpartition("/")[2].removesuffix(".git")
    own = {word for word in _words(name) if len(word) >= _TELLING}
    return not own.isdisjoint(_words(upstream.path.replace("_", " ")))


def _years(statements: Iterable[Statement]) -> list[int]:
    return [int(year) for statement in statements for year in _YEAR.findall(statement.text)]


def _since(match: FileMatch, theirs: Head) -> list[int]:
    """Return the years of upstream's lines, or else that of its release."""
    date = match.upstream.release.date or ""
    return _years(theirs.statements) or ([int(date[:4])] if date[:4].isdigit() else [])


def _accounts(repo: Repo) -> list[str]:
    """Return whoever publishes the target, by the address."""
    return [] if repo.host is Host.LOCAL else repo.id.split("/")[:-1]


def _is_itself(repo: Repo, upstream: Upstream) -> bool:
    name = repo.id.replace("\\", "/").rpartition("/")[2]
    return _words(name) == _words(upstream.work.name.rpartition("/")[2])


def _words(name: str) -> list[str]:
    return _WORD.findall(name.lower())


def with_copies(graph: LineageGraph, copies: Sequence[Copy]) -> LineageGraph:
    """Return the graph with a derivation from each upstream work, at the release most often found.

    Code shows where code came from, and nothing of weights: its tier is D.
    """
    works: dict[str, list[Copy]] = defaultdict(list)
    for copy in (one for one in copies if one.tells):
        works[copy.match.upstream.work.purl].append(copy)
    known = {artifact.id for artifact in graph.artifacts()}
    parents = {purl: _parent(found, purl, known) for purl, found in works.items()}
    edges = [_edge(graph, parents[purl], found) for purl, found in works.items()]
    added = [parent for parent in parents.values() if parent.id not in known]
    return graph.with_derivations((*graph.derivations(), *edges), added)


def _parent(copies: Sequence[Copy], purl: str, known: Iterable[str]) -> Artifact:
    """Return the artifact of a work: the one in the graph where the work was opened."""
    release = _commonest([copy.match.upstream.release for copy in copies])
    work = copies[0].match.upstream.work
    opened = next((name for name in known if name == purl or name.startswith(f"{purl}@")), None)
    name = opened or f"{purl}@{release.version}"
    record = LicenceRecord(
        scope=Scope.CODE,
        declared=(),
        found=(),
        concluded=release.licence,
        reason="As the catalogue of code recorded it when the release was indexed.",
        exhibits=(),
    )
    return Artifact(name, Kind.CODE, work.name, release.version, name, (record,))


def _commonest(releases: Iterable[Release]) -> Release:
    """Return the release that most files come from, the earliest of several."""
    counts = Counter(releases)
    return min(counts, key=lambda one: (-counts[one], one.date or "", one.version))


def _edge(graph: LineageGraph, parent: Artifact, copies: Sequence[Copy]) -> Derivation:
    relations = {copy.match.relation for copy in copies}
    ordered = sorted(copies, key=lambda copy: (-copy.match.of_suspect, copy.path))
    copied = Relation.CODE_COPIED in relations
    return Derivation(
        parent=parent.id,
        child=graph.subject.id,
        relation=Relation.CODE_COPIED if copied else Relation.CODE_DERIVED,
        origin=Origin.DETECTED,
        tier=Tier.D,
        exhibits=tuple(e for copy in ordered[:_FILES] for e in _ranges(copy)),
    )


def _ranges(copy: Copy) -> Iterator[Exhibit]:
    """Yield the lines that both hold, the longest runs first, each side beside the other."""
    here, there = copy.change.exhibit, copy.change.upstream_exhibit
    pairs = sorted(copy.lines, key=lambda pair: pair.suspect[0] - pair.suspect[1])
    for pair in pairs[:_RANGES]:
        yield replace(here, lines=pair.suspect, excerpt=None)
        yield replace(there, lines=pair.upstream, excerpt=None)
