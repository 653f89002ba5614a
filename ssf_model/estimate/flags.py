"""Applicability of a window: what makes its KE doubtful, or not to be known at all.

Every rule looks at the map, not at the prediction (but for `clipped` and `too_high`), and every
threshold stands here with its source. "Measured" means: with the published network of
Chaipornkaew et al. (2022) on drawn lines.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ssf_model.drawing.across import may_run_across, rows_across
from ssf_model.drawing.drawn_lines import DrawnLines
from ssf_model.drawing.map_statistics import COVER, N_PARTS, TRACE_PX, map_statistics
from ssf_model.estimate.fractions import BEYOND_ONE
from ssf_model.network.model_card import ModelCard

NO_TRACE = "no_trace"
OFF_CENTRE = "off_centre"
MISALIGNED = "misaligned"
SINGLE_SEGMENT = "single_segment"
FEW_PIXELS = "few_pixels"
OUTSIDE_TRAINING = "outside_training"
COARSE_TRACE = "coarse_trace"
NOT_STRIKE_SLIP = "not_strike_slip"
SENSE_UNKNOWN = "sense_unknown"
PAST_END = "edge"
OTHER_ZONE = "other_zone"
DUPLICATE = "duplicate_mapping"
CROSS_FAULT = "cross_fault"
TOO_HIGH = "too_high"
CLIPPED = "clipped"
GENERALIZED = "generalized"

LEGEND = {
    NO_TRACE: "No fault trace in the window: KE is NULL.",
    OFF_CENTRE: "The traces lie more than 10 pixels from the window's middle row; KE comes out "
    "too low. Beyond 20 pixels KE is NULL.",
    MISALIGNED: "The traces run at more than 10 degrees to the window; KE comes out too low. "
    "Beyond 20 degrees KE is NULL.",
    SINGLE_SEGMENT: "One lone trace covers less than three quarters of the window's length: KE "
    "falls towards 0 with what is missing. If the fault goes on unmapped, KE comes out far too "
    "low.",
    FEW_PIXELS: "Fewer fault pixels than 99 % of the training windows have.",
    OUTSIDE_TRAINING: "The map is unlike those that the model learned from: more fault pixels, or "
    "such a number of pieces, strands or covered columns, or such a spread across strike, as only "
    "1 % of the training windows have. With half as many fault pixels again, more than any of "
    "them has, KE is NULL.",
    COARSE_TRACE: "Half of the trace length or more is drawn in straight stretches longer than "
    "10 pixels (1 km): bends and steps that KE depends on may be missing. A model that is told how "
    "finely a map is drawn says so by a wider interval; with any other KE comes out too high, and "
    "there is no interval.",
    NOT_STRIKE_SLIP: "More than a quarter of the trace length is not mainly strike-slip by its "
    "rake, slip type or dip; KE is about slip along strike alone. Where nine tenths are normal "
    "or reverse by rake or slip type KE is NULL.",
    SENSE_UNKNOWN: "No sense of slip is known for the traces around the window; they were read as "
    "dextral (with all four mirror images, or a model that answers them alike, KE is the same for "
    "both senses).",
    PAST_END: "The mapped zone is shorter than the window, which reaches past its ends: KE is "
    "NULL, since a straight fault a kilometre too short would seem half as efficient.",
    OTHER_ZONE: "Trace of another zone, or part of one, as long as 10 pixels or more runs through "
    "the window; KE knows nothing of it. The column others has its share.",
    DUPLICATE: "Trace of another zone runs within 2 pixels of this one's for 20 pixels or more, as "
    "where two sources draw one fault: it may count twice.",
    CROSS_FAULT: "A trace, as drawn, runs straight across the window, at some 45 degrees or more, "
    "for more than 15 rows of pixels (1.5 km), as in two of a thousand training windows; KE comes "
    "out far too low. Beyond 20 rows, as in six of a hundred thousand, KE is NULL.",
    TOO_HIGH: "The network's output was above 1.05, which no experiment can have, as for strands "
    "far apart: KE is NULL and ke_raw keeps the output.",
    CLIPPED: "The network's output was above 1 or below 0; KE is 1 or 0 and ke_raw keeps the "
    "output.",
    GENERALIZED: "The lines were generalized to what a camera of the experiments would see, since "
    "a window of the strip is denser than any experiment, or since you asked for it. KE rests on "
    "slip being shared equally by strands beside each other.",
}

OFF_CENTRE_PX = 10.0  # measured: rows within -13..+10 move KE by at most .12
LOST_PX = 20.0  # measured: at +20 rows KE is .0-.5 instead of .9
MISALIGNED_DEG = 10.0  # measured: .88 at 0 degrees, .76 at 10
HEADING_DEG = 5.0  # our choice: echelon shears of a zone turned by 20 degrees still run at 6
ASKEW_DEG = 20.0  # measured: .38 at 20 degrees
SINGLE_COVER = 0.75  # measured: one segment of 48 of 64 px gives .66, of 32 px .32
COARSE_PX = 10.0  # our choice: a window 64 px long holds six such stretches
ODD_SHARE = 0.25  # our choice: a map with a quarter of other faults is no strike-slip map
OTHERS_PX = 10.0  # our choice, 1 km of the 12.8 by 6.4: more than the tip of a neighbour
DUPLICATE_PX = 20.0  # our choice, 2 km: more than faults that cross, or one that leaves another
CROSS_PX = 15  # measured: two in a thousand of 335,730 training windows have more
LOST_CROSS_PX = 20  # measured: 21 of them have; 2 km across a straight fault give .36, not .91
DIP_SLIP_SHARE = 0.9  # our choice: what little slips along strike is not what the map shows
BEYOND_RANGE = 0.05  # of a range's width; a straight line of 3 px is so far below the least spread
FAR_OUTSIDE = 1.5  # the shipped model's densest training window has 1.4 times the 99th percentile


@dataclass(frozen=True)
class WindowFacts:
    """What the map shows in one window.

    `statistics` holds those of `map_statistics` for the middle thickness; `lines` what the lines
    in the window tell; `offset_px` is the mean row of the fault pixels from the middle of the
    window, up positive; `tilt_deg` the angle of their best line to the columns (NaN where there
    is no fault pixel); `across_px` how far a trace runs straight across; `past_end` says whether
    the zone is shorter than the window; `sense_known` whether the sense in which the map was read
    is known; `generalized` whether the pixels are those of generalized lines. `lines` are always as
    mapped; `others_px` is how long the trace of other zones in the window is, `beside_px` what of
    it runs beside the zone's own.
    """

    statistics: Mapping[str, float]
    lines: DrawnLines
    offset_px: float
    tilt_deg: float
    past_end: bool
    sense_known: bool = True
    generalized: bool = False
    others_px: float = 0.0
    beside_px: float = 0.0
    across_px: int = 0

    @property
    def trace_px(self) -> int:
        """Number of fault pixels."""
        return int(self.statistics[TRACE_PX])

    @property
    def cover(self) -> float:
        """Share of columns with a fault pixel."""
        return self.statistics[COVER]

    @property
    def askew_deg(self) -> float:
        """By how much the traces as a whole are turned from the columns, 0 where they are not.

        Echelon shears run askew though their zone does not, and a splay beside a fault tilts
        the pixels' main direction though no trace is askew: only where both are turned to the
        same side is the window misaligned.
        """
        heading_deg = self.lines.heading_deg
        turned = self.tilt_deg * heading_deg > 0 and abs(heading_deg) > HEADING_DEG
        return abs(self.tilt_deg) if turned else 0.0


def describe_window(
    window: np.ndarray,
    lines: DrawnLines,
    *,
    past_end: bool,
    sense_known: bool = True,
    generalized: bool = False,
    others_px: float = 0.0,
    beside_px: float = 0.0,
) -> WindowFacts:
    """Describe the map of one window, (rows, cols) of 0 and 1 with row 0 on top."""
    told = WindowFacts(
        {}, lines, 0.0, 0.0, past_end, sense_known, generalized, others_px, beside_px
    )
    return describe_windows(window[None], [told])[0]


def describe_windows(windows: np.ndarray, told: Sequence[WindowFacts]) -> list[WindowFacts]:
    """Describe the maps of windows.

    Parameters
    ----------
    windows : (n, rows, cols) array
        0 and 1, with row 0 on top.
    told : sequence of WindowFacts
        What else is known of each.

    Returns
    -------
    facts : list of WindowFacts
        The same, with what the maps show.
    """
    statistics = map_statistics(windows)
    number, row, col = np.nonzero(windows)
    offset_px, tilt_deg = _directions(
        number, col, (windows.shape[1] - 1) / 2 - row, statistics[TRACE_PX]
    )
    columns = {name: values.tolist() for name, values in statistics.items()}
    across_px = np.zeros(len(windows), dtype=np.int64)
    high = np.flatnonzero(may_run_across(windows, CROSS_PX))
    across_px[high] = rows_across(windows[high])
    return [
        dataclasses.replace(
            facts,
            statistics={name: values[at] for name, values in columns.items()},
            offset_px=offset_px[at],
            tilt_deg=tilt_deg[at],
            across_px=int(across_px[at]),
        )
        for at, facts in enumerate(told)
    ]


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
        return (NO_TRACE, GENERALIZED) if facts.generalized else (NO_TRACE,)
    n_parts = facts.statistics[N_PARTS]
    odd_share = facts.lines.oblique_share + facts.lines.dip_slip_share
    rules = {
        OFF_CENTRE: abs(facts.offset_px) > OFF_CENTRE_PX,
        MISALIGNED: facts.askew_deg > MISALIGNED_DEG,
        SINGLE_SEGMENT: n_parts == 1 and facts.cover < SINGLE_COVER,
        FEW_PIXELS: facts.trace_px < card.input_ranges.get(TRACE_PX, (0.0, np.inf))[0],
        OUTSIDE_TRAINING: any(_outside(facts.statistics, card)),
        COARSE_TRACE: facts.lines.stretch_px > COARSE_PX,
        NOT_STRIKE_SLIP: odd_share > ODD_SHARE,
        SENSE_UNKNOWN: not facts.sense_known and not _is_dip_slip(facts),
        PAST_END: facts.past_end,
        OTHER_ZONE: facts.others_px >= OTHERS_PX,
        DUPLICATE: facts.beside_px >= DUPLICATE_PX,
        CROSS_FAULT: facts.across_px > CROSS_PX,
        TOO_HIGH: raw > BEYOND_ONE,
        CLIPPED: raw < 0 or 1 < raw <= BEYOND_ONE,
        GENERALIZED: facts.generalized,
    }
    return tuple(flag for flag, holds in rules.items() if holds)


def is_knowable(facts: WindowFacts, card: ModelCard) -> bool:
    """Whether the network can say anything about the window; else its KE is NULL."""
    if not facts.trace_px or abs(facts.offset_px) > LOST_PX or facts.askew_deg > ASKEW_DEG:
        return False
    if is_too_dense(facts.trace_px, card) or facts.across_px > LOST_CROSS_PX:
        return False
    if _is_dip_slip(facts):
        return False
    return not facts.past_end


def is_too_dense(trace_px: int, card: ModelCard) -> bool:
    """Whether a window holds more fault pixels than any that the model learned from."""
    return trace_px > FAR_OUTSIDE * card.input_ranges.get(TRACE_PX, (0.0, np.inf))[1]


def _is_dip_slip(facts: WindowFacts) -> bool:
    """Whether (nearly) nothing in the window slips along strike, so that it has no sense either."""
    return facts.lines.dip_slip_share > DIP_SLIP_SHARE


def _outside(statistics: Mapping[str, float], card: ModelCard) -> Iterator[bool]:
    """Whether each statistic lies clearly outside of its range in the card.

    Too few fault pixels have a flag of their own. A card may know fewer statistics than we, or
    others.
    """
    for name, (low, high) in card.input_ranges.items():
        if name in statistics:
            margin = BEYOND_RANGE * (high - low)
            yield statistics[name] > high + margin
            yield name != TRACE_PX and statistics[name] < low - margin


def _directions(
    number: np.ndarray, cols: np.ndarray, up: np.ndarray, counts: np.ndarray
) -> tuple[list[float], list[float]]:
    """Mean height of each window's pixels, and the angle of their main direction to the columns.

    The angle is -90 to 90, up to the right positive; 0 where the pixels have no main direction: a
    patch about as high as wide. NaN where there is no fault pixel.
    """

    def mean(values: np.ndarray) -> np.ndarray:
        return np.bincount(number, values, minlength=len(counts)) / counts

    with np.errstate(divide="ignore", invalid="ignore"):
        middle, height = mean(cols), mean(up)
    along, across = cols - middle[number], up - height[number]
    covariance = np.zeros((len(counts), 2, 2))
    there = counts > 0
    for (one, other), product in {
        (0, 0): along * along,
        (0, 1): along * across,
        (1, 1): across * across,
    }.items():
        with np.errstate(divide="ignore", invalid="ignore"):
            covariance[there, one, other] = covariance[there, other, one] = mean(product)[there]
    spread, axes = np.linalg.eigh(covariance)
    main = axes[:, :, 1] * np.where(axes[:, 0, 1] >= 0, 1, -1)[:, None]
    tilt_deg = np.degrees(np.arctan2(main[:, 1], main[:, 0]))
    tilt_deg[spread[:, 1] < 2 * spread[:, 0]] = 0.0
    tilt_deg[~there] = np.nan
    return height.tolist(), tilt_deg.tolist()
