"""Every host but git's is asked through here: bounded, patient, paced, explained."""

from __future__ import annotations

from lineage.sources.http.client import Client, Explain, Json, refusal
from lineage.sources.http.errors import HostError, LimitError, NonsenseError, NoWayError
from lineage.sources.http.pace import Pace
from lineage.sources.http.patience import asked_wait
from lineage.sources.http.traffic import HostTraffic, Traffic

__all__ = [
    "Client",
    "Explain",
    "HostError",
    "HostTraffic",
    "Json",
    "LimitError",
    "NoWayError",
    "NonsenseError",
    "Pace",
    "Traffic",
    "asked_wait",
    "refusal",
]
