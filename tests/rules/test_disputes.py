"""Public disputes as worlds: what has to be said of each, and what must not be.

The facts are those that were public (the press, the repositories, the parties' own words); names
stand for what is in the world and for nobody's intent.
"""

from __future__ import annotations

from lineage.graph import LineageGraph
from lineage.judge import findings
from lineage.model import (
    ClaimKind,
    Exhibit,
    Finding,
    HeaderStatus,
    Host,
    HostFact,
    Origin,
    Relation,
    Severity,
    State,
    Tier,
)
from lineage.rules import RULES
from tests.worlds import (
    claim,
    config,
    copied,
    copyright_of,
    created,
    document,
    found,
    header,
    kinship_test,
    plan,
    text,
    weights,
    weights_of,
    world,
)

HUAWEI = "Huawei Technologies Co., Ltd."
QWEN = "The Qwen team, Alibaba Group and the HuggingFace Inc. team"
SCRATCH = ClaimKind.FROM_SCRATCH
DEEPSEEK_V3 = config(
    "DeepseekV3ForCausalLM",
    hidden_size="7168",
    intermediate_size="18432",
    num_hidden_layers="61",
    n_routed_experts="256",
    vocab_size="129280",
)


def judged(graph: LineageGraph) -> dict[str, Finding]:
    """Return the findings by rule; of several of one rule, the gravest."""
    told: dict[str, Finding] = {}
    for finding in findings(graph, RULES.values()):
        told.setdefault(finding.rule, finding)
    return told


def unmet(graph: LineageGraph) -> set[str]:
    return {f.rule for f in findings(graph, RULES.values()) if f.state is State.UNMET}


def test_pangu_pro_moe_keeps_the_qwen_line() -> None:
    """Code with the upstream's line kept is code reused with attribution, and no more."""
    graph = world(
        "ascend-tribe/pangu-pro-moe",
        at=Host.GITCODE,
        pangu_pro_moe=(
            text("LicenseRef-lineage-openpangu-1.0"),
            copyright_of(HUAWEI, "NOTICE"),
            *header("Apache-2.0", "configuration_pangu_moe.py", HUAWEI, QWEN),
            copied(HeaderStatus.KEPT_ADDED, "configuration_pangu_moe.py", HUAWEI, "The Qwen team"),
            config("PanguProMoEForCausalLM"),
            weights(),
            claim("Pangu Pro MoE was trained from scratch on Ascend NPUs.", SCRATCH),
        ),
    )
    told = judged(graph)
    assert told["ATT-001"].state is State.MET
    assert told["ATT-002"].state is State.UNMET
    assert not {"LIN-001", "LIN-002", "LIN-003", "LIN-004", "LIN-006"} & told.keys()


def test_pangu_pro_moe_for_vllm_lost_the_line() -> None:
    """The copy with the publisher's line alone is another matter."""
    lost = copied(HeaderStatus.REPLACED, "vllm_ascend/models/pangu_moe.py", HUAWEI)
    told = judged(world("vllm-project/a", at=Host.GITHUB, a=(text("Apache-2.0"), lost)))
    assert (told["ATT-001"].state, told["ATT-001"].severity) == (State.UNMET, Severity.HIGH)


def test_pangu_pro_moe_from_scratch_is_denied_by_weights_alone() -> None:
    """Only a test that reaches tier B may contradict the sentence."""
    graph = world(
        "ascend-tribe/pangu[] + Qwen/Qwen2.5-14B[apache-2.0]",
        pangu=(claim("The model was trained from scratch.", SCRATCH), weights()),
    )
    assert "LIN-004" not in judged(found(graph, "Qwen2.5-14B", Relation.RELATED, Tier.C))
    told = judged(found(graph, "Qwen2.5-14B", Relation.UPCYCLED, Tier.B, kinship_test(1e-30)))
    assert {"LIN-002", "LIN-004"} <= told.keys()


