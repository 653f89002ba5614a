"""Pieces of a drawn map: which fault pixels hang together."""

from __future__ import annotations

import numpy as np


def label_parts(drawn: np.ndarray) -> np.ndarray:
    """Number the 8-connected pieces that fault pixels form.

    Parameters
    ----------
    drawn : (rows, cols) array
        1 on a fault, 0 elsewhere.

    Returns
    -------
    labels : (rows, cols) int array
        0 off the faults, and on them the number of the piece, from 1, in the order of the
        pieces' first pixels row by row.
    """
    rows, cols = drawn.shape
    # Runs of fault pixels along the rows; a column more keeps those of two rows apart.
    framed = np.zeros((rows, cols + 1), dtype=np.int8)
    framed[:, :cols] = drawn != 0
    steps = np.diff(framed.reshape(-1), prepend=0)
    starts, stops = np.flatnonzero(steps > 0), np.flatnonzero(steps < 0)
    owner = _joined(starts.tolist(), stops.tolist(), cols + 1)
    _, numbers = np.unique(owner, return_inverse=True)
    labels = np.zeros(framed.size, dtype=np.int64)
    labels[framed.reshape(-1) > 0] = np.repeat(numbers + 1, stops - starts)
    return labels.reshape(framed.shape)[:, :cols]


def _joined(starts: list[int], stops: list[int], width: int) -> list[int]:
    """For each run of pixels the first run of the piece that it belongs to."""
    first = list(range(len(starts)))

    def root(run: int) -> int:
        while first[run] != run:
            first[run] = first[first[run]]
            run = first[run]
        return run

    above = 0
    for run, (start, stop) in enumerate(zip(starts, stops)):
        while stops[above] < start - width:  # ends left of what this run touches in the row above
            above += 1
        near = above
        while near < run and starts[near] <= stop - width:
            one, other = sorted((root(near), root(run)))
            first[other] = one
            near += 1
    return [root(run) for run in range(len(starts))]
