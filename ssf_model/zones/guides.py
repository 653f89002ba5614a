"""Guide lines: the long-wavelength trend of a fault zone, along which strips are laid.

A guide never follows the local trace, since its bends and steps are what the network reads.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ssf_model.faults.traces import Traces
from ssf_model.geometry.curves import distances_along, evenly_spaced, project
from ssf_model.geometry.frames import LocalFrame, middle_of
from ssf_model.geometry.segments import sampled
from ssf_model.zones.grouping import Zone

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


def from_west(path: np.ndarray) -> np.ndarray:
    """The path from its western end, so that it does not depend on how traces were drawn."""
    east, north = path[-1] - path[0]
    return path if (east, north) >= (0.0, 0.0) else path[::-1]


def drawn_guide(line: np.ndarray, zone: Zone) -> Guide:
    """Make a guide of a line that the user drew, (n, 2) longitude and latitude in degrees."""
    frame = middle_of(line)
    path = frame.to_metres(line)
    moved = np.concatenate([[True], (np.diff(path, axis=0) != 0).any(axis=1)])
    return Guide(zone, frame, from_west(path[moved]))


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
