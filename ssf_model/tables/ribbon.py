"""KE along a zone as a ribbon: its guide line in stretches, each nearest to one window.

Windows are 12.8 km wide and overlap; a map of a whole region shows the ribbon instead.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ssf_model.estimate.estimating import StripEstimate
from ssf_model.geometry.curves import distances_along, places_along
from ssf_model.geometry.frames import unbroken_longitudes
from ssf_model.tables.fields import FLAG_SEPARATOR, Field
from ssf_model.zones.guides import Guide
from ssf_model.zones.strips import Strip

RIBBON_FIELDS = (
    Field("zone", "str", "Fault zone"),
    Field("strip", "int", "Strip of the window that is nearest along the zone"),
    Field("window", "int", "That window's number in the strip"),
    Field("from_km", "float", "Where the stretch begins along the zone's guide line"),
    Field("to_km", "float", "Where it ends"),
    Field("ke", "float", "Kinematic efficiency of the window; NULL if unknown"),
    Field("ofd", "float", "Off-fault deformation, 1 - ke"),
    Field("ke_low", "float", "Lower end of the calibrated interval, or NULL"),
    Field("ke_high", "float", "Upper end of that interval"),
    Field("flags", "str", "What makes KE doubtful, separated by commas"),
)


def ribbon_rows(
    estimate: StripEstimate,
) -> Iterator[tuple[tuple[int | float | str | None, ...], list[np.ndarray]]]:
    """Give a row of `RIBBON_FIELDS` and a line in degrees for each window of a strip.

    Stretches of one guide line follow each other without gap or overlap: each goes half the way
    to the windows beside it, those at the ends as far as their window or the guide line. None
    where the strip has no guide line.
    """
    strip = estimate.strip
    if strip.guide is None:
        return
    for window in estimate.windows:
        begin_m, end_m = _reach_m(strip, strip.guide, window.window - 1)
        lonlat = _along(strip.guide, begin_m, end_m)
        yield (
            (
                window.zone,
                window.strip,
                window.window,
                begin_m / 1000,
                end_m / 1000,
                window.ke,
                window.ofd,
                window.ke_low,
                window.ke_high,
                FLAG_SEPARATOR.join(window.flags),
            ),
            [lonlat],
        )


def _reach_m(strip: Strip, guide: Guide, number: int) -> tuple[float, float]:
    """Where along its guide line the stretch of a window begins and ends."""
    middle = strip.along_m + number * strip.stride_m
    half, stride = strip.scale.window_length_m / 2, strip.stride_m
    # Windows lie in the middle of the guide: at either end less than a stride is left over.
    is_first = middle - half < stride * 0.75
    is_last = guide.length_m - (middle + half) < stride * 0.75
    begin = max(0.0, middle - half) if is_first else middle - stride / 2
    end = min(guide.length_m, middle + half) if is_last else middle + stride / 2
    return begin, end


def _along(guide: Guide, begin_m: float, end_m: float) -> np.ndarray:
    """A stretch of a guide line in degrees, with the vertices between its ends."""
    along = distances_along(guide.vertices)
    between = along[(along > begin_m) & (along < end_m)]
    stops = np.concatenate([[begin_m], between, [end_m]])
    lonlat = guide.frame.to_lonlat(places_along(guide.vertices, stops))
    lonlat[:, 0] = unbroken_longitudes(lonlat[:, 0])
    return lonlat
