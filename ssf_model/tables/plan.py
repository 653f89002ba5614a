"""Tables of a plan: windows, guide lines, and the zone of every trace, before any estimate.

Strips have a table of their own in `strip_raster`. Every row comes with its shape in degrees.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from ssf_model.faults.traces import Traces
from ssf_model.geometry.frames import unbroken_longitudes
from ssf_model.tables.fields import Field
from ssf_model.zones.guides import Guide
from ssf_model.zones.strips import Strip

PLAN_WINDOW_FIELDS = (
    Field("zone", "str", "Fault zone: value of the zone field, or its number on the map"),
    Field("strip", "int", "Straight frame of up to five windows, counted along the zone"),
    Field("window", "int", "Window within the strip, from 1"),
    Field("along_km", "float", "Place of the window's middle along the zone, from its beginning"),
    Field("trend_deg", "float", "Azimuth of the window's length, 0 to 180 degrees"),
)
GUIDE_FIELDS = (
    Field("zone", "str", "Fault zone that the line guides"),
    Field("length_km", "float", "Length of the line"),
    Field("n_strips", "int", "Strips laid along it"),
    Field("n_windows", "int", "Windows of these"),
    Field("n_lines", "int", "Trace lines of the zone"),
)
TRACE_ZONE_FIELDS = (
    Field("zone", "str", "Fault zone that the trace belongs to; NULL where it is in none"),
)
PART = ", part "  # what follows a zone's name in those of its other guides


def plan_window_rows(strip: Strip) -> Iterator[tuple[tuple[int | float | str, ...], np.ndarray]]:
    """Give a row of `PLAN_WINDOW_FIELDS` and a ring in degrees for each window of a strip."""
    for number in range(strip.n_windows):
        along_km = (strip.along_m + number * strip.stride_m) / 1000
        yield (
            (strip.zone, strip.number, number + 1, along_km, strip.trend_deg),
            strip.footprint(number),
        )


def guide_rows(
    strips: Sequence[Strip],
) -> Iterator[tuple[tuple[int | float | str, ...], list[np.ndarray]]]:
    """Give a row of `GUIDE_FIELDS` and the line in degrees for each guide line of a plan."""
    for guide, own in _by_guide(strips):
        n_windows = sum(strip.n_windows for strip in own)
        lonlat = guide.frame.to_lonlat(guide.vertices)
        lonlat[:, 0] = unbroken_longitudes(lonlat[:, 0])
        values = (
            guide.zone.name,
            guide.length_m / 1000,
            len(own),
            n_windows,
            len(guide.zone.lines),
        )
        yield values, [lonlat]


def zones_of_features(traces: Traces, strips: Sequence[Strip]) -> list[str | None]:
    """Name the zone of every feature: that of the first guide line along which one of it lies."""
    names: list[str | None] = [None] * traces.n_features
    for guide, _ in _by_guide(strips):
        for feature in traces.features[guide.zone.lines].tolist():
            if names[feature] is None:
                names[feature] = guide.zone.name.split(PART)[0]
    return names


def _by_guide(strips: Sequence[Strip]) -> Iterator[tuple[Guide, list[Strip]]]:
    """The guide lines of a plan, each with its strips."""
    found: dict[int, tuple[Guide, list[Strip]]] = {}
    for strip in strips:
        if strip.guide is not None:
            found.setdefault(id(strip.guide), (strip.guide, []))[1].append(strip)
    yield from found.values()
