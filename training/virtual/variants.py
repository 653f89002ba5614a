"""Experiments observed once more: camera and thresholds differ from frame to frame.

A network that learns from one threshold learns its line thickness, which is the observer's
choice and not the fault's. Each frame of a virtual experiment can be observed again, and what
faults then carry is counted again on the map that came out.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from ssf_model.errors import InputError
from training.experiments.labels import map_labels, plate_velocity
from training.virtual.families import STRAIGHT, camera_of

if TYPE_CHECKING:  # scipy is not imported for `--help`
    from training.experiments.experiment import Experiment


def vary_experiment(experiment: Experiment, *, rng: np.random.Generator) -> Experiment:
    """Observe every frame of a virtual experiment again.

    Parameters
    ----------
    experiment : Experiment
        With its true displacement.
    rng : numpy.random.Generator
        Of cameras and noise.

    Returns
    -------
    varied : Experiment
        The same with other fault maps, and with KE and SD by the published formula from each
        frame's own measurement. A frame's camera is drawn from the ranges of its family,
        as each experiment draws its own (`training.virtual.families.camera_of`).

    Raises
    ------
    InputError
        If the experiment has no true displacement.
    """
    from training.virtual.observation import Observation, observe  # loads numba

    truth = experiment.truth
    if truth is None:
        message = (
            f"{experiment.name}: has no true displacement ('true_u', 'true_v'), so its frames "
            "cannot be observed again (pen 'varied'). Files made by `simulate` have it."
        )
        raise InputError(message)
    frames = truth.u.shape[2]
    ranges = camera_of(experiment.families[0] if experiment.families else STRAIGHT)
    cameras = {name: rng.uniform(*ends, size=frames) for name, ends in ranges.items()}
    measured = [np.empty(truth.u.shape, kind) for kind in (*3 * [np.float32], np.uint8)]
    for frame in range(frames):
        fields = observe(
            truth.u[:, :, frame],
            truth.v[:, :, frame],
            sense=truth.sense,
            rng=rng,
            observation=Observation(**{name: drawn[frame] for name, drawn in cameras.items()}),
        )
        for cube, field in zip(measured, fields):
            cube[:, :, frame] = field
    u, v, curl, fault_map = measured
    ke, ke_sd = map_labels(curl, fault_map, plate_velocity(u, v), scale=experiment.scale)
    return dataclasses.replace(experiment, fault_map=fault_map, ke=ke, ke_sd=ke_sd)
