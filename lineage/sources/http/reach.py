"""Where a host may send a request on to.

A redirect, or an address inside an answer, is a stranger's word. It may lead to public addresses;
to this machine or a private network only if the address that the user gave lies there itself; to
link-local addresses (the credentials of cloud machines) never. The address that was looked at is
the one that is connected to, so that a name cannot turn into another between the two.
"""

from __future__ import annotations

import socket
from enum import Enum
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import TypeAlias
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from lineage.sources.http.errors import HostError, NoWayError

_Address: TypeAlias = IPv4Address | IPv6Address

#: Translates to IPv4 (RFC 6052).
_NAT64 = ip_network("64:ff9b::/96")
_PORTS = {"http": 80, "https": 443}


class Zone(Enum):
    """Whose network an address lies in."""

    PUBLIC = "public"
    LOOPBACK = "loopback"
    PRIVATE = "private"
    #: Link-local, multicast, unspecified: no place for a repository.
    NOWHERE = "nowhere"


def origin_of(url: str) -> tuple[str, str, int]:
    """Return scheme, host and port of a URL.

    Raises:
        HostError: it is no http or https URL.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise _nonsense() from error
    if parts.scheme not in _PORTS or not parts.hostname:
        raise _nonsense()
    return parts.scheme, parts.hostname, port or _PORTS[parts.scheme]


def host_of(url: str) -> str:
    """Return the host of a URL as it is shown to a person: with its port where that is unusual."""
    scheme, host, port = origin_of(url)
    return host if port == _PORTS[scheme] else f"{host}:{port}"


def address_for(url: str, named_by: str) -> str | None:
    """Return the address to connect to for a URL that the server at ``named_by`` gave.

    None where a proxy looks the name up.

    Raises:
        HostError: it leads where a stranger may not send us.
    """
    scheme, host, port = origin_of(url)
    origin_scheme, origin, origin_port = origin_of(named_by)
    own = _zone(origin, origin_port, origin_scheme)
    if scheme == "http" and origin_scheme == "https" and own is not Zone.LOOPBACK:
        raise HostError("the host leads from https to plain http, which is not followed")
    if (scheme, host, port) == (origin_scheme, origin, origin_port):
        return None
    if _proxied(scheme, host) and _literal(host) is None:
        return None
    found = _addresses(host, port)
    if not all(_zone_of(address) in {Zone.PUBLIC, own} for address in found):
        raise HostError("the host leads to an address that is not public, which is not followed")
    return str(next((one for one in found if one.version == 4), found[0]))  # noqa: PLR2004 - IPv4


def _zone(host: str, port: int, scheme: str) -> Zone:
    """Return the zone of a host that the user named; that of a name behind a proxy is public."""
    if _proxied(scheme, host) and _literal(host) is None:
        return Zone.PUBLIC
    zones = {_zone_of(address) for address in _addresses(host, port)}
    return zones.pop() if len(zones) == 1 else Zone.PUBLIC


def _zone_of(address: _Address) -> Zone:
    inner = _inner(address)
    if inner.is_link_local or inner.is_multicast or inner.is_unspecified:
        return Zone.NOWHERE
    if inner.is_loopback:
        return Zone.LOOPBACK
    return Zone.PUBLIC if inner.is_global else Zone.PRIVATE


def _inner(address: _Address) -> _Address:
    """Return the IPv4 address that an IPv6 address stands for, if it does."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo[1] if address.teredo else None
    return address.ipv4_mapped or address.sixtofour or teredo or address


def _addresses(host: str, port: int) -> list[_Address]:
    if literal := _literal(host):
        return [literal]
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NoWayError from error
    return [ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]


def _literal(host: str) -> _Address | None:
    try:
        return ip_address(host.partition("%")[0])
    except ValueError:
        return None


def _proxied(scheme: str, host: str) -> bool:
    proxies = getproxies()
    return (scheme in proxies or "all" in proxies) and not proxy_bypass(host)


def _nonsense() -> HostError:
    return HostError("the host leads to what is no http or https address")
