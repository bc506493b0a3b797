"""A new source file comes under a licence that the repository's own cannot take in.

What it finds
    A source file that the commit adds, whose head grants a licence, where the licence file at the
    root holds another one that code under the first may not be offered under (by OSADL's matrix).
    Licences that stay with their own file are a doubt.

Why it matters
    One file under the GPL in a work that is offered under MIT makes an offer that cannot be kept.
    It is found when the file is still easy to leave out.

Evidence it needs
    The head of the new file, and the licence at the root of the index. Silent where either is not
    known, and where the matrix does not say no.

Compliant example
    A file under BSD-3-Clause in a work under Apache-2.0.

Non-compliant example
    A file under GPL-3.0-only in a work under MIT.

Remedy
    Leave the file out, or have it under other terms, or offer the whole work under terms that take
    it in.

Source
    The compatibility matrix of OSADL's Open Source License Checklists (CC-BY-4.0).
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.hook.look import Look, facts, head
from lineage.licences.compatibility import Compatible, compatible
from lineage.licences.knowledge import load
from lineage.licences.places import Role, role_of
from lineage.licences.tags import licences_of
from lineage.licences.vocabulary import LicenceClass
from lineage.model import (
    Exhibit,
    LicenceText,
    Outcome,
    Scope,
    Severity,
    State,
    TextForm,
    Tier,
)
from lineage.phrases import quoted

CODE = "HOOK-006"
TITLE = "New file under terms that the repository's licence cannot take in"
SEVERITY = Severity.HIGH
TIER = Tier.A
CLAUSE = "the copyleft clause of the file's licence (GPL-3.0 section 5(c))"
REMEDY = "Leave the file out, or offer the work under a licence that takes it in."


def check(look: Look) -> Iterator[Outcome]:
    """Yield an outcome for each new file whose licence conflicts with the repository's."""
    for source in look.sources:
        if source.change.before is not None or source.change.after is None:
            continue
        found = head(source.after)
        own = _own(look) if found.expression else None
        if own is None or found.expression is None:
            continue
        licence, exhibit = own
        if compatible(licence, found.expression).verdict is Compatible.NO:
            is_weak = _stays_in_its_file(found.expression)
            path = source.change.path
            yield Outcome(
                subject=look.repo.purl,
                state=State.INVESTIGATE if is_weak else State.UNMET,
                message=f"{quoted(path)} is under {quoted(found.expression)}; "
                f"{quoted(exhibit.path)} offers this repository under {quoted(licence)}, which "
                "cannot take that in.",
                exhibits=(Exhibit(path, found.lines), exhibit),
                about=path,
                severity=Severity.MEDIUM if is_weak else None,
            )


def _own(look: Look) -> tuple[str, Exhibit] | None:
    """Return the licence that the root's one licence file offers the code under."""
    texts = [
        text
        for text in facts(look.after, LicenceText)
        if text.form is TextForm.TEXT
        and text.scope in (None, Scope.CODE)
        and "/" not in text.exhibit.path
        and role_of(text.exhibit.path) is Role.LICENCE
    ]
    if len({text.expression for text in texts}) != 1:
        return None
    return texts[0].expression, texts[0].exhibit


def _stays_in_its_file(expression: str) -> bool:
    known = (load().by_expression(name) for name in licences_of(expression))
    return any(one and one.licence_class is LicenceClass.WEAK_COPYLEFT for one in known)
