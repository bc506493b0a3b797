"""New weights come into a repository that states no licence, or says nothing of them in a card.

What it finds
    A new file of weights in a repository whose card states no licence and whose root holds no
    licence file. Where there is a licence file and no card, that is a lesser finding.

Why it matters
    Weights without terms may be used by nobody. The card is where licence and base model are looked
    for, and the easiest time to write them down is when the weights are added.

Evidence it needs
    The listing of the index, the card and the legal files at its root. If one of them cannot be
    read, the answer is "cannot determine".

Compliant example
    model.safetensors beside a README.md that begins with "license: apache-2.0".

Non-compliant example
    model.safetensors beside a README.md without front matter, and no LICENSE.

Remedy
    Begin README.md with a front matter that states license and, if there is one, base_model; add
    the licence's text as LICENSE.

Source
    https://huggingface.co/docs/hub/repositories-licenses; Berne Convention, articles 9 and 12.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.hook.look import Look, facts
from lineage.model import (
    Exhibit,
    LicenceDeclared,
    LicenceText,
    ModelCard,
    Outcome,
    Severity,
    State,
    Tier,
    UnsettledText,
)
from lineage.phrases import counted, places

CODE = "HOOK-005"
TITLE = "New weights without a licence or a card"
SEVERITY = Severity.HIGH
TIER = Tier.A
CLAUSE = "copyright by default (Berne Convention, articles 9 and 12)"
REMEDY = (
    "Begin README.md with a front matter that states license and base_model; add the licence's "
    "text as LICENSE."
)


def check(look: Look) -> Iterator[Outcome]:
    """Yield one outcome for all new weights, where nothing states their terms."""
    new = look.weights
    if not new or facts(look.after, LicenceDeclared):
        return
    places_of_texts = [text.exhibit.path for text in facts(look.after, LicenceText)]
    places_of_texts += [text.exhibit.path for text in facts(look.after, UnsettledText)]
    has_text = any("/" not in path for path in places_of_texts)
    if has_text and facts(look.after, ModelCard):
        return
    where = tuple(Exhibit(entry.path, sha256=entry.sha256) for entry in new)
    said = f"{counted(len(new), 'new file')} of weights ({places(where)})"
    gaps = look.after.coverage.unread
    if gaps:
        state = State.CANNOT_DETERMINE
        said += f"; whether a licence is stated is not known, as {gaps[0].path} was not read"
    else:
        state = State.UNMET
        said += " and no card that states license and base_model"
        said += "" if has_text else ", nor any licence file at the root"
    yield Outcome(
        subject=look.repo.purl,
        state=state,
        message=f"{said}.",
        exhibits=where[:5],
        about="weights",
        severity=Severity.LOW if has_text else None,
    )
