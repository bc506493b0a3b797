"""Other methods of finding copied code, with the rules that they are used with."""

from __future__ import annotations

import difflib
from typing import TypeVar

import numpy as np
from code_corpus import Suspect
from datasketch import MinHash
from scanoss_winnowing.winnowing import Winnowing

from lineage.code.languages import language_of
from lineage.code.tokens import tokens_of
from lineage.code.winnow import winnow

T = TypeVar("T", str, int)


class Peers:
    """Other methods with the rules that they are used with, on a pair of texts.

    scanoss: share of the suspect's or upstream's winnowed hashes >= .2; MinHash: Jaccard of word
    5-grams >= .7 (BigCode); difflib: ratio of lines >= .5; Dolos: k=23, window 17 over abstracted
    tokens, share >= .2.
    """

    def __init__(self) -> None:
        self._winnowing = Winnowing()

    def found(self, text: str, original: str) -> np.ndarray:
        return np.array(
            [
                self.contained(self.wfp(text), self.wfp(original)) >= 0.2,
                self.minhash(text).jaccard(self.minhash(original)) >= 0.7,
                self.lines(text, original) >= 0.5,
                self.contained(self.dolos(text), self.dolos(original)) >= 0.2,
            ],
            dtype=int,
        )

    def wfp(self, text: str) -> set[str]:
        made = self._winnowing.wfp_for_contents("x.py", bin_file=False, contents=text.encode())
        return {
            h
            for line in made.splitlines()[1:]
            if "=" in line
            for h in line.split("=")[1].split(",")
        }

    def minhash(self, text: str) -> MinHash:
        words = text.split()
        made = MinHash(num_perm=128)
        grams = {" ".join(words[n : n + 5]).encode() for n in range(max(1, len(words) - 4))}
        made.update_batch(list(grams))
        return made

    def lines(self, text: str, original: str) -> float:
        a, b = ([x.strip() for x in t.split("\n") if x.strip()] for t in (text, original))
        return difflib.SequenceMatcher(None, a, b, autojunk=False).ratio()

    def dolos(self, text: str) -> set[int]:
        language = language_of("x.py")
        assert language is not None
        tokens = tokens_of(text.encode(), language)
        return set(winnow(tokens.shaped, tokens.lines, 23, 17).hashes.tolist())

    @staticmethod
    def contained(one: set[T], other: set[T]) -> float:
        both = len(one & other)
        return max(both / max(1, len(one)), both / max(1, len(other)))


def peers_false(files: list[tuple[str, str]], originals: list[Suspect]) -> None:
    """Print how many unrelated files each peer's rule matches with any of the originals."""
    peers = Peers()
    for name, of in (("scanoss", peers.wfp), ("Dolos", peers.dolos)):
        theirs = [of(one.original) for one in originals]
        by_hash: dict[object, list[int]] = {}
        for number, held in enumerate(theirs):
            for one in held:
                by_hash.setdefault(one, []).append(number)
        count = 0
        for _, text in files:
            mine = of(text)
            shared: dict[int, int] = {}
            for one in mine:
                for number in by_hash.get(one, ()):
                    shared[number] = shared.get(number, 0) + 1
            count += any(
                k / max(1, len(mine)) >= 0.2 or k / max(1, len(theirs[n])) >= 0.2
                for n, k in shared.items()
            )
        print(
            f"{name} by its rule: {count} of {len(files):,} ({count / len(files):.2%}), against"
            f" {len(originals)} upstream files alone"
        )
