from __future__ import annotations

import pytest

from lineage.model import Relation, Severity, Tier, WeightFile
from lineage.rules import lin005_renamed_structure as rule
from tests.worlds import Fact, found, plan, said, vocabulary, weights, world

LLAMA = ("input_layernorm", "q_proj", "k_proj", "v_proj", "o_proj")
YI = ("ln1", "q_proj", "k_proj", "v_proj", "o_proj")
TENSORS = ["investigate tensors"]


def of(*names: str, layers: int = 10, width: int = 64) -> tuple[WeightFile, ...]:
    return (plan(layers, *names, width=width),)


@pytest.mark.parametrize(
    ("words", "child", "base", "expected"),
    [
        ("a[mit] + b[mit]", of(*YI), of(*LLAMA), TENSORS),
        ("a[mit] + b[mit]", of("a", "b", "c", "d", "e"), of(*LLAMA), TENSORS),
        # the same names, other sizes, more tensors, a part alone
        ("a[mit] + b[mit]", of(*LLAMA), of(*LLAMA), []),
        ("a[mit] + b[mit]", of(*YI, width=32), of(*LLAMA), []),
        ("a[mit] + b[mit]", of(*YI, layers=11), of(*LLAMA), []),
        ("a[mit] + b[mit]", of(*YI, "gate"), of(*LLAMA), []),
        ("a[mit] + b[mit]", of(*YI, layers=2), of(*LLAMA, layers=2), []),
        # headers that were not read
        ("a[mit] + b[mit]", (weights(),), of(*LLAMA), []),
        ("a[mit] + b[mit]", (*of(*YI), weights("2.safetensors")), of(*LLAMA), []),
        # tokenizers
        ("a[mit] + b[mit]", vocabulary("a"), vocabulary("a"), ["investigate tokenizer"]),
        ("a[mit] + b[mit]", vocabulary("a"), vocabulary("b"), []),
        ("a[mit] + b[mit]", vocabulary("a", size=9), vocabulary("a", size=9), []),
        ("a[mit] + b[mit]", vocabulary("a", "config"), vocabulary("a", "config"), []),
        # declared, or the publisher's own
        ("a[mit] <- b[mit]", of(*YI), of(*LLAMA), []),
        ("acme/a[mit] + acme/b[mit]", of(*YI), of(*LLAMA), []),
    ],
)
def test_worlds(
    words: str, child: tuple[Fact, ...], base: tuple[Fact, ...], expected: list[str]
) -> None:
    assert said(rule, world(words, a=child, b=base)) == expected


def test_what_the_weights_say_goes_before_what_the_names_say() -> None:
    graph = world("a[mit] + b[mit]", a=of(*YI), b=of(*LLAMA))
    assert said(rule, found(graph, "/b", Relation.FINETUNE, Tier.B)) == []
    assert said(rule, found(graph, "/b", Relation.RELATED, Tier.C)) == TENSORS


def test_the_sentence_says_that_it_says_nothing_of_the_weights() -> None:
    facts = (*of(*YI), *vocabulary("a"))
    one, other = rule.check(world("a[mit] + b[mit]", a=facts, b=(*of(*LLAMA), *vocabulary("a"))))
    assert one.message == (
        "The 51 tensors of a-lab/a have the number and the shapes of those of b-lab/b; 1 of 6"
        ' kinds go under other names: here "layers.*.ln1", there "layers.*.input_layernorm". The'
        " same structure can be trained from scratch, so that this says nothing of the weights."
    )
    assert other.message == (
        "tokenizers.json of a-lab/a is the tokenizer of b-lab/b (tokenizers.json), byte for byte."
        " Tokenizers are shared widely, so that this says nothing of the weights."
    )
    assert (one.severity, other.severity) == (None, Severity.INFO)
