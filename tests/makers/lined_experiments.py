"""Tiny experiments whose maps are lines, so that `spread` can draw them again."""

import numpy as np

from ssf_model.scale import ExperimentScale
from training.experiments.experiment import Experiment

NAMES = ("EB_025_1", "EB_025_2", "EB_025_3", "PP_050_1", "PP_050_2", "PP_050_3")


def lined(name, *, other=0):
    """A wavy line across 60 columns, another one 2 or 3 px wide in each frame."""
    rng = np.random.default_rng(NAMES.index(name) + len(NAMES) * other)
    maps, cols = np.zeros((48, 60, 8), np.uint8), np.arange(60)
    for frame in range(8):
        phase, height = rng.uniform(0, 6), rng.uniform(1.5, 3.5)
        course = np.rint(24 + height * np.sin(cols / 2 + phase)).astype(int)
        for row in range(-1, rng.integers(1, 3)):
            maps[course + row, cols, frame] = 1
    scale = ExperimentScale(pixel_size_m=90.0, window_rows=48, window_cols=24, stride_px=18)
    return Experiment(name, "virtual", maps, rng.random((3, 8)), np.full((3, 8), 0.1), scale)
