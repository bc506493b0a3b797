"""The derivations that need training: fine-tunes, continued training, upcycling, new vocabularies.

Bases of one shape are trained side by side, as in train.py; what is on disk is not made again.
"""

from __future__ import annotations

import json
import time
import zlib
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np
import torch

from . import corpus, networks, surgery
from .derivations import DERIVATIONS, OTHER, parents
from .fit import Schedule, Stream, evaluate, fit
from .train import STACK, keep
from .transform import generator_for, open_model

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from .anatomy import Model
    from .derivations import Derivation
    from .networks import Stack
    from .plan import Member


def everything(work: Path, only: Sequence[str]) -> None:
    """Make the missing derivations, in the order in which they are worth having."""
    for derivation in DERIVATIONS:
        if only and not {"derivations", derivation.name} & set(only):
            continue
        wanted = [
            member
            for member in parents()
            if member.group.family in derivation.families
            and (work / "models" / member.id).exists()
            and not (work / "models" / f"{member.id}.{derivation.name}").exists()
        ]
        for _, same in groupby(wanted, key=lambda member: member.group):
            members = list(same)
            for start in range(0, len(members), STACK):
                _derive(work, derivation, members[start : start + STACK])


def _derive(work: Path, derivation: Derivation, members: list[Member]) -> None:
    began, group = time.process_time(), members[0].group
    originals = [open_model(work / "models" / member.id) for member in members]
    models = [_prepared(work, derivation, m, o) for m, o in zip(members, originals, strict=True)]
    config, vocabulary = models[0].config, derivation.vocabulary or group.vocabulary
    texts = [corpus.tokens(work, vocabulary, _corpus(derivation, m)) for m in members]
    seeds = [zlib.crc32(f"{m.id}.{derivation.name}".encode()) for m in members]
    streams = [Stream.of(t, s) for t, s in zip(texts, seeds, strict=True)]
    stack = _stacked(models)
    before = evaluate(config, stack, texts)
    schedule = Schedule(int(derivation.share * group.tokens), derivation.rate * group.rate)

    def kept(name: str, share: float, trained: Stack) -> None:
        after = evaluate(config, trained, texts)
        spent = (time.process_time() - began) / len(members)
        for n, member in enumerate(members):
            made = _note(derivation, member, models[n], name, share)
            made |= {"loss_initial": round(before[n], 4), "loss_final": round(after[n], 4)}
            made |= {"vocabulary": vocabulary, "seed": seeds[n], "cpu_seconds": round(spent, 1)}
            keep(work, trained, n, config, made)
        losses = f"{np.mean(before):.2f} -> {np.mean(after):.2f}"
        print(f"{members[0].id} +{len(members) - 1} {name}: {losses}, {spent:.1f} s", flush=True)

    if derivation.rank:
        stack = _with_lora(
            work,
            derivation,
            members,
            config=config,
            stack=stack,
            streams=streams,
            schedule=schedule,
        )
    else:
        snapshots = {
            int(share * group.tokens): lambda n=name, s=share: kept(n, s, stack)
            for share, name in derivation.snapshots
        }
        teacher = _teacher(originals) if derivation.distilled else None
        fit(config, stack, streams, schedule, teacher=teacher, snapshots=snapshots)
    kept(derivation.name, derivation.share, stack)


def _prepared(work: Path, derivation: Derivation, member: Member, base: Model) -> Model:
    generator = generator_for(member.id, derivation.name)
    if derivation.distilled:
        seed = int(generator.integers(1 << 31))
        fresh = networks.initialise(base.config, [seed], member.group.spread)
        return replace(base, weights={name: tensor[0].numpy() for name, tensor in fresh.items()})
    if derivation.vocabulary:
        text = corpus.tokenizer_file(work, derivation.vocabulary).read_text("utf-8")
        size = corpus.VOCABULARIES[derivation.vocabulary][0]
        return surgery.revocabularied(base, generator, json.loads(text), size)
    return derivation.prepare(base, generator)


def _corpus(derivation: Derivation, member: Member) -> str:
    return {"same": member.corpus, "other": OTHER[member.corpus], "noise": "noise"}[
        derivation.corpus
    ]


