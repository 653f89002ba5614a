"""A fit is told of each window whether its pixels were measured, and its own label and detail."""

import numpy as np

from training.commands.learned_sets import learned_sets
from training.windows.dataset import Windows
from training.windows.deal import TRAIN, VALIDATION

SOURCES = ["clay", "virtual, varied", "virtual, mapped 2 px", "virtual, varied, drawn 3 px", "clay"]


def test_pixels_are_measured_where_no_pen_drew_them():
    number = np.arange(5)
    windows = Windows(
        maps=np.zeros((5, 8, 8), np.uint8) + number[:, None, None].astype(np.uint8),
        experiment=np.array(["EB_025_1"] * 5),
        window=number,
        frame=number,
        ke=number / 10,
        ke_sd=number / 100,
        trace_px=number,
        source=np.array(SOURCES),
        stretch_px=number + 1.0,
        manifest={},
    )
    rows = {TRAIN: np.array([3, 0, 1]), VALIDATION: np.array([2, 4])}
    training, validation = learned_sets(windows, rows)
    assert training.measured.tolist() == [False, True, True]
    assert validation.measured.tolist() == [False, True]
    for part, own in ((training, rows[TRAIN]), (validation, rows[VALIDATION])):
        np.testing.assert_array_equal(part.maps[:, 0, 0], own)
        np.testing.assert_array_equal(part.ke, own / 10)
        np.testing.assert_array_equal(part.ke_sd, own / 100)
        np.testing.assert_array_equal(part.stretch_px, own + 1)
