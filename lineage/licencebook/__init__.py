"""Pages of the knowledge base: what a licence asks, what a derivative breaks, what a text is."""

from __future__ import annotations

from lineage.licencebook.find import UnknownLicenceError, find
from lineage.licencebook.listing import chosen, listing, listing_plain
from lineage.licencebook.page import page, plain

__all__ = ["UnknownLicenceError", "chosen", "find", "listing", "listing_plain", "page", "plain"]
