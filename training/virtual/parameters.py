"""What sets one virtual experiment: the box, its clay, its base and the camera over it."""

from __future__ import annotations

from dataclasses import dataclass

from ssf_model.errors import InputError

CELL_MM = 1.14  # DX of the study's displacement fields
STEP_MM = 0.25  # plate displacement from frame to frame
ROWS, COLS = 135, 313  # of the laboratory's maps
PADDING_COLS = 71  # beyond the map, where the box closes on itself


@dataclass(frozen=True)
class VirtualParameters:
    """Everything that sets one virtual experiment; lengths in cells where no unit is named.

    The standard values are near the middle of what `training.virtual.families` draws.
    """

    name: str
    seed: int
    frames: int
    rate_mm_min: float
    family: str = "straight"  # of the base, a key of `training.virtual.families.BASES`
    rheology: str = "viscous"  # of the clay, a key of `training.virtual.families.RHEOLOGIES`
    # The clay.
    heterogeneity: float = 0.12  # standard deviation of the cohesion, as a share of it
    correlation: float = 1.3  # Gaussian length of the cohesion's field
    softening_strain: float = 5.0  # gc
    yield_strain: float = 0.13  # gy
    friction_deg: float = 32.0  # phi_p, of intact clay
    viscosity: float = 0.2  # eta
    relaxation_min: float = 150.0  # tM, Maxwell time
    # The base.
    coupling: float = 14.0  # lambda, over which the sheet follows its base
    layer: float = 15.0  # h, thickness of the elastic layer over the basal step
    layer_mature: float = 3.5  # hmin, to which it narrows
    narrowing_mm: float = 8.0  # Sc, slip over which it narrows
    band: float = 0.0  # half-width of the elastic band; 0 for juxtaposed plates
    sense: int = 1  # 1 dextral, -1 sinistral
    zone_row: float = 67.0  # y0, mean row of the base's shear zone
    tilt_rows: float = 0.0  # its change over the length of the map
    jog_col: float = 0.0  # middle of a step or bend
    jog_rows: float = 0.0  # by which it moves the zone, downward where above 0
    jog_cols: float = 0.0  # its length along strike
    second_jog_col: float = 0.0
    second_jog_rows: float = 0.0
    second_jog_cols: float = 0.0
    strand_rows: float = 0.0  # distance of two parallel strands; 0 for one
    upper_share: float = 0.5  # of the plates' step that the upper strand of two takes
    # The camera; what the numbers mean is told in `training.virtual.observation`.
    smoothing_cells: float = 0.55
    slip_share: float = 0.09
    peak_share: float = 0.3
    peak_factor: float = 1.2
    fault_cells: float = 4
    noise: float = 0.01

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
        if not 0 <= self.upper_share <= 1 or not self.strand_rows >= 0:
            message = (
                f"{self.name}: strands lie 0 or more rows apart and the upper one takes a share "
                f"of 0 to 1, not {self.strand_rows} and {self.upper_share}."
            )
            raise InputError(message)
        for rows, cols in self.jogs_rows_cols:
            if rows != 0 and not cols > 0:
                message = f"{self.name}: a jog of {rows} rows needs a length above 0, not {cols}."
                raise InputError(message)

    @property
    def frame_min(self) -> float:
        """Minutes from frame to frame."""
        return STEP_MM / self.rate_mm_min

    @property
    def jogs_rows_cols(self) -> tuple[tuple[float, float], ...]:
        """Rows and columns of both jogs, steps or bends alike; no rows where there is none."""
        return (
            (self.jog_rows, self.jog_cols),
            (self.second_jog_rows, self.second_jog_cols),
        )
