"""Texts that the index does not settle: scancode is asked, and believed as far as it can be."""

from __future__ import annotations

import codecs
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from lineage.licences.answers import Answers
from lineage.licences.scancode import Answer, Worker, WorkerError
from lineage.model import Evidence, Exhibit, LicenceText, Method, TextForm, Unread, UnsettledText
from lineage.progress import Progress

#: The scanners read no larger text whole.
_READ_LIMIT = 4 << 20
#: Seconds for all the questions of one audit; texts beyond stay unsettled.
_ALL_SECONDS = 300.0
#: Characters of a text that are asked about; the longest known licence has 100,000.
_ASKED_LIMIT = 200_000
#: Fewer words than this are a name in a sentence, not a grant (licences.md 3.6).
_FEWEST_WORDS = 8
#: In fewer words than this, approximate matches are chance, and exact ones were found before.
_FEWEST_ASKED = 20
#: Below this, an approximate match of scancode's is a guess.
_LEAST_SCORE = 80.0
#: Share of the text's words that an answer must explain to settle it.
_SETTLED_SHARE = 0.5
_WORD_FOR_WORD = frozenset({"1-hash", "1-spdx-id", "2-aho"})
# "There is a licence somewhere", which was known before asking.
_NO_LICENCE = re.compile(
    r"LicenseRef-scancode-(?:unknown|free-unknown|generic|warranty-disclaimer|patent-disclaimer)"
)
_OWN_TERMS = re.compile(r"LicenseRef-")
_FULL = 100.0


@dataclass(frozen=True, slots=True)
class _Question:
    asked: UnsettledText
    #: The lines in question; None where they cannot be read any more.
    text: str | None
    reason: str = ""


def settle(
    texts: Sequence[UnsettledText], read: Callable[[str, int], bytes], progress: Progress
) -> tuple[tuple[Evidence, ...], tuple[Unread, ...]]:
    """Return what each text turned out to be, and the licence files that could not be settled.

    scancode runs in one child process, which is started at the first text whose answer is not kept
    from an earlier audit. A text that scancode does not know either stays an ``UnsettledText``: it
    speaks of a licence, and nobody can say of which.
    """
    progress.stage("asking scancode about unknown licence texts", len(texts))
    with Answers() as answers, Worker() as worker:
        return settled_by(worker, answers, texts, read, progress)


def settled_by(
    worker: Worker,
    answers: Answers,
    texts: Sequence[UnsettledText],
    read: Callable[[str, int], bytes],
    progress: Progress,
) -> tuple[tuple[Evidence, ...], tuple[Unread, ...]]:
    """Return what ``settle`` returns, by a worker and a store of answers that are open already."""
    evidence: list[Evidence] = []
    unread: dict[Unread, None] = {}
    deadline = time.monotonic() + _ALL_SECONDS
    for question in _questions(texts, read):
        progress.advance(detail=question.asked.exhibit.path)
        try:
            evidence.extend(_settled(question, answers, worker, deadline))
        except (WorkerError, ValueError) as error:
            evidence.append(question.asked)
            if question.asked.licence_file:
                reason = f"its licence is not recognised, and {error}"
                unread[Unread(question.asked.exhibit.path, reason)] = None
    return tuple(evidence), tuple(unread)


def _questions(
    texts: Sequence[UnsettledText], read: Callable[[str, int], bytes]
) -> Iterator[_Question]:
    """Yield the texts with their lines; those that bind most first, in case the time runs out."""
    for asked in sorted(texts, key=_rank):
        exhibit = asked.exhibit
        try:
            lines = _lines(read(exhibit.path, _READ_LIMIT))
        except ValueError as error:
            yield _Question(asked, None, str(error))
            continue
        first, last = exhibit.lines or (1, len(lines))
        yield _Question(asked, "\n".join(lines[first - 1 : last])[:_ASKED_LIMIT])


def _lines(content: bytes) -> list[str]:
    """Return the lines of a text, numbered as the scanners number them."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = content.decode("utf-16", errors="replace")
    else:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("latin-1")
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _rank(text: UnsettledText) -> tuple[bool, int, str]:
    """Return licence files before headers, and what stands nearer to the root before the rest."""
    path = text.exhibit.path
    return (not text.licence_file, path.count("/"), path)


def _settled(
    question: _Question, answers: Answers, worker: Worker, deadline: float
) -> Iterator[Evidence]:
    """Yield what a text turned out to be."""
    if question.text is None:
        raise ValueError(question.reason)
    size = len(question.text.split())
    if size < _FEWEST_ASKED and not question.asked.licence_file:
        yield question.asked
        return
    found = answers.get(question.text)
    if found is None:
        if time.monotonic() > deadline:
            raise ValueError(f"the {_ALL_SECONDS:.0f} seconds for such questions were up")
        found = worker.ask(question.text)
        answers.keep(question.text, found)
    believed = [answer for answer in found if _is_believable(answer)]
    yield from (_licence_text(question.asked, answer) for answer in believed)
    explained = sum(answer.words for answer in believed)
    if explained < _SETTLED_SHARE * size:
        yield question.asked


def _is_believable(answer: Answer) -> bool:
    """Say whether an answer tells more than that a licence is spoken of.

    Approximate matches read variants of model licences as their better-known kin (licences.md 3.5),
    whose duties differ: for licences outside the SPDX list only the whole text counts.
    """
    if _NO_LICENCE.match(answer.expression) or answer.form == "mention":
        return False
    if answer.matcher == "1-spdx-id":
        return True
    if answer.words < _FEWEST_WORDS:
        return False
    if answer.matcher in _WORD_FOR_WORD and answer.coverage == _FULL:
        return True
    return answer.score >= _LEAST_SCORE and not _OWN_TERMS.search(answer.expression)


def _licence_text(asked: UnsettledText, answer: Answer) -> LicenceText:
    """Return the evidence for an answer.

    Never exact: scancode passes over words that are in none of its rules.
    """
    exhibit: Exhibit = asked.exhibit
    start = exhibit.lines[0] if exhibit.lines else 1
    lines = (start + answer.first - 1, start + answer.last - 1)
    is_tag = answer.matcher == "1-spdx-id"
    return LicenceText(
        expression=answer.expression,
        form=TextForm.TAG if is_tag else TextForm(answer.form),
        method=Method.SCANCODE,
        exact=is_tag,
        score=round(min(answer.score, answer.coverage), 2),
        scope=asked.scope,
        exhibit=replace(exhibit, lines=lines, url=_at(exhibit, lines), excerpt=None),
    )


def _at(exhibit: Exhibit, lines: tuple[int, int]) -> str | None:
    """Return the exhibit's address without the lines that it pointed to."""
    if exhibit.url is None or lines == exhibit.lines:
        return exhibit.url
    return exhibit.url.partition("#")[0]
