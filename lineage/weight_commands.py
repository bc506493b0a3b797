"""The commands that compare weights and keep references. The work is done elsewhere."""

from __future__ import annotations

import click

from lineage import door
from lineage.arguments import ByteSize

_EXIT_CODES = """\
\b
Exit codes:
  0    compared, whatever came out
  2    the command line is at fault
  3    something could not be read
  130  interrupted
"""
_EXAMPLES = """\
\b
Examples:
  lineage compare hf:org/suspect hf:org/base
  lineage compare ./suspect ./base --offline --format json
"""

SHOWN = click.option(
    "--format",
    "shown",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="What to print.",
)
OFFLINE = click.option(
    "--offline", is_flag=True, help="Open no socket: read what lies here, and what the cache holds."
)
MAX_BYTES = click.option(
    "--max-bytes",
    type=ByteSize(),
    help="Bring in no more than this from each target, such as 64MB; the rest counts as unread.",
)


@click.command(
    short_help="Say whether two models, or two code trees, are related.",
    epilog=f"{_EXAMPLES}\n{_EXIT_CODES}",
)
@click.argument("suspect")
@click.argument("reference")
@click.option("--revision", metavar="R", help="Branch, tag or commit of SUSPECT.")
@click.option("--reference-revision", metavar="R", help="The same of REFERENCE.")
@SHOWN
@OFFLINE
@MAX_BYTES
@click.option(
    "--thorough",
    is_flag=True,
    help="Look through a disguise of large models too, and compute HonestAGI's statistic of them; "
    "reads all of both.",
)
def compare(  # noqa: PLR0917 - click passes them by name
    suspect: str,
    reference: str,
    revision: str | None,
    reference_revision: str | None,
    shown: str,
    offline: bool,  # noqa: FBT001 - click passes them by name
    max_bytes: int | None,
    thorough: bool,  # noqa: FBT001
) -> int:
    """Say whether the weights of SUSPECT and REFERENCE are related, and which code both hold.

    Both are URLs, hf:org/name or paths. Weights are read by range, a few megabytes of a large
    model, and nothing is executed. Each test comes with its p-value, its effect and what it would
    have seen; two models of one architecture are not related by that.
    """
    from dataclasses import replace

    from lineage import api
    from lineage.console import shown_progress, stdout_page
    from lineage.outward import asked_through_one
    from lineage.reports import COMPARISONS

    options = api.compare_options(
        revision=revision,
        reference_revision=reference_revision,
        offline=offline,
        max_bytes=max_bytes,
        thorough=thorough,
    )
    with asked_through_one(options.suspect) as how, shown_progress() as progress:
        options = replace(options, suspect=how)
        found = api.compare(suspect, reference, options, progress=progress)
    door.emit(COMPARISONS[shown].render(found, stdout_page()))
    return int(found.exit_code)
