"""Simple statistics of a window's map, for windows in training and in use alike.

Their ranges over the training windows stand in the model's card; a window outside of them shows
a map such as the network never learned from.
"""

from __future__ import annotations

import numpy as np

TRACE_PX = "trace_px"
N_PARTS = "n_parts"
COVER = "cover"
SPREAD_PX = "spread_px"
PX_PER_COLUMN = "px_per_column"
STRANDS = "strands"
STATISTICS = {
    TRACE_PX: "fault pixels",
    N_PARTS: "pieces that they form (8-connected)",
    COVER: "share of the columns that they cover",
    SPREAD_PX: "standard deviation of their rows, across strike",
    PX_PER_COLUMN: "fault pixels in a covered column, on average",
    STRANDS: "separate faults that a covered column crosses, on average",
}
BATCH = 2_048  # windows looked at together, so that a million windows need no more memory


def map_statistics(windows: np.ndarray) -> dict[str, np.ndarray]:
    """Describe windows by a few numbers each.

    Parameters
    ----------
    windows : (n, rows, cols) array
        0 off a fault and 1 on it.

    Returns
    -------
    statistics : dict of str to (n,) float array
        What `STATISTICS` lists. A window without a fault pixel has 0 of `trace_px`, `n_parts`
        and `cover`, and NaN for the others.
    """
    parts = [_statistics(windows[first : first + BATCH]) for first in range(0, len(windows), BATCH)]
    if not parts:
        return {name: np.zeros(0) for name in STATISTICS}
    return {name: np.concatenate([part[name] for part in parts]) for name in STATISTICS}


def _statistics(windows: np.ndarray) -> dict[str, np.ndarray]:
    """The statistics of a batch."""
    n_windows, _, n_cols = windows.shape
    number, row, col = np.nonzero(windows)
    trace_px = np.bincount(number, minlength=n_windows).astype(float)
    fault = windows != 0
    covered = fault.any(axis=1).sum(axis=1)
    crossed = fault[:, 0].sum(axis=1) + (fault[:, 1:] & ~fault[:, :-1]).sum(axis=(1, 2))
    with np.errstate(divide="ignore", invalid="ignore"):
        mean_row = np.bincount(number, row, minlength=n_windows) / trace_px
        away = (row - mean_row[number]) ** 2
        spread_px = np.sqrt(np.bincount(number, away, minlength=n_windows) / trace_px)
        px_per_column, strands = trace_px / covered, crossed / covered
    return {
        TRACE_PX: trace_px,
        N_PARTS: _count_parts(windows.shape, number, row, col).astype(float),
        COVER: covered / n_cols,
        SPREAD_PX: spread_px,
        PX_PER_COLUMN: px_per_column,
        STRANDS: strands,
    }


def _count_parts(
    shape: tuple[int, int, int], number: np.ndarray, row: np.ndarray, col: np.ndarray
) -> np.ndarray:
    """How many 8-connected pieces the fault pixels of every window form.

    Every pixel points to the pixel with the least number that it is known to hang together
    with; neighbours' roots are joined and chains shortened until nothing changes.
    """
    place = np.full((shape[0], shape[1] + 2, shape[2] + 2), -1, dtype=np.int64)
    place[number, row + 1, col + 1] = np.arange(len(number))
    ones, others = [], []
    for down, right in ((0, 1), (1, -1), (1, 0), (1, 1)):
        neighbour = place[number, row + 1 + down, col + 1 + right]
        ones.append(np.flatnonzero(neighbour >= 0))
        others.append(neighbour[ones[-1]])
    one, other = np.concatenate(ones), np.concatenate(others)
    root = np.arange(len(number))
    while True:
        first, second = root[one], root[other]
        apart = first != second
        if not apart.any():
            return np.bincount(number[root == np.arange(len(root))], minlength=shape[0])
        low, high = np.minimum(first, second)[apart], np.maximum(first, second)[apart]
        np.minimum.at(root, high, low)
        while (root[root] != root).any():
            root = root[root]
