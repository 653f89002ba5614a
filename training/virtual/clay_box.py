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
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter1d

from ssf_model.errors import InputError
from training.virtual.solver import D, Material, S, solve_frame

CELL_MM = 1.14  # DX of the study's displacement fields
STEP_MM = 0.25  # plate displacement from frame to frame
ROWS, COLS = 135, 313  # of the laboratory's maps
PADDING_COLS = 71  # beyond the map, where the box closes on itself
POISSON = 0.45
FRICTION_SOFT_DEG = 12.0  # angle of friction of a fault that has slipped
COHESION_LOSS = 0.9  # share of the cohesion that a fault loses
NONLOCAL_CELLS = 0.7  # plastic strain is averaged over this Gaussian before it softens
BAND_FLOOR = 0.25  # share of its width to which the elastic band's zone narrows
BAND_SAMPLES = 15
BASE_LIMIT = 0.3  # of yield strain x G / lambda: basal traction beyond it slips
TOLERANCE = 3e-4  # of a frame's plate displacement
PROFILE_STEP = 0.02  # cells between tabulated values of the base's profile


@dataclass(frozen=True)
class VirtualParameters:
    """Everything that sets one virtual experiment; lengths in cells where no unit is named."""

    name: str
    seed: int
    frames: int
    rate_mm_min: float
    zone_row: float = 67.0  # y0, centre of the base's shear zone at mid-length
    tilt_rows: float = 0.0  # its change over the length of the map
    heterogeneity: float = 0.115  # standard deviation of the cohesion, as a share of it
    correlation: float = 1.3  # Gaussian length of the cohesion's field
    softening_strain: float = 4.0  # gc
    yield_strain: float = 0.15  # gy
    coupling: float = 20.0  # lambda, over which the sheet follows its base
    layer: float = 18.0  # h, thickness of the elastic layer over the basal step
    layer_mature: float = 2.0  # hmin, to which it narrows
    narrowing_mm: float = 6.0  # Sc, slip over which it narrows
    friction_deg: float = 48.0  # phi_p, of intact clay
    viscosity: float = 0.1  # eta
    relaxation_min: float = 150.0  # tM, Maxwell time
    band: float = 0.0  # half-width of the elastic band; 0 for juxtaposed plates
    sense: int = 1  # 1 dextral, -1 sinistral

    def __post_init__(self) -> None:
        if self.sense not in (1, -1):
            message = f"{self.name}: the sense is 1 (dextral) or -1, not {self.sense!r}."
            raise InputError(message)
        if self.frames < 1 or not self.rate_mm_min > 0:
            message = (
                f"{self.name}: an experiment needs a frame and a rate above 0 mm/min, not "
                f"{self.frames} and {self.rate_mm_min}."
            )
            raise InputError(message)

    @property
    def frame_min(self) -> float:
        """Minutes from frame to frame."""
        return STEP_MM / self.rate_mm_min


def draw_parameters(
    name: str, *, frames: int, rate_mm_min: float, has_band: bool, seed: int, sense: int = 1
) -> VirtualParameters:
    """Draw the parameters of one experiment.

    Parameters
    ----------
    name : str
        The experiment's name.
    frames : int
        How many maps it makes.
    rate_mm_min : float
        Loading rate.
    has_band : bool
        Whether an elastic band spreads the shear (EB) or plates meet at a line (PP).
    seed : int
        The same seed draws the same experiment, here and in `run`.
    sense : int, optional
        1 dextral, -1 sinistral.

    Returns
    -------
    parameters : VirtualParameters
        Uniform draws in ranges calibrated by eye; viscosity and Maxwell time follow the rate.

    Raises
    ------
    InputError
        If frames, rate or sense are out of range.
    """
    uniform = np.random.default_rng([seed, 0]).uniform
    pace = rate_mm_min / 0.5
    return VirtualParameters(
        name=name,
        seed=seed,
        frames=frames,
        rate_mm_min=rate_mm_min,
        zone_row=uniform(63, 71),
        tilt_rows=uniform(-5, 5),
        heterogeneity=uniform(0.09, 0.14),
        correlation=uniform(1.0, 1.6),
        softening_strain=uniform(3.0, 5.5),
        yield_strain=uniform(0.13, 0.17),
        coupling=uniform(15, 24),
        layer=uniform(16, 20),
        layer_mature=uniform(1.5, 3.0),
        narrowing_mm=uniform(4, 8),
        friction_deg=uniform(44, 52),
        viscosity=0.1 * pace ** (1 / 3),
        relaxation_min=150 * pace ** (-2 / 3),
        band=uniform(6, 11) if has_band else 0.0,
        sense=sense,
    )


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
    zone_row = _zone_rows(parameters, cols, total_cols)
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


def base_drive(
    parameters: VirtualParameters, zone_row: np.ndarray, rows: int, *, slip_mm: float
) -> np.ndarray:
    """Displacement that the base gives the sheet in one frame.

    The surface of an elastic layer of thickness h over a step of its base moves as
    (4/pi) atan(tanh(pi z / 4h)), antiplane shear; an elastic band spreads the step evenly over
    its width. Layer and band narrow as exp(-slip / Sc).

    Parameters
    ----------
    parameters : VirtualParameters
        Layer, band, narrowing and sense.
    zone_row : (cols + 1,) array
        Row of the zone's centre in each column of nodes.
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
    table_z = np.arange(z.min() - 1, z.max() + 1, PROFILE_STEP)
    shifts = np.linspace(-band, band, BAND_SAMPLES) if band > 0 else np.zeros(1)
    table = np.mean(
        [np.arctan(np.tanh(math.pi * (table_z - shift) / (4 * layer))) for shift in shifts], axis=0
    )
    profile = np.interp(z, table_z, table)
    profile /= np.abs(profile[0]).max()
    half_step = 0.5 * STEP_MM / CELL_MM
    return (-parameters.sense * half_step * profile).astype(np.float32)


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


def _zone_rows(parameters: VirtualParameters, cols: int, total_cols: int) -> np.ndarray:
    """Row of the zone's centre for each column of nodes; its tilt returns over the padding."""
    x = np.arange(total_cols + 1) % total_cols
    across = np.where(x < cols, x / cols - 0.5, 0.5 - (x - cols) / max(1, total_cols - cols))
    return parameters.zone_row + parameters.tilt_rows * across


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
