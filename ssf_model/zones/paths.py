"""Paths: mapped lines that are one fault, however many pieces it was drawn in.

Everything is judged by places, never by the order or direction of lines: where two ways of
joining are equally good, the longer path is joined.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from ssf_model.geometry.neighbours import DisjointSets, close_pairs, distinct

MEET_M = 1.0  # ends closer than this are the same place
MAX_TURN_DEG = 30.0  # our choice: more than this at a joint is a branch, not a continuation
END_M = 5_000.0  # stretch at a path's end that tells its direction
PASS_M = 6_400.0  # a window's length; our choice: at a step two strands overlap by at most this
SAME_M = 1.0  # costs and lengths that differ by less are equal

Chain = list[tuple[int, bool]]  # numbers and whether they run backward, in order


def join_lines(points: Sequence[np.ndarray]) -> list[Chain]:
    """Join lines that meet end to end into paths.

    Parameters
    ----------
    points : sequence of (n, 3) float arrays
        Vertices of the lines, Earth-centred metres.

    Returns
    -------
    paths : list of lists of (line, backward)
        Every line is in one. Where two ends meet they are joined whatever their angle; where
        more do, the two that go straightest on are, if they turn by less than `MAX_TURN_DEG`.
    """
    ends = np.array([[line[0], line[-1]] for line in points]).reshape(-1, 3)
    place = _same_place(ends)
    counts = np.bincount(place)
    partner = np.full(len(ends), -1)
    meeting: dict[int, int] = {}
    for end, where in enumerate(place):
        if counts[where] == 2:
            other = meeting.setdefault(int(where), end)
            if other != end and other // 2 != end // 2:
                partner[end], partner[other] = other, end
    paths = _walk(partner)
    # Paths of one line after another first, so that a joint is judged by more than its last piece.
    outer = np.array([[_end(path[0], 0), _end(path[-1], 1)] for path in paths]).ravel()
    crowd = np.flatnonzero(counts[place[outer]] > 2)
    crowd = crowd[np.argsort(place[outer[crowd]], kind="stable")]
    pairs = _pairs_of_equal(crowd, place[outer[crowd]])
    if not len(pairs):
        return paths
    shapes = [along_chain(path, points) for path in paths]
    return [
        [step for number, backward in chain for step in _turned(paths[number], backward)]
        for chain in _join(shapes, [pairs], gap_m=MEET_M)
    ]


def join_paths(shapes: Sequence[np.ndarray], *, gap_m: float) -> list[Chain]:
    """Chain paths that continue each other, each end with at most one other.

    Parameters
    ----------
    shapes : sequence of (n, 3) float arrays
        Vertices of the paths, Earth-centred metres.
    gap_m : float
        Largest distance across a gap, or across a step where two paths run past each other by
        `PASS_M` or less.

    Returns
    -------
    chains : list of lists of (path, backward)
        Every path is in one. Two are joined where each is the other's best: nearest, with the
        turn (at most `MAX_TURN_DEG`) counted as the offset that it makes over `END_M`.
    """
    if not shapes:
        return []
    ends = np.array([[shape[0], shape[-1]] for shape in shapes]).reshape(-1, 3)
    return _join(shapes, close_pairs(ends, float(np.hypot(gap_m, PASS_M))), gap_m=gap_m)


def along_chain(chain: Chain, points: Sequence[np.ndarray]) -> np.ndarray:
    """Give all vertices along a chain of lines or paths, (n, 3)."""
    return np.concatenate([points[n][::-1] if backward else points[n] for n, backward in chain])


def without_overlaps(chain: Chain, shapes: Sequence[np.ndarray]) -> np.ndarray:
    """Give the vertices along a chain, (n, 3), that never run back.

    Where two paths run past each other, each ends halfway.
    """
    parts = [shapes[n][::-1] if backward else shapes[n] for n, backward in chain]
    for before in range(len(parts) - 1):
        one, other = parts[before], parts[before + 1]
        onward, back = _outward(one[::-1]), _outward(other)
        ahead = _unit(onward - back)
        overlap = -float((other[0] - one[-1]) @ ahead)
        if overlap > 0:
            parts[before] = _shortened(one[::-1], overlap / 2)[::-1]
            parts[before + 1] = _shortened(other, overlap / 2)
    return np.concatenate(parts)


def _same_place(ends: np.ndarray) -> np.ndarray:
    """A number for every end, equal where ends lie within `MEET_M` of each other."""
    sets = DisjointSets(len(ends))
    for pairs in close_pairs(ends, MEET_M):
        for first, second in pairs.tolist():
            sets.join(first, second)
    return np.unique(sets.roots(), return_inverse=True)[1].ravel()


def _end(step: tuple[int, bool], last: int) -> int:
    """Number of a line's end: 2 * line at its first vertex and one more at its last."""
    line, backward = step
    return 2 * line + (int(backward) ^ last)


def _pairs_of_equal(numbers: np.ndarray, keys: np.ndarray) -> np.ndarray:
    """All pairs of numbers with the same key, (k, 2); keys are sorted."""
    stops = np.flatnonzero(np.diff(keys)) + 1
    pairs = [np.empty((0, 2), dtype=np.int64)]
    for group in np.split(numbers, stops):
        one, other = np.triu_indices(len(group), 1)
        pairs.append(np.column_stack([group[one], group[other]]))
    return np.concatenate(pairs)


