"""Virtual experiments small enough for tests, each run once."""

import functools
import os

import numpy as np

from training.experiments.files import read_experiment
from training.virtual.parameters import VirtualParameters
from training.virtual.runs import run_experiment, write_experiment

SHAPE = (135, 164)  # three windows: about half the laboratory's length
ONSET_FRAMES = 75  # shows the first faults, in the laboratory at 23 to 62, and their first growth


def parameters_of(name: str = "EB_050_1", *, frames: int, sense: int = 1) -> VirtualParameters:
    """The standard experiment, in the middle of what is drawn, over an elastic band or none."""
    return VirtualParameters(
        name,
        seed=7,
        frames=frames,
        rate_mm_min=0.5,
        band=8.0 if name.startswith("EB") else 0.0,
        tilt_rows=2.0,
        sense=sense,
    )


@functools.cache
def onset(sense: int) -> dict[str, np.ndarray]:
    """An experiment up to its first faults, dextral or sinistral."""
    return run_experiment(parameters_of(frames=ONSET_FRAMES, sense=sense), shape=SHAPE)


@functools.cache
def grown() -> dict[str, np.ndarray]:
    """A dextral experiment from the first frame to the last."""
    return run_experiment(parameters_of(frames=218), shape=SHAPE)


def experiment_of(variables, folder, *, name: str = "EB_050_1", sense: int = 1):
    """The experiment as ingestion sees it, through a file."""
    path = folder / f"{name}.mat"
    frames = variables["curl_map"].shape[2]
    write_experiment(path, variables, parameters_of(name, frames=frames, sense=sense))
    return read_experiment(path)


def killed_at_once(*_task):
    """A task of a worker whose process ends, as where the system kills it."""
    os._exit(9)
