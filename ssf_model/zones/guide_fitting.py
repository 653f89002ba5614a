"""Fitting guide lines: principal curves through a zone, smoothed over a window's length."""

from __future__ import annotations

import numpy as np

from ssf_model.errors import InputError
from ssf_model.faults.traces import Traces
from ssf_model.geometry.curves import (
    as_long_as,
    cut_at_corners,
    distances_along,
    evenly_spaced,
    gathered,
    principal_curve,
    project,
    straight_through,
)
from ssf_model.geometry.frames import LocalFrame, middle_of_earth_centred
from ssf_model.geometry.longest_way import longest_way
from ssf_model.geometry.segments import sampled
from ssf_model.scale import STRIP_WINDOWS, ExperimentScale
from ssf_model.zones.grouping import GAP_M, Zone, group_lines
from ssf_model.zones.guides import REACH_STEP, Guide, from_west
from ssf_model.zones.strands import STRAND_SHARE

SAMPLE_PX = 5.0  # traces are weighed in pieces of at most this length
NODE_PX = 20.0  # spacing of the guide's vertices
CORNER_DEG = 60.0  # our choice: faults that meet at a sharper corner are two, no bend of one
BRANCH_SHARE = 0.25  # our choice: a line with more of its length outside of a guide is a branch
STUB_M = 1.0  # half the length of what `straight_through` gives
MAX_REACH_M = 2_500_000.0  # a zone that reaches farther from its middle is no fault zone
MAX_WEIGHED = 1e9  # places times nodes of a guide: a straight zone of some 300,000 pixels


def fit_guides(
    traces: Traces, zone: Zone, *, scale: ExperimentScale, trend_deg: float | None = None
) -> list[Guide]:
    """Fit the guide line of a zone, and those of its parts that one line cannot guide.

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
        Azimuth in degrees clockwise from north; guides are then straight lines with this trend
        through the middle of the traces.

    Returns
    -------
    guides : list of Guide
        Each as long as its traces, measured along it. The first has the zone's name; others are
        called "NAME, part 2" onward: those beyond a corner sharper than `CORNER_DEG`, and
        branches. A branch is a group of lines, by gap and trend, that run for a quarter of
        their length or more outside of the windows along the zone's guides, half a window's
        width away, and together are as long as a window.

    Raises
    ------
    InputError
        If the zone is too wide-spread to be one.
    """
    guides: list[Guide] = []
    waiting = [zone]
    while waiting:
        following = waiting.pop(0)
        frame = _frame([traces.points[line] for line in following.lines], zone.name, scale)
        curves = _curves(traces, following, frame, scale, trend_deg)
        for curve in curves:
            name = f"{zone.name}, part {len(guides) + 1}" if guides else zone.name
            guides.append(Guide(Zone(name, following.lines), frame, from_west(curve)))
        outside = _lines_outside(traces, following.lines, frame, curves, scale)
        if not len(outside) or len(outside) == len(following.lines):
            continue
        for lines, backbone in group_lines([traces.points[line] for line in outside]):
            if traces.length_m(outside[lines]) >= scale.window_length_m:
                waiting.append(Zone("", outside[lines], backbone))
    return guides


