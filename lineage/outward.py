"""One client for all that a command opens, and a line for each host on what crossed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from lineage import door

if TYPE_CHECKING:
    from lineage.sources import SourceOptions
    from lineage.sources.http import Client


@contextmanager
def asked_through_one(options: SourceOptions) -> Iterator[SourceOptions]:
    """Give the options with a client that everything is asked through; close it in the end.

    What crossed the network is told on standard error, host by host, and stands in no report: it
    hangs on what the cache holds, and a report does not.
    """
    from lineage.sources.clients import client_for  # noqa: PLC0415 - help must not wait for it

    with client_for(options) as client:
        yield replace(options, client=client)
        for line in _lines(client):
            door.tell(line)


def _lines(client: Client) -> Iterator[str]:
    from lineage.phrases import counted  # noqa: PLC0415 - as above
    from lineage.reports.contents import size_text  # noqa: PLC0415 - as above

    yield from client.notes
    for one in client.traffic.hosts:
        requests = counted(one.requests, "request")
        yield f"{one.host}: {requests}, {size_text(one.received)} received."
