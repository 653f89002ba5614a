"""Pieces of a drawn map: which fault pixels hang together."""

from __future__ import annotations

import numpy as np


def label_parts(drawn: np.ndarray, *, by_corners: bool = True) -> np.ndarray:
    """Number the pieces that fault pixels form.

    Parameters
    ----------
    drawn : (rows, cols) array
        1 on a fault, 0 elsewhere.
    by_corners : bool
        Whether pixels that share a corner alone hang together.

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
    owner = _joined(starts.tolist(), stops.tolist(), cols + 1, by_corners)
    _, numbers = np.unique(owner, return_inverse=True)
    labels = np.zeros(framed.size, dtype=np.int64)
    labels[framed.reshape(-1) > 0] = np.repeat(numbers + 1, stops - starts)
    return labels.reshape(framed.shape)[:, :cols]


def _joined(starts: list[int], stops: list[int], width: int, by_corners: bool) -> list[int]:
    """For each run of pixels the first run of the piece that it belongs to."""
    first = list(range(len(starts)))

    def root(run: int) -> int:
        while first[run] != run:
            first[run] = first[first[run]]
            run = first[run]
        return run

    above = 0
    shared = 0 if by_corners else 1  # columns that two runs which touch have in common at least
    for run, (start, stop) in enumerate(zip(starts, stops)):
        # Runs in the row above that end left of what this run touches there.
        while stops[above] < start - width + shared:
            above += 1
        near = above
        while near < run and starts[near] <= stop - width - shared:
            one, other = sorted((root(near), root(run)))
            first[other] = one
            near += 1
    return [root(run) for run in range(len(starts))]


def patch_axis(pixels: np.ndarray) -> np.ndarray:
    """Give the axis of a patch that is too short to have a line.

    Parameters
    ----------
    pixels : (n, 2) int array
        Its pixels.

    Returns
    -------
    axis : (2, 2) float array
        That of the rectangle with the same second moments, half its width short of its ends, so
        that a round pen of that width draws the patch; a point twice where it is as wide as long.
    """
    middle = pixels.mean(axis=0)
    spread = (pixels - middle).T @ (pixels - middle) / len(pixels) + np.eye(2) / 12
    (width2, length2), axes = np.linalg.eigh(12 * spread)
    half = (np.sqrt(length2) - np.sqrt(width2)) / 2 * axes[:, 1]
    return np.stack([middle - half, middle + half])
