from __future__ import annotations

import pytest

from lineage.rules import lic003_no_holder as rule
from tests.worlds import Fact, copyright_of, header, notice, said, text, unread, unsettled, world


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ((text("MIT"),), ["unmet LICENSE"]),
        ((text("BSD-3-Clause"),), ["unmet LICENSE"]),
        ((text("MIT", "LICENSE-CODE"), copyright_of("Acme", "LICENSE-CODE")), ["met LICENSE-CODE"]),
        ((text("MIT"), copyright_of("Acme")), ["met LICENSE"]),
        ((text("MIT OR ISC"), copyright_of("Acme")), ["met LICENSE"]),
        # each file for itself
        ((text("MIT"), copyright_of("Acme"), text("ISC", "LICENSE-CODE")), ["met LICENSE", "investigate LICENSE-CODE"]),
        # licences whose text names nobody, texts of others
        ((text("Apache-2.0"),), []),
        ((text("MIT"), text("Apache-2.0")), []),
        ((text("LicenseRef-scancode-llama-3.1-license-2024"),), []),
        ((text("MIT", "vendor/x/LICENSE"),), []),
        ((text("MIT", "THIRD_PARTY_NOTICES"),), []),
        ((notice("MIT"),), []),
        # not sure enough
        ((text("MIT", exact=False),), ["investigate LICENSE"]),
        ((text("MIT"), copyright_of("Acme", "NOTICE")), ["investigate LICENSE"]),
        ((text("MIT"), *header("MIT", "a.py", "Acme")), ["investigate LICENSE"]),
        ((unsettled(),), []),
        ((unread("LICENSE"),), []),
    ],
)  # fmt: skip
def test_worlds(facts: tuple[Fact, ...], expected: list[str]) -> None:
    assert said(rule, world("acme/a[mit]", a=facts)) == expected


def test_the_sentence_names_file_and_licence() -> None:
    (outcome,) = rule.check(world("acme/a[mit]", a=(text("MIT"),)))
    assert outcome.message == (
        "LICENSE:1-20 of acme/a holds MIT and names no holder, and no file does."
    )
    (outcome,) = rule.check(world("acme/a[mit]", a=(text("MIT"), copyright_of("Acme"))))
    assert outcome.message == ("LICENSE:1-20 of acme/a holds MIT with the copyright line of Acme.")
    assert outcome.clause == "MIT second paragraph"
