"""The command that prints fingerprints of source files. The work is done elsewhere."""

from __future__ import annotations

from pathlib import Path

import click

from lineage import door
from lineage.arguments import ByteSize

_EXIT_CODES = """\
\b
Exit codes:
  0    printed
  2    the command line, or the target, is at fault
  3    something could not be read
"""
_EXAMPLES = """\
\b
Examples:
  lineage fingerprint . --output mine.wfp
  lineage fingerprint https://github.com/org/repo --revision v1.2 --format json
"""


@click.command(
    short_help="Print the fingerprints of source files.", epilog=f"{_EXAMPLES}\n{_EXIT_CODES}"
)
@click.argument("target")
@click.option(
    "--revision", metavar="R", help="Branch, tag or commit; the default branch if absent."
)
@click.option(
    "--format",
    "shown",
    type=click.Choice(["wfp", "json"]),
    default="wfp",
    show_default=True,
    help="SCANOSS's format, or the digests that this tool goes by.",
)
@click.option(
    "--output",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Write there instead of on standard output.",
)
@click.option(
    "--offline", is_flag=True, help="Open no socket: read what lies here, and what the cache holds."
)
@click.option(
    "--max-bytes",
    type=ByteSize(),
    help="Bring in no more than this, such as 64MB; the rest counts as unread.",
)
def fingerprint(  # noqa: PLR0917 - click passes them by name
    target: str,
    revision: str | None,
    shown: str,
    output: Path | None,
    offline: bool,  # noqa: FBT001 - click passes them by name
    max_bytes: int | None,
) -> int:
    """Print the fingerprints of the source files of TARGET: a URL, hf:org/name or a path.

    In the format wfp they can be asked of a SCANOSS knowledge base, by whoever wants to: this tool
    sends them nowhere. They hold no code, but the names of the files.
    """
    from lineage.destinations import write
    from lineage.fingerprints import Prints, as_json, as_wfp
    from lineage.outward import asked_through_one
    from lineage.policy import Exit
    from lineage.sources import SourceOptions, open_snapshot

    options = SourceOptions(revision=revision, offline=offline, max_bytes=max_bytes)
    with asked_through_one(options) as how, open_snapshot(target, how) as snapshot:
        prints = Prints(snapshot)
        text = "".join(as_json(prints) if shown == "json" else as_wfp(prints))
    for gap in prints.unread[:20]:
        door.tell(f"{gap.path} has no fingerprint: {gap.reason}.")
    if output:
        write(output, text)
    else:
        door.emit(text)
    return int(Exit.INCOMPLETE if prints.unread else Exit.PASS)
