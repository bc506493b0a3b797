"""The zoo's reading matter: two corpora of free text that any developer has, three vocabularies.

`python` is the standard library of the interpreter at hand (PSF licence); `licences` is the text of
the licences that scancode-toolkit ships (CC-BY-4.0), or of those that installed packages carry.
Neither is committed: the manifest records their size and sha256.
"""

from __future__ import annotations

import hashlib
import os
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers

from .plan import VOCABULARIES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

#: Every vocabulary begins with these four, so that id 3 is the mask everywhere.
SPECIALS = ("<pad>", "<s>", "</s>", "[MASK]")
MASK = 3
CORPORA = ("python", "licences")
CORPUS_LIMIT = 12_000_000


def prepare(work: Path, licence_folders: Sequence[Path]) -> dict[str, dict[str, object]]:
    """Write corpora, tokenizers and token ids under `work`, once; give their sizes and hashes."""
    folder = work / "corpus"
    folder.mkdir(parents=True, exist_ok=True)
    texts = {"python": _standard_library, "licences": lambda: _licences(licence_folders)}
    for name in CORPORA:
        if not (folder / f"{name}.txt").exists():
            _write(folder / f"{name}.txt", _bounded(texts[name]()))
    for name, (size, source) in VOCABULARIES.items():
        path = folder / f"{name}.tokenizer.json"
        if not path.exists():
            tokenizer = _tokenizer(size, (folder / f"{source}.txt").read_text("utf-8"))
            _write(path, tokenizer.to_str().encode())
        for corpus in CORPORA:
            _encode(folder, name, corpus)
    return {name: _described(folder / f"{name}.txt") for name in CORPORA}


def tokens(work: Path, vocabulary: str, corpus: str) -> np.ndarray:
    """Give the token ids of a corpus; `corpus` may also be "noise": uniform random ids."""
    if corpus == "noise":
        size = VOCABULARIES[vocabulary][0]
        return np.random.default_rng(0).integers(len(SPECIALS), size, 1_000_000).astype(np.int16)
    return np.load(work / "corpus" / f"{corpus}.{vocabulary}.npy", mmap_mode="r")


def tokenizer_file(work: Path, vocabulary: str) -> Path:
    """Give the path of the vocabulary's tokenizer.json."""
    return work / "corpus" / f"{vocabulary}.tokenizer.json"


def _standard_library() -> Iterator[str]:
    root = Path(sysconfig.get_paths()["stdlib"])
    for path in sorted(root.rglob("*.py")):
        parts = path.relative_to(root).parts
        if not {"site-packages", "test", "tests", "idlelib"} & set(parts):
            yield path.read_text("utf-8", errors="replace")


def _licences(folders: Sequence[Path]) -> Iterator[str]:
    seen: set[str] = set()
    for folder in folders:
        for pattern in ("*.LICENSE", "*.RULE", "LICENSE*", "COPYING*", "GPL-*", "LGPL-*"):
            for path in sorted(folder.rglob(pattern)):
                if path.is_file():
                    text = path.read_text("utf-8", errors="replace").split("\n---\n", 1)[-1].strip()
                    if len(text) > 400 and text not in seen:
                        seen.add(text)
                        yield text


def _bounded(texts: Iterator[str]) -> bytes:
    # Shuffled, so that a bounded part of the corpus is like the whole.
    every = [text for text in texts if text]
    order = np.random.default_rng(7).permutation(len(every))
    return "\n\n".join(every[i] for i in order).encode()[:CORPUS_LIMIT]


def _tokenizer(size: int, text: str) -> Tokenizer:
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    specials = [AddedToken(token, special=True) for token in SPECIALS]
    trainer = trainers.BpeTrainer(
        vocab_size=size, special_tokens=specials, initial_alphabet=alphabet, show_progress=False
    )
    tokenizer.train_from_iterator([text[:2_000_000]], trainer)
    return tokenizer


def _encode(folder: Path, vocabulary: str, corpus: str) -> None:
    path = folder / f"{corpus}.{vocabulary}.npy"
    if path.exists():
        return
    tokenizer = Tokenizer.from_file(str(folder / f"{vocabulary}.tokenizer.json"))
    lines = (
        (folder / f"{corpus}.txt").read_text("utf-8", errors="replace").splitlines(keepends=True)
    )
    chunks = ["".join(lines[i : i + 2000]) for i in range(0, len(lines), 2000)]
    ids = [np.array(tokenizer.encode(chunk).ids, dtype=np.int16) for chunk in chunks]
    partial = path.with_suffix(".part.npy")
    np.save(partial, np.concatenate(ids))
    partial.replace(path)


def _write(path: Path, data: bytes) -> None:
    partial = path.with_name(f"{path.name}.{os.getpid()}.part")
    partial.write_bytes(data)
    partial.replace(path)


def _described(path: Path) -> dict[str, object]:
    data = path.read_bytes()
    return {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
