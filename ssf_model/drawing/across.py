"""Traces that run straight across a window, as no fault of the experiments does."""

from __future__ import annotations

import numpy as np

# How far a line may lean to be followed, in columns a row: upright, then at 76, 63, 53 and 45
# degrees to the columns; a trace is some pixels wide, so that lines between them are followed, too.
# In quarters, so that a window of 4 n rows and its mirror images are alike.
LEANS = (0.0, 0.25, 0.5, 0.75, 1.0)
BAND_COLS = 16


def rows_across(windows: np.ndarray) -> np.ndarray:
    """Tell how far a trace runs across each window, straight and without a gap.

    Parameters
    ----------
    windows : (n, rows, cols) array
        0 off a fault and 1 on it.

    Returns
    -------
    n_rows : (n,) int array
        The most rows that follow each other and hold fault pixels one below the other, or each so
        many columns on, to the left or to the right, as one of `LEANS` says.
    """
    count, rows, cols = windows.shape
    fault = (windows != 0).astype(np.int16)
    most = np.zeros(count, dtype=np.int64)
    for lean in sorted({*LEANS, *(-lean for lean in LEANS)}):
        offsets = np.floor((np.arange(rows) + 0.5) * abs(lean)).astype(np.int64)
        offsets = offsets if lean > 0 else offsets[-1:] - offsets
        run = np.zeros((count, cols + int(offsets.max(initial=0))), dtype=np.int16)
        longest = run.copy()
        for row, first in enumerate(offsets.tolist()):
            here = run[:, first : first + cols]
            here += 1
            here *= fault[:, row]
            run[:, :first] = 0  # lines that leave the window here
            run[:, first + cols :] = 0
            np.maximum(longest, run, out=longest)
        most = np.maximum(most, longest.max(axis=1, initial=0))
    return most


def may_run_across(windows: np.ndarray, n_rows: int) -> np.ndarray:
    """Whether `rows_across` can be above so many rows, (n,) bool: told fast, and never wrongly no.

    The first `n_rows` + 1 of a longer run lie in as many columns, or fewer, so that two bands of
    `n_rows` columns or more which lie beside each other hold them all.
    """
    width = max(BAND_COLS, n_rows)
    count, rows, cols = windows.shape
    bands = np.zeros((count, rows, -(-cols // width) + 1), dtype=bool)
    for number, first in enumerate(range(0, cols, width)):
        bands[:, :, number] = (windows[:, :, first : first + width] != 0).any(axis=2)
    both = bands[:, :, :-1] | bands[:, :, 1:]
    return both.sum(axis=1).max(axis=1, initial=0) > n_rows
