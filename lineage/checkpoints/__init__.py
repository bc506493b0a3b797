"""A repository's weights, opened for comparison.

What formats read and what a snapshot gives meet here: files become models, with their settings and
their vocabulary, each of which satisfies ``lineage.kinship.weights.Weights``. Nothing is read but
what describes the tensors; rows are fetched when they are asked for.
"""

from __future__ import annotations

from dataclasses import dataclass

from lineage.checkpoints.choice import Group, choose
from lineage.checkpoints.folder import Folder
from lineage.checkpoints.stored import StoredWeights, opened
from lineage.model import Unread
from lineage.sources.snapshot import Snapshot

__all__ = ["Component", "OpenedModels", "StoredWeights", "open_weights"]


@dataclass(frozen=True, slots=True)
class Component:
    """One model of a repository: the whole, an adapter, or a part in a folder of its own."""

    #: "" for the one model at the root, else its folder or the name of its files.
    name: str
    is_adapter: bool
    #: ``safetensors``, ``pytorch``, ``gguf``, ``onnx`` or ``numpy``.
    format: str
    paths: tuple[str, ...]
    weights: StoredWeights


@dataclass(frozen=True, slots=True)
class OpenedModels:
    """What could be opened, and what could not."""

    components: tuple[Component, ...]
    #: Files and layers that should have been opened. Never a pass.
    gaps: tuple[Unread, ...]
    #: Files that hold once more what was opened from others.
    passed_over: tuple[str, ...]

    @property
    def main(self) -> Component | None:
        """The one model that the repository is about, where that is clear."""
        models = [component for component in self.components if not component.is_adapter]
        at_root = [component for component in models if component.name == ""]
        candidates = at_root or models
        return candidates[0] if len(candidates) == 1 else None


def open_weights(snapshot: Snapshot) -> OpenedModels:
    """Return the models whose weights a repository holds; reads headers and configurations.

    A model of which a shard is missing, or cannot be read, is not opened and stands among the gaps.
    """
    choice = choose(snapshot.files())
    components: list[Component] = []
    gaps: list[Unread] = []
    for group in choice.chosen:
        folder = Folder(snapshot, group.folder)
        weights = opened(group, folder)
        gaps += folder.gaps
        if weights is not None:
            components.append(_component(group, weights))
    unique = dict.fromkeys(gaps)
    return OpenedModels(tuple(components), tuple(unique), choice.passed_over)


def _component(group: Group, weights: StoredWeights) -> Component:
    return Component(
        name=group.name,
        is_adapter=group.is_adapter,
        format=group.format,
        paths=tuple(entry.path for entry in group.entries),
        weights=weights,
    )
