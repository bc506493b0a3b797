"""Baselines brought to their files: a new one, or more waivers at the end of one that is there."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from lineage.destinations import DestinationError, write
from lineage.given import GivenError, read_given
from lineage.phrases import counted, quoted
from lineage.policy import baseline
from lineage.policy.file import SIZE_LIMIT
from lineage.policy.report import Report, read_report


def baselined(
    report: Path, output: Path | None, expires: date | None = None, today: date | None = None
) -> tuple[str | None, str]:
    """Write the waivers for a report's open findings; return them, too, where no file is named.

    The second value is what the user should hear.

    Raises:
        ReportError: the report is not what it should be.
        PolicyError: the file that is there is not what it should be.
        DestinationError: the file cannot be read or written.
    """
    found = read_report(report)
    day = today or datetime.now(UTC).date()
    existing = _text(output) if output else None
    if existing is None:
        made = baseline.made(found, day, expires)
    else:
        made = baseline.merged(found, existing, str(output), day, expires)
    if output and made.text != existing:
        write(output, made.text)
    return None if output else made.text, _remark(found, made, output)


def _text(path: Path) -> str | None:
    """Return what a file holds; None where there is none."""
    if not path.exists():
        return None
    try:
        return read_given(path, SIZE_LIMIT).decode()
    except GivenError as error:
        raise DestinationError(f"{path} cannot be added to: it {error.problem}") from error
    except UnicodeDecodeError as error:
        raise DestinationError(f"{path} cannot be added to: it is no file of UTF-8") from error


def _remark(report: Report, made: baseline.Baseline, output: Path | None) -> str:
    where = f", in {quoted(str(output))}" if output else ""
    said = f"{counted(made.added, 'new waiver', 'new waivers')} to be filled in{where}"
    if not made.added:
        said = "Nothing to add: no finding is open without a waiver"
    if made.stale:
        said += f"; {counted(made.stale, 'waiver', 'waivers')} there mean no finding of this audit"
    if not report.complete:
        said += "; the audit was incomplete, and what could not be read is not waived"
    return f"{said}."
