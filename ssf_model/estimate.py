"""The whole road, strip by strip: traces -> maps -> windows -> ensemble -> KE with flags."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ssf_model.ensemble import FLIPS, member_predictions
from ssf_model.errors import InputError
from ssf_model.flags import describe_window, drawn_lines, is_knowable, window_flags
from ssf_model.inference import Model
from ssf_model.raster import burn_traces
from ssf_model.strips import Strip, strip_paths
from ssf_model.traces import Traces
from ssf_model.windows import cut_windows, window_starts

SENSES = ("dextral", "sinistral")
MAX_THICKNESS_PX = 16.0  # our choice: a quarter of a window's length is no line any more
LOW_PERCENTILE, HIGH_PERCENTILE = 5, 95


@dataclass(frozen=True)
class Options:
    """How windows are drawn and read.

    `thickness_px` are the line widths in pixels, None for the model's own; `flips` is "all" or
    "none"; `sense` the sense of slip: the experiments are dextral, so a sinistral map is
    mirrored before the network reads it.
    """

    thickness_px: tuple[float, ...] | None = None
    flips: str = "all"
    sense: str = "dextral"

    def __post_init__(self) -> None:
        if self.sense not in SENSES:
            message = f"The sense of slip is 'dextral' or 'sinistral', not {self.sense!r}."
            raise InputError(message)
        if self.flips not in FLIPS:
            message = f"Flips are 'all' or 'none', not {self.flips!r}."
            raise InputError(message)


@dataclass(frozen=True)
class WindowEstimate:
    """KE of one window, and what there is to know about it.

    KE and its kin are fractions of the applied displacement; None (NULL) where KE cannot be
    known. `ke` is the ensemble's median clipped to 1, `ke_raw` the same unclipped, `ke_p05`
    and `ke_p95` its 5th and 95th percentile: how far the drawing alone moves KE, not its
    error. `footprint` is a closed ring of longitude and latitude, (5, 2); `trend_deg` the
    azimuth of the columns, 0 to 180; strips and windows count from 1.
    """

    zone: str
    strip: int
    window: int
    footprint: np.ndarray
    trend_deg: float
    sense: str
    ke: float | None
    ke_p05: float | None
    ke_p95: float | None
    ke_raw: float | None
    n_members: int
    flags: tuple[str, ...]
    trace_px: int
    model: str

    @property
    def ofd(self) -> float | None:
        """Off-fault deformation, 1 - KE."""
        return None if self.ke is None else 1.0 - self.ke


@dataclass(frozen=True)
class StripEstimate:
    """All about one strip.

    `maps` is what was drawn, (n_thickness, rows, cols) uint8, and what the network saw (a
    sinistral map mirrored across); `paths` the lines of the
    strip in metres from its lower-left corner, in the order of `strip.lines`.
    """

    strip: Strip
    maps: np.ndarray
    paths: list[np.ndarray]
    windows: tuple[WindowEstimate, ...]


def parse_thickness(text: str) -> tuple[float, ...]:
    """Read line widths in pixels from text such as "2,3,4".

    Raises
    ------
    InputError
        If it is no list of numbers above 0 and up to `MAX_THICKNESS_PX`.
    """
    try:
        values = tuple(float(entry) for entry in text.replace(";", ",").split(","))
    except ValueError:
        values = ()
    if not values or not all(0 < value <= MAX_THICKNESS_PX for value in values):
        message = (
            f"Line thicknesses are numbers above 0 and up to {MAX_THICKNESS_PX:g} px with commas "
            f"between them, such as 2,3,4; '{text}' is not."
        )
        raise InputError(message)
    return values


def estimate_strips(
    traces: Traces,
    strips: Sequence[Strip],
    models: Sequence[Model],
    *,
    options: Options | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Iterator[StripEstimate]:
    """Estimate KE window by window, one strip at a time.

    Parameters
    ----------
    traces : Traces
        The fault map.
    strips : sequence of Strip
        From `plan_strips`, at the grid of `open_models`.
    models : sequence of Model
        One or more, of one grid.
    options : Options, optional
        Line widths, flips and sense.
    cancelled : callable, optional
        Asked before every strip; where it answers True the iteration ends.

    Yields
    ------
    estimate : StripEstimate
        In the order of `strips`. Nothing is kept, so memory does not grow with their number.

    Raises
    ------
    InputError, ModelError
        If a setting, or what a model answers, does not fit.
    """
    options = options or Options()
    thickness_px = options.thickness_px or models[0].card.thickness_px
    label = " + ".join(model.card.label for model in models)
    for strip in strips:
        if cancelled is not None and cancelled():
            return
        paths = strip_paths(traces, strip)
        maps = burn_traces(
            paths,
            strip.shape,
            pixel_size_m=strip.scale.pixel_size_m,
            thickness_px=thickness_px,
        )
        # Mirrored across, a sinistral map looks dextral. Only the network sees it so: flags and
        # files keep to the ground.
        seen = maps[:, ::-1, :] if options.sense == "sinistral" else maps
        raw = member_predictions(seen, models, scale=strip.scale, flips=options.flips)
        windows = _windows(strip, maps, paths, raw, models[0], options, label)
        yield StripEstimate(strip, maps, paths, tuple(windows))


def _windows(
    strip: Strip,
    maps: np.ndarray,
    paths: list[np.ndarray],
    raw: np.ndarray,
    model: Model,
    options: Options,
    label: str,
) -> Iterator[WindowEstimate]:
    """The windows of one strip, from their members' predictions."""
    starts = window_starts(strip.shape[1], scale=strip.scale)
    lines = drawn_lines(paths, starts, scale=strip.scale)
    middle = cut_windows(maps[len(maps) // 2], scale=strip.scale)
    for number in range(strip.n_windows):
        members = raw[number].astype(float)
        facts = describe_window(
            middle[number],
            stretch_px=lines[number][0],
            heading_deg=lines[number][1],
            past_end=strip.past_end,
        )
        median = float(np.median(members))
        low, high = np.percentile(members, [LOW_PERCENTILE, HIGH_PERCENTILE]).tolist()
        known = is_knowable(facts, model.card)
        yield WindowEstimate(
            zone=strip.zone,
            strip=strip.number,
            window=number + 1,
            footprint=strip.footprint(number),
            trend_deg=strip.trend_deg,
            sense=options.sense,
            ke=min(median, 1.0) if known else None,
            ke_p05=min(low, 1.0) if known else None,
            ke_p95=min(high, 1.0) if known else None,
            ke_raw=median if known else None,
            n_members=len(members),
            flags=window_flags(facts, median, model.card),
            trace_px=facts.trace_px,
            model=label,
        )
