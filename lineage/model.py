"""The words of the project as frozen dataclasses; imports nothing of ours.

A *repo* is opened as a snapshot and read by scanners, which yield *evidence*: one observed fact
each, with the *exhibit* where a person can check it. Evidence about the target and its parents
becomes a lineage graph of *artifacts* joined by *derivations*; rules read the graph and yield
*outcomes*, which the engine turns into *findings*.

Strings that come from a repository are kept as they were read. Whoever prints one escapes it
(``lineage.escape``).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias


class Host(StrEnum):
    """The kinds of place a repository can be read from."""

    HUGGINGFACE = "huggingface"
    GITHUB = "github"
    GITCODE = "gitcode"
    MODELSCOPE = "modelscope"
    GIT = "git"
    LOCAL = "local"

    @property
    def is_hub(self) -> bool:
        """Whether it keeps models and data sets, as against code of any kind."""
        return self in (Host.HUGGINGFACE, Host.MODELSCOPE)


class Kind(StrEnum):
    """What an artifact is."""

    MODEL = "model"
    DATASET = "dataset"
    CODE = "code"


class Scope(StrEnum):
    """Which part of a repository a licence is about."""

    CODE = "code"
    WEIGHTS = "weights"
    DATA = "data"
    DOCS = "docs"


class Relation(StrEnum):
    """How a child came from its parent."""

    IDENTICAL = "identical"
    QUANTIZED = "quantized"
    FINETUNE = "finetune"
    ADAPTER = "adapter"
    MERGE = "merge"
    PRUNED = "pruned"
    RESTRUCTURED = "restructured"
    UPCYCLED = "upcycled"
    DISTILLED = "distilled"
    TRAINED_ON = "trained-on"
    CODE_COPIED = "code-copied"
    CODE_DERIVED = "code-derived"
    RELATED = "related"
    UNKNOWN = "unknown"


class Origin(StrEnum):
    """Where the knowledge of a derivation comes from."""

    #: Somebody said so: the model card, a config file.
    DECLARED = "declared"
    #: We found it in bytes, weights or code.
    DETECTED = "detected"
    #: Declared, and the weights deny it.
    CONTRADICTED = "contradicted"


class Tier(StrEnum):
    """How sure a piece of evidence can make anyone; ``A`` is the surest."""

    #: Identical bytes, or a fact of the file tree itself.
    A = "A"
    #: Calibrated statistics.
    B = "B"
    #: Structure: configuration, tensor names, tokenizer.
    C = "C"
    #: Code.
    D = "D"
    #: An outside word.
    E = "E"


class Severity(StrEnum):
    """How bad a finding is if it is true; says nothing about how sure it is."""

    INFO = "info"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """Return 0 for ``info`` up to 4 for ``critical``."""
        return list(Severity).index(self)


class State(StrEnum):
    """The outcome of a rule for one duty or one doubt."""

    MET = "met"
    UNMET = "unmet"
    INVESTIGATE = "investigate"
    CONDITION_UNKNOWN = "condition-unknown"
    CANNOT_DETERMINE = "cannot-determine"
    WAIVED = "waived"


class EntryKind(StrEnum):
    """What stands at a path of a snapshot."""

    FILE = "file"
    #: A symbolic link; its target is never followed.
    SYMLINK = "symlink"
    #: A Git LFS pointer: the bytes are elsewhere, the sha256 and the size are known.
    LFS = "lfs"
    #: Another repository mounted here (git mode 160000); never entered.
    SUBMODULE = "submodule"
    #: A git blob that the clone's size filter left out.
    FILTERED = "filtered"
    #: A device, a socket, a pipe.
    SPECIAL = "special"
    #: A directory that could not be looked into.
    CLOSED = "closed"
    #: A directory of installed packages or of a tool's cache, not looked into.
    ENVIRONMENT = "environment"
    #: A file that the repository has and this copy of it lacks: it was downloaded in part.
    ABSENT = "absent"


class Absence(StrEnum):
    """Why a repository, or a file of it, cannot be had."""

    #: The host says that there is none, or that it is private.
    MISSING = "missing"
    #: The host keeps it back: it is gated, or reading it is forbidden.
    WITHHELD = "withheld"
    #: Nobody asked, since no socket may be opened.
    OFFLINE = "offline"
    #: The host, or the way to it, failed: asking again may help.
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Repo:
    """A repository at one pinned revision."""

    host: Host
    #: ``org/name``, or the path for a local directory.
    id: str
    #: The commit; None for a directory without one.
    revision: str | None
    #: Where a person can open it. Never carries credentials.
    url: str
    #: Package URL at the revision (https://github.com/package-url/purl-spec).
    purl: str


@dataclass(frozen=True, slots=True)
class FileEntry:
    """One path of a snapshot, as the host lists it."""

    path: str
    kind: EntryKind
    #: Bytes of the content; for an LFS pointer those of the file it points to. None if unknown.
    size: int | None
    #: SHA-256 of the content where the host or an LFS pointer gives it without a download.
    sha256: str | None = None
    #: Git's blob id (sha1 of header and content) where the host gives it.
    blob: str | None = None
    #: Where a symbolic link points, as text.
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Exhibit:
    """Where a fact can be checked by a person."""

    #: Path inside the repository; empty for a fact of the host itself.
    path: str
    #: First and last line, counted from 1.
    lines: tuple[int, int] | None = None
    #: First byte and the byte after the last.
    span: tuple[int, int] | None = None
    #: SHA-256 of the whole file.
    sha256: str | None = None
    #: The place at the pinned revision.
    url: str | None = None
    #: A short literal quote, at most 300 characters.
    excerpt: str | None = None
    #: The repository that it stands in, by name; "" for the audited one.
    repo: str = ""


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


@dataclass(frozen=True, slots=True)
class ParentDeclared:
    """A statement that the repository's model was made from another."""

    #: As written: ``org/name``, a URL or a path.
    parent: str
    relation: Relation
    #: The field that says it: ``base_model``, ``general.base_model.0``.
    key: str
    exhibit: Exhibit


