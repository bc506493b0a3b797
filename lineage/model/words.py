"""The words that more than one noun of the model is told by: kinds, scales and states."""

from __future__ import annotations

from enum import StrEnum


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
