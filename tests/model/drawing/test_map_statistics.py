"""Statistics of maps, on which the limits of a model's training stand."""

import numpy as np
import pytest
from scipy import ndimage

from ssf_model.drawing import map_statistics as module
from ssf_model.drawing.map_statistics import STATISTICS, map_statistics

pytestmark = pytest.mark.numerical


def window_of(*pixels, shape=(8, 4)):
    """A window with fault pixels at (row, column)."""
    window = np.zeros(shape, dtype=np.uint8)
    for pixel in pixels:
        window[pixel] = 1
    return window


def test_a_window_drawn_by_hand_is_described():
    """A diagonal of two pixels and one alone: rows 1, 2, 6 deviate by -2, -1, 3 from 3."""
    found = map_statistics(np.stack([window_of((1, 0), (2, 1), (6, 1))]))
    assert {name: values.tolist() for name, values in found.items()} == {
        "trace_px": [3.0],
        "n_parts": [2.0],
        "cover": [0.5],
        "spread_px": [pytest.approx(np.sqrt(14 / 3))],
        "px_per_column": [1.5],
        "strands": [1.5],
    }


def test_a_blank_window_has_no_spread():
    found = map_statistics(np.zeros((1, 8, 4), dtype=np.uint8))
    assert [found[name][0] for name in ("trace_px", "n_parts", "cover")] == [0, 0, 0]
    assert np.isnan([found[name][0] for name in ("spread_px", "px_per_column", "strands")]).all()
    assert all(len(values) == 0 for values in map_statistics(np.zeros((0, 8, 4))).values())


@pytest.mark.parametrize("density", [0.05, 0.2, 0.35, 0.5, 0.7])
def test_parts_are_counted_as_scipy_does(density):
    windows = np.random.default_rng(7).random((30, 40, 25)) < density
    expected = [ndimage.label(window, np.ones((3, 3)))[1] for window in windows]
    assert map_statistics(windows)["n_parts"].tolist() == expected


def test_long_winding_pieces_are_one_each():
    """A serpent whose ends are far apart along it: joined over many steps."""
    serpent = np.zeros((128, 64), dtype=np.uint8)
    serpent[::4, :] = 1
    serpent[2::8, -1] = serpent[1::8, -1] = serpent[3::8, -1] = 1
    serpent[6::8, 0] = serpent[5::8, 0] = serpent[7::8, 0] = 1
    expected = ndimage.label(serpent, np.ones((3, 3)))[1]
    assert expected == 1
    assert map_statistics(serpent[None])["n_parts"].tolist() == [1]


def test_windows_are_described_alike_in_any_company(monkeypatch):
    windows = (np.random.default_rng(3).random((23, 16, 12)) < 0.2).astype(np.uint8)
    together = map_statistics(windows)
    monkeypatch.setattr(module, "BATCH", 5)
    in_batches = map_statistics(windows)
    alone = [map_statistics(window[None]) for window in windows]
    for name in STATISTICS:
        np.testing.assert_array_equal(together[name], in_batches[name])
        np.testing.assert_array_equal(together[name], [one[name][0] for one in alone])
