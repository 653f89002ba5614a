"""Curves through scattered places: the mathematics behind guide lines, in plain metres.

A principal curve (Hastie & Stuetzle 1989) goes through the middle of a cloud of places: every
place of it is the local-linear mean of the cloud around, weighted and by a Gaussian in distance
along the curve.
"""

from __future__ import annotations

import numpy as np

ROUNDS = 12  # projections and smoothings at most; most curves stand still after two
STILL = 1e-3  # a curve stands still that moves by less than this share of the smoothing
CHUNK_NUMBERS = 4_000_000  # distances or weights held in memory at once
SAME_M = 1e-3  # vertices in a row closer than this are one: they have no direction


def gathered(
    vertices: np.ndarray, stops: np.ndarray, spacing_m: float
) -> tuple[np.ndarray, np.ndarray]:
    """Weigh lines in cells of a grid.

    Parameters
    ----------
    vertices : (n, 2) float array
        Vertices of all lines in metres, one line after the other.
    stops : (m,) int array
        How many vertices there are up to each line's end.
    spacing_m : float
        Width of a cell.

    Returns
    -------
    points : (k, 2) float array
        Mean place of the lines in each cell that holds any.
    weights : (k,) float array
        Their length in it in metres.
    """
    inner = np.ones(len(vertices) - 1, dtype=bool)
    inner[stops[:-1] - 1] = False  # from one line's end to the next one's start is no segment
    starts, along = vertices[:-1][inner], np.diff(vertices, axis=0)[inner]
    length = np.hypot(along[:, 0], along[:, 1])
    counts = np.maximum(np.ceil(length / spacing_m), 1).astype(int)
    segment = np.repeat(np.arange(len(counts)), counts)
    rank = np.arange(len(segment)) - np.repeat(np.cumsum(counts) - counts, counts)
    share = (rank + 0.5) / counts[segment]
    points = starts[segment] + share[:, None] * along[segment]
    weights = (length / counts)[segment]
    cells = np.unique(np.floor(points / spacing_m), axis=0, return_inverse=True)[1].ravel()
    total = np.bincount(cells, weights)
    sums = [np.bincount(cells, weights * points[:, axis]) for axis in (0, 1)]
    occupied = total > 0
    return np.column_stack(sums)[occupied] / total[occupied, None], total[occupied]


def straight_through(
    points: np.ndarray, weights: np.ndarray, direction: np.ndarray | None = None
) -> np.ndarray:
    """Make a line 2 m long through the middle of places, (2, 2).

    `points` is (n, 2), `weights` (n,). Its direction is that of the unit vector given, else the
    one in which the places spread most (their first principal component).
    """
    middle = np.average(points, axis=0, weights=weights)
    if direction is None:
        offsets = points - middle
        covariance = (offsets * weights[:, None]).T @ offsets
        direction = np.linalg.eigh(covariance)[1][:, -1]
    return middle + np.array([[-1.0], [1.0]]) * direction


