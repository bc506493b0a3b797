"""How long the duties of a graph take, and how long it takes to have the knowledge base at hand.

A thousand graphs, as many audits make them: one to four parents under known and unknown terms, some
opened, some behind another; a card of four kilobytes, licence texts and notices, some of which do
what is asked. Every graph is evaluated anew; nothing is kept between two of them but what a process
keeps anyway. Times are those of the processor, the best of five, which a busy machine changes
least.

    python benchmarks/bench_duties.py
"""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from lineage import plugins
from lineage.graph import LineageGraph
from lineage.licences.knowledge import load
from lineage.model import Intent, Profile, Users
from lineage.obligations import evaluate
from tests.worlds import Fact, config, document, notice, text, weights, world

AUDITS = 1_000
TARGET_SECONDS, TARGET_LOAD = 1.0, 0.1
PARENTS = (
    "meta-llama/Llama-3.1-8B",
    "meta-llama/Meta-Llama-3-70B",
    "google/gemma-2-2b",
    "Qwen/Qwen2.5-72B",
    "Qwen/Qwen2.5-7B",
    "Qwen/Qwen-1_8B",
    "ascend-tribe/openpangu-embedded-7b",
    "deepseek-ai/DeepSeek-V3",
    "moonshotai/Kimi-K2-Instruct",
    "THUDM/chatglm3-6b",
    "somebody/unknown",
    "base[cc-by-nc-4.0]",
    "free[mit]",
    "alike[cc-by-sa-4.0]",
    "middle[apache-2.0] <- meta-llama/Llama-3.1-8B",
)
TAGS = ("apache-2.0", "mit", "llama3.1", "gemma", "cc-by-nc-4.0", "other")
ARROWS = ("<-", "<-unknown-", "<-merge-", "<-adapter-", "<-quantized-", "<-distilled-")
WORDS = ("model", "weights", "data", "training", "card", "helpful", "answers", "tokens", "context")
PROFILES = (
    None,
    Profile(intent=Intent.SAAS, territory=("US",), users=(Users(10_000, "month", "2024-07-01"),)),
)
DUTIES = (
    "ATT-005",
    "ATT-006",
    "ATT-007",
    "ATT-008",
    "LIC-012",
    *(f"USE-{n:03}" for n in range(1, 11)),
)


def card(chance: random.Random) -> str:
    words = " ".join(chance.choice(WORDS) for _ in range(600))
    said = chance.choice(("", "Built with Llama.", "Powered by openPangu.", "Built with Qwen."))
    return f"# Tuned\n\n{words}\n\n{said}\n"


def graph(number: int) -> LineageGraph:
    chance = random.Random(number)
    facts: list[Fact] = [document(card(chance)), config("XForCausalLM"), weights()]
    if chance.random() < 0.5:
        facts += [text("LicenseRef-scancode-llama-3.1-license-2024"), notice("Gemma is provided.")]
    parents = chance.sample(PARENTS, chance.choice((1, 1, 1, 2, 4)))
    if any("<-" in name for name in parents):
        parents = [name for name in parents if "<-" in name]
    words = f"tuned[{chance.choice(TAGS)}] {chance.choice(ARROWS)} {' + '.join(parents)}"
    return world(words, tuned=facts)


def best(work: Callable[[], object], runs: int = 5) -> float:
    times = []
    for _ in range(runs):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def fresh_load() -> float:
    """Return the seconds that a new process takes to have every licence taken apart."""
    code = (
        "import time; import lineage.licences.tags; start = time.process_time();"
        "from lineage.licences.knowledge import load; found = list(load());"
        "print(time.process_time() - start)"
    )
    runs = (subprocess.check_output([sys.executable, "-c", code]) for _ in range(5))
    return min(map(float, runs))


def main() -> None:
    graphs = [graph(number) for number in range(AUDITS)]
    knowledge = load()
    rules = [rule for rule in plugins.rules() if rule.CODE in DUTIES]

    def engine() -> None:
        for number, one in enumerate(graphs):
            evaluate(one, knowledge, PROFILES[number % 2])

    def findings() -> None:
        for one in graphs:
            for rule in rules:
                list(rule.check(one))

    loaded, evaluated, judged = fresh_load(), best(engine), best(findings)
    states = Counter(duty.state.value for one in graphs for duty in one.obligations)
    print(f"{AUDITS:,} graphs, {states.total():,} duties: {dict(sorted(states.items()))}\n")
    print("| what | measured | target |")
    print("|---|---:|---:|")
    load_row = f"the knowledge base, all {len(knowledge)} licences, new process"
    print(f"| {load_row} | {loaded * 1000:.0f} ms | {TARGET_LOAD * 1000:.0f} ms |")
    print(f"| duties of {AUDITS:,} graphs | {evaluated:.2f} s | {TARGET_SECONDS:.0f} s |")
    print(f"| the {len(rules)} rules that rest on them | {judged:.2f} s | |")
    met = evaluated <= TARGET_SECONDS and loaded <= TARGET_LOAD
    sys.exit(0 if met else "a target is missed")


if __name__ == "__main__":
    main()
