"""The child process that holds scancode: 1.4 GB and ten seconds to load, so only ever here.

Speaks JSON, one object a line: reads ``{"path": …, "seconds": …}`` on standard input, answers
``{"matches": […]}`` or ``{"error": …}`` on standard output, after a first ``{"ready": version}``.
Ends when its input ends. The texts it reads come from strangers, hence the limits on memory and
time.

Run as ``python -m lineage.licences.scancode_worker``; nothing imports it.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Iterator
from typing import TextIO

#: scancode peaks at 1.4 GB while loading; single texts have been seen to add several.
_ADDRESS_SPACE = 8 << 30
_CPU_SECONDS = 1800


def main() -> None:
    """Answer until the input ends."""
    _limit(resource.RLIMIT_AS, _ADDRESS_SPACE)
    _limit(resource.RLIMIT_CPU, _CPU_SECONDS)
    _limit(resource.RLIMIT_CORE, 0)
    # Whatever the libraries print must not end up between two answers.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    try:
        version = _load()
    except Exception as error:  # noqa: BLE001 - any failure to import is told, and ends the process
        _say(answers, {"error": f"{type(error).__name__}: {error}"})
        return
    _say(answers, {"ready": version})
    for line in sys.stdin:
        request = json.loads(line)
        try:
            matches = list(_matches(request["path"], float(request["seconds"])))
        except Exception as error:  # noqa: BLE001 - one hostile text must not end the rest
            _say(answers, {"error": f"{type(error).__name__}: {error}"})
        else:
            _say(answers, {"matches": matches})


def _load() -> str:
    from licensedcode.cache import get_index  # noqa: PLC0415 - the ten seconds
    from scancode_config import __version__  # noqa: PLC0415

    get_index()
    return str(__version__)


def _matches(path: str, seconds: float) -> Iterator[dict[str, object]]:
    """Yield scancode's matches that count as a detection.

    A file is 3 to 4 times quicker than the same text as ``query_string`` (licences.md 3.3).
    """
    from licensedcode.detection import detect_licenses  # noqa: PLC0415

    for detection in detect_licenses(location=path, deadline=time.time() + seconds):
        if not detection.license_expression:
            continue
        for match in detection.matches:
            yield {
                "expression": match.rule.spdx_license_expression(),
                "matcher": match.matcher,
                "score": match.score(),
                "coverage": match.coverage(),
                "words": match.len(),
                "first": match.start_line,
                "last": match.end_line,
                "form": _form(match.rule),
            }


def _form(rule: object) -> str:
    forms = (
        ("is_license_text", "text"),
        ("is_license_notice", "notice"),
        ("is_license_tag", "tag"),
    )
    return next((form for flag, form in forms if getattr(rule, flag)), "mention")


def _limit(kind: int, value: int) -> None:
    _, hard = resource.getrlimit(kind)
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(kind, (value, hard))


def _say(answers: TextIO, message: dict[str, object]) -> None:
    answers.write(json.dumps(message) + "\n")
    answers.flush()


if __name__ == "__main__":
    main()
