"""The true displacement of a virtual experiment, which no camera and no noise has touched."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ssf_model.errors import InputError
from training.experiments.matlab import read_variable
from training.experiments.variables import FRAMES, numbers

TRUE_U, TRUE_V, PARAMETERS = "true_u", "true_v", "parameters"


@dataclass(frozen=True)
class TrueDisplacement:
    """What the clay did, frame by frame."""

    u: np.ndarray  # (rows, cols, frames) mm, along columns
    v: np.ndarray  # (rows, cols, frames) mm, along rows, downward
    sense: int  # 1 dextral, -1 sinistral


def read_true_displacement(
    path: Path, names: Collection[str], *, shape: tuple[int, int, int]
) -> TrueDisplacement:
    """Read the true displacement that `simulate` puts into its files.

    Parameters
    ----------
    path : Path
        The file.
    names : collection of str
        The variables that it holds.
    shape : (rows, cols, frames)
        Of its fault map.

    Returns
    -------
    truth : TrueDisplacement

    Raises
    ------
    InputError
        If the file lacks `true_u`, `true_v` or the sense in `parameters`, or they do not fit.
    """
    for name in (TRUE_U, TRUE_V, PARAMETERS):
        if name not in names:
            message = (
                f"{path.name}: variable '{name}' is missing, without which its frames cannot be "
                "observed again (pen 'varied'). Files made by `simulate` have it."
            )
            raise InputError(message)
    fields = []
    for name in (TRUE_U, TRUE_V):
        field = numbers(path, name, read_variable(path, name), axes=("rows", "columns", FRAMES))
        if field.shape != shape:
            message = (
                f"{path.name}: '{name}' has shape {field.shape}, the fault map has {shape}; all "
                "must agree."
            )
            raise InputError(message)
        fields.append(field)
    parameters = read_variable(path, PARAMETERS)
    sense = np.ravel(parameters.get("sense", 0)) if isinstance(parameters, dict) else [0]
    if len(sense) != 1 or sense[0] not in (1, -1):
        message = f"{path.name}: '{PARAMETERS}' names no sense of 1 (dextral) or -1 (sinistral)."
        raise InputError(message)
    return TrueDisplacement(*fields, sense=int(sense[0]))
