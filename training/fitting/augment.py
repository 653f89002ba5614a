"""Variants of a window that keep its label: mirrored, and shifted by whole pixels.

Maps stay binary. Shifts and zooms that interpolate would make grey pixels, which a network
never sees in use.
"""

from __future__ import annotations

import numpy as np

from ssf_model.errors import InputError


def augment_windows(
    windows: np.ndarray,
    *,
    flips: bool,
    shift_px: tuple[int, int],
    rng: np.random.Generator,
) -> np.ndarray:
    """Mirror and shift each window of a batch at random.

    Parameters
    ----------
    windows : (n, rows, cols) array
        Binary fault maps.
    flips : bool
        Mirror along and across strike, each with a chance of one half.
    shift_px : (rows, cols)
        Largest shift in pixels either way; every whole number up to it is as likely. Rows that
        come in are blank; columns repeat the edge, so that a fault leaving along strike goes on.
    rng : numpy.random.Generator
        Source of the random numbers.

    Returns
    -------
    augmented : (n, rows, cols) array
        A copy of the same type.

    Raises
    ------
    InputError
        If a shift is as large as the window.
    """
    n, rows, cols = windows.shape
    if not (0 <= shift_px[0] < rows and 0 <= shift_px[1] < cols):
        message = f"A shift of {shift_px} px does not fit a window of {rows} x {cols} px."
        raise InputError(message)
    row_index, row_known = _source_index(n, rows, shift_px[0], flips, rng)
    col_index, _ = _source_index(n, cols, shift_px[1], flips, rng)
    number = np.arange(n)[:, None, None]
    moved = windows[number, row_index[:, :, None], col_index[:, None, :]]
    return np.where(row_known[:, :, None], moved, windows.dtype.type(0))


def _source_index(
    n: int, length: int, largest_shift: int, flips: bool, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Where each new row (or column) is taken from, and whether that lies in the window."""
    shift = rng.integers(-largest_shift, largest_shift + 1, size=(n, 1))
    mirrored = rng.integers(0, 2, size=(n, 1)).astype(bool) & flips
    wanted = np.arange(length) - shift
    index = np.clip(wanted, 0, length - 1)
    return np.where(mirrored, length - 1 - index, index), index == wanted
