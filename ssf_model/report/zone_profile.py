"""The profile of a fault zone: KE and OFD along its strike, with their spread."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ssf_model.estimate.along_strike import reaches_km, window_length_km, window_middle
from ssf_model.estimate.estimating import WindowEstimate
from ssf_model.report.ke_colours import KE_COLOURS, KE_EDGES, UNKNOWN_LABEL, ke_colour
from ssf_model.report.shapes import Dot, Picture, Shape, hatching, nice_ticks, rectangle
from ssf_model.report.shown_zones import ShownZone
from ssf_model.report.zone_map import HATCH, LABEL_SIZE, LEFT, OUTLINE, RIGHT, WIDTH, describe

TOP, BOTTOM, HEIGHT = 12.0, 212.0, 250.0
BAND = "#b9c4cf"
GRID = "#e4e4e4"
MOST_RADIUS, LEAST_RADIUS = 3.6, 1.8
CAP = 2.5  # half the width of a whisker's ends
COMPASS = ("N", "NE", "E", "SE", "S", "SW", "W", "NW")


@dataclass(frozen=True)
class _Axes:
    """Kilometres along strike and KE as places on the picture."""

    first_km: float
    last_km: float

    def x(self, along_km: float) -> float:
        """The place of a distance along strike."""
        share = (along_km - self.first_km) / (self.last_km - self.first_km)
        return LEFT + share * (RIGHT - LEFT)

    def y(self, ke: float | None) -> float:
        """The place of a KE that is known."""
        if ke is None:
            message = "A KE that is not known has no place on the picture."
            raise ValueError(message)
        return BOTTOM - ke * (BOTTOM - TOP)


def draw_profile(zone: ShownZone) -> Picture:
    """Draw KE (left axis) and OFD (right axis) along the strike of a zone."""
    windows = zone.windows
    length = window_length_km(windows[0])
    axes = _Axes(windows[0].along_km - length / 2, windows[-1].along_km + length / 2)
    picture = Picture(WIDTH, HEIGHT, f"KE and OFD along the strike of fault zone {zone.name}")
    for ke in KE_EDGES:
        picture.line((LEFT, axes.y(ke)), (RIGHT, axes.y(ke)), stroke=GRID, width=0.8)
    for low, high in _unknown_stretches(windows, length):
        ring = rectangle(axes.x(low), TOP, axes.x(high), BOTTOM)
        picture.area(ring, fill=ke_colour(None), name="unknown", label=UNKNOWN_LABEL)
        picture.items.append(_hatched(ring))
    radius = _radius(windows, axes)
    for run in _runs(windows, length):
        _draw_run(picture, run, axes)
    for window in windows:
        if window.ke is not None:
            _draw_window(picture, window, axes, radius)
    _draw_axes(picture, axes)
    _draw_ends(picture, windows)
    _draw_legend(picture, windows)
    return picture


def _unknown_stretches(
    windows: Sequence[WindowEstimate], length: float
) -> Iterator[tuple[float, float]]:
    """Where along strike windows have no KE: from and to, one stretch a window."""
    reaches = reaches_km([window.along_km for window in windows], length)
    for window, (before, after) in zip(windows, reaches.tolist()):
        if window.ke is None:
            yield window.along_km - before, window.along_km + after


def _hatched(ring: np.ndarray) -> Shape:
    """The hatching of a stretch without KE."""
    return Shape(hatching(ring[:4], apart=HATCH), stroke="#b0b0b0", width=0.6, name="hatching")


def _runs(windows: Sequence[WindowEstimate], length: float) -> Iterator[list[WindowEstimate]]:
    """Windows with KE that follow each other without a gap."""
    run: list[WindowEstimate] = []
    for window in windows:
        if run and (window.ke is None or window.along_km - run[-1].along_km > length):
            yield run
            run = []
        if window.ke is not None:
            run.append(window)
    if run:
        yield run


def _radius(windows: Sequence[WindowEstimate], axes: _Axes) -> float:
    """Size of the marks, smaller where they stand close."""
    along = [axes.x(window.along_km) for window in windows]
    apart = float(np.median(np.diff(along))) if len(along) > 1 else np.inf
    return min(max(0.42 * apart, LEAST_RADIUS), MOST_RADIUS)


def _draw_run(picture: Picture, run: Sequence[WindowEstimate], axes: _Axes) -> None:
    """The ensemble's band and the line through a run; a lone window's band is a bar."""
    x = [axes.x(window.along_km) for window in run]
    low = [axes.y(window.ke_p05) for window in run]
    high = [axes.y(window.ke_p95) for window in run]
    if len(run) == 1:
        ring = rectangle(x[0] - MOST_RADIUS, high[0], x[0] + MOST_RADIUS, low[0])
    else:
        ring = np.array([*zip(x, high), *list(zip(x, low))[::-1]])
    picture.area(ring, fill=BAND, name="band")
    if len(run) > 1:
        middle = [axes.y(window.ke) for window in run]
        picture.line(*zip(x, middle), stroke="#303030", width=1.0, name="line")


def _draw_window(picture: Picture, window: WindowEstimate, axes: _Axes, radius: float) -> None:
    """A window's mark, a diamond where it is flagged, and its calibrated interval."""
    x, y = axes.x(window.along_km), axes.y(window.ke)
    if window.ke_low is not None:
        _draw_whisker(picture, x, axes.y(window.ke_low), axes.y(window.ke_high))
    if window.flags:
        mark = _diamond(x, y, radius, ke_colour(window.ke), "window flagged", describe(window))
        picture.items.append(mark)
    else:
        dot = Dot(x, y, radius, ke_colour(window.ke), name="window", label=describe(window))
        picture.items.append(dot)


