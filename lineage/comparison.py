"""The comparison of two models or code trees: open both, read what it takes, say what it shows."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field

from lineage.code import CodeMatches
from lineage.code_comparison import compared_code
from lineage.digesting import same_bytes
from lineage.holdings import Holding, Outcome, holding_of, kinship_of
from lineage.kinship.judgement import same_files
from lineage.kinship.verdict import Kinship
from lineage.model import Repo, Unread
from lineage.policy import Exit
from lineage.progress import Progress, Silent
from lineage.sources import Snapshot, SourceOptions, open_snapshot
from lineage.sources.links import without_credentials


@dataclass(frozen=True, slots=True)
class CompareOptions:
    """What the user asked for."""

    suspect: SourceOptions = field(default_factory=SourceOptions)
    reference: SourceOptions = field(default_factory=SourceOptions)
    #: Read as much as it takes to look through a disguise of large models.
    thorough: bool = False


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two models, as far as it was read."""

    repo: Repo
    #: The files that were compared; empty where none could be opened.
    paths: tuple[str, ...]
    format: str
    #: Numbers that the model holds; 0 where it could not be opened.
    parameters: int
    #: Bytes that crossed from the host or the disk.
    bytes_read: int
    unread: tuple[Unread, ...]
    #: Further models of the repository, which were not compared.
    not_compared: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """All that a comparison found; every report is a view of it."""

    suspect: Side
    reference: Side
    kinship: Kinship
    #: What of the suspect's source files the reference holds; None where one of them has none.
    code: CodeMatches | None = None

    @property
    def of_code_alone(self) -> bool:
        """Whether neither holds weights, and both hold source files."""
        return self.code is not None and not (self.suspect.paths or self.reference.paths)

    @property
    def complete(self) -> bool:
        """Whether both could be compared, and all that should have been read was read."""
        sides = self.suspect, self.reference
        models = all(side.paths for side in sides)
        return (models or self.of_code_alone) and not any(side.unread for side in sides)

    @property
    def exit_code(self) -> Exit:
        """How the command ends."""
        return Exit.PASS if self.complete else Exit.INCOMPLETE


def compare(
    suspect: str,
    reference: str,
    options: CompareOptions | None = None,
    progress: Progress | None = None,
) -> Comparison:
    """Compare two models or two code trees: URLs, ``hf:org/name`` or paths.

    Raises:
        TargetError: a target is of no accepted form.
        UnreachableError: one of the two is missing, private or out of reach.
    """
    options = options or CompareOptions()
    progress = progress or Silent()
    with ExitStack() as stack:
        snapshots, held = [], []
        for target, how in ((suspect, options.suspect), (reference, options.reference)):
            progress.stage(f"opening {without_credentials(target)}")
            snapshots.append(stack.enter_context(open_snapshot(target, how)))
            held.append(holding_of(snapshots[-1]))
        found = _same_files(held, snapshots, progress)
        if found is None:
            progress.stage("comparing weights")
            found = kinship_of(*held, curves=True, thorough=options.thorough)
        code = compared_code(snapshots[0], snapshots[1], progress)
        gaps = found.suspect_gaps, found.reference_gaps
        one, two = (
            _side(holding, snapshot.bytes_read, unread)
            for holding, snapshot, unread in zip(held, snapshots, gaps, strict=True)
        )
    return Comparison(one, two, found.kinship, code)


def _same_files(
    held: Sequence[Holding], snapshots: Sequence[Snapshot], progress: Progress
) -> Outcome | None:
    """Return what equal files settle; None where they are not equal."""
    (mine, yours), (one, two) = held, snapshots
    if mine.gaps or yours.gaps or not same_bytes(one, mine.paths, two, yours.paths, progress):
        return None
    return Outcome(same_files(len(mine.paths)))


def _side(holding: Holding, bytes_read: int, unread: tuple[Unread, ...]) -> Side:
    tensors = holding.model.weights.tensors() if holding.model else ()
    return Side(
        repo=holding.repo,
        paths=holding.paths,
        format=holding.format,
        parameters=sum(tensor.elements for tensor in tensors),
        bytes_read=bytes_read,
        unread=tuple(dict.fromkeys((*holding.gaps, *unread))),
        not_compared=holding.others,
    )
