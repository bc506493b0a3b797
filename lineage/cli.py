"""The command line: what each command is called and takes. The work is done elsewhere.

Whatever is heavy is imported by the command that needs it, so that help comes at once.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from lineage import door
from lineage.arguments import ByteSize, Day, FormatFile, LateChoice, formats, languages, thresholds
from lineage.cache_commands import cache
from lineage.catalogue_commands import catalogue, index
from lineage.code_commands import fingerprint
from lineage.graph_commands import graph
from lineage.hook_commands import hook
from lineage.licence_commands import licence
from lineage.weight_commands import compare

if TYPE_CHECKING:
    from datetime import date

    from lineage.destinations import Destination

_EXIT_CODES = """\
\b
Exit codes:
  0    nothing at or above --fail-on
  1    findings at or above it
  2    the command line, a policy or a destination is at fault
  3    incomplete: something could not be read, so no pass may be claimed
  130  interrupted
"""

_EXAMPLES = """\
\b
Examples:
  lineage audit hf:org/model
  lineage audit https://github.com/org/repo --revision v1.2
  lineage audit . --offline --fail-on medium
  lineage audit hf:org/model -o json=audit.json -o html=audit.html
  lineage audit hf:org/tuned --against hf:org/base
"""


def main() -> NoReturn:
    """Run ``lineage``."""
    door.run(cli)


def _version(context: click.Context, _parameter: click.Parameter, wanted: bool) -> None:  # noqa: FBT001 - click's signature
    if not wanted or context.resilient_parsing:
        return
    from lineage.versions import KNOWLEDGE_VERSION, __version__, scancode_version

    door.emit(
        f"lineage {__version__}\nknowledge {KNOWLEDGE_VERSION}\n"
        f"scancode {scancode_version() or 'not installed'}\n"
    )
    context.exit()


@click.group(epilog=_EXIT_CODES, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_version,
    help="Show the versions of the tool, of its knowledge and of scancode.",
)
def cli() -> None:
    """Say what a model or code repository is made from, under which terms, and if they are met.

    Nothing that a repository holds is executed, and nothing is sent anywhere.

    \b
    Start with:
      lineage audit hf:org/model
      lineage audit https://github.com/org/repo
      lineage audit path/to/checkout
    """  # noqa: D301 - click's mark for lines to be left as they are


@cli.command(short_help="Audit a repository or a directory.", epilog=f"{_EXAMPLES}\n{_EXIT_CODES}")
@click.argument("target")
@click.option(
    "--revision", metavar="R", help="Branch, tag or commit; the default branch if absent."
)
@click.option(
    "--against",
    metavar="TARGET",
    multiple=True,
    help="Read this repository too and hold the target against it. May be repeated.",
)
@click.option(
    "--depth",
    type=click.IntRange(0, 10),
    default=2,
    show_default=True,
    help="Open declared parents too, and theirs, so many generations up; 0 opens none.",
)
@click.option(
    "--max-parents",
    type=click.IntRange(0, 1000),
    default=20,
    show_default=True,
    help="Open no more parents than this.",
)
@click.option(
    "--history/--no-history",
    default=None,
    help="Look through earlier commits for changes of the licence, and for when copied code came; "
    "by default on git hosts alone.",
)
@click.option(
    "--format",
    "shown",
    type=LateChoice(formats),
    help="What to print: a table for a person (the default), or a format for a machine or a file.",
)
@click.option(
    "--output",
    metavar="FILE",
    type=click.Path(),
    help="Write the result there instead of on standard output.",
)
@click.option(
    "-o",
    "also",
    type=FormatFile(),
    multiple=True,
    help="Write one more report, such as json=audit.json. May be repeated.",
)
@click.option(
    "--policy",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Go by this policy; without it by lineage.yaml, or [tool.lineage] of pyproject.toml, in "
    "the current directory.",
)
@click.option(
    "--profile",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="What the organisation says of itself: intent, territory, users, revenue. Conditions that "
    "hang on these are not known without it.",
)
@click.option("--no-policy", is_flag=True, help="Go by no policy, even if there is one.")
@click.option(
    "--fail-on",
    type=LateChoice(thresholds),
    show_default="what the policy says, else high",
    help="End with exit code 1 if an unmet finding is at least this severe.",
)
@click.option(
    "--offline", is_flag=True, help="Open no socket: read what lies here, and what the cache holds."
)
@click.option(
    "--max-bytes",
    type=ByteSize(),
    help="Bring in no more than this from the host, such as 64MB; the rest counts as unread.",
)
@click.option("--no-weights", is_flag=True, help="Leave files of weights out.")
@click.option("--no-code", is_flag=True, help="Leave source code out.")
@click.option(
    "--no-catalogue",
    is_flag=True,
    help="Look neither weights nor code up among indexed references.",
)
@click.option(
    "--language",
    type=LateChoice(languages),
    default="en",
    show_default=True,
    help="Of the headings and labels of an HTML report; findings stay in English.",
)
@click.option(
    "-v", "--verbose", is_flag=True, help="Show copied files beside upstream's, one by one."
)
def audit(  # noqa: PLR0917 - click passes them by name
    target: str,
    revision: str | None,
    against: tuple[str, ...],
    depth: int,
    max_parents: int,
    history: bool | None,  # noqa: FBT001 - click passes them by name
    shown: str | None,
    output: str | None,
    also: tuple[Destination, ...],
    policy: Path | None,
    profile: Path | None,
    no_policy: bool,  # noqa: FBT001 - click passes them by name
    fail_on: str | None,
    offline: bool,  # noqa: FBT001 - click passes them by name
    max_bytes: int | None,
    no_weights: bool,  # noqa: FBT001
    no_code: bool,  # noqa: FBT001
    no_catalogue: bool,  # noqa: FBT001
    language: str,
    verbose: bool,  # noqa: FBT001
) -> int:
    """Audit TARGET: a URL, hf:org/name, or the path of a directory or a git repository.

    Prints what the target is made from, under which terms, which duties are met and unmet, and what
    could not be read. The revision that was read is always named.
    """
    from dataclasses import replace

    from lineage import api
    from lineage.console import shown_progress, stdout_page
    from lineage.delivery import deliver, planned
    from lineage.outward import asked_through_one
    from lineage.policy.search import chosen
    from lineage.verdict import verdict

    if policy and no_policy:
        raise click.UsageError("--policy names a policy and --no-policy wants none.")
    destinations = planned(shown, output, also)
    choice = None if no_policy else chosen(target, policy)
    if choice and choice.remark:
        door.tell(choice.remark)
    options = api.audit_options(
        revision=revision,
        against=against,
        depth=depth,
        max_parents=max_parents,
        history=history,
        policy=choice.policy if choice else None,
        profile=profile,
        fail_on=fail_on,
        offline=offline,
        max_bytes=max_bytes,
        weights=not no_weights,
        code=not no_code,
        catalogue=not no_catalogue,
    )
    with asked_through_one(options.source) as source, shown_progress() as progress:
        result = api.audit(target, replace(options, source=source), progress=progress)
    for remark in result.waivers.expired:
        door.tell(remark)
    text = deliver(result, destinations, stdout_page(verbose=verbose, language=language))
    if text is None:
        door.tell(verdict(result))
    else:
        door.emit(text)
    return int(result.exit_code)


@cli.command(short_help="Say what a rule looks for, or list the rules.")
@click.argument("rule", metavar="[RULE-ID]", required=False)
@click.option(
    "--format",
    "shown",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="What to print.",
)
def explain(rule: str | None, shown: str) -> None:
    """Say what a rule looks for, why, and what to do about it; without one, list them all.

    \b
    Examples:
      lineage explain
      lineage explain LIC-001
      lineage explain --format json
    """  # noqa: D301 - click's mark
    from lineage import rulebook

    rules = (rulebook.find(rule),) if rule else rulebook.every()
    if shown == "json":
        door.emit(rulebook.as_json(rules))
    else:
        door.emit(rulebook.page(rules[0]) if rule else rulebook.listing(rules))


@cli.command(short_help="Write an audit's open findings as waivers to be filled in.")
@click.argument("report", metavar="AUDIT.json", type=click.Path(path_type=Path))
@click.option(
    "--output",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Write there instead of on standard output; what the file holds already is kept.",
)
@click.option(
    "--expires",
    metavar="DATE",
    type=Day(),
    help="The last day on which the waivers hold, such as 2026-12-31; in 90 days if absent.",
)
def baseline(report: Path, output: Path | None, expires: date | None) -> None:
    """Write the open findings of AUDIT.json as waivers, each to be given a reason and an owner.

    AUDIT.json is what lineage audit --format json wrote. A policy names the file under waivers-from
    and is refused until every waiver in it is filled in.

    \b
    Example:
      lineage audit . -o json=audit.json
      lineage baseline audit.json --output lineage-baseline.yaml
    """  # noqa: D301 - click's mark
    from lineage.baselining import baselined

    text, remark = baselined(report, output, expires)
    if text is not None:
        door.emit(text)
    door.tell(remark)


cli.add_command(cache)
cli.add_command(catalogue)
cli.add_command(compare)
cli.add_command(fingerprint)
cli.add_command(graph)
cli.add_command(hook)
cli.add_command(index)
cli.add_command(licence)