def principal_curve(
    points: np.ndarray,
    weights: np.ndarray,
    first: np.ndarray,
    *,
    smoothing_m: float,
    spacing_m: float,
    width_m: float = np.inf,
) -> np.ndarray:
    """Fit a smooth curve through the middle of places.

    Parameters
    ----------
    points : (n, 2) float array
        Places in metres.
    weights : (n,) float array
        Their weights, above 0.
    first : (k, 2) float array
        A curve to begin with, its vertices about evenly spaced.
    smoothing_m : float
        Standard deviation of the Gaussian along the curve.
    spacing_m : float
        Distance between the curve's vertices.
    width_m : float
        Places count the less the farther they lie from the curve, and none at this distance
        (Tukey's biweight), so that branches do not draw it away. The first curve must then run
        near the places that are meant.

    Returns
    -------
    curve : (m, 2) float array
        From the first to the last of the places that count, along it. Where all places are closer
        together than a hundredth of the smoothing, `first` as it was.
    """
    curve = first
    for _ in range(ROUNDS):
        along, distance = project(points, curve, open_ended=True)
        near = (distance / width_m) ** 2 < 1
        if not near.any() or np.ptp(along[near]) < smoothing_m / 100:
            return curve
        counting = weights[near] * (1 - (distance[near] / width_m) ** 2) ** 2
        along, cloud = along[near], points[near]
        nodes = _spaced(along.min(), along.max(), spacing_m)
        step = max(1, CHUNK_NUMBERS // len(cloud))
        means = [
            _local_linear(nodes[k : k + step], along, cloud, counting, smoothing_m)
            for k in range(0, len(nodes), step)
        ]
        before, curve = curve, _distinct(np.concatenate(means))
        if len(curve) < 2:  # all means are one place
            return before
        if project(curve, before, open_ended=True)[1].max() < STILL * smoothing_m:
            break
    return curve


def as_long_as(curve: np.ndarray, points: np.ndarray, *, spacing_m: float) -> np.ndarray:
    """Cut or lengthen a curve so that it reaches from the first to the last of some places."""
    along = project(points, curve, open_ended=True)[0]
    low = along.min()
    return _distinct(places_along(curve, _spaced(low, max(along.max(), low + 1.0), spacing_m)))


def cut_at_corners(
    path: np.ndarray, *, spacing_m: float, reach_m: float, corner_deg: float
) -> list[np.ndarray]:
    """Cut a path where it turns sharply.

    Parameters
    ----------
    path : (n, 2) float array
        Vertices in metres.
    spacing_m : float
        Spacing of the places that are looked at.
    reach_m : float
        A turn is that between the stretches of this length before and after a place; no piece
        is shorter than this.
    corner_deg : float
        The path is cut at its sharpest turns of more than this.

    Returns
    -------
    pieces : list of (k, 2) float arrays
        In order; neighbours share the place of the cut.
    """
    path = evenly_spaced(path, spacing_m)
    along = distances_along(path)
    inner = np.flatnonzero((along >= reach_m) & (along <= along[-1] - reach_m))
    before = path[inner] - places_along(path, along[inner] - reach_m)
    after = places_along(path, along[inner] + reach_m) - path[inner]
    across = before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0]
    turn = np.degrees(np.abs(np.arctan2(across, (before * after).sum(axis=1))))
    cuts: list[int] = []
    for place in np.argsort(-turn, kind="stable").tolist():
        if turn[place] <= corner_deg:
            break
        if all(abs(along[inner[place]] - along[cut]) >= reach_m for cut in cuts):
            cuts.append(int(inner[place]))
    ends = [0, *sorted(cuts), len(path) - 1]
    return [path[first : last + 1] for first, last in zip(ends, ends[1:])]


def places_along(path: np.ndarray, distances: np.ndarray) -> np.ndarray:
    """Find the places at distances along a path, which goes on straight beyond its ends.

    Parameters
    ----------
    path : (n, 2) float array
        Vertices in metres; no two in a row are the same.
    distances : (k,) float array
        Metres from its first vertex; below 0 and above its length too.

    Returns
    -------
    places : (k, 2) float array
        In the plane of the path.
    """
    along = distances_along(path)
    places = np.column_stack([np.interp(distances, along, path[:, axis]) for axis in (0, 1)])
    first = (path[1] - path[0]) / along[1]
    last = (path[-1] - path[-2]) / (along[-1] - along[-2])
    places += np.minimum(distances, 0)[:, None] * first
    places += np.maximum(distances - along[-1], 0)[:, None] * last
    return places


def evenly_spaced(path: np.ndarray, spacing_m: float) -> np.ndarray:
    """Give the path with vertices at most `spacing_m` apart, (k, 2), no two in a row the same."""
    along = distances_along(path)
    nodes = _spaced(0.0, along[-1], spacing_m)
    return _distinct(np.column_stack([np.interp(nodes, along, path[:, axis]) for axis in (0, 1)]))


def distances_along(path: np.ndarray) -> np.ndarray:
    """Give the distance along a path of each of its vertices, (n,), in metres."""
    steps = np.diff(path, axis=0)
    return np.concatenate([[0], np.cumsum(np.hypot(steps[:, 0], steps[:, 1]))])


