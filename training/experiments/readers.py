"""Readers: what the variables of each form of experiment file mean.

The forms are those of the 2022 study (Chaipornkaew et al., doi 10.1029/2021GL096854) and of its
public code, which also shows the sizes of the files: clay re-issued in 2022 has 128 x 264 pixels
and 5 windows, sand at 128 px 256 x 434 and 4 windows; the early sand files have 128 x 376 pixels
(`numWindows` 5) and 112 x 220.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from ssf_model.drawing.windows import window_starts
from ssf_model.errors import InputError, counted
from ssf_model.scale import ExperimentScale
from training.experiments.experiment import LABORATORY, VIRTUAL, Experiment
from training.experiments.labels import map_labels, plate_velocity, window_labels
from training.experiments.matlab import Variable
from training.experiments.variables import FRAMES, fault_pixels, numbers, whole_number

MAP_AXES = ("rows", "columns", FRAMES)
LABEL_SD, LABEL_KE = 0, 1  # along the last axis of `label`
FAMILY_NAMES = ("family", "rheology")  # in `parameters` of virtual experiments


def read_clay_2021(
    path: Path, variables: Mapping[str, Variable], *, pixel_size_m: float
) -> Experiment:
    """Read a clay experiment of the study: labels are computed from curl and velocity.

    Parameters
    ----------
    path : Path
        The file; its name without the ending becomes the experiment's.
    variables : mapping of str to array
        `curl_map`, `altBW_filt`, `store_u`, `store_v`, each (rows, cols, frames).
    pixel_size_m : float
        Crustal metres that a pixel stands for.

    Returns
    -------
    experiment : Experiment
        With the study's windows, from the first 128 rows.

    Raises
    ------
    InputError
        If a variable does not fit, or the plates stand still in a frame.
    """
    curl, fault_map, u, v = (
        numbers(path, name, variables[name], axes=MAP_AXES)
        for name in ("curl_map", "altBW_filt", "store_u", "store_v")
    )
    for name, cube in (("altBW_filt", fault_map), ("store_u", u), ("store_v", v)):
        if cube.shape != curl.shape:
            message = (
                f"{path.name}: '{name}' has shape {cube.shape}, 'curl_map' has {curl.shape}; "
                "all must agree."
            )
            raise InputError(message)
    scale = ExperimentScale(pixel_size_m=pixel_size_m)
    fault_map = fault_pixels(path, "altBW_filt", fault_map, scale=scale)
    velocity = plate_velocity(u, v)
    if not (velocity > 0).all():
        message = (
            f"{path.name}: the plates stand still in frame {int(np.argmin(velocity > 0))}: first "
            "and last row of 'store_u' and 'store_v' have the same medians."
        )
        raise InputError(message)
    ke, ke_sd = map_labels(curl, fault_map, velocity, scale=scale)
    families = _families(path, variables)
    material = _material(variables)
    return Experiment(path.stem, material, fault_map, ke, ke_sd, scale, families=families)


def read_windows_2022(
    path: Path, variables: Mapping[str, Variable], *, pixel_size_m: float
) -> Experiment:
    """Read the form of 2022, clay or sand: the file brings a label for each window.

    Parameters
    ----------
    path : Path
        The file; its name without the ending becomes the experiment's.
    variables : mapping of str to array
        `fault_map` (rows, cols, frames), `label` (windows, frames, 2) with deviation and KE, and
        the scalars `windowWidth` and `overlap`.
    pixel_size_m : float
        Crustal metres that a pixel stands for.

    Returns
    -------
    experiment : Experiment
        Windows are twice as high as wide, and begin every width - overlap pixels.

    Raises
    ------
    InputError
        If a variable does not fit, or two of them disagree.
    """
    scale = _scale_of_file(path, variables, pixel_size_m)
    fault_map = numbers(path, "fault_map", variables["fault_map"], axes=MAP_AXES)
    label = numbers(path, "label", variables["label"], axes=("windows", FRAMES, "2"))
    if fault_map.shape[0] != scale.window_rows:
        raise InputError(_wrong_height(path, fault_map, scale))
    fault_map = fault_pixels(path, "fault_map", fault_map, scale=scale)
    has = f"has {counted(label.shape[0], 'window')}"
    _check_window_count(path, "label", has, label.shape[0], fault_map, scale)
    expected = (label.shape[0], fault_map.shape[2], 2)
    if label.shape != expected:
        message = (
            f"{path.name}: 'label' has shape {label.shape}, not {expected}: windows x frames of "
            "'fault_map' x (deviation, KE)."
        )
        raise InputError(message)
    ke_sd, ke = label[..., LABEL_SD].astype(float), label[..., LABEL_KE].astype(float)
    if (ke_sd < 0).any():
        message = (
            f"{path.name}: 'label' holds deviations below 0; [..., 0] must be SD, [..., 1] KE."
        )
        raise InputError(message)
    return Experiment(path.stem, _material(variables), fault_map, ke, ke_sd, scale)


def read_columns_2022(
    path: Path, variables: Mapping[str, Variable], *, pixel_size_m: float
) -> Experiment:
    """Read the form of sand of early 2022: the file brings KE for each column.

    Parameters
    ----------
    path : Path
        The file; its name without the ending becomes the experiment's.
    variables : mapping of str to array
        `KE` (cols, frames), `fault_map` (rows, cols, frames), and the scalars `numFrames`,
        `numWindows`, `overlap` and `windowWidth`.
    pixel_size_m : float
        Crustal metres that a pixel stands for.

    Returns
    -------
    experiment : Experiment
        Windows are twice as high as wide, and begin every width - overlap pixels. A lower map
        gets rows without a fault, half of them above, so that its middle stays in the middle.
        Labels are median and standard deviation over a window's columns.

    Raises
    ------
    InputError
        If a variable does not fit, or two of them disagree.
    """
    scale = _scale_of_file(path, variables, pixel_size_m)
    fault_map = numbers(path, "fault_map", variables["fault_map"], axes=MAP_AXES)
    column_ke = numbers(path, "KE", variables["KE"], axes=("columns", FRAMES))
    if fault_map.shape[0] > scale.window_rows:
        raise InputError(_wrong_height(path, fault_map, scale))
    missing = scale.window_rows - fault_map.shape[0]
    padded = (missing // 2, missing - missing // 2)
    fault_map = np.pad(fault_map, (padded, (0, 0), (0, 0)))
    fault_map = fault_pixels(path, "fault_map", fault_map, scale=scale)
    if column_ke.shape != fault_map.shape[1:]:
        message = (
            f"{path.name}: 'KE' has shape {column_ke.shape}, 'fault_map' has {fault_map.shape[1:]} "
            "columns and frames."
        )
        raise InputError(message)
    n_frames = whole_number(path, "numFrames", variables["numFrames"], least=1)
    if n_frames != fault_map.shape[2]:
        message = (
            f"{path.name}: 'numFrames' is {n_frames}, 'fault_map' has "
            f"{counted(fault_map.shape[2], 'frame')}."
        )
        raise InputError(message)
    n_windows = whole_number(path, "numWindows", variables["numWindows"], least=1)
    # Known files of this form count windows that lie `overlap` pixels apart: 376 columns are 5 x 64
    # + 4 x 14. The study's code cuts them `overlap` over each other, as all later files are.
    overlap = scale.window_cols - scale.stride_px
    if fault_map.shape[1] != n_windows * scale.window_cols + (n_windows - 1) * overlap:
        _check_window_count(path, "numWindows", f"is {n_windows}", n_windows, fault_map, scale)
    ke, ke_sd = window_labels(
        column_ke.astype(float), window_starts(fault_map.shape[1], scale=scale), scale.window_cols
    )
    return Experiment(path.stem, _material(variables), fault_map, ke, ke_sd, scale, padded)


def _scale_of_file(
    path: Path, variables: Mapping[str, Variable], pixel_size_m: float
) -> ExperimentScale:
    """Size and stride of the windows, from `windowWidth` and `overlap`."""
    width = whole_number(path, "windowWidth", variables["windowWidth"], least=1)
    overlap = whole_number(path, "overlap", variables["overlap"], least=0)
    if overlap >= width:
        message = f"{path.name}: 'overlap' is {overlap}, not below 'windowWidth' of {width}."
        raise InputError(message)
    return ExperimentScale(
        pixel_size_m=pixel_size_m,
        window_rows=2 * width,
        window_cols=width,
        stride_px=width - overlap,
    )


def _wrong_height(path: Path, fault_map: np.ndarray, scale: ExperimentScale) -> str:
    """What is wrong with a map whose height does not fit its windows."""
    return (
        f"{path.name}: 'fault_map' has {fault_map.shape[0]} rows, a window has "
        f"{scale.window_rows} (2 x 'windowWidth')."
    )


def _check_window_count(
    path: Path, name: str, says: str, count: int, fault_map: np.ndarray, scale: ExperimentScale
) -> None:
    """Refuse a number of windows that the map does not give."""
    given = len(window_starts(fault_map.shape[1], scale=scale))
    if count != given:
        message = (
            f"{path.name}: '{name}' {says}, 'fault_map' gives {given} at width "
            f"{scale.window_cols}, stride {scale.stride_px}. Check 'windowWidth' and 'overlap'."
        )
        raise InputError(message)


def _material(variables: Mapping[str, Variable]) -> str:
    """Whether a struct `parameters` declares the experiment virtual."""
    parameters = variables.get("parameters")
    if not isinstance(parameters, dict) or "material" not in parameters:
        return LABORATORY
    declared = " ".join(np.ravel(parameters["material"]).astype(str))
    return VIRTUAL if declared.startswith(VIRTUAL) else LABORATORY


def _families(path: Path, variables: Mapping[str, Variable]) -> tuple[str, ...]:
    """Families that a struct `parameters` of a virtual experiment tells; none otherwise."""
    if _material(variables) != VIRTUAL:
        return ()
    told = [variables["parameters"].get(name) for name in FAMILY_NAMES]
    if all(family is None for family in told):
        return ()
    families = tuple("".join(np.ravel(family).astype(str)) for family in told)
    if not all(family.isidentifier() for family in families):
        message = (
            f"{path.name}: 'parameters' names the families {families}; each must be one word "
            f"({' and '.join(FAMILY_NAMES)})."
        )
        raise InputError(message)
    return families
