"""``lineage.audit`` and ``lineage.compare``: the calls for programs, which the commands make too.

Nothing is printed, and no policy is looked for: what a call goes by is what it is given.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TypedDict, Unpack

from lineage import comparison, pipeline
from lineage.catalogue import location
from lineage.code.catalogue import STARTER, code_location
from lineage.comparison import CompareOptions, Comparison
from lineage.following import Bounds
from lineage.model import Profile, Scope
from lineage.pipeline import Audit, AuditOptions
from lineage.policy import Policy
from lineage.policy.file import read_policy
from lineage.policy.search import threshold
from lineage.profile import read_profile
from lineage.progress import Progress
from lineage.sources import SourceOptions
from lineage.sources.clients import client_for


class AuditWords(TypedDict, total=False):
    """What ``audit`` may be asked for; whatever is left out is as on the command line."""

    #: Branch, tag or commit; None for the default branch.
    revision: str | None
    #: Targets to hold the audited one against.
    against: tuple[str, ...]
    #: Generations of declared parents to open, from 0; 2 by default.
    depth: int
    #: Declared parents to open at most; 20 by default.
    max_parents: int
    #: Whether earlier commits are looked through; None: on git hosts alone.
    history: bool | None
    #: A policy, or its file; None for none.
    policy: Policy | Path | str | None
    #: What the organisation says of itself, or its file; None for nothing.
    profile: Profile | Path | str | None
    #: ``none``, ``low``, ``medium``, ``high`` or ``critical``; None: what the policy says, else
    #: ``high``. Decides ``Audit.exit_code`` and nothing else.
    fail_on: str | None
    #: Open no socket.
    offline: bool
    #: Bytes that may be brought in from hosts, all together; None for no bound.
    max_bytes: int | None
    #: Whether files of weights are looked at, and source code.
    weights: bool
    code: bool
    #: Whether weights and code are looked up among indexed references.
    catalogue: bool


class CompareWords(TypedDict, total=False):
    """What ``compare`` may be asked for; whatever is left out is as on the command line."""

    #: Branch, tag or commit of the suspect; None for the default branch.
    revision: str | None
    #: The same of the reference.
    reference_revision: str | None
    #: Open no socket.
    offline: bool
    #: Bytes that may be brought in from hosts, all together; None for no bound.
    max_bytes: int | None
    #: Read as much as it takes to look through a disguise of large models.
    thorough: bool


def audit(
    target: str,
    options: AuditOptions | None = None,
    *,
    progress: Progress | None = None,
    **words: Unpack[AuditWords],
) -> Audit:
    """Return the audit of a repository: what it is made from, under which terms, what is unmet.

    Args:
        target: a URL, ``hf:org/name``, or a path.
        options: everything that is asked for, in place of ``words``.
        progress: is told how far the work is.
        words: what is asked for, by name; see ``AuditWords``.

    Returns:
        The audit. ``findings`` is sorted, the gravest first; ``graph`` holds artifacts, derivations
        and obligations; ``coverage`` counts files and bytes; ``exit_code`` is that of the command.
        ``complete`` is False where something could not be read: then nothing is a pass.

    Raises:
        TypeError: both ``options`` and ``words`` are given.
        TargetError: the target is of no accepted form.
        UnreachableError: it, or something to hold it against, is missing, private or out of reach.
        PolicyError: the policy's file is broken.
        ProfileError: the profile's file is broken.
        CatalogueError: the catalogue cannot be read.
    """
    if options is not None and words:
        raise TypeError("options already say what is asked for; leave the other words out")
    options = options or audit_options(**words)
    with _through_one(options.source) as source:
        return pipeline.audit(target, replace(options, source=source), progress)


def compare(
    suspect: str,
    reference: str,
    options: CompareOptions | None = None,
    *,
    progress: Progress | None = None,
    **words: Unpack[CompareWords],
) -> Comparison:
    """Return what two models, or two code trees, are to each other.

    Args:
        suspect: a URL, ``hf:org/name``, or a path.
        reference: the same of what it may come from.
        options: everything that is asked for, in place of ``words``.
        progress: is told how far the work is.
        words: what is asked for, by name; see ``CompareWords``.

    Returns:
        The comparison. ``kinship`` holds the verdict and its tests: each has a p-value from 0 to 1,
        an effect (a correlation from -1 to 1 unless its name says otherwise) and the smallest
        effect that it would have seen. ``suspect`` and ``reference`` count numbers (parameters) and
        bytes. ``code`` is None where one of the two has no source files.

    Raises:
        TypeError: both ``options`` and ``words`` are given.
        TargetError: a target is of no accepted form.
        UnreachableError: one of the two is missing, private or out of reach.
    """
    if options is not None and words:
        raise TypeError("options already say what is asked for; leave the other words out")
    options = options or compare_options(**words)
    with _through_one(options.suspect) as how:
        client = how.client
        options = replace(
            options,
            suspect=how,
            reference=replace(options.reference, client=options.reference.client or client),
        )
        return comparison.compare(suspect, reference, options, progress)


def audit_options(**words: Unpack[AuditWords]) -> AuditOptions:
    """Return the options of an audit from what is asked for by name.

    Raises:
        TypeError: a word is not known.
        ValueError: ``fail_on`` is no severity.
        PolicyError: the policy's file is broken.
        ProfileError: the profile's file is broken.
    """
    _expect_known(words, AuditWords)
    policy, profile = words.get("policy"), words.get("profile")
    rules = read_policy(Path(policy)) if isinstance(policy, (str, Path)) else policy
    facts = read_profile(Path(profile)) if isinstance(profile, (str, Path)) else profile
    looked_at = {Scope.WEIGHTS: words.get("weights", True), Scope.CODE: words.get("code", True)}
    is_looked_up = words.get("catalogue", True)
    return AuditOptions(
        source=SourceOptions(
            revision=words.get("revision"),
            offline=words.get("offline", False),
            max_bytes=words.get("max_bytes"),
        ),
        against=tuple(words.get("against", ())),
        follow=Bounds(depth=words.get("depth", 2), parents=words.get("max_parents", 20)),
        history=words.get("history"),
        fail_on=threshold(words.get("fail_on"), rules),
        leave_out=frozenset(scope for scope, is_in in looked_at.items() if not is_in),
        policy=rules,
        catalogue=location() if is_looked_up else None,
        code_catalogues=(STARTER, code_location()) if is_looked_up else (),
        profile=facts,
    )


def compare_options(**words: Unpack[CompareWords]) -> CompareOptions:
    """Return the options of a comparison from what is asked for by name.

    Raises:
        TypeError: a word is not known.
    """
    _expect_known(words, CompareWords)
    both = SourceOptions(
        offline=words.get("offline", False),
        max_bytes=words.get("max_bytes"),
    )
    return CompareOptions(
        replace(both, revision=words.get("revision")),
        replace(both, revision=words.get("reference_revision")),
        words.get("thorough", False),
    )


def _expect_known(words: object, kind: type[AuditWords | CompareWords]) -> None:
    known = kind.__annotations__
    unknown = sorted(set(words) - set(known)) if isinstance(words, dict) else []
    if unknown:
        raise TypeError(f"{unknown[0]} is none of {', '.join(known)}")


@contextmanager
def _through_one(options: SourceOptions) -> Iterator[SourceOptions]:
    """Give the options with one client for all repositories; close one that was made for it."""
    if options.client is not None:
        yield options
        return
    with client_for(options) as client:
        yield replace(options, client=client)