def project(
    points: np.ndarray, path: np.ndarray, *, open_ended: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Find the nearest place of a path to each of some points.

    Parameters
    ----------
    points : (n, 2) float array
        Places in metres.
    path : (k, 2) float array
        Vertices about evenly spaced, so that the nearest segment is the one with the nearest
        middle or beside it.
    open_ended : bool
        Whether the path goes on straight beyond its ends.

    Returns
    -------
    along : (n,) float array
        Distance along the path of the nearest place, in metres from its first vertex.
    distance : (n,) float array
        Distance to it.
    """
    starts, steps = path[:-1], np.diff(path, axis=0)
    lengths = np.hypot(steps[:, 0], steps[:, 1])
    before = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    low, high = np.zeros(len(lengths)), np.ones(len(lengths))
    if open_ended:
        low[0], high[-1] = -np.inf, np.inf
    along, distance = np.empty(len(points)), np.empty(len(points))
    chunk = max(1, CHUNK_NUMBERS // len(starts))
    for first in range(0, len(points), chunk):
        part = points[first : first + chunk]
        near = _near_segments(part, starts + steps / 2)
        share = ((part[:, None] - starts[near]) * steps[near]).sum(axis=2) / lengths[near] ** 2
        share = np.clip(share, low[near], high[near])
        foot = starts[near] + share[..., None] * steps[near]
        apart = np.hypot(*np.moveaxis(part[:, None] - foot, 2, 0))
        rows, best = np.arange(len(part)), apart.argmin(axis=1)
        segment = near[rows, best]
        along[first : first + chunk] = before[segment] + share[rows, best] * lengths[segment]
        distance[first : first + chunk] = apart[rows, best]
    return along, distance


def _distinct(path: np.ndarray) -> np.ndarray:
    """The path without vertices at the place of the one before, as where it turns right back."""
    steps = np.diff(path, axis=0)
    return path[np.concatenate([[True], np.hypot(steps[:, 0], steps[:, 1]) >= SAME_M])]


def _near_segments(points: np.ndarray, middles: np.ndarray) -> np.ndarray:
    """For each point the segment with the nearest middle, and its two neighbours, (n, 3)."""
    # |p - m|^2 less |p|^2, which is the same for all segments of a point.
    nearest = ((middles**2).sum(axis=1) - 2 * points @ middles.T).argmin(axis=1)
    return np.clip(nearest[:, None] + np.array([-1, 0, 1]), 0, len(middles) - 1)


def _spaced(low: float, high: float, spacing_m: float) -> np.ndarray:
    """Two or more numbers from low to high at most `spacing_m` apart."""
    return np.linspace(low, high, max(2, int(np.ceil((high - low) / spacing_m)) + 1))


def _local_linear(
    nodes: np.ndarray,
    along: np.ndarray,
    points: np.ndarray,
    weights: np.ndarray,
    smoothing_m: float,
) -> np.ndarray:
    """Local-linear mean of the points at distances `nodes` along the curve, (k, 2)."""
    offset = along[None, :] - nodes[:, None]
    log_kernel = -0.5 * (offset / smoothing_m) ** 2
    # The nearest points decide across a gap that is much wider than the kernel.
    kernel = np.exp(log_kernel - log_kernel.max(axis=1, keepdims=True)) * weights
    total = kernel.sum(axis=1)
    mean_offset = (kernel * offset).sum(axis=1) / total
    mean = kernel @ points / total[:, None]
    centred = offset - mean_offset[:, None]
    spread = (kernel * centred**2).sum(axis=1) / total
    slope = (
        np.stack(
            [
                (kernel * centred * (points[:, axis] - mean[:, axis, None])).sum(axis=1) / total
                for axis in (0, 1)
            ],
            axis=1,
        )
        / np.maximum(spread, (smoothing_m / 100) ** 2)[:, None]
    )
    return mean - mean_offset[:, None] * slope
