"""The driven base under the clay: where its shear zone lies, and how it moves the sheet.

The zone may step or bend along strike, or consist of two parallel strands, as faults that the
crust inherited do. All of the base moves along strike, so that a jog of the zone opens or closes:
for dextral slip a jog downward to the right (to the right-hand side of who walks along it)
releases, one upward restrains.
"""

from __future__ import annotations

import math

import numpy as np

from training.virtual.parameters import CELL_MM, STEP_MM, VirtualParameters

BAND_FLOOR = 0.25  # share of its width to which the elastic band's zone narrows
BAND_SAMPLES = 15
PROFILE_STEP = 0.02  # cells between tabulated values of the base's profile


def zone_rows(parameters: VirtualParameters, cols: int, total_cols: int) -> np.ndarray:
    """Row of the base's shear zone for each column of nodes, or of the middle of its strands.

    Parameters
    ----------
    parameters : VirtualParameters
        Mean row, tilt, and jogs. A jog is a ramp centred at its column, half of its rows lie to
        each side.
    cols : int
        Columns of the map.
    total_cols : int
        Columns of the box; behind the map the zone returns in a straight line to where it began.

    Returns
    -------
    rows : (total_cols + 1,) float array
        The last repeats the first.
    """
    x = np.arange(cols + 1.0)
    rows = parameters.zone_row + parameters.tilt_rows * (x / cols - 0.5)
    for col, (jog_rows, jog_cols) in zip(
        (parameters.jog_col, parameters.second_jog_col), parameters.jogs_rows_cols
    ):
        if jog_rows != 0:
            rows += jog_rows * np.clip((x - col) / jog_cols, -0.5, 0.5)
    back = np.linspace(rows[-1], rows[0], total_cols - cols + 1) if total_cols > cols else rows[:1]
    return np.concatenate([rows[:-1], back])


def base_drive(
    parameters: VirtualParameters, zone_row: np.ndarray, rows: int, *, slip_mm: float
) -> np.ndarray:
    """Displacement that the base gives the sheet in one frame.

    The surface of an elastic layer of thickness h over a step of its base moves as
    (4/pi) atan(tanh(pi z / 4h)), antiplane shear; an elastic band spreads the step evenly over
    its width. Layer and band narrow as exp(-slip / Sc). Two strands share the step.

    Parameters
    ----------
    parameters : VirtualParameters
        Layer, band, narrowing, strands and sense.
    zone_row : (cols + 1,) array
        Row of the zone in each column of nodes, as `zone_rows` gives it.
    rows : int
        Rows of cells.
    slip_mm : float
        Slip on faults so far, summed across strike and averaged along it.

    Returns
    -------
    drive : (rows + 1, cols + 1) float32 array
        Displacement along columns in cells, at the nodes; half the plates' step at most.
    """
    young = math.exp(-slip_mm / parameters.narrowing_mm)
    layer = parameters.layer_mature + (parameters.layer - parameters.layer_mature) * young
    band = parameters.band * (BAND_FLOOR + (1 - BAND_FLOOR) * young)
    z = np.arange(rows + 1)[:, None] - zone_row[None, :]
    margin = 1 + parameters.strand_rows / 2
    table_z = np.arange(z.min() - margin, z.max() + margin, PROFILE_STEP)
    shifts = np.linspace(-band, band, BAND_SAMPLES) if band > 0 else np.zeros(1)
    table = np.mean(
        [np.arctan(np.tanh(math.pi * (table_z - shift) / (4 * layer))) for shift in shifts], axis=0
    )
    profile = 0.0
    for share, below in (
        (parameters.upper_share, -parameters.strand_rows / 2),
        (1 - parameters.upper_share, parameters.strand_rows / 2),
    ):
        profile = profile + share * np.interp(z - below, table_z, table)
    profile /= np.abs(profile[[0, -1]]).max()
    half_step = 0.5 * STEP_MM / CELL_MM
    return (-parameters.sense * half_step * profile).astype(np.float32)
