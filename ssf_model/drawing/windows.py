"""The cut: from a strip, or a frame of an experiment, to the windows a network reads.

Training and use both come through here, so that a network never sees a window that
was cut differently from those it learned from.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ssf_model.errors import InputError
from ssf_model.scale import ExperimentScale


def window_starts(cols: int, *, scale: ExperimentScale) -> tuple[int, ...]:
    """First column of every whole window in a map `cols` pixels long.

    Parameters
    ----------
    cols : int
        Length of the map along strike in pixels.
    scale : ExperimentScale
        Window width and stride.

    Returns
    -------
    starts : tuple of int
        0, stride, 2 * stride ... while a whole window fits; empty where none does. A
        laboratory map of 313 columns gives five (Chaipornkaew et al. 2022).
    """
    return tuple(range(0, cols - scale.window_cols + 1, scale.stride_px))


def window_boxes(starts: Sequence[int], *, scale: ExperimentScale) -> tuple[np.ndarray, np.ndarray]:
    """Give lower and upper corners, (n, 1, 2), of windows by first columns, in pixels up."""
    low = np.zeros((len(starts), 1, 2))
    low[:, 0, 0] = starts
    return low, low + np.array([scale.window_cols, scale.window_rows])


def cut_windows(fault_map: np.ndarray, *, scale: ExperimentScale) -> np.ndarray:
    """Cut a binary fault map into the windows that a network reads.

    Parameters
    ----------
    fault_map : (..., rows, cols) array
        0 off a fault and 1 on it; columns run along strike. Rows beyond
        `scale.window_rows` are left out at the bottom, as in the study (the first 128
        of 135 rows). Several maps of one size are cut alike.
    scale : ExperimentScale
        Window size and stride.

    Returns
    -------
    windows : (n, ..., window_rows, window_cols) uint8 array
        A copy, in order of their first column.

    Raises
    ------
    InputError
        If the map has no rows and columns, is smaller than a window, or holds other values
        than 0 and 1. (A network answers maps of 0 and 255 with nonsense.)
    """
    fault_map = np.asarray(fault_map)
    if fault_map.ndim < 2:
        message = f"A fault map has rows and columns, not {fault_map.ndim} dimensions."
        raise InputError(message)
    rows, cols = fault_map.shape[-2:]
    if rows < scale.window_rows or cols < scale.window_cols:
        message = (
            f"A fault map of {rows} x {cols} pixels is smaller than a window of "
            f"{scale.window_rows} x {scale.window_cols}."
        )
        raise InputError(message)
    if not _is_binary(fault_map):
        message = "A fault map holds 0 (no fault) and 1 (fault) only; this one has other values."
        raise InputError(message)
    starts = window_starts(cols, scale=scale)
    size = (scale.window_rows, scale.window_cols)
    windows = np.empty((len(starts), *fault_map.shape[:-2], *size), dtype=np.uint8)
    for window, start in zip(windows, starts):
        window[...] = fault_map[..., : scale.window_rows, start : start + scale.window_cols]
    return windows


def _is_binary(values: np.ndarray) -> bool:
    """Whether all values are 0 or 1."""
    if values.dtype == np.uint8:
        return not values.size or int(values.max()) <= 1
    return bool(((values == 0) | (values == 1)).all())
