"""Experiment files: from a `.mat` file to fault maps with a label for every window.

The file's content, not its name, tells its form. A new form is a reader and a row in `READERS`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ssf_model.errors import InputError
from ssf_model.scale import ExperimentScale
from training.experiments.experiment import LABORATORY, VIRTUAL, Experiment
from training.experiments.matlab import read_variable, variable_names
from training.experiments.readers import read_clay_2021, read_columns_2022, read_windows_2022
from training.experiments.truth import read_true_displacement

__all__ = ["LABORATORY", "READERS", "VIRTUAL", "Experiment", "Reader", "read_experiment"]


@dataclass(frozen=True)
class Reader:
    """One form of experiment file."""

    form: str
    variables: tuple[str, ...]  # that it must hold
    optional: tuple[str, ...]  # that are read where the file has them
    read: Callable[..., Experiment]  # (path, variables, *, pixel_size_m)


READERS = (
    Reader(
        form="clay-2021",
        variables=("curl_map", "altBW_filt", "store_u", "store_v"),
        optional=("parameters",),
        read=read_clay_2021,
    ),
    Reader(
        form="windows-2022",
        variables=("fault_map", "label", "windowWidth", "overlap"),
        optional=("parameters",),
        read=read_windows_2022,
    ),
    Reader(
        form="columns-2022",
        variables=("KE", "fault_map", "numFrames", "numWindows", "overlap", "windowWidth"),
        optional=("parameters",),
        read=read_columns_2022,
    ),
)


def read_experiment(
    path: Path, *, pixel_size_m: float = ExperimentScale.pixel_size_m, with_truth: bool = False
) -> Experiment:
    """Read an experiment from a `.mat` file of any known form, of version 5 to 7.3.

    Parameters
    ----------
    path : Path
        The file; its name without the ending becomes the experiment's name.
    pixel_size_m : float, optional
        Crustal metres that a pixel stands for; no form of file tells them.
    with_truth : bool, optional
        Whether to read the true displacement, too, which virtual experiments hold.

    Returns
    -------
    experiment : Experiment
        Maps and labels at full precision.

    Raises
    ------
    InputError
        If the file is no `.mat` file, is damaged, has no known form, lacks a variable (the true
        displacement, where asked for), or a variable does not fit. The message names the file
        and the variable.
    """
    names = variable_names(path)
    reader = max(READERS, key=lambda row: _fit(row, names))
    missing = [name for name in reader.variables if name not in names]
    if len(missing) == len(reader.variables):
        forms = "; ".join(f"{row.form}: {', '.join(row.variables)}" for row in READERS)
        message = (
            f"{path.name}: holds {', '.join(sorted(names)) or 'nothing'}, which is no known form "
            f"of experiment ({forms})."
        )
        raise InputError(message)
    if missing:
        message = f"{path.name}: variable '{missing[0]}' is missing (form {reader.form})."
        raise InputError(message)
    wanted = [*reader.variables, *(name for name in reader.optional if name in names)]
    variables = {name: read_variable(path, name) for name in wanted}
    experiment = reader.read(path, variables, pixel_size_m=pixel_size_m)
    if not with_truth:
        return experiment
    truth = read_true_displacement(path, names, shape=experiment.fault_map.shape)
    return dataclasses.replace(experiment, truth=truth)


def _fit(reader: Reader, names: list[str]) -> tuple[bool, int]:
    """How well the names in a file fit a form: a whole one before one that lacks something."""
    found = sum(name in names for name in reader.variables)
    return found == len(reader.variables), found
