from __future__ import annotations

import socket

import pytest

from lineage.sources.http import HostError, NoWayError
from lineage.sources.http.reach import address_for, host_of

PUBLIC = "https://hub.example.org/a"
NAMES = {
    "hub.example.org": ["93.184.216.34"],
    "cdn.example.org": ["2606:2800:220:1::1", "93.184.216.35"],
    "rebound.example.org": ["93.184.216.36", "10.0.0.7"],
    "inside.example.org": ["192.168.1.5"],
    "also-inside.example.org": ["10.1.2.3"],
    "localhost": ["127.0.0.1"],
}


@pytest.fixture(autouse=True)
def names(monkeypatch: pytest.MonkeyPatch) -> None:
    def looked_up(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        if host not in NAMES:
            raise socket.gaierror(host)
        return [(0, 0, 0, "", (address, port)) for address in NAMES[host]]

    monkeypatch.setattr(socket, "getaddrinfo", looked_up)
    for variable in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(variable, raising=False)
        monkeypatch.delenv(variable.upper(), raising=False)


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://cdn.example.org/x", "93.184.216.35"),
        ("https://93.184.216.99/x", "93.184.216.99"),
        ("https://hub.example.org/elsewhere", None),
    ],
)
def test_public_places_are_connected_to_at_the_address_that_was_looked_at(
    url: str, address: str | None
) -> None:
    assert address_for(url, PUBLIC) == address


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/x",
        "https://localhost/x",
        "https://10.0.0.1/x",
        "https://100.64.0.1/x",
        "https://169.254.169.254/latest/meta-data",
        "https://0.0.0.0/x",
        "https://224.0.0.1/x",
        "https://[::1]/x",
        "https://[fe80::1]/x",
        "https://[fd00::1]/x",
        "https://[::ffff:127.0.0.1]/x",
        "https://[64:ff9b::a00:1]/x",
        "https://[2002:a00:1::]/x",
        "https://inside.example.org/x",
        "https://rebound.example.org/x",
    ],
)
def test_no_stranger_sends_us_into_a_private_network(url: str) -> None:
    with pytest.raises(HostError, match="not public"):
        address_for(url, PUBLIC)


def test_who_lies_inside_may_lead_inside_but_not_to_the_machine_s_own_services() -> None:
    inside = "https://inside.example.org/a"
    assert address_for("https://also-inside.example.org/x", inside) == "10.1.2.3"
    assert address_for("https://cdn.example.org/x", inside) == "93.184.216.35"
    for url in ("https://127.0.0.1/x", "https://169.254.169.254/x"):
        with pytest.raises(HostError, match="not public"):
            address_for(url, inside)


def test_plain_http_after_https_is_for_this_machine_alone() -> None:
    with pytest.raises(HostError, match="plain http"):
        address_for("http://cdn.example.org/x", PUBLIC)
    assert address_for("http://127.0.0.1:8/x", "https://127.0.0.1:9/a") == "127.0.0.1"


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://x/y", "https://", "https://x:y/z", ""]
)
def test_what_is_no_address_of_the_web(url: str) -> None:
    with pytest.raises(HostError, match="no http or https"):
        address_for(url, PUBLIC)


def test_names_that_nobody_knows() -> None:
    with pytest.raises(NoWayError):
        address_for("https://unknown.example.org/x", PUBLIC)


def test_behind_a_proxy_names_are_the_proxy_s_but_addresses_are_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("https_proxy", "http://proxy.example.org:3128")
    assert address_for("https://unknown.example.org/x", PUBLIC) is None
    with pytest.raises(HostError, match="not public"):
        address_for("https://10.0.0.1/x", PUBLIC)


def test_hosts_are_named_with_their_port_where_it_is_unusual() -> None:
    assert host_of("https://a.org/x") == host_of("https://a.org:443/x") == "a.org"
    assert host_of("http://a.org:81/x") == "a.org:81"
