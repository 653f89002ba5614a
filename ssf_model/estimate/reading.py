"""From drawn lines to answers and flags: one road for maps in use and for the calibration.

What an interval was calibrated on must be read as maps in use are, or it says nothing of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ssf_model.drawing.drawn_lines import drawn_lines
from ssf_model.drawing.raster import burn_traces
from ssf_model.drawing.windows import cut_windows, window_starts
from ssf_model.estimate.canvases import draw_windows
from ssf_model.estimate.ensemble import drawn_thickness_px, read_windows
from ssf_model.estimate.flags import (
    CLIPPED,
    COARSE_TRACE,
    SENSE_UNKNOWN,
    WindowFacts,
    describe_window,
    is_knowable,
    window_flags,
)
from ssf_model.network.model import Model
from ssf_model.options import Options
from ssf_model.scale import ExperimentScale

HARMLESS = {CLIPPED, SENSE_UNKNOWN}  # flags of windows like those of the calibration
# A network that tells an interval of its own was calibrated on coarsely drawn maps, too.
HARMLESS_IF_TOLD = HARMLESS | {COARSE_TRACE}


@dataclass(frozen=True)
class WindowReading:
    """What an ensemble answers to one window, and what makes the answer doubtful.

    `stretch_px` is what a network is told of how finely the lines are drawn, before the window is
    moved, NaN where no line runs; `raw` is (n_members,) float32; `median` that of the members,
    before it is clipped; `interval` the medians of the members' own lower and upper ends, before
    they are widened and clipped, None where a network tells none; `known` says whether the network
    can say anything about the window.
    """

    facts: WindowFacts
    stretch_px: float
    raw: np.ndarray
    median: float
    interval: tuple[float, float] | None
    flags: tuple[str, ...]
    known: bool

    @property
    def as_calibrated(self) -> bool:
        """Whether the window is like those that an interval is calibrated on."""
        harmless = HARMLESS if self.interval is None else HARMLESS_IF_TOLD
        return self.known and set(self.flags) <= harmless


@dataclass(frozen=True)
class StripReading:
    """A strip as it was drawn, and its windows.

    `maps` is (n_thickness, rows, cols) uint8, before it is moved or mirrored; `raw` what each
    member answers, (n_windows, n_members) float32.
    """

    maps: np.ndarray
    raw: np.ndarray
    windows: tuple[WindowReading, ...]


def read_strip(
    paths: Sequence[np.ndarray],
    n_windows: int,
    models: Sequence[Model],
    *,
    scale: ExperimentScale,
    options: Options,
    kinds: np.ndarray | None = None,
    past_end: bool = False,
    sense_known: bool = True,
    generalized: Sequence[np.ndarray] | None = None,
) -> StripReading:
    """Draw the lines of a strip and read its windows by the whole ensemble.

    Parameters
    ----------
    paths : sequence of (n, 2) float arrays
        Lines as mapped, in metres along and across from the strip's lower-left corner.
    n_windows : int
        Windows of the strip.
    models : sequence of Model
        One or more, all trained at the same window size; the first one's card has the ranges
        that the flags need.
    scale : ExperimentScale
        The strip's grid.
    options : Options
        The ensemble; its sense is settled.
    kinds : (len(paths),) int array, optional
        How each line slips, as `Slip.kinds` says; unknown where not given.
    past_end : bool, optional
        Whether the zone is shorter than one window.
    sense_known : bool, optional
        Whether the sense in which the map is read is known.
    generalized : sequence of (n, 2) float arrays, optional
        What was made of the lines by generalizing them. These are drawn then, and a network is
        told how finely they are drawn; flags about lines go by those as mapped.

    Returns
    -------
    reading : StripReading

    Raises
    ------
    InputError, ModelError
        If a setting, or what a model answers, does not fit.
    """
    to_draw = paths if generalized is None else generalized
    thickness_px = drawn_thickness_px(models, options)
    cols = scale.strip_cols(n_windows)
    maps = burn_traces(
        to_draw,
        (scale.window_rows, cols),
        pixel_size_m=scale.pixel_size_m,
        thickness_px=thickness_px,
    )
    starts = window_starts(cols, scale=scale)
    lines = drawn_lines(paths, starts, scale=scale, kinds=kinds)
    seen = lines if generalized is None else drawn_lines(generalized, starts, scale=scale)
    stretch_px = [one.stretch_px for one in seen]
    drawn = draw_windows(
        to_draw, n_windows, scale=scale, options=options, thickness_px=thickness_px
    )
    answers = read_windows(drawn, models, stretch_px, scale=scale, options=options)
    medians = np.median(answers.raw.astype(float), axis=1).tolist()
    intervals: list[tuple[float, float] | None] = [None] * n_windows
    if answers.low is not None and answers.high is not None:
        ends = (
            np.median(each.astype(float), axis=1).tolist() for each in (answers.low, answers.high)
        )
        intervals = list(zip(*ends))
    card = models[0].card
    windows = []
    middles = cut_windows(maps[len(maps) // 2], scale=scale)
    for number, (middle, line) in enumerate(zip(middles, lines)):
        facts = describe_window(
            middle,
            line,
            past_end=past_end,
            sense_known=sense_known,
            generalized=generalized is not None,
        )
        windows.append(
            WindowReading(
                facts,
                stretch_px[number],
                answers.raw[number],
                medians[number],
                intervals[number],
                flags=window_flags(facts, medians[number], card),
                known=is_knowable(facts, card),
            )
        )
    return StripReading(maps, answers.raw, tuple(windows))
