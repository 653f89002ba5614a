"""The map of a fault zone: its traces, its windows coloured by KE, scale and north."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ssf_model.estimate.along_strike import reaches_km, window_length_km
from ssf_model.estimate.estimating import WindowEstimate
from ssf_model.geometry.frames import LocalFrame, middle_of, unbroken_longitudes
from ssf_model.geometry.segments import clip_segments
from ssf_model.report.ke_colours import KE_COLOURS, KE_EDGES, UNKNOWN_LABEL, UNKNOWN_LINE, ke_colour
from ssf_model.report.shapes import (
    BLACK,
    Picture,
    Shape,
    hatching,
    nice_ticks,
    rectangle,
    round_length,
)
from ssf_model.report.shown_zones import ShownZone

WIDTH = 720.0
LEFT, RIGHT, TOP, BOTTOM = 58.0, 552.0, 30.0, 26.0  # of the frame; the legend stands right of it
UNTITLED_TOP = 8.0
LEAST_WIDTH, LEAST_HEIGHT, MOST_HEIGHT = 240.0, 226.0, 430.0
MARGIN = 0.04  # of the ground around what is shown
FLAGGED_DASH = (4.0, 2.5)  # as on QGIS's map
DETAIL = 0.25  # what is smaller than this cannot be seen
LABEL_SIZE = 9.0
BAR_WIDTH = 100.0  # of the longest scale bar
LABELLED = 24.0  # windows drawn shorter than this have no room for a number
CROWDED = 8.0  # outlines of windows drawn shorter than this would hide their colours
LABEL_ROOM = 14.0  # from a label's middle to the side
HATCH = 5.0
OUTLINE = "#3c3c3c"
TRACES: dict[str, Any] = {"stroke": "#000000", "width": 1.1, "name": "traces"}
OTHERS: dict[str, Any] = {"stroke": "#8c8c8c", "width": 0.7, "name": "other traces"}


@dataclass(frozen=True)
class _Sheet:
    """A piece of ground and its place on the picture."""

    frame: LocalFrame
    middle: np.ndarray  # metres
    scale: float  # units a metre
    box: tuple[float, float, float, float]  # left, top, right, bottom

    def place(self, metres: np.ndarray) -> np.ndarray:
        """Metres in the frame, (n, 2), as places on the picture."""
        left, top, right, bottom = self.box
        corner = np.array([(left + right) / 2, (top + bottom) / 2])
        return corner + (metres - self.middle) * [self.scale, -self.scale]

    def ground(self, places: np.ndarray) -> np.ndarray:
        """Places on the picture as longitude and latitude, (n, 2)."""
        left, top, right, bottom = self.box
        corner = np.array([(left + right) / 2, (top + bottom) / 2])
        return self.frame.to_lonlat((places - corner) / [self.scale, -self.scale] + self.middle)


def draw_map(zone: ShownZone, *, titled: bool = True) -> Picture:
    """Draw the map of a zone, north up, in a plane around its middle; its name may be above."""
    sheet = _laid(zone, TOP if titled else UNTITLED_TOP)
    left, top, _, bottom = sheet.box
    picture = Picture(WIDTH, bottom + BOTTOM, f"Map of fault zone {zone.name}")
    if titled:
        picture.words(left, top - 11, zone.name, size=13, bold=True)
    picture.area(rectangle(*sheet.box), fill="#ffffff", name="ground")
    outlines = [sheet.place(sheet.frame.to_metres(one.footprint)) for one in zone.windows]
    for window, ring in zip(zone.windows, outlines):
        draw_filling(picture, window.ke, ring, name="window", label=describe(window))
    for window, ring in zip(zone.windows, _own_parts(zone.windows, outlines)):
        draw_filling(picture, window.ke, ring, name="own part", label=describe(window))
    for window, ring in zip(zone.windows, outlines):
        dash = FLAGGED_DASH if window.flags else ()
        width = 0.8 if np.linalg.norm(ring[1] - ring[0]) > CROWDED else 0.3
        picture.line(*ring, stroke=OUTLINE, width=width, dash=dash, name="outline")
    for lines, style in ((zone.others, OTHERS), (zone.lines, TRACES)):
        parts = tuple(_clipped([sheet.place(sheet.frame.to_metres(one)) for one in lines], sheet))
        if parts:
            picture.items.append(Shape(parts, **style))
    for window, ring in zip(zone.windows, outlines):
        if window.ke is not None:
            _label_window(picture, window.ke, ring)
    _draw_frame(picture, sheet)
    _draw_legend(picture, sheet, bool(zone.others))
    return picture


def draw_filling(picture: Picture, ke: float | None, ring: np.ndarray, **said: str) -> None:
    """Draw an area in the colour of its KE, hatched where it has none."""
    picture.area(ring, fill=ke_colour(ke), **said)
    if ke is None:
        lines = hatching(ring[:4], apart=HATCH)
        if lines:
            picture.items.append(Shape(lines, stroke=UNKNOWN_LINE, width=0.6, name="hatching"))


def describe(window: WindowEstimate) -> str:
    """Say in a few words what is known of a window."""
    place = f"{window.along_km:.1f} km"
    flags = f" ({', '.join(window.flags)})" if window.flags else ""
    if window.ke is None:
        return f"{place}: {UNKNOWN_LABEL}{flags}"
    return f"{place}: KE {window.ke:.2f}, OFD {window.ofd:.2f}{flags}"


def _laid(zone: ShownZone, top: float) -> _Sheet:
    """The ground to show, as large as the page allows."""
    corners = np.concatenate([window.footprint for window in zone.windows])
    frame = middle_of(corners)
    shown = np.concatenate([frame.to_metres(one) for one in (corners, *zone.lines)])
    low, high = shown.min(axis=0), shown.max(axis=0)
    size = (high - low) * (1 + 2 * MARGIN)
    scale = float(min((RIGHT - LEFT) / size[0], MOST_HEIGHT / size[1]))
    width, height = np.maximum(size * scale, [LEAST_WIDTH, LEAST_HEIGHT])
    box = (LEFT, top, LEFT + float(width), top + float(height))
    return _Sheet(frame, (low + high) / 2, scale, box)


def _own_parts(
    windows: Sequence[WindowEstimate], outlines: Sequence[np.ndarray]
) -> Iterator[np.ndarray]:
    """What of each window's outline is nearer to it than to its neighbours along strike.

    Windows overlap; drawn whole, the last one would hide a part of the one before.
    """
    length = window_length_km(windows[0])
    for ring, (before, after) in zip(outlines, reaches_km([w.along_km for w in windows], length)):
        first, second, third, fourth = ring[:4]
        begin, end = 0.5 - before / length, 0.5 + after / length
        yield np.array(
            [
                first + begin * (second - first),
                first + end * (second - first),
                fourth + end * (third - fourth),
                fourth + begin * (third - fourth),
                first + begin * (second - first),
            ]
        )


def _clipped(paths: Sequence[np.ndarray], sheet: _Sheet) -> Iterator[np.ndarray]:
    """What of lines lies within the frame, without detail that cannot be seen."""
    low, high = np.array(sheet.box[:2]), np.array(sheet.box[2:])
    for path in paths:
        if (path.max(axis=0) < low).any() or (path.min(axis=0) > high).any():
            continue
        coarse = np.round(path / DETAIL)
        moves = (coarse[1:] != coarse[:-1]).any(axis=1)
        kept = path[np.concatenate([[True], moves[:-1], [True]])] if len(path) > 2 else path
        if ((kept >= low) & (kept <= high)).all():
            yield kept
            continue
        first, last = kept[:-1], kept[1:]
        t_in, t_out = clip_segments(first, last, low, high)
        run: list[np.ndarray] = []
        for a, b, enters, leaves in zip(first, last, t_in.tolist(), t_out.tolist()):
            if enters < leaves:
                run = run or [a + enters * (b - a)]
                run.append(a + leaves * (b - a))
            if run and not (enters < leaves and leaves == 1):
                yield np.array(run)
                run = []
        if run:
            yield np.array(run)


def _label_window(picture: Picture, ke: float, ring: np.ndarray) -> None:
    """Write KE near the side of a window, where there is room for it."""
    middle, side = ring[:4].mean(axis=0), (ring[2] + ring[3]) / 2
    half_width = float(np.linalg.norm(side - middle))
    if np.linalg.norm(ring[1] - ring[0]) < LABELLED or half_width < LABELLED:
        return
    x, y = middle + (1 - max(0.16, LABEL_ROOM / half_width)) * (side - middle)
    picture.words(x, y + LABEL_SIZE * 0.36, f"{ke:.2f}", size=LABEL_SIZE, anchor="middle")


def _draw_frame(picture: Picture, sheet: _Sheet) -> None:
    """Draw the frame with longitudes below and latitudes at its left."""
    left, top, right, bottom = sheet.box
    share = np.linspace(0, 1, 65)[:, None]
    below = np.array([left, bottom]) + share * [right - left, 0]
    beside = np.array([left, bottom]) + share * [0, top - bottom]
    lon = unbroken_longitudes(sheet.ground(below)[:, 0])
    lat = sheet.ground(beside)[:, 1]
    if (np.diff(lon) > 0).all():
        for degrees in nice_ticks(lon[0], lon[-1], 6):
            x = float(np.interp(degrees, lon, below[:, 0]))
            picture.line((x, bottom), (x, bottom + 4), width=0.8)
            label = _degrees((degrees + 180) % 360 - 180, "EW")
            picture.words(x, bottom + 16, label, size=LABEL_SIZE, anchor="middle")
    if (np.diff(lat) > 0).all():
        for degrees in nice_ticks(lat[0], lat[-1], 5):
            y = float(np.interp(degrees, lat, beside[:, 1]))
            picture.line((left, y), (left - 4, y), width=0.8)
            label = _degrees(degrees, "NS")
            picture.words(left - 7, y + 3.2, label, size=LABEL_SIZE, anchor="end")
    picture.line(*rectangle(*sheet.box), width=0.9, name="frame")


def _degrees(value: float, letters: str) -> str:
    """A longitude or latitude with its letter; no more decimals than it has."""
    letter = letters[0] if value > 0 else letters[1] if value < 0 else ""
    return f"{abs(round(value, 4)):.6g}°{letter}"


def _draw_legend(picture: Picture, sheet: _Sheet, others: bool) -> None:
    """Draw north, the scale bar and what colours and lines mean, right of the frame."""
    _, top, right, _ = sheet.box
    x, y = right + 18, top + 2
    picture.area(
        np.array([[x + 7, y], [x + 12, y + 20], [x + 7, y + 15.5], [x + 2, y + 20]]),
        fill=BLACK,
        name="north",
    )
    picture.words(x + 7, y + 31, "N", size=10, anchor="middle", bold=True)
    length = round_length(BAR_WIDTH / sheet.scale / 1000)
    end = x + 30 + length * 1000 * sheet.scale
    for points in (((x + 30, y + 16), (end, y + 16)), *_ends(x + 30, end, y + 16)):
        picture.line(*points, width=1.2, name="scale bar")
    picture.words((x + 30 + end) / 2, y + 31, f"{length:g} km", size=LABEL_SIZE, anchor="middle")
    y += 46
    classes = list(zip(KE_EDGES[:-1], KE_EDGES[1:], KE_COLOURS))[::-1]
    entries = [(f"KE {low:.1f} - {high:.1f}", (low + high) / 2) for low, high, _ in classes]
    for text, ke in (*entries, (UNKNOWN_LABEL, None)):
        box = rectangle(x, y, x + 20, y + 11)
        draw_filling(picture, ke, box)
        picture.line(*box, stroke=OUTLINE, width=0.7)
        picture.words(x + 27, y + 9, text, size=10)
        y += 16
    box = rectangle(x, y, x + 20, y + 11)
    picture.line(*box, stroke=OUTLINE, width=0.9, dash=FLAGGED_DASH)
    picture.words(x + 27, y + 9, "flagged", size=10)
    rows = [("traces of the zone", TRACES), ("other traces", OTHERS)]
    for text, style in rows if others else rows[:1]:
        y += 16
        picture.line((x, y + 6), (x + 20, y + 6), **{**style, "name": ""})
        picture.words(x + 27, y + 9, text, size=10)


def _ends(left: float, right: float, y: float) -> Iterator[tuple[tuple[float, float], ...]]:
    """The upright ends of a scale bar."""
    for x in (left, right):
        yield (x, y - 3), (x, y + 3)