def test_llama3_v_is_minicpm_renamed() -> None:
    """Renamed variables, the same weights, and a repository that names another parent."""
    parts = ("attn.q", "attn.k", "attn.v", "attn.o", "resampler.kv")
    renamed = ("attention.q", "attention.k", "attention.v", "attention.o", "resampler.proj")
    words = "mustafaaljadery/llama3v[mit] + openbmb/MiniCPM-Llama3-V-2_5[apache-2.0]"
    graph = world(words, llama3v=(plan(10, *renamed),), MiniCPM_Llama3_V_2_5=(plan(10, *parts),))
    assert judged(graph)["LIN-005"].state is State.INVESTIGATE
    assert "LIN-005" not in judged(found(graph, "V-2_5", Relation.FINETUNE, Tier.B))
    assert judged(found(graph, "V-2_5", Relation.FINETUNE, Tier.B))["LIN-002"].state is State.UNMET
    same = (weights_of("a"),)
    told = judged(world(words, llama3v=same, MiniCPM_Llama3_V_2_5=same))
    assert (told["LIN-001"].state, told["LIN-001"].severity) == (State.UNMET, Severity.CRITICAL)


def test_yi_takes_over_the_architecture_of_llama() -> None:
    """Two renamed norms and the same plan say nothing of the weights."""
    llama = ("input_layernorm", "q_proj", "k_proj", "v_proj", "o_proj")
    yi = ("ln1", "q_proj", "k_proj", "v_proj", "o_proj")
    graph = world(
        "01-ai/Yi-34B[apache-2.0] + meta-llama/Llama-2-70b[llama2]",
        Yi_34B=(plan(10, *yi), config("YiForCausalLM"), claim("Yi was trained from scratch.", SCRATCH)),
        Llama_2_70b=(plan(10, *llama), config("LlamaForCausalLM")),
    )  # fmt: skip
    told = judged(graph)
    assert (told["LIN-005"].state, told["LIN-005"].severity) == (State.INVESTIGATE, Severity.LOW)
    on_descent = {rule for rule in unmet(graph) if rule.startswith(("LIN", "USE", "ATT"))}
    assert on_descent == set()
    assert "LIN-004" not in told


def test_solar_and_glm_are_alike_by_architecture() -> None:
    """The negative control: like norms are no evidence, and nothing may be said of descent."""
    glm = config("Glm4MoeForCausalLM", hidden_size="4096")
    solar = config("SolarOpenForCausalLM", hidden_size="4096")
    names = ("norm", "q", "k", "v", "o")
    graph = world(
        "upstage/Solar-Open-100B[other] + zai-org/GLM-4.5-Air[mit]",
        Solar_Open_100B=(
            plan(10, *names),
            solar,
            text("LicenseRef-lineage-upstage-solar-2026-01-16"),
            claim("Solar-Open-100B was trained from scratch.", SCRATCH),
        ),
        GLM_4_5_Air=(plan(10, *names), glm),
    )
    assert not {rule for rule in judged(graph) if rule.startswith("LIN")}


def test_reflection_declares_a_later_version_than_its_weights() -> None:
    """The name has the word, and not at the beginning; the weights are those of Llama 3."""
    graph = world(
        "mattshumer/Reflection-Llama-3.1-70B[llama3.1] <- meta-llama/Llama-3.1-70B-Instruct"
        " + meta-llama/Meta-Llama-3-70B-Instruct",
        Reflection_Llama_3_1_70B=(weights(),),
    )
    graph = found(
        graph, "/Llama-3.1-70B-Instruct", Relation.FINETUNE, Tier.B, origin=Origin.CONTRADICTED
    )
    graph = found(
        graph, "Meta-Llama-3-70B-Instruct", Relation.FINETUNE, Tier.B, kinship_test(1e-30)
    )
    told = judged(graph)
    assert told["LIN-003"].state is State.UNMET
    assert "Meta-Llama-3-70B-Instruct" in told["LIN-003"].message
    assert told["ATT-008"].state is State.UNMET


