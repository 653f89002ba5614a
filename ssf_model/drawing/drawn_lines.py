"""The lines behind a window's pixels: their straight stretches, directions and kinds of slip.

Pixels do not tell how coarsely a trace was digitized, nor what kind of fault it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ssf_model.drawing.windows import window_boxes
from ssf_model.faults.slip import DIP_SLIP, OBLIQUE, UNKNOWN
from ssf_model.geometry.frames import middle_of
from ssf_model.geometry.neighbours import DisjointSets
from ssf_model.geometry.segments import clip_segments
from ssf_model.scale import ExperimentScale

SAME_PX = 1e-3  # ends closer than this, 0.1 m, meet
STRAIGHT_DEG = 0.5  # a stretch whose heading changes by less is straight


class DrawnLines(NamedTuple):
    """What the lines in one window tell; NaN where none runs (shares are 0 then).

    `stretch_px` is the median length in pixels of the straight stretches in which they are
    drawn (half of the trace length in the window belongs to longer ones; vertices on a straight
    line do not count); `heading_deg` their mean direction, from the columns, -90 to 90 degrees,
    up to the right positive, weighted by length. `oblique_share` and `dip_slip_share` are
    shares of their length in the window, 0 to 1, of features that slip so.
    """

    stretch_px: float
    heading_deg: float
    oblique_share: float
    dip_slip_share: float


def drawn_lines(
    traces: Sequence[np.ndarray],
    starts: Sequence[int],
    *,
    scale: ExperimentScale,
    kinds: np.ndarray | None = None,
) -> list[DrawnLines]:
    """Describe the lines in every window of a strip.

    Parameters
    ----------
    traces : sequence of (n, 2) float arrays
        Vertices in metres from the strip's lower-left corner.
    starts : sequence of int
        First column of every window.
    scale : ExperimentScale
        Window size.
    kinds : (len(traces),) int array, optional
        How each trace slips, as `Slip.kinds` says; unknown where not given.

    Returns
    -------
    lines : list of DrawnLines
        One for every window.
    """
    nothing = DrawnLines(np.nan, np.nan, 0.0, 0.0)
    first, last, owner = _straight_stretches(traces, scale.pixel_size_m)
    if not len(first):
        return [nothing] * len(starts)
    kinds = np.full(len(owner), UNKNOWN) if kinds is None else np.asarray(kinds)[owner]
    along, up = (last - first).T
    lengths = np.hypot(along, up)
    whole = _whole_lengths(first, last, owner, lengths)
    by_length = np.argsort(whole)
    # A line has no front: directions are averaged at twice their angle (Mardia & Jupp 2000).
    doubled = np.exp(2j * np.arctan2(up, along))
    lines = []
    t_in, t_out = clip_segments(first, last, *window_boxes(starts, scale=scale))
    for inside in np.maximum(t_out - t_in, 0) * lengths:
        total = inside.sum()
        if not total > 0:
            lines.append(nothing)
            continue
        lines.append(
            DrawnLines(
                stretch_px=_weighted_median(whole, inside, by_length),
                heading_deg=float(np.degrees(np.angle((inside * doubled).sum())) / 2),
                oblique_share=float(inside[kinds == OBLIQUE].sum() / total),
                dip_slip_share=float(inside[kinds == DIP_SLIP].sum() / total),
            )
        )
    return lines


def straight_stretch_m(lonlat: np.ndarray) -> float:
    """Give the median length of the straight stretches of one line, by length, in metres.

    Half of the line belongs to longer ones. `lonlat` are its vertices in degrees, (n, 2).
    """
    first, last, _ = _straight_stretches([middle_of(lonlat).to_metres(lonlat)], 1.0)
    lengths = np.hypot(*(last - first).T)
    return _weighted_median(lengths, lengths, np.argsort(lengths))


def prevailing_sense(
    paths: Sequence[np.ndarray], senses: np.ndarray, *, size_m: tuple[float, float]
) -> int:
    """Tell the sense of most of the length that is drawn in a strip.

    Parameters
    ----------
    paths : sequence of (n, 2) float arrays
        Vertices in metres from the strip's lower-left corner.
    senses : (len(paths),) int array
        Of every path, as `Slip.senses` says.
    size_m : (along, across)
        Size of the strip in metres.

    Returns
    -------
    sense : int
        `DEXTRAL`, `SINISTRAL`, or 0 where no path in the strip has a known sense or both are as
        long.
    """
    if not len(paths):
        return 0
    first = np.concatenate([path[:-1] for path in paths])
    last = np.concatenate([path[1:] for path in paths])
    t_in, t_out = clip_segments(first, last, np.zeros(2), np.asarray(size_m, dtype=float))
    lengths_m = np.maximum(t_out - t_in, 0) * np.hypot(*(last - first).T)
    signs = np.repeat(senses, [len(path) - 1 for path in paths])
    return int(np.sign(np.round((lengths_m * signs).sum(), 3)))  # a millimetre decides nothing


def _straight_stretches(
    traces: Sequence[np.ndarray], pixel_size_m: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """First and last point, in pixels, of the stretches in which traces go straight on.

    And whose each is, (m,). Without repeated vertices and those where a trace goes straight on.
    """
    if not traces:
        return np.empty((0, 2)), np.empty((0, 2)), np.empty(0, dtype=np.int64)
    vertices = np.concatenate(traces) / pixel_size_m
    owner = np.repeat(np.arange(len(traces)), [len(trace) for trace in traces])
    vertices, owner = _chosen(
        vertices, owner, np.any(np.diff(vertices, axis=0) != 0, axis=1) | (np.diff(owner) != 0)
    )
    on = np.diff(owner) == 0  # a step of one trace, not from one to the next
    steps = np.diff(vertices, axis=0)
    heading = np.arctan2(steps[:, 1], steps[:, 0])
    begins = np.concatenate([[True], ~on[:-1]])[: len(on)]  # a trace's first step
    # Counted from the first heading in steps of the angle, so that many small turns add up;
    # whole turns as whole numbers, so that no trace hangs on those before it.
    turn = np.diff(heading, prepend=heading[:1])
    whole = np.where(begins | (np.abs(turn) < np.pi), 0, -np.round(turn / (2 * np.pi)))
    first = np.maximum.accumulate(np.where(begins, np.arange(len(on)), 0))
    turns = np.cumsum(whole)
    turned = heading + 2 * np.pi * (turns - turns[first]) - heading[first]
    course = np.floor(turned / np.radians(STRAIGHT_DEG) + 0.5)
    bends = (np.diff(course) != 0) | ~on[1:] | ~on[:-1]
    vertices, owner = _chosen(vertices, owner, np.append(bends, True)[: len(on)])
    on = np.diff(owner) == 0
    return vertices[:-1][on], vertices[1:][on], owner[:-1][on]


def _whole_lengths(
    first: np.ndarray, last: np.ndarray, owner: np.ndarray, lengths: np.ndarray
) -> np.ndarray:
    """Lengths of stretches, those that go straight on in another trace counted with that part.

    So it does not matter where a line was split: two traces that meet end to end, and no other.
    """
    begins = np.flatnonzero(np.diff(owner, prepend=-1) != 0)
    if len(begins) < 2:  # one trace alone meets no other
        return lengths
    stops = np.append(begins[1:], len(owner)) - 1
    stretch = np.concatenate([begins, stops])
    ends = np.concatenate([first[begins], last[stops]])
    outward = np.concatenate([first[begins] - last[begins], last[stops] - first[stops]])
    east, north = np.round(ends / SAME_PX).T
    places = np.unique(east + 1j * north, return_inverse=True)[1]  # pairs, sorted as numbers
    order = np.argsort(places, kind="stable")
    begin = np.flatnonzero(np.diff(places[order], prepend=-1) != 0)
    pairs = begin[np.diff(np.append(begin, len(order))) == 2]
    one, other = order[pairs], order[pairs + 1]
    facing = -(outward[one] * outward[other]).sum(axis=1)
    across = outward[one, 0] * outward[other, 1] - outward[one, 1] * outward[other, 0]
    straight = np.abs(np.arctan2(across, facing)) <= np.radians(STRAIGHT_DEG)
    met = straight & (owner[stretch[one]] != owner[stretch[other]])
    if not met.any():
        return lengths
    sets = DisjointSets(len(lengths))
    for a, b in zip(stretch[one[met]].tolist(), stretch[other[met]].tolist()):
        sets.join(a, b)
    roots = sets.roots()
    return np.bincount(roots, lengths, minlength=len(lengths))[roots]


def _chosen(
    vertices: np.ndarray, owner: np.ndarray, kept: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The first vertex and, of those after it, those that are kept."""
    kept = np.append(True, kept)
    return vertices[kept], owner[kept]


def _weighted_median(values: np.ndarray, weights: np.ndarray, order: np.ndarray) -> float:
    """The value at which half of the weight is reached, by the order of the values."""
    reached = np.cumsum(weights[order])
    return float(values[order[np.searchsorted(reached, weights.sum() / 2)]])
