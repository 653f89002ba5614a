"""Applicability of a window: what makes its KE doubtful, or not to be known at all.

Every rule looks at the map, not at the prediction (but for `clipped`), and every threshold
stands here with its source. "Measured" means: with the published network of Chaipornkaew et
al. (2022) on drawn lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ssf_model.model_card import ModelCard
from ssf_model.raster import clip_segments
from ssf_model.scale import ExperimentScale
from ssf_model.windows import window_box

NO_TRACE = "no_trace"
OFF_CENTRE = "off_centre"
MISALIGNED = "misaligned"
SINGLE_SEGMENT = "single_segment"
FEW_PIXELS = "few_pixels"
OUTSIDE_TRAINING = "outside_training"
COARSE_TRACE = "coarse_trace"
PAST_END = "edge"
CLIPPED = "clipped"

LEGEND = {
    NO_TRACE: "No fault trace in the window: KE is NULL.",
    OFF_CENTRE: "The traces lie more than 10 pixels from the window's middle row; KE comes out "
    "too low. Beyond 20 pixels KE is NULL.",
    MISALIGNED: "The traces run at more than 10 degrees to the window; KE comes out too low. "
    "Beyond 20 degrees KE is NULL.",
    SINGLE_SEGMENT: "One lone trace covers less than three quarters of the window's length; KE "
    "tends to come out too high.",
    FEW_PIXELS: "Fewer fault pixels than 99 % of the training windows have.",
    OUTSIDE_TRAINING: "More fault pixels than 99 % of the training windows have. Beyond half as "
    "many again, more than any of them has, KE is NULL.",
    COARSE_TRACE: "Half of the trace length or more is drawn in straight stretches longer than "
    "10 pixels (1 km): bends and steps that KE depends on may be missing, and KE comes out too "
    "high.",
    PAST_END: "The mapped zone is shorter than the window, which reaches past its ends. Where "
    "traces cover less than three quarters of the window's length KE is NULL.",
    CLIPPED: "The network's output was above 1; KE is 1 and ke_raw keeps the output.",
}

OFF_CENTRE_PX = 10.0  # measured: rows within -13..+10 move KE by at most .12
LOST_PX = 20.0  # measured: at +20 rows KE is .0-.5 instead of .9
MISALIGNED_DEG = 10.0  # measured: .88 at 0 degrees, .76 at 10
HEADING_DEG = 5.0  # our choice: echelon shears of a zone turned by 20 degrees still run at 6
ASKEW_DEG = 20.0  # measured: .38 at 20 degrees
SINGLE_COVER = 0.75  # measured: one segment of 48 of 64 px gives .66, of 32 px .32
COARSE_PX = 10.0  # our choice: a window 64 px long holds six such stretches
FAR_OUTSIDE = 1.5  # the shipped model's densest training window has 1.4 times the 99th percentile
STRAIGHT_DEG = 0.5  # a stretch whose heading changes by less is straight


@dataclass(frozen=True)
class WindowFacts:
    """What the map shows in one window.

    `trace_px` counts fault pixels of the middle thickness; `offset_px` is their mean row from
    the middle of the window, up positive; `tilt_deg` the angle of their best line to the
    columns; `cover` the share of columns with a fault pixel; `n_parts` how many pieces they
    form (8-connected); `stretch_px` and `heading_deg` what `drawn_lines` tells of the traces.
    NaN where there is no fault pixel.
    """

    trace_px: int
    offset_px: float
    tilt_deg: float
    cover: float
    n_parts: int
    stretch_px: float
    heading_deg: float
    past_end: bool

    @property
    def askew_deg(self) -> float:
        """By how much the traces as a whole are turned from the columns, 0 where they are not.

        Echelon shears run askew though their zone does not, and a splay beside a fault tilts
        the pixels' main direction though no trace is askew: only where both are turned to the
        same side is the window misaligned.
        """
        turned = self.tilt_deg * self.heading_deg > 0 and abs(self.heading_deg) > HEADING_DEG
        return abs(self.tilt_deg) if turned else 0.0


def describe_window(
    window: np.ndarray, *, stretch_px: float, heading_deg: float, past_end: bool
) -> WindowFacts:
    """Describe the map of one window, (rows, cols) of 0 and 1 with row 0 on top."""
    rows, cols = np.nonzero(window)
    if not len(rows):
        nan = float("nan")
        return WindowFacts(0, nan, nan, 0.0, 0, nan, nan, past_end)
    up = (window.shape[0] - 1) / 2 - rows
    cover = len(np.unique(cols)) / window.shape[1]
    return WindowFacts(
        trace_px=len(rows),
        offset_px=float(up.mean()),
        tilt_deg=_tilt_deg(cols, up),
        cover=cover,
        n_parts=_count_parts(window),
        stretch_px=stretch_px,
        heading_deg=heading_deg,
        past_end=past_end,
    )


def drawn_lines(
    traces: Sequence[np.ndarray], starts: Sequence[int], *, scale: ExperimentScale
) -> list[tuple[float, float]]:
    """Tell for each window in what stretches its traces are drawn, and which way they run.

    Parameters
    ----------
    traces : sequence of (n, 2) float arrays
        Vertices in metres from the strip's lower-left corner.
    starts : sequence of int
        First column of every window.
    scale : ExperimentScale
        Window size.

    Returns
    -------
    lines : list of (stretch_px, heading_deg)
        For each window the median length in pixels of the straight stretches in which its
        traces are drawn (half of the trace length in the window belongs to longer ones;
        vertices on a straight line do not count), and the mean direction of the traces, from
        the columns, -90 to 90 degrees, up to the right positive, weighted by length. NaN where
        no trace runs.
    """
    size = scale.pixel_size_m
    bends = [_bends(trace / size) for trace in traces]
    if not bends:
        return [(np.nan, np.nan)] * len(starts)
    first = np.concatenate([path[:-1] for path in bends])
    last = np.concatenate([path[1:] for path in bends])
    along, up = (last - first).T
    lengths = np.hypot(along, up)
    # A line has no front: directions are averaged at twice their angle (Mardia & Jupp 2000).
    doubled = np.exp(2j * np.arctan2(up, along))
    lines = []
    for start in starts:
        t_in, t_out = clip_segments(first, last, *window_box(start, scale=scale))
        inside = np.maximum(t_out - t_in, 0) * lengths
        heading = np.degrees(np.angle((inside * doubled).sum())) / 2
        median = _weighted_median(lengths, inside)
        lines.append((median, float("nan") if np.isnan(median) else float(heading)))
    return lines


def window_flags(facts: WindowFacts, raw: float, card: ModelCard) -> tuple[str, ...]:
    """List the flags of a window, in the order of `LEGEND`.

    Parameters
    ----------
    facts : WindowFacts
        The window's map.
    raw : float
        Median output of the ensemble before it is clipped.
    card : ModelCard
        Its `input_ranges` tell the training set's.
    """
    if not facts.trace_px:
        return (NO_TRACE,)
    low, high = card.input_ranges.get("trace_px", (-np.inf, np.inf))
    rules = {
        OFF_CENTRE: abs(facts.offset_px) > OFF_CENTRE_PX,
        MISALIGNED: facts.askew_deg > MISALIGNED_DEG,
        SINGLE_SEGMENT: facts.n_parts == 1 and facts.cover < SINGLE_COVER,
        FEW_PIXELS: facts.trace_px < low,
        OUTSIDE_TRAINING: facts.trace_px > high,
        COARSE_TRACE: facts.stretch_px > COARSE_PX,
        PAST_END: facts.past_end,
        CLIPPED: raw > 1,
    }
    return tuple(flag for flag, holds in rules.items() if holds)


def is_knowable(facts: WindowFacts, card: ModelCard) -> bool:
    """Whether the network can say anything about the window; else its KE is NULL."""
    if not facts.trace_px or abs(facts.offset_px) > LOST_PX or facts.askew_deg > ASKEW_DEG:
        return False
    if facts.trace_px > FAR_OUTSIDE * card.input_ranges.get("trace_px", (0.0, np.inf))[1]:
        return False
    return not (facts.past_end and facts.cover < SINGLE_COVER)


def _tilt_deg(cols: np.ndarray, up: np.ndarray) -> float:
    """Angle of the pixels' main direction to the columns, -90 to 90, up to the right positive.

    0 where the pixels have no main direction: a patch about as high as wide.
    """
    covariance = np.cov(np.stack([cols, up]), bias=True)
    spread, axes = np.linalg.eigh(covariance)
    if spread[1] < 2 * spread[0]:
        return 0.0
    along = axes[:, 1] if axes[0, 1] >= 0 else -axes[:, 1]
    return float(np.degrees(np.arctan2(along[1], along[0])))


def _count_parts(window: np.ndarray) -> int:
    """How many 8-connected pieces the fault pixels form."""
    used = np.flatnonzero(window.any(axis=1))
    padded = np.pad(window[used[0] : used[-1] + 1].astype(bool), 1)
    label = np.where(padded, np.arange(1, padded.size + 1).reshape(padded.shape), 0)
    while True:
        wide = np.maximum(np.maximum(label[:, :-2], label[:, 2:]), label[:, 1:-1])
        high = np.maximum(np.maximum(wide[:-2], wide[2:]), wide[1:-1])
        spread = np.where(padded[1:-1, 1:-1], high, 0)
        if (spread == label[1:-1, 1:-1]).all():
            return len(np.unique(spread[spread > 0]))
        label[1:-1, 1:-1] = spread


def _bends(path: np.ndarray) -> np.ndarray:
    """The path without repeated vertices and without those where it goes straight on."""
    steps = np.diff(path, axis=0)
    path = path[np.concatenate([[True], (steps != 0).any(axis=1)])]
    steps = np.diff(path, axis=0)
    if len(steps) < 2:
        return path
    heading = np.unwrap(np.arctan2(steps[:, 1], steps[:, 0]))
    # Counted from the first heading in steps of the angle, so that many small turns add up.
    course = np.floor((heading - heading[0]) / np.radians(STRAIGHT_DEG) + 0.5)
    return path[np.concatenate([[True], np.diff(course) != 0, [True]])]


def _weighted_median(values: np.ndarray, weights: np.ndarray) -> float:
    """The value at which half of the weight is reached; NaN without weight."""
    total = weights.sum()
    if total <= 0:
        return float("nan")
    order = np.argsort(values)
    reached = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(reached, total / 2)])
