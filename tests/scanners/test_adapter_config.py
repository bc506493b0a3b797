from __future__ import annotations

import pytest

from lineage.model import Relation
from lineage.scanners import adapter_config
from lineage.walk import read
from tests.doubles.memory import file_of, snapshot_of


def test_an_adapter_names_its_base() -> None:
    text = (
        '{\n  "base_model_name_or_path": "meta-llama/Llama-3.1-8B",\n'
        '  "peft_type": "LORA",\n  "revision": "abc"\n}'
    )
    (parent,) = adapter_config.scan(file_of("lora/adapter_config.json", text))
    assert (parent.parent, parent.relation) == ("meta-llama/Llama-3.1-8B", Relation.ADAPTER)
    assert parent.key == "base_model_name_or_path"
    assert parent.exhibit.lines == (2, 2)
    assert parent.exhibit.excerpt == (
        "base_model_name_or_path: meta-llama/Llama-3.1-8B, revision: abc, peft_type: LORA"
    )


@pytest.mark.parametrize(
    ("text", "parents"),
    [
        ('{"model_name": "bert-base-uncased", "config": {}}', ["bert-base-uncased"]),
        ('{"base_model_name_or_path": "/data/llama"}', ["/data/llama"]),
        ('{"base_model_name_or_path": null, "peft_type": "LORA"}', []),
        ('{"base_model_name_or_path": ""}', []),
        ('{"base_model_name_or_path": ["a"]}', []),
        ('{"base_model_name_or_path": "a/\\u0062"}', ["a/b"]),
    ],
)
def test_what_is_named(text: str, parents: list[str]) -> None:
    assert [p.parent for p in adapter_config.scan(file_of("adapter_config.json", text))] == parents


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"base_model_name_or_path": "a/b"',
        '{"base_model_name_or_path": "a/b", "base_model_name_or_path": "c/d"}',
        "[" * 20_000,
        "\0\0",
    ],
)
def test_a_malformed_configuration_is_unread(text: str) -> None:
    reading = read(snapshot_of({"adapter_config.json": text}), [adapter_config])
    assert not reading.evidence
    assert len(reading.coverage.unread) == 1


def test_one_value_given_twice_is_one_value() -> None:
    text = '{"base_model_name_or_path": "a/b", "base_model_name_or_path": "a/b"}'
    assert [p.parent for p in adapter_config.scan(file_of("adapter_config.json", text))] == ["a/b"]
