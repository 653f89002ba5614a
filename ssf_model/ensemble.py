"""Members of the ensemble: the same window drawn, mirrored and judged in several ways."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Sequence

import numpy as np

from ssf_model.errors import InputError
from ssf_model.inference import Model, carries_card, default_model_path, open_model
from ssf_model.scale import ExperimentScale
from ssf_model.windows import cut_windows

# Axes of (..., rows, cols) that are turned over: none, rows, columns, both.
FLIPS = {"all": ((), (-2,), (-1,), (-2, -1)), "none": ((),)}


def open_models(
    paths: Sequence[str | os.PathLike[str]],
    *,
    pixel_size_m: float | None = None,
    engine: str = "auto",
) -> tuple[list[Model], ExperimentScale]:
    """Open the models of an ensemble and find the grid that they share.

    Parameters
    ----------
    paths : sequence of path
        ONNX files; the shipped model where there is none.
    pixel_size_m : float, optional
        Crustal metres per pixel, instead of the models' own. A model without a card needs it;
        such a model is taken to read windows of the study's size.
    engine : {"auto", "onnxruntime", "numpy"}
        See `ssf_model.inference.open_model`.

    Returns
    -------
    models : list of Model
        In the order given.
    scale : ExperimentScale
        Their grid, with the pixel size asked for.

    Raises
    ------
    ModelError
        If a file cannot be used.
    InputError
        If the models' grids differ.
    """
    if pixel_size_m is not None:
        ExperimentScale(pixel_size_m)  # refuses a size that is none
    models = []
    for path in paths or [default_model_path()]:
        given = None
        if pixel_size_m is not None and not carries_card(path):
            given = ExperimentScale(pixel_size_m)
        models.append(open_model(path, engine=engine, scale=given))
    scale = models[0].card.scale
    for model in models[1:]:
        if model.card.scale != scale:
            message = (
                f"{model.path.name} was trained on another grid ({model.card.scale}) than "
                f"{models[0].path.name} ({scale}). Estimate with each on its own."
            )
            raise InputError(message)
    if pixel_size_m is None:
        return models, scale
    return models, dataclasses.replace(scale, pixel_size_m=pixel_size_m)


def member_predictions(
    maps: np.ndarray, models: Sequence[Model], *, scale: ExperimentScale, flips: str
) -> np.ndarray:
    """Predict raw KE of every window of a strip by every member.

    Parameters
    ----------
    maps : (n_thickness, rows, cols) uint8 array
        The strip as drawn at each thickness.
    models : sequence of Model
        One or more, all trained at `scale`.
    scale : ExperimentScale
        Window size and stride.
    flips : {"all", "none"}
        Whether each window is also read mirrored along, across and both. A mirror image is cut
        first and mirrored then, so that it is the same window.

    Returns
    -------
    raw : (n_windows, n_members) float32 array
        Members in the order model, thickness, flip. A window without a fault pixel is
        predicted like any other; what becomes of it is decided by the flags.

    Raises
    ------
    InputError
        If `flips` is unknown.
    """
    if flips not in FLIPS:
        message = f"Flips are 'all' or 'none', not {flips!r}."
        raise InputError(message)
    drawn = np.stack([cut_windows(strip, scale=scale) for strip in maps], axis=1)
    members = np.stack([np.flip(drawn, axes) for axes in FLIPS[flips]], axis=2)
    n_windows = len(members)
    batch = np.ascontiguousarray(members.reshape(-1, scale.window_rows, scale.window_cols))
    return np.concatenate([model.predict(batch).reshape(n_windows, -1) for model in models], axis=1)
