"""The commands about what was read of repositories and kept; none of them holds logic."""

from __future__ import annotations

import json

import click

from lineage import door


@click.group()
def cache() -> None:
    """Look after what was read of repositories and is kept on this machine.

    \b
    LINEAGE_CACHE       its folder, or off; else the platform's cache folder
    LINEAGE_CACHE_SIZE  the most it may hold, such as 20GB; else 5GB
    """  # noqa: D301 - click's mark


@cache.command(short_help="Say where the cache lies and how much it holds.")
@click.option(
    "--format",
    "shown",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="What to print.",
)
def show(shown: str) -> None:
    """Say where the cache lies, how much it holds and how much it may hold."""
    from lineage.phrases import counted
    from lineage.reports.contents import size_text
    from lineage.sources.cache import cache_folder, cache_size, contents

    folder, (repositories, held) = cache_folder(), contents()
    if shown == "json":
        place = None if folder is None else str(folder)
        facts = {
            "folder": place,
            "repositories": repositories,
            "bytes": held,
            "limit": cache_size(),
        }
        door.emit(json.dumps(facts, indent=2) + "\n")
    elif folder is None:
        door.emit("LINEAGE_CACHE is off: nothing is kept.\n")
    else:
        count = counted(repositories, "revision of repositories", "revisions of repositories")
        size, limit = size_text(held), size_text(cache_size())
        door.emit(f"{folder}\n{count}, {size} of at most {limit}\n")


@cache.command(short_help="Throw away what the cache holds.")
def clear() -> None:
    """Throw away what the cache holds; it is read again when it is asked for."""
    from lineage.phrases import counted
    from lineage.reports.contents import size_text
    from lineage.sources.cache import clear as cleared

    repositories, held = cleared()
    count = counted(repositories, "revision of repositories", "revisions of repositories")
    door.tell(f"{count}, {size_text(held)}, thrown away.")
