"""What a file's name and place say: is it a licence, and what does it bind?"""

from __future__ import annotations

import re
from enum import StrEnum

from lineage.model import NoticeKind, Scope


class Role(StrEnum):
    """What a legal file is for."""

    LICENCE = "licence"
    NOTICE = "notice"
    THIRD_PARTY = "third-party"
    USE_POLICY = "use-policy"


#: Globs of the files that may be legal ones (licences.md 2.5); ``role_of`` has the last word.
PATTERNS = (
    "*licen[cs]e*",
    "*copying*",
    "copyright*",
    "*agreement*",
    "*协议*",
    "*许可*",
    "*notice*",
    "*声明*",
    "*use?policy*",
    "*third?part*",
    "*thirdpart*",
    "*third*part*licen[cs]e*",
    "*acknowledg*",
    "attribution*",
    "credits*",
    "patents*",
    "**/licenses/*",
    "licenses/*",
)

# Endings of prose. "LICENSE-2.0", "LICENSE.MIT" and "COPYING.LESSER" have endings too, so that what
# counts is which endings are not prose.
_NOT_PROSE = re.compile(
    r"\.(?:py[iwc]?|ipynb|[cm]?[jt]sx?|jsonl?|ya?ml|toml|cfg|ini|xml|xsd|java|kt|go|rs|rb|php|c|cc|cpp|h|hpp|cs|swift"
    r"|sh|bash|ps1|bat|pl|lua|scala|sql|css|scss|less|vue|svelte|png|jpe?g|gif|svg|ico|webp|csv|tsv|lock"
    r"|safetensors|bin|pt|pth|gguf|onnx|zip|gz|tar|whl|jar|so|dll|exe|proto|tmpl|j2|jinja2?|erb|mako|hbs|ejs"
    r"|tpl|template|spdx|parquet|arrow|mdx|map|snap|plist|strings|properties)$",
    re.IGNORECASE,
)
# What else a folder of licences holds.
_COMPANION = re.compile(
    r"^(?:authors|changelog|changes|code_of_conduct|contributors|history|index|news|readme|security"
    r"|thanks|todo)(?:$|\W)",
    re.IGNORECASE,
)
_LICENCE = re.compile(
    r"(?:^|[\W_])(?:un)?licen[cs]es?(?:$|[\W_])|^copying|^copyright(?:$|[\W_])|agreement|协议|许可",
    re.IGNORECASE,
)
_THIRD_PARTY = re.compile(
    r"third[\W_]*part|3rd[\W_]*part|open[\W_]*source[\W_]*(?:software[\W_]*)?notice|开源"
    r"|acknowledge?ments?(?:$|[\W_])|^(?:attributions?|credits)(?:$|[\W_])",
    re.IGNORECASE,
)
_NOTICE = re.compile(r"(?:^|[\W_])notices?(?:$|[\W_])|声明", re.IGNORECASE)
# What contributors sign is no licence of the repository.
_CONTRIBUTORS = re.compile(r"contribut|(?:^|[\W_])[ic]?cla(?:$|[\W_])", re.IGNORECASE)
_USE_POLICY = re.compile(r"(?:acceptable[\W_]*)?use[\W_]*policy", re.IGNORECASE)
_WHEEL_ROOT = re.compile(r"[^/]+\.dist-info/(?:licen[cs]es?/)?[^/]+")

_SCOPES = (
    (
        Scope.WEIGHTS,
        re.compile(
            r"(?:^|[\W_])(?:models?|weights?|checkpoints?)(?:$|[\W_])|模型|agreement", re.IGNORECASE
        ),
    ),
    (Scope.CODE, re.compile(r"(?:^|[\W_])(?:code|software|source)(?:$|[\W_])|代码", re.IGNORECASE)),
    (Scope.DATA, re.compile(r"(?:^|[\W_])(?:data|datasets?)(?:$|[\W_])|数据", re.IGNORECASE)),
    (
        Scope.DOCS,
        re.compile(r"(?:^|[\W_])(?:docs?|documentation|text)(?:$|[\W_])|文档", re.IGNORECASE),
    ),
)
_NOTICES = {
    Role.NOTICE: NoticeKind.NOTICE,
    Role.THIRD_PARTY: NoticeKind.THIRD_PARTY,
    Role.USE_POLICY: NoticeKind.USE_POLICY,
}


def role_of(path: str) -> Role | None:
    """Return what a file is for by its name; None for one that is no legal file."""
    name = path.rpartition("/")[2]
    if _NOT_PROSE.search(name) or _CONTRIBUTORS.search(name):
        return None
    if _USE_POLICY.search(name):
        return Role.USE_POLICY
    if _THIRD_PARTY.search(name):
        return Role.THIRD_PARTY
    if _NOTICE.search(name) and not _LICENCE.search(name):
        return Role.NOTICE
    in_licence_folder = path.lower().startswith("licenses/") or "/licenses/" in path.lower()
    is_text = in_licence_folder and not _COMPANION.search(name)
    return Role.LICENCE if is_text or _LICENCE.search(name) else None


def notice_kind(role: Role) -> NoticeKind | None:
    """Return the kind of notice that a legal file is; None for a licence."""
    return _NOTICES.get(role)


def scope_of(path: str) -> Scope | None:
    """Return the part of the repository that a licence file's name restricts it to.

    ``LICENSE-CODE`` is about the code, ``MODEL_LICENSE`` and ``… AGREEMENT`` about the weights.
    """
    stem = re.sub(r"\.(?:txt|md|rst|html?|text)$", "", path.rpartition("/")[2], flags=re.IGNORECASE)
    return next((scope for scope, named in _SCOPES if named.search(stem)), None)


def binds_repository(path: str) -> bool:
    """Say whether a licence file stands where it binds more than the folder it is in.

    A wheel keeps the files of its project's root in its metadata (PEP 427, PEP 639).
    """
    return "/" not in path or bool(_WHEEL_ROOT.fullmatch(path))
