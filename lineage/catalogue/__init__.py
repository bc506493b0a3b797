"""The catalogue: fingerprints of reference models, for audits to look their targets up in.

A reference is read once, when it is indexed; after that its fingerprint (at most 256 KiB), its
digests, its licence and its address are all that an audit needs of it.
"""

from __future__ import annotations

from lineage.catalogue.entry import Entry, WeightDigest
from lineage.catalogue.lookup import Lookup, Match, look_up
from lineage.catalogue.store import Catalogue, CatalogueError, location, open_catalogue

__all__ = [
    "Catalogue",
    "CatalogueError",
    "Entry",
    "Lookup",
    "Match",
    "WeightDigest",
    "location",
    "look_up",
    "open_catalogue",
]
