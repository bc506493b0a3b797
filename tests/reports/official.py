"""What the standards' own schemas and libraries say of a report; nothing is fetched."""

from __future__ import annotations

import json
from functools import cache
from io import BytesIO
from pathlib import Path

import jsonschema
import jsonschema_rs
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from spdx_python_model import load_data

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


def cyclonedx_faults(text: str) -> list[str]:
    """Return what breaks the strict schema of CycloneDX 1.7, formats included."""
    validator = JsonStrictValidator(SchemaVersion.V1_7)
    return [str(error) for error in validator.validate_str(text, all_errors=True) or ()]


@cache
def _spdx() -> jsonschema_rs.Draft202012Validator:
    # The schema tries every class on every element: minutes in Python, milliseconds in Rust.
    schema = json.loads((SCHEMAS / "spdx-schema-3.0.1.json").read_text("utf-8"))
    return jsonschema_rs.Draft202012Validator(schema)


def spdx_faults(text: str) -> list[str]:
    """Return what breaks the JSON schema of SPDX 3.0.1, and what its own bindings refuse."""
    plain = json.loads(text)
    faults = [error.message[:500] for error in _spdx().iter_errors(plain)]
    try:
        model, objects = load_data(plain)
        # Written again, every value passes the checks that the published model makes of it.
        model.JSONLDSerializer().write(objects, BytesIO())
    except (ValueError, TypeError) as error:
        return [*faults, str(error)]
    return faults + [f"{name} is nowhere" for name in objects.missing_ids]
