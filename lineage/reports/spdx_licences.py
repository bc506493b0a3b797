"""Licences of artifacts and of their parts, as SPDX has them: declared, concluded, not asserted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lineage.licences.knowledge import load
from lineage.licences.tags import expression_of_spdx
from lineage.reports.json_report import MAIN_SCOPES
from lineage.reports.provenance import key, name_of, shortened

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lineage.codec import Plain
    from lineage.model import Artifact, LicenceRecord
    from lineage.pipeline import Audit
    from lineage.reports.spdx_elements import Elements

#: By its whole IRI, which every version of the JSON schema takes; not all take the short name.
NOT_ASSERTED = "https://spdx.org/rdf/3.0.1/terms/ExpandedLicensing/NoAssertionLicense"

_OWN = re.compile(r"LicenseRef-[A-Za-z0-9.-]+")


def add(elements: Elements, audit: Audit, packages: Mapping[str, str]) -> None:
    """Add what is known of the licence of every artifact, part by part."""
    for artifact in audit.graph.artifacts():
        package = packages[artifact.id]
        main = MAIN_SCOPES[artifact.kind]
        if not any(record.scope is main for record in artifact.licences):
            _conclude(elements, package, None, key(artifact.id))
        for record in artifact.licences:
            name = f"{key(artifact.id)}-{record.scope.value}"
            of = package if record.scope is main else _part(elements, artifact, package, record)
            _declare(elements, of, record, name)
            _conclude(elements, of, record, name)
            elements.annotate(of, f"licence-{name}", _told(record))


def _part(elements: Elements, artifact: Artifact, package: str, record: LicenceRecord) -> str:
    """Add a part of an artifact with a licence of its own: the code beside a model's weights."""
    scope = record.scope.value
    name = f"part-{key(artifact.id)}-{scope}"
    part = elements.add("software_Package", name, name=f"{name_of(artifact)}: {scope}")
    elements.relate(package, "contains", [part], f"holds-{key(artifact.id)}-{scope}")
    return part


def _declare(elements: Elements, of: str, record: LicenceRecord, name: str) -> None:
    texts = dict.fromkeys((*record.declared, *record.found))
    known = [expression for text in texts if (expression := expression_of_spdx(text))]
    ends = [_expression(elements, expression) for expression in dict.fromkeys(known)]
    if ends:
        elements.relate(of, "hasDeclaredLicense", ends, f"declared-{name}")


def _conclude(elements: Elements, of: str, record: LicenceRecord | None, name: str) -> None:
    expression = expression_of_spdx(record.concluded) if record and record.concluded else None
    end = _expression(elements, expression) if expression else NOT_ASSERTED
    said = shortened(record.reason) if record else "Its licence is not known."
    elements.relate(of, "hasConcludedLicense", [end], f"concluded-{name}", comment=said)


def _told(record: LicenceRecord) -> Plain:
    return {
        "scope": record.scope.value,
        "declared": list(map(shortened, record.declared)),
        "found": list(map(shortened, record.found)),
        "concluded": record.concluded and shortened(record.concluded),
        "reason": shortened(record.reason),
    }


def _expression(elements: Elements, expression: str) -> str:
    own = dict.fromkeys(_OWN.findall(expression))
    table: list[Plain] = [
        {"type": "DictionaryEntry", "key": name, "value": _own_text(elements, name)} for name in own
    ]
    return elements.add(
        "simplelicensing_LicenseExpression",
        f"licence-{key(expression)}",
        simplelicensing_licenseExpression=expression,
        simplelicensing_customIdToUri=table,
    )


def _own_text(elements: Elements, name: str) -> str:
    """Add what is known of a licence outside SPDX's list: its title, and where it was read."""
    known = load().by_expression(name)
    title = known.title if known else name
    places = ", ".join(text.source for text in known.texts) if known else ""
    said = f"The text of {title} is not repeated here."
    return elements.add(
        "simplelicensing_SimpleLicensingText",
        f"text-{key(name)}",
        name=title,
        simplelicensing_licenseText=f"{said} It was read at {places}." if places else said,
    )
