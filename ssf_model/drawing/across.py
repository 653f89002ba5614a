"""Traces that run straight across a window, as no fault of the experiments does."""

from __future__ import annotations

import numpy as np

ROWS_A_COLUMN = 4  # a line that leans no more than this runs at 76 degrees or more to the columns


def rows_across(windows: np.ndarray) -> np.ndarray:
    """Tell how far a trace runs across each window, straight and without a gap.

    Parameters
    ----------
    windows : (n, rows, cols) array
        0 off a fault and 1 on it.

    Returns
    -------
    n_rows : (n,) int array
        The most rows that follow each other and hold fault pixels one below the other, or each a
        column on after `ROWS_A_COLUMN` rows, to the left or to the right.
    """
    count, rows, cols = windows.shape
    most = np.zeros(count, dtype=np.int64)
    for side in (0, 1, -1):
        lean = side * (np.arange(rows) // ROWS_A_COLUMN)
        lean -= lean.min()
        upright = np.zeros((count, rows, cols + int(lean.max())), dtype=np.int16)
        upright[:, np.arange(rows)[:, None], lean[:, None] + np.arange(cols)] = windows != 0
        run = np.zeros_like(upright[:, 0])
        for row in range(rows):
            run = (run + 1) * upright[:, row]
            most = np.maximum(most, run.max(axis=1))
    return most
