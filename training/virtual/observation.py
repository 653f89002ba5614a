"""What a camera over the clay box would map: displacement, curl and active faults.

How the laboratory told faults from the rest is not known. The rule and its numbers here were
calibrated against the maps of Chaipornkaew et al. (2022), lines' width and number together; the
curl's sign is such that slip in the experiment's own sense counts as positive.
"""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter, label, maximum_filter1d

from ssf_model.errors import InputError
from training.virtual.parameters import CELL_MM, STEP_MM, VirtualParameters

REACH_ROWS = 3  # across strike to each side, over which a cell is compared with its neighbours


@dataclass(frozen=True)
class Observation:
    """How a frame is measured and its faults are told from the rest."""

    # Gaussian of the image correlation.
    smoothing_cells: float = VirtualParameters.smoothing_cells
    # Of the plates' step: slip a cell above which it can be fault.
    slip_share: float = VirtualParameters.slip_share
    # Of the largest slip within reach across strike: a wide band is mapped by its middle.
    peak_share: float = VirtualParameters.peak_share
    # A fault must exceed `slip_share` so many times somewhere.
    peak_factor: float = VirtualParameters.peak_factor
    # Of the smallest fault.
    fault_cells: float = VirtualParameters.fault_cells
    # Of the plates' step: standard deviation of a displacement.
    noise: float = VirtualParameters.noise

    def __post_init__(self) -> None:
        for name, value in dataclasses.asdict(self).items():
            if not (math.isfinite(value) and value >= 0):
                message = f"An observation's {name} is 0 or above, not {value}."
                raise InputError(message)


def observation_of(parameters: VirtualParameters) -> Observation:
    """The camera of an experiment."""
    names = [field.name for field in dataclasses.fields(Observation)]
    return Observation(**{name: getattr(parameters, name) for name in names})


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
        Noise, smoothing and thresholds.

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
        map_faults(2 * curl * CELL_MM / STEP_MM, observation=observation),
    )


def map_faults(slip_share: np.ndarray, *, observation: Observation = Observation()) -> np.ndarray:
    """Mark the cells of active faults.

    Parameters
    ----------
    slip_share : (rows, cols) array
        Slip across each cell over the plates' step.
    observation : Observation, optional
        Thresholds and the smallest fault.

    Returns
    -------
    fault_map : (rows, cols) uint8 array
        1 on cells above `slip_share` and above `peak_share` times the largest slip of the
        column within `REACH_ROWS`, where a patch of them, joined by sides or corners, counts at
        least `fault_cells` and exceeds `peak_factor` times the threshold somewhere.
    """
    largest = maximum_filter1d(slip_share, 2 * REACH_ROWS + 1, axis=0, mode="nearest")
    can_be = (slip_share > observation.slip_share) & (slip_share > observation.peak_share * largest)
    patches, count = label(can_be, np.ones((3, 3)))
    cells = np.bincount(patches.ravel(), minlength=count + 1)
    peaks = np.full(count + 1, -np.inf)
    np.maximum.at(peaks, patches.ravel(), slip_share.ravel())
    kept = cells >= observation.fault_cells
    kept &= peaks > observation.peak_factor * observation.slip_share
    kept[0] = False
    return kept[patches].astype(np.uint8)