@dataclass(frozen=True, slots=True)
class DatasetDeclared:
    """A statement that a data set was used."""

    dataset: str
    key: str
    exhibit: Exhibit


@dataclass(frozen=True, slots=True)
class ParentAbsent:
    """A parent that the repository names, and that could not be opened when it was asked for."""

    #: Artifact id of the parent, as the name stands for it.
    parent: str
    absence: Absence
    #: What stood in the way, as a phrase.
    reason: str
    #: Where the parent is named.
    exhibit: Exhibit


class ClaimKind(StrEnum):
    """What a sentence of prose claims."""

    FROM_SCRATCH = "from-scratch"
    OPEN_SOURCE = "open-source"
    #: "Built with Llama", "based on Qwen2.5": prose that names a parent.
    BASED_ON = "based-on"


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence in a card or a README that claims something about the model's making."""

    kind: ClaimKind
    text: str
    exhibit: Exhibit


@dataclass(frozen=True, slots=True)
class ModelCard:
    """A card's front matter, flattened: one (key, value) pair for each scalar, lists repeated."""

    fields: tuple[tuple[str, str], ...]
    #: First heading of the prose, "" if none.
    title: str
    exhibit: Exhibit


@dataclass(frozen=True, slots=True)
class Architecture:
    """What a configuration says of the model's structure. Structure is never proof of descent."""

    #: ``architectures``: class names.
    classes: tuple[str, ...]
    model_type: str | None
    #: ``auto_map``: module paths of code that comes with the repository.
    auto_map: tuple[str, ...]
    #: Scalars of the configuration, flattened and sorted: hidden_size, vocab_size, …
    settings: tuple[tuple[str, str], ...]
    exhibit: Exhibit


@dataclass(frozen=True, slots=True)
class Tensor:
    """One tensor as a file's header describes it."""

    name: str
    #: The file format's own name for it: ``BF16``, ``Q4_K``.
    dtype: str
    shape: tuple[int, ...]
    #: First byte and the byte after the last, counted from the start of the file.
    span: tuple[int, int]


@dataclass(frozen=True, slots=True)
class WeightFile:
    """A file of weights, described without reading them."""

    #: ``safetensors``, ``gguf``, ``pytorch``, ``onnx``, ``numpy``, …
    format: str
    size: int | None
    sha256: str | None
    #: None where the header could not be had (an LFS pointer, a format read by name only).
    tensors: tuple[Tensor, ...] | None
    #: The file's own key-value metadata, scalars only, values as text.
    metadata: tuple[tuple[str, str], ...]
    exhibit: Exhibit


