"""What may be shown to a host that asks who we are: the user's token for that host, and no other.

A token goes to the host that its variable is for. Where the environment says that the variables
belong to another host (``GITHUB_SERVER_URL`` on the runners of GitHub Enterprise), they are left
alone.
"""

from __future__ import annotations

import os
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, unquote, urlsplit

from lineage.model import Host


@dataclass(frozen=True, slots=True)
class Key:
    """A header that opens a host, and what to say where there is none or it does not fit."""

    advice: str = ""
    secrets: Mapping[str, str] = field(default_factory=dict)


def api_key(host: Host) -> Key:
    """Return what opens the API of a host."""
    name, token = _token(host)
    advice = f"set {name}, which raises its limits" if name else ""
    secrets = {"Authorization": f"Bearer {token}"} if token else {}
    if token and host is Host.MODELSCOPE:  # its older endpoints know a session alone
        secrets["Cookie"] = f"m_session_id={quote(token)}"
    return Key(advice, secrets)


def git_key(host: Host, remote: str) -> Key:
    """Return what opens a git remote by https: the login in its URL, else the token of its host.

    GitCode documents its token for its API alone, so it is shown to nothing else.
    """
    if login := _login(remote):
        return Key("check the login in its URL", {"Authorization": _basic(*login)})
    if host is not Host.GITHUB:
        return Key("for a private repository put the login into the URL")
    name, token = _token(host)
    secrets = {"Authorization": _basic("x-access-token", token)} if token else {}
    return Key(f"for a private repository set {name}", secrets)


def _token(host: Host) -> tuple[str, str]:
    """Return the variable for a host's token, and the token; "" for what there is not."""
    if host is Host.GITHUB:
        own = urlsplit(os.environ.get("GITHUB_SERVER_URL", "")).hostname in (None, "github.com")
        names = ("GH_TOKEN", "GITHUB_TOKEN") if own else ()
        return "GITHUB_TOKEN", next(filter(None, map(_value, names)), "")
    if host is Host.GITCODE:
        return "GITCODE_TOKEN", _value("GITCODE_TOKEN")
    if host is Host.MODELSCOPE:
        return "MODELSCOPE_API_TOKEN", _value("MODELSCOPE_API_TOKEN")
    return "", ""


def _value(name: str) -> str:
    """Return a variable that can stand in a header; "" for one that cannot."""
    value = os.environ.get(name, "").strip()
    return value if value.isascii() and value.isprintable() else ""


def _login(remote: str) -> tuple[str, str] | None:
    try:
        parts = urlsplit(remote)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or parts.username is None:
        return None
    return unquote(parts.username), unquote(parts.password or "")


def _basic(user: str, password: str) -> str:
    return f"Basic {b64encode(f'{user}:{password}'.encode()).decode()}"
