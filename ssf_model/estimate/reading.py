"""From drawn lines to answers and flags: one road for maps in use and for the calibration.

What an interval was calibrated on must be read as maps in use are, or it says nothing of them.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ssf_model.drawing.drawn_lines import DrawnLines, drawn_lines
from ssf_model.drawing.windows import cut_windows, window_starts
from ssf_model.estimate.canvases import DrawnStrip, draw_strips
from ssf_model.estimate.ensemble import Answers, drawn_thickness_px, read_strips_windows
from ssf_model.estimate.flags import (
    CLIPPED,
    COARSE_TRACE,
    GENERALIZED,
    SENSE_UNKNOWN,
    WindowFacts,
    describe_windows,
    is_knowable,
    window_flags,
)
from ssf_model.estimate.fractions import BEYOND_ONE
from ssf_model.network.model import Model
from ssf_model.network.model_card import ModelCard
from ssf_model.options import Options
from ssf_model.scale import ExperimentScale

HARMLESS = {CLIPPED, SENSE_UNKNOWN}  # flags of windows like those of the calibration
# A network that tells an interval of its own was calibrated on coarsely drawn maps, too; and on
# maps of a family that no weight was fitted to, generalized all, its interval held as much as on
# the same as drawn (virtual-kaolin-6, benchmarks/generalized_interval.py: 95.0 and 95.1 %).
HARMLESS_IF_TOLD = HARMLESS | {COARSE_TRACE, GENERALIZED}


@dataclass(frozen=True)
class WindowReading:
    """What an ensemble answers to one window, and what makes the answer doubtful.

    `stretch_px` is what a network is told of how finely the lines are drawn, before the window is
    moved, NaN where no line runs; `raw` is (n_members,) float32; `median` that of the members,
    before it is clipped; `interval` the medians of the members' own lower and upper ends, before
    they are widened and clipped, None where a network tells none; `known` says whether the network
    can say anything about the window, and its answer is one that an experiment can have.
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


@dataclass(frozen=True)
class StripLines:
    """Lines of a strip, and how they are read.

    `paths` are the lines as mapped, (n, 2) float arrays in metres along and across from the
    strip's lower-left corner; `kinds`, (len(paths),) int, how each slips, as `Slip.kinds` says,
    unknown where not given; `past_end` says whether the zone is shorter than one window, and
    `sense_known` whether the sense in which the map is read, which `options` have, is known.
    `generalized` is what was made of the lines by generalizing them: these are drawn then, and a
    network is told how finely they are drawn; flags about lines go by those as mapped.
    `others_px` is how much trace of other zones lies in each window, and how much of that runs
    beside the zone's own, none where not given.
    """

    paths: list[np.ndarray]
    n_windows: int
    options: Options
    kinds: np.ndarray | None = None
    past_end: bool = False
    sense_known: bool = True
    generalized: list[np.ndarray] | None = None
    others_px: tuple[tuple[float, float], ...] = ()

    @property
    def drawn(self) -> list[np.ndarray]:
        """The lines that are drawn."""
        return self.paths if self.generalized is None else self.generalized


def read_strip(
    paths: Sequence[np.ndarray],
    n_windows: int,
    models: Sequence[Model],
    *,
    scale: ExperimentScale,
    options: Options,
) -> StripReading:
    """Draw the lines of a strip and read its windows by the whole ensemble.

    Parameters
    ----------
    paths, n_windows, options
        As `StripLines` has them.
    models : sequence of Model
        One or more, all trained at the same window size; the first one's card has the ranges
        that the flags need.
    scale : ExperimentScale
        The strip's grid.

    Returns
    -------
    reading : StripReading

    Raises
    ------
    InputError, ModelError
        If a setting, or what a model answers, does not fit.
    """
    strips = [StripLines(list(paths), n_windows, options)]
    return read_strips(strips, draw_lines(strips, models, scale=scale), models, scale=scale)[0]


