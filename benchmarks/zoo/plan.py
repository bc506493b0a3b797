"""Which models are trained from scratch: groups of seeds, and twins that share a seed."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

#: name -> (size, corpus it was learnt on); "bytes" has no merges.
VOCABULARIES = {"bytes": (260, "python"), "bpe-a": (512, "python"), "bpe-b": (512, "licences")}


@dataclass(frozen=True, slots=True)
class Group:
    """Models of one shape, trained on one corpus, each from its own seed."""

    family: str
    hidden: int
    vocabulary: str
    corpus: str
    count: int
    layers: int = 4
    heads: int = 4
    kv_heads: int = 2
    tied: bool = False
    bias: bool = False
    #: Every member reads the same batches in the same order.
    same_order: bool = False

    @property
    def name(self) -> str:
        """Give a name that says the shape and the data."""
        extra = ("-tied" if self.tied else "") + ("-bias" if self.bias else "")
        extra += "-order" if self.same_order else ""
        shape = f"{self.family}{self.hidden}x{self.layers}"
        return f"{shape}-{self.vocabulary}-{self.corpus}{extra}"

    @property
    def tokens(self) -> int:
        """Give how many tokens a member reads; BERT needs more to leave its plateau."""
        return 600_000 if self.family == "bert" else 300_000

    @property
    def rate(self) -> float:
        """Give the peak learning rate."""
        return 3e-3 if self.family == "bert" else 6e-3 * (64 / self.hidden) ** 0.5

    @property
    def spread(self) -> float:
        """Give the standard deviation of the initial matrices."""
        return (1.0 if self.family == "bert" else 0.5) / self.hidden**0.5

    def config(self) -> dict[str, object]:
        """Give the config.json of the family."""
        return _CONFIGS[self.family](self)


@dataclass(frozen=True, slots=True)
class Member:
    """One model to train: a seed for the weights and another for the order of the data."""

    group: Group
    seed: int
    data_seed: int
    corpus: str
    #: Set for a twin: the base with the same initial weights.
    twin_of: str | None = None

    @property
    def id(self) -> str:
        """Give the folder's name."""
        name = f"{self.group.name}-s{self.seed}"
        return name if self.twin_of is None else f"{name}.twin-{self.corpus}"


GROUPS = (
    Group("llama", 64, "bytes", "python", 32),
    Group("llama", 64, "bpe-a", "python", 24, tied=True),
    Group("gpt2", 64, "bytes", "python", 24),
    Group("llama", 64, "bpe-a", "licences", 12, layers=6, bias=True),
    Group("llama", 96, "bytes", "python", 12, heads=6, kv_heads=3),
    Group("bert", 64, "bytes", "licences", 20),
    Group("llama", 64, "bytes", "licences", 24),
    Group("llama", 64, "bytes", "python", 32, same_order=True),
    Group("gpt2", 64, "bpe-a", "licences", 8),
    Group("llama", 96, "bpe-a", "licences", 8),
    Group("gpt2", 96, "bytes", "python", 4),
    Group("llama", 128, "bpe-a", "python", 12, heads=8),
    Group("llama", 128, "bytes", "licences", 8, tied=True),
    Group("gpt2", 128, "bpe-a", "python", 4),
    Group("llama", 64, "bytes", "python", 4, layers=8),
    Group("llama", 192, "bpe-a", "python", 4, heads=6),
    Group("llama", 256, "bpe-a", "licences", 2, heads=8),
)
#: How many twins each of the first groups gets; half of them read the other corpus.
TWINS = {0: 6, 1: 4, 2: 4, 3: 2, 4: 2, 5: 4, 6: 2}


def bases() -> list[Member]:
    """List the independent models, in the order in which they are worth having."""
    return [member for number in range(len(GROUPS)) for member in members(number)]


def members(number: int) -> list[Member]:
    """List the independent models of one group."""
    group = GROUPS[number]
    start = 1000 * (number + 1)
    shared = zlib.crc32(group.name.encode())
    return [
        Member(group, start + n, shared if group.same_order else 500_000 + start + n, group.corpus)
        for n in range(group.count)
    ]


def twins() -> list[Member]:
    """List the models that start from a base's own initial weights and then read something else."""
    found = []
    for number, count in TWINS.items():
        for n, base in enumerate(members(number)[:count]):
            other = "licences" if base.corpus == "python" else "python"
            corpus = other if n % 2 else base.corpus
            twin = Member(base.group, base.seed, 700_000 + base.seed, corpus, twin_of=base.id)
            found.append(twin)
    return found


def _llama(group: Group) -> dict[str, object]:
    return {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "hidden_size": group.hidden,
        "intermediate_size": group.hidden * 8 // 3 // 8 * 8,
        "num_hidden_layers": group.layers,
        "num_attention_heads": group.heads,
        "num_key_value_heads": group.kv_heads,
        "head_dim": group.hidden // group.heads,
        "vocab_size": VOCABULARIES[group.vocabulary][0],
        "max_position_embeddings": 256,
        "rms_norm_eps": 1e-6,
        "rope_theta": 10000.0,
        "tie_word_embeddings": group.tied,
        "attention_bias": group.bias,
        "hidden_act": "silu",
        "torch_dtype": "float32",
        "bos_token_id": 1,
        "eos_token_id": 2,
    }


def _gpt2(group: Group) -> dict[str, object]:
    return {
        "architectures": ["GPT2LMHeadModel"],
        "model_type": "gpt2",
        "n_embd": group.hidden,
        "n_inner": 4 * group.hidden,
        "n_layer": group.layers,
        "n_head": group.heads,
        "n_positions": 64,
        "vocab_size": VOCABULARIES[group.vocabulary][0],
        "layer_norm_epsilon": 1e-5,
        "activation_function": "gelu_new",
        "tie_word_embeddings": True,
        "torch_dtype": "float32",
        "bos_token_id": 1,
        "eos_token_id": 2,
    }


def _bert(group: Group) -> dict[str, object]:
    return {
        "architectures": ["BertForMaskedLM"],
        "model_type": "bert",
        "hidden_size": group.hidden,
        "intermediate_size": 4 * group.hidden,
        "num_hidden_layers": group.layers,
        "num_attention_heads": group.heads,
        "vocab_size": VOCABULARIES[group.vocabulary][0],
        "max_position_embeddings": 32,
        "type_vocab_size": 2,
        "layer_norm_eps": 1e-5,
        "hidden_act": "gelu",
        "tie_word_embeddings": True,
        "torch_dtype": "float32",
        "pad_token_id": 0,
    }


_CONFIGS = {"bert": _bert, "gpt2": _gpt2, "llama": _llama}