def test_miqu_is_a_copy_of_what_nobody_licensed() -> None:
    """A leaked model grants nothing, and what is made from it inherits that."""
    graph = world(
        "somebody/tuned-miqu[other] <- miqudev/miqu-1-70b",
        tuned_miqu=(weights("tuned-miqu.gguf"),),
        miqu_1_70b=(weights("miqu-1-70b.q5_K_M.gguf"),),
    )
    assert judged(graph)["LIN-009"].state is State.UNMET
    gone = world(
        "somebody/tuned-miqu[other] <- miqudev/miqu-1-70b",
        miqu_1_70b=(weights(), HostFact("disabled", "true", Exhibit(""))),
    )
    assert judged(gone)["LIN-009"].state is State.INVESTIGATE


def test_rakuten_names_no_parent_of_its_architecture() -> None:
    """The configuration shows the plan; it takes the weights to say more."""
    graph = world(
        "Rakuten/RakutenAI-3.0[apache-2.0]",
        RakutenAI_3_0=(DEEPSEEK_V3, weights(), text("Apache-2.0"), copyright_of("Rakuten", "NOTICE")),
    )  # fmt: skip
    told = judged(graph)
    assert told["LIN-006"].state is State.INVESTIGATE
    assert "hidden_size 7168" in told["LIN-006"].message
    assert not {"LIN-001", "LIN-002", "LIN-004", "ATT-001"} & told.keys()
    compared = world(
        "Rakuten/RakutenAI-3.0[apache-2.0] + deepseek-ai/DeepSeek-V3[]",
        RakutenAI_3_0=(DEEPSEEK_V3, weights(), text("Apache-2.0")),
        DeepSeek_V3=(
            DEEPSEEK_V3,
            text("MIT", "LICENSE-CODE"),
            text("LicenseRef-scancode-deepseek-la-1.0", "LICENSE-MODEL"),
        ),
    )
    told = judged(found(compared, "DeepSeek-V3", Relation.FINETUNE, Tier.B, kinship_test(1e-30)))
    assert told["LIN-002"].state is State.UNMET
    # The weights of the first version are under terms of their own, whose limits go with them.
    assert told["USE-002"].state is State.UNMET
    assert "LIN-006" not in told


def test_smollm_was_trained_on_outputs_of_llama() -> None:
    """The clause on names speaks of outputs; whether the others bind such a model is open."""
    graph = world(
        "HuggingFaceTB/SmolLM-360M-Instruct[apache-2.0] <-distilled- meta-llama/Llama-3.1-70B"
    )
    told = judged(graph)
    assert told["ATT-008"].state is State.UNMET
    assert "not settled" not in told["ATT-008"].message
    assert {told[rule].state for rule in ("ATT-005", "ATT-006")} == {State.INVESTIGATE}
    assert not {"LIN-001", "LIN-002"} & told.keys()


def test_airoboros_says_itself_that_it_is_for_research() -> None:
    """The right disclosure: the same limit as the parent's, and no claim of more."""
    graph = world(
        "jondurbin/airoboros[cc-by-nc-4.0] <- acme/research-base[cc-by-nc-4.0]",
        airoboros=(document("For research use only, under the terms of its parent."),),
    )
    assert judged(graph)["USE-001"].state is State.MET
    assert "LIN-009" not in judged(graph)


def test_quantisers_name_licence_and_parent() -> None:
    """The norm of the hub, and in order."""
    graph = world(
        "TheBloke/Yi-34B-GPTQ[mit] <-quantized- 01-ai/Yi-34B[apache-2.0]",
        Yi_34B_GPTQ=(weights(), created("2024-02-01")),
        Yi_34B=(weights(), created("2023-11-01")),
    )
    told = judged(graph)
    assert told["LIN-007"].state is State.MET
    assert not {"LIC-010", "LIN-001", "LIN-002", "LIN-005", "LIN-009"} & told.keys()


def test_braindecode_tags_bsd_over_a_non_commercial_text() -> None:
    """The tag says one thing and the text another."""
    told = judged(world("braindecode/a[bsd-3-clause]", a=(text("CC-BY-NC-4.0"), weights())))
    assert told["LIC-004"].state is State.UNMET


def test_windsurf_on_glm_gives_outsiders_nothing_to_see() -> None:
    """Without files nothing is found, and nothing is said of what runs behind a service."""
    assert not {rule for rule in judged(world("codeium/swe-1.5[mit]")) if rule.startswith("LIN")}
