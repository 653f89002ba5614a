"""The whole road, strip by strip: traces -> maps -> windows -> ensemble -> KE with flags."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ssf_model.drawing.drawn_lines import prevailing_sense
from ssf_model.estimate.ensemble import Member, effects, list_members, with_flips
from ssf_model.estimate.generalized import generalized_where_asked
from ssf_model.estimate.interval import calibrated_interval, drawing_band, is_calibrated
from ssf_model.estimate.reading import WindowReading, read_strip
from ssf_model.faults.slip import SINISTRAL
from ssf_model.faults.traces import Traces
from ssf_model.network.model import Model
from ssf_model.options import AUTO_SENSE, Options, check_sense
from ssf_model.zones.strips import Strip, strip_paths


@dataclass(frozen=True)
class WindowEstimate:
    """KE of one window, and what there is to know about it.

    KE and its kin are fractions of the applied displacement; None (NULL) where KE cannot be
    known. `ke` is the ensemble's median clipped to 1, `ke_raw` the same unclipped, `ke_p05`
    and `ke_p95` its 5th and 95th percentile: how far drawing alone moves KE, not its error.
    `ke_low` and `ke_high` are an interval that was calibrated to hold the share of labels that the
    model's card says, see `estimate.interval`; None where it was not for such an ensemble, or
    where a flag says that the window is unlike those it was calibrated on. `stretch_px` is how
    finely the map that was read is drawn, as `DrawnLines` has it; None where no line runs.
    `moved_by` holds `ensemble.effects`; `generalized` says whether the strip's lines were
    generalized before they were drawn. `footprint` is a closed ring of longitude and latitude,
    (5, 2); `along_km` the place of its middle along the zone's guide line; `trend_deg` the
    azimuth of the columns, 0 to 180; strips and windows count from 1.
    """

    zone: str
    strip: int
    window: int
    along_km: float
    footprint: np.ndarray
    trend_deg: float
    sense: str
    ke: float | None
    ke_low: float | None
    ke_high: float | None
    ke_p05: float | None
    ke_p95: float | None
    ke_raw: float | None
    moved_by: Mapping[str, float | None]
    n_members: int
    flags: tuple[str, ...]
    trace_px: int
    stretch_px: float | None
    generalized: bool
    model: str

    @property
    def ofd(self) -> float | None:
        """Off-fault deformation, 1 - KE."""
        return None if self.ke is None else 1.0 - self.ke


@dataclass(frozen=True)
class StripEstimate:
    """All about one strip.

    `maps` is what was drawn, (n_thickness, rows, cols) uint8, before it was moved or mirrored;
    `paths` the lines of the strip in metres from its lower-left corner, in the order of
    `strip.lines`; `drawn` the lines that were drawn, which are others where they were
    generalized; `raw` what each of `members` predicted, (n_windows, n_members).
    """

    strip: Strip
    maps: np.ndarray
    paths: list[np.ndarray]
    drawn: list[np.ndarray]
    windows: tuple[WindowEstimate, ...]
    members: tuple[Member, ...]
    raw: np.ndarray

    @property
    def stretch_px(self) -> np.ndarray:
        """How finely each window's map is drawn, (n_windows,); NaN where no line runs."""
        return np.array([window.stretch_px for window in self.windows], dtype=float)

    @property
    def generalized(self) -> bool:
        """Whether the lines were generalized before they were drawn."""
        return self.windows[0].generalized


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
        What the members of the ensemble are.
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
    options = with_flips(models, options or Options())
    label = " + ".join(model.card.label for model in models)
    for strip in strips:
        if cancelled is not None and cancelled():
            return
        paths = strip_paths(traces, strip)
        sensed, sense_known = with_sense(traces, strip, paths, options)
        members = list_members(models, scale=strip.scale, options=sensed)
        generalized = generalized_where_asked(paths, strip, models, sensed)
        reading = read_strip(
            paths,
            strip.n_windows,
            models,
            scale=strip.scale,
            options=sensed,
            kinds=None if traces.slip is None else traces.slip.kinds[traces.features[strip.lines]],
            past_end=strip.past_end,
            sense_known=sense_known,
            generalized=generalized,
        )
        drawn = paths if generalized is None else generalized
        windows = _windows(strip, reading.windows, members, models, sensed, label)
        yield StripEstimate(strip, reading.maps, paths, drawn, tuple(windows), members, reading.raw)


def with_sense(
    traces: Traces, strip: Strip, paths: Sequence[np.ndarray], options: Options
) -> tuple[Options, bool]:
    """Settle the sense in which a strip is read.

    Parameters
    ----------
    traces : Traces
        The fault map; the sense "auto" needs its `slip`.
    strip : Strip
        The frame.
    paths : sequence of (n, 2) float arrays
        Its lines, from `strip_paths`.
    options : Options
        What the user set.

    Returns
    -------
    options : Options
        The same with the sense "dextral" or "sinistral".
    known : bool
        False where the sense was to be found and is not known; dextral is taken then.

    Raises
    ------
    InputError
        If the sense is to be found and the map does not say how features slip.
    """
    check_sense(options.sense, told=traces.slip is not None)
    if traces.slip is None or options.sense != AUTO_SENSE:
        return options, True
    rows, cols = strip.shape
    size_m = (cols * strip.scale.pixel_size_m, rows * strip.scale.pixel_size_m)
    senses = traces.slip.senses[traces.features[strip.lines]]
    sense = prevailing_sense(paths, senses, size_m=size_m)
    name = "sinistral" if sense == SINISTRAL else "dextral"
    return dataclasses.replace(options, sense=name), sense != 0


def _windows(
    strip: Strip,
    readings: Sequence[WindowReading],
    members: Sequence[Member],
    models: Sequence[Model],
    options: Options,
    label: str,
) -> Iterator[WindowEstimate]:
    """The windows of one strip, from their members' predictions."""
    calibrated = is_calibrated(models, scale=strip.scale, options=options)
    for number, reading in enumerate(readings):
        median, known, stretch_px = reading.median, reading.known, reading.stretch_px
        low, high = drawing_band(reading.raw)
        ke_low, ke_high = (
            calibrated_interval(reading, models[0].card)
            if calibrated and reading.as_calibrated
            else (None, None)
        )
        yield WindowEstimate(
            zone=strip.zone,
            strip=strip.number,
            window=number + 1,
            along_km=(strip.along_m + number * strip.stride_m) / 1000,
            footprint=strip.footprint(number),
            trend_deg=strip.trend_deg,
            sense=options.sense,
            ke=min(median, 1.0) if known else None,
            ke_low=ke_low,
            ke_high=ke_high,
            ke_p05=min(low, 1.0) if known else None,
            ke_p95=min(high, 1.0) if known else None,
            ke_raw=median if known else None,
            moved_by=effects(members, reading.raw) if known else {},
            n_members=len(members),
            flags=reading.flags,
            trace_px=reading.facts.trace_px,
            stretch_px=None if np.isnan(stretch_px) else stretch_px,
            generalized=reading.facts.generalized,
            model=label,
        )
