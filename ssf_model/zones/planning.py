"""The plan: zones, their guide lines, and strips laid along them.

The laboratory's box holds five windows side by side; a curved fault is a chain of such boxes.
A strip has fewer where the guide bends away from a straight line.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from ssf_model.errors import InputError
from ssf_model.faults.repeats import first_drawn
from ssf_model.faults.traces import Traces, make_traces
from ssf_model.geometry.frames import LocalFrame
from ssf_model.options import check_pixel_size, check_trend
from ssf_model.scale import ExperimentScale
from ssf_model.zones.boxes import share_windows
from ssf_model.zones.grouping import Zone, find_zones
from ssf_model.zones.guide_fitting import fit_guides
from ssf_model.zones.guides import Guide, zones_of_guides
from ssf_model.zones.strips import Strip, lines_around, trace_of_others

# A window counts as whole if it reaches past the mapped ends by no more than this in all: half
# a pixel, so that a length of 6.4 + 5 n km drawn to the metre does not decide by its noise.
ROUNDING_PX = 0.5


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
    zones = plan_zones(
        traces,
        scale=scale,
        guides=guides,
        trend_deg=trend_deg,
        cancelled=cancelled,
        progress=progress,
    )
    return [strip for strips in zones for strip in strips]


def plan_zones(
    traces: Traces,
    *,
    scale: ExperimentScale,
    guides: Sequence[np.ndarray] | None = None,
    trend_deg: float | None = None,
    cancelled: Callable[[], bool] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Iterator[list[Strip]]:
    """Do the work of `plan_strips` zone by zone, so that others can begin with the first.

    Parameters, and what is raised as zones come, are those of `plan_strips`.

    Yields
    ------
    strips : list of Strip
        Of the next zone, or of all guides that the user drew.
    """
    cancelled = cancelled or (lambda: False)
    check_trend(trend_deg)
    check_pixel_size(scale.pixel_size_m)
    if guides is not None:
        yield _along_drawn(traces, guides, trend_deg, scale, cancelled)
        return
    zones = find_zones(traces, cancelled=cancelled)
    for done, zone in enumerate(zones, start=1):
        if cancelled():
            return
        yield _of_zone(traces, zone, scale, trend_deg)
        if progress is not None:
            progress(done, len(zones))


def _of_zone(
    traces: Traces, zone: Zone, scale: ExperimentScale, trend_deg: float | None
) -> list[Strip]:
    """Strips along the guides of a zone that was found."""
    # A line drawn twice is no second strand: only its first copy shapes the guide.
    first = first_drawn([traces.points[line] for line in zone.lines])
    alone = dataclasses.replace(zone, lines=zone.lines[np.unique(first)])
    strips: list[Strip] = []
    for guide in fit_guides(traces, alone, scale=scale, trend_deg=trend_deg):
        drawn = np.isin(zone.lines[first], guide.zone.lines)
        whole = dataclasses.replace(guide.zone, lines=zone.lines[drawn])
        strips.extend(_lay(dataclasses.replace(guide, zone=whole), scale, traces))
    return strips


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
    names = [f"guide {number}" for number in range(1, len(guides) + 1)]
    guides = make_traces([[line] for line in guides], names=names).lines  # refuses what is no line
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
    total = max(1, int(np.floor(spare / stride + ROUNDING_PX / scale.stride_px)) + 1)
    begin = (spare - (total - 1) * stride) / 2
    boxes = share_windows(guide.vertices, begin, total, scale=scale)
    middles = np.array([box.middle for box in boxes])
    ahead = middles + 1000.0 * np.array([box.direction for box in boxes])
    middles, ahead = np.split(guide.frame.to_lonlat(np.concatenate([middles, ahead])), 2)
    return [
        _strip(guide, number, box.n_windows, places, begin + box.first * stride, traces, scale)
        for number, (box, places) in enumerate(zip(boxes, zip(middles, ahead)), start=1)
    ]


def _strip(
    guide: Guide,
    number: int,
    n_windows: int,
    places: tuple[np.ndarray, np.ndarray],
    begin_m: float,
    traces: Traces,
    scale: ExperimentScale,
) -> Strip:
    """A strip in a frame of its own, from its middle and a place ahead, longitude and latitude."""
    middle, ahead = places
    frame = LocalFrame(*middle.tolist())
    east, north = frame.to_metres(ahead[None])[0]
    strip = Strip(
        zone=guide.zone.name,
        number=number,
        frame=frame,
        azimuth_deg=float(np.degrees(np.arctan2(east, north)) % 360),
        n_windows=n_windows,
        scale=scale,
        lines=lines_around(traces, guide.zone.lines, frame=frame, n_windows=n_windows, scale=scale),
        past_end=bool(guide.length_m < scale.window_length_m - ROUNDING_PX * scale.pixel_size_m),
        along_m=float(begin_m + scale.window_length_m / 2),
        guide=guide,
    )
    return dataclasses.replace(strip, others=trace_of_others(traces, strip))
