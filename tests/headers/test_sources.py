from __future__ import annotations

import time

import pytest

from lineage.headers import head_of
from lineage.headers.sources import sources

LINK = "https://github.com/foo/bar/blob/main/a.py"


def named(text: str) -> list[str]:
    return [one.source for one in sources(text.lower(), text.split("\n"))]


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ('"""A simple port of `acmevision.models.vgg`."""', "acmevision.models.vgg"),
        ("Based on acme/models/cait.py by Jane Roe.", "acme/models/cait.py"),
        ("Ported to TF from acme/layers/classifier.py by Jane Roe.", "acme/layers/classifier.py"),
        (f"Ported from the\n`acme <{LINK}>`_ implementation", LINK),
        (f"This is a PyTorch re-implementation of Acme ({LINK}).", LINK),
        (f"# Originally ported from here, but changed\n# for three axes.\n# {LINK}", LINK),
        (f'"""Adapted from {LINK}"""', LINK),
        (f"# Code inspired and heavily modified from:\n# {LINK}", LINK),
        (f"# The code was based on the [original repo]({LINK}).", LINK),
        (f"# From {LINK}#L12", f"{LINK}#L12"),
        ("# Adapted from acme quantization/kernel.py", "acme quantization/kernel.py"),
        ("# this file is mainly adapted from acme/acme/envs.py", "acme/acme/envs.py"),
        ("# heavily based on jane-roe/acme-models", "jane-roe/acme-models"),
        ("Adapted from timm.", "timm"),
        ("Code ported from the timm library", "timm"),
        ("# Copied from\n# acme.models.vgg.Block", "acme.models.vgg.Block"),
    ],
)
def test_a_statement_of_taking(text: str, source: str) -> None:
    assert named(text) == [source]


def test_each_work_that_a_statement_names() -> None:
    other = "https://github.com/foo/other"
    assert named(f"# Code adapted from {LINK} and {other}.") == [LINK, other]


@pytest.mark.parametrize(
    "text",
    [
        f"# Inspired by {LINK}",
        f"# Similar to {LINK}",
        f"# See {LINK}, which is like the one in acme.models.vgg",
        f"# cf. {LINK}",
        "# Adapted from the paper https://arxiv.org/abs/1234.56789",
        f"# This is not copied from {LINK}",
        f"# If it was taken from {LINK}, say so.",
        f"# Weights ported from {LINK}",
        "# Values are derived from `self.config.hidden.size`",
        "Returns a slice based on `begin/end` of the input.",
        "Constructs a tokenizer. Based on [Pieces](https://github.com/foo/pieces).",
        "# Fields are taken from the config; see a.py",
        "# Graph taken from Figure 1 of\n# https://example.org/a",
        "# modified from\nfoo.bar.baz(x)",
        f"    'adapted from {LINK}',",
        f'x = "adapted from {LINK}"  # a text',
        "Ported from scratch.",
    ],
)
def test_what_states_no_taking(text: str) -> None:
    assert named(text) == []


def test_a_port_states_that_it_was_changed() -> None:
    (one,) = sources("a port of `acme.models.vgg`", ["A port of `acme.models.vgg`"])
    assert one.states_change


@pytest.mark.parametrize(
    "line",
    [
        "# adapted from\n",
        "# adapted from " + "a" * 900 + "\n",
        "# adapted from " + "a." * 450 + "\n",
        "# adapted from " + "a/b" * 300 + "\n",
        "# " + "adapted and " * 80 + "\n",
        "# based on " + "the " * 200 + "\n",
        "# based on " + "`[(<" * 200 + "\n",
        "# copied from http://" + "." * 900 + "\n",
        '"' * 500 + " # copied from http://a.b\n",
        "this file is " * 70 + "taken from\n",
        "# adapted from " + "ab " * 250 + "\n",
    ],
)
def test_any_text_is_read_in_little_time(line: str) -> None:
    text = line * ((4 << 20) // len(line))
    before = time.process_time()
    list(sources(text.lower(), text.split("\n")))
    assert time.process_time() - before < 3


def test_a_file_that_says_it_everywhere_is_read_in_little_time() -> None:
    before = time.process_time()
    assert len(head_of(f"# Adapted from {LINK}\n" * 80_000).sources) == 200
    assert time.process_time() - before < 6
