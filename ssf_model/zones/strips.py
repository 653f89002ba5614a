"""Strips: straight frames of up to five windows on the ground, and what is drawn in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ssf_model.drawing.raster import burn_traces
from ssf_model.drawing.windows import window_boxes, window_starts
from ssf_model.faults.traces import Traces
from ssf_model.geometry.frames import LocalFrame, unbroken_longitudes
from ssf_model.geometry.segments import clip_segments
from ssf_model.scale import ExperimentScale
from ssf_model.zones.guides import Guide

BESIDE_PX = 2.0  # our choice: two drawings of one fault lie nearer to each other than two strands


class Others(NamedTuple):
    """Trace in a window that is not drawn, since it is of another zone, or part of one.

    `length_m` is how much; `share` that of all trace in the window, 0 to 1; `beside_m` how much
    of it runs within `BESIDE_PX` of lines that are drawn, as where two sources draw one fault.
    """

    length_m: float
    share: float
    beside_m: float


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
    along_m : float
        Place of the first window's middle along the zone's guide line, from where that begins.
    guide : Guide, optional
        That line; estimates do not need it.
    others : tuple of Others
        For each window the trace of other zones in it, from `trace_of_others`; empty where that
        was not looked for.
    """

    zone: str
    number: int
    frame: LocalFrame
    azimuth_deg: float
    n_windows: int
    scale: ExperimentScale
    lines: np.ndarray
    past_end: bool
    along_m: float
    guide: Guide | None = None
    others: tuple[Others, ...] = ()

    @property
    def stride_m(self) -> float:
        """Metres from one window to the next."""
        return self.scale.stride_px * self.scale.pixel_size_m

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

    def to_lonlat(self, metres: np.ndarray) -> np.ndarray:
        """Turn metres along and across from the lower left, (n, 2), into degrees, (n, 2).

        Longitudes run on past 180 degrees rather than jump at the antimeridian.
        """
        lonlat = self.frame.to_lonlat(self._to_frame(metres))
        lonlat[:, 0] = unbroken_longitudes(lonlat[:, 0])
        return lonlat

    def footprint(self, window: int) -> np.ndarray:
        """Give a window's outline as a closed ring of longitude and latitude, (5, 2)."""
        return self.footprints()[window]

    def footprints(self) -> np.ndarray:
        """Give all windows' outlines, (n_windows, 5, 2), each as `footprint` does."""
        left = np.array(window_starts(self.shape[1], scale=self.scale)) * self.scale.pixel_size_m
        right, top = left + self.scale.window_length_m, self.scale.window_width_m
        along = np.stack([left, right, right, left, left], axis=1)
        up = np.broadcast_to([0.0, 0.0, top, top, 0.0], along.shape)
        metres = np.stack([along, up], axis=2)
        lonlat = self.frame.to_lonlat(self._to_frame(metres.reshape(-1, 2))).reshape(metres.shape)
        lonlat[..., 0] = unbroken_longitudes(lonlat[..., 0])
        return lonlat

    @property
    def outline(self) -> np.ndarray:
        """Outline as a closed ring of longitude and latitude, (5, 2)."""
        rows, cols = self.shape
        right, top = cols * self.scale.pixel_size_m, rows * self.scale.pixel_size_m
        return self.to_lonlat(
            np.array([[0.0, 0.0], [right, 0.0], [right, top], [0.0, top], [0.0, 0.0]])
        )

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


def lines_around(
    traces: Traces,
    lines: np.ndarray,
    *,
    frame: LocalFrame,
    n_windows: int,
    scale: ExperimentScale,
) -> np.ndarray:
    """Pick the lines that may reach into a strip, or into windows moved from it.

    Parameters
    ----------
    traces : Traces
        The fault map.
    lines : (k,) int array
        Numbers in `Traces.lines` of the lines to pick from.
    frame, n_windows, scale
        The strip's.

    Returns
    -------
    near : (j,) int array
        Those within a window's length of it, judged by balls around the lines and the strip.
    """
    half = scale.pixel_size_m * np.hypot(scale.window_rows, scale.strip_cols(n_windows)) / 2
    centres, radii = traces.balls
    away = np.linalg.norm(centres[lines] - frame.centre, axis=1)
    return lines[away <= radii[lines] + half + scale.window_length_m]


def trace_of_others(traces: Traces, strip: Strip) -> tuple[Others, ...]:
    """Measure the trace in each window of a strip that is none of the strip's lines."""
    every = np.arange(len(traces.lines))
    around = lines_around(
        traces, every, frame=strip.frame, n_windows=strip.n_windows, scale=strip.scale
    )
    is_own = np.isin(around, strip.lines)
    if is_own.all():
        return (Others(0.0, 0.0, 0.0),) * strip.n_windows
    size = strip.scale.pixel_size_m
    points = [traces.points[line] for line in around]
    stops = np.cumsum([len(line) for line in points])
    paths = np.split(strip.earth_centred_to_strip(np.concatenate(points)) / size, stops[:-1])
    first = np.concatenate([path[:-1] for path in paths])
    last = np.concatenate([path[1:] for path in paths])
    foreign = np.repeat(~is_own, [len(path) - 1 for path in paths])
    lengths = np.hypot(*(last - first).T)
    own = [path for path, mine in zip(paths, is_own.tolist()) if mine]
    cols, beside = _beside(own, first[foreign], last[foreign], strip.shape)
    found = []
    starts = window_starts(strip.shape[1], scale=strip.scale)
    t_in, t_out = clip_segments(first, last, *window_boxes(starts, scale=strip.scale))
    for start, inside in zip(starts, np.maximum(t_out - t_in, 0) * lengths):
        other, total = float(inside[foreign].sum()), float(inside.sum())
        here = (cols >= start) & (cols < start + strip.scale.window_cols)
        share = other / total if total > 0 else 0.0
        found.append(Others(other * size, share, float(beside[here].sum()) * size))
    return tuple(found)


def _beside(
    own: Sequence[np.ndarray], first: np.ndarray, last: np.ndarray, shape: tuple[int, int]
) -> tuple[np.ndarray, np.ndarray]:
    """Columns and lengths, in pixels, of the pieces of segments that run beside lines."""
    rows, cols = shape
    t_in, t_out = clip_segments(first, last, np.zeros(2), np.array([cols, rows], dtype=float))
    crossing = t_out > t_in
    if not crossing.any():
        return np.empty(0, dtype=np.int64), np.empty(0)
    band = burn_traces(own, shape, pixel_size_m=1.0, thickness_px=[2 * BESIDE_PX])[0]
    along = (last - first)[crossing]
    start, step = t_in[crossing], (t_out - t_in)[crossing]
    counts = np.maximum(np.ceil(np.hypot(*along.T) * step), 1).astype(np.int64)
    segment = np.repeat(np.arange(len(counts)), counts)
    rank = np.arange(len(segment)) - np.repeat(np.cumsum(counts) - counts, counts)
    share = start[segment] + step[segment] * (rank + 0.5) / counts[segment]
    middles = first[crossing][segment] + share[:, None] * along[segment]
    col = np.clip(middles[:, 0].astype(np.int64), 0, cols - 1)
    row = np.clip(rows - 1 - middles[:, 1].astype(np.int64), 0, rows - 1)
    lengths = (np.hypot(*along.T) * step / counts)[segment]
    return col, lengths * band[row, col]


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
