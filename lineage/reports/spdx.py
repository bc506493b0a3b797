"""SPDX 3.0.1 as JSON-LD: the target as an AI package, a data set or a software package.

Descent is ``descendantOf``, training data ``trainedOn``; two works that are akin without a known
order, and a claim that the weights deny, are ``other`` with a comment. SPDX says of
``hasDeclaredLicense`` that the work was found to contain the licence, so that it holds what was
declared and what was found alike; an annotation keeps the two apart. What is not known is
``NoAssertion``. Findings are annotations of type review.

``profileConformance`` names the AI and the data set profile only where all that these ask for is
known, release times included. ``created`` is the date of ``SOURCE_DATE_EPOCH`` or else the first
second of 1970, as the same audit gives the same bytes; a comment says so. The objects are written
out; the tests read them with SPDX's own bindings and hold them to its JSON schema.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lineage.model import Kind
from lineage.reports import provenance, spdx_licences, spdx_lineage, spdx_packages
from lineage.reports.json_report import described_finding, serialised
from lineage.reports.spdx_elements import Elements
from lineage.verdict import verdict
from lineage.versions import KNOWLEDGE_VERSION, __version__

if TYPE_CHECKING:
    from lineage.codec import Plain
    from lineage.pipeline import Audit
    from lineage.reports.page import Page

NAME = "spdx"

CONTEXT = "https://spdx.org/rdf/3.0.1/spdx-context.jsonld"
_UNDATED = (
    "The date is a fixed one and says nothing: the same audit is to give the same bytes. Set "
    "SOURCE_DATE_EPOCH to have one."
)
#: What the profiles ask of their packages beside what the model itself does.
_ASKED = {
    "ai": {
        "releaseTime",
        "suppliedBy",
        "software_downloadLocation",
        "software_packageVersion",
        "software_primaryPurpose",
    },
    "dataset": {
        "builtTime",
        "originatedBy",
        "releaseTime",
        "software_downloadLocation",
        "software_primaryPurpose",
    },
}
_PROFILES = {Kind.MODEL: "ai", Kind.DATASET: "dataset"}


def render(audit: Audit, _page: Page) -> str:
    """Return the audit as one SPDX document."""
    digest = provenance.json_digest(audit)
    elements = Elements(f"https://spdx.org/spdxdocs/lineage-{provenance.uuid_of(digest, NAME)}")
    agent = elements.add("SoftwareAgent", "tool", name=f"lineage {__version__}")
    packages = spdx_packages.add(elements, audit)
    spdx_licences.add(elements, audit, packages)
    spdx_lineage.add(elements, audit, packages)
    subject = packages[audit.graph.subject.id]
    for finding in audit.findings:
        elements.annotate(
            subject, f"finding-{finding.fingerprint}", described_finding(finding), kind="review"
        )
    graph = [_creation(agent), *_collections(elements, audit, subject, digest), *elements.all()]
    return serialised({"@context": CONTEXT, "@graph": graph})


def _creation(agent: str) -> Plain:
    moment = provenance.source_date()
    said = f"Made by lineage {__version__} with knowledge {KNOWLEDGE_VERSION}."
    return {
        "type": "CreationInfo",
        "@id": Elements.CREATION,
        "specVersion": "3.0.1",
        "created": provenance.stamp(moment or provenance.EPOCH),
        "createdBy": [agent],
        "comment": said if moment else f"{said} {_UNDATED}",
    }


def _collections(elements: Elements, audit: Audit, subject: str, digest: str) -> list[Plain]:
    """Return the document and the bill of materials in it, which list every element."""
    profiles = _profiles(elements, audit)
    ids = elements.ids()
    licence = elements.add(
        "simplelicensing_LicenseExpression",
        "licence-of-this-document",
        simplelicensing_licenseExpression="CC0-1.0",
    )
    bom = elements.made(
        "software_Sbom",
        "bom",
        profileConformance=profiles,
        rootElement=[subject],
        element=list(ids),
        software_sbomType=["analyzed"],
    )
    document = elements.made(
        "SpdxDocument",
        "document",
        name=f"Licence and lineage of {provenance.name_of(audit.graph.subject)}",
        description=provenance.shortened(verdict(audit)),
        comment=f"The JSON report of the same audit has the SHA-256 {digest}.",
        profileConformance=profiles,
        dataLicense=licence,
        rootElement=[elements.id_of("bom")],
        element=[*ids, licence, elements.id_of("bom")],
    )
    return [document, bom]


def _profiles(elements: Elements, audit: Audit) -> list[Plain]:
    """Return the profiles that every element keeps to."""
    types = {"ai": "ai_AIPackage", "dataset": "dataset_DatasetPackage"}
    present = {_PROFILES[a.kind] for a in audit.graph.artifacts() if a.kind in _PROFILES}
    kept = [
        profile
        for profile in sorted(present)
        if all(_ASKED[profile] <= e.keys() for e in elements.of_type(types[profile]))
    ]
    return ["core", "software", "simpleLicensing", *kept]
