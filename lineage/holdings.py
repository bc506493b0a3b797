"""What a repository holds of weights, ready to be compared, and what stands in the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from lineage.checkpoints import Component, OpenedModels, open_weights
from lineage.kinship.compare import compare
from lineage.kinship.family import compare_all
from lineage.kinship.judgement import undetermined
from lineage.kinship.prepared import Model
from lineage.kinship.verdict import Kinship
from lineage.kinship.weights import FloatArray, Scalar, TensorInfo, UntestableError, Weights
from lineage.model import Repo, Unread
from lineage.phrases import counted, listed
from lineage.sources import Snapshot


@dataclass(frozen=True, slots=True)
class Holding:
    """The model of a repository that is compared; it stays open as long as its snapshot does."""

    repo: Repo
    #: Its files; empty where nothing could be opened.
    paths: tuple[str, ...]
    #: ``safetensors``, ``gguf``, …; "" where nothing could be opened.
    format: str
    #: None where nothing could be opened.
    model: Model | None
    #: Why there is no model, as a sentence.
    reason: str
    #: What should have been opened and could not be.
    gaps: tuple[Unread, ...]
    #: Further models of the repository, which are not compared.
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """A kinship, and what could not be read on the way to it."""

    kinship: Kinship
    suspect_gaps: tuple[Unread, ...] = ()
    reference_gaps: tuple[Unread, ...] = ()


def holding_of(snapshot: Snapshot) -> Holding:
    """Return the model that a repository is about; reads headers and configurations.

    Of several models it is the largest, and the others are named.
    """
    bare = Holding(snapshot.repo, (), "", None, "", ())
    try:
        opened = open_weights(snapshot)
    except ValueError as error:
        reason = f"its weights could not be opened ({error})"
        return replace(bare, reason=reason, gaps=(Unread("", reason),))
    chosen = opened.main or _largest(opened)
    if chosen is None:
        return replace(bare, reason=_nothing(opened), gaps=opened.gaps)
    found = replace(
        bare,
        paths=chosen.paths,
        format=chosen.format,
        gaps=opened.gaps,
        others=tuple(
            one.name or one.paths[0]
            for one in opened.components
            if one is not chosen and not one.is_adapter
        ),
    )
    try:
        return replace(found, model=Model(Watched(chosen.weights)))
    except UntestableError as error:
        return replace(found, reason=str(error))


def kinship_of(
    suspect: Holding, reference: Holding, *, curves: bool = False, thorough: bool = False
) -> Outcome:
    """Return what two repositories' models are to each other.

    What cannot be compared is ``cannot-determine`` with its reason; a read that failed is a gap as
    well. HonestAGI's statistic (``curves``) reads all of attention, so large models have it only if
    ``thorough``.
    """
    one, two = suspect.model, reference.model
    if one is None or two is None:
        named = (("suspect", suspect), ("reference", reference))
        why = [f"of the {name}, {side.reason}" for name, side in named if side.model is None]
        return Outcome(undetermined(f"The two cannot be compared: {'; '.join(why)}."))
    curves = thorough or (curves and not (one.large or two.large))
    try:
        return Outcome(compare(one, two, curves=curves, thorough=thorough))
    except ValueError as error:
        kinship = undetermined(f"The two cannot be compared: weights could not be read ({error}).")
        return Outcome(kinship, failures(suspect), failures(reference))


def kinships_of(suspect: Holding, references: Mapping[str, Holding]) -> dict[str, Outcome]:
    """Return what a model is to each of several, at the error rate of one comparison."""
    whole = {name: held.model for name, held in references.items() if held.model is not None}
    if suspect.model is not None and len(whole) > 1:
        try:
            found = compare_all(suspect.model, whole)
        except ValueError:  # one of them cannot be read: each by itself, to know which
            pass
        else:
            outcomes = {name: Outcome(kinship) for name, kinship in found.kinships}
            return {
                name: outcomes.get(name) or kinship_of(suspect, held)
                for name, held in references.items()
            }
    return {name: kinship_of(suspect, held) for name, held in references.items()}


def failures(holding: Holding) -> tuple[Unread, ...]:
    """Return the read that failed while the model was compared, if one did."""
    watched = holding.model.weights if holding.model else None
    if isinstance(watched, Watched) and watched.failure:
        return (Unread(holding.paths[0], watched.failure),)
    return ()


class Watched:
    """Weights that remember which read of them failed."""

    def __init__(self, weights: Weights) -> None:
        self._weights = weights
        #: A phrase; "" as long as nothing failed.
        self.failure = ""

    @property
    def settings(self) -> Mapping[str, Scalar]:
        """Return the scalars of the configuration."""
        return self._weights.settings

    @property
    def vocabulary(self) -> Mapping[str, int] | None:
        """Return the row of each token, or None where it is not known."""
        return self._weights.vocabulary

    @property
    def bytes_read(self) -> int:
        """Return how many bytes of weights were read so far."""
        return self._weights.bytes_read

    def tensors(self) -> tuple[TensorInfo, ...]:
        """Return every tensor."""
        return self._weights.tensors()

    def rows(self, name: str, start: int, stop: int) -> FloatArray:
        """Return rows of a tensor as float32.

        Raises:
            ValueError: it cannot be read, which is remembered.
        """
        try:
            return self._weights.rows(name, start, stop)
        except ValueError as error:
            self.failure = f"the tensor {name} could not be read: {error}"
            raise


def _largest(opened: OpenedModels) -> Component | None:
    models = [one for one in opened.components if not one.is_adapter]
    sizes = [sum(tensor.elements for tensor in one.weights.tensors()) for one in models]
    return models[sizes.index(max(sizes))] if models else None


def _nothing(opened: OpenedModels) -> str:
    """Return why there is no model to compare."""
    if opened.gaps:
        places = listed(gap.path for gap in opened.gaps)
        return f"its weights could not be opened ({places}: {opened.gaps[0].reason})"
    adapters = sum(one.is_adapter for one in opened.components)
    if adapters:
        held = counted(adapters, "adapter")
        return f"there are no weights but {held}, which hold changes to another model"
    return "no weights in a format that is read were found"
