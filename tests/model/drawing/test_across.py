"""How far traces run straight across, against walks along every line of pixels."""

import math

import numpy as np
import pytest

from ssf_model.drawing.across import BAND_COLS, LEANS, may_run_across, rows_across
from ssf_model.drawing.raster import burn_traces


def walked(window, row, col, lean):
    """Pixels from one on, each so many columns on a row, in whole pixels of the map."""

    def offset(at):
        return int(np.sign(lean)) * math.floor((at + 0.5) * abs(lean))

    first, count = offset(row), 0
    while row < len(window):
        at = col + offset(row) - first
        if not (0 <= at < window.shape[1] and window[row, at]):
            break
        row, count = row + 1, count + 1
    return count


def slow_rows_across(window):
    """The longest of all such walks."""
    walks = [
        walked(window, row, col, lean)
        for row, col in np.argwhere(window)
        for lean in (*LEANS, *(-lean for lean in LEANS))
    ]
    return max(walks, default=0)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.8, 0.95, 1.0])
def test_the_longest_run_is_that_of_a_walk_along_every_line(share):
    windows = (np.random.default_rng(1).random((6, 20, 13)) < share).astype(np.uint8)
    assert rows_across(windows).tolist() == [slow_rows_across(one) for one in windows]


@pytest.mark.parametrize("lean", LEANS)
def test_a_line_that_leans_as_much_as_is_allowed_is_followed(lean):
    window = np.zeros((1, 40, 40), np.uint8)
    for row in range(4, 36):
        window[0, row, 39 - math.floor((row + 0.5) * lean)] = 1
    assert rows_across(window).tolist() == [32]
    assert rows_across(window[:, ::-1]).tolist() == [32]
    assert rows_across(np.zeros((0, 40, 20), np.uint8)).tolist() == []


@pytest.mark.parametrize("share", [0.1, 0.5, 0.8])
def test_mirrored_windows_are_alike(share):
    windows = (np.random.default_rng(2).random((8, 128, 64)) < share).astype(np.uint8)
    found = rows_across(windows).tolist()
    assert rows_across(windows[:, ::-1]).tolist() == found
    assert rows_across(windows[:, :, ::-1]).tolist() == found


@pytest.mark.parametrize(
    ("degrees", "rows"), [(90, 20), (80, 19), (70, 18), (60, 17), (50, 14), (45, 13)]
)
def test_a_drawn_line_of_2_km_is_followed_at_any_of_these_angles(degrees, rows):
    """20 pixels long and 3 wide; at least as many rows as it rises, less what it leans between."""
    half = 1_000 * np.array([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))])
    middle = np.array([3_200.0, 6_400])
    for side in (half, half * (-1, 1)):
        line = np.array([middle - side, middle + side])
        drawn = burn_traces([line], (128, 64), pixel_size_m=100.0, thickness_px=[3.0])
        assert rows_across(drawn)[0] >= rows


@pytest.mark.parametrize("n_rows", [3, 15])
@pytest.mark.parametrize("cols", [13, 40, 3 * BAND_COLS])
def test_no_run_is_missed_by_the_fast_look(n_rows, cols):
    rng = np.random.default_rng(cols)
    windows = (rng.random((60, 40, cols)) < 0.02).astype(np.uint8)
    for window, lean in zip(windows, rng.choice([*LEANS, *(-lean for lean in LEANS)], 60)):
        begin, long = rng.integers(0, cols), rng.integers(1, 30)
        for row in range(5, 5 + long):
            col = begin + int(np.sign(lean)) * math.floor((row + 0.5) * abs(lean))
            if 0 <= col < cols:
                window[row, col] = 1
    found = rows_across(windows) > n_rows
    told = may_run_across(windows, n_rows)
    assert found.any()
    assert not (found & ~told).any()


def test_the_fast_look_spares_most_windows():
    """A straight fault that climbs no more than a few rows a band is not walked along."""
    line = np.array([[0.0, 5_000], [6_400, 7_500]])
    drawn = burn_traces([line], (128, 64), pixel_size_m=100.0, thickness_px=[3.0])
    assert not may_run_across(drawn, 15).any()
    assert not may_run_across(np.zeros((2, 128, 64), np.uint8), 15).any()
