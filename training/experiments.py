"""Experiment files: from a `.mat` file to fault maps with a label for every window.

The file's content, not its name, tells its form. A new form is a reader and a row in `READERS`.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.io import loadmat, whosmat
from scipy.io.matlab import MatReadError

from ssf_model.errors import InputError
from ssf_model.scale import ExperimentScale
from ssf_model.windows import window_starts
from training.labels import column_slip, plate_velocity, window_labels

VIRTUAL, LABORATORY = "virtual", "laboratory"
UNREADABLE = (
    ValueError, TypeError, OSError, EOFError, IndexError, KeyError, MemoryError, OverflowError,
    NameError, NotImplementedError, zlib.error, struct.error, MatReadError,
)  # fmt: skip  # what scipy raises on files that are no .mat, cut short or damaged


@dataclass(frozen=True)
class Experiment:
    """Fault maps of one experiment, frame by frame, and the labels of its windows."""

    name: str
    material: str  # VIRTUAL or LABORATORY
    fault_map: np.ndarray  # (rows, cols, frames) uint8, 1 on active faults
    ke: np.ndarray  # (windows, frames) float64
    ke_sd: np.ndarray  # (windows, frames) float64
    scale: ExperimentScale  # how the windows lie


@dataclass(frozen=True)
class Reader:
    """One form of experiment file."""

    form: str
    variables: tuple[str, ...]  # that it must hold
    optional: tuple[str, ...]  # that are read where the file has them
    read: Callable[[Path, Mapping[str, np.ndarray]], Experiment]


def read_experiment(path: Path) -> Experiment:
    """Read an experiment from a `.mat` file of any known form.

    Parameters
    ----------
    path : Path
        The file; its name without the ending becomes the experiment's name.

    Returns
    -------
    experiment : Experiment
        Maps and labels at full precision.

    Raises
    ------
    InputError
        If the file is no `.mat` file, is damaged, has no known form, lacks a variable, or a
        variable does not fit. The message names the file and the variable.
    """
    try:
        found = {name for name, _, _ in whosmat(path)}
    except UNREADABLE as error:
        message = f"{path.name}: not readable as a MATLAB file of version 5 to 7 ({error})."
        raise InputError(message) from error
    reader = max(READERS, key=lambda row: len(found.intersection(row.variables)))
    missing = [name for name in reader.variables if name not in found]
    if len(missing) == len(reader.variables):
        forms = "; ".join(f"{row.form}: {', '.join(row.variables)}" for row in READERS)
        message = (
            f"{path.name}: holds {', '.join(sorted(found)) or 'nothing'}, which is no known form "
            f"of experiment ({forms})."
        )
        raise InputError(message)
    if missing:
        message = f"{path.name}: variable '{missing[0]}' is missing (form {reader.form})."
        raise InputError(message)
    wanted = [*reader.variables, *(name for name in reader.optional if name in found)]
    try:
        variables = loadmat(path, variable_names=wanted)
    except UNREADABLE as error:
        message = f"{path.name}: cut short or damaged ({error})."
        raise InputError(message) from error
    return reader.read(path, variables)


def _read_clay_2021(path: Path, variables: Mapping[str, np.ndarray]) -> Experiment:
    """The clay experiments of the 2022 study: labels are computed from curl and velocity."""
    curl, fault_map, u, v = (
        _cube(path, name, variables[name])
        for name in ("curl_map", "altBW_filt", "store_u", "store_v")
    )
    for name, cube in (("altBW_filt", fault_map), ("store_u", u), ("store_v", v)):
        if cube.shape != curl.shape:
            message = (
                f"{path.name}: '{name}' has shape {cube.shape}, 'curl_map' has {curl.shape}; "
                "all must agree."
            )
            raise InputError(message)
    scale = ExperimentScale()
    _check_fault_map(path, "altBW_filt", fault_map, scale)
    velocity = plate_velocity(u, v)
    if not (velocity > 0).all():
        message = (
            f"{path.name}: the plates stand still in frame {int(np.argmin(velocity > 0))}: first "
            "and last row of 'store_u' and 'store_v' have the same medians."
        )
        raise InputError(message)
    rows = scale.window_rows
    ke, ke_sd = window_labels(
        column_slip(curl[:rows], fault_map[:rows]) / velocity,
        window_starts(curl.shape[1], scale=scale),
        scale.window_cols,
    )
    return Experiment(
        name=path.stem,
        material=_material(variables),
        fault_map=fault_map.astype(np.uint8),
        ke=ke,
        ke_sd=ke_sd,
        scale=scale,
    )


READERS = (
    Reader(
        form="clay-2021",
        variables=("curl_map", "altBW_filt", "store_u", "store_v"),
        optional=("parameters",),
        read=_read_clay_2021,
    ),
)


def _cube(path: Path, name: str, values: np.ndarray) -> np.ndarray:
    """A variable as finite numbers in rows, columns and frames; MATLAB drops a single frame."""
    if values.dtype.kind not in "buif":
        message = f"{path.name}: '{name}' holds {values.dtype}, not real numbers."
        raise InputError(message)
    if values.ndim == 2:
        values = values[:, :, None]
    if values.ndim != 3 or not values.size:
        message = f"{path.name}: '{name}' has shape {values.shape}, not rows x columns x frames."
        raise InputError(message)
    if values.dtype.kind == "f" and not np.isfinite(values).all():
        frame = int(np.argmin(np.isfinite(values).all(axis=(0, 1))))
        message = f"{path.name}: '{name}' holds NaN or infinity, first in frame {frame}."
        raise InputError(message)
    return values


def _check_fault_map(path: Path, name: str, fault_map: np.ndarray, scale: ExperimentScale) -> None:
    """Refuse a fault map with other values than 0 and 1, or smaller than a window."""
    if not ((fault_map == 0) | (fault_map == 1)).all():
        message = f"{path.name}: '{name}' must hold 0 and 1 only (1 on a fault)."
        raise InputError(message)
    if fault_map.shape[0] < scale.window_rows or fault_map.shape[1] < scale.window_cols:
        message = (
            f"{path.name}: '{name}' has {fault_map.shape[0]} x {fault_map.shape[1]} pixels, less "
            f"than a window of {scale.window_rows} x {scale.window_cols}."
        )
        raise InputError(message)


def _material(variables: Mapping[str, np.ndarray]) -> str:
    """Whether a struct `parameters` declares the experiment virtual."""
    parameters = variables.get("parameters")
    named = parameters is not None and "material" in (parameters.dtype.names or ())
    if not named or parameters.size != 1:
        return LABORATORY
    declared = " ".join(np.ravel(parameters["material"].item()).astype(str))
    return VIRTUAL if declared.startswith(VIRTUAL) else LABORATORY
