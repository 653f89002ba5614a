"""Strips: straight frames of up to five windows, laid along a guide line.

The laboratory's box holds five windows side by side; a curved fault is a chain of such boxes.
A strip has fewer where the guide bends away from a straight line.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ssf_model.errors import InputError
from ssf_model.frames import LocalFrame, unbroken_longitudes
from ssf_model.guides import Guide, fit_guide, places_along, zones_of_guides
from ssf_model.raster import burn_traces
from ssf_model.scale import STRIP_WINDOWS, ExperimentScale
from ssf_model.traces import Traces
from ssf_model.windows import window_starts
from ssf_model.zones import find_zones

# A guide may leave its strip's axis by this much. Rows within -13..+10 px of the middle change
# the published network's KE by at most .12 (measured); half of that is left to the traces.
MAX_BOW_PX = 6.0
# ... and turn from it by this much: half of what makes a window count as misaligned.
MAX_SWING_DEG = 5.0


@dataclass(frozen=True)
class Strip:
    """A straight frame on the ground, exactly `n_windows` windows long.

    Attributes
    ----------
    zone : str
        Name of its fault zone.
    number : int
        Its place along the zone, from 1.
    frame : LocalFrame
        Plane centred on the strip.
    azimuth_deg : float
        Direction in which its columns and windows are counted, 0 to 360 degrees clockwise from
        north: that of its zone, from west to east.
    n_windows : int
        1 to 5.
    scale : ExperimentScale
        Its grid.
    lines : (k,) int array
        Numbers in `Traces.lines` of the zone's lines that may reach into it.
    past_end : bool
        Whether the zone is shorter than one window, so that the window reaches past its ends.
    """

    zone: str
    number: int
    frame: LocalFrame
    azimuth_deg: float
    n_windows: int
    scale: ExperimentScale
    lines: np.ndarray
    past_end: bool

    @property
    def trend_deg(self) -> float:
        """Trend of the strip, 0 to 180 degrees clockwise from north."""
        return self.azimuth_deg % 180

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of the strip in pixels."""
        return self.scale.window_rows, self.scale.strip_cols(self.n_windows)

    @property
    def geotransform(self) -> tuple[float, float, float, float, float, float]:
        """Pixels to metres in `frame`, in GDAL's order; rotated, row 0 on the far side."""
        size = self.scale.pixel_size_m
        along, across = self._axes
        corner = self._to_frame(np.array([[0.0, self.scale.window_width_m]]))[0]
        return (
            float(corner[0]),
            float(along[0] * size),
            float(-across[0] * size),
            float(corner[1]),
            float(along[1] * size),
            float(-across[1] * size),
        )

    def earth_centred_to_strip(self, points: np.ndarray) -> np.ndarray:
        """Turn Earth-centred metres, (n, 3), into metres along and across from the lower left."""
        along, across = self._axes
        metres = self.frame.earth_centred_to_metres(points)
        return np.column_stack([metres @ along, metres @ across]) + self._half

    def footprint(self, window: int) -> np.ndarray:
        """Give a window's outline as a closed ring of longitude and latitude, (5, 2).

        Longitudes run on past 180 degrees rather than jump at the antimeridian.
        """
        size = self.scale.pixel_size_m
        left = window_starts(self.shape[1], scale=self.scale)[window] * size
        right = left + self.scale.window_length_m
        top = self.scale.window_width_m
        corners = np.array([[left, 0], [right, 0], [right, top], [left, top], [left, 0]])
        ring = self.frame.to_lonlat(self._to_frame(corners))
        ring[:, 0] = unbroken_longitudes(ring[:, 0])
        return ring

    @property
    def _axes(self) -> tuple[np.ndarray, np.ndarray]:
        """Unit vectors along strike and across it, to the left, in the frame."""
        azimuth = np.radians(self.azimuth_deg)
        along = np.array([np.sin(azimuth), np.cos(azimuth)])
        return along, np.array([-along[1], along[0]])

    @property
    def _half(self) -> np.ndarray:
        """Half the strip's length and width in metres."""
        rows, cols = self.shape
        return np.array([cols, rows]) * self.scale.pixel_size_m / 2

    def _to_frame(self, metres: np.ndarray) -> np.ndarray:
        """Metres along and across as x and y in the frame."""
        along, across = self._axes
        centred = metres - self._half
        return centred[:, :1] * along + centred[:, 1:] * across


