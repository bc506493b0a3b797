"""The command that joins audits into one lineage graph. The work is done elsewhere."""

from __future__ import annotations

from pathlib import Path

import click

from lineage import door
from lineage.arguments import LateChoice, graphs, languages

_EXAMPLES = """\
\b
Examples:
  lineage graph audits/*.json
  lineage graph a.json b.json --format html --output lineage.html
  lineage graph audits/*.json --focus org/model --depth 2
  lineage graph audits/*.json --duties org/model

\b
Exit codes:
  0    joined, whatever does not fit
  2    the command line, a report or a destination is at fault
  130  interrupted
"""


@click.command(short_help="Join audits into one lineage graph.", epilog=_EXAMPLES)
@click.argument(
    "reports",
    metavar="AUDIT.json...",
    nargs=-1,
    required=True,
    type=click.Path(path_type=Path),
)
@click.option(
    "--format", "shown", type=LateChoice(graphs), help="What to write: mermaid if absent."
)
@click.option("--focus", metavar="NODE", help="Show only what is near this work: its name or id.")
@click.option(
    "--depth",
    type=click.IntRange(0, 100),
    help="How many derivations away is near; 2 if absent. Only with --focus.",
)
@click.option(
    "--duties",
    metavar="NODE",
    help="Say every duty that reaches this work, from whom and by which path.",
)
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Write the result there instead of on standard output.",
)
@click.option(
    "--language",
    type=LateChoice(languages),
    default="en",
    show_default=True,
    help="Of the headings and labels of an HTML page.",
)
def graph(  # noqa: PLR0917 - click passes them by name
    reports: tuple[Path, ...],
    shown: str | None,
    focus: str | None,
    depth: int | None,
    duties: str | None,
    output: Path | None,
    language: str,
) -> int:
    """Join the AUDIT.json that lineage audit --format json wrote into one lineage graph.

    The same weights under two names become one work, what is declared stands against what was
    found edge by edge, and what does not fit is said: missing parents, cycles, a child older than
    its parent.
    """
    from lineage.graphing import drawn, joined_of

    found = joined_of(reports, focus=focus, depth=depth, duties=duties, language=language)
    text = drawn(found, shown, output)
    for problem in found.graph.problems[:20]:
        door.tell(problem)
    if (more := len(found.graph.problems) - 20) > 0:
        door.tell(f"And {more:,} more; --format json has them all.")
    if text is not None:
        door.emit(text)
    return 0
