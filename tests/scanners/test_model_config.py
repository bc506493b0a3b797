from __future__ import annotations

import json

import pytest

from lineage.model import Architecture, ParentDeclared, Relation
from lineage.scanners import model_config
from lineage.walk import read
from tests.doubles.memory import file_of, snapshot_of

QWEN = {
    "architectures": ["Qwen2ForCausalLM"],
    "auto_map": {
        "AutoConfig": "configuration_x.XConfig",
        "AutoModelForCausalLM": "org/code--modeling_x.XModel",
    },
    "attention_dropout": 0.0,
    "hidden_size": 3584,
    "model_type": "qwen2",
    "rms_norm_eps": 1e-06,
    "rope_scaling": {"factor": 4.0, "type": "yarn"},
    "tie_word_embeddings": False,
    "sliding_window": None,
    "eos_token_id": [1, 2],
    "id2label": {str(i): f"LABEL_{i}" for i in range(2_000)},
    "torch_dtype": "bfloat16",
}


def architecture(config: object, path: str = "config.json") -> Architecture:
    text = config if isinstance(config, str) else json.dumps(config, indent=2)
    (found,) = [f for f in model_config.scan(file_of(path, text)) if isinstance(f, Architecture)]
    return found


def parents(config: object, path: str = "config.json") -> list[tuple[str, str, Relation]]:
    facts = model_config.scan(file_of(path, json.dumps(config, indent=2)))
    return [(f.key, f.parent, f.relation) for f in facts if isinstance(f, ParentDeclared)]


def test_a_configuration_is_flattened_and_sorted() -> None:
    found = architecture(QWEN)
    assert found.classes == ("Qwen2ForCausalLM",)
    assert found.model_type == "qwen2"
    assert found.auto_map == ("configuration_x.XConfig", "org/code--modeling_x.XModel")
    settings = dict(found.settings)
    assert list(found.settings) == sorted(found.settings)
    assert settings["hidden_size"] == "3584"
    assert settings["rope_scaling.type"] == "yarn"
    assert settings["tie_word_embeddings"] == "false"
    assert settings["rms_norm_eps"] == "1e-06"
    assert settings["eos_token_id"] == "1, 2"
    assert "sliding_window" not in settings
    assert not [key for key in settings if key.startswith("id2label")]


def test_the_exhibit_shows_the_class() -> None:
    found = architecture(QWEN)
    assert found.exhibit.lines == (3, 3)
    assert found.exhibit.excerpt == "Qwen2ForCausalLM"
    assert found.exhibit.sha256 is not None


@pytest.mark.parametrize(
    ("path", "config", "classes"),
    [
        (
            "model_index.json",
            {"_class_name": "FluxPipeline", "vae": ["diffusers", "X"]},
            ("FluxPipeline",),
        ),
        ("unet/config.json", {"_class_name": "UNet2DConditionModel"}, ("UNet2DConditionModel",)),
        ("config.json", {"model_type": "bert"}, ()),
        ("params.json", {"dim": 4096, "n_layers": 32, "n_heads": 32}, ()),
    ],
)
def test_other_forms_of_configuration(
    path: str, config: dict[str, object], classes: tuple[str, ...]
) -> None:
    assert architecture(config, path).classes == classes


@pytest.mark.parametrize(
    "text",
    [
        '{"port": 8080}',
        "{ // a comment\n}",
        '{"n_layers": 2}',
        "not JSON at all",
    ],
)
def test_a_program_s_configuration_is_left_alone(text: str) -> None:
    assert not list(model_config.scan(file_of("app/config.json", text)))


@pytest.mark.parametrize("text", ['{"port": 8080}', "{}", '{"n_layers": 2}', "[1]"])
def test_a_whole_configuration_at_the_root_that_is_no_model_s_is_left_alone(text: str) -> None:
    reading = read(snapshot_of({"config.json": text}), [model_config])
    assert (reading.evidence, reading.coverage.unread) == ((), ())


@pytest.mark.parametrize("text", ["{", "", "not JSON at all", '{"hidden_size": 64,'])
def test_a_broken_configuration_at_the_root_is_a_gap_without_any_telling_key(text: str) -> None:
    (gap,) = read(snapshot_of({"config.json": text}), [model_config]).coverage.unread
    assert gap.path == "config.json"
    assert "not valid JSON" in gap.reason


