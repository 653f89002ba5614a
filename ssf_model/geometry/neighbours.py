"""Which places lie close to each other, found with a grid and in time near linear."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

CHUNK_PAIRS = 500_000  # candidate pairs held in memory at once
# One of each pair of opposite neighbour cells, so that no pair of points is met twice.
_SHIFTS = [(0, 0, 0)] + [
    (x, y, z) for x in (-1, 0, 1) for y in (-1, 0, 1) for z in (-1, 0, 1) if (x, y, z) > (0, 0, 0)
]
_PRIMES = np.array([73856093, 19349663, 83492791], dtype=np.uint64)  # Teschner et al. 2003


class Grid:
    """Points sorted into cells, so that those near some of them are found without the others.

    Parameters
    ----------
    points : (n, 3) float array
        Earth-centred metres.
    reach_m : float
        Largest distance of what counts as close, and the cells' size.
    """

    def __init__(self, points: np.ndarray, reach_m: float) -> None:
        self._points, self._reach_m = points, reach_m
        self._keys = np.floor(points / reach_m).astype(np.int64)
        cells = cell_hash(self._keys)
        self._order = np.argsort(cells, kind="stable")
        self._ordered = cells[self._order]

    def close_to(self, some: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Find what is close to some points, (k,) int: each of these, and another, or itself."""
        for shift in _SHIFTS:
            yield from self.pairs(some, shift)
            if shift != (0, 0, 0):
                yield from self.pairs(some, (-shift[0], -shift[1], -shift[2]))

    def pairs(
        self, some: np.ndarray, shift: tuple[int, int, int]
    ) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Pairs of some points, (k,) int, and those close to them so many cells off."""
        keys = self._keys[some] + np.array(shift)
        wanted = cell_hash(keys)
        first = np.searchsorted(self._ordered, wanted, "left")
        counts = np.searchsorted(self._ordered, wanted, "right") - first
        for low, high in _chunks(counts):
            at = np.repeat(np.arange(low, high), counts[low:high])
            rank = np.arange(len(at)) - np.repeat(
                np.cumsum(counts[low:high]) - counts[low:high], counts[low:high]
            )
            other = self._order[first[at] + rank]
            # Two cells may share a hash: keep what truly lies in the wanted cell.
            kept = (self._keys[other] == keys[at]).all(axis=1)
            one, other = some[at[kept]], other[kept]
            away2 = ((self._points[one] - self._points[other]) ** 2).sum(axis=1)
            close = away2 <= self._reach_m**2
            yield one[close], other[close]


def close_pairs(points: np.ndarray, reach_m: float) -> Iterator[np.ndarray]:
    """Find all pairs of points no farther apart than `reach_m`.

    Parameters
    ----------
    points : (n, 3) float array
        Earth-centred metres.
    reach_m : float
        Largest distance.

    Yields
    ------
    pairs : (k, 2) int array
        Numbers of close points, each pair once in all.
    """
    grid, every = Grid(points, reach_m), np.arange(len(points))
    for shift in _SHIFTS:
        for one, other in grid.pairs(every, shift):
            pairs = np.sort(np.column_stack([one, other]), axis=1)
            yield pairs[one < other] if shift == (0, 0, 0) else pairs


def distinct(numbers: np.ndarray) -> np.ndarray:
    """Give the different ones of whole numbers in order; NumPy's `unique` hashes, and is slower."""
    ordered = np.sort(numbers)
    return ordered[np.append(True, ordered[1:] != ordered[:-1])] if len(ordered) else ordered


def cell_hash(keys: np.ndarray) -> np.ndarray:
    """Give one number for each grid cell, (n, 3) int; two cells may share one."""
    mixed = keys.astype(np.uint64) * _PRIMES
    return mixed[:, 0] ^ mixed[:, 1] ^ mixed[:, 2]


def _chunks(counts: np.ndarray) -> Iterator[tuple[int, int]]:
    """Ranges of points that together have about `CHUNK_PAIRS` candidates."""
    total = np.cumsum(counts)
    low = 0
    while low < len(counts):
        before = total[low - 1] if low else 0
        high = max(low + 1, int(np.searchsorted(total, before + CHUNK_PAIRS, "right")))
        yield low, high
        low = high


class DisjointSets:
    """Things that are joined two by two into sets (union-find with path halving)."""

    def __init__(self, size: int) -> None:
        self._parent = list(range(size))

    def join(self, one: int, other: int) -> None:
        """Put the sets of two things together."""
        first, second = sorted((self._find(one), self._find(other)))
        self._parent[second] = first

    def joined(self, one: int, other: int) -> bool:
        """Whether two things are in one set."""
        return self._find(one) == self._find(other)

    def roots(self) -> np.ndarray:
        """For each thing the least number in its set, (size,) int array."""
        return np.array([self._find(one) for one in range(len(self._parent))], dtype=np.int64)

    def _find(self, one: int) -> int:
        """The least number in the set of a thing."""
        while self._parent[one] != one:
            self._parent[one] = self._parent[self._parent[one]]
            one = self._parent[one]
        return one
