"""How far traces run straight across, against walks along every line of pixels."""

import numpy as np
import pytest

from ssf_model.drawing.across import ROWS_A_COLUMN, rows_across


def walked(window, row, col, side):
    """Pixels from one on, upright or a column on after every few rows of the map."""
    first = side * (row // ROWS_A_COLUMN)
    count = 0
    while row < len(window):
        at = col + side * (row // ROWS_A_COLUMN) - first
        if not (0 <= at < window.shape[1] and window[row, at]):
            break
        row, count = row + 1, count + 1
    return count


def slow_rows_across(window):
    """The longest of all such walks."""
    walks = [
        walked(window, row, col, side) for row, col in np.argwhere(window) for side in (0, 1, -1)
    ]
    return max(walks, default=0)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.8, 0.95, 1.0])
def test_the_longest_run_is_that_of_a_walk_along_every_line(share):
    windows = (np.random.default_rng(1).random((6, 20, 13)) < share).astype(np.uint8)
    assert rows_across(windows).tolist() == [slow_rows_across(one) for one in windows]


def test_a_line_that_leans_as_much_as_is_allowed_is_followed():
    window = np.zeros((1, 40, 20), np.uint8)
    for row in range(4, 36):
        window[0, row, 16 - row // ROWS_A_COLUMN] = 1
    assert rows_across(window).tolist() == [32]
    assert rows_across(window[:, ::-1]).tolist() == [32]
    assert rows_across(np.zeros((0, 40, 20), np.uint8)).tolist() == []
