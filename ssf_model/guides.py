"""Guide lines: the long-wavelength trend of a fault zone, along which strips are laid.

A guide never follows the local trace, since its bends and steps are what the network reads.
It is a principal curve through them, smoothed over one window's length.
"""

from __future__ import annotations

from dataclasses import dataclass

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
from ssf_model.frames import LocalFrame, middle_of
from ssf_model.scale import ExperimentScale
from ssf_model.traces import Traces, sampled
from ssf_model.zones import Zone

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
    points, weights = gathered(vertices, stops, SAMPLE_PX * scale.pixel_size_m)
    spacing_m = NODE_PX * scale.pixel_size_m
    if trend_deg is not None:
        azimuth = np.radians(trend_deg)
        direction = np.array([np.sin(azimuth), np.cos(azimuth)])
        curve = straight_through(points, weights, direction)
    else:
        if len(points) < 3:  # a trace of a few pixels: its vertices tell more
            points, weights = vertices, np.ones(len(vertices))
        first = straight_through(points, weights)
        if zone.backbone is not None:
            first = evenly_spaced(frame.earth_centred_to_metres(zone.backbone), spacing_m)
        curve = principal_curve(
            points, weights, first, smoothing_m=scale.window_length_m, spacing_m=spacing_m
        )
    curve = as_long_as(curve, vertices, spacing_m=spacing_m)
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


def _from_west(path: np.ndarray) -> np.ndarray:
    """The path from its western end, so that it does not depend on how traces were drawn."""
    east, north = path[-1] - path[0]
    return path if (east, north) >= (0.0, 0.0) else path[::-1]
