"""Evidence of rights: what a repository says of licences, holders and where code came from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from lineage.model.places import Exhibit
from lineage.model.words import Scope


class TextForm(StrEnum):
    """What kind of text names a licence."""

    #: The licence itself.
    TEXT = "text"
    #: A grant that refers to a licence: a header, "licensed under the …".
    NOTICE = "notice"
    #: A machine-readable line: ``SPDX-License-Identifier``.
    TAG = "tag"
    #: A bare name or link.
    MENTION = "mention"


class Method(StrEnum):
    """How a licence text was recognised."""

    SPDX_TAG = "spdx-tag"
    #: The whole text, normalised, hashes to a known one.
    NORMALISED_HASH = "normalised-hash"
    #: A run of words equals a known notice or text, word for word.
    EXACT_WORDS = "exact-words"
    #: Nearest known text by shared shingles; never a claim of exactness.
    SHINGLES = "shingles"
    SCANCODE = "scancode"


@dataclass(frozen=True, slots=True)
class LicenceDeclared:
    """A machine-readable statement of a licence: a card's field, a GGUF key, a host's tag."""

    #: The field's own name: ``license``, ``license_name``, ``license_link``, ``general.license``.
    key: str
    #: As written.
    value: str
    #: SPDX expression (or LicenseRef) that the value stands for; None if it stands for none.
    expression: str | None
    scope: Scope | None
    exhibit: Exhibit


@dataclass(frozen=True, slots=True)
class LicenceText:
    """A text in a file that is, or refers to, a licence."""

    #: SPDX licence expression; licences outside the SPDX list are ``LicenseRef-…``.
    expression: str
    form: TextForm
    method: Method
    #: True only where the words are equal to a known text, not merely close.
    exact: bool
    #: Share of the known text that was found, 0 to 100; 100 where exact.
    score: float
    #: None: the file's place binds the whole repository.
    scope: Scope | None
    exhibit: Exhibit


@dataclass(frozen=True, slots=True)
class UnsettledText:
    """A text that speaks of a licence and is not in our tables; scancode is asked about it."""

    scope: Scope | None
    #: True for a file whose name says that it is a licence, so that not settling it is a gap.
    licence_file: bool
    #: Its lines are those worth asking about.
    exhibit: Exhibit


@dataclass(frozen=True, slots=True)
class LicenceClause:
    """A fact that a licence file states in its own words, whichever licence they make."""

    #: As ``lineage.licences.clauses.FactKind`` has it: ``users``, ``territory``, ``name-prefix``.
    kind: str
    #: The number, the place, the literal; "" where the kind says it all.
    value: str
    #: The text asks for it without demanding it.
    encouraged: bool
    exhibit: Exhibit


@dataclass(frozen=True, slots=True)
class LicenceHistory:
    """A change of a licence file, or of a declared licence, from one commit to a later one."""

    #: SPDX expressions before and after.
    earlier: str
    later: str
    #: The last commit with the earlier licence, and the first with the later one.
    revisions: tuple[str, str]
    #: The place in the later commit; its path is the file's.
    exhibit: Exhibit


class HeaderStatus(StrEnum):
    """What became of the head of an upstream file in a copy of it."""

    KEPT = "kept"
    #: Holders were added to those of upstream.
    KEPT_ADDED = "kept-added"
    PARTLY_LOST = "partly-lost"
    #: None of upstream's holders is left, and others stand there.
    REPLACED = "replaced"
    STRIPPED = "stripped"
    #: A holder's line is nearly upstream's: a year or a part of the name differs.
    ALTERED = "altered"
    LICENCE_CHANGED = "licence-changed"
    #: Upstream's file has no header: there was nothing to lose.
    NONE_UPSTREAM = "none-upstream"


@dataclass(frozen=True, slots=True)
class HeaderChange:
    """The head of a source file beside that of the upstream file it was copied from.

    Made only where the code itself was found to be upstream's: two unrelated files with like
    headers are none.
    """

    status: HeaderStatus
    #: The upstream work, as a name for a person, and its release or commit where that is known.
    upstream: str
    release: str | None
    upstream_holders: tuple[str, ...]
    holders: tuple[str, ...]
    #: SPDX expression that the upstream file is under, by its header or else by the work's licence;
    #: None where that is not known.
    upstream_licence: str | None
    #: SPDX expression of the copy's own header; None where it names none.
    licence: str | None
    #: Whether the code below the header differs from upstream's; None where that is not known.
    modified: bool | None
    #: Whether the copy says that it was changed.
    modification_stated: bool
    exhibit: Exhibit
    #: The head of the file upstream.
    upstream_exhibit: Exhibit
    #: False where little of the file is upstream's, or its code may as well be from another work.
    sure: bool = True
    #: Comments of the copy's own, none of upstream's, that say where code was taken from.
    credits: tuple[Exhibit, ...] = ()


@dataclass(frozen=True, slots=True)
class Copyright:
    """One copyright statement."""

    statement: str
    #: Who holds it, without years and "all rights reserved".
    holder: str
    exhibit: Exhibit


@dataclass(frozen=True, slots=True)
class Attribution:
    """A comment that says where code came from: "Copied from …", "Adapted from <URL>"."""

    statement: str
    #: The URL or dotted name it points to.
    source: str
    exhibit: Exhibit


class NoticeKind(StrEnum):
    """Which kind of accompanying document a file is."""

    #: A NOTICE file in the sense of Apache-2.0 section 4(d).
    NOTICE = "notice"
    #: Third-party notices, "Open Source Software Notice".
    THIRD_PARTY = "third-party"
    #: An acceptable-use policy that a licence incorporates.
    USE_POLICY = "use-policy"


@dataclass(frozen=True, slots=True)
class NoticeFile:
    """A document that a licence asks redistributors to pass on."""

    kind: NoticeKind
    #: Its text, at most 64 KiB of it.
    text: str
    exhibit: Exhibit
