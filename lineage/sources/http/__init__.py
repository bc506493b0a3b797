"""Every host but git's is asked through here: bounded, patient, paced, explained."""

from __future__ import annotations

from lineage.sources.http.client import Client, Explain, Json, refusal
from lineage.sources.http.errors import HostError, LimitError
from lineage.sources.http.pace import Pace
from lineage.sources.http.traffic import HostTraffic, Traffic

__all__ = [
    "Client",
    "Explain",
    "HostError",
    "HostTraffic",
    "Json",
    "LimitError",
    "Pace",
    "Traffic",
    "refusal",
]
