"""Fault zones: which traces belong together.

Where a field names the zones, that is what counts. Else zones are found by gap and trend:

1. Lines that meet end to end, two at a place, are one path: a fault does not change where
   its line was split.
2. Paths longer than a laboratory box continue each other where two ends are mutually the
   nearest, lie within `GAP_M` and keep their direction: such a chain is a zone. A branch is
   therefore a zone of its own.
3. Shorter paths within `GAP_M` of each other form a cluster. A cluster that touches chains
   joins the one that it touches most; another is a zone by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ssf_model.neighbours import DisjointSets, close_pairs
from ssf_model.traces import Traces, sampled

GAP_M = 2_000.0  # our choice: strands of one zone are mapped closer than this
CELL_M = 250.0  # grid on which nearness is judged: fine beside the gap, coarse beside vertices
MEET_M = 1.0  # ends closer than this are the same place
LONG_M = 26_400.0  # five windows, one laboratory box (ExperimentScale.strip_cols(5) at 100 m)
MAX_TURN_DEG = 30.0  # our choice: more than this at a joint is a branch, not a continuation
END_M = 5_000.0  # stretch at a path's end that tells its direction


@dataclass(frozen=True)
class Zone:
    """Traces that belong together.

    Attributes
    ----------
    name : str
        The zone field's value, or "zone 1" onward in the order of the map's features.
    lines : (k,) int array
        Numbers of its lines in `Traces.lines`.
    backbone : (n, 2) float array or None
        Longitude and latitude along its chain of long paths, where it has one.
    """

    name: str
    lines: np.ndarray
    backbone: np.ndarray | None = None


def find_zones(traces: Traces, *, cancelled: Callable[[], bool] | None = None) -> list[Zone]:
    """Sort all traces into fault zones.

    Parameters
    ----------
    traces : Traces
        The fault map.
    cancelled : callable, optional
        Asked now and then; where it answers True an incomplete list comes back.

    Returns
    -------
    zones : list of Zone
        In the order of their first line; every line is in exactly one.
    """
    if traces.zone_names is not None:
        return _named_zones(traces)
    cancelled = cancelled or (lambda: False)
    paths = _join_paths(traces.points)
    if cancelled():
        return []
    shapes = [_path_points(path, traces.points) for path in paths]
    lengths = np.array([np.linalg.norm(np.diff(s, axis=0), axis=1).sum() for s in shapes])
    long_ones = np.flatnonzero(lengths >= LONG_M)
    chains = _join_chains([shapes[path] for path in long_ones])
    group = np.full(len(paths), -1)
    for number, chain in enumerate(chains):
        for local, _ in chain:
            group[long_ones[local]] = number
    if cancelled():
        return []
    _join_clusters(shapes, group)
    return _as_zones(traces, paths, group, chains, long_ones)


def _named_zones(traces: Traces) -> list[Zone]:
    """One zone for each value of the zone field."""
    members: dict[str, list[int]] = {}
    for number, feature in enumerate(traces.features):
        members.setdefault(str(traces.zone_names[feature]).strip(), []).append(number)
    return [Zone(name, np.array(lines)) for name, lines in members.items()]


def _join_paths(points: tuple[np.ndarray, ...]) -> list[list[tuple[int, bool]]]:
    """Lines that meet two at a place as paths: (line, whether it runs backward) in order."""
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
    return _walk(partner)


def _same_place(ends: np.ndarray) -> np.ndarray:
    """A number for every end, equal where ends lie within `MEET_M` of each other."""
    sets = DisjointSets(len(ends))
    for pairs in close_pairs(ends, MEET_M):
        for first, second in pairs.tolist():
            sets.join(first, second)
    return np.unique(sets.roots(), return_inverse=True)[1].ravel()


def _walk(partner: np.ndarray) -> list[list[tuple[int, bool]]]:
    """Follow partners of ends (2 * line, 2 * line + 1) into open or closed chains of lines."""
    seen = np.zeros(len(partner) // 2, dtype=bool)
    chains = []
    free_first = sorted(range(len(partner)), key=lambda end: (partner[end] >= 0, end))
    for start in free_first:
        if seen[start // 2]:
            continue
        chain, end = [], start
        while end >= 0 and not seen[end // 2]:
            seen[end // 2] = True
            chain.append((end // 2, bool(end % 2)))
            end = partner[end ^ 1]  # ^ 1: the same line's other end
        chains.append(chain)
    return chains


def _path_points(path: list[tuple[int, bool]], points: tuple[np.ndarray, ...]) -> np.ndarray:
    """All vertices along a path."""
    return np.concatenate([points[line][::-1] if back else points[line] for line, back in path])


def _join_chains(shapes: list[np.ndarray]) -> list[list[tuple[int, bool]]]:
    """Long paths that continue each other, each end with at most one other."""
    if not shapes:
        return []
    ends = np.array([[shape[0], shape[-1]] for shape in shapes]).reshape(-1, 3)
    outward = np.array([_outward(s) for shape in shapes for s in (shape, shape[::-1])])
    best = np.full(len(ends), -1)
    nearest = np.full(len(ends), np.inf)
    near = np.concatenate(list(close_pairs(ends, GAP_M)))
    for first, second in sorted(map(tuple, near.tolist())):
        if first // 2 == second // 2:
            continue
        turn = np.degrees(np.arccos(np.clip(-outward[first] @ outward[second], -1, 1)))
        if turn > MAX_TURN_DEG:
            continue
        # A turn counts as the offset that it makes over the stretch that tells the direction.
        cost = np.linalg.norm(ends[first] - ends[second]) + END_M * np.radians(turn)
        for one, other in ((first, second), (second, first)):
            if cost < nearest[one]:
                nearest[one], best[one] = cost, other
    mutual = [best[other] == end if other >= 0 else False for end, other in enumerate(best)]
    return _walk(np.where(mutual, best, -1))


def _outward(shape: np.ndarray) -> np.ndarray:
    """Unit vector along which a path leaves at its first vertex."""
    along = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(shape, axis=0), axis=1))])
    inner = [np.interp(min(END_M, along[-1]), along, shape[:, axis]) for axis in range(3)]
    direction = shape[0] - np.array(inner)
    return direction / max(np.linalg.norm(direction), 1e-9)


def _join_clusters(shapes: list[np.ndarray], group: np.ndarray) -> None:
    """Give every path still without a group (-1) the number of its cluster's, in place.

    Paths are near each other where they run through cells of a grid that are: a dense rupture
    map has very many vertices but few such cells.
    """
    places = [sampled(shape, CELL_M) for shape in shapes]
    owner = np.repeat(np.arange(len(shapes)), [len(points) for points in places])
    cells = np.floor(np.concatenate(places) / CELL_M)
    cells, where = np.unique(cells, axis=0, return_inverse=True)
    sets = DisjointSets(len(shapes))
    short_in: dict[int, int] = {}  # one short path of each cell stands for all of them
    chains_in: dict[int, set[int]] = {}
    for cell, path in np.unique(np.column_stack([where.ravel(), owner]), axis=0).tolist():
        if group[path] < 0:
            sets.join(short_in.setdefault(cell, path), path)
        else:
            chains_in.setdefault(cell, set()).add(int(group[path]))
    touches = [(cell, chain) for cell in chains_in for chain in chains_in[cell] if cell in short_in]
    has_short = np.zeros(len(cells), dtype=bool)
    has_short[list(short_in)] = True
    for pairs in close_pairs(cells * CELL_M, GAP_M):
        for one, other in pairs[has_short[pairs].any(axis=1)].tolist():
            if one in short_in and other in short_in:
                sets.join(short_in[one], short_in[other])
            for cell, near in ((one, other), (other, one)):
                if cell in short_in:
                    touches.extend((cell, chain) for chain in chains_in.get(near, ()))
    _settle(group, sets.roots(), [(short_in[cell], chain) for cell, chain in touches])


def _settle(group: np.ndarray, roots: np.ndarray, touches: list[tuple[int, int]]) -> None:
    """Number the clusters, a cluster that touches chains by the one that it touches most."""
    votes: dict[int, dict[int, int]] = {}
    for path, chain in touches:
        tally = votes.setdefault(int(roots[path]), {})
        tally[chain] = tally.get(chain, 0) + 1
    following = int(group.max(initial=-1)) + 1
    for path in np.flatnonzero(group < 0).tolist():
        root = int(roots[path])
        if root not in votes:
            votes[root] = {following: 1}
            following += 1
        tally = votes[root]
        group[path] = min(tally, key=lambda chain: (-tally[chain], chain))


def _as_zones(
    traces: Traces,
    paths: list[list[tuple[int, bool]]],
    group: np.ndarray,
    chains: list[list[tuple[int, bool]]],
    long_ones: np.ndarray,
) -> list[Zone]:
    """Zones of the groups of paths, named in the order of their first line."""
    members: dict[int, list[int]] = {}
    for path, number in zip(paths, group):
        members.setdefault(int(number), []).extend(line for line, _ in path)
    zones = []
    for number in sorted(members, key=lambda key: min(members[key])):
        backbone = None
        if number < len(chains):
            backbone = np.concatenate(
                [
                    _path_lonlat(paths[long_ones[local]], traces, backward)
                    for local, backward in chains[number]
                ]
            )
        lines = np.array(sorted(members[number]))
        zones.append(Zone(f"zone {len(zones) + 1}", lines, backbone))
    return zones


def _path_lonlat(path: list[tuple[int, bool]], traces: Traces, backward: bool) -> np.ndarray:
    """Longitude and latitude along a path."""
    vertices = np.concatenate(
        [traces.lines[line][::-1] if back else traces.lines[line] for line, back in path]
    )
    return vertices[::-1] if backward else vertices