def _stacked(models: list[Model]) -> Stack:
    return {
        name: torch.stack([torch.from_numpy(np.asarray(m.weights[name])) for m in models])
        for name in models[0].weights
    }


def _teacher(originals: list[Model]) -> Callable[[torch.Tensor], torch.Tensor]:
    taught = _stacked(originals)

    @torch.no_grad()
    def answer(ids: torch.Tensor) -> torch.Tensor:
        return networks.logits(originals[0].config, taught, ids)

    return answer


def _note(
    derivation: Derivation, member: Member, model: Model, name: str, share: float
) -> dict[str, object]:
    facts = {k: v for k, v in model.truth.items() if k not in {"residual_order", "names"}}
    return {
        "id": f"{member.id}.{name}",
        "made": name,
        "parents": [member.id],
        "family": member.group.family,
        "hidden": member.group.hidden,
        "corpus": _corpus(derivation, member),
        "tokens": int(share * member.group.tokens),
        "rate": derivation.rate * member.group.rate,
        **facts,
    }


def _with_lora(
    work: Path,
    derivation: Derivation,
    members: list[Member],
    *,
    config: dict[str, object],
    stack: Stack,
    streams: list[Stream],
    schedule: Schedule,
) -> Stack:
    """Train low-rank factors, keep them as PEFT adapters, and give the merged stack."""
    rank, factors = derivation.rank, _factors(stack, derivation.rank, streams[0].generator)

    def whole(trained: Stack) -> Stack:
        merged = dict(stack)
        for name in stack:
            if f"{name}.left" in trained:
                change = torch.bmm(trained[f"{name}.left"], trained[f"{name}.right"])
                merged[name] = stack[name] + 2.0 * change
        return merged

    fit(config, factors, streams, replace(schedule, decay=0.0), whole=whole)
    for n, member in enumerate(members):
        _write_adapter(
            work, f"{member.id}.{derivation.name}-adapter", member, factors, number=n, rank=rank
        )
    return whole(factors)


def _factors(stack: Stack, rank: int, generator: np.random.Generator) -> Stack:
    found: Stack = {}
    for name, tensor in stack.items():
        if tensor.dim() == 3 and any(part in name for part in ("layers.", ".h.", ".layer.")):
            members, rows, columns = tensor.shape
            drawn = generator.normal(0, rank**-0.5, (members, rank, columns)).astype(np.float32)
            found[f"{name}.left"] = torch.zeros(members, rows, rank)
            found[f"{name}.right"] = torch.from_numpy(drawn)
    return found


def _write_adapter(
    work: Path, name: str, member: Member, factors: Stack, *, number: int, rank: int
) -> None:
    from safetensors.numpy import save_file

    turned = member.group.family == "gpt2"
    weights, modules = {}, set()
    for key, tensor in factors.items():
        matrix, side = key.removesuffix(".weight").rsplit(".weight.", 1)
        plain = tensor[number].detach().numpy()
        # PEFT stores A [r, in] and B [out, r]; a Conv1D's matrix is [in, out].
        part = ("lora_B" if side == "left" else "lora_A") if not turned else None
        part = part or ("lora_A" if side == "left" else "lora_B")
        stored = np.ascontiguousarray(plain.T if turned else plain)
        weights[f"base_model.model.{matrix}.{part}.weight"] = stored
        modules.add(matrix.rsplit(".", 1)[1])
    folder = work / "models" / name
    folder.mkdir(parents=True, exist_ok=True)
    config = {
        "peft_type": "LORA",
        "r": rank,
        "lora_alpha": 2 * rank,
        "target_modules": sorted(modules),
        "fan_in_fan_out": turned,
        "base_model_name_or_path": member.id,
    }
    (folder / "adapter_config.json").write_text(json.dumps(config, indent=1) + "\n", "utf-8")
    save_file(weights, folder / "adapter_model.safetensors", metadata={"format": "pt"})
    note = {"id": name, "made": "adapter", "parents": [member.id], "family": member.group.family}
    (folder / "zoo.json").write_text(json.dumps(note, indent=1) + "\n", "utf-8")
