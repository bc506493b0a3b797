"""The commands ``lineage licence …``. The work is done elsewhere."""

from __future__ import annotations

from pathlib import Path

import click

from lineage import door
from lineage.arguments import LateChoice

_EXIT_CODES = """\
\b
Exit codes:
  0    answered
  1    check: the child's licence would break a term of the parent's
  2    no such licence, or no such file
  3    identify: a text speaks of a licence that is not known
"""


def _classes() -> tuple[str, ...]:
    from lineage.licences.vocabulary import LicenceClass

    return tuple(LicenceClass)


def _families() -> tuple[str, ...]:
    from lineage.licencebook.listing import families

    return families()


def _relations() -> tuple[str, ...]:
    from lineage.licencebook.check import RELATIONS

    return RELATIONS


_SHOWN = click.option(
    "--format",
    "shown",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="What to print.",
)


@click.group(epilog=_EXIT_CODES)
def licence() -> None:
    """Say what a licence asks, what a derivative would break, and which licence a text is.

    \b
    Examples:
      lineage licence list --class rail
      lineage licence show gemma
      lineage licence check gemma apache-2.0
      lineage licence identify LICENSE
    """  # noqa: D301 - click's mark


@licence.command("list", short_help="List the licences of the knowledge base.")
@click.option(
    "--class",
    "licence_class",
    type=LateChoice(_classes),
    metavar="CLASS",
    help="Those of this class, such as copyleft.",
)
@click.option(
    "--family",
    type=LateChoice(_families),
    metavar="FAMILY",
    help="Those of this family, such as llama.",
)
@_SHOWN
def list_(licence_class: str | None, family: str | None, shown: str) -> None:
    """List the licences of the knowledge base by class."""
    from lineage.console import stdout_page
    from lineage.licencebook.listing import chosen, listing, listing_plain

    found = chosen(licence_class, family)
    door.emit(
        _json(listing_plain(found)) if shown == "json" else listing(found, stdout_page().width)
    )


@licence.command(short_help="Say what a licence grants, asks for and leaves out.")
@click.argument("name", metavar="ID")
@_SHOWN
def show(name: str, shown: str) -> None:
    """Say what the licence ID grants, asks for and leaves out, clause by clause.

    ID is any name it goes under: a hub's tag, an SPDX identifier, an id of the list.
    """
    from lineage.console import stdout_page
    from lineage.licencebook.find import find
    from lineage.licencebook.page import page, plain

    found = find(name)
    door.emit(_json(plain(found)) if shown == "json" else page(found, stdout_page().width))


@licence.command(short_help="Say what a derivative under another licence would break.")
@click.argument("parent", metavar="PARENT")
@click.argument("child", metavar="CHILD")
@click.option(
    "--relation",
    type=LateChoice(_relations),
    default="finetune",
    show_default=True,
    metavar="RELATION",
    help="What the derivative is to the parent, such as quantized, distilled or code-copied.",
)
@_SHOWN
def check(parent: str, child: str, relation: str, shown: str) -> int:
    """Say what a derivative of a work under PARENT would break if offered under CHILD.

    Both are names of licences. Says clause by clause what would be broken, and what has to be done
    whichever licence is chosen.
    """
    from lineage.console import stdout_page
    from lineage.licencebook import check as checking
    from lineage.licencebook.find import find
    from lineage.licencebook.verdict_page import check_page, check_plain
    from lineage.model import Relation
    from lineage.policy import Exit

    found = checking.check(find(parent), find(child), Relation(relation))
    text = _json(check_plain(found)) if shown == "json" else check_page(found, stdout_page().width)
    door.emit(text)
    return int(Exit.FINDINGS if found.is_broken else Exit.PASS)


@licence.command(short_help="Say which licence a file's text is.")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@_SHOWN
def identify(file: Path, shown: str) -> int:
    """Say which licence the text in FILE is, or which known one it is a variant of.

    Nothing is sent anywhere.
    """
    from lineage.console import shown_progress, stdout_page
    from lineage.licencebook import identify as identifying
    from lineage.licencebook.identified_page import identified_page, identified_plain
    from lineage.policy import Exit

    with shown_progress() as progress:
        found = identifying.identify(file, progress)
    if shown == "json":
        door.emit(_json(identified_plain(found)))
    else:
        door.emit(identified_page(found, stdout_page().width))
    return int(Exit.INCOMPLETE if found.unknown else Exit.PASS)


def _json(plain: object) -> str:
    from lineage.reports.json_report import serialised

    return serialised(plain)  # type: ignore[arg-type]  # terms are plain values of a narrower kind
