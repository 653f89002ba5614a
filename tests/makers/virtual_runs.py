"""Virtual experiments small enough for tests, each run once."""

import functools

import numpy as np

from training.experiments.files import read_experiment
from training.virtual.clay_box import VirtualParameters, draw_parameters
from training.virtual.runs import run_experiment, write_experiment

SHAPE = (135, 164)  # three windows: about half the laboratory's length
ONSET_FRAMES = 90  # shows the first faults of every draw, at 44 to 68, and their first growth


def parameters_of(name: str = "EB_050_1", *, frames: int, sense: int = 1) -> VirtualParameters:
    """One draw that all tests share."""
    return draw_parameters(
        name, frames=frames, rate_mm_min=0.5, has_band=name.startswith("EB"), seed=7, sense=sense
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