@dataclass(frozen=True, slots=True)
class Tokenizer:
    """A tokenizer file."""

    #: ``tokenizers`` (tokenizer.json), ``sentencepiece``, ``tiktoken``, ``vocab``, ``merges``…
    kind: str
    vocabulary_size: int | None
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


@dataclass(frozen=True, slots=True)
class Document:
    """A document at the root that users read: a README, a card, an "about" page. Never printed."""

    #: Its text, at most 256 KiB of it.
    text: str
    exhibit: Exhibit


@dataclass(frozen=True, slots=True)
class HostFact:
    """Something the host says of the repository: ``gated``, ``disabled``, ``created_at``."""

    key: str
    value: str
    exhibit: Exhibit


Evidence: TypeAlias = (
    LicenceDeclared
    | LicenceText
    | UnsettledText
    | LicenceClause
    | LicenceHistory
    | HeaderChange
    | Copyright
    | Attribution
    | ParentDeclared
    | DatasetDeclared
    | ParentAbsent
    | Claim
    | ModelCard
    | Architecture
    | WeightFile
    | Tokenizer
    | NoticeFile
    | Document
    | HostFact
)


@dataclass(frozen=True, slots=True)
class Unread:
    """A place that should have been read and could not be. Never a pass."""

    path: str
    #: A phrase for a person: "not valid YAML (line 3)".
    reason: str
    #: True where the host itself keeps it back, so that asking again changes nothing.
    withheld: bool = False


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of a repository was looked at."""

    files_total: int
    #: Files of which at least one byte was read, or whose listing alone was the evidence.
    files_read: int
    #: Bytes that crossed from the host or the disk.
    bytes_read: int
    #: Bytes of all files, as far as their sizes are known.
    bytes_total: int
    unread: tuple[Unread, ...] = ()
    #: Files that no scanner asks for, counted by ending: ("png", 12).
    not_examined: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """A repository as read: what stands in it, what the scanners saw, what could not be read."""

    repo: Repo
    files: tuple[FileEntry, ...]
    evidence: tuple[Evidence, ...]
    coverage: Coverage


@dataclass(frozen=True, slots=True)
class LicenceRecord:
    """What is known of the licence of one part of a repository."""

    scope: Scope
    #: What machine-readable fields say, as SPDX expressions or, failing that, as written.
    declared: tuple[str, ...]
    #: What the texts in the repository say.
    found: tuple[str, ...]
    #: The SPDX expression that follows, or None where nothing may be concluded.
    concluded: str | None
    #: Why, in one sentence.
    reason: str
    exhibits: tuple[Exhibit, ...]


@dataclass(frozen=True, slots=True)
class Artifact:
    """A node of the lineage graph: a model, a data set or a code work."""

    #: The purl where there is one, else ``unresolved:`` and the name as written.
    id: str
    kind: Kind
    name: str
    revision: str | None
    purl: str | None
    #: One record for each scope that has one.
    licences: tuple[LicenceRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class Test:
    """One statistical test of kinship."""

    name: str
    statistic: float
    p_value: float
    #: The null hypothesis in words.
    null: str
    #: True only where the exchangeability argument makes the p-value exact; else it is calibrated.
    exact: bool
    #: Effect size (a correlation unless the name says otherwise).
    effect: float
    #: The smallest effect that the test would have seen.
    minimum_detectable_effect: float
    bytes_read: int
    #: Of the effect, 95 %; None where none is known.
    interval: tuple[float, float] | None = None

    @property
    def is_of_correlation(self) -> bool:
        """Whether the effect is a correlation, by the test's name."""
        return not self.name.startswith("order of") and "without signs" not in self.name


@dataclass(frozen=True, slots=True)
class Derivation:
    """An edge of the lineage graph, from parent to child."""

    #: Artifact ids.
    parent: str
    child: str
    relation: Relation
    origin: Origin
    tier: Tier
    tests: tuple[Test, ...] = ()
    exhibits: tuple[Exhibit, ...] = ()


