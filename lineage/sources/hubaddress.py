"""Which repository of the hub a target means."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from huggingface_hub.errors import HfUriError, HFValidationError
from huggingface_hub.utils import parse_hf_uri, validate_repo_id

from lineage.sources.gitsites import HUB_OVER_SSH
from lineage.sources.links import without_credentials
from lineage.sources.snapshot import TargetError

#: The API's plural of each type, which is also the prefix of its pages; models have none there.
PLURALS = {"model": "models", "dataset": "datasets", "space": "spaces"}
_OLD_NAME = re.compile(
    r"(?:hf:/{0,2}|(?:https?://)?[^/]+\.co/)(?P<name>[\w.-]+)/?(?:@(?P<at>\S+))?"
)
_OLD_DATASET = re.compile(r"(?:https?://)?[^/]+\.co/datasets/(?P<name>[\w.-]+)")
_PAGE = re.compile(r"(?:https?://)?(?:www\.huggingface\.co|hf-mirror\.com)(?=/)")
_SSH = re.compile("|".join(map(re.escape, HUB_OVER_SSH)))
#: Pages of a repository that show a revision, beside those that the hub's library knows.
_REVISION_PAGES = frozenset({"blame", "commit", "commits", "edit", "raw"})
_REPOSITORY = re.compile(
    r"(?P<page>https?://[^/]+/(?:(?:datasets|spaces)/)?[^/]+/[^/]+)/(?P<route>[^/]+)(?P<rest>.*)"
)
#: First segments of the hub's own pages, which can be no organisation's name.
_SECTIONS = frozenset(
    {
        "blog",
        "chat",
        "collections",
        "datasets",
        "docs",
        "enterprise",
        "inference",
        "join",
        "learn",
        "login",
        "models",
        "new",
        "organizations",
        "papers",
        "posts",
        "pricing",
        "search",
        "settings",
        "spaces",
        "tasks",
    }
)


@dataclass(frozen=True, slots=True)
class HubAddress:
    """A repository of the hub."""

    #: ``model``, ``dataset`` or ``space``.
    type: str
    #: ``org/name``.
    name: str
    revision: str | None = None

    @property
    def path(self) -> str:
        """The repository's path on the hub: ``org/name``, ``datasets/org/name``."""
        return self.name if self.type == "model" else f"{PLURALS[self.type]}/{self.name}"

    @property
    def advice(self) -> str:
        """What to say where the hub knows no such repository; "" where the name has an owner.

        The first models and data sets have names without one, so ``hf:org`` may be either.
        """
        if "/" in self.name:
            return ""
        kind = "" if self.type == "model" else f"{PLURALS[self.type]}/"
        return (
            f"if {self.name} is a user or an organisation, name one of its repositories: "
            f"hf:{kind}{self.name}/name"
        )

    def renamed(self, name: object) -> HubAddress:
        """Return the repository under the name that the hub gives it: repositories move."""
        try:
            validate_repo_id(name)  # type: ignore[arg-type]  # it checks the type itself
        except HFValidationError:
            return self
        return self if name is None else replace(self, name=str(name))


def address_of(target: str, endpoint: str) -> HubAddress:
    """Return the repository that ``hf:…``, ``hf://…`` or a page of the hub stands for.

    Raises:
        TargetError: it stands for none.
    """
    uri = without_credentials(_SSH.sub("https://huggingface.co/", target))
    target = without_credentials(target)
    uri = uri.rstrip("/").removesuffix(".git")
    uri = _PAGE.sub("https://huggingface.co", uri)
    if uri.startswith(f"{without_credentials(endpoint)}/"):
        uri = "https://huggingface.co" + uri.removeprefix(without_credentials(endpoint))
    if old := _old_name(uri):  # gpt2 and squad, from before names had owners
        return _checked(target, old)
    if uri.startswith("hf:") and not uri.startswith("hf://"):
        uri = "hf://" + uri.removeprefix("hf:")
    page = _REPOSITORY.fullmatch(uri)
    if page and page["rest"] and page["route"] in _REVISION_PAGES:
        uri = f"{page['page']}/tree{page['rest']}"
    try:
        found = parse_hf_uri(uri, endpoint=endpoint)
    except HfUriError as error:
        raise _no_repository(target) from error
    if found.type == "model" and found.id.partition("/")[0] in _SECTIONS:
        raise _no_repository(target)
    if found.type not in PLURALS:
        raise TargetError(
            target, f"a {found.type} cannot be audited", "models, data sets and spaces can"
        )
    return _checked(target, HubAddress(found.type, found.id, found.revision))


def _old_name(uri: str) -> HubAddress | None:
    if data := _OLD_DATASET.fullmatch(uri):
        return HubAddress("dataset", data["name"])
    old = _OLD_NAME.fullmatch(uri)
    if old is None or old["name"] in _SECTIONS:
        return None
    return HubAddress("model", old["name"], old["at"])


def _checked(target: str, address: HubAddress) -> HubAddress:
    try:
        validate_repo_id(address.name)
    except HFValidationError as error:
        raise _no_repository(target) from error
    return address


def _no_repository(target: str) -> TargetError:
    page = _REPOSITORY.fullmatch(target)
    first = page["page"].split("/")[3] if page else ""
    if page and (first not in _SECTIONS or first in PLURALS.values()):
        return TargetError(target, "it is a page about the repository", f"give {page['page']}")
    return TargetError(
        target,
        "it names no repository of the hub",
        "the form is hf:org/name, hf:datasets/org/name, or the address of its page",
    )
