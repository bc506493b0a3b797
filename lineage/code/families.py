"""The families of a catalogue's shards, opened as they are asked for, and what is said of each."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from lineage.code.family import Family
from lineage.code.matches import Release, Upstream, Work
from lineage.code.shard import Shard

#: Families kept opened.
_OPENED = 4_096


class Families:
    """The families of some shards, each by the numbers of its shard and its own."""

    def __init__(self, shards: Sequence[Shard]) -> None:
        self._shards = shards
        self.opened = lru_cache(maxsize=_OPENED)(self._opened)
        #: Names of shards with damaged records, in the order in which those were met.
        self.damaged: dict[str, None] = {}

    def work(self, shard: int) -> Work:
        """Return the work of a shard."""
        return self._shards[shard].contents.work

    def release(self, shard: int, family: Family, state: int) -> Release:
        """Return the first release that has a family in a state."""
        return self._shards[shard].contents.releases[min(family.states[state].releases)]

    def upstream(self, shard: int, family: Family, states: Sequence[int]) -> Upstream:
        """Return a family as an upstream, given its equally near states, the earliest first."""
        of_shard, state = self._shards[shard], family.states[states[0]]
        releases = of_shard.contents.releases
        last = max(max(family.states[one].releases) for one in states)
        first = min(min(one.releases) for one in family.states)
        return Upstream(
            work=of_shard.contents.work,
            path=family.path,
            release=releases[min(state.releases)],
            last=releases[last],
            blob=state.blob,
            head=of_shard.heads[state.head],
            first=releases[first],
            before=releases[first - 1] if first else None,
        )

    def _opened(self, shard: int, family: int) -> Family | None:
        """Return a family; None where its record is damaged, which is told of its shard."""
        try:
            return self._shards[shard].family(family)
        except ValueError:
            self.damaged.setdefault(self._shards[shard].path.name)
            return None