def plan_strips(
    traces: Traces,
    *,
    scale: ExperimentScale,
    guides: Sequence[np.ndarray] | None = None,
    trend_deg: float | None = None,
    cancelled: Callable[[], bool] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> list[Strip]:
    """Find zones and their guide lines, and lay strips along them.

    Parameters
    ----------
    traces : Traces
        The fault map.
    scale : ExperimentScale
        The model's grid.
    guides : sequence of (n, 2) float arrays, optional
        Guide lines drawn by the user, longitude and latitude in degrees; each is a zone.
    trend_deg : float, optional
        Azimuth of all zones in degrees clockwise from north. Not together with `guides`.
    cancelled : callable, optional
        Asked now and then; where it answers True the strips so far come back.
    progress : callable, optional
        Told after every zone how many of how many are done.

    Returns
    -------
    strips : list of Strip
        Zone by zone, from west to east.

    Raises
    ------
    InputError
        If settings contradict each other, a guide holds no trace, or a zone is no zone.
    """
    cancelled = cancelled or (lambda: False)
    if trend_deg is not None and not np.isfinite(trend_deg):
        message = f"The trend must be an azimuth in degrees, not {trend_deg}."
        raise InputError(message)
    if guides is not None:
        return _along_drawn(traces, guides, trend_deg, scale, cancelled)
    strips: list[Strip] = []
    zones = find_zones(traces, cancelled=cancelled)
    for done, zone in enumerate(zones, start=1):
        if cancelled():
            break
        guide = fit_guide(traces, zone, scale=scale, trend_deg=trend_deg)
        strips.extend(_lay(guide, scale, traces))
        if progress is not None:
            progress(done, len(zones))
    return strips


def strip_paths(traces: Traces, strip: Strip) -> list[np.ndarray]:
    """Give the lines of a strip, `strip.lines`, in metres along and across, each (n, 2)."""
    if not len(strip.lines):
        return []
    points = [traces.points[line] for line in strip.lines]
    stops = np.cumsum([len(line) for line in points])
    return np.split(strip.earth_centred_to_strip(np.concatenate(points)), stops[:-1])


def burn_strip(traces: Traces, strip: Strip, *, thickness_px: Sequence[float]) -> np.ndarray:
    """Draw a zone's traces into the pixels of one of its strips.

    Parameters
    ----------
    traces : Traces
        The fault map.
    strip : Strip
        The frame.
    thickness_px : sequence of float
        Line widths in pixels.

    Returns
    -------
    maps : (len(thickness_px), rows, cols) uint8 array
        1 on a trace, 0 elsewhere: what a network sees, before it is cut into windows.
    """
    return burn_traces(
        strip_paths(traces, strip),
        strip.shape,
        pixel_size_m=strip.scale.pixel_size_m,
        thickness_px=thickness_px,
    )


def _along_drawn(
    traces: Traces,
    guides: Sequence[np.ndarray],
    trend_deg: float | None,
    scale: ExperimentScale,
    cancelled: Callable[[], bool],
) -> list[Strip]:
    """Strips along guides that the user drew."""
    if trend_deg is not None:
        message = "Give guide lines or a trend, not both: a guide line has a trend of its own."
        raise InputError(message)
    if traces.zone_names is not None:
        message = "Give guide lines or a zone field, not both: each guide line is a zone."
        raise InputError(message)
    strips: list[Strip] = []
    reach = scale.window_width_m / 2
    for guide in zones_of_guides(traces, tuple(guides), reach_m=reach):
        if not len(guide.zone.lines):
            message = (
                f"{guide.zone.name}: no trace lies within {reach / 1000:g} km of it. Draw guide "
                "lines along the traces, in the right coordinate reference system."
            )
            raise InputError(message)
        if cancelled():
            break
        strips.extend(_lay(guide, scale, traces))
    return strips


def _lay(guide: Guide, scale: ExperimentScale, traces: Traces) -> list[Strip]:
    """Lay strips along a guide: as many whole windows as fit, in its middle."""
    stride = scale.stride_px * scale.pixel_size_m
    spare = guide.length_m - scale.window_length_m
    total = max(1, int(np.floor(spare / stride + 1e-9)) + 1)
    begin = (spare - (total - 1) * stride) / 2
    strips: list[Strip] = []
    placed = 0
    while placed < total:
        n_windows, middle, direction = _longest_straight(
            guide, begin + placed * stride, min(STRIP_WINDOWS, total - placed), scale
        )
        strips.append(_strip(guide, len(strips) + 1, middle, direction, n_windows, scale, traces))
        placed += n_windows
    return strips


def _longest_straight(
    guide: Guide, begin: float, most: int, scale: ExperimentScale
) -> tuple[int, np.ndarray, np.ndarray]:
    """How many windows from `begin` on fit a straight frame; its middle and direction."""
    for n_windows in range(most, 0, -1):
        end = begin + scale.strip_cols(n_windows) * scale.pixel_size_m
        steps = np.linspace(begin, end, 4 * n_windows + 3)
        places = places_along(guide.vertices, steps)
        middle = places.mean(axis=0)
        chord = places[-1] - places[0]
        direction = chord / max(np.hypot(*chord), 1e-9)
        bow = np.abs((places - middle) @ np.array([-direction[1], direction[0]])).max()
        swing = np.degrees(np.abs(_turn(np.diff(places, axis=0), direction)).max())
        if bow <= MAX_BOW_PX * scale.pixel_size_m and swing <= MAX_SWING_DEG:
            break
    return n_windows, middle, direction


def _turn(steps: np.ndarray, direction: np.ndarray) -> np.ndarray:
    """Angle in radians from a direction to each step, (n,), left positive."""
    across = steps @ np.array([-direction[1], direction[0]])
    return np.arctan2(across, steps @ direction)


def _strip(
    guide: Guide,
    number: int,
    middle: np.ndarray,
    direction: np.ndarray,
    n_windows: int,
    scale: ExperimentScale,
    traces: Traces,
) -> Strip:
    """The strip around a place of the guide's plane, in a frame of its own."""
    lon, lat = guide.frame.to_lonlat(middle[None])[0]
    frame = LocalFrame(float(lon), float(lat))
    ahead = guide.frame.to_lonlat((middle + 1000.0 * direction)[None])
    east, north = frame.to_metres(ahead)[0]
    half = scale.pixel_size_m * np.hypot(scale.window_rows, scale.strip_cols(n_windows)) / 2
    margin = half + scale.window_length_m
    lines = guide.zone.lines
    centres, radii = traces.balls
    away = np.linalg.norm(centres[lines] - frame.centre, axis=1)
    return Strip(
        zone=guide.zone.name,
        number=number,
        frame=frame,
        azimuth_deg=float(np.degrees(np.arctan2(east, north)) % 360),
        n_windows=n_windows,
        scale=scale,
        lines=lines[away <= radii[lines] + margin],
        past_end=bool(guide.length_m < scale.window_length_m),
    )
