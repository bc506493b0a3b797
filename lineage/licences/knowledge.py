"""The knowledge base: what each known licence grants, asks for and forbids, and how to find it.

The facts stand in ``terms/*.yaml``, one file for each version of a licence. As YAML is slow to
read, the package carries them as JSON too, with their names in tables: ``tools/compile_terms.py``
writes it and a test holds it to the files. A licence is taken apart when it is first asked for.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TypeAlias

from lineage.licences.duties import Cover, Licence
from lineage.licences.field import Plain, TermsError
from lineage.licences.termfile import licence_of_plain, licence_of_text
from lineage.licences.vocabulary import Verified

#: Stands beside the terms files without being one.
PROVENANCE = "PROVENANCE.yaml"

_WILD = re.compile(r"[*?\[]")
_NamesOf: TypeAlias = Callable[[Licence], Iterable[str]]


@dataclass(frozen=True, slots=True)
class Covered:
    """A licence under which a licensor publishes a model."""

    licence: Licence
    cover: Cover

    @property
    def verified(self) -> Verified:
        """Return how sure the licence of the model is; its terms may be surer."""
        return self.cover.verified


@dataclass(frozen=True, slots=True)
class Names:
    """Every name, in lower case, with the id of the licence that it stands for."""

    expressions: Mapping[str, str]
    #: Values of a model card's ``license``.
    hf: Mapping[str, str]
    #: Values of ``license_name``.
    names: Mapping[str, str]
    scancode: Mapping[str, str]
    #: Patterns of hub models, the closest first.
    models: Mapping[str, str]


class KnowledgeBase:
    """Licences, to be found by any of the names they go under."""

    def __init__(
        self, names: Names, *, compiled: Mapping[str, Plain], read: Iterable[Licence] = ()
    ) -> None:
        """Take the names, and the licences as compiled (by id) or as read from terms files."""
        self._names = names
        self._compiled = compiled
        self._read = {licence.id: licence for licence in read}

    def __len__(self) -> int:
        return len(self._compiled.keys() | self._read.keys())

    def __iter__(self) -> Iterator[Licence]:
        """Yield every licence, sorted by id."""
        for name in sorted(self._compiled.keys() | self._read.keys()):
            yield self[name]

    def __getitem__(self, name: str) -> Licence:
        if name not in self._read:
            self._read[name] = licence_of_plain(self._compiled[name], f"{name}.yaml")
        return self._read[name]

    def facts(self, name: str) -> Plain:
        """Return what the terms file of a licence that the package carries says, as plain values.

        Raises:
            KeyError: the package carries none of that id.
        """
        return self._compiled[name]

    def by_id(self, name: str) -> Licence | None:
        """Return the licence of that id."""
        return self[name] if name in self._compiled or name in self._read else None

    def by_expression(self, expression: str) -> Licence | None:
        """Return the licence of one SPDX identifier or LicenseRef."""
        return self._at(self._names.expressions, expression.lower())

    def by_tag(self, tag: str) -> Licence | None:
        """Return the licence that a model card's ``license`` stands for."""
        folded = tag.strip().lower()
        return self._at(self._names.hf, folded) or self._at(self._names.expressions, folded)

    def by_name(self, name: str) -> Licence | None:
        """Return the licence that a ``license_name`` stands for."""
        return self._at(self._names.names, normalised(name)) or self.by_tag(name)

    def by_scancode(self, key: str) -> Licence | None:
        """Return the licence whose text scancode knows by that key."""
        return self._at(self._names.scancode, key.lower())

    def find(self, name: str) -> Licence | None:
        """Return the licence that any kind of name stands for."""
        found = self.by_id(name) or self.by_expression(name) or self.by_name(name)
        return found or self.by_scancode(name)

    def of_model(self, model: str) -> Covered | None:
        """Return the licence under which its maker publishes a hub model."""
        folded = model.lower()
        for pattern, name in self._names.models.items():
            if fnmatchcase(folded, pattern):
                licence = self[name]
                return Covered(licence, _cover(licence, pattern))
        return None

    def _at(self, table: Mapping[str, str], name: str) -> Licence | None:
        return self[table[name]] if name in table else None


