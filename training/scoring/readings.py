"""Frames of experiments read as a map in use is: centre lines drawn, moved, mirrored, flagged."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

import numpy as np

from ssf_model.drawing.windows import window_starts
from ssf_model.errors import InputError, counted
from ssf_model.estimate.generalized import generalize_on_grid
from ssf_model.estimate.reading import StripLines, WindowReading, draw_lines, read_strips
from ssf_model.network.model import Model
from ssf_model.options import Options
from ssf_model.scale import ExperimentScale
from training.windows.dataset import Windows
from training.windows.labelled import RAW, pen_of, pen_seed
from training.windows.mapper import draw_style, mapped_lines
from training.windows.pen import centre_lines


@dataclass(frozen=True)
class Readings:
    """What an ensemble answers to windows that were drawn as in use, and their labels."""

    experiment: np.ndarray  # (n,) str
    ke: np.ndarray  # (n,) float64, the label
    raw: np.ndarray  # (n, n_members) float32, raw KE
    plain: np.ndarray  # (n,) bool: known, and without a flag that takes the interval away
    # (n, 2) float64, the interval that the network tells before it is widened; NaN if it tells none
    told: np.ndarray
    stretch_px: np.ndarray  # (n,) float64, how finely each was drawn; NaN where no line runs
    rows: np.ndarray  # (n,) int, the windows as measured that they were drawn from

    def __len__(self) -> int:
        return len(self.ke)


def read_set(
    windows: Windows,
    rows: np.ndarray,
    model: Model,
    *,
    options: Options,
    frames: int,
    seed: int,
    mapped: bool = False,
    generalize: bool = False,
    progress: Callable[[list[str]], Iterable[str]] = iter,
) -> Readings:
    """Draw some frames of a set's experiments and read their windows by the whole ensemble.

    Parameters
    ----------
    windows : Windows
        Labelled windows, those as measured among them; the maps of a frame are put together
        from them.
    rows : int array
        The set's rows.
    model : Model
        The network; its card tells line widths and the ranges that the flags need.
    options : Options
        The ensemble.
    frames : int
        How many frames of each experiment, of those that show a fault in a window of the set;
        all where it has fewer.
    seed : int
        Which ones; the others of an experiment do not depend on what else is in the set.
    mapped : bool, optional
        Whether each frame is drawn as a mapper does, in a style of its own, by the same seed,
        instead of along its centre lines.
    generalize : bool, optional
        Whether the lines are generalized before they are drawn, as dense maps are in use.
    progress : function, optional
        Wraps the names of the experiments, to show how far it is.

    Returns
    -------
    readings : Readings
        The set's windows of these frames, by experiment, frame and place.

    Raises
    ------
    InputError
        If there is no frame to draw: the set has no window as measured.
    """
    measured = pen_of(windows.source) == RAW
    in_set = np.zeros(len(windows), dtype=bool)
    in_set[rows] = True
    in_set &= measured
    if frames < 1 or not in_set.any():
        message = (
            f"{counted(frames, 'frame')} of {counted(in_set.sum(), 'window')} as measured: there "
            f"is nothing to draw. `ingest` keeps windows as measured with the pen '{RAW}'."
        )
        raise InputError(message)
    found: list[WindowReading] = []
    scored: list[int] = []
    for name in progress(np.unique(windows.experiment[in_set]).tolist()):
        own = windows.experiment == name
        there = np.unique(windows.frame[own & in_set])
        rng = np.random.default_rng([seed, pen_seed(name)])
        for frame in np.sort(rng.permutation(there)[:frames]):
            shown = np.flatnonzero(own & measured & (windows.frame == frame))
            fault_map, scale = frame_map(windows, shown)
            lines_of = centre_lines
            if mapped:
                frame_seed = [seed, pen_seed(name), int(frame)]
                lines_of = partial(_mapped, rng=np.random.default_rng(frame_seed))
            reading = read_frame(
                fault_map,
                model,
                scale=scale,
                options=options,
                lines_of=lines_of,
                generalize=generalize,
            )
            own_rows = shown[in_set[shown]].tolist()
            found += [reading[windows.window[row]] for row in own_rows]
            scored += own_rows
    unknown = (np.nan, np.nan)
    return Readings(
        experiment=windows.experiment[scored],
        ke=windows.ke[scored],
        raw=np.stack([window.raw for window in found]),
        plain=np.array([window.as_calibrated for window in found]),
        told=np.array([window.interval or unknown for window in found], dtype=float),
        stretch_px=np.array([window.facts.lines.stretch_px for window in found], dtype=float),
        rows=np.array(scored),
    )


def _mapped(fault_map: np.ndarray, rng: np.random.Generator) -> list[np.ndarray]:
    """Lines of a map as some mapper draws them."""
    return mapped_lines(centre_lines(fault_map), draw_style(rng), rng=rng)


def frame_map(windows: Windows, rows: np.ndarray) -> tuple[np.ndarray, ExperimentScale]:
    """Put the map of a frame together from its windows.

    Parameters
    ----------
    windows : Windows
        Labelled windows.
    rows : int array
        The frame's windows as measured; those that are not there show no fault.

    Returns
    -------
    fault_map : (rows, cols) uint8 array
        As far as the last window of its experiment that ever shows a fault.
    scale : ExperimentScale
        How the windows lie on it.
    """
    manifest = windows.manifest
    scale = ExperimentScale(
        float(manifest["pixel_size_m"]),
        manifest["window_rows"],
        manifest["window_cols"],
        manifest["stride_px"],
    )
    last = windows.window[windows.experiment == windows.experiment[rows[0]]].max()
    fault_map = np.zeros((scale.window_rows, scale.strip_cols(int(last) + 1)), np.uint8)
    for row in rows:
        start = windows.window[row] * scale.stride_px
        fault_map[:, start : start + scale.window_cols] |= windows.maps[row]
    return fault_map, scale


def read_frame(
    fault_map: np.ndarray,
    model: Model,
    *,
    scale: ExperimentScale,
    options: Options,
    lines_of: Callable[[np.ndarray], list[np.ndarray]] = centre_lines,
    generalize: bool = False,
) -> tuple[WindowReading, ...]:
    """Draw the lines of a map and read its windows by the whole ensemble.

    Parameters
    ----------
    fault_map : (rows, cols) array
        0 off a fault and 1 on it; whole windows side by side.
    model : Model
        The network.
    scale : ExperimentScale
        How the windows lie.
    options : Options
        The ensemble.
    lines_of : function, optional
        Gives the lines of a map, in pixels as `training.windows.pen.centre_lines` does.
    generalize : bool, optional
        Whether they are generalized before they are drawn.

    Returns
    -------
    readings : tuple of WindowReading
        One a window.
    """
    paths = [line * scale.pixel_size_m for line in lines_of(fault_map)]
    n_windows = len(window_starts(fault_map.shape[1], scale=scale))
    strip = StripLines(paths, n_windows, options)
    if generalize:
        shape = (scale.window_rows, scale.strip_cols(n_windows))
        strip = dataclasses.replace(
            strip, generalized=generalize_on_grid(paths, shape, scale=scale, options=options)
        )
    drawn = draw_lines([strip], [model], scale=scale)
    return read_strips([strip], drawn, [model], scale=scale)[0].windows
