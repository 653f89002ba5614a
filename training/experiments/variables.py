"""Checks on variables of an experiment file; every refusal names the file and the variable."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ssf_model.errors import InputError
from ssf_model.scale import ExperimentScale
from training.experiments.matlab import Variable

FRAMES = "frames"


def numbers(path: Path, name: str, values: Variable, *, axes: tuple[str, ...]) -> np.ndarray:
    """Check that a variable holds finite real numbers along the axes it should have.

    Parameters
    ----------
    path : Path
        The file, for the message.
    name : str
        The variable, for the message.
    values : array or dict
        What the file holds.
    axes : tuple of str
        What its axes mean, in words; `FRAMES` is one of them.

    Returns
    -------
    values : array
        With as many axes as asked for; MATLAB drops a last axis of length 1.

    Raises
    ------
    InputError
        If it is no such array, is empty, or holds NaN or infinity.
    """
    if not isinstance(values, np.ndarray) or values.dtype.kind not in "buif":
        held = values.dtype if isinstance(values, np.ndarray) else "a struct"
        message = f"{path.name}: '{name}' holds {held}, not real numbers."
        raise InputError(message)
    if values.ndim == len(axes) - 1:
        values = values[..., None]
    if values.ndim != len(axes) or not values.size:
        message = f"{path.name}: '{name}' has shape {values.shape}, not {' x '.join(axes)}."
        raise InputError(message)
    if values.dtype.kind == "f" and not np.isfinite(values).all():
        others = tuple(axis for axis, word in enumerate(axes) if word != FRAMES)
        frame = int(np.argmin(np.isfinite(values).all(axis=others)))
        message = f"{path.name}: '{name}' holds NaN or infinity, first in frame {frame}."
        raise InputError(message)
    return values


def whole_number(path: Path, name: str, values: Variable, *, least: int) -> int:
    """Read a scalar, which MATLAB stores as a 1 x 1 array.

    Parameters
    ----------
    path : Path
        The file, for the message.
    name : str
        The variable, for the message.
    values : array or dict
        What the file holds.
    least : int
        Smallest number that makes sense.

    Returns
    -------
    number : int
        Python's own: twice a `uint8` of 128 would be 0.

    Raises
    ------
    InputError
        If it is not one whole number of at least `least`.
    """
    is_scalar = isinstance(values, np.ndarray) and values.size == 1 and values.dtype.kind in "buif"
    number = float(values.item()) if is_scalar else float("nan")
    if not (number.is_integer() and number >= least):
        held = values.item() if is_scalar else "no single number"
        message = f"{path.name}: '{name}' is {held}, not a whole number of {least} or more."
        raise InputError(message)
    return int(number)


def fault_pixels(
    path: Path, name: str, fault_map: np.ndarray, *, scale: ExperimentScale
) -> np.ndarray:
    """Check a fault map.

    Parameters
    ----------
    path : Path
        The file, for the message.
    name : str
        The variable, for the message.
    fault_map : (rows, cols, frames) array
        Of `numbers`.
    scale : ExperimentScale
        Size of the windows.

    Returns
    -------
    fault_map : (rows, cols, frames) uint8 array
        1 on a fault, 0 elsewhere.

    Raises
    ------
    InputError
        If it holds other values than 0 and 1, or is smaller than a window.
    """
    if not ((fault_map == 0) | (fault_map == 1)).all():
        message = f"{path.name}: '{name}' must hold 0 and 1 only (1 on a fault)."
        raise InputError(message)
    if fault_map.shape[0] < scale.window_rows or fault_map.shape[1] < scale.window_cols:
        message = (
            f"{path.name}: '{name}' has {fault_map.shape[0]} x {fault_map.shape[1]} pixels, less "
            f"than a window of {scale.window_rows} x {scale.window_cols}."
        )
        raise InputError(message)
    return fault_map.astype(np.uint8)