def _frame(points: list[np.ndarray], name: str, scale: ExperimentScale) -> LocalFrame:
    """The frame of a zone, refused where its traces are a world apart, or very many pixels long.

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
    if reach > MAX_REACH_M:
        message = (
            f"Zone '{name}' spans about {2 * reach / 1000:.0f} km. A zone is one fault zone: "
            "choose a field that tells fault zones apart, or none."
        )
        raise InputError(message)
    length_px = np.linalg.norm(steps, axis=1).sum() / scale.pixel_size_m
    if length_px / SAMPLE_PX * 2 * reach / (NODE_PX * scale.pixel_size_m) > MAX_WEIGHED:
        message = (
            f"Zone '{name}' is too long for pixels of {scale.pixel_size_m:g} m: its lines are "
            f"{length_px:.0f} of them together. Use larger pixels."
        )
        raise InputError(message)
    return frame


def _curves(
    traces: Traces,
    zone: Zone,
    frame: LocalFrame,
    scale: ExperimentScale,
    trend_deg: float | None,
) -> list[np.ndarray]:
    """The guides of a zone in its plane, one on each side of every corner."""
    lines = [traces.points[line] for line in zone.lines]
    stops = np.cumsum([len(line) for line in lines])
    vertices = frame.earth_centred_to_metres(np.concatenate(lines))
    points, weights = gathered(vertices, stops, SAMPLE_PX * scale.pixel_size_m)
    if trend_deg is not None:
        azimuth = np.radians(trend_deg)
        direction = np.array([np.sin(azimuth), np.cos(azimuth)])
        return [_ended(straight_through(points, weights, direction), vertices, scale)]
    if len(points) < 3:  # a trace of a few pixels: its vertices tell more
        points, weights = vertices, np.ones(len(vertices))
    legs = cut_at_corners(
        _first_curve(zone, frame, vertices, stops, points, weights, scale),
        spacing_m=SAMPLE_PX * scale.pixel_size_m,
        reach_m=scale.window_length_m,
        corner_deg=CORNER_DEG,
    )
    spacing_m = NODE_PX * scale.pixel_size_m
    legs = _apart([evenly_spaced(leg, spacing_m) for leg in legs])
    curves = []
    mine, corners = _nearest(points, legs), _nearest(vertices, legs)
    for number, leg in enumerate(legs):
        cloud, heavy = points[mine == number], weights[mine == number]
        low, high = _reach(cloud, leg, scale)
        along = project(cloud, leg, open_ended=True)[0]
        reached = (along >= low) & (along <= high)
        curve = principal_curve(
            cloud[reached],
            heavy[reached],
            leg,
            smoothing_m=scale.window_length_m,
            spacing_m=spacing_m,
            width_m=scale.window_width_m / 2,
        )
        ends = vertices[corners == number]
        along = project(ends, leg, open_ended=True)[0]
        cell_m = SAMPLE_PX * scale.pixel_size_m  # in which an end's vertex was weighed
        ends = ends[(along >= low - cell_m) & (along <= high + cell_m)]
        curves.append(_ended(curve, ends, scale))
    return curves


def _first_curve(
    zone: Zone,
    frame: LocalFrame,
    vertices: np.ndarray,
    stops: np.ndarray,
    points: np.ndarray,
    weights: np.ndarray,
    scale: ExperimentScale,
) -> np.ndarray:
    """A curve to begin with: the zone's backbone, a straight line if that will do, or its trunk."""
    if zone.backbone is not None:
        path = frame.earth_centred_to_metres(zone.backbone)
        moved = np.concatenate([[True], (np.diff(path, axis=0) != 0).any(axis=1)])
        return path[moved]
    straight = straight_through(points, weights)
    box_m = scale.strip_cols(STRIP_WINDOWS) * scale.pixel_size_m
    along, distance = project(points, straight, open_ended=True)
    if np.ptp(along) <= box_m or distance.max() < scale.window_width_m / 2:
        return straight
    nodes = gathered(vertices, stops, NODE_PX * scale.pixel_size_m)[0]
    way = longest_way(nodes, leap_m=scale.window_width_m / 2)
    return way if len(way) > 1 else straight


def _apart(legs: list[np.ndarray]) -> list[np.ndarray]:
    """The legs without those that run along a longer one, as of a line drawn forth and back."""
    kept: list[int] = []
    for number in sorted(range(len(legs)), key=lambda n: -round(distances_along(legs[n])[-1])):
        beside = [
            project(legs[number], legs[longer], open_ended=False)[1] <= GAP_M for longer in kept
        ]
        if not any(near.mean() >= STRAND_SHARE for near in beside):
            kept.append(number)
    return [legs[number] for number in sorted(kept)]


def _nearest(points: np.ndarray, legs: list[np.ndarray]) -> np.ndarray:
    """For each point the number of the leg that it is nearest to."""
    if len(legs) == 1:
        return np.zeros(len(points), dtype=np.int64)
    return np.argmin([project(points, leg, open_ended=False)[1] for leg in legs], axis=0)


def _reach(points: np.ndarray, leg: np.ndarray, scale: ExperimentScale) -> tuple[float, float]:
    """From where to where along a first curve places lie beside it in an unbroken row.

    Else a guide that is drawn out straight would catch on faults that cross its way.
    """
    length = distances_along(leg)[-1]
    if length <= 2.5 * STUB_M:  # the middle of a straight zone: all of it lies beyond
        return -np.inf, np.inf
    along, distance = project(points, leg, open_ended=True)
    beside = along[distance < scale.window_width_m / 2]
    row = np.sort(np.concatenate([beside, [0.0, length]]))
    wide = np.flatnonzero(np.diff(row) > scale.window_length_m)
    before, after = row[wide], row[wide + 1]
    low, high = after[after <= 0].max(initial=row[0]), before[before >= length].min(initial=row[-1])
    return float(low), float(high)


def _ended(curve: np.ndarray, vertices: np.ndarray, scale: ExperimentScale) -> np.ndarray:
    """The curve as long as those traces that windows along it could hold."""
    near = project(vertices, curve, open_ended=True)[1] <= scale.window_width_m / 2
    ends = vertices[near] if near.any() else curve
    return as_long_as(curve, ends, spacing_m=NODE_PX * scale.pixel_size_m)


def _lines_outside(
    traces: Traces,
    lines: np.ndarray,
    frame: LocalFrame,
    curves: list[np.ndarray],
    scale: ExperimentScale,
) -> np.ndarray:
    """Those lines of which much is farther from all guides than half a window's width."""
    reach_m = scale.window_width_m / 2
    points = [sampled(traces.points[line], REACH_STEP * reach_m) for line in lines]
    metres = frame.earth_centred_to_metres(np.concatenate(points))
    paths = [evenly_spaced(curve, NODE_PX * scale.pixel_size_m) for curve in curves]
    distance = np.min([project(metres, path, open_ended=False)[1] for path in paths], axis=0)
    counts = np.array([len(line) for line in points])
    outside = np.add.reduceat((distance > reach_m).astype(float), np.cumsum(counts) - counts)
    return lines[outside >= BRANCH_SHARE * counts]
