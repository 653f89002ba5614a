"""A small virtual experiment with its true displacement."""

import numpy as np

from ssf_model.scale import ExperimentScale
from training.experiments.experiment import Experiment
from training.experiments.labels import map_labels, plate_velocity
from training.experiments.truth import TrueDisplacement
from training.virtual.observation import observe

ROWS, FRAMES, SEED = 135, 6, 11


def experiment_of(name="EB_025_1", seed=0, **options):
    """What a standard observation gives, with the truth; noise as `simulate` seeds it."""
    truth = truth_of(seed, **options)
    rng = np.random.default_rng([SEED, 2])
    frames = [
        observe(truth.u[:, :, f], truth.v[:, :, f], sense=truth.sense, rng=rng)
        for f in range(FRAMES)
    ]
    u, v, curl, fault_map = (np.stack(fields, axis=2) for fields in zip(*frames))
    scale = ExperimentScale()
    labels = map_labels(curl, fault_map, plate_velocity(u, v), scale=scale)
    return Experiment(name, "virtual", fault_map, *labels, scale, truth=truth)


def truth_of(seed=0, *, cols=264, sense=1):
    """Shear of 0.25 mm across a wavy zone, narrow enough for a fault over some of its length."""
    rng = np.random.default_rng(seed)
    y, x = np.arange(ROWS)[:, None], np.arange(cols)[None, :]
    u = np.empty((ROWS, cols, FRAMES), np.float32)
    for frame in range(FRAMES):
        middle = 66 + rng.uniform(-8, 8) + 4 * np.sin(x / rng.uniform(15, 40))
        width = 3 + 2.2 * np.sin(x / 25 + rng.uniform(0, 6))  # of .8 to 5.2 cells
        u[:, :, frame] = -sense * 0.125 * np.tanh((y - middle) / width)
    return TrueDisplacement(u, np.zeros_like(u), sense)
