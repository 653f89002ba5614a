"""Variants of a window that keep its label: mirrored, shifted by whole pixels, and worn.

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


def worn_windows(
    windows: np.ndarray,
    measured: np.ndarray,
    *,
    edge_loss: float,
    edge_px: int,
    rim_change: float,
    rng: np.random.Generator,
) -> np.ndarray:
    """Take from windows, at random, what the making of a map takes or adds.

    Maps lose columns at their sides, where image correlation has no neighbours or a figure its
    frame; and the rims of measured faults are a cell higher or lower from one making to the next.

    Parameters
    ----------
    windows : (n, rows, cols) uint8 array
        Binary fault maps.
    measured : (n,) bool array
        Whether a map is as measured, so that its rims can change; a drawn line has none.
    edge_loss : float
        Chance that a window loses columns at a side, for each side on its own.
    edge_px : int
        Most columns that it loses there; every number from 1 on is as likely.
    rim_change : float
        Largest chance that a rim pixel changes; each measured window has one of its own, from 0
        up to this. Rims are pixels beside a fault, above or below it, and faults beside such.
    rng : numpy.random.Generator
        Source of the random numbers.

    Returns
    -------
    worn : (n, rows, cols) uint8 array
        A copy.
    """
    worn = windows.copy()
    n, _, cols = worn.shape
    chance = rng.uniform(0, rim_change, size=n) * measured
    number, row, col = np.nonzero(_rims(windows) & (chance > 0)[:, None, None])
    changes = rng.random(len(number)) < chance[number]
    worn[number[changes], row[changes], col[changes]] ^= 1
    lost = rng.integers(1, edge_px + 1, size=(2, n, 1)) * (rng.random((2, n, 1)) < edge_loss)
    from_left = np.arange(cols)
    kept = (from_left >= lost[0]) & (from_left[::-1] >= lost[1])
    return worn * kept[:, None, :]


def _rims(windows: np.ndarray) -> np.ndarray:
    """Blank pixels with a fault above or below, and fault pixels with one on one side only."""
    fault = windows.astype(bool)
    above, below = np.zeros_like(fault), np.zeros_like(fault)
    above[:, 1:], below[:, :-1] = fault[:, :-1], fault[:, 1:]
    return np.where(fault, above ^ below, above | below)


def _source_index(
    n: int, length: int, largest_shift: int, flips: bool, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Where each new row (or column) is taken from, and whether that lies in the window."""
    shift = rng.integers(-largest_shift, largest_shift + 1, size=(n, 1))
    mirrored = rng.integers(0, 2, size=(n, 1)).astype(bool) & flips
    wanted = np.arange(length) - shift
    index = np.clip(wanted, 0, length - 1)
    return np.where(mirrored, length - 1 - index, index), index == wanted
