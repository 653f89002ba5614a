"""The pen: fault maps reduced to centre lines and drawn again as a user's traces are.

An experiment's map is a thresholded measurement, 2 to 4 pixels wide with ragged rims. In use a
network reads smooth lines of one thickness, burned by `ssf_model.drawing.raster`. Here the one
becomes the other, so that a network can learn from both.

The skeleton is scikit-image's (Zhang & Suen), the core's own `thinning` another one (Guo & Hall):
with it the training windows, and so the shipped model, would be other bits.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.ndimage import distance_transform_edt, label
from scipy.spatial import cKDTree

from ssf_model.drawing.parts import patch_axis
from ssf_model.drawing.raster import burn_traces
from ssf_model.drawing.skeleton import Skeleton, link_pixels, smoothed, without_spurs
from ssf_model.errors import InputError

HOLE_PX = 9  # gaps of up to 3 x 3 pixels within a fault are no second strand
SMOOTHING_PASSES = 5  # of (1, 2, 1) / 4: a Gaussian of 1.6 px, which leaves bends of 5 px
DIRECTION_PX = 6  # vertices over which an end's direction is taken
TIP_PX = 0.3  # a round end reaches so much beyond its last pixel centre, on average
EDGE_RUN_PX = 4.0  # how far a fault that leaves the map goes on: past the cap of any pen


def centre_lines(fault_map: np.ndarray) -> list[np.ndarray]:
    """Reduce a binary fault map to the lines that a geologist would draw for it.

    Parameters
    ----------
    fault_map : (rows, cols) array
        0 off a fault and 1 on it.

    Returns
    -------
    lines : list of (n, 2) float arrays
        Vertices in pixels, x along the columns and y up from the lower edge, as `burn_traces`
        takes them with a pixel size of 1. Lines run from end or junction to end or junction; a
        loop ends where it starts. A patch as wide as long becomes a line of no length. An end
        lies half the fault's width before the patch's, since a drawn line's round end reaches
        that far; a fault that leaves the map runs on past its edge.

    Raises
    ------
    InputError
        If the map is no plane or holds other values than 0 and 1.
    """
    from skimage.morphology import skeletonize

    fault_map = np.asarray(fault_map)
    if fault_map.ndim != 2:
        message = f"A fault map has rows and columns, not {fault_map.ndim} dimensions."
        raise InputError(message)
    if not np.isin(fault_map, (0, 1)).all():
        message = "A fault map holds 0 (no fault) and 1 (fault) only; this one has other values."
        raise InputError(message)
    fault = _without_small_holes(fault_map.astype(bool))
    if not fault.any():
        return []
    skeleton = link_pixels(skeletonize(fault))
    depth = distance_transform_edt(fault)[tuple(skeleton.pixels.T)]
    skeleton = without_spurs(skeleton, longest_px=depth + 1)
    pixels = np.argwhere(fault)
    owner = cKDTree(skeleton.pixels).query(pixels)[1]
    middles = _middles(skeleton, pixels, owner)
    middles = smoothed(middles, skeleton, passes=SMOOTHING_PASSES)
    lines = []
    for path in skeleton.paths():
        if len(path) <= 2 and (skeleton.degree[path] <= 1).all():
            line = patch_axis(pixels[np.isin(owner, path)])
        else:
            line = _with_ends(middles, path, skeleton, pixels, owner, fault.shape)
        x, y = line[:, 1] + 0.5, fault.shape[0] - 0.5 - line[:, 0]
        lines.append(np.column_stack([x, y]))
    return lines


def _without_small_holes(fault: np.ndarray) -> np.ndarray:
    """The map with gaps of a few pixels closed, which would become loops."""
    gaps, _ = label(~fault)
    small = np.bincount(gaps.ravel()) <= HOLE_PX
    small[0] = False  # the fault itself
    return fault | small[gaps]


def _middles(skeleton: Skeleton, pixels: np.ndarray, owner: np.ndarray) -> np.ndarray:
    """Mean of the fault pixels nearest to each skeleton pixel: true middles of even widths."""
    n = len(skeleton.pixels)
    counts = np.bincount(owner, minlength=n)
    return np.column_stack(
        [np.bincount(owner, weights=pixels[:, axis], minlength=n) / counts for axis in (0, 1)]
    )


def _with_ends(
    middles: np.ndarray,
    path: np.ndarray,
    skeleton: Skeleton,
    pixels: np.ndarray,
    owner: np.ndarray,
    shape: tuple[int, int],
) -> np.ndarray:
    """The path's line with its free ends where the fault's are."""
    line = middles[path]
    counts = np.bincount(owner, minlength=len(middles))
    degree = skeleton.degree[path]
    for end in (0, -1):
        if degree[end] != 1:
            continue
        inward = slice(None, DIRECTION_PX) if end == 0 else slice(None, -DIRECTION_PX - 1, -1)
        numbers = path[inward]
        stretch = middles[numbers]
        step_px = np.linalg.norm(np.diff(stretch, axis=0), axis=1).mean()
        width_px = counts[numbers[1:]].mean() / step_px
        root = stretch[1] if len(path) > 3 else stretch[0]  # the end's own middle is uneven
        outward = (root - stretch[-1]) / np.linalg.norm(root - stretch[-1])
        own = pixels[owner == path[end]]
        ahead_px = (own - root) @ outward
        beyond = own[ahead_px.argmax()] + 1.5 * outward
        if ((beyond < 0) | (beyond > np.array(shape) - 1)).any():  # the fault leaves the map
            reach_px = ahead_px.max() + EDGE_RUN_PX
        else:
            reach_px = max(ahead_px.max() + TIP_PX - width_px / 2, 0.0)
        line[end] = root + reach_px * outward
    return line


def redraw(
    fault_map: np.ndarray,
    *,
    thickness_px: float,
    shift_px: tuple[float, float] = (0.0, 0.0),
) -> np.ndarray:
    """Draw a fault map again as lines of one thickness.

    Parameters
    ----------
    fault_map : (rows, cols) array
        0 off a fault and 1 on it.
    thickness_px : float
        Width of the drawn lines in pixels.
    shift_px : (rows, cols), optional
        By how much the drawing is moved, down and to the right.

    Returns
    -------
    drawn : (rows, cols) uint8 array
        1 where a pixel's centre lies within half the thickness of a centre line, else 0.

    Raises
    ------
    InputError
        If the map is not binary or the thickness not above 0.
    """
    fault_map = np.asarray(fault_map)
    lines = moved(centre_lines(fault_map), shift_px)
    return draw_lines(lines, fault_map.shape, thickness_px=thickness_px)


def moved(lines: Sequence[np.ndarray], shift_px: tuple[float, float]) -> list[np.ndarray]:
    """Move lines, as `centre_lines` gives them, by (rows, cols), down and to the right."""
    step = np.array([shift_px[1], -shift_px[0]])
    return [line + step for line in lines]


def draw_lines(
    lines: Sequence[np.ndarray], shape: tuple[int, int], *, thickness_px: float
) -> np.ndarray:
    """Draw lines, as `centre_lines` gives them, on a map (rows, cols) uint8 of this shape."""
    return burn_traces(lines, shape, pixel_size_m=1.0, thickness_px=[thickness_px])[0]
