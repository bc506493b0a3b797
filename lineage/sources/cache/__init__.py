"""What was read of repositories at their commits, kept on this machine."""

from __future__ import annotations

from lineage.sources.cache.kept import KeptSnapshot, Place
from lineage.sources.cache.place import cache_folder, cache_size
from lineage.sources.cache.store import Store, open_store

__all__ = ["KeptSnapshot", "Place", "Store", "cache_folder", "cache_size", "open_store"]
