from __future__ import annotations

import pytest

from lineage.licences.sentences import SENTENCE_LIMIT, TEXT_LIMIT, sentences_of


def texts(text: str) -> list[str]:
    return [sentence.text for sentence in sentences_of(text)]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One. Two.", ["One.", "Two."]),
        ("Use Hunyuan 3D 2.0 Works. Then stop.", ["Use Hunyuan 3D 2.0 Works.", "Then stop."]),
        ("See Section 3.2. You may go.", ["See Section 3.2.", "You may go."]),
        ("A policy (e.g. ours) binds. B.", ["A policy (e.g. ours) binds.", "B."]),
        ("Meta Platforms, Inc. All rights.", ["Meta Platforms, Inc. All rights."]),
        ("1. Grant. You may.", ["1. Grant.", "You may."]),
        ("A line\nthat goes on.", ["A line that goes on."]),
        ("A heading\n\nA text.", ["A heading", "A text."]),
        ("It asks:\n\n“this”.", ["It asks: “this”."]),
        ("Conditions\n- one\n- two", ["Conditions", "- one", "- two"]),
        ("He says “Stop. Now.” and goes. End.", ["He says “Stop. Now.” and goes.", "End."]),
        ("**Bold** and <ins>inserted</ins>.", ["Bold and inserted."]),
        ("您不得使用。您应遵守；否则终止。", ["您不得使用。", "您应遵守；", "否则终止。"]),
        ("", []),
        ("  \n \n", []),
    ],
)
def test_where_sentences_end(text: str, sentences: list[str]) -> None:
    assert texts(text) == sentences


def test_sentences_know_their_lines() -> None:
    found = list(sentences_of("One.\n\nTwo goes\non here.\r\nThree. Four."))
    assert [(one.text, one.lines) for one in found] == [
        ("One.", (1, 1)),
        ("Two goes on here.", (3, 4)),
        ("Three.", (5, 5)),
        ("Four.", (5, 5)),
    ]


def test_no_sentence_is_longer_than_the_limit() -> None:
    assert max(map(len, texts("word " * 100_000))) <= SENTENCE_LIMIT
    assert sum(map(len, texts("x" * (2 * TEXT_LIMIT)))) == TEXT_LIMIT


def test_a_quotation_that_is_never_closed_ends_somewhere() -> None:
    assert len(texts("He says “" + "Stop here. " * 500)) > 100


def test_straight_quotation_marks_keep_their_places() -> None:
    (sentence,) = sentences_of("“It’s” \u2013 so")
    assert sentence.straight == '"It\'s" - so'
    assert len(sentence.straight) == len(sentence.text)
