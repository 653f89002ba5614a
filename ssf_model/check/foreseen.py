"""Which flag will come where: windows as an estimate will see them, without a network's answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ssf_model.drawing.drawn_lines import drawn_lines
from ssf_model.drawing.raster import burn_traces
from ssf_model.drawing.windows import cut_windows, window_boxes, window_starts
from ssf_model.estimate.ensemble import drawn_thickness_px
from ssf_model.estimate.estimating import with_sense
from ssf_model.estimate.flags import describe_window, is_knowable, window_flags
from ssf_model.estimate.generalized import generalized_paths, is_generalized
from ssf_model.faults.traces import Traces
from ssf_model.geometry.segments import clip_segments
from ssf_model.network.model import Model
from ssf_model.options import Options
from ssf_model.zones.strips import Strip, lines_around, strip_paths

NO_CLIPPING = 0.0  # stands for a network's answer, which alone decides about the flag `clipped`


@dataclass(frozen=True)
class ForeseenWindow:
    """A window before its estimate.

    `known` says whether there will be a KE; `others_m` how much trace of other zones lies in it,
    and `other` which zone has most of that, where zones are known.
    """

    strip: Strip
    number: int
    flags: tuple[str, ...]
    known: bool
    trace_px: int
    others_m: float
    other: str | None


def foresee(
    traces: Traces,
    strips: Sequence[Strip],
    models: Sequence[Model],
    *,
    options: Options,
    zones: Sequence[str | None],
) -> Iterator[list[ForeseenWindow]]:
    """Foresee the flags of every window, strip by strip.

    Parameters
    ----------
    traces, strips, models, options
        As for `estimate_strips`.
    zones : sequence of str or None
        The zone of every feature.

    Yields
    ------
    windows : list of ForeseenWindow
        Of one strip. All flags are there but `clipped`.
    """
    for strip in strips:
        yield _of_strip(traces, strip, models, options, zones)


def _of_strip(
    traces: Traces,
    strip: Strip,
    models: Sequence[Model],
    options: Options,
    zones: Sequence[str | None],
) -> list[ForeseenWindow]:
    """The windows of one strip."""
    scale, card = strip.scale, models[0].card
    paths = strip_paths(traces, strip)
    sensed, sense_known = with_sense(traces, strip, paths, options)
    thickness_px = drawn_thickness_px(models, sensed)

    def drawn(lines: Sequence[np.ndarray]) -> np.ndarray:
        return burn_traces(
            lines,
            strip.shape,
            pixel_size_m=scale.pixel_size_m,
            thickness_px=thickness_px[len(thickness_px) // 2 :][:1],
        )

    fault_maps = drawn(paths)
    generalized = is_generalized(fault_maps, strip, card, sensed)
    if generalized:
        fault_maps = drawn(generalized_paths(paths, strip, sensed))
    starts = window_starts(strip.shape[1], scale=scale)
    kinds = None if traces.slip is None else traces.slip.kinds[traces.features[strip.lines]]
    lines = drawn_lines(paths, starts, scale=scale, kinds=kinds)
    others = _others(traces, strip, starts, zones)
    found = []
    for number, (window, line) in enumerate(zip(cut_windows(fault_maps[0], scale=scale), lines)):
        facts = describe_window(
            window,
            line,
            past_end=strip.past_end,
            sense_known=sense_known,
            generalized=generalized,
            others_px=others[number][0] / scale.pixel_size_m,
            beside_px=strip.others[number].beside_m / scale.pixel_size_m if strip.others else 0.0,
        )
        found.append(
            ForeseenWindow(
                strip,
                number,
                window_flags(facts, NO_CLIPPING, card),
                is_knowable(facts, card),
                facts.trace_px,
                *others[number],
            )
        )
    return found


def _others(
    traces: Traces, strip: Strip, starts: Sequence[int], zones: Sequence[str | None]
) -> list[tuple[float, str | None]]:
    """For each window how much trace of other zones lies in it, and whose most of it is."""
    around = lines_around(
        traces,
        np.arange(len(traces.lines)),
        frame=strip.frame,
        n_windows=strip.n_windows,
        scale=strip.scale,
    )
    foreign = np.setdiff1d(around, strip.lines)
    if not len(foreign):
        return [(0.0, None)] * len(starts)
    size = strip.scale.pixel_size_m
    paths = [strip.earth_centred_to_strip(traces.points[line]) / size for line in foreign]
    first = np.concatenate([path[:-1] for path in paths])
    last = np.concatenate([path[1:] for path in paths])
    owner = np.repeat(np.arange(len(foreign)), [len(path) - 1 for path in paths])
    lengths_m = np.hypot(*(last - first).T) * size
    found: list[tuple[float, str | None]] = []
    t_in, t_out = clip_segments(first, last, *window_boxes(starts, scale=strip.scale))
    for inside_m in np.maximum(t_out - t_in, 0) * lengths_m:
        by_line = np.bincount(owner, inside_m, minlength=len(foreign))
        most = int(traces.features[foreign[int(np.argmax(by_line))]])
        found.append((float(inside_m.sum()), zones[most]))
    return found
