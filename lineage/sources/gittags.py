"""The tags of a git repository, without fetching what they name."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from lineage.sources.git import accepts
from lineage.sources.giturl import address_on_disk, git_address, is_git_url
from lineage.sources.links import without_credentials
from lineage.sources.options import SourceOptions
from lineage.sources.snapshot import TargetError, UnreachableError

if TYPE_CHECKING:
    from lineage.sources.gitclone import Clone
    from lineage.sources.giturl import GitAddress

#: A repository of more tags is asked for some of them.
MOST = 500
#: Of those that a remote lists, so many are looked at.
_MOST_LISTED = 50_000
_NUMBERS = re.compile(r"\d+")


def tags_of(target: str, pattern: str, options: SourceOptions) -> tuple[str, ...]:
    """Return the tags that match a pattern (``*`` for any text), by their numbers, lowest first.

    Raises:
        TargetError: the target is no git repository, or has no such tag, or too many.
        UnreachableError: it is missing, private or out of reach, or ``offline`` bars it.
    """
    # As in ``lineage.sources.git``: GitPython takes a tenth of a second to import.
    from lineage.sources.gitclone import Clone  # noqa: PLC0415
    from lineage.sources.gitfailure import unreachable  # noqa: PLC0415
    from lineage.sources.gitprocess import GitError  # noqa: PLC0415

    shown = without_credentials(target)
    if not accepts(target):
        raise TargetError(shown, "it is no git repository, so it has no tags")
    address = _address(target)
    if options.offline and not address.remote.startswith("file:"):
        raise UnreachableError(shown, "it is on the network, and --offline forbids that")
    clone = Clone(options.timeout)
    try:
        found = _listed(clone, address)
    except GitError as error:
        raise unreachable(shown, error) from error
    finally:
        clone.close()
    chosen = sorted((tag for tag in found if fnmatchcase(tag, pattern)), key=_by_numbers)
    if not chosen:
        raise TargetError(shown, f"none of its {len(found)} tags is like {pattern!r}")
    if len(chosen) > MOST:
        raise TargetError(
            shown, f"{len(chosen):,} of its tags are like {pattern!r}", f"choose at most {MOST}"
        )
    return tuple(chosen)


def _listed(clone: Clone, address: GitAddress) -> list[str]:
    remote = clone.remote_of(address)
    # As for a fetch: plain http only where the user chose it.
    distant = "https:ssh" + (":http" if remote.startswith("http:") else "")
    protocols = "file" if remote.startswith(("file:", "/")) else distant
    arguments = ("ls-remote", "--tags", "--refs", address.remote)
    with clone.command(*arguments, protocols=protocols) as process:
        lines = islice(process.records(b"\n"), _MOST_LISTED)
        names = [line.partition(b"refs/tags/")[2] for line in lines]
    return [name.decode("utf-8", "replace") for name in names if name]


def _address(target: str) -> GitAddress:
    if is_git_url(target):
        return git_address(target)
    return address_on_disk(str(Path(target).resolve()))


def _by_numbers(tag: str) -> tuple[list[int], str]:
    return [int(number[:18]) for number in _NUMBERS.findall(tag)], tag
