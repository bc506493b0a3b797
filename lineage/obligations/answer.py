"""What can be said of one duty: its state, why, and where that can be checked."""

from __future__ import annotations

from dataclasses import dataclass

from lineage.model import Exhibit, State


@dataclass(frozen=True, slots=True)
class Answer:
    """The state of a duty."""

    state: State
    #: One sentence.
    reason: str
    exhibits: tuple[Exhibit, ...] = ()


def met(reason: str, *exhibits: Exhibit) -> Answer:
    """The duty is seen to be done, or does not arise."""
    return Answer(State.MET, reason, exhibits)


def unmet(reason: str, *exhibits: Exhibit) -> Answer:
    """The duty is seen not to be done."""
    return Answer(State.UNMET, reason, exhibits)


def investigate(reason: str, *exhibits: Exhibit) -> Answer:
    """A person has to look."""
    return Answer(State.INVESTIGATE, reason, exhibits)


def unknown_condition(reason: str, *exhibits: Exhibit) -> Answer:
    """It hangs on a fact of the organisation that its profile does not give."""
    return Answer(State.CONDITION_UNKNOWN, reason, exhibits)


def cannot_tell(reason: str, *exhibits: Exhibit) -> Answer:
    """What would have to be read was not, or is not to be read in a repository."""
    return Answer(State.CANNOT_DETERMINE, reason, exhibits)
