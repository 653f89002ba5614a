"""Strands: long paths that run along a longer one, and are no zone of their own.

Shorter paths near a chain join it anyhow; without this a strand 50 m beside another would be part
of its zone up to the length of a laboratory box, and a zone that never sees it from there on.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ssf_model.geometry.neighbours import close_pairs
from ssf_model.geometry.segments import sampled

STEP_M = 1_000.0  # between places at which paths are held against each other
STRAND_SHARE = 0.75  # our choice: as a branch that leaves for a quarter is one


def along_longer(shapes: Sequence[np.ndarray], *, gap_m: float) -> list[int]:
    """Say which path each path runs along.

    Parameters
    ----------
    shapes : sequence of (n, 3) float arrays
        Vertices of the paths in Earth-centred metres, the longest first.
    gap_m : float
        A path runs along another where it is within this distance.

    Returns
    -------
    numbers : list of int
        For each path that of the longer one, itself along none, beside which it is for
        `STRAND_SHARE` of its length or more, of several the one beside which it is most; its own
        number where there is none.
    """
    if len(shapes) < 2:
        return list(range(len(shapes)))
    places = [sampled(shape, STEP_M) for shape in shapes]
    counts = np.array([len(one) for one in places])
    owner = np.repeat(np.arange(len(places)), counts)
    beside = _beside(np.concatenate(places), owner, gap_m)
    numbers: list[int] = []
    for path, count in enumerate(counts.tolist()):
        shares = {
            other: near / count
            for other, near in beside.get(path, {}).items()
            if other < path and numbers[other] == other and near >= STRAND_SHARE * count
        }
        numbers.append(min(shares, key=lambda other: (-shares[other], other), default=path))
    return numbers


def _beside(points: np.ndarray, owner: np.ndarray, gap_m: float) -> dict[int, dict[int, int]]:
    """For each path how many of its places have which other path beside them."""
    n_paths = int(owner[-1]) + 1
    met = [np.empty(0, dtype=np.int64)]  # a place and a path beside it, as one number
    # Places half a step off the nearest one of the other path are as near to the path itself.
    for pairs in close_pairs(points, float(np.hypot(gap_m, STEP_M / 2))):
        one, other = pairs[owner[pairs[:, 0]] != owner[pairs[:, 1]]].T
        both = np.concatenate([one * n_paths + owner[other], other * n_paths + owner[one]])
        met.append(np.unique(both))
    near = np.unique(np.concatenate(met))
    paths, counts = np.unique(owner[near // n_paths] * n_paths + near % n_paths, return_counts=True)
    beside: dict[int, dict[int, int]] = {}
    for number, count in zip(paths.tolist(), counts.tolist()):
        path, other = divmod(number, n_paths)
        beside.setdefault(path, {})[other] = count
    return beside
