"""The command that a git hook runs; the work is done in ``lineage.hook``."""

from __future__ import annotations

from pathlib import Path

import click

from lineage import door
from lineage.arguments import LateChoice, thresholds

_EXAMPLES = """\
\b
Examples:
  lineage hook
  lineage hook --fail-on medium
  lineage hook --from-ref origin/main --to-ref HEAD

\b
Exit codes:
  0    nothing at or above --fail-on
  1    findings at or above it: the commit is stopped
  2    no git repository, or the command line or a policy is at fault
  3    something could not be read, so no pass may be claimed
"""


@click.command(short_help="Check what is staged: what the git hook runs.", epilog=_EXAMPLES)
@click.argument("files", metavar="[FILES]...", nargs=-1)
@click.option(
    "--fail-on",
    type=LateChoice(thresholds),
    show_default="what the policy says, else high",
    help="Stop the commit if an unmet finding is at least this severe.",
)
@click.option(
    "--policy",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Go by this policy; without it by lineage.yaml, or [tool.lineage] of pyproject.toml, at "
    "the root of the repository.",
)
@click.option(
    "--from-ref",
    envvar="PRE_COMMIT_FROM_REF",
    metavar="R",
    help="Check what differs from this revision on, in place of what is staged.",
)
@click.option(
    "--to-ref",
    envvar="PRE_COMMIT_TO_REF",
    metavar="R",
    help="Check what differs up to this revision; HEAD if only --from-ref is given.",
)
@click.option(
    "--format",
    "shown",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="What to print.",
)
def hook(  # noqa: PLR0917 - click passes them by name
    files: tuple[str, ...],
    fail_on: str | None,
    policy: Path | None,
    from_ref: str | None,
    to_ref: str | None,
    shown: str,
) -> int:
    """Check what is staged in the repository at hand: licence headers, cards, notices, new weights.

    Looks at changed files alone, or at FILES among them, and opens no socket. What stops the commit
    is printed with what to do about it.
    """
    from shutil import get_terminal_size

    from lineage.hook.checking import HookOptions, check
    from lineage.hook.report import as_json, as_text

    if to_ref and not from_ref:
        raise click.UsageError("--to-ref needs --from-ref beside it.")
    between = (from_ref, to_ref or "HEAD") if from_ref else None
    checked = check(Path.cwd(), HookOptions(files, between, policy, fail_on))
    for remark in checked.remarks:
        door.tell(remark)
    width = get_terminal_size((100, 0)).columns
    door.emit(as_json(checked) if shown == "json" else as_text(checked, width))
    return int(checked.exit_code)
