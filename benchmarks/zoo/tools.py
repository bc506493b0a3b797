"""The peers that ship as packages, run as they are, and `lineage` itself."""

from __future__ import annotations

import json
import math
import os
from typing import TYPE_CHECKING

from . import store
from .peers import NOTHING, RELATED, SHARED_SEED, UNRELATED, UNSURE, UNTESTABLE, Score

if TYPE_CHECKING:
    from pathlib import Path

    from lineage.kinship.prepared import Model
    from lineage.kinship.verdict import Kinship
    from lineage.kinship.weights import Weights


class ModelDNA:
    """modeldna 0.1.0 from PyPI: its own fingerprint, comparison and verdict."""

    _VERDICTS = frozenset(
        {"EXACT_COPY", "QUANTIZED_COPY", "FINE_TUNE", "SAME_LINEAGE", "LIKELY_MERGE"}
    )

    def prepare(self, folder: Path) -> object:
        from modeldna.fingerprint.extract import extract_fingerprint
        from modeldna.io.source import open_source

        return extract_fingerprint(open_source(str(folder)), mode="fast", model_id=folder.name)

    def compare(self, suspect: object, reference: object) -> Score:
        from modeldna.compare import compare_fingerprints
        from modeldna.verdict import judge

        verdict = judge([(compare_fingerprints(suspect, reference), "reference")])
        name, probability = verdict.verdict.value, verdict.probability
        unsure = name in {"SAME_FAMILY_UNRESOLVED", "INSUFFICIENT"}
        said = RELATED if name in self._VERDICTS else UNSURE if unsure else UNRELATED
        # It rules out what it cannot compare, and says NO_MATCH.
        return Score(0.0 if probability is None else probability, said, extra={"said": name})


class ProvenanceKit:
    """Cisco's cisco-ai-provenance-kit 1.0.0: its own features, gate and scores.

    The wheel asks for Python 3.12 and runs on 3.11 with pip's --ignore-requires-python.
    """

    def __init__(self) -> None:
        os.environ |= {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1"}
        import logging

        import structlog
        import torch
        from provenancekit.core.scanner import ModelProvenanceScanner
        from provenancekit.services.cache import NullCache

        torch.set_num_threads(1)
        quiet = structlog.make_filtering_bound_logger(logging.ERROR)
        structlog.configure(wrapper_class=quiet)
        self._scanner = ModelProvenanceScanner(cache=NullCache())

    def prepare(self, folder: Path) -> object:
        return folder.name, self._scanner._extract_model(str(folder))  # noqa: SLF001 - its compare()
        # extracts both models anew for each pair; this is the same call, made once a model

    def compare(self, suspect: object, reference: object) -> Score:
        from provenancekit.core.scoring import compute_identity_score, interpret_score
        from provenancekit.core.signals import weight_signals as signals
        from provenancekit.core.signals.metadata import similarity

        assert isinstance(suspect, tuple)
        assert isinstance(reference, tuple)
        a, b = suspect[1], reference[1]
        # The rest is ModelProvenanceScanner.compare, less the tokenizer scores, which do not count.
        gate = similarity(a.fp, b.fp)
        rules = (signals.eas_similarity, signals.nlf_similarity, signals.lep_similarity)
        rules = (*rules, signals.end_similarity, signals.wvc_similarity)
        parts = [rule(a.ws, b.ws) for rule in rules]
        identity = compute_identity_score(*parts)
        extra: dict[str, object] = {"tier": gate.tier, "identity": identity}
        if gate.tier <= 2:
            return Score(gate.score, RELATED, extra={**extra, "said": "Confirmed Match"})
        score = gate.score if identity != identity else identity  # noqa: PLR0124 - not a number
        said = interpret_score(score).label
        verdict = {"High-Confidence Match": RELATED, "Weak Match": UNSURE}.get(said, UNRELATED)
        return Score(score, verdict, extra={**extra, "said": said})


class Lineage:
    """This project, as `lineage compare` has it: its reader, then every rung that is needed."""

    def prepare(self, folder: Path) -> object:
        from lineage.holdings import holding_of
        from lineage.sources import SourceOptions, open_snapshot

        # Stays open as long as the holding does, which reads from it.
        snapshot = open_snapshot(str(folder), SourceOptions()).__enter__()
        return snapshot, holding_of(snapshot).model

    def compare(self, suspect: object, reference: object) -> Score:
        from lineage.kinship.compare import compare

        assert isinstance(suspect, tuple)
        assert isinstance(reference, tuple)
        if suspect[1] is None or reference[1] is None:
            return NOTHING
        found = translated(compare(suspect[1], reference[1]))
        return found if found.statistic is not None else _unspoken(found, suspect[1], reference[1])


def _unspoken(found: Score, suspect: Model, reference: Model) -> Score:
    """Give the p-value of the exact tests where the verdict keeps silent about it.

    Of two families `lineage` says that it cannot determine anything. Its tests hold there too.
    """
    from lineage.kinship.ladder import climb
    from lineage.kinship.weights import UntestableError

    try:
        climbed = climb(suspect, reference, (0, 0), 1)
    except UntestableError:
        return found
    if not climbed.measured:
        return found
    tests = {m.name: float(f"{m.agreement.p_value:.4g}") for m in climbed.measured}
    p = climbed.p_value
    extra = {**found.extra, "tests": tests, "unspoken": True}
    return Score(-math.log10(max(p, 1e-300)), found.verdict, p, extra)


def translated(kinship: Kinship) -> Score:
    """Give a Kinship as a row of the table: the one place that knows its shape."""
    said = {"yes": RELATED, "no": UNRELATED, "shared-initialisation": SHARED_SEED}
    p = kinship.p_value
    extra: dict[str, object] = {
        "relation": str(kinship.relation),
        "exact": kinship.exact,
        "parent": str(kinship.direction.parent),
        "layers": None if kinship.layer_map is None else list(kinship.layer_map.sources),
        "tests": {test.name: float(f"{test.p_value:.4g}") for test in kinship.tests},
    }
    for test in kinship.tests:
        if not test.exact:
            # What its p-value ranks among the bank's.
            extra["score"] = round(test.statistic, 5)
    if kinship.equal_tensors:
        extra["equal"] = len(kinship.equal_tensors)
    if kinship.experts:
        extra["experts"] = [[e.layer, e.expert, e.source, e.in_order] for e in kinship.experts]
    # Equal bytes need no p-value.
    value = 0.0 if kinship.related == "yes" and p is None else p
    statistic = None if value is None else -math.log10(max(value, 1e-300))
    return Score(statistic, said.get(str(kinship.related), UNTESTABLE), value, extra)


def opened(folder: Path) -> Weights:
    """Give a model of the zoo as lineage.kinship takes it."""
    from lineage.kinship.weights import weights_of_arrays

    weights, config = store.load(folder)
    tokenizer = folder / "tokenizer.json"
    parsed = json.loads(tokenizer.read_text("utf-8")) if tokenizer.exists() else {}
    settings = {k: v for k, v in config.items() if isinstance(v, str | int | float | bool)}
    return weights_of_arrays(weights, settings, parsed.get("model", {}).get("vocab"))
