"""The state of a fit at the end of an epoch, so that a run that was stopped can go on.

One HDF5 file holds all of it. Order and augmentation of the windows follow from the seed and
the number of the epoch, so no more of them needs keeping than how many epochs are done.
"""

from __future__ import annotations

import io
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ssf_model.errors import InputError
from ssf_model.whole_files import whole_file

if TYPE_CHECKING:
    import keras


CHECKPOINT = "checkpoint.h5"  # there while a run is not through
NETWORK, OPTIMIZER, PROGRESS = "network", "optimizer", "progress"


@dataclass(frozen=True)
class Progress:
    """What a run has behind it."""

    history: list[dict[str, float]] = field(default_factory=list)  # a row an epoch
    wall_s: float = 0.0  # time spent on them


def save_checkpoint(learner: keras.Model, progress: Progress, run: Path) -> None:
    """Put the learner's state and the progress in the place of the checkpoint before."""
    import h5py
    import keras

    content = io.BytesIO()  # on a full disk HDF5 ends the process
    with h5py.File(content, "w") as file:
        for name, values in _states(learner).items():
            group = file.create_group(name)
            for number, value in enumerate(values):
                group[f"{number:04d}"] = keras.ops.convert_to_numpy(value)
        text = {"history": progress.history, "wall_s": progress.wall_s}
        file.attrs[PROGRESS] = json.dumps(text)
    with whole_file(run / CHECKPOINT, overwrite=True) as aside:
        aside.write_bytes(content.getvalue())


def load_checkpoint(learner: keras.Model, run: Path) -> Progress:
    """Give a learner the state that a run's checkpoint holds.

    Parameters
    ----------
    learner : keras.Model
        Compiled with the run's settings; its variables are changed.
    run : Path
        The run's folder.

    Returns
    -------
    progress : Progress
        None behind it where there is no checkpoint: the run was stopped in its first epoch.

    Raises
    ------
    InputError
        If the checkpoint is unreadable, or of another network.
    """
    import h5py

    path = run / CHECKPOINT
    if not os.path.lexists(path):
        return Progress()
    learner.optimizer.build(learner.trainable_variables)
    try:
        with h5py.File(path, "r") as file:
            progress = Progress(**json.loads(file.attrs[PROGRESS]))
            states = {
                name: [file[name][key][()] for key in sorted(file[name])]
                for name in (NETWORK, OPTIMIZER)
            }
    except (OSError, KeyError, ValueError, TypeError) as error:
        message = f"{path}: not a readable checkpoint ({error}). Train anew with --overwrite."
        raise InputError(message) from error
    for name, variables in _states(learner).items():
        shapes = [np.shape(value) for value in states[name]]
        if shapes != [tuple(variable.shape) for variable in variables]:
            message = f"{path}: its {name} is not that of these settings and windows."
            raise InputError(message)
        if not all(map(_is_finite, states[name])):
            message = f"{path}: its {name} holds no finite numbers. Train anew with --overwrite."
            raise InputError(message)
        for variable, value in zip(variables, states[name]):
            variable.assign(value)
    return progress


def _is_finite(value: object) -> bool:
    """Whether all that stands somewhere are finite numbers."""
    kind = np.asarray(value).dtype
    return np.issubdtype(kind, np.number) and bool(np.isfinite(value).all())


def _states(learner: keras.Model) -> dict[str, list]:
    """All variables that training changes, seeds of the dropout among them."""
    return {NETWORK: learner.variables, OPTIMIZER: learner.optimizer.variables}
