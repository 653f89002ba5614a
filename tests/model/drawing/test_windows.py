import numpy as np
import pytest

from ssf_model.drawing.windows import cut_windows, window_boxes, window_starts
from ssf_model.errors import InputError
from ssf_model.scale import ExperimentScale

SCALE = ExperimentScale()


def test_a_laboratory_frame_gives_five_windows_50_columns_apart():
    assert window_starts(313, scale=SCALE) == (0, 50, 100, 150, 200)
    assert window_starts(63, scale=SCALE) == ()
    assert window_starts(64, scale=SCALE) == (0,)


def test_the_first_128_rows_are_cut_and_columns_kept():
    """Each pixel of a window is the one at its row and its start plus its column."""
    frame = np.random.default_rng(0).integers(0, 2, size=(135, 313))
    windows = cut_windows(frame, scale=SCALE)
    assert windows.shape == (5, 128, 64)
    for number, start in enumerate((0, 50, 100, 150, 200)):
        for row, col in ((0, 0), (127, 63), (60, 13)):
            assert windows[number, row, col] == frame[row, start + col]


def test_cutting_copies():
    frame = np.zeros((128, 64), dtype=np.uint8)
    cut_windows(frame, scale=SCALE)[:] = 1
    assert not frame.any()


def test_sand_windows_of_256_by_128_are_cut_at_their_own_stride():
    scale = ExperimentScale(window_rows=256, window_cols=128, stride_px=102)
    assert cut_windows(np.zeros((256, 640)), scale=scale).shape == (6, 256, 128)


def test_window_boxes_are_where_the_windows_are():
    low, high = window_boxes((0, 50), scale=SCALE)
    assert low.tolist() == [[[0, 0]], [[50, 0]]]
    assert high.tolist() == [[[64, 128]], [[114, 128]]]


def test_several_maps_are_cut_as_each_alone():
    maps = np.zeros((3, 130, 114), dtype=np.uint8)
    maps[np.arange(3), [1, 60, 129], [3, 55, 100]] = 1
    together = cut_windows(maps, scale=SCALE)
    assert together.shape == (2, 3, 128, 64)
    for number, one in enumerate(maps):
        np.testing.assert_array_equal(together[:, number], cut_windows(one, scale=SCALE))


@pytest.mark.parametrize(
    ("fault_map", "match"),
    [
        (np.zeros(64), "not 1 dimensions"),
        (np.zeros((127, 64)), "127 x 64 pixels is smaller"),
        (np.zeros((128, 63)), "128 x 63 pixels is smaller"),
        (np.full((128, 64), 255), "0 .*and 1"),
        (np.full((128, 64), 0.5), "0 .*and 1"),
        (np.full((128, 64), np.nan), "0 .*and 1"),
    ],
)
def test_what_is_no_fault_map_is_refused(fault_map, match):
    with pytest.raises(InputError, match=match):
        cut_windows(fault_map, scale=SCALE)


@pytest.mark.parametrize(
    ("settings", "match"),
    [
        ({"pixel_size_m": 0}, "above 0 m"),
        ({"pixel_size_m": np.nan}, "above 0 m"),
        ({"pixel_size_m": np.inf}, "finite"),
        ({"window_cols": 64.5}, "window_cols"),
        ({"window_rows": 0}, "window_rows"),
        ({"stride_px": 65}, "leaves gaps"),
    ],
)
def test_a_grid_that_cannot_be_is_refused(settings, match):
    with pytest.raises(InputError, match=match):
        ExperimentScale(**settings)
