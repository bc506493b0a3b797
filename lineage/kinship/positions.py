"""Does a tower's residual stream know its coordinates by number?

Fixed sinusoidal positions give coordinate i a frequency of its own in every model that uses them.
Such coordinates are not exchangeable: unrelated models may well agree at the same index, and no
test that permutes coordinates is valid. Where the table is stored it is recognised by what it is;
where it is computed at run time, by the configuration's model type. The order of units, heads and
experts is not touched by it, so those tests remain.

Sources: Vaswani et al. 2017, section 3.5, for the table; the modelling files of transformers for
which types compute it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lineage.kinship.names import Role
from lineage.kinship.reading import picked

if TYPE_CHECKING:
    from lineage.kinship.roles import Stack
    from lineage.kinship.weights import Weights

#: Types whose positions are sinusoids that no checkpoint holds, or that it holds under any name.
_TYPES = frozenset(
    {
        "bigbird_pegasus",
        "fastspeech2_conformer",
        "fsmt",
        "m2m_100",
        "marian",
        "musicgen_decoder",
        "nllb-moe",
        "pegasus",
        "pegasus_x",
        "speech_to_text",
        "speech_to_text_2",
        "trocr",
        "vit_mae",
        "whisper",
        "xglm",
        "xlm",
    }
)
_FLAGS = ("sinusoidal_pos_embds", "use_sinusoidal_pos_embds", "sinusoidal_embeddings")
#: Positions that are looked at.
_POSITIONS, _FEWEST = 64, 8
#: A column is a sinusoid where each value follows from its two neighbours but for this share.
_SMOOTH = 0.01
#: Correlation with the published table from which a learned one is taken to have started as it.
_ALIKE = 0.3


def numbered(weights: Weights, stack: Stack) -> bool:
    """Return whether coordinates carry fixed frequencies, so that they can't be exchanged.

    Raises:
        UntestableError: what was read is not finite.
        ValueError: a tensor cannot be read.
    """
    settings = weights.settings
    if settings.get("model_type") in _TYPES or any(settings.get(flag) is True for flag in _FLAGS):
        return True
    for part in stack.of(Role.POSITION):
        rows = np.arange(min(part.other, _POSITIONS))
        table = picked(weights, part, rows, np.arange(part.width))
        if len(rows) >= _FEWEST and sinusoidal(table):
            return True
    return False


def sinusoidal(table: NDArray[np.float64]) -> bool:
    """Return whether most columns of [positions, width] are sinusoids, or began as such."""
    size = np.linalg.norm(table[1:-1], axis=0)
    live = size > 0
    if live.sum() < table.shape[1] / 2:
        return False
    middle, around = table[1:-1, live], table[2:, live] + table[:-2, live]
    slope = (middle * around).sum(axis=0) / (middle**2).sum(axis=0)
    left = np.linalg.norm(around - slope * middle, axis=0) / (2 * size[live])
    return float(np.median(left)) < _SMOOTH or _as_published(table)


def _as_published(table: NDArray[np.float64]) -> bool:
    positions, width = table.shape
    half = width // 2
    for exponents in (np.arange(half) / half, np.arange(half) / max(1, half - 1)):
        angles = np.arange(positions)[:, None] * 10000.0**-exponents
        halves = np.concatenate((np.sin(angles), np.cos(angles)), axis=1)
        woven = np.stack((np.sin(angles), np.cos(angles)), axis=2).reshape(positions, -1)
        for known in (halves, woven):
            if _correlation(table[:, : 2 * half], known) > _ALIKE:
                return True
    return False


def _correlation(one: NDArray[np.float64], two: NDArray[np.float64]) -> float:
    mine, yours = one - one.mean(axis=0), two - two.mean(axis=0)
    size = float(np.linalg.norm(mine)) * float(np.linalg.norm(yours))
    return float((mine * yours).sum()) / size if size else 0.0
