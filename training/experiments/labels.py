"""Labels of the laboratory: kinematic efficiency (KE) and its spread over a window.

Source: Chaipornkaew et al. (2022), doi 10.1029/2021GL096854, and the public code of the study:
slip on faults from the curl of the displacement field, over the plates' velocity.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ssf_model.drawing.windows import window_starts
from ssf_model.scale import ExperimentScale

CURL_STEP = 1.14  # DX of the study's code, distance between rows of its displacement fields


def plate_velocity(u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Displacement of the far side against the near side.

    Parameters
    ----------
    u, v : (rows, cols, frames) arrays
        Displacement along columns and along rows.

    Returns
    -------
    velocity : (frames,) float64 array
        Length of the difference between the medians of the first and the last row.
    """
    across = [
        np.median(field[0].astype(float), axis=0) - np.median(field[-1].astype(float), axis=0)
        for field in (u, v)
    ]
    return np.hypot(*across)


def column_slip(curl: np.ndarray, fault_map: np.ndarray) -> np.ndarray:
    """Slip carried by faults in each column.

    Parameters
    ----------
    curl : (rows, cols, frames) array
        Half the curl of the displacement field, positive for the experiment's sense.
    fault_map : (rows, cols, frames) array
        1 on active faults, 0 elsewhere.

    Returns
    -------
    slip : (cols, frames) float64 array
        2 x the integral of the curl on faults along the rows (trapezoids), in the unit of the
        displacement.
    """
    on_faults = curl * fault_map.astype(float)
    ends = 0.5 * (on_faults[0] + on_faults[-1])
    return 2 * CURL_STEP * (on_faults.sum(axis=0) - ends)


def window_labels(
    column_ke: np.ndarray, starts: Sequence[int], window_cols: int
) -> tuple[np.ndarray, np.ndarray]:
    """KE and its spread in each window.

    Parameters
    ----------
    column_ke : (cols, frames) array
        Slip on faults in each column over the plates' velocity.
    starts : sequence of int
        First column of each window.
    window_cols : int
        Width of a window.

    Returns
    -------
    ke, ke_sd : (windows, frames) float64 arrays
        Median and standard deviation over the window's columns.
    """
    parts = [column_ke[start : start + window_cols] for start in starts]
    return (
        np.stack([np.median(part, axis=0) for part in parts]),
        np.stack([np.std(part, axis=0) for part in parts]),
    )


def map_labels(
    curl: np.ndarray, fault_map: np.ndarray, velocity: np.ndarray, *, scale: ExperimentScale
) -> tuple[np.ndarray, np.ndarray]:
    """KE and its spread in each window of the study, from the window's own rows.

    Parameters
    ----------
    curl, fault_map : (rows, cols, frames) arrays
        As `column_slip` takes them.
    velocity : (frames,) array
        Of the plates, above 0.
    scale : ExperimentScale
        Size and stride of the windows.

    Returns
    -------
    ke, ke_sd : (windows, frames) float64 arrays
        As `window_labels` gives them.
    """
    rows = scale.window_rows
    return window_labels(
        column_slip(curl[:rows], fault_map[:rows]) / velocity,
        window_starts(curl.shape[1], scale=scale),
        scale.window_cols,
    )
