"""Thinning: patches of pixels worn down to lines one pixel wide that hang together as they did.

The parallel algorithm A1 of Guo & Hall (1989), Parallel thinning with two-subiteration
algorithms, Communications of the ACM 32(3), doi 10.1145/62065.62074. Unlike that of Zhang &
Suen (1984) as published it never loses a patch.
"""

from __future__ import annotations

import numpy as np

AROUND = (
    (-1, 0),
    (-1, 1),
    (0, 1),
    (1, 1),
    (1, 0),
    (1, -1),
    (0, -1),
    (-1, -1),
)  # from the top, right


def thin(patches: np.ndarray) -> np.ndarray:
    """Wear patches down to lines.

    Parameters
    ----------
    patches : (rows, cols) bool array
        True on the patches; what lies beyond the edges counts as False.

    Returns
    -------
    skeleton : (rows, cols) bool array
        True on lines one pixel wide, with the pieces (8-connected) and holes of the patches.
    """
    rows, cols = patches.shape
    framed = np.zeros((rows + 2, cols + 2), dtype=bool)
    framed[1:-1, 1:-1] = patches
    left = framed.reshape(-1)
    steps = np.array([down * (cols + 2) + right for down, right in AROUND])
    # A pixel need be looked at again in a pass only where one beside it went since the same
    # pass before.
    since, before = np.flatnonzero(left), np.empty(0, dtype=np.int64)
    waiting = np.zeros(left.size, dtype=bool)
    while len(since) or len(before):
        for goes in _REMOVED:
            waiting[since] = waiting[before] = True
            asked = np.concatenate([since, before])
            asked = asked[waiting[asked] & left[asked]]
            waiting[since] = waiting[before] = False
            around = left[asked[:, None] + steps] @ _WEIGHTS
            gone = np.unique(asked[goes[around]])
            left[gone] = False
            since, before = (gone[:, None] + steps).reshape(-1), since
    return framed[1:-1, 1:-1]


def _removed() -> tuple[np.ndarray, np.ndarray]:
    """Whether a pixel goes in the first and in the second pass, (256,) by its neighbourhood."""
    p2, p3, p4, p5, p6, p7, p8, p9 = (np.arange(256) >> bit & 1 != 0 for bit in range(8))
    n_sides = [~p2 & (p3 | p4), ~p4 & (p5 | p6), ~p6 & (p7 | p8), ~p8 & (p9 | p2)]
    one = np.sum([p9 | p2, p3 | p4, p5 | p6, p7 | p8], axis=0)
    other = np.sum([p2 | p3, p4 | p5, p6 | p7, p8 | p9], axis=0)
    fewest = np.minimum(one, other)
    on_rim = (np.sum(n_sides, axis=0) == 1) & (fewest >= 2) & (fewest <= 3)
    return on_rim & ~((p2 | p3 | ~p5) & p4), on_rim & ~((p6 | p7 | ~p9) & p8)


_WEIGHTS = 1 << np.arange(8)
_REMOVED = _removed()
