"""What is read out of licence texts: real ones against the terms files, and single sentences."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable

import pytest

from lineage.licences.clauses import ClauseFacts, Fact, FactKind, declared, extract
from lineage.licences.duties import Licence
from lineage.licences.knowledge import load
from lineage.licences.vocabulary import Part
from tests.licences import texts

TYPOGRAPHIC = str.maketrans({"'": "\u2019"})


def read_texts() -> list[tuple[Licence, str]]:
    """Licences with the key of a text in scancode's data that says all there is to them."""
    found = []
    for licence in load():
        policies = [text for text in licence.texts if text.part is Part.USE_POLICY]
        for text in licence.texts:
            # The territory of Llama 3.2 and 3.3 stands in a policy that scancode does not have.
            at_hand = not licence.territories or all(policy.scancode for policy in policies[:1])
            if text.scancode and text.part is Part.LICENCE and at_hand:
                found.append((licence, text.scancode))
    return found


def with_policy(licence: Licence, key: str) -> str:
    policies = [text.scancode for text in licence.texts if text.part is Part.USE_POLICY]
    whole = [texts.licence(key), *(texts.licence(policy) for policy in policies if policy)]
    return "\n\n".join(whole)


def said(text: str) -> set[tuple[str, str]]:
    return {(fact.kind.value, fact.value) for fact in extract(text).facts}


# Real texts


@pytest.mark.parametrize(
    ("licence", "key"), read_texts(), ids=[f"{one.id}-{key}" for one, key in read_texts()]
)
def test_a_text_says_what_the_knowledge_base_holds(licence: Licence, key: str) -> None:
    assert extract(with_policy(licence, key)).differing(declared(licence)) == ((), ())


def test_many_texts_are_read() -> None:
    assert len(read_texts()) >= 75


