"""Guide lines: the long-wavelength trend of a fault zone, along which strips are laid.

A guide never follows the local trace, since its bends and steps are what the network reads.
It is a principal curve (Hastie & Stuetzle 1989): every place of it is the local-linear mean of
the traces around, weighted by length and by a Gaussian in distance along the curve.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ssf_model.errors import InputError
from ssf_model.frames import LocalFrame, middle_of
from ssf_model.scale import ExperimentScale
from ssf_model.traces import Traces, sampled
from ssf_model.zones import Zone

ROUNDS = 4  # projections and smoothings; by then the curve of a mapped zone stands still
SAMPLE_PX = 5.0  # traces are weighed in pieces of at most this length
NODE_PX = 20.0  # spacing of the guide's vertices
REACH_STEP = 0.1  # spacing at which traces and drawn guides are compared, as a share of the reach
CHUNK_NUMBERS = 4_000_000  # distances or weights held in memory at once


@dataclass(frozen=True)
class Guide:
    """The line along which a zone's strips are laid.

    Attributes
    ----------
    zone : Zone
        The traces that it guides.
    frame : LocalFrame
        The plane in which the line is drawn.
    vertices : (n, 2) float array
        The line in that plane in metres, from its western end (southern, where it runs due
        north).
    """

    zone: Zone
    frame: LocalFrame
    vertices: np.ndarray

    @property
    def length_m(self) -> float:
        """Length of the line in metres."""
        return float(_along(self.vertices)[-1])


def fit_guide(
    traces: Traces, zone: Zone, *, scale: ExperimentScale, trend_deg: float | None = None
) -> Guide:
    """Fit the guide line of a zone.

    Parameters
    ----------
    traces : Traces
        The fault map.
    zone : Zone
        The lines to follow.
    scale : ExperimentScale
        Smoothing acts over one window's length.
    trend_deg : float, optional
        Azimuth in degrees clockwise from north; the guide is then a straight line with this
        trend through the middle of the traces.

    Returns
    -------
    guide : Guide
        As long as the traces, measured along it.

    Raises
    ------
    InputError
        If the zone is too wide-spread to be one.
    """
    frame = _frame([traces.lines[line] for line in zone.lines], zone.name)
    points = [traces.points[line] for line in zone.lines]
    stops = np.cumsum([len(line) for line in points])
    vertices = frame.earth_centred_to_metres(np.concatenate(points))
    points, weights = _sample(vertices, stops, SAMPLE_PX * scale.pixel_size_m)
    if trend_deg is not None:
        azimuth = np.radians(trend_deg)
        direction = np.array([np.sin(azimuth), np.cos(azimuth)])
        curve = _straight(points, weights, direction)
    else:
        if len(points) < 3:  # a trace of a few pixels: its vertices tell more
            points, weights = vertices, np.ones(len(vertices))
        curve = _straight(points, weights, _main_direction(points, weights))
        if zone.backbone is not None:
            curve = _thinned(frame.to_metres(zone.backbone), NODE_PX * scale.pixel_size_m)
        for _ in range(ROUNDS):
            curve = _smoothed(points, weights, curve, scale)
    curve = _as_long_as(curve, vertices, scale)
    return Guide(zone, frame, _from_west(curve))


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
    along = _along(path)
    places = np.column_stack([np.interp(distances, along, path[:, axis]) for axis in (0, 1)])
    first = (path[1] - path[0]) / along[1]
    last = (path[-1] - path[-2]) / (along[-1] - along[-2])
    places += np.minimum(distances, 0)[:, None] * first
    places += np.maximum(distances - along[-1], 0)[:, None] * last
    return places


def drawn_guide(line: np.ndarray, zone: Zone) -> Guide:
    """Make a guide of a line that the user drew, (n, 2) longitude and latitude in degrees."""
    frame = middle_of(line)
    path = frame.to_metres(line)
    moved = np.concatenate([[True], (np.diff(path, axis=0) != 0).any(axis=1)])
    return Guide(zone, frame, _from_west(path[moved]))


def zones_of_guides(
    traces: Traces, guides: tuple[np.ndarray, ...], *, reach_m: float
) -> list[Guide]:
    """Give every drawn guide the traces around it.

    Parameters
    ----------
    traces : Traces
        The fault map.
    guides : tuple of (n, 2) float arrays
        Longitude and latitude in degrees of the lines drawn.
    reach_m : float
        A trace belongs to a guide where that is the nearest one to some place of the trace, and
        within this distance. A long trace may belong to several guides in a row.

    Returns
    -------
    guides : list of Guide
        One for each drawn line, "guide 1" onward. One without traces has an empty zone.
    """
    places = [sampled(points, REACH_STEP * reach_m) for points in traces.points]
    line_of = np.repeat(np.arange(len(places)), [len(points) for points in places])
    points = np.concatenate(places)
    nearest = np.full(len(points), reach_m)
    owner = np.full(len(points), -1)
    for number, line in enumerate(guides):
        guide = drawn_guide(line, Zone("", np.empty(0, dtype=np.int64)))
        metres = guide.frame.earth_centred_to_metres(points)
        extent = np.hypot(*guide.vertices.T).max() + reach_m
        close = np.flatnonzero(np.hypot(*metres.T) <= extent)
        if not len(close):
            continue
        path = _thinned(guide.vertices, REACH_STEP * reach_m)
        distance = _project(metres[close], path, open_ended=False)[1]
        nearer = close[distance <= nearest[close]]
        owner[nearer] = number
        nearest[close] = np.minimum(nearest[close], distance)
    return [
        drawn_guide(line, Zone(f"guide {number + 1}", np.unique(line_of[owner == number])))
        for number, line in enumerate(guides)
    ]


def _frame(lines: list[np.ndarray], name: str) -> LocalFrame:
    """The frame of a zone, refused where its traces are a world apart."""
    vertices = np.concatenate(lines)
    try:
        frame = middle_of(vertices)
    except InputError as error:
        message = f"Zone '{name}': {error}"
        raise InputError(message) from error
    reach = np.hypot(*frame.to_metres(vertices).T).max()
    if reach > 2_500_000:
        message = (
            f"Zone '{name}' spans about {2 * reach / 1000:.0f} km. A zone is one fault zone: "
            "choose a field that tells fault zones apart, or none."
        )
        raise InputError(message)
    return frame


def _sample(
    vertices: np.ndarray, stops: np.ndarray, spacing_m: float
) -> tuple[np.ndarray, np.ndarray]:
    """Places (n, 2) and lengths (n,) of the traces, gathered in cells `spacing_m` wide.

    `stops` tells where each line ends among the vertices.
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