@dataclass(frozen=True, slots=True)
class Obligation:
    """A duty or a limit that a parent's licence puts on a derivative, and whether it is kept."""

    #: Identifier of the licence in the knowledge base; "" where the parent's terms are not known.
    licence: str
    #: Artifact id of the parent, which may stand several derivations up.
    parent: str
    #: A kind of duty (``name_prefix``), or ``threshold``, ``territory``, ``use_limit``,
    #: ``no_train``, ``use_policy``, ``unknown_terms``.
    kind: str
    clause: str
    #: The act that brings it about: ``distribute``.
    trigger: str
    state: State
    exhibits: tuple[Exhibit, ...] = ()
    #: Its id within the licence.
    id: str = ""
    #: The licence's name, for a person.
    title: str = ""
    #: Texts of which any one will do.
    literals: tuple[str, ...] = ()
    #: The clause's own words, in short.
    quote: str | None = None
    #: Why it is in this state, in one sentence.
    reason: str = ""
    #: False where the licence only asks for it.
    required: bool = True
    #: Why it rests on less than the licensor's own text; "" where that was read.
    caveat: str = ""
    #: What the child is to the parent by the last derivation of the path.
    relation: Relation = Relation.UNKNOWN
    #: The tier of the weakest derivation of the path.
    tier: Tier = Tier.A
    #: Artifact ids from the parent down to the child.
    path: tuple[str, ...] = ()


class Intent(StrEnum):
    """What an organisation means to do with the work."""

    PERSONAL = "personal"
    INTERNAL = "internal"
    SHARE = "share"
    SELL = "sell"
    SAAS = "saas"

    @property
    def is_commercial(self) -> bool:
        """Whether money is meant to be made with it."""
        return self in (Intent.SELL, Intent.SAAS)

    @property
    def gives_copies(self) -> bool:
        """Whether somebody else gets copies."""
        return self in (Intent.SHARE, Intent.SELL)


@dataclass(frozen=True, slots=True)
class Users:
    """How many people use what an organisation offers."""

    number: int
    #: ``day`` or ``month``.
    period: str
    #: ISO date of the count; None: today.
    as_of: str | None = None
    #: ``licensee``: all that it offers; ``product``: what uses the work.
    of: str = "licensee"


@dataclass(frozen=True, slots=True)
class Revenue:
    """What an organisation earns."""

    amount: int
    #: ISO 4217.
    currency: str
    #: ``month``, ``year``, ``twelve-months`` or ``annual-recurring``.
    period: str
    of: str = "licensee"


@dataclass(frozen=True, slots=True)
class Profile:
    """What an organisation says of itself, where a licence's conditions ask for it."""

    intent: Intent | None = None
    #: ISO 3166 codes of where it acts and offers; None: not said. ``EU`` stands for its members.
    territory: tuple[str, ...] | None = None
    #: Where it lives or has its principal place of business.
    domicile: str | None = None
    users: tuple[Users, ...] = ()
    revenue: tuple[Revenue, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a rule says of one artifact. The engine adds the rule's own words to make a finding."""

    #: Artifact id.
    subject: str
    state: State
    #: A sentence that names the artifact, the claim and the place.
    message: str
    exhibits: tuple[Exhibit, ...] = ()
    #: Artifact id of the parent whose terms are in question.
    parent: str | None = None
    #: Which of several outcomes of this rule this is: a path or a licence. Part of the fingerprint.
    about: str = ""
    #: Where this outcome is graver or milder than the rule usually is.
    severity: Severity | None = None
    tier: Tier | None = None
    clause: str | None = None
    remedy: str | None = None


@dataclass(frozen=True, slots=True)
class Waiver:
    """An exception somebody answers for."""

    reason: str
    owner: str
    #: ISO date after which it no longer waives.
    expires: str
    #: ISO date on which it was given, where it says so.
    since: str | None = None
    #: The state that the finding would be in without it.
    was: State = State.UNMET


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule's outcome, ready to be reported."""

    #: Hash of rule, subject purl without revision, parent and what it is about: it survives a new
    #: revision and a moved line.
    fingerprint: str
    rule: str
    title: str
    severity: Severity
    state: State
    tier: Tier
    message: str
    subject: str
    parent: str | None
    clause: str
    remedy: str
    exhibits: tuple[Exhibit, ...]
    waiver: Waiver | None = None
