"""Places that are the same: lines drawn more than once, and lines that never leave one place."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ssf_model.geometry.frames import to_earth_centred

SAME_DEG = 1e-6  # latitudes that differ by more lie apart by 0.1 m or more
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


def is_one_place(line: np.ndarray) -> bool:
    """Whether all vertices of a line, (n, 2) degrees, are one place on Earth, 360 degrees on, too.

    False where a vertex is not finite.
    """
    if not np.ptp(line[:, 1]) <= SAME_DEG:
        return False
    points = to_earth_centred(line)
    return bool(np.linalg.norm(points - points[0], axis=1).max() < SAME_M)
