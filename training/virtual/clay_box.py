"""Virtual experiments: a clay box that obeys stated equations.

A sheet of wet kaolin, elastic, viscous and plastic with softening, is dragged by a base whose
shear zone is wide at first and narrows as faults mature. Echelon shears, their linkage and a
through-going fault arise from the equations; no fault is drawn by hand.

Lengths are in cells of 1.14 mm, stresses in units of the sheet's shear modulus. Box size,
layer thickness, loading rates, frame step and frame counts are those of the laboratory
(Chaipornkaew et al. 2022, doi 10.1029/2021GL096854). Stiffness of the base, viscosity,
softening, narrowing and the thresholds of `observation` were calibrated by eye against that
study's maps, not taken from literature.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from scipy.ndimage import gaussian_filter1d

from training.virtual.base import base_drive, zone_rows
from training.virtual.parameters import (
    CELL_MM,
    COLS,
    PADDING_COLS,
    ROWS,
    STEP_MM,
    VirtualParameters,
)
from training.virtual.solver import D, Material, S, solve_frame

POISSON = 0.45
FRICTION_SOFT_DEG = 12.0  # angle of friction of a fault that has slipped
COHESION_LOSS = 0.9  # share of the cohesion that a fault loses
NONLOCAL_CELLS = 0.7  # plastic strain is averaged over this Gaussian before it softens
BASE_LIMIT = 0.3  # of yield strain x G / lambda: basal traction beyond it slips
TOLERANCE = 3e-4  # of a frame's plate displacement


def displacement_frames(
    parameters: VirtualParameters,
    *,
    shape: tuple[int, int] = (ROWS, COLS),
    padding_cols: int = PADDING_COLS,
    tolerance: float = TOLERANCE,
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Run an experiment and give the true displacement of every frame.

    Parameters
    ----------
    parameters : VirtualParameters
        The experiment.
    shape : (rows, cols), optional
        Size of the map in cells.
    padding_cols : int, optional
        Columns beyond the map before the box closes on itself.
    tolerance : float, optional
        Largest movement of a node in the last iteration, as a share of the plates' step.

    Yields
    ------
    u, v : (rows, cols) float32 arrays
        Displacement of the frame in mm, along columns (along strike) and along rows
        (downward), at the cells' centres.
    """
    rows, cols = shape
    total_cols = cols + padding_cols
    step = STEP_MM / CELL_MM
    material, cohesion = _material(parameters)
    cohesion = cohesion * _cohesion_field(parameters, (rows, total_cols))
    zone_row = zone_rows(parameters, cols, total_cols)
    relaxed = np.float32(1 / (1 + parameters.frame_min / parameters.relaxation_min))
    base_limit = BASE_LIMIT * parameters.yield_strain / parameters.coupling

    u = base_drive(parameters, zone_row, rows, slip_mm=0.0)
    u[0], u[-1] = 0.5 * step * parameters.sense, -0.5 * step * parameters.sense
    v = np.zeros_like(u)
    stress = np.zeros((3, rows, total_cols + 1), np.float32)
    plastic = np.zeros((rows, total_cols + 1), np.float32)
    base = np.zeros((2, *u.shape), np.float32)
    for _ in range(parameters.frames):
        slip_mm = float(plastic[:, 1:].sum(axis=0, dtype=float).mean()) * CELL_MM
        drive = base_drive(parameters, zone_row, rows, slip_mm=slip_mm)
        strength, sin_friction = _softened(parameters, cohesion, plastic)
        stress[D] *= relaxed
        stress[S] *= relaxed
        stress, plastic_strain, _ = solve_frame(
            u, v, stress, strength, sin_friction, base, drive, material, tolerance=tolerance * step
        )
        plastic += plastic_strain
        base += np.float32(material.base_stiffness) * np.stack([u - drive, v])
        size = np.hypot(base[0], base[1]) + np.float32(1e-20)
        base *= np.minimum(np.float32(1), np.float32(base_limit) / size)
        yield _cell_means_mm(u, cols), _cell_means_mm(v, cols)


def _material(parameters: VirtualParameters) -> tuple[Material, float]:
    """The sheet's constants and its mean cohesion c0."""
    friction = math.radians(parameters.friction_deg)
    cohesion = parameters.yield_strain / (math.cos(friction) + math.sin(friction))
    material = Material(
        shear_modulus=1.0,
        bulk_modulus=(1 + POISSON) / (1 - POISSON),
        confinement=cohesion,
        viscosity=parameters.viscosity,
        base_stiffness=1 / parameters.coupling**2,
    )
    return material, cohesion


def _cohesion_field(parameters: VirtualParameters, shape: tuple[int, int]) -> np.ndarray:
    """Cohesion over its mean: 1 + a smooth Gaussian field, periodic, first column repeated."""
    rng = np.random.default_rng([parameters.seed, 1])
    wave_rows = np.fft.fftfreq(shape[0])[:, None]
    wave_cols = np.fft.fftfreq(shape[1])[None, :]
    passed = np.exp(-2 * (math.pi * parameters.correlation) ** 2 * (wave_rows**2 + wave_cols**2))
    smooth = np.fft.ifft2(np.fft.fft2(rng.standard_normal(shape)) * passed).real
    field = np.clip(1 + parameters.heterogeneity * smooth / smooth.std(), 0.4, 1.6)
    return _with_ghost(field)


def _softened(
    parameters: VirtualParameters, cohesion: np.ndarray, plastic: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Cohesion times cosine, and sine, of the friction that the plastic strain has left."""
    strain = gaussian_filter1d(plastic[:, 1:], NONLOCAL_CELLS, axis=0, mode="nearest")
    strain = _with_ghost(gaussian_filter1d(strain, NONLOCAL_CELLS, axis=1, mode="wrap"))
    weak = 1 - np.exp(-strain / parameters.softening_strain)
    friction = np.radians(
        parameters.friction_deg + (FRICTION_SOFT_DEG - parameters.friction_deg) * weak
    )
    strength = cohesion * (1 - COHESION_LOSS * weak) * np.cos(friction)
    return strength.astype(np.float32), np.sin(friction).astype(np.float32)


def _with_ghost(cells: np.ndarray) -> np.ndarray:
    """The cells with their last column repeated before the first."""
    return np.concatenate([cells[:, -1:], cells], axis=1)


def _cell_means_mm(nodes: np.ndarray, cols: int) -> np.ndarray:
    """Mean of each cell's four nodes within the map, in mm."""
    means = 0.25 * (nodes[:-1, :-1] + nodes[1:, :-1] + nodes[:-1, 1:] + nodes[1:, 1:])
    return means[:, :cols] * np.float32(CELL_MM)