def _turned(path: Chain, backward: bool) -> Chain:
    """A path from its other end, if backward."""
    return [(line, not back) for line, back in reversed(path)] if backward else path


def _join(
    shapes: Sequence[np.ndarray], some_pairs: Iterable[np.ndarray], *, gap_m: float
) -> list[Chain]:
    """Chain paths at those pairs of ends that are each other's best; pairs come in chunks."""
    count = 2 * len(shapes)
    ends = _Ends(np.zeros((count, 3)), np.zeros((count, 3)), np.zeros(count))
    is_known = np.zeros(count, dtype=bool)
    kept, costs = [np.empty((0, 2), dtype=np.int64)], [np.empty(0)]
    for pairs in some_pairs:
        apart = pairs[pairs[:, 0] // 2 != pairs[:, 1] // 2]
        used = distinct(apart.ravel())
        for end in used[~is_known[used]].tolist():
            shape = shapes[end // 2][:: -1 if end % 2 else 1]
            ends.places[end], ends.outward[end] = shape[0], _outward(shape)
            ends.lengths[end] = np.linalg.norm(np.diff(shape, axis=0), axis=1).sum()
        is_known[used] = True
        goes_on, cost = _costs(ends, apart, gap_m)
        kept.append(apart[goes_on])
        costs.append(cost[goes_on])
    pairs, cost = np.concatenate(kept), np.concatenate(costs)
    best = np.full(count, -1)
    one, other = np.concatenate([pairs, pairs[:, ::-1]]).T
    far = np.array([shapes[end // 2][0 if end % 2 else -1] for end in other]).reshape(-1, 3)
    order = np.lexsort(
        [*np.round(far / SAME_M).T, -np.round(ends.lengths[other] / SAME_M), np.tile(cost, 2), one]
    )
    chosen, at = np.unique(one[order], return_index=True)
    best[chosen] = other[order][at]
    mutual = (best >= 0) & (best[best] == np.arange(len(best)))
    return _walk(np.where(mutual, best, -1))


@dataclass(frozen=True)
class _Ends:
    """Ends of paths: where they are and lead, (n, 3) each, and how long their path is, (n,)."""

    places: np.ndarray
    outward: np.ndarray
    lengths: np.ndarray


def _costs(ends: _Ends, pairs: np.ndarray, gap_m: float) -> tuple[np.ndarray, np.ndarray]:
    """Whether paths can go on from end to end, and how unlikely that is, for pairs of ends."""
    first, second = pairs.T
    offset = ends.places[second] - ends.places[first]
    distance = np.linalg.norm(offset, axis=1)
    turn = np.arccos(np.clip(-(ends.outward[first] * ends.outward[second]).sum(axis=1), -1, 1))
    ahead = ends.outward[first] - ends.outward[second]
    ahead /= np.maximum(np.linalg.norm(ahead, axis=1), 1e-9)[:, None]
    along = (offset * ahead).sum(axis=1)
    across = np.linalg.norm(offset - along[:, None] * ahead, axis=1)
    passing = (along < 0) & (along >= -PASS_M) & (across <= gap_m) & (gap_m > MEET_M)
    kept = ((distance <= gap_m) | passing) & (turn <= np.radians(MAX_TURN_DEG))
    return kept, np.round((distance + END_M * turn) / SAME_M)


def _walk(partner: np.ndarray) -> list[Chain]:
    """Follow partners of ends (2 * line, 2 * line + 1) into open or closed chains of lines."""
    seen = np.zeros(len(partner) // 2, dtype=bool)
    chains = []
    free_first = np.lexsort([np.arange(len(partner)), partner >= 0]).tolist()
    partners = partner.tolist()
    for start in free_first:
        if seen[start // 2]:
            continue
        chain, end = [], start
        while end >= 0 and not seen[end // 2]:
            seen[end // 2] = True
            chain.append((end // 2, bool(end % 2)))
            end = partners[end ^ 1]  # ^ 1: the same line's other end
        chains.append(chain)
    return chains


def _outward(shape: np.ndarray) -> np.ndarray:
    """Unit vector along which a path leaves at its first vertex."""
    along = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(shape, axis=0), axis=1))])
    inner = [np.interp(min(END_M, along[-1]), along, shape[:, axis]) for axis in range(3)]
    return _unit(shape[0] - np.array(inner))


def _unit(vector: np.ndarray) -> np.ndarray:
    """The vector at length 1."""
    return vector / max(np.linalg.norm(vector), 1e-9)


def _shortened(shape: np.ndarray, cut_m: float) -> np.ndarray:
    """A path without its first `cut_m` metres; its last segment's end at least stays."""
    along = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(shape, axis=0), axis=1))])
    cut_m = min(cut_m, along[-1] / 2)
    begin = [np.interp(cut_m, along, shape[:, axis]) for axis in range(3)]
    return np.concatenate([[begin], shape[along > cut_m]])
