"""The commands that fill the catalogue and look after it. The work is done elsewhere."""

from __future__ import annotations

from pathlib import Path

import click

from lineage import door
from lineage.arguments import ByteSize

_EXIT_CODES = """\
\b
Exit codes:
  0    done
  2    the command line, or the catalogue itself, is at fault
  3    something could not be read
"""
_SHOWN = click.option(
    "--format",
    "shown",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="What to print.",
)


@click.command(short_help="Put reference models and code into the catalogue.", epilog=_EXIT_CODES)
@click.argument("targets", metavar="TARGET...", nargs=-1, required=True)
@click.option(
    "--tags",
    metavar="PATTERN",
    help="Index the tags of git repositories that are like PATTERN: '*' for all, 'v4.*' for some.",
)
@click.option(
    "--offline", is_flag=True, help="Open no socket: read what lies here, and what the cache holds."
)
@click.option(
    "--max-bytes",
    type=ByteSize(),
    help="Bring in no more than this from each target, such as 64MB.",
)
@_SHOWN
def index(
    targets: tuple[str, ...],
    tags: str | None,
    offline: bool,  # noqa: FBT001 - click passes them by name
    max_bytes: int | None,
    shown: str,
) -> int:
    """Put each TARGET into the catalogue, in which audits look their targets up.

    A TARGET is a model, a git repository, a directory, a wheel or a source distribution; what it
    holds decides what is kept of it. Of weights: a fingerprint of at most 256 KiB, file digests,
    the licence and the address. Of source files: digests and hashes of their tokens, and no code.
    Nothing is executed. Indexing a revision once more replaces what was kept of it.
    """
    from lineage.catalogue import open_catalogue
    from lineage.code import code_location
    from lineage.code_indexing import Gathered, wanted
    from lineage.console import shown_progress, stdout_page
    from lineage.indexing import UnindexedError
    from lineage.indexing import index as indexed
    from lineage.outward import asked_through_one
    from lineage.policy import Exit
    from lineage.reports import references
    from lineage.sources import SourceOptions, UnreachableError

    asked = SourceOptions(offline=offline, max_bytes=max_bytes)
    gathered, entries, failed = Gathered(), [], False
    store = open_catalogue(create=True)
    assert store is not None  # noqa: S101 - it was to be made
    with asked_through_one(asked) as how, store as catalogue, shown_progress() as progress:
        for one in wanted(targets, tags, how):
            try:
                found = indexed(one, catalogue, gathered, progress)
            except (UnindexedError, UnreachableError) as error:
                failed = True
                door.tell(str(error))
            else:
                entries += [found.entry] if found.entry else []
        works = []
        for held, unread in gathered.write(code_location()):
            works.append(held)
            for gap in unread[:20]:
                door.tell(f"{held.work.name}: {gap.path} is not indexed: {gap.reason}.")
    door.emit(
        references.as_json(entries, works)
        if shown == "json"
        else references.page(entries, works, stdout_page())
    )
    return int(Exit.INCOMPLETE if failed else Exit.PASS)


@click.group(epilog=_EXIT_CODES)
def catalogue() -> None:
    """Look after the references that audits look their targets up among.

    \b
    Examples:
      lineage index hf:org/base ./models/other package-1.0-py3-none-any.whl
      lineage index https://github.com/org/code --tags 'v*'
      lineage catalogue search qwen
      lineage catalogue export --output references.jsonl
    """  # noqa: D301 - click's mark


@catalogue.command("list", short_help="List the references.")
@_SHOWN
def list_(shown: str) -> None:
    """List the models by purl, with licence and size, and the works of code with their releases."""
    _show("", shown)


@catalogue.command(short_help="List the references that a text is found in.")
@click.argument("text")
@_SHOWN
def search(text: str, shown: str) -> None:
    """List the references whose name, purl or licence holds TEXT."""
    _show(text, shown)


@catalogue.command(short_help="Write the references as lines of JSON.")
@click.option(
    "--output",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Write there instead of on standard output.",
)
def export(output: Path | None) -> None:
    """Write every reference as one line of JSON, fingerprint included."""
    from lineage.catalogue import open_catalogue
    from lineage.catalogue.keeping import lines
    from lineage.destinations import write

    store = open_catalogue()
    text = ""
    if store is not None:
        with store as opened:
            text = "".join(lines(opened))
    if output:
        write(output, text)
    else:
        door.emit(text)


@catalogue.command(short_help="Take over references that were exported elsewhere.")
@click.argument("file", metavar="FILE.jsonl", type=click.Path(path_type=Path))
def merge(file: Path) -> int:
    """Put the references of FILE.jsonl, as export wrote them, into this catalogue."""
    from lineage.catalogue import open_catalogue
    from lineage.catalogue.keeping import merge as merged
    from lineage.phrases import counted
    from lineage.policy import Exit

    try:
        exported = file.open(encoding="utf-8", errors="replace")
    except OSError as error:
        raise click.UsageError(f"{file} cannot be read: {error.strerror}.") from error
    store = open_catalogue(create=True)
    assert store is not None  # noqa: S101 - it was to be made
    with exported, store as opened:
        taken, faults = merged(opened, exported)
    for fault in faults:
        door.tell(f"{file}: {fault}.")
    door.emit(f"{counted(taken, 'reference')} taken over.\n")
    return int(Exit.INCOMPLETE if faults else Exit.PASS)


@catalogue.command(short_help="Look the catalogue over for damage.")
def verify() -> int:
    """Read every fingerprint, and say which are damaged or of another version's layout."""
    from lineage.catalogue import location, open_catalogue
    from lineage.catalogue.keeping import verify as verified
    from lineage.code import open_code_catalogue
    from lineage.phrases import counted
    from lineage.policy import Exit

    store = open_catalogue()
    if store is None:
        door.emit(f"There is no catalogue at {location()}.\n")
        return int(Exit.PASS)
    with store as opened:
        sound, faults = verified(opened)
    faults += open_code_catalogue().damaged()
    for fault in faults:
        door.tell(f"{fault}.")
    door.emit(f"{counted(sound, 'reference is', 'references are')} sound.\n")
    return int(Exit.INCOMPLETE if faults else Exit.PASS)


def _show(text: str, shown: str) -> None:
    from lineage.catalogue import open_catalogue
    from lineage.code import open_code_catalogue
    from lineage.console import stdout_page
    from lineage.reports import references

    store = open_catalogue()
    entries = []
    if store is not None:
        with store as opened:
            entries = list(opened.entries(text))
    code = open_code_catalogue()
    for fault in code.faults:
        door.tell(f"{fault}.")
    works = list(code.contents(text))
    door.emit(
        references.as_json(entries, works)
        if shown == "json"
        else references.page(entries, works, stdout_page())
    )
