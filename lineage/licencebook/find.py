"""A licence by any of the names it goes under."""

from __future__ import annotations

from difflib import get_close_matches

from lineage.licencebook.errors import UnknownLicenceError
from lineage.licences import knowledge
from lineage.licences.duties import Licence
from lineage.licences.tags import expression_of_spdx


def find(name: str) -> Licence:
    """Return the licence that an id, a tag, an SPDX identifier or any other name stands for.

    Raises:
        UnknownLicenceError: there is none; it names those that come close.
    """
    base = knowledge.load()
    if licence := base.find(name.strip()):
        return licence
    known = {alias for one in base for alias in (one.id, *one.aliases.hf, *one.aliases.names)}
    close = [one.id for one in base if one.family == name.strip().lower()]
    close = close or get_close_matches(name.lower(), sorted(known), n=3, cutoff=0.6)
    raise UnknownLicenceError(name, tuple(close), is_spdx=bool(expression_of_spdx(name)))
