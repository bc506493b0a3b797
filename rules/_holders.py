"""Who holds the rights in a repository itself, told apart from those whose code it carries."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from itertools import pairwise

from lineage.graph import LineageGraph
from lineage.model import Artifact, Copyright, Host

from ._architectures import accounts_of_maker
from ._expressions import licences
from ._legal_places import is_card, is_own_notice
from ._statements import Statements
from ._text_duty import PERMISSIVE

_WORD = re.compile(r"[^\W_]+")
#: Words that many holders share: "Acme Inc." and "Other Inc." have nothing in common.
_NO_NAME = frozenset(
    {
        *("ag", "ai", "all", "and", "authors", "b", "bv", "co", "community", "company"),
        *("contributors", "copyright", "corp", "corporation", "developers", "foundation", "free"),
        *("gmbh", "group", "inc", "incorporated", "institute", "international", "kg", "lab"),
        *("labs", "limited", "llc", "ltd", "model", "models", "of", "open", "org", "others"),
        *("project", "research", "reserved", "rights", "sa", "software", "systems", "team"),
        *("technologies", "technology", "the", "university", "v"),
    }
)
#: With fewer files, whose name stands on most of them may well be chance.
_MANY_FILES = 10
#: Shorter words are too common to be recognised by their beginning.
_BEGINNING = 4


@dataclass(frozen=True, slots=True)
class OwnHolders:
    """The repository's own holders, each as the words that tell it from others."""

    names: tuple[frozenset[str], ...]
    #: Whether the repository says who they are, and not its address alone.
    confirmed: bool

    def include(self, holder: str) -> bool:
        """Say whether a holder named in a file is one of them.

        One distinctive word in common is enough: the repository of ``huawei-noah`` is Huawei's. A
        name without a distinctive word ("The Authors") is nobody else's.
        """
        words = name_words(holder)
        return not words or any(_alike(words, name) for name in self.names)


def own_holders(graph: LineageGraph, artifact: Artifact, said: Statements) -> OwnHolders:
    """Return who the licence file, the notice, the card and the address say the holder is.

    Where none of these tells, whoever stands on most of many files holds the work.
    """
    templates = {text.exhibit.path for text in said.own if licences(text.expression) & PERMISSIVE}
    stated: list[frozenset[str]] = []
    by_file: dict[str, set[frozenset[str]]] = defaultdict(set)
    for statement in graph.evidence(artifact, Copyright):
        path, name = statement.exhibit.path, name_words(statement.holder)
        if name and _speaks_for_all(path, templates):
            stated.append(name)
        elif name:
            by_file[path].add(name)
    stated = stated or _prevailing(by_file.values())
    owners = _owners(graph, artifact)
    named = (name for names in (stated, *by_file.values()) for name in names)
    by_owner = any(_alike(name, owner) for name in named for owner in owners)
    return OwnHolders(tuple(dict.fromkeys((*stated, *owners))), bool(stated) or by_owner)


def _prevailing(files: Collection[set[frozenset[str]]]) -> list[frozenset[str]]:
    """Return the words of names that stand on more than half of many files."""
    if len(files) < _MANY_FILES:
        return []
    counts = Counter(word for names in files for word in frozenset[str]().union(*names))
    return [frozenset({word}) for word, count in counts.items() if 2 * count > len(files)]


def name_words(holder: str) -> frozenset[str]:
    """Return the words that tell a holder from others, in lower case.

    "Hugging Face" and "HuggingFace" share one.
    """
    words = _WORD.findall(holder.lower())
    pairs = (pair for pair in pairwise(words) if not _NO_NAME.issuperset(pair))
    return frozenset(words) - _NO_NAME | {first + second for first, second in pairs}


def _owners(graph: LineageGraph, artifact: Artifact) -> list[frozenset[str]]:
    """Return the words of the account that publishes the repository, and of its maker's others."""
    reading = graph.reading(artifact)
    if reading is None or reading.repo.host is Host.LOCAL:
        return []
    accounts = reading.repo.id.split("/")[:-1]
    related = (other for account in accounts for other in accounts_of_maker(account))
    return [words for account in (*accounts, *related) if (words := name_words(account))]


def _alike(words: frozenset[str], others: frozenset[str]) -> bool:
    if not words.isdisjoint(others):
        return True
    pairs = ((one, other) for one in words for other in others)
    return any(
        min(len(one), len(other)) >= _BEGINNING and (one.startswith(other) or other.startswith(one))
        for one, other in pairs
    )


def _speaks_for_all(path: str, templates: set[str]) -> bool:
    """Say whether a file's copyright line names the repository's holder.

    That of a model licence or of the GPL names who wrote the licence.
    """
    return path in templates or ("/" not in path and (is_own_notice(path) or is_card(path)))
