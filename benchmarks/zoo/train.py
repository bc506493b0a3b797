"""Train the zoo: python -m benchmarks.zoo.train [--work FOLDER] [--only bases|twins|NAME...].

Every finished model is a folder under FOLDER/models; what is there is not trained again, so the
command can be stopped and started at will. PyTorch is needed here and nowhere else in the project.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch

from . import corpus, networks, plan, store
from .fit import Schedule, Stream, evaluate, fit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .networks import Stack
    from .plan import Member

#: Members trained at once.
STACK = 8


def main(arguments: Sequence[str] | None = None) -> None:
    """Train whatever is missing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, default=store.DEFAULT)
    parser.add_argument("--licences", type=Path, action="append", help="folders of licence texts")
    parser.add_argument("--only", nargs="*", default=[], help="bases, twins, or derivations")
    options = parser.parse_args(arguments)
    torch.set_num_threads(1)
    corpora = corpus.prepare(options.work, options.licences or default_licences())
    (options.work / "corpus" / "corpora.json").write_text(json.dumps(corpora, indent=1) + "\n")
    if not options.only or "bases" in options.only:
        scratch(options.work, plan.bases())
    if not options.only or "twins" in options.only:
        scratch(options.work, plan.twins())
    from . import derive

    derive.everything(options.work, options.only)


def default_licences() -> list[Path]:
    """Give the folders of licence texts that this machine is likely to have."""
    repository = Path(__file__).resolve().parents[2]
    roots = [*(Path(path) for path in sys.path), *repository.glob(".venv/lib/*/site-packages")]
    found = [root / "licensedcode" / "data" / "licenses" for root in roots]
    return [f for f in found if f.is_dir()][:1] or [
        Path("/usr/share/common-licenses"),
        Path(sys.prefix),
    ]


def scratch(work: Path, wanted: Sequence[Member]) -> None:
    """Train the missing ones of these models from their seeds."""
    missing = [m for m in wanted if not (work / "models" / m.id).exists()]
    for _, same in groupby(missing, key=lambda member: member.group):
        stackable = list(same)
        for start in range(0, len(stackable), STACK):
            _scratch(work, stackable[start : start + STACK])


def _scratch(work: Path, members: list[Member]) -> None:
    group, began = members[0].group, time.process_time()
    config = group.config()
    texts = [corpus.tokens(work, group.vocabulary, member.corpus) for member in members]
    stack = networks.initialise(config, [member.seed for member in members], group.spread)
    before = evaluate(config, stack, texts)
    streams = [Stream.of(t, m.data_seed) for t, m in zip(texts, members, strict=True)]
    fit(config, stack, streams, Schedule(group.tokens, group.rate))
    after = evaluate(config, stack, texts)
    spent = (time.process_time() - began) / len(members)
    for n, member in enumerate(members):
        made = {
            "id": member.id,
            "made": "base" if member.twin_of is None else "twin",
            "parents": [],
            "same_seed": member.twin_of,
            "family": group.family,
            "hidden": group.hidden,
            "vocabulary": group.vocabulary,
            "corpus": member.corpus,
            "seed": member.seed,
            "data_seed": member.data_seed,
            "tokens": group.tokens,
            "rate": group.rate,
            "loss_initial": round(before[n], 4),
            "loss_final": round(after[n], 4),
            "unigram_entropy": round(entropy(texts[n]), 4),
            "cpu_seconds": round(spent, 1),
        }
        keep(work, stack, n, config, made)
    losses = f"{np.mean(before):.2f} -> {np.mean(after):.2f} ({min(after):.2f}-{max(after):.2f})"
    print(f"{members[0].id} +{len(members) - 1}: {losses}, {spent:.1f} s each", flush=True)


def keep(
    work: Path, stack: Stack, member: int, config: dict[str, object], made: dict[str, object]
) -> None:
    """Write one member of a stack as a model of its own, under the id that `made` gives."""
    weights = {key: value[member].detach().numpy().copy() for key, value in stack.items()}
    tokenizer = corpus.tokenizer_file(work, str(made["vocabulary"]))
    store.save(work / "models" / str(made["id"]), weights, config, made, tokenizer)


def entropy(ids: np.ndarray) -> float:
    """Give the entropy in nats of single tokens, which is what knowing only frequencies scores."""
    share = np.bincount(ids[:2_000_000]) / len(ids[:2_000_000])
    share = share[share > 0]
    return float(-(share * np.log(share)).sum())


if __name__ == "__main__":
    main()
