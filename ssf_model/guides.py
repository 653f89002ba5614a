"""Guide lines: the long-wavelength trend of a fault zone, along which strips are laid.

A guide never follows the local trace, since its bends and steps are what the network reads.
It is a principal curve through them, smoothed over one window's length.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ssf_model.curves import (
    as_long_as,
    distances_along,
    evenly_spaced,
    gathered,
    principal_curve,
    project,
    straight_through,
)
from ssf_model.errors import InputError
from ssf_model.frames import LocalFrame, middle_of, middle_of_earth_centred
from ssf_model.scale import STRIP_WINDOWS, ExperimentScale
from ssf_model.traces import Traces, sampled
from ssf_model.trunk import longest_way
from ssf_model.zones import Zone, group_lines

SAMPLE_PX = 5.0  # traces are weighed in pieces of at most this length
NODE_PX = 20.0  # spacing of the guide's vertices
REACH_STEP = 0.1  # spacing at which traces and drawn guides are compared, as a share of the reach


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
        return float(distances_along(self.vertices)[-1])


def fit_guides(
    traces: Traces, zone: Zone, *, scale: ExperimentScale, trend_deg: float | None = None
) -> list[Guide]:
    """Fit the guide line of a zone, and of its branches that lie outside of the windows along it.

    Parameters
    ----------
    traces : Traces
        The fault map.
    zone : Zone
        The lines to follow.
    scale : ExperimentScale
        Smoothing acts over one window's length.
    trend_deg : float, optional
        See `fit_guide`.

    Returns
    -------
    guides : list of Guide
        The zone's own first. Lines that run mostly farther from it than half a window's width
        are grouped by gap and trend again; each group that holds at least a window's length of
        trace is a zone of its own, "NAME, part 2" onward.

    Raises
    ------
    InputError
        If the zone is too wide-spread to be one.
    """
    guides, waiting = [], [zone]
    while waiting:
        following = waiting.pop(0)
        part = f"{zone.name}, part {len(guides) + 1}" if guides else zone.name
        guide = fit_guide(traces, replace(following, name=part), scale=scale, trend_deg=trend_deg)
        guides.append(guide)
        outside = _lines_outside(traces, guide, scale)
        if not len(outside) or len(outside) == len(following.lines):
            continue
        for lines, backbone in group_lines([traces.points[line] for line in outside]):
            if traces.length_m(outside[lines]) >= scale.window_length_m:
                waiting.append(Zone("", outside[lines], backbone))
    return guides


def fit_guide(
    traces: Traces, zone: Zone, *, scale: ExperimentScale, trend_deg: float | None = None
) -> Guide:
    """Fit one guide line to a zone.

    Parameters
    ----------
    traces : Traces
        The fault map.
    zone : Zone
        The lines to follow.
    scale : ExperimentScale
        Smoothing acts over one window's length; traces count the less the farther they lie from
        the guide, and not at all beyond half a window's width.
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
    points = [traces.points[line] for line in zone.lines]
    frame = _frame(points, zone.name)
    stops = np.cumsum([len(line) for line in points])
    vertices = frame.earth_centred_to_metres(np.concatenate(points))
    points, weights = gathered(vertices, stops, SAMPLE_PX * scale.pixel_size_m)
    spacing_m = NODE_PX * scale.pixel_size_m
    width_m = scale.window_width_m / 2
    if trend_deg is not None:
        azimuth = np.radians(trend_deg)
        direction = np.array([np.sin(azimuth), np.cos(azimuth)])
        curve = straight_through(points, weights, direction)
    else:
        if len(points) < 3:  # a trace of a few pixels: its vertices tell more
            points, weights = vertices, np.ones(len(vertices))
        curve = principal_curve(
            points,
            weights,
            _first_curve(zone, frame, vertices, stops, points, weights, scale),
            smoothing_m=scale.window_length_m,
            spacing_m=spacing_m,
            width_m=width_m,
        )
    near = project(vertices, curve, open_ended=True)[1] <= width_m
    curve = as_long_as(curve, vertices[near] if near.any() else vertices, spacing_m=spacing_m)
    return Guide(zone, frame, _from_west(curve))


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
        path = evenly_spaced(guide.vertices, REACH_STEP * reach_m)
        distance = project(metres[close], path, open_ended=False)[1]
        nearer = close[distance <= nearest[close]]
        owner[nearer] = number
        nearest[close] = np.minimum(nearest[close], distance)
    return [
        drawn_guide(line, Zone(f"guide {number + 1}", np.unique(line_of[owner == number])))
        for number, line in enumerate(guides)
    ]


def _first_curve(
    zone: Zone,
    frame: LocalFrame,
    vertices: np.ndarray,
    stops: np.ndarray,
    points: np.ndarray,
    weights: np.ndarray,
    scale: ExperimentScale,
) -> np.ndarray:
    """A curve to begin with: the zone's backbone, else its trunk, or a straight line if short."""
    spacing_m = NODE_PX * scale.pixel_size_m
    if zone.backbone is not None:
        return evenly_spaced(frame.earth_centred_to_metres(zone.backbone), spacing_m)
    straight = straight_through(points, weights)
    box_m = scale.strip_cols(STRIP_WINDOWS) * scale.pixel_size_m
    if np.ptp(project(points, straight, open_ended=True)[0]) <= box_m:
        return straight
    return evenly_spaced(longest_way(gathered(vertices, stops, spacing_m)[0]), spacing_m)


def _lines_outside(traces: Traces, guide: Guide, scale: ExperimentScale) -> np.ndarray:
    """Lines of a guide's zone that run mostly farther from it than half a window's width."""
    reach_m = scale.window_width_m / 2
    lines = guide.zone.lines
    places = [sampled(traces.points[line], REACH_STEP * reach_m) for line in lines]
    metres = guide.frame.earth_centred_to_metres(np.concatenate(places))
    path = evenly_spaced(guide.vertices, NODE_PX * scale.pixel_size_m)
    outside = project(metres, path, open_ended=False)[1] > reach_m
    stops = np.cumsum([len(points) for points in places])
    share = np.add.reduceat(outside, stops - [len(points) for points in places], dtype=float)
    return lines[share >= [len(points) / 2 for points in places]]


def _frame(points: list[np.ndarray], name: str) -> LocalFrame:
    """The frame of a zone, refused where its traces are a world apart.

    It is centred on the lines, not on their vertices, whose number says nothing.
    """
    starts = np.concatenate([line[:-1] for line in points])
    steps = np.concatenate([np.diff(line, axis=0) for line in points])
    try:
        frame = middle_of_earth_centred(starts + steps / 2, np.linalg.norm(steps, axis=1))
    except InputError as error:
        message = f"Zone '{name}': {error}"
        raise InputError(message) from error
    reach = np.hypot(*frame.earth_centred_to_metres(np.concatenate(points)).T).max()
    if reach > 2_500_000:
        message = (
            f"Zone '{name}' spans about {2 * reach / 1000:.0f} km. A zone is one fault zone: "
            "choose a field that tells fault zones apart, or none."
        )
        raise InputError(message)
    return frame


def _from_west(path: np.ndarray) -> np.ndarray:
    """The path from its western end, so that it does not depend on how traces were drawn."""
    east, north = path[-1] - path[0]
    return path if (east, north) >= (0.0, 0.0) else path[::-1]
