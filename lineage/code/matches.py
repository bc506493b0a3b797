"""What a look-up of code shows: for each suspect file its upstream, release and matching lines."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from lineage.code.prints import FilePrint, Passed
from lineage.model import Relation


class Basis(StrEnum):
    """What a match rests on, the firmest first."""

    #: The same bytes.
    BYTES = "identical bytes"
    #: The same tokens; comments, layout or literals differ.
    TOKENS = "identical tokens"
    #: The same tokens but for their names.
    RENAMED = "identical tokens under other names"
    #: Shared runs with names kept.
    NAMED = "shared runs of tokens"
    #: Shared runs with names abstracted.
    SHAPED = "shared runs of tokens under other names"
    #: Most of upstream's statements, each with names abstracted, in whatever order.
    STATEMENTS = "the same statements under other names"
    #: Whole functions.
    FUNCTIONS = "shared functions"


class Direction(StrEnum):
    """Which of two files came first."""

    FROM_UPSTREAM = "from-upstream"
    FROM_SUSPECT = "from-suspect"
    UNKNOWN = "unknown"


class Witness(StrEnum):
    """What speaks for the direction, or against it."""

    NONE = "none"
    #: One of the files names the other.
    WORDS = "words"
    #: The suspect was first shown after upstream. Both may be copies of a third, and what came with
    #: everything else may be older than the day on which it was brought.
    DATES = "dates"
    #: So it was, and it came by itself into a work that was begun after upstream's release.
    GROWTH = "growth"
    #: The suspect's path was there before the first release that is known to hold upstream's file,
    #: which may have been in upstream's repository by then.
    OPEN = "open"
    #: It was there when upstream's file was not.
    EARLIER = "earlier"


@dataclass(frozen=True, slots=True)
class Release:
    """A published state of a work."""

    #: As written: ``4.51.0``, a tag, a commit.
    version: str
    #: ISO date on which it was published; None where that is not known.
    date: str | None = None
    #: SPDX expression that it is under, as its metadata or texts say; None where not known.
    licence: str | None = None


@dataclass(frozen=True, slots=True)
class Work:
    """A work of code that others may have copied from."""

    name: str
    #: Package URL without a version.
    purl: str
    #: Where a person can look.
    url: str


@dataclass(frozen=True, slots=True)
class Upstream:
    """A file of a work, in the release that the suspect is nearest to."""

    work: Work
    path: str
    #: The earliest release of those that are equally near.
    release: Release
    #: The last of them; equal to ``release`` where one alone is nearest.
    last: Release
    #: Git's blob id of the file in that release.
    blob: str
    #: Its head as ``lineage.headers.packed`` gives it, as JSON; "" where none was kept.
    head: str
    #: The earliest release that holds the file in any state; None where that is not known.
    first: Release | None = None
    #: The release before that, which does not hold it; None where none is known.
    before: Release | None = None


@dataclass(frozen=True, slots=True)
class LinePair:
    """Lines of both files that hold the same run of tokens."""

    suspect: tuple[int, int]
    upstream: tuple[int, int]


@dataclass(frozen=True, slots=True)
class FunctionPair:
    """A function of the suspect that is one of upstream's."""

    suspect: str
    upstream: str
    lines: LinePair
    #: Every token is the same but for names; else most are.
    exact: bool


@dataclass(frozen=True, slots=True)
class Overlap:
    """How much two files share in one row of tokens, rare runs counting more than common ones."""

    #: Different runs that both hold, and what they count together.
    shared: int
    weight: float
    #: Share of the suspect's runs that upstream holds, and of upstream's that the suspect holds.
    of_suspect: float
    of_upstream: float
    #: Of the weight, what is of runs that few other files of the work have.
    rare: float


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another upstream that explains the match as well."""

    upstream: Upstream
    of_suspect: float
    of_upstream: float


@dataclass(frozen=True, slots=True)
class FileMatch:
    """A suspect file and what it was copied or derived from."""

    suspect: FilePrint
    #: ``CODE_COPIED`` or ``CODE_DERIVED``.
    relation: Relation
    basis: Basis
    upstream: Upstream
    named: Overlap
    shaped: Overlap
    #: By statements, each with names abstracted; what is shared counts 1 a statement.
    stated: Overlap
    lines: tuple[LinePair, ...]
    functions: tuple[FunctionPair, ...]
    #: Upstreams that explain as much; with one, there is no verdict which of them it was.
    alternatives: tuple[Alternative, ...] = ()
    direction: Direction = Direction.UNKNOWN
    #: Why, as a phrase.
    direction_reason: str = ""
    witness: Witness = Witness.NONE
    #: ISO day on which a file of the suspect's path was there at the latest, where a history tells.
    seen: str | None = None

    @property
    def of_suspect(self) -> float:
        """The share of the suspect that upstream explains, by the row that the match rests on."""
        return self._row.of_suspect

    @property
    def of_upstream(self) -> float:
        """The share of upstream that the suspect holds."""
        return self._row.of_upstream

    @property
    def _row(self) -> Overlap:
        if self.basis is Basis.STATEMENTS:
            return self.stated
        return self.shaped if self.is_renamed else self.named

    @property
    def is_renamed(self) -> bool:
        """Whether names differ, so that only what is left without them is compared."""
        return self.basis in (Basis.RENAMED, Basis.SHAPED)

    @property
    def settled(self) -> bool:
        """Whether one upstream explains more than every other."""
        return not self.alternatives

    @property
    def modified(self) -> bool | None:
        """Whether the code differs from upstream's; None where two releases come equally near."""
        return self.basis not in (Basis.BYTES, Basis.TOKENS)


@dataclass(frozen=True, slots=True)
class CodeMatches:
    """What a catalogue shows of a set of source files."""

    #: Works and distinct files that the suspects were looked up among.
    works: int
    references: int
    compared: int
    #: By suspect path; a file with several upstreams comes several times, the nearest first.
    matches: tuple[FileMatch, ...]
    passed: tuple[Passed, ...] = ()
    #: The work that most of the suspects stand in at the same places: the target is (a fork of) it.
    whole: Work | None = None
    #: The target is one of the works that the catalogue holds, which was left out.
    is_indexed: bool = False
