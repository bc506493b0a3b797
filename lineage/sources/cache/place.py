"""Where the cache lies and how large it may grow.

``LINEAGE_CACHE`` names its folder, or is ``off`` for none; ``LINEAGE_CACHE_SIZE`` bounds it
(``20GB``). Without them it is the platform's cache folder (``XDG_CACHE_HOME`` honoured), and 5 GB.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from platformdirs import user_cache_path

DEFAULT_SIZE = 5_000_000_000
_SIZE = re.compile(r"(\d{1,12}(?:\.\d{1,3})?)\s*([kmgt]?)(i?)b?", re.IGNORECASE)
_POWERS = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4}


def cache_folder() -> Path | None:
    """Return the folder, which need not exist; None where the user wants no cache."""
    chosen = os.environ.get("LINEAGE_CACHE", "").strip()
    if chosen.lower() == "off":
        return None
    return Path(chosen).expanduser() if chosen else user_cache_path("lineage")


def cache_size() -> int:
    """Return the most bytes that the cache may hold; the default where the variable is no size."""
    found = _SIZE.fullmatch(os.environ.get("LINEAGE_CACHE_SIZE", "").strip())
    if found is None:
        return DEFAULT_SIZE
    unit = 1024 if found[3] else 1000
    return int(float(found[1]) * unit ** _POWERS[found[2].lower()])
