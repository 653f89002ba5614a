"""Runs of virtual experiments: planned, solved, and written in the laboratory's own file format."""

from __future__ import annotations

import dataclasses
import importlib.metadata
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

import ssf_model
from ssf_model.errors import InputError
from ssf_model.whole_files import whole_file
from training.virtual.families import draw_parameters, family_of
from training.virtual.parameters import COLS, ROWS, VirtualParameters

# Frames of the laboratory's 16 experiments (Chaipornkaew et al. 2022). EB: elastic band, PP:
# juxtaposed plates; then the loading rate in hundredths of mm/min.
LABORATORY_FRAMES = {
    "EB_025_1": 227, "EB_025_2": 227, "EB_025_3": 227,
    "EB_050_1": 218, "EB_050_2": 219, "EB_050_3": 220,
    "EB_150_1": 192, "EB_150_2": 193, "EB_150_3": 191,
    "PP_025_1": 227, "PP_025_2": 228,
    "PP_050_1": 219, "PP_050_2": 218,
    "PP_100_1": 190, "PP_100_2": 205,
    "PP_150_1": 204,
}  # fmt: skip
VIRTUAL_MATERIAL = "virtual wet kaolin"
MAT_HEADER = b"MATLAB 5.0 MAT-file, virtual experiment of ssf".ljust(116)


def plan_experiments(*, draws: int, seed: int, only: Sequence[str] = ()) -> list[VirtualParameters]:
    """Draw the parameters of every experiment of a run.

    Parameters
    ----------
    draws : int
        How many times to draw the laboratory's 16 experiments. The first draw bears their
        names, the next ones end in `_r2`, `_r3` and so on. Which family an experiment belongs to
        follows from its name, `training.virtual.families.family_of`.
    seed : int
        Of the run, from 0 on. An experiment depends on it and on its own name alone.
    only : sequence of str, optional
        Names to keep; a name of the first draw keeps all its draws.

    Returns
    -------
    plan : list of VirtualParameters
        In the order of the draws.

    Raises
    ------
    InputError
        If there is no draw, the seed is negative, or a name to keep is unknown.
    """
    if draws < 1 or seed < 0:
        message = f"A run needs a draw and a seed from 0 on, not {draws} and {seed}."
        raise InputError(message)
    plan, known = [], set()
    for draw in range(1, draws + 1):
        for position, (laboratory_name, frames) in enumerate(LABORATORY_FRAMES.items()):
            name = laboratory_name if draw == 1 else f"{laboratory_name}_r{draw}"
            known |= {laboratory_name, name}
            if only and not {laboratory_name, name} & set(only):
                continue
            base, rate, _ = laboratory_name.split("_")
            family, rheology = family_of(position, draw)
            plan.append(
                draw_parameters(
                    name,
                    frames=frames,
                    rate_mm_min=int(rate) / 100,
                    has_band=base == "EB",
                    seed=zlib.crc32(f"{seed} {name}".encode()),
                    family=family,
                    rheology=rheology,
                )
            )
    unknown = sorted(set(only) - known)
    if unknown:
        message = (
            f"No virtual experiment is called {unknown[0]}; see {', '.join(LABORATORY_FRAMES)}."
        )
        raise InputError(message)
    return plan


def run_experiment(
    parameters: VirtualParameters, *, shape: tuple[int, int] | None = None
) -> dict[str, np.ndarray]:
    """Run one virtual experiment and map its faults.

    Parameters
    ----------
    parameters : VirtualParameters
        The experiment.
    shape : (rows, cols), optional
        Size of the map in cells; the laboratory's 135 x 313 where not given.

    Returns
    -------
    variables : dict of (rows, cols, frames) arrays
        `curl_map`, `store_u`, `store_v` float32 and `altBW_filt` uint8, the variables of the
        laboratory's files; `true_u`, `true_v` float32, the displacement without noise and
        smoothing, which no laboratory has. Displacements are in mm a frame.
    """
    from training.virtual.clay_box import displacement_frames  # numba takes seconds to import
    from training.virtual.observation import observation_of, observe

    shape = (ROWS, COLS) if shape is None else shape
    rng = np.random.default_rng([parameters.seed, 2])
    observation = observation_of(parameters)
    cube = (*shape, parameters.frames)
    variables = {
        "curl_map": np.empty(cube, np.float32, order="F"),
        "altBW_filt": np.empty(cube, np.uint8, order="F"),
        "store_u": np.empty(cube, np.float32, order="F"),
        "store_v": np.empty(cube, np.float32, order="F"),
        "true_u": np.empty(cube, np.float32, order="F"),
        "true_v": np.empty(cube, np.float32, order="F"),
    }
    for frame, (true_u, true_v) in enumerate(displacement_frames(parameters, shape=shape)):
        u, v, curl, fault_map = observe(
            true_u, true_v, sense=parameters.sense, rng=rng, observation=observation
        )
        variables["curl_map"][:, :, frame] = curl
        variables["altBW_filt"][:, :, frame] = fault_map
        variables["store_u"][:, :, frame] = u
        variables["store_v"][:, :, frame] = v
        variables["true_u"][:, :, frame] = true_u
        variables["true_v"][:, :, frame] = true_v
    return variables


def write_experiment(
    path: Path,
    variables: Mapping[str, np.ndarray],
    parameters: VirtualParameters,
    *,
    overwrite: bool = False,
) -> None:
    """Write an experiment as a MATLAB v5 file, the same bytes for the same content.

    Parameters
    ----------
    path : Path
        The file to be.
    variables : mapping of str to array
        Those of `run_experiment`.
    parameters : VirtualParameters
        Go into the struct `parameters`, with the versions that made the file.
    overwrite : bool, optional
        Whether an existing file may be replaced.

    Raises
    ------
    InputError
        If the file exists and may not be replaced.
    """
    from scipy.io import savemat

    with whole_file(path, overwrite=overwrite) as aside, aside.open("w+b") as file:
        savemat(
            file,
            {"parameters": _recorded(parameters), **variables},
            do_compression=False,  # of noise it saves a tenth and takes as long as the solver
            oned_as="row",
        )
        file.seek(0)
        file.write(MAT_HEADER)  # in place of one that tells the time


def _recorded(parameters: VirtualParameters) -> dict[str, Any]:
    """What the file says of how it was made."""
    versions = {name: importlib.metadata.version(name) for name in ("numba", "numpy", "scipy")}
    return {
        "material": VIRTUAL_MATERIAL,
        **dataclasses.asdict(parameters),
        "ssf_version": ssf_model.__version__,
        **{f"{name}_version": version for name, version in versions.items()},
    }


def is_complete(path: Path, parameters: VirtualParameters) -> bool:
    """Tell whether a file holds this very experiment, whole.

    Raises
    ------
    InputError
        If it holds another one, or cannot be read.
    """
    from scipy.io import loadmat

    from training.experiments.matlab import UNREADABLE

    try:  # `true_v` comes last: where it can be read, the file is whole
        found = loadmat(path, variable_names=["parameters", "true_v"], simplify_cells=True)
        same = found["true_v"].size > 0 and all(
            found["parameters"][name] == value
            for name, value in dataclasses.asdict(parameters).items()
        )
    except UNREADABLE:
        same = False
    if not same:
        message = f"{path} is not this run's experiment; remove it, or give --overwrite."
        raise InputError(message)
    return True
