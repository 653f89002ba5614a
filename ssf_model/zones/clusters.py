"""Clusters: short paths that lie within a gap of each other, and the chains beside them.

Nearness is judged between places at most `CELL_M` apart along the paths. A grid of cells saves
work, since a dense rupture map has very many vertices but few cells; yet pairs of cells that
might or might not be near enough are decided by their places, so that no answer depends on
where on Earth the grid's lines run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ssf_model.geometry.neighbours import DisjointSets, cell_hash, close_pairs
from ssf_model.geometry.segments import sampled

CELL_M = 250.0  # sampled so finely, paths 2 km apart seem at most 4 m farther apart
DIAGONAL_M = CELL_M * 3**0.5


def join_clusters(shapes: Sequence[np.ndarray], group: np.ndarray, *, gap_m: float) -> np.ndarray:
    """Give every path that has no group that of its cluster.

    Parameters
    ----------
    shapes : sequence of (n, 3) float arrays
        Vertices of the paths in Earth-centred metres.
    group : (len(shapes),) int array
        The chain that a path belongs to, from 0; -1 for the others.
    gap_m : float
        Paths within this distance are near each other.

    Returns
    -------
    group : (len(shapes),) int array
        Without -1: a cluster that touches chains has the number of the one that it touches in
        most places, another a number of its own.
    """
    cells = _in_cells(shapes, group)
    sets = DisjointSets(len(shapes))
    for one, other in cells.together.tolist():
        sets.join(one, other)
    doubtful, touches = [np.empty((0, 2), dtype=np.int64)], cells.touches_within()
    beside = cells.beside_short(gap_m + DIAGONAL_M)
    for found in close_pairs(cells.corners[beside], gap_m + DIAGONAL_M):
        pairs = beside[found]
        pairs = pairs[(cells.short[pairs] >= 0).any(axis=1)]
        apart = np.linalg.norm(cells.corners[pairs[:, 0]] - cells.corners[pairs[:, 1]], axis=1)
        sure = apart + DIAGONAL_M <= gap_m
        doubtful.append(pairs[~sure])
        touches += cells.touches(pairs[sure]) + cells.touches(pairs[sure][:, ::-1])
        near = cells.short[pairs[sure]]
        for one, other in np.unique(near[(near >= 0).all(axis=1)], axis=0).tolist():
            sets.join(one, other)
    unsure = np.concatenate(doubtful)
    _join_doubtful(cells, unsure, sets, gap_m)
    roots = sets.roots()
    votes = _votes(roots, touches)
    _vote_doubtful(cells, unsure, roots, votes, gap_m)
    return _settled(group, roots, votes)


@dataclass(frozen=True)
class _Cells:
    """Places of all paths, sorted by the cell in which they lie.

    `places` (n, 3) and `groups` (n,), the chain of each place or -1, of cell k are those from
    ``starts[k]`` to ``starts[k + 1]``; `corners` (cells, 3) in metres. `short` (cells,) is one
    short path of each cell, -1 for none; `together` (m, 2) tells which others share its cell.
    `chains` are arrays (cells,): the first chain of every cell, the second, and so on, -1 where
    there is none.
    """

    corners: np.ndarray
    places: np.ndarray
    groups: np.ndarray
    starts: np.ndarray
    short: np.ndarray
    together: np.ndarray
    chains: list[np.ndarray]

    def touches(self, pairs: np.ndarray) -> list[np.ndarray]:
        """Short path and chain, (k, 2) each, where the first cell has one, the second the other."""
        found = []
        for layer in self.chains:
            near = np.column_stack([self.short[pairs[:, 0]], layer[pairs[:, 1]]])
            found.append(near[(near >= 0).all(axis=1)])
        return found

    def touches_within(self) -> list[np.ndarray]:
        """Short path and chain, (k, 2) each, that share a cell."""
        each = np.arange(len(self.short))
        return self.touches(np.column_stack([each, each]))

    def beside_short(self, reach_m: float) -> np.ndarray:
        """Cells within reach of one with a short path, (k,), and some farther away.

        Chains are long: of two cells of theirs far from any short path nothing is asked.
        """
        keys = np.floor(self.corners / reach_m).astype(np.int64)
        near = np.unique(keys[self.short >= 0], axis=0)
        around = np.stack(np.meshgrid(*[[-1, 0, 1]] * 3, indexing="ij"), axis=-1).reshape(-1, 3)
        near = np.unique((near[:, None] + around).reshape(-1, 3), axis=0)
        return np.flatnonzero(np.isin(cell_hash(keys), cell_hash(near)))

    def members(self, cell: int, group: int) -> np.ndarray:
        """Places in a cell of one chain, or of the short paths (-1), (k, 3)."""
        here = slice(self.starts[cell], self.starts[cell + 1])
        return self.places[here][self.groups[here] == group]


def _in_cells(shapes: Sequence[np.ndarray], group: np.ndarray) -> _Cells:
    """Sample all paths and sort their places into cells."""
    sampled_shapes = [sampled(shape, CELL_M) for shape in shapes]
    owner = np.repeat(np.arange(len(shapes)), [len(points) for points in sampled_shapes])
    places = np.concatenate(sampled_shapes)
    keys = np.floor(places / CELL_M).astype(np.int64)
    low = keys.min(axis=0)
    span = keys.max(axis=0) - low + 1
    packed = ((keys[:, 0] - low[0]) * span[1] + keys[:, 1] - low[1]) * span[2] + keys[:, 2] - low[2]
    order = np.lexsort([owner, packed])
    _, starts = np.unique(packed[order], return_index=True)
    places, owner = places[order], owner[order]
    cell = np.repeat(np.arange(len(starts)), np.diff(np.append(starts, len(places))))
    is_short = group[owner] < 0
    short = np.full(len(starts), -1)
    cells_of_short, first = np.unique(cell[is_short], return_index=True)
    short[cells_of_short] = owner[is_short][first]
    together = np.unique(np.column_stack([short[cell], owner])[is_short], axis=0)
    chains = []
    rest = np.unique(np.column_stack([cell, group[owner]])[~is_short], axis=0)
    while len(rest):
        chains.append(np.full(len(starts), -1))
        where, first = np.unique(rest[:, 0], return_index=True)
        chains[-1][where] = rest[first, 1]
        rest = np.delete(rest, first, axis=0)
    return _Cells(
        keys[order][starts] * CELL_M,
        places,
        group[owner],
        np.append(starts, len(places)),
        short,
        together,
        chains,
    )


def _join_doubtful(cells: _Cells, pairs: np.ndarray, sets: DisjointSets, gap_m: float) -> None:
    """Join the short paths of those cells whose places are near each other, in `sets`."""
    pairs = pairs[(cells.short[pairs] >= 0).all(axis=1)]
    roots = sets.roots()[cells.short[pairs]]
    for one, other in pairs[roots[:, 0] != roots[:, 1]].tolist():
        first, second = int(cells.short[one]), int(cells.short[other])
        if not sets.joined(first, second) and _near(
            cells.members(one, -1), cells.members(other, -1), gap_m
        ):
            sets.join(first, second)


def _votes(roots: np.ndarray, touches: Sequence[np.ndarray]) -> dict[int, dict[int, int]]:
    """For each cluster that touches chains, in how many places it touches each."""
    paths, chains = np.concatenate([np.empty((0, 2), dtype=np.int64), *touches]).T
    met, counts = np.unique(np.column_stack([roots[paths], chains]), axis=0, return_counts=True)
    votes: dict[int, dict[int, int]] = {}
    for (root, chain), count in zip(met.tolist(), counts.tolist()):
        votes.setdefault(root, {})[chain] = count
    return votes


def _vote_doubtful(
    cells: _Cells,
    pairs: np.ndarray,
    roots: np.ndarray,
    votes: dict[int, dict[int, int]],
    gap_m: float,
) -> None:
    """Let clusters that touch no chain for sure vote once where their places are near one."""
    pairs = np.concatenate([pairs, pairs[:, ::-1]])
    for layer in cells.chains:
        met = pairs[(cells.short[pairs[:, 0]] >= 0) & (layer[pairs[:, 1]] >= 0)]
        for one, other in met.tolist():
            tally = votes.get(int(roots[cells.short[one]]), {})
            chain = int(layer[other])
            if chain not in tally and _near(
                cells.members(one, -1), cells.members(other, chain), gap_m
            ):
                votes.setdefault(int(roots[cells.short[one]]), {})[chain] = 1


def _near(places: np.ndarray, others: np.ndarray, gap_m: float) -> bool:
    """Whether any of the places lies within a gap of any of the others."""
    apart2 = ((places[:, None] - others[None]) ** 2).sum(axis=2)
    return bool(apart2.min() <= gap_m**2)


def _settled(group: np.ndarray, roots: np.ndarray, votes: dict[int, dict[int, int]]) -> np.ndarray:
    """Number the clusters, a cluster that touches chains by the one that it touches most."""
    group = group.copy()
    following = int(group.max(initial=-1)) + 1
    for path in np.flatnonzero(group < 0).tolist():
        root = int(roots[path])
        if root not in votes:
            votes[root] = {following: 1}
            following += 1
        tally = votes[root]
        group[path] = min(tally, key=lambda chain: (-tally[chain], chain))
    return group
