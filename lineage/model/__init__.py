"""The words of the project as frozen dataclasses; imports nothing of ours.

A *repo* is opened as a snapshot and read by scanners, which yield *evidence*: one observed fact
each, with the *exhibit* where a person can check it. Evidence about the target and its parents
becomes a lineage graph of *artifacts* joined by *derivations*; rules read the graph and yield
*outcomes*, which the engine turns into *findings*.

Strings that come from a repository are kept as they were read. Whoever prints one escapes it
(``lineage.escape``).

Everybody imports from here; which module a word stands in is this package's own affair.
"""

from __future__ import annotations

from lineage.model.findings import Finding, Intent, Outcome, Profile, Revenue, Users, Waiver
from lineage.model.graph import Artifact, Derivation, LicenceRecord, Obligation, Test
from lineage.model.making import (
    Architecture,
    Claim,
    ClaimKind,
    DatasetDeclared,
    Document,
    HostFact,
    ModelCard,
    ParentAbsent,
    ParentDeclared,
    Tensor,
    Tokenizer,
    WeightFile,
)
from lineage.model.places import Absence, EntryKind, Exhibit, FileEntry, Host, Repo
from lineage.model.reading import Coverage, Evidence, Reading, Unread
from lineage.model.rights import (
    Attribution,
    Copyright,
    HeaderChange,
    HeaderStatus,
    LicenceClause,
    LicenceDeclared,
    LicenceHistory,
    LicenceText,
    Method,
    NoticeFile,
    NoticeKind,
    TextForm,
    UnsettledText,
)
from lineage.model.words import Kind, Origin, Relation, Scope, Severity, State, Tier

__all__ = [
    "Absence",
    "Architecture",
    "Artifact",
    "Attribution",
    "Claim",
    "ClaimKind",
    "Copyright",
    "Coverage",
    "DatasetDeclared",
    "Derivation",
    "Document",
    "EntryKind",
    "Evidence",
    "Exhibit",
    "FileEntry",
    "Finding",
    "HeaderChange",
    "HeaderStatus",
    "Host",
    "HostFact",
    "Intent",
    "Kind",
    "LicenceClause",
    "LicenceDeclared",
    "LicenceHistory",
    "LicenceRecord",
    "LicenceText",
    "Method",
    "ModelCard",
    "NoticeFile",
    "NoticeKind",
    "Obligation",
    "Origin",
    "Outcome",
    "ParentAbsent",
    "ParentDeclared",
    "Profile",
    "Reading",
    "Relation",
    "Repo",
    "Revenue",
    "Scope",
    "Severity",
    "State",
    "Tensor",
    "Test",
    "TextForm",
    "Tier",
    "Tokenizer",
    "Unread",
    "UnsettledText",
    "Users",
    "Waiver",
    "WeightFile",
]