def _draw_whisker(picture: Picture, x: float, low: float, high: float) -> None:
    """An upright line with ends."""
    for points in (
        ((x, low), (x, high)),
        ((x - CAP, low), (x + CAP, low)),
        ((x - CAP, high), (x + CAP, high)),
    ):
        picture.line(*points, stroke="#303030", width=0.8, name="interval")


def _diamond(
    x: float, y: float, radius: float, fill: str, name: str = "", label: str = ""
) -> Shape:
    """The mark of a flagged window."""
    reach = 1.45 * radius
    ring = np.array([[x, y - reach], [x + reach, y], [x, y + reach], [x - reach, y]])
    return Shape((ring,), stroke="#222222", fill=fill, name=name, label=label)


def _draw_axes(picture: Picture, axes: _Axes) -> None:
    """The frame, its ticks, and the classes of KE as a coloured edge."""
    for low, high, colour in zip(KE_EDGES[:-1], KE_EDGES[1:], KE_COLOURS):
        ring = rectangle(LEFT - 6, axes.y(high), LEFT, axes.y(low))
        picture.area(ring, fill=colour, name="class")
    for ke in KE_EDGES:
        y = axes.y(ke)
        picture.line((LEFT - 9, y), (LEFT, y), width=0.8)
        picture.words(LEFT - 12, y + 3.4, f"{ke:.1f}", size=10, anchor="end", name="ke tick")
        picture.line((RIGHT, y), (RIGHT + 4, y), width=0.8)
        picture.words(RIGHT + 7, y + 3.4, f"{1 - ke:.1f}", size=10, name="ofd tick")
    for along in nice_ticks(axes.first_km, axes.last_km, 9):
        x = axes.x(along)
        picture.line((x, BOTTOM), (x, BOTTOM + 4), width=0.8)
        picture.words(x, BOTTOM + 16, f"{along:g}", size=10, anchor="middle", name="km tick")
    picture.line(*rectangle(LEFT, TOP, RIGHT, BOTTOM), width=0.9, name="frame")
    middle = (TOP + BOTTOM) / 2
    picture.words((LEFT + RIGHT) / 2, BOTTOM + 31, "Distance along strike (km)", anchor="middle")
    picture.words(16, middle, "KE", anchor="middle", angle_deg=-90)
    picture.words(RIGHT + 36, middle, "OFD", anchor="middle", angle_deg=-90)


def _draw_ends(picture: Picture, windows: Sequence[WindowEstimate]) -> None:
    """Write towards where the zone begins and ends."""
    (lon, lat), (to_lon, to_lat) = window_middle(windows[0]), window_middle(windows[-1])
    if len(windows) == 1:
        azimuth = windows[0].trend_deg
    else:
        east = ((to_lon - lon + 180) % 360 - 180) * np.cos(np.radians((lat + to_lat) / 2))
        azimuth = np.degrees(np.arctan2(east, to_lat - lat))
    for x, anchor, towards in ((LEFT, "start", azimuth + 180), (RIGHT, "end", azimuth)):
        name = COMPASS[round(towards / 45) % 8]
        picture.words(x, BOTTOM + 31, name, anchor=anchor, bold=True)


def _draw_legend(picture: Picture, windows: Sequence[WindowEstimate]) -> None:
    """What marks and bands mean, right of the axes."""
    x, y = RIGHT + 52, TOP + 6
    fill = "#ffffff"
    rows: list[tuple[str, Shape | Dot]] = [("window", Dot(x + 7, y, MOST_RADIUS, fill))]
    if any(window.flags and window.ke is not None for window in windows):
        rows.append(("flagged window", _diamond(x + 7, y + 18, MOST_RADIUS, fill)))
    for number, (text, mark) in enumerate(rows):
        picture.items.append(mark)
        picture.words(x + 19, y + 18 * number + 3.5, text, size=LABEL_SIZE)
    y += 18 * len(rows)
    picture.area(rectangle(x, y - 5, x + 14, y + 5), fill=BAND)
    picture.words(x + 19, y, "ensemble, 5-95 %", size=LABEL_SIZE)
    picture.words(x + 19, y + 11, "(drawing alone)", size=LABEL_SIZE)
    y += 30
    if any(window.ke_low is not None for window in windows):
        _draw_whisker(picture, x + 7, y + 6, y - 6)
        picture.words(x + 19, y, "calibrated", size=LABEL_SIZE)
        picture.words(x + 19, y + 11, "interval", size=LABEL_SIZE)
        y += 30
    if any(window.ke is None for window in windows):
        ring = rectangle(x, y - 6, x + 14, y + 6)
        picture.area(ring, fill=ke_colour(None))
        picture.items.append(_hatched(ring))
        picture.line(*ring, stroke=OUTLINE, width=0.6)
        picture.words(x + 19, y + 3.5, UNKNOWN_LABEL, size=LABEL_SIZE)
