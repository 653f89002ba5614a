"""What a camera over the clay box would map: displacement, curl and active faults.

The thresholds were calibrated by eye against the maps of Chaipornkaew et al. (2022); the
curl's sign is such that slip in the experiment's own sense counts as positive.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter, label

from ssf_model.errors import InputError
from training.virtual.clay_box import CELL_MM, STEP_MM

PEAK_FACTOR = 1.5  # a fault must exceed its threshold so many times somewhere
FAULT_CELLS = 12  # cells of the smallest fault


@dataclass(frozen=True)
class Observation:
    """How a frame is measured and its faults are told from the rest."""

    smoothing_cells: float = 0.8  # Gaussian of the image correlation
    slip_share: float = 0.09  # of the plates' step, slip a cell above which it can be fault
    noise: float = 0.01  # of the plates' step, standard deviation of a displacement

    def __post_init__(self) -> None:
        for name in ("smoothing_cells", "slip_share", "noise"):
            value = getattr(self, name)
            if not (math.isfinite(value) and value >= 0):
                message = f"An observation's {name} is 0 or above, not {value}."
                raise InputError(message)


def observe(
    u: np.ndarray,
    v: np.ndarray,
    *,
    sense: int,
    rng: np.random.Generator,
    observation: Observation = Observation(),
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Measure one frame as image correlation would.

    Parameters
    ----------
    u, v : (rows, cols) arrays
        True displacement of the frame in mm, along columns and downward along rows.
    sense : int
        1 dextral, -1 sinistral.
    rng : numpy.random.Generator
        Of the measurement's noise.
    observation : Observation, optional
        Noise, smoothing and threshold.

    Returns
    -------
    u, v : (rows, cols) float32 arrays
        Measured displacement in mm.
    curl : (rows, cols) float32 array
        Half the curl of the measured displacement, positive where slip has the given sense.
    fault_map : (rows, cols) uint8 array
        1 on active faults.
    """
    measured = []
    for true in (u, v):
        noisy = true + observation.noise * STEP_MM * rng.standard_normal(true.shape)
        measured.append(gaussian_filter(noisy, observation.smoothing_cells))
    u, v = measured
    along_rows, along_cols = np.gradient(u, CELL_MM, axis=0), np.gradient(v, CELL_MM, axis=1)
    curl = 0.5 * sense * (along_cols - along_rows)
    return (
        u.astype(np.float32),
        v.astype(np.float32),
        curl.astype(np.float32),
        map_faults(2 * curl * CELL_MM / STEP_MM, threshold=observation.slip_share),
    )


def map_faults(slip_share: np.ndarray, *, threshold: float = Observation.slip_share) -> np.ndarray:
    """Mark the cells of active faults.

    Parameters
    ----------
    slip_share : (rows, cols) array
        Slip across each cell over the plates' step.
    threshold : float, optional
        Share above which a cell can be fault.

    Returns
    -------
    fault_map : (rows, cols) uint8 array
        1 on every patch of cells above the threshold, joined by sides or corners, that counts
        at least `FAULT_CELLS` and exceeds `PEAK_FACTOR` times the threshold somewhere.
    """
    patches, count = label(slip_share > threshold, np.ones((3, 3)))
    cells = np.bincount(patches.ravel(), minlength=count + 1)
    peaks = np.full(count + 1, -np.inf)
    np.maximum.at(peaks, patches.ravel(), slip_share.ravel())
    kept = (cells >= FAULT_CELLS) & (peaks > PEAK_FACTOR * threshold)
    kept[0] = False
    return kept[patches].astype(np.uint8)
