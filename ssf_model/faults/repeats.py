"""Lines that a map holds more than once, as databases made of several sources do."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

SAME_M = 0.01  # vertices that agree to this are one: far below what any map resolves


def first_drawn(points: Sequence[np.ndarray]) -> np.ndarray:
    """Say for each line which one drew it first.

    Parameters
    ----------
    points : sequence of (n, 3) float arrays
        Vertices in Earth-centred metres.

    Returns
    -------
    first : (len(points),) int array
        Number of the first line with the same vertices, in either direction; its own where
        there is none before it.
    """
    seen: dict[bytes, int] = {}
    first = np.empty(len(points), dtype=np.int64)
    for number, line in enumerate(points):
        places = np.round(np.asarray(line) / SAME_M).astype(np.int64)
        key = min(places.tobytes(), places[::-1].tobytes())
        first[number] = seen.setdefault(key, number)
    return first
