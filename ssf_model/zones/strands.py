"""Strands: long paths that run along a longer one, and are no zone of their own.

Shorter paths near a chain join it anyhow; without this a strand 50 m beside another would be part
of its zone up to the length of a laboratory box, and a zone that never sees it from there on.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ssf_model.geometry.neighbours import Grid, distinct
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
    # Places half a step off the nearest one of the other path are as near to the path itself.
    grid = Grid(np.concatenate(places), float(np.hypot(gap_m, STEP_M / 2)))
    numbers, most = np.arange(len(shapes)), np.zeros(len(shapes))
    is_open = np.ones(len(shapes), dtype=bool)
    # Nothing runs along a strand, so only what is beside main paths is looked for: the longest
    # path that runs along none is one. Several at once, as long as most of them turn out to be.
    block = 1
    while is_open.any():
        some = np.flatnonzero(is_open)[:block]
        longer, path, near = _beside(grid, owner, some)
        enough = (near >= STRAND_SHARE * counts[path]) & (path > longer)
        longer, path, shares = longer[enough], path[enough], (near / counts[path])[enough]
        begins, stops = np.searchsorted(longer, some), np.searchsorted(longer, some, "right")
        n_main = 0
        for main, begin, stop in zip(some.tolist(), begins.tolist(), stops.tolist()):
            if not is_open[main]:
                continue
            n_main += 1
            its, share = path[begin:stop], shares[begin:stop]
            nearer = share > most[its]  # the first one of several beside which it is most
            numbers[its[nearer]], most[its[nearer]] = main, share[nearer]
            is_open[its] = False
            is_open[main] = False
        block = 2 * block if 2 * n_main > len(some) else max(1, block // 2)
    found: list[int] = numbers.tolist()
    return found


def _beside(
    grid: Grid, owner: np.ndarray, some: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """How many places of which paths have which of some paths, ascending, beside them.

    As paths of `some`, paths and counts, each (k,) int, sorted; `owner` says whose each place is.
    """
    begins, stops = np.searchsorted(owner, some), np.searchsorted(owner, some, "right")
    mine = np.concatenate([np.arange(*ends) for ends in zip(begins.tolist(), stops.tolist())])
    n_places = len(owner)
    met = [np.empty(0, dtype=np.int64)]  # a path of `some` and a place beside it, as one number
    for one, other in grid.close_to(mine):
        met.append(distinct(owner[one] * n_places + other))
    near = distinct(np.concatenate(met))
    n_paths = int(owner[-1]) + 1
    pairs, counts = np.unique(
        near // n_places * n_paths + owner[near % n_places], return_counts=True
    )
    return pairs // n_paths, pairs % n_paths, counts
