"""Opening a repository through the cache: not at all where its commit is kept, else and kept."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import UTC, datetime
from typing import TypeAlias

from lineage.model import Absence
from lineage.sources.cache.kept import KeptChronicle, KeptSnapshot, Place
from lineage.sources.cache.opening import Opening, packed, unpacked
from lineage.sources.cache.store import Sight, Store, in_memory, open_store
from lineage.sources.clients import leased
from lineage.sources.http import Client
from lineage.sources.options import SourceOptions
from lineage.sources.revision import is_commit
from lineage.sources.snapshot import Snapshot, UnreachableError

#: Opens a target's host, as the host's module does.
Open: TypeAlias = Callable[[SourceOptions], Snapshot]

_OPENING = "opening"


def opened(place: Place, live: Open, options: SourceOptions) -> Snapshot:
    """Open a repository at one revision, asking its host for no more than the cache lacks.

    A commit that is kept is opened without asking; a branch is looked up at the host. Where no
    socket may be opened, a branch stands for the commit at which it was last seen, and the client
    notes when that was.

    Raises:
        TargetError: the revision is none.
        UnreachableError: it is missing, private, out of reach, or not kept and ``offline``.
    """
    found = open_store()
    if found is None:
        return live(options)
    with leased(options) as (client, own):
        how = replace(options, client=client)
        with ExitStack() as stack:
            store = stack.enter_context(closing(found))
            snapshot = _Keeper(place, live, how, store=store, client=client, own=own).opened()
            stack.pop_all()
            return snapshot


class _Keeper:
    """Opens one place."""

    def __init__(
        self,
        place: Place,
        live: Open,
        options: SourceOptions,
        *,
        store: Store,
        client: Client,
        own: Client | None,
    ) -> None:
        self._place = place
        self._live = live
        self._options = options
        self._store = store
        self._client = client
        self._own = own

    def opened(self) -> KeptSnapshot:
        """Return the repository, from the cache or from its host."""
        if is_commit(self._place.revision) and (known := self._known(self._place.revision)):
            return self._kept(known)
        try:
            snapshot = self._live(self._options)
        except UnreachableError as error:
            sight = self._store.sight(self._place.key, self._place.revision)
            known = self._known(sight.revision) if sight else None
            if error.absence is not Absence.OFFLINE or sight is None or known is None:
                raise
            self._client.notes.append(_as_of(known, self._place.revision, sight))
            return self._kept(known)
        try:
            return self._keep(snapshot)
        except BaseException:
            snapshot.close()
            raise

    def _known(self, revision: str) -> Opening | None:
        content = self._store.record(self._place.at(revision), _OPENING)
        try:
            return None if content is None else unpacked(content)
        except ValueError:
            return None

    def _keep(self, snapshot: Snapshot) -> KeptSnapshot:
        """Keep how a repository was opened; what is at no commit may change and is not kept."""
        opening, repo = Opening.of(snapshot), snapshot.repo
        if repo.revision is None or not is_commit(repo.revision):
            self._store.close()
            self._store = in_memory()
            return self._kept(opening, snapshot)
        self._store.keep_record(self._place.at(repo.revision), _OPENING, packed(opening))
        if not is_commit(self._place.revision):
            self._store.keep_sight(self._place.key, self._place.revision, repo.revision)
        return self._kept(opening, snapshot)

    def _kept(self, opening: Opening, snapshot: Snapshot | None = None) -> KeptSnapshot:
        revision = opening.repo.revision or ""
        at = replace(self._options, revision=revision or self._options.revision)
        kind = KeptChronicle if opening.is_chronicle else KeptSnapshot
        return kind(
            opening,
            self._store,
            self._place.at(revision),
            host=snapshot,
            live=lambda: self._live(at),
            client=self._client,
            limit=self._options.max_bytes,
            pays=self._place.pays,
            closing=(lambda: None) if self._own is None else self._own.close,
        )


def _as_of(opening: Opening, name: str, sight: Sight) -> str:
    when = datetime.fromtimestamp(sight.seen, UTC).strftime("%Y-%m-%d %H:%M UTC")
    branch = name.replace("\n", " or ") or "the default branch"
    return (
        f"{opening.repo.id}: {branch} was at {sight.revision[:12]} when it was last asked for, "
        f"{when}; whether it has moved on is not known without the network."
    )