LAYOUTS: dict[str, Callable[[str], str]] = {
    "wrapped": lambda text: "\n".join(textwrap.fill(line, 60) for line in text.split("\n")),
    "one line a paragraph": lambda text: "\n\n".join(
        " ".join(part.split()) for part in text.split("\n\n")
    ),
    "CRLF": lambda text: text.replace("\n", "\r\n"),
    "Markdown": lambda text: "# Licence\n\n> " + text.replace("\n", "\n> "),
    "curly apostrophes": lambda text: text.translate(TYPOGRAPHIC),
    "no-break spaces": lambda text: text.replace(" ", "\u00a0", 500),
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(
    "key",
    [
        "llama-3.1-license-2024",
        "gemma-tou-2025-03-24",
        "tencent-hunyuan-3d-2.0-cla",
        "stability-ai-community-2024",
        "qwen-2024",
        "hyperclova-x-seed-2025",
        "deepseek-la-1.0",
    ],
)
def test_layout_makes_no_difference(key: str, layout: str) -> None:
    text = texts.licence(key)
    changed = extract(LAYOUTS[layout](text))
    assert changed.differing(extract(text)) == ((), ())


def test_a_variant_is_told_by_what_it_says_differently() -> None:
    known = texts.licence("tencent-hunyuan-3d-2.0-cla")
    variant = known.replace("1 million", "100 million")
    variant = re.sub(", United Kingdom and South Korea", "", variant, flags=re.IGNORECASE)
    added, gone = extract(variant).differing(extract(known))
    assert {(fact.kind, fact.value) for fact in added} == {
        (FactKind.USERS, "mau 100000000 release-date"),
        (FactKind.TERRITORY, "EU"),
    }
    assert {(fact.kind, fact.value) for fact in gone} == {
        (FactKind.USERS, "mau 1000000 release-date"),
        (FactKind.TERRITORY, "EU GB KR"),
    }


def test_facts_have_the_lines_that_state_them() -> None:
    text = texts.licence("llama-3.1-license-2024")
    lines = text.split("\n")
    for fact in extract(text).facts:
        first, last = fact.lines
        passage = " ".join(lines[first - 1 : last])
        assert fact.value.split()[0] in passage or fact.kind is FactKind.USERS
    (users,) = extract(text).of(FactKind.USERS)
    assert "700 million monthly active users" in lines[users.lines[0] - 1]


# Single sentences


@pytest.mark.parametrize(
    ("sentence", "facts"),
    [
        # Users
        (
            (
                "If, on the X version release date, the monthly active users of the products is greater"
                " than 700 million monthly active users in the preceding calendar month, ask us."
            ),
            {("users", "mau 700000000 release-date")},
        ),
        (
            "If your service has more than 100,000,000 monthly active users, ask us.",
            {("users", "mau 100000000 any-time")},
        ),
        ("More than 1.5 million monthly active users.", {("users", "mau 1500000 any-time")}),
        ("月活跃用户数超过3亿月活跃用户数", {("users", "mau 300000000 any-time")}),
        ("日均用户活跃量（DAU）低于100万。", {("users", "dau 1000000 any-time")}),
        ("The product has many monthly active users since 2024.", set()),
        # Revenue
        (
            (
                "used for services with more than 20 million US dollars (or equivalent) in monthly"
                " revenue"
            ),
            {("revenue", "USD 20000000 month")},
        ),
        (
            (
                "more than 30 million US dollars (or equivalent in other currencies) in annual"
                " recurring revenue"
            ),
            {("revenue", "USD 30000000 annual-recurring")},
        ),
        (
            "annual revenue in the preceding calendar year exceeded RMB 1 billion",
            {("revenue", "CNY 1000000000 year")},
        ),
        (
            "the aggregate revenue exceeds US$50,000,000 during any consecutive twelve (12) months",
            {("revenue", "USD 50000000 twelve-months")},
        ),
        ("OUR LIABILITY SHALL NOT EXCEED $100 AND EXCLUDES LOST REVENUE.", set()),
        # Territory
        (
            (
                "You represent and warrant that You will not, access, run or otherwise use the Model,"
                " directly or indirectly, within the European Union."
            ),
            {("territory", "EU")},
        ),
        (
            (
                '"Territory" shall mean the worldwide territory, excluding the territory of the European'
                " Union, United Kingdom and South Korea."
            ),
            {("territory", "EU GB KR")},
        ),
        ('"Meta" means Meta Ireland if you are located in the EEA or Switzerland.', set()),
        ("in violation of the EU Artificial Intelligence Act (Regulation (EU) 2024/1689)", set()),
        # Texts to be shown
        (
            (
                "you shall prominently display “Built with Qwen” or “Improved using Qwen” in the related"
                " product documentation."
            ),
            {("display", "Built with Qwen"), ("display", "Improved using Qwen")},
        ),
        (
            (
                "You shall include prominently in any public statement regarding a Derivative Work the"
                " following statement: “[name of relevant Derivative Work] is built using Falcon LLM"
                " technology from the Technology Innovation Institute”."
            ),
            {
                (
                    "display",
                    "is built using Falcon LLM technology from the Technology Innovation Institute",
                )
            },
        ),
        (
            'you shall prominently display "Kimi K2.5" on the user interface.',
            {("display", "Kimi K2.5")},
        ),
        ("在相关网站上突出显示 “Built with glm-4”。", {("display", "Built with glm-4")}),
        ('Click "Display" to prominently display the settings.', set()),
        # Names
        (
            "you shall also include “Llama 3” at the beginning of any such AI model name.",
            {("name-prefix", "Llama 3")},
        ),
        (
            'you should also add "glm-4" to the beginning of any such AI model name.',
            {("name-prefix", "glm-4")},
        ),
        ("您还应在任何此类 AI 模型名称的开头添加 “glm-4”。", {("name-prefix", "glm-4")}),
        # Notices
        (
            (
                'You shall retain the following attribution notices within a "Notice" text file'
                ' distributed as a part of such copies: "Qwen is licensed under the Qwen LICENSE'
                ' AGREEMENT, Copyright (c) Alibaba Cloud. All Rights Reserved."; and'
            ),
            {
                (
                    "notice",
                    (
                        "Qwen is licensed under the Qwen LICENSE AGREEMENT, Copyright (c) Alibaba Cloud."
                        " All Rights Reserved."
                    ),
                )
            },
        ),
        # Training
        (
            (
                "You will not use the Llama Materials or any output of them to improve any other large"
                " language model (excluding Llama 2 or derivative works thereof)."
            ),
            {("no-train", "llm")},
        ),
        (
            (
                "You must not use the Tencent Hunyuan 3D 2.0 Works or any Output of the Tencent Hunyuan 3D"
                " 2.0 Works to improve any other AI model (other than Tencent Hunyuan 3D 2.0)."
            ),
            {("no-train", "ai-model")},
        ),
        (
            (
                "You may not use the Output to train, fine-tune or distill a model that is competitive"
                " with the FLUX.1 [dev] Model."
            ),
            {("no-train", "competitive")},
        ),
        (
            (
                "If you use any outputs to create, train, fine tune, or otherwise improve an AI model,"
                " which is distributed, tell us."
            ),
            set(),
        ),
        # Use
        (
            "make modifications to the Materials FOR NON-COMMERCIAL PURPOSES ONLY.",
            {("use-limit", "non-commercial")},
        ),
        (
            "solely for your non-commercial research purposes.",
            {("use-limit", "research")},
        ),
        (
            (
                "grants You a license to use the Stability AI Materials for any Research or"
                " Non-Commercial Purpose."
            ),
            set(),
        ),
        ("您可以出于非商业用途使用此许可。", {("use-limit", "non-commercial")}),
        # The rest
        (
            (
                "You must cause any modified files to carry prominent notices stating that You changed the"
                " files."
            ),
            {("state-changes", "")},
        ),
        (
            "You must include the use restrictions as an enforceable provision in any agreement.",
            {("pass-through", "")},
        ),
        ("a non-exclusive, revocable license", {("revocable", "")}),
        ("a perpetual, irrevocable license", set()),
        ("非排他性、可撤销、免版税的版权许可", {("revocable", "")}),
        ("非排他性的、不可撤销的版权许可", set()),
        (
            "Google reserves the right to restrict (remotely or otherwise) usage of the Model.",
            {("runtime-restriction", "")},
        ),
        (
            "any other model which is created by transfer of patterns of the weights or Output",
            {("distillation", "")},
        ),
        (
            "Users who wish to use the models for commercial purposes must register here.",
            {("registration", "")},
        ),
    ],
)
def test_a_sentence(sentence: str, facts: set[tuple[str, str]]) -> None:
    assert said(sentence) == facts


def test_a_display_that_is_asked_for_kindly_is_encouraged() -> None:
    (fact,) = extract(
        "You are encouraged to mark the products or services developed by using the Works to"
        " indicate that the product/service is “Powered by Tencent Hunyuan”."
    ).facts
    assert fact == Fact(FactKind.DISPLAY, "Powered by Tencent Hunyuan", (1, 1), encouraged=True)


def test_a_notice_may_stand_on_the_lines_below() -> None:
    (fact,) = extract(
        "you must prominently display the following notice alongside the Distribution (the “Attribution"
        " Notice”):\n\n\n    “The FLUX.1 [dev] Model is licensed by Black Forest Labs Inc. under the\n"
        "    FLUX.1 [dev] Non-Commercial License.”\n"
    ).facts
    assert fact.kind is FactKind.NOTICE
    assert fact.value.startswith("The FLUX.1 [dev] Model is licensed by Black Forest Labs Inc.")
    assert fact.lines == (1, 5)


def test_a_notice_with_a_quotation_in_it_is_read_whole() -> None:
    (notice,) = extract(
        "must be accompanied by a “Notice” text file that contains the following notice: “X is licensed"
        " under the X License. The trademark rights of “X” are owned by Tencent.”"
    ).values(FactKind.NOTICE)
    assert notice.endswith("“X” are owned by Tencent.")


def test_a_fact_is_reported_where_it_is_first_stated() -> None:
    sentence = "a revocable license.\n"
    (fact,) = extract("Title\n\n" + sentence * 3).facts
    assert fact.lines == (3, 3)


def test_the_beginning_of_a_notice_is_the_notice() -> None:
    whole = Fact(FactKind.NOTICE, "X is licensed under the X License. 2024", (1, 1))
    part = Fact(FactKind.NOTICE, "X is licensed under the X License", (1, 1))
    other = Fact(FactKind.NOTICE, "Y is licensed under the X License", (1, 1))
    assert ClauseFacts((whole,)).differing(ClauseFacts((part,))) == ((), ())
    assert ClauseFacts((whole,)).differing(ClauseFacts((other,))) == ((whole,), (other,))


# Hostile texts


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\x00\ufffd\u202e" * 100,
        '"' * 50_000,
        "“" * 50_000,
        "“a" * 100_000,
        "a." * 400_000,
        "\n" * 400_000,
        "1," * 300_000,
        "9" * 300_000 + " million monthly active users",
        "not to improve " * 60_000,
        "only for non-commercial " * 40_000,
        "prominently display " * 50_000,
        "revenue 1 million " * 50_000,
        "[" * 100_000,
    ],
    ids=lambda text: repr(text[:12]),
)
def test_a_hostile_text_is_read_in_bounded_time(text: str) -> None:
    # A pattern that backtracks without bound would run for minutes here; pytest would be stopped.
    assert isinstance(extract(text), ClauseFacts)