def draw_lines(
    strips: Sequence[StripLines], models: Sequence[Model], *, scale: ExperimentScale
) -> list[DrawnStrip]:
    """Draw the lines of strips whose options differ by the sense alone."""
    if not strips:
        return []
    return draw_strips(
        [(strip.drawn, strip.n_windows) for strip in strips],
        scale=scale,
        options=strips[0].options,
        thickness_px=drawn_thickness_px(models, strips[0].options),
    )


def read_strips(
    strips: Sequence[StripLines],
    drawn: Sequence[DrawnStrip],
    models: Sequence[Model],
    *,
    scale: ExperimentScale,
) -> list[StripReading]:
    """Read the windows of drawn strips by the whole ensemble.

    Parameters
    ----------
    strips : sequence of StripLines
        One or more of one grid; their options differ by the sense alone.
    drawn : sequence of DrawnStrip
        The same, from `draw_lines`.
    models, scale
        As in `read_strip`.

    Returns
    -------
    readings : list of StripReading
        Each the same to the bit whatever strips come with it.
    """
    lines, seen = [], []
    for strip in strips:
        starts = window_starts(scale.strip_cols(strip.n_windows), scale=scale)
        lines.append(drawn_lines(strip.paths, starts, scale=scale, kinds=strip.kinds))
        others = strip.generalized
        seen.append(lines[-1] if others is None else drawn_lines(others, starts, scale=scale))
    stretch_px = [[one.stretch_px for one in its] for its in seen]
    asked = [
        (one.windows, told, strip.options) for one, told, strip in zip(drawn, stretch_px, strips)
    ]
    answers = read_strips_windows(asked, models, scale=scale)
    facts = iter(_facts(strips, drawn, lines, scale))
    middles = iter(_middles(answers))
    return [
        StripReading(
            one.maps,
            its.raw,
            tuple(
                _reading(px, raw, *next(middles), facts=next(facts), card=models[0].card)
                for px, raw in zip(told, its.raw)
            ),
        )
        for one, its, told in zip(drawn, answers, stretch_px)
    ]


def _facts(
    strips: Sequence[StripLines],
    drawn: Sequence[DrawnStrip],
    lines: Sequence[Sequence[DrawnLines]],
    scale: ExperimentScale,
) -> list[WindowFacts]:
    """What the maps of all windows show, at the middle thickness."""
    told = [
        WindowFacts(
            {},
            line,
            np.nan,
            np.nan,
            strip.past_end,
            strip.sense_known,
            strip.generalized is not None,
            *others_px,
        )
        for strip, its in zip(strips, lines)
        for line, others_px in zip(its, strip.others_px or ((0.0, 0.0),) * len(its))
    ]
    middles = [cut_windows(one.maps[len(one.maps) // 2], scale=scale) for one in drawn]
    return describe_windows(np.concatenate(middles), told)


def _middles(
    answers: Sequence[Answers],
) -> Iterator[tuple[float, tuple[float, float] | None]]:
    """Medians over members, window by window: of their answers, and of their intervals' ends."""

    def medians(parts: Sequence[np.ndarray]) -> list[float]:
        middles: list[float] = np.median(np.concatenate(parts).astype(float), axis=1).tolist()
        return middles

    lows = [one.low for one in answers if one.low is not None]
    highs = [one.high for one in answers if one.high is not None]
    told = zip(medians(lows), medians(highs)) if lows and highs else itertools.repeat(None)
    return zip(medians([one.raw for one in answers]), told)


def _reading(
    stretch_px: float,
    raw: np.ndarray,
    median: float,
    interval: tuple[float, float] | None,
    *,
    facts: WindowFacts,
    card: ModelCard,
) -> WindowReading:
    """A window, from what the members answer."""
    flags = window_flags(facts, median, card)
    known = is_knowable(facts, card) and median <= BEYOND_ONE
    return WindowReading(facts, stretch_px, raw, median, interval, flags, known)
