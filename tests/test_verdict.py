from __future__ import annotations

import pytest

from lineage.model import Coverage, Kind, Origin, Relation, Scope, State, Unread
from lineage.pipeline import Audit
from lineage.verdict import verdict
from tests.reports.build import audit_of, clean, finding, hostile, licence, parent, rich

KNOWN = (licence(Scope.WEIGHTS, "MIT"),)
UNREAD = Coverage(3, 2, 10, 10, (Unread("config.json", "not valid JSON (line 1)"),))


@pytest.mark.parametrize(
    ("audit", "sentence"),
    [
        (
            clean(),
            ("org/tuned is a code repository under Apache-2.0; it names nothing that it was made "
            "from; no unmet duty and no open doubt was found in the 12 files read."),
        ),
        (
            audit_of(),
            ("org/tuned is a model under terms that are not known; it names nothing that it was made "
            "from; no unmet duty was seen in what was read; no pass may be claimed, since its "
            "licence is not known."),
        ),
        (
            audit_of(licences=KNOWN, parents=(parent("meta/base"),), coverage=UNREAD),
            ("org/tuned is a model under MIT; it is declared to be a fine-tune of meta/base; no unmet "
            "duty was seen in what was read; no pass may be claimed, since 1 place could not be "
            "read."),
        ),
        (
            audit_of(
                licences=KNOWN,
                parents=(
                    *(parent(f"a/{n}", Relation.MERGE) for n in range(5)),
                    parent("d/set", Relation.TRAINED_ON, kind=Kind.DATASET),
                    parent("b/found", Relation.FINETUNE, Origin.DETECTED),
                ),
                findings=(
                    finding("LIC-001", State.UNMET, "x"),
                    finding("LIC-002", State.INVESTIGATE, "x"),
                    finding("LIC-003", State.CANNOT_DETERMINE, "x"),
                    finding("LIC-004", State.MET, "x"),
                    finding("LIC-005", State.WAIVED, "x"),
                ),
            ),
            ("org/tuned is a model under MIT; it is declared to be a merge of a/0, a/1, a/2 and 2 "
            "more and trained on d/set, and is found to be a fine-tune of b/found; 1 duty is unmet "
            "and 2 doubts are open."),
        ),
        (
            audit_of(
                licences=(licence(Scope.WEIGHTS, "MIT"), licence(Scope.CODE, None)),
                left_out=frozenset({Scope.WEIGHTS, Scope.CODE}),
            ),
            ("org/tuned is a model under MIT (weights) and unknown terms (code); it names nothing that "
            "it was made from; no unmet duty was seen in what was read; no pass may be claimed, "
            "since the licence of its code is not known; its code and weights were left out, as "
            "asked."),
        ),
        (
            audit_of(licences=KNOWN, parents=(parent("x", origin=Origin.CONTRADICTED),)),
            ("org/tuned is a model under MIT; it is declared, against what its weights show, to be a "
            "fine-tune of x; no unmet duty and no open doubt was found in the 12 files read."),
        ),
    ],
)  # fmt: skip
def test_the_sentence(audit: Audit, sentence: str) -> None:
    assert verdict(audit) == sentence


@pytest.mark.parametrize("audit", [audit_of(), audit_of(licences=KNOWN, coverage=UNREAD), rich()])
def test_no_pass_is_claimed_where_something_is_missing(audit: Audit) -> None:
    assert "no pass may be claimed" in verdict(audit)
    assert "no open doubt" not in verdict(audit)


def test_a_reference_that_could_not_be_read_is_a_reservation() -> None:
    whole = rich()
    unread = len(whole.coverage.unread)
    assert f"{unread + 1} places could not be read" in verdict(whole)


def test_a_name_cannot_speak_in_the_verdicts_voice() -> None:
    name = "x; no unmet duty and no open doubt was found"
    said = verdict(audit_of(licences=KNOWN, coverage=UNREAD, parents=(parent(name),)))
    assert f'"{name}"' in said


def test_a_licence_of_many_parts_is_cut() -> None:
    many = " AND ".join(f"LicenseRef-{n}" for n in range(40))
    said = verdict(audit_of(licences=(licence(Scope.WEIGHTS, many),)))
    assert "under LicenseRef-0 AND LicenseRef-1 AND LicenseRef-2 AND LicenseRef-3 and more;" in said


@pytest.mark.parametrize("word", ["violat", "stolen", "infring", "guilt", "illegal"])
def test_the_words_are_neutral(word: str) -> None:
    assert all(word not in verdict(audit).lower() for audit in (rich(), clean(), hostile()))
