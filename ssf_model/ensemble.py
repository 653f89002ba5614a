"""Members of the ensemble: the same window drawn, mirrored and judged in several ways."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ssf_model.errors import InputError
from ssf_model.inference import Model
from ssf_model.scale import ExperimentScale
from ssf_model.windows import cut_windows

# Axes of (..., rows, cols) that are turned over: none, rows, columns, both.
FLIPS = {"all": ((), (-2,), (-1,), (-2, -1)), "none": ((),)}


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
