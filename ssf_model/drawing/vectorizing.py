"""Vectorizing: a fault map that is in pixels already, reduced to the lines of its faults.

So a laboratory's map, or somebody's raster, goes the road of mapped traces: it is laid into strips
and drawn at the thicknesses that a network knows.
"""

from __future__ import annotations

import numpy as np

from ssf_model.drawing.skeleton import link_pixels, smoothed, without_spurs
from ssf_model.drawing.thinning import thin
from ssf_model.errors import InputError

SMOOTHING_PASSES = 4  # of (1, 2, 1) / 4: a Gaussian of 1.4 px takes the staircase off
SPUR_PX = 1.0  # beyond half the fault's width: shorter branches are its ragged rim
MOST_SHARE = 0.5  # of a map's pixels; where more are faults, faults and ground are mixed up
MOST_PIXELS = 200_000_000  # a map larger than that is no fault map of one region


def map_lines(fault_map: np.ndarray) -> list[np.ndarray]:
    """Reduce a binary fault map to its centre lines.

    Parameters
    ----------
    fault_map : (rows, cols) bool array
        True on a fault, which may be several pixels wide.

    Returns
    -------
    lines : list of (n, 2) float arrays
        Column and row of vertices in pixels from the map's upper left corner, (0.5, 0.5) being the
        middle of its first pixel. Lines run from end or junction to end or junction; a loop ends
        where it starts. Patches without a length are left out.

    Raises
    ------
    InputError
        If the map is no plane, is too large, or more than half of it is fault.
    """
    fault_map = np.asarray(fault_map, dtype=bool)
    if fault_map.ndim != 2:
        message = f"A fault map has rows and columns, not {fault_map.ndim} dimensions."
        raise InputError(message)
    if fault_map.size > MOST_PIXELS:
        message = f"The raster has {fault_map.size} pixels; cut out at most {MOST_PIXELS} of them."
        raise InputError(message)
    share = float(fault_map.mean()) if fault_map.size else 0.0
    if share > MOST_SHARE:
        message = (
            f"{share:.0%} of the raster's pixels are taken for faults. Say which value a fault "
            "pixel has."
        )
        raise InputError(message)
    if not fault_map.any():
        return []
    skeleton = link_pixels(thin(fault_map))
    depths = _depths(fault_map)[tuple(skeleton.pixels.T)]
    skeleton = without_spurs(skeleton, longest_px=depths + SPUR_PX)
    places = smoothed(skeleton.pixels.astype(float), skeleton, passes=SMOOTHING_PASSES)
    lines = []
    for path in skeleton.paths():
        line = places[path][:, ::-1] + 0.5
        moved = np.concatenate([[True], (np.diff(line, axis=0) != 0).any(axis=1)])
        if moved.sum() > 1:
            lines.append(line[moved])
    return lines


def _depths(fault_map: np.ndarray) -> np.ndarray:
    """How many times a pixel survives when the rim is worn off, (rows, cols) int."""
    depths = np.zeros(fault_map.shape, dtype=np.int64)
    left = fault_map
    while left.any():
        depths += left
        framed = np.pad(left, 1)
        left = left & framed[:-2, 1:-1] & framed[2:, 1:-1] & framed[1:-1, :-2] & framed[1:-1, 2:]
    return depths