@cache
def load(*extra: Path) -> KnowledgeBase:
    """Return the knowledge base, with the terms files of further folders added to it.

    Raises:
        TermsError: a file is broken, or two claim one name; the error names file and line.
    """
    shipped = _shipped()
    compiled = shipped.licences
    if not extra:
        return KnowledgeBase(shipped.names, compiled=compiled)
    licences = [licence_of_plain(plain, f"{name}.yaml") for name, plain in compiled.items()]
    for folder in extra:
        licences.extend(read_folder(folder))
    return KnowledgeBase(names_of(licences), compiled={}, read=licences)


def version() -> str:
    """Return a hash of the terms that the package carries, for reports to name."""
    return _shipped().digest


def read_folder(folder: Path) -> Iterator[Licence]:
    """Yield the licences that the terms files of a folder describe."""
    for path in terms_files(folder):
        yield licence_of_text(path.read_text(encoding="utf-8"), str(path))


def terms_files(folder: Path) -> list[Path]:
    """Return the terms files of a folder in a fixed order."""
    return sorted(path for path in folder.glob("*.yaml") if path.name != PROVENANCE)


def digest_of(paths: Iterable[Path]) -> str:
    """Return a hash of terms files: their names and their bytes."""
    found = hashlib.sha256()
    for path in paths:
        found.update(f"{path.name}\n".encode() + path.read_bytes())
    return found.hexdigest()[:12]


def names_of(licences: Iterable[Licence]) -> Names:
    """Return the tables of names of licences.

    Raises:
        TermsError: two licences claim one name.
    """
    known = list(licences)
    _table(known, "id", lambda licence: (licence.id,))
    patterns = _table(known, "covers", _patterns_of)
    return Names(
        expressions=_table(known, "aliases", _expressions_of),
        hf=_table(known, "aliases", lambda licence: licence.aliases.hf),
        names=_table(known, "aliases", lambda licence: (licence.id, *licence.aliases.names)),
        scancode=_table(known, "aliases", lambda licence: licence.aliases.scancode),
        models={pattern: patterns[pattern] for pattern in sorted(patterns, key=_distance)},
    )


def normalised(name: str) -> str:
    """Return a ``license_name`` as aliases spell it: lower case, hyphenated."""
    return re.sub(r"[^a-z0-9.+]+", "-", name.lower()).strip("-")


@dataclass(frozen=True, slots=True)
class _Shipped:
    """What the package carries: ``tools/compile_terms.py`` says how it is made."""

    digest: str
    names: Names
    licences: Mapping[str, Plain]


@cache
def _shipped() -> _Shipped:
    content = json.loads((files("lineage.licences") / "data" / "terms.json").read_bytes())
    return _Shipped(content["digest"], Names(**content["names"]), content["licences"])


def _table(licences: Iterable[Licence], key: str, names: _NamesOf) -> dict[str, str]:
    table: dict[str, str] = {}
    for licence in licences:
        for name in dict.fromkeys(name.lower() for name in names(licence)):
            if name in table:
                problem = f"{key}: {table[name]} and {licence.id} both claim {name!r}"
                raise TermsError(f"{licence.id}.yaml", None, problem)
            table[name] = licence.id
    return table


def _expressions_of(licence: Licence) -> Iterable[str]:
    ours = f"LicenseRef-lineage-{licence.id}"
    scancode = (f"LicenseRef-scancode-{key}" for key in licence.aliases.scancode)
    return (licence.spdx, ours, *scancode, *licence.aliases.expressions)


def _patterns_of(licence: Licence) -> Iterable[str]:
    return (model for cover in licence.covers for model in cover.models)


def _distance(pattern: str) -> tuple[int, int, str]:
    """Return a key that sorts patterns by how much they spell out, most first."""
    wild = _WILD.search(pattern)
    spelt = wild.start() if wild else len(pattern) + 1
    return -spelt, -len(pattern), pattern


def _cover(licence: Licence, pattern: str) -> Cover:
    for cover in licence.covers:
        if any(model.lower() == pattern for model in cover.models):
            return cover
    raise KeyError(pattern)
