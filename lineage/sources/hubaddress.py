"""Which repository of the hub a target means."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from huggingface_hub.errors import HfUriError, HFValidationError
from huggingface_hub.utils import parse_hf_uri, validate_repo_id

from lineage.sources.links import without_credentials
from lineage.sources.snapshot import TargetError

#: The API's plural of each type, which is also the prefix of its pages; models have none there.
PLURALS = {"model": "models", "dataset": "datasets", "space": "spaces"}
_OLD_NAME = re.compile(
    r"(?:hf:/{0,2}|(?:https?://)?[^/]+\.co/)(?P<name>[\w.-]+)/?(?:@(?P<at>\S+))?"
)
_PAGE = re.compile(r"(?:https?://)?(?:www\.huggingface\.co|hf-mirror\.com)(?=/)")


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
    target = without_credentials(target)
    if old := _OLD_NAME.fullmatch(target):  # gpt2, from before names had owners
        return _checked(target, HubAddress("model", old["name"], old["at"]))
    uri = _PAGE.sub("https://huggingface.co", target.rstrip("/").removesuffix(".git"))
    if uri.startswith("hf:") and not uri.startswith("hf://"):
        uri = "hf://" + uri.removeprefix("hf:")
    try:
        found = parse_hf_uri(uri, endpoint=endpoint)
    except HfUriError as error:
        raise _no_repository(target) from error
    if found.type not in PLURALS:
        raise TargetError(
            target, f"a {found.type} cannot be audited", "models, data sets and spaces can"
        )
    return _checked(target, HubAddress(found.type, found.id, found.revision))


def _checked(target: str, address: HubAddress) -> HubAddress:
    try:
        validate_repo_id(address.name)
    except HFValidationError as error:
        raise _no_repository(target) from error
    return address


def _no_repository(target: str) -> TargetError:
    return TargetError(
        target,
        "it names no repository of the hub",
        "the form is hf:org/name, hf:datasets/org/name, or the address of its page",
    )
