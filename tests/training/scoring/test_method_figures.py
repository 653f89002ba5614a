"""Figures of the page on the method: each from small made-up windows, by hand."""

import sys
from types import SimpleNamespace

import numpy as np
import pytest

from makers.places import REPOSITORY
from ssf_model.explain.attribution import Cells
from training.windows.dataset import Windows

pytest.importorskip("scipy", reason="the training packages are not here")
pytest.importorskip("pyogrio", reason="the packages of the command line are not here")
sys.path.insert(0, str(REPOSITORY / "benchmarks"))

import method_figures


def test_windows_unlike_the_training_s_are_counted_and_their_errors_told():
    """Five windows of 2, 4, 8, 12 and 20 fault pixels, side by side in one row.

    The range from 4 to 10 has a margin of a twentieth, .3: 12 and 20 lie outside, and 2 does not,
    since too few pixels have a flag of their own.
    """
    maps = np.zeros((5, 3, 24), np.uint8)
    for window, count in zip(maps, (2, 4, 8, 12, 20)):
        window[1, :count] = 1
    nothing = np.zeros(5, np.int64)
    windows = Windows(
        maps=maps, experiment=np.array(["A"] * 5), window=nothing, frame=nothing,
        ke=np.array([0.5, 0.5, 0.5, 0.5, 1.0]), ke_sd=np.ones(5), trace_px=nothing,
        source=np.array(["virtual"] * 5), stretch_px=np.ones(5, np.float32), manifest={},
    )  # fmt: skip
    answers = np.array([0.5, 0.75, 1.0, 0.75, 1.5])  # the last counts as 1
    model = SimpleNamespace(predict=lambda maps, stretch_px: answers)
    told = method_figures.unlike(windows, np.arange(5), model, {"trace_px": (4, 10)})
    # Outside: .25 and 0; elsewhere: 0, .25 and .5.
    assert told.startswith("40.0% of 5; mean absolute error 0.125, elsewhere 0.250;")
    assert told.endswith("spread wide - (0)")


def test_drawn_windows_that_spread_wide_are_told_apart():
    maps = np.zeros((2, 9, 4), np.uint8)
    maps[:, [0, 8], :] = 1  # rows 4 above and below their mean
    nothing = np.zeros(2, np.int64)
    windows = Windows(
        maps=maps, experiment=np.array(["A"] * 2), window=nothing, frame=nothing,
        ke=np.array([0.5, 0.5]), ke_sd=np.ones(2), trace_px=nothing,
        source=np.array(["virtual", "virtual, mapped 3 px"]),
        stretch_px=np.ones(2, np.float32), manifest={},
    )  # fmt: skip
    model = SimpleNamespace(predict=lambda maps, stretch_px: np.array([0.75, 1.0]))
    told = method_figures.unlike(windows, np.arange(2), model, {"spread_px": (0, 3)})
    assert told == (
        "100.0% of 2; mean absolute error 0.375, elsewhere -; drawn maps that spread wide 0.500 (1)"
    )


def test_a_stretch_is_held_by_all_cells_that_hear_of_it():
    """A window of 16 x 16 px in cells of 4 px that hear of 1 px beside them.

    The stretch runs from 5 to 6 px along and at 10 px up, which is 6 px from the upper edge, and
    is drawn up to 2 px wide on either side: columns 3 to 8, rows 4 to 8, and 1 px beyond. Columns
    of cells 0, 1 and 2 and rows 0 to 2 hear of it. The second window begins 4 px farther, so
    there it lies one cell to the left.
    """
    cells = Cells(count=4, size_px=4, first_px=0.0, reach_px=1.0)
    values = np.arange(32.0).reshape(2, 4, 4)
    strip = SimpleNamespace(
        scale=SimpleNamespace(
            pixel_size_m=100.0, window_cols=16, window_rows=16, stride_px=4
        ),
        shape=(16, 20),
    )  # fmt: skip
    removal = SimpleNamespace(
        stretch=SimpleNamespace(pieces=[np.array([[500.0, 1000.0], [600.0, 1000.0]])]),
        windows=(0, 1),
        ke_change=np.array([-0.25, 0.125]),
    )
    explained = SimpleNamespace(
        estimate=SimpleNamespace(
            strip=strip, windows=[SimpleNamespace(along_km=1.0), SimpleNamespace(along_km=2.0)]
        ),
        contributions=SimpleNamespace(cells=values, rows=cells, cols=cells),
        removals=[removal],
    )
    found = list(method_figures.stretch_pairs(explained))
    assert found == [
        (1.0, values[0, :3, :3].sum(), 0.25),
        (2.0, values[1, :3, :2].sum(), -0.125),
    ]
    removal.ke_change = np.array([np.nan, 0.125])  # nothing is left in the first window
    assert len(list(method_figures.stretch_pairs(explained))) == 1


def test_changes_are_told_where_both_are_known():
    one = [SimpleNamespace(ke=ke) for ke in (0.5, None, 0.25)]
    other = [SimpleNamespace(ke=ke) for ke in (0.25, 0.5, 0.5)]
    np.testing.assert_array_equal(method_figures.changes(one, other), [0.25, 0.25])
