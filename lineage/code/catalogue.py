"""The catalogue of code: shards in a folder, and those that came with this package."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from platformdirs import user_data_path

from lineage.code.matches import Work
from lineage.code.shard import ENDING, Contents, Shard, ShardError

#: Shards that are shipped.
STARTER = Path(__file__).with_name("starter")


def code_location() -> Path:
    """Return where the user's shards are: beside the catalogue of weights."""
    return user_data_path("lineage") / "code"


def open_code_catalogue(folder: Path | None = None, *, starter: bool = True) -> CodeCatalogue:
    """Return the catalogue of a folder (the user's if none is given), with the shipped shards."""
    folders = [STARTER] if starter else []
    return CodeCatalogue([*folders, folder or code_location()])


class CodeCatalogue:
    """Works of code that a suspect is looked up among. Opening it reads headers alone."""

    def __init__(self, folders: Iterable[Path]) -> None:
        """Open the shards of some folders; a folder that is not there holds none."""
        self.shards: list[Shard] = []
        #: What could not be opened, a sentence each.
        self.faults: list[str] = []
        for path in sorted(path for folder in folders for path in _shards(folder)):
            try:
                self.shards.append(Shard(path))
            except ShardError as error:
                self.faults.append(f"{path.name} is left out: {error}")
            except OSError as error:
                self.faults.append(f"{path.name} is left out: {error.strerror}")

    def __len__(self) -> int:
        """Return how many distinct contents of files there are."""
        return sum(shard.contents.files for shard in self.shards)

    @property
    def works(self) -> tuple[Work, ...]:
        """The works, each once, by name."""
        found = {shard.contents.work.purl: shard.contents.work for shard in self.shards}
        return tuple(found[purl] for purl in sorted(found))

    def sound(self) -> list[Shard]:
        """Return the shards that are as they were written; the others are left out from now on."""
        bad = [shard for shard in self.shards if not shard.is_sound()]
        self.faults += [f"{shard.path.name} is left out: it is damaged" for shard in bad]
        self.shards = [shard for shard in self.shards if shard not in bad]
        return self.shards

    def contents(self, text: str = "") -> Iterator[Contents]:
        """Yield what each shard holds of which work, where its name, purl or licence has a text."""
        wanted = text.lower()
        for shard in sorted(self.shards, key=lambda one: (one.contents.work.name, one.path.name)):
            held = shard.contents
            licences = {release.licence or "" for release in held.releases}
            if any(wanted in one.lower() for one in (held.work.name, held.work.purl, *licences)):
                yield held

    def damaged(self) -> list[str]:
        """Return a sentence for each shard that is not as it was written."""
        bad = [shard.path.name for shard in self.shards if not shard.is_as_written()]
        return [*self.faults, *(f"{name} is damaged: index the work anew" for name in bad)]


def _shards(folder: Path) -> list[Path]:
    try:
        return [path for path in folder.iterdir() if path.name.endswith(ENDING)]
    except OSError:
        return []
