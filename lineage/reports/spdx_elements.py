"""The elements of an SPDX document, each under an id that only the same audit gives again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lineage.codec import Plain


class Elements:
    """Elements by their id, in the order in which they were added."""

    #: The one creation info that all of them share.
    CREATION: ClassVar[str] = "_:creation"

    def __init__(self, base: str) -> None:
        """Take the namespace of the document."""
        self._base = base
        self._elements: dict[str, dict[str, Plain]] = {}

    def id_of(self, name: str) -> str:
        """Return the id that an element of that name has, or will have."""
        return f"{self._base}#{name}"

    def made(self, kind: str, name: str, /, **fields: Plain) -> dict[str, Plain]:
        """Return an element without adding it; a field that is None or empty is left out."""
        told = {field: value for field, value in fields.items() if value not in (None, "", [])}
        return {"type": kind, "spdxId": self.id_of(name), "creationInfo": self.CREATION, **told}

    def add(self, kind: str, name: str, /, **fields: Plain) -> str:
        """Add an element and return its id; one that is there already stays as it is."""
        identifier = self.id_of(name)
        if identifier not in self._elements:
            self._elements[identifier] = self.made(kind, name, **fields)
        return identifier

    def relate(self, start: str, how: str, ends: list[str], name: str, /, **fields: Plain) -> str:
        """Add a relationship and return its id."""
        return self.add(
            "Relationship",
            name,
            **{"from": start},
            relationshipType=how,
            to=list(ends),
            **fields,
        )

    def annotate(self, subject: str, name: str, statement: Plain, *, kind: str = "other") -> str:
        """Add an annotation whose statement is JSON in ASCII, and return its id."""
        return self.add(
            "Annotation",
            f"annotation-{name}",
            annotationType=kind,
            subject=subject,
            contentType="application/json",
            statement=json.dumps(statement, ensure_ascii=True, allow_nan=False),
        )

    def ids(self) -> list[str]:
        """Return the id of every element."""
        return list(self._elements)

    def all(self) -> list[Plain]:
        """Return every element."""
        return list(self._elements.values())

    def of_type(self, kind: str) -> Iterator[dict[str, Plain]]:
        """Yield the elements of one type."""
        return (element for element in self._elements.values() if element["type"] == kind)
