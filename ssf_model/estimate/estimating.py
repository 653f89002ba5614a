"""The whole road, strip by strip: traces -> maps -> windows -> ensemble -> KE with flags."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ssf_model.drawing.drawn_lines import prevailing_sense
from ssf_model.estimate.effects import effects
from ssf_model.estimate.ensemble import Member, list_members, with_flips
from ssf_model.estimate.flags import TOO_HIGH
from ssf_model.estimate.fractions import as_fraction, ends_around
from ssf_model.estimate.generalized import generalized_paths, is_generalized
from ssf_model.estimate.interval import calibrated_interval, drawing_bands, is_calibrated
from ssf_model.estimate.reading import StripLines, StripReading, draw_lines, read_strips
from ssf_model.faults.slip import SINISTRAL
from ssf_model.faults.traces import Traces
from ssf_model.network.model import Model
from ssf_model.options import AUTO_SENSE, Options, check_sense
from ssf_model.zones.strips import Strip, strip_paths

WINDOWS_A_LOT = 60  # drawn and read at once: their maps take some 10 MB


@dataclass(frozen=True)
class WindowEstimate:
    """KE of one window, and what there is to know about it.

    KE and its kin are fractions of the applied displacement; None (NULL) where KE cannot be known.
    `ke` is the ensemble's median clipped to 0 to 1, `ke_raw` the same unclipped, which is there,
    too, where it is too high for a KE, `ke_p05` and `ke_p95` its 5th and 95th percentile: how far
    drawing alone moves KE, not its error. `ke_low` and `ke_high` are an interval that was
    calibrated to hold the share of labels that the model's card says, see `estimate.interval`; None
    where it was not for such an ensemble, or where a flag says that the window is unlike those it
    was calibrated on. `stretch_px` is how finely the map that was read is drawn, as `DrawnLines`
    has it; None where no line runs. `moved_by` holds `ensemble.effects`; `generalized` says whether
    the strip's lines were generalized before they were drawn, `others` which share of the trace in
    the window is of other zones and not drawn, None where that was not looked for. `footprint` is a
    closed ring of longitude and latitude, (5, 2); `along_km` the place of its middle along the
    zone's guide line; `trend_deg` the azimuth of the columns, 0 to 180; strips and windows count
    from 1.
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
    others: float | None = None

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


class _Spread(NamedTuple):
    """How the members of an ensemble differ in one window."""

    band: tuple[float, float]
    moved_by: Mapping[str, float | None]


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
        In the order of `strips`, some of which are worked out together. Nothing is kept, so
        memory does not grow with their number.

    Raises
    ------
    InputError, ModelError
        If a setting, or what a model answers, does not fit.
    """
    options = with_flips(models, options or Options())
    label = " + ".join(model.card.label for model in models)
    for lot in _lots(strips):
        if cancelled is not None and cancelled():
            return
        scale = lot[0].scale
        lines = [_strip_lines(traces, strip, options) for strip in lot]
        drawn = draw_lines(lines, models, scale=scale)
        dense = [
            number
            for number, (strip, one) in enumerate(zip(lot, drawn))
            if is_generalized(one.maps, strip, models[0].card, options)
        ]
        for number in dense:
            generalized = generalized_paths(lines[number].paths, lot[number], options)
            lines[number] = dataclasses.replace(lines[number], generalized=generalized)
        anew = draw_lines([lines[number] for number in dense], models, scale=scale)
        for number, one in zip(dense, anew):
            drawn[number] = one
        readings = read_strips(lines, drawn, models, scale=scale)
        members = list_members(models, scale=scale, options=options)
        about = iter(_about_members(members, [reading.raw for reading in readings]))
        for number, (strip, its, reading) in enumerate(zip(lot, lines, readings)):
            if number and cancelled is not None and cancelled():
                return
            spread = [next(about) for _ in reading.windows]
            windows = _windows(strip, reading, spread, models, its.options, label)
            yield StripEstimate(
                strip,
                reading.maps,
                its.paths,
                its.drawn,
                tuple(windows),
                members,
                reading.raw,
            )


def _lots(strips: Sequence[Strip]) -> Iterator[list[Strip]]:
    """Strips of one grid that are drawn and read together."""
    lot: list[Strip] = []
    for strip in strips:
        together = sum(one.n_windows for one in lot) + strip.n_windows
        if lot and (together > WINDOWS_A_LOT or strip.scale != lot[0].scale):
            yield lot
            lot = []
        lot.append(strip)
    if lot:
        yield lot


def _strip_lines(traces: Traces, strip: Strip, options: Options) -> StripLines:
    """The lines of a strip, and the sense in which they are read."""
    paths = strip_paths(traces, strip)
    sensed, known = with_sense(traces, strip, paths, options)
    kinds = None if traces.slip is None else traces.slip.kinds[traces.features[strip.lines]]
    size_m = strip.scale.pixel_size_m
    others_px = tuple((one.length_m / size_m, one.beside_m / size_m) for one in strip.others)
    return StripLines(
        paths, strip.n_windows, sensed, kinds, strip.past_end, known, others_px=others_px
    )


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


def _about_members(members: Sequence[Member], raw: Sequence[np.ndarray]) -> Iterator[_Spread]:
    """How members differ, window by window, from what they predicted, strip by strip."""
    together = np.concatenate(raw)
    yield from map(_Spread, drawing_bands(together), effects(members, together))


def _windows(
    strip: Strip,
    reading: StripReading,
    spread: Sequence[_Spread],
    models: Sequence[Model],
    options: Options,
    label: str,
) -> Iterator[WindowEstimate]:
    """The windows of one strip, from their members' predictions."""
    calibrated = is_calibrated(models, scale=strip.scale, options=options)
    rings = strip.footprints()
    for number, window in enumerate(reading.windows):
        median, known, stretch_px = window.median, window.known, window.stretch_px
        ke = as_fraction(median)
        p05, p95 = ends_around(ke, *spread[number].band)
        ke_low, ke_high = (
            calibrated_interval(window, models[0].card, spread[number].band)
            if calibrated and window.as_calibrated
            else (None, None)
        )
        yield WindowEstimate(
            zone=strip.zone,
            strip=strip.number,
            window=number + 1,
            along_km=(strip.along_m + number * strip.stride_m) / 1000,
            footprint=rings[number],
            trend_deg=strip.trend_deg,
            sense=options.sense,
            ke=ke if known else None,
            ke_low=ke_low,
            ke_high=ke_high,
            ke_p05=p05 if known else None,
            ke_p95=p95 if known else None,
            ke_raw=median if known or TOO_HIGH in window.flags else None,
            moved_by=spread[number].moved_by if known else {},
            n_members=len(window.raw),
            flags=window.flags,
            trace_px=window.facts.trace_px,
            stretch_px=None if np.isnan(stretch_px) else stretch_px,
            generalized=window.facts.generalized,
            model=label,
            others=strip.others[number].share if strip.others else None,
        )