def _main_direction(points: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Unit vector along which the points spread most (first principal component)."""
    offsets = points - np.average(points, axis=0, weights=weights)
    covariance = (offsets * weights[:, None]).T @ offsets
    return np.linalg.eigh(covariance)[1][:, -1]


def _straight(points: np.ndarray, weights: np.ndarray, direction: np.ndarray) -> np.ndarray:
    """A line with this direction through the middle of the points, 2 m long."""
    middle = np.average(points, axis=0, weights=weights)
    return middle + np.array([[-1.0], [1.0]]) * direction


def _smoothed(
    points: np.ndarray, weights: np.ndarray, curve: np.ndarray, scale: ExperimentScale
) -> np.ndarray:
    """One round of the principal curve: project on the curve, then smooth along it."""
    along = _project(points, curve, open_ended=True)[0]
    low, high = along.min(), along.max()
    if high - low < scale.pixel_size_m:  # a dot on the map: nothing to smooth
        return curve
    count = max(2, int(np.ceil((high - low) / (NODE_PX * scale.pixel_size_m))) + 1)
    nodes = np.linspace(low, high, count)
    step = max(1, CHUNK_NUMBERS // len(points))
    return np.concatenate(
        [
            _local_linear(nodes[first : first + step], along, points, weights, scale)
            for first in range(0, count, step)
        ]
    )


def _local_linear(
    nodes: np.ndarray,
    along: np.ndarray,
    points: np.ndarray,
    weights: np.ndarray,
    scale: ExperimentScale,
) -> np.ndarray:
    """Local-linear mean of the points at distances `nodes` along the curve, (k, 2)."""
    offset = along[None, :] - nodes[:, None]
    log_kernel = -0.5 * (offset / scale.window_length_m) ** 2
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
        / np.maximum(spread, scale.pixel_size_m**2)[:, None]
    )
    return mean - mean_offset[:, None] * slope


def _project(
    points: np.ndarray, path: np.ndarray, *, open_ended: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Distance along a path of the place nearest to each point, and the distance to it.

    With `open_ended` the path goes on straight beyond its ends. Its vertices are about evenly
    spaced, so that the nearest segment is the one with the nearest middle or beside it.
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


def _near_segments(points: np.ndarray, middles: np.ndarray) -> np.ndarray:
    """For each point the segment with the nearest middle, and its two neighbours, (n, 3)."""
    # |p - m|^2 less |p|^2, which is the same for all segments of a point.
    nearest = ((middles**2).sum(axis=1) - 2 * points @ middles.T).argmin(axis=1)
    return np.clip(nearest[:, None] + np.array([-1, 0, 1]), 0, len(middles) - 1)


def _as_long_as(curve: np.ndarray, vertices: np.ndarray, scale: ExperimentScale) -> np.ndarray:
    """The curve from the first to the last of the traces' vertices, measured along it."""
    along = _project(vertices, curve, open_ended=True)[0]
    low, high = along.min(), along.max()
    count = max(2, int(np.ceil((high - low) / (NODE_PX * scale.pixel_size_m))) + 1)
    return places_along(curve, np.linspace(low, max(high, low + 1.0), count))


def _thinned(path: np.ndarray, spacing_m: float) -> np.ndarray:
    """The path with vertices `spacing_m` apart."""
    length = _along(path)[-1]
    nodes = np.linspace(0, length, max(2, int(np.ceil(length / spacing_m)) + 1))
    return np.column_stack([np.interp(nodes, _along(path), path[:, axis]) for axis in (0, 1)])


def _along(path: np.ndarray) -> np.ndarray:
    """Distance along a path of each vertex."""
    steps = np.diff(path, axis=0)
    return np.concatenate([[0], np.cumsum(np.hypot(steps[:, 0], steps[:, 1]))])


def _from_west(path: np.ndarray) -> np.ndarray:
    """The path from its western end, so that it does not depend on how traces were drawn."""
    east, north = path[-1] - path[0]
    return path if (east, north) >= (0.0, 0.0) else path[::-1]
