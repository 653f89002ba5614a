"""Canvases: pieces of ground on which an ensemble draws windows, moved and at several scales."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ssf_model.drawing.raster import Sheet, burn_sheets
from ssf_model.drawing.windows import cut_windows, window_starts
from ssf_model.options import Options
from ssf_model.scale import ExperimentScale


class DrawnStrip(NamedTuple):
    """A strip as it was drawn.

    `maps` are (n_thickness, rows, cols) uint8, neither moved nor at another scale; `windows` are
    (n_windows, n_drawings, n_thickness, rows, cols) uint8, drawings in the order of `canvases`,
    on the ground: neither mirrored nor turned.
    """

    maps: np.ndarray
    windows: np.ndarray


@dataclass(frozen=True)
class Canvas:
    """A piece of ground on which lines are drawn, for so many windows side by side.

    `corner_m` is its lower-left corner, (2,), in metres along and across in the strip.
    """

    corner_m: np.ndarray
    grid: ExperimentScale
    n_windows: int

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns in pixels."""
        return self.grid.window_rows, self.grid.strip_cols(self.n_windows)

    @property
    def sheet(self) -> Sheet:
        """The canvas as what is drawn on."""
        along, across = self.corner_m.tolist()
        return Sheet((along, across), self.shape, self.grid.pixel_size_m)

    def draw(self, paths: Sequence[np.ndarray], thickness_px: Sequence[float]) -> np.ndarray:
        """Draw paths, in metres along and across in the strip: (n_thickness, rows, cols) uint8."""
        return burn_sheets([(paths, [self.sheet])], thickness_px=thickness_px)[0][0]

    def cut(self, maps: np.ndarray) -> np.ndarray:
        """Cut maps of the canvas into windows, (n_windows, n_maps, rows, cols)."""
        return cut_windows(maps, scale=self.grid)


def canvases(
    n_windows: int, *, scale: ExperimentScale, options: Options
) -> tuple[tuple[Canvas, ...], ...]:
    """Lay out the canvases of a strip's windows.

    Returns
    -------
    canvases : tuple of tuples of Canvas
        For each drawing of the ensemble, sizes of a pixel first and shifts within them, the
        canvases that hold all windows of the strip in order: one where its own grid is moved,
        one a window where pixels are of another size.
    """
    starts = np.array(window_starts(scale.strip_cols(n_windows), scale=scale))
    middles = (starts + scale.window_cols / 2) * scale.pixel_size_m
    drawings = []
    for size in (scale.pixel_size_m, *options.other_pixel_sizes_m):
        grid = dataclasses.replace(scale, pixel_size_m=size)
        if grid == scale:
            corners, count = np.zeros((1, 2)), n_windows
        else:
            left = middles - grid.window_length_m / 2
            low = (scale.window_width_m - grid.window_width_m) / 2
            corners, count = np.column_stack([left, np.full(n_windows, low)]), 1
        for shift_px in options.shifts_px:
            moved = corners + np.array(shift_px) * size
            drawings.append(tuple(Canvas(corner, grid, count) for corner in moved))
    return tuple(drawings)


def draw_windows(
    paths: Sequence[np.ndarray],
    n_windows: int,
    *,
    scale: ExperimentScale,
    options: Options,
    thickness_px: Sequence[float],
) -> np.ndarray:
    """Draw the windows of a strip on all its canvases.

    Returns
    -------
    drawn : (n_windows, n_drawings, n_thickness, rows, cols) uint8 array
        Drawings in the order of `canvases`, on the ground: neither mirrored nor turned.
    """
    ((_, windows),) = draw_strips(
        [(paths, n_windows)], scale=scale, options=options, thickness_px=thickness_px
    )
    return windows


def draw_strips(
    strips: Sequence[tuple[Sequence[np.ndarray], int]],
    *,
    scale: ExperimentScale,
    options: Options,
    thickness_px: Sequence[float],
) -> list[DrawnStrip]:
    """Do the work of `draw_windows` for several strips: their paths and numbers of windows."""
    by_count = {
        count: canvases(count, scale=scale, options=options) for count in {n for _, n in strips}
    }
    plans = [by_count[count] for _, count in strips]
    sheets = [[canvas.sheet for laid in plan for canvas in laid] for plan in plans]
    burned = burn_sheets(
        [(paths, some) for (paths, _), some in zip(strips, sheets)], thickness_px=thickness_px
    )
    drawn = []
    for plan, maps in zip(plans, burned):
        following = iter(maps)
        drawings = [_end_to_end([canvas.cut(next(following)) for canvas in laid]) for laid in plan]
        drawn.append(DrawnStrip(maps[0], np.stack(drawings, axis=1)))
    return drawn


def _end_to_end(windows: list[np.ndarray]) -> np.ndarray:
    """Windows of one canvas after those of the one before; those of one alone as they are."""
    return windows[0] if len(windows) == 1 else np.concatenate(windows)
