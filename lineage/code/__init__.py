"""Code: prints of source files, the catalogue of code, and a suspect looked up in it.

A print holds no code: digests of the file and of its tokens, and selected hashes of runs of tokens
with the lines they stand on, and a hash of each statement. Two files of one origin share such runs
although one was reformatted, stripped of comments or renamed; two independent ones do not.

From the ground up:

- a file to its print: ``languages``, ``kinds``, ``lexing``, ``grammar``, ``aliases``, ``tokens``,
  ``statements``, ``winnow``, ``fingerprint``, all into the nouns of ``prints``; ``printing``,
  ``crew`` and ``reading`` do that for many files; ``wfp`` for SCANOSS;
- prints to a shard and back: ``gathering``, ``record``, ``packing``, ``index``, ``shard``,
  ``catalogue``; ``family`` is a record opened, ``rarity`` what runs of unrelated works say;
- a suspect looked up: ``candidates`` (by the index alone), ``families``, ``pairing``,
  ``measuring``, ``blocks``, ``judging`` (when it is evidence), ``search``, ``direction``, and
  ``lookup`` at the top, all into the nouns of ``matches``.
"""

from __future__ import annotations

from lineage.code.catalogue import CodeCatalogue, code_location, open_code_catalogue
from lineage.code.direction import Seen, dated, names_file
from lineage.code.fingerprint import fingerprint
from lineage.code.lookup import About, look_up
from lineage.code.matches import (
    Alternative,
    Basis,
    CodeMatches,
    Direction,
    FileMatch,
    FunctionPair,
    LinePair,
    Overlap,
    Release,
    Upstream,
    Witness,
    Work,
)
from lineage.code.prints import VERSION, FileKind, FilePrint, FunctionPrint, Grams, Passed
from lineage.code.reading import Programs, programs

__all__ = [
    "VERSION",
    "About",
    "Alternative",
    "Basis",
    "CodeCatalogue",
    "CodeMatches",
    "Direction",
    "FileKind",
    "FileMatch",
    "FilePrint",
    "FunctionPair",
    "FunctionPrint",
    "Grams",
    "LinePair",
    "Overlap",
    "Passed",
    "Programs",
    "Release",
    "Seen",
    "Upstream",
    "Witness",
    "Work",
    "code_location",
    "dated",
    "fingerprint",
    "look_up",
    "names_file",
    "open_code_catalogue",
    "programs",
]
