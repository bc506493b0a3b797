"""A repository of the Hugging Face hub, or of a mirror that ``HF_ENDPOINT`` names.

Nothing is downloaded but what is read: one request lists the files with their sizes and SHA-256,
and content comes by range (``lineage.sources.hub``).
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from lineage.model import Absence
from lineage.sources.bounds import Meter, TooManyFilesError
from lineage.sources.cache import Place
from lineage.sources.clients import leased
from lineage.sources.gitsites import HUB_OVER_SSH
from lineage.sources.http import HostError, NonsenseError, NoWayError
from lineage.sources.links import without_credentials
from lineage.sources.options import SourceOptions
from lineage.sources.revision import checked
from lineage.sources.snapshot import TargetError, UnreachableError

if TYPE_CHECKING:
    from lineage.sources.hub import HubSnapshot
    from lineage.sources.hubaddress import HubAddress

FORMS: tuple[str, ...] = ("hf:org/name", "https://huggingface.co/org/name")

DEFAULT_ENDPOINT = "https://huggingface.co"
#: Mirrors that people name without setting ``HF_ENDPOINT``; they are not sent the user's token.
MIRRORS = {"hf-mirror.com": "https://hf-mirror.com"}
_HOSTS = ("huggingface.co", "www.huggingface.co", "hf.co", *MIRRORS)


def accepts(target: str) -> bool:
    """Say whether the target is ``hf:…``, or a page of the hub or of the host in HF_ENDPOINT."""
    known = {*_HOSTS, _place(endpoint())}
    return target.startswith(("hf:", *HUB_OVER_SSH)) or _place(target) in known


def place(target: str, options: SourceOptions) -> Place:
    """Return which repository the target stands for, at which host.

    Raises:
        TargetError: it stands for none.
    """
    address, mirror, revision = _meant(target, options)
    return Place(_place(mirror), address.path, revision or "")


def open_target(target: str, options: SourceOptions) -> HubSnapshot:
    """Open the repository at one revision: ``options.revision``, else the target's, else main.

    Raises:
        TargetError: the target names no repository, or the revision is none.
        UnreachableError: it is missing, private or out of reach, or ``offline`` forbids it.
    """
    shown = without_credentials(target)
    address, mirror, revision = _meant(target, options)
    if options.offline:
        raise UnreachableError(
            shown,
            "it is on the network, and --offline forbids that",
            "give a downloaded copy",
            absence=Absence.OFFLINE,
        )
    # huggingface_hub takes a fifth of a second to import, which `lineage --help` must not wait for.
    from lineage.sources.hub import HubSnapshot  # noqa: PLC0415
    from lineage.sources.hubdoor import Door  # noqa: PLC0415

    try:
        with leased(options) as (client, closing):
            # A token goes to the hub, or to the host that the user chose in its place; to no other.
            door = Door(mirror, client, with_token=mirror == endpoint())
            info, meter = door.info(address, revision), Meter(options.max_bytes)
            is_main = revision is None
            return HubSnapshot(door, address, info, meter, closing=closing, is_main=is_main)
    except HostError as error:
        advice = _advice(error, address)
        raise UnreachableError(shown, error.reason, advice, absence=error.absence) from error
    except TooManyFilesError as error:
        raise UnreachableError(shown, error.reason, error.advice) from error


def _meant(target: str, options: SourceOptions) -> tuple[HubAddress, str, str | None]:
    """Return the repository, the address of its host, and the revision that is asked for."""
    shown = without_credentials(target)
    if not _place(endpoint()):
        raise TargetError(shown, "HF_ENDPOINT holds no http or https URL")
    from lineage.sources.hubaddress import address_of  # noqa: PLC0415 - as below

    address = address_of(target, endpoint())
    revision = options.revision or address.revision
    at = None if revision is None else checked(shown, revision)
    return address, MIRRORS.get(_place(target), endpoint()), at


def _advice(error: HostError, address: HubAddress) -> str:
    match error:
        case NoWayError():
            return "check the network, HTTPS_PROXY and HF_ENDPOINT"
        case NonsenseError():
            return "check HF_ENDPOINT"
        case HostError(absence=Absence.MISSING) if address.advice:
            return address.advice
    return error.advice


def endpoint() -> str:
    """Return the hub's address as it is now: the library itself asks only when it is imported."""
    return os.environ.get("HF_ENDPOINT", "").strip().rstrip("/") or DEFAULT_ENDPOINT


def _place(url: str) -> str:
    """Return host and port of a URL, with or without its scheme; "" where it has neither."""
    try:
        parts = urlsplit(url if "://" in url else f"https://{url}")
        parts.port  # noqa: B018 - raises where it is no number
    except ValueError:
        return ""
    return parts.netloc.rpartition("@")[2].lower() if parts.scheme in {"http", "https"} else ""
