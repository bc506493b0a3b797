"""What was read of repositories at their commits, kept on this machine."""

from __future__ import annotations

from contextlib import closing

from lineage.sources.cache.kept import KeptSnapshot, Place
from lineage.sources.cache.place import cache_folder, cache_size
from lineage.sources.cache.store import FILE, Store, open_store

__all__ = [
    "KeptSnapshot",
    "Place",
    "Store",
    "cache_folder",
    "cache_size",
    "clear",
    "contents",
    "open_store",
]


def contents() -> tuple[int, int]:
    """Return how many revisions of repositories are kept, and in how many bytes."""
    store = _existing()
    if store is None:
        return 0, 0
    with closing(store):
        return store.size()


def clear() -> tuple[int, int]:
    """Throw everything away; return how many revisions of repositories and bytes that was."""
    store = _existing()
    if store is None:
        return 0, 0
    with closing(store):
        held = store.size()
        store.clear()
    return held


def _existing() -> Store | None:
    folder = cache_folder()
    return open_store() if folder is not None and (folder / FILE).is_file() else None
