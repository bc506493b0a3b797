"""What the standards' own schemas and libraries say of a report; nothing is fetched."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import jsonschema

SCHEMAS = Path(__file__).parents[1] / "data" / "schemas"


@cache
def _sarif() -> jsonschema.Draft4Validator:
    schema = json.loads((SCHEMAS / "sarif-schema-2.1.0.json").read_text("utf-8"))
    return jsonschema.Draft4Validator(
        schema, format_checker=jsonschema.Draft4Validator.FORMAT_CHECKER
    )


def sarif_faults(text: str) -> list[str]:
    """Return what breaks the OASIS schema of SARIF 2.1.0."""
    return [error.message for error in _sarif().iter_errors(json.loads(text))]
