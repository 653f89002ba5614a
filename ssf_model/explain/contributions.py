"""Contributions on the ground: what each cell of a window adds to KE, over a whole ensemble.

Members see a window moved, mirrored and drawn in several ways. Their cells are laid back onto
the ground and averaged; nothing gets lost, so the cells of a window still sum up to the mean of
its members' answers. Beside them stands what a straight fault through the whole window would
contribute, column by column: where the traces fall short of it, a step, gap or bend costs KE.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ssf_model.drawing.windows import window_boxes, window_starts
from ssf_model.estimate.canvases import draw_windows
from ssf_model.estimate.ensemble import (
    drawn_thickness_px,
    mirror_windows,
    shown_detail,
    with_flips,
)
from ssf_model.estimate.estimating import StripEstimate
from ssf_model.explain.attribution import Attribution, Cells
from ssf_model.geometry.segments import clip_segments
from ssf_model.options import FLIP_AXES, FLIPS, Options


@dataclass(frozen=True)
class StripContributions:
    """Mean contributions of a strip's windows, in the unit of KE.

    Attributes
    ----------
    constant : (n_windows,) float array
        Mean answer to a blank window that is said to be drawn as finely.
    cells : (n_windows, rows.count, cols.count) float array
        What each cell adds to it. With `constant` they sum up to the mean over the members of
        their answers before the last ReLU.
    straight : (n_windows, cols.count) float array
        What each column would add if one straight fault ran through the window, at the mean
        height of its traces and said to be drawn as finely; NaN in a window without a trace.
    rows, cols : Cells
        Where the cells lie in a window, rows counted downward from its far side.
    """

    constant: np.ndarray
    cells: np.ndarray
    straight: np.ndarray
    rows: Cells
    cols: Cells

    @property
    def lost(self) -> np.ndarray:
        """By how much each column falls short of a straight fault, (n_windows, cols.count)."""
        return self.straight - self.cells.sum(axis=1)


def strip_contributions(
    estimate: StripEstimate, attributions: Sequence[Attribution], *, options: Options
) -> StripContributions:
    """Average the contributions of all members that see a strip at its own scale.

    Parameters
    ----------
    estimate : StripEstimate
        The strip, from `estimate_strips`.
    attributions : sequence of Attribution
        The models that estimated it, taken apart.
    options : Options
        Those that it was estimated with. Members at other sizes of a pixel see other ground and
        are left out.

    Returns
    -------
    contributions : StripContributions
        On the cells of the first model.

    Raises
    ------
    ModelError
        If a model cannot be run.
    """
    strip = estimate.strip
    options = dataclasses.replace(options, other_pixel_sizes_m=())
    options = with_flips([attribution.model for attribution in attributions], options)
    stretch_px = estimate.stretch_px
    told = shown_detail(stretch_px, scale=strip.scale, options=options)[:, 0]
    constants = [np.broadcast_to(each.constants(told), told.shape) for each in attributions]
    cells = _mean_cells(estimate.drawn, stretch_px, estimate, attributions, options)
    straight = np.full((strip.n_windows, attributions[0].cols.count), np.nan)
    for number, up_px in enumerate(_mean_heights_px(estimate)):
        if np.isfinite(up_px):
            length_m, up_m = strip.scale.window_length_m, up_px * strip.scale.pixel_size_m
            fault = np.array([[-length_m, up_m], [2 * length_m, up_m]])
            own = stretch_px[number : number + 1]
            drawn_alone = _mean_cells([fault], own, estimate, attributions, options)
            straight[number] = drawn_alone[0].sum(axis=0)
    return StripContributions(
        constant=np.mean(constants, axis=0),
        cells=cells,
        straight=straight,
        rows=attributions[0].rows,
        cols=attributions[0].cols,
    )


def _mean_heights_px(estimate: StripEstimate) -> list[float]:
    """How far up the traces run in each window on average, by length; NaN without a trace."""
    scale = estimate.strip.scale
    starts = window_starts(estimate.strip.shape[1], scale=scale)
    if not estimate.drawn:
        return [np.nan] * len(starts)
    pixels = [path / scale.pixel_size_m for path in estimate.drawn]
    first = np.concatenate([path[:-1] for path in pixels])
    steps = np.concatenate([path[1:] for path in pixels]) - first
    heights = []
    t_in, t_out = clip_segments(first, first + steps, *window_boxes(starts, scale=scale))
    ups = first[:, 1] + steps[:, 1] * (t_in + t_out) / 2
    for inside, up in zip(np.maximum(t_out - t_in, 0) * np.hypot(*steps.T), ups):
        total = inside.sum()
        heights.append(float((inside * up).sum() / total) if total > 0 else np.nan)
    return heights


def _mean_cells(
    paths: Sequence[np.ndarray],
    stretch_px: np.ndarray,
    estimate: StripEstimate,
    attributions: Sequence[Attribution],
    options: Options,
) -> np.ndarray:
    """Contributions averaged over members, on the first model's cells, (n_windows, rows, cols)."""
    scale, n_windows = estimate.strip.scale, len(stretch_px)
    drawn = draw_windows(
        paths,
        n_windows,
        scale=scale,
        options=options,
        thickness_px=drawn_thickness_px([each.model for each in attributions], options),
    )
    seen = mirror_windows(drawn, options=options)  # windows, shifts, thicknesses, flips, maps
    batch = np.ascontiguousarray(seen.reshape(-1, *seen.shape[-2:]))
    told = shown_detail(stretch_px, scale=scale, options=options)
    told = np.broadcast_to(told[:, :, None, None], seen.shape[:4]).reshape(-1)
    ground = attributions[0]
    total = np.zeros((n_windows, ground.rows.count, ground.cols.count))
    for attribution in attributions:
        found = attribution.contributions(batch, told)
        found = found.reshape(*seen.shape[:4], *found.shape[1:]).mean(axis=2)
        for at, (along_px, across_px) in enumerate(options.shifts_px):
            for flip, name in enumerate(FLIPS[options.flips]):
                across = (-2 in FLIP_AXES[name]) != (options.sense == "sinistral")
                along = -1 in FLIP_AXES[name]
                rows = _onto_ground(
                    attribution.rows, ground.rows, scale.window_rows, across, -across_px
                )
                cols = _onto_ground(
                    attribution.cols, ground.cols, scale.window_cols, along, along_px
                )
                total += rows @ found[:, at, flip] @ cols.T
    return total / (len(attributions) * len(options.shifts_px) * len(FLIPS[options.flips]))


def _onto_ground(
    cells: Cells, ground: Cells, size_px: int, mirrored: bool, moved_px: float
) -> np.ndarray:
    """Share of each cell as it was read that lies in each cell of the ground, (ground, cells).

    What lies beyond the window counts for its outermost cells.
    """
    low = cells.starts_px
    if mirrored:
        low = size_px - low - cells.size_px
    low = low + moved_px
    edges = np.concatenate([[-np.inf], ground.starts_px[1:], [np.inf]])
    begin = np.maximum(low, edges[:-1, None])
    end = np.minimum(low + cells.size_px, edges[1:, None])
    return np.maximum(end - begin, 0) / cells.size_px
