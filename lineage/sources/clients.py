"""The client that a command asks every host through."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from lineage.sources.cache.place import cache_folder
from lineage.sources.http import Client, Pace, Traffic
from lineage.sources.options import SourceOptions


def client_for(options: SourceOptions) -> Client:
    """Return the client that the options carry, or a new one that goes by them.

    One client for a whole command makes ``max_bytes`` a bound on all that it brings in. Whoever
    makes a client closes it.
    """
    if options.client is not None:
        return options.client
    folder = cache_folder()
    return Client(
        traffic=Traffic(options.max_bytes),
        pace=Pace(folder / "limits" if folder else None),
        timeout=options.timeout,
        longest=options.longest_wait,
        offline=options.offline,
    )


@contextmanager
def leased(options: SourceOptions) -> Iterator[tuple[Client, Client | None]]:
    """Give the client for the options, and once more if whoever asks is to close it.

    A failure inside closes a client that was made for it.
    """
    client = client_for(options)
    own = client if options.client is None else None
    try:
        yield client, own
    except BaseException:
        if own is not None:
            own.close()
        raise
