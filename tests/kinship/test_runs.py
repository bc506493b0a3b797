"""Large models of different width: few reads, and a cut one is still found."""

from __future__ import annotations

from lineage.kinship.compare import compare
from lineage.kinship.verdict import Related
from lineage.kinship.weights import FloatArray, TensorInfo
from tests.doubles.vast import WIDTH, Vast

KEPT = 4096


class Counted(Vast):
    """The model, and how often it was read."""

    reads = 0

    def rows(self, name: str, start: int, stop: int) -> FloatArray:
        self.reads += 1
        return super().rows(name, start, stop)


class Cut(Counted):
    """The model with its first coordinates alone."""

    def tensors(self) -> tuple[TensorInfo, ...]:
        return tuple(
            TensorInfo(t.name, tuple(KEPT if size == WIDTH else size for size in t.shape), t.dtype)
            for t in super().tensors()
        )

    def rows(self, name: str, start: int, stop: int) -> FloatArray:
        rows = super().rows(name, start, stop)
        return rows[:, :KEPT] if rows.shape[-1] == WIDTH else rows


def test_strangers_of_another_width_cost_few_reads() -> None:
    one, two = Cut(1), Counted(2)
    found = compare(one, two)
    assert found.related is not Related.YES
    assert (one.reads, two.reads) == (8, 8)
    assert found.coverage is not None
    assert found.coverage.suspect_bytes + found.coverage.reference_bytes < 16 << 20


def test_a_model_cut_to_some_of_its_coordinates_is_found() -> None:
    assert compare(Cut(1), Counted(1)).related is Related.YES
