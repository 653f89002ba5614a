"""The lines of a strip, generalized as far out as the windows of an ensemble reach."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ssf_model.drawing.generalizing import generalize_paths
from ssf_model.drawing.windows import cut_windows
from ssf_model.estimate.flags import is_too_dense
from ssf_model.network.model_card import ModelCard
from ssf_model.options import MAX_SHIFT_PX, MAX_THICKNESS_PX, Options
from ssf_model.scale import ExperimentScale
from ssf_model.zones.strips import Strip

RIM_PX = 4  # along which lines know less than all of what is beside them: the blur's reach, rounded


def is_generalized(maps: np.ndarray, strip: Strip, card: ModelCard, options: Options) -> bool:
    """Whether the lines of a strip are to be generalized.

    Parameters
    ----------
    maps : (n_thickness, rows, cols) array
        The strip as it is mapped.
    strip : Strip
        Its frame.
    card : ModelCard
        Says which windows are too dense; "auto" asks whether the strip holds one, at the middle
        thickness, as flags look at it.
    options : Options
        The ensemble's.
    """
    if options.generalize != "auto":
        return options.generalize == "always"
    windows = cut_windows(maps[len(maps) // 2], scale=strip.scale)
    return any(is_too_dense(int(np.count_nonzero(each)), card) for each in windows)


def generalized_paths(
    paths: Sequence[np.ndarray], strip: Strip, options: Options
) -> list[np.ndarray]:
    """Generalize the lines of a strip.

    Parameters
    ----------
    paths : sequence of (n, 2) float arrays
        Its lines as mapped, from `strip_paths`.
    strip : Strip
        The frame; the strip's own pixels are those of the camera.
    options : Options
        How far windows are moved makes no difference; at other sizes of a pixel they may show
        more ground, up to a window's width beyond the strip.

    Returns
    -------
    lines : list of (k, 2) float arrays
        In metres along and across like the paths.
    """
    return generalize_on_grid(paths, strip.shape, scale=strip.scale, options=options)


def generalize_on_grid(
    paths: Sequence[np.ndarray],
    shape: tuple[int, int],
    *,
    scale: ExperimentScale,
    options: Options,
) -> list[np.ndarray]:
    """Generalize lines on a grid of pixels, (rows, cols); else as `generalized_paths`."""
    times = max([size / scale.pixel_size_m for size in options.other_pixel_sizes_m] + [1.0])
    moved_px = MAX_SHIFT_PX + MAX_THICKNESS_PX / 2 + RIM_PX
    beyond_px = (times - 1) * scale.window_rows / 2 + times * moved_px
    return generalize_paths(
        paths,
        shape,
        pixel_size_m=scale.pixel_size_m,
        beyond_px=int(np.ceil(min(beyond_px, scale.window_rows))),
    )