def test_infinity_is_a_setting_like_others() -> None:
    found = architecture('{"model_type": "mamba2", "time_step_limit": [0.0, Infinity], "x": NaN}')
    assert dict(found.settings)["time_step_limit"] == "0.0, Infinity"
    assert dict(found.settings)["x"] == "NaN"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"model_type": "bert",', "not valid JSON"),
        ('["model_type"]' + ' "model_type":', "not valid JSON"),
        ('[{"model_type": "bert"}]', "no mapping"),
        ('{"model_type": "bert", "model_type": "llama"}', "'model_type' comes twice"),
        ('{"model_type": ' + "[" * 20_000, "nested too deep"),
        ('{"model_type": ' + '{"a":' * 20_000, "nested too deep"),
        ('{"model_type": ' + "9" * 5_000 + "}", "not understood"),
    ],
)
def test_a_malformed_configuration_is_unread(text: str, reason: str) -> None:
    reading = read(snapshot_of({"config.json": text}), [model_config])
    assert not reading.evidence
    assert reason in reading.coverage.unread[0].reason


def test_settings_are_kept_within_bounds() -> None:
    found = architecture(
        {"model_type": "x", "long": "y" * 9_000} | {f"k{i}": i for i in range(900)}
    )
    assert len(found.settings) == 500
    assert all(len(value) <= 200 for _, value in found.settings)


@pytest.mark.parametrize(
    ("name", "is_parent"),
    [
        ("Qwen/Qwen2.5-7B", True),
        ("gpt2", True),
        ("bert-base-uncased", True),
        ("/mnt/models/llama", False),
        ("./llama", False),
        ("../org/name", False),
        ("output/checkpoint-500", False),
        ("saved_models/llama-7b", False),
        ("org/checkpoint-1000", False),
        ("my_model", False),
        ("a/b/c", False),
        ("C:\\models\\x", False),
        ("", False),
    ],
)
def test_a_hub_id_is_told_from_a_path(name: str, *, is_parent: bool) -> None:
    expected = [("_name_or_path", name, Relation.UNKNOWN)] if is_parent else []
    assert parents({"model_type": "x", "_name_or_path": name}) == expected


def test_where_the_name_stands() -> None:
    config = json.dumps({"model_type": "x", "_name_or_path": "org/base-7b"}, indent=2)
    (parent,) = [
        f
        for f in model_config.scan(file_of("config.json", config))
        if isinstance(f, ParentDeclared)
    ]
    assert parent.exhibit.lines == (3, 3)
    assert parent.exhibit.excerpt == "_name_or_path: org/base-7b"


@pytest.mark.parametrize(
    ("quantisation", "relation"),
    [
        ({"quant_method": "gptq", "bits": 4}, Relation.QUANTIZED),
        ({"quant_method": "bitsandbytes", "load_in_4bit": True}, Relation.UNKNOWN),
        (None, Relation.UNKNOWN),
    ],
)
def test_a_quantised_model_with_a_named_origin(
    quantisation: dict[str, object] | None, relation: Relation
) -> None:
    config = {"_name_or_path": "org/full", "quantization_config": quantisation}
    assert parents(config) == [("_name_or_path", "org/full", relation)]


def test_a_quantised_model_without_a_named_origin_has_no_parent() -> None:
    assert not parents({"model_type": "x", "quantization_config": {"quant_method": "fp8"}})


def test_the_origins_of_parts() -> None:
    config = {
        "model_type": "llava",
        "mm_vision_tower": "openai/clip-vit-large-patch14-336",
        "text_config": {"_name_or_path": "lmsys/vicuna-7b-v1.5"},
    }
    assert parents(config) == [
        ("mm_vision_tower", "openai/clip-vit-large-patch14-336", Relation.UNKNOWN),
        ("text_config._name_or_path", "lmsys/vicuna-7b-v1.5", Relation.UNKNOWN),
    ]


def test_a_generation_configuration_has_no_structure() -> None:
    facts = model_config.scan(
        file_of("generation_config.json", '{"_name_or_path": "org/base", "eos_token_id": 2}')
    )
    assert [type(f) for f in facts] == [ParentDeclared]
