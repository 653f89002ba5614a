"""Experiments of a fault that wanders about the middle, of two families each."""

import numpy as np

from ssf_model.scale import ExperimentScale
from training.experiments.experiment import Experiment

SCALE = ExperimentScale(pixel_size_m=90.0, window_rows=48, window_cols=24, stride_px=18)


def wandering(name, frames=8):
    """A line over 60 columns that wanders about the middle; labels of its own."""
    rng = np.random.default_rng(sum(map(ord, name)))
    maps = np.zeros((48, 60, frames), np.uint8)
    for frame in range(frames):
        course = np.clip(24 + np.cumsum(rng.integers(-1, 2, 60)), 14, 34)
        for col in range(60):
            maps[course[col] - 1 : course[col] + 2, col, frame] = 1
    labels = rng.uniform(0.1, 0.6, (3, frames))
    kinds = ("step", "viscous") if name < "D" else ("bend", "frictional")
    return Experiment(
        name, "virtual", maps, labels, np.full((3, frames), 0.1), SCALE, families=kinds
    )
