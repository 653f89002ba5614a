"""Families of virtual experiments: what is drawn for each, so that differences stand for doubts.

Nobody knows the friction, viscosity, softening or coupling of a given clay, let alone of the
crust, nor how its faults were told from the rest. A family is a kind of base (straight, with a
step, with a bend, of two strands) over a kind of clay; the draws within it are wide. Splits and
scores can hold whole families out.

Ranges were calibrated against the fault maps of Chaipornkaew et al. (2022, doi
10.1029/2021GL096854, their Figure 1), by hand; docs/training-data.md tells how near they come.
At 100 m a cell the inherited bases have steps of 0.5 to 3 km, bends of 5 to 20 degrees and
strands 0.5 to 4 km apart, as strike-slip faults in the crust do.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from training.virtual.parameters import COLS, VirtualParameters

STRAIGHT, STEP, BEND, STRANDS = "straight", "step", "bend", "strands"
VISCOUS, FRICTIONAL = "viscous", "frictional"
# Bases of the 16 experiments of a draw; each next draw begins SHIFT later, so that a configuration
# meets several.
CYCLE = (
    STRAIGHT, STEP, BEND, STRAIGHT, STRANDS, STEP, STRAIGHT, BEND,
    STRAIGHT, STRANDS, STEP, STRAIGHT, BEND, STRAIGHT, STRANDS, STEP,
)  # fmt: skip
SHIFT = 7  # has no factor in common with 16
STEP_ROWS, STEPS_ROWS = (5, 30), (5, 15)  # of one step, and of each of two
BEND_DEG, BEND_COLS, BEND_LARGEST_ROWS = (5, 20), (50, 140), 30
STRAND_ROWS, UPPER_SHARE = (5, 40), (0.3, 0.7)
# Two strands share the plates' step, and each would need twice the displacement of one alone to
# grow up. So where they are APART_ROWS or more from one another, the clay over them is half as
# strong, softens in half the strain and relaxes half as fast; nearer ones, which act more and
# more as one, lie between. Their base is narrower, and faults are told from the rest at less slip.
APART_ROWS = 20
STRANDS_LAYER, STRANDS_LAYER_MATURE = (7, 13), (2, 4)
STRANDS_THRESHOLD = 0.6
# What the camera and its thresholds may be; `training.virtual.observation` explains them.
CAMERA = {
    "smoothing_cells": (0.45, 0.7),
    "slip_share": (0.06, 0.12),
    "peak_share": (0.15, 0.5),
    "peak_factor": (1.0, 1.4),
    "fault_cells": (1.5, 12.5),
    "noise": (0.005, 0.015),
}

Uniform = Callable[[float, float], float]


@dataclass(frozen=True)
class Rheology:
    """Ranges of a kind of clay.

    Less friction turns echelon faults nearer to the zone's trend; more viscosity lets more of
    them share the slip at once.
    """

    friction_deg: tuple[float, float]
    viscosity: tuple[float, float]  # at 0.5 mm/min
    softening_strain: tuple[float, float]


RHEOLOGIES = {
    VISCOUS: Rheology(friction_deg=(26, 34), viscosity=(0.15, 0.32), softening_strain=(4.5, 6.5)),
    FRICTIONAL: Rheology(friction_deg=(32, 42), viscosity=(0.08, 0.2), softening_strain=(3.5, 5.5)),
}


def family_of(position: int, draw: int) -> tuple[str, str]:
    """Base and rheology of an experiment: keys of `BASES` and `RHEOLOGIES`.

    Parameters
    ----------
    position : int
        Of its name among the laboratory's, from 0.
    draw : int
        From 1 on. Over four draws every configuration meets three bases or more, and both
        rheologies.
    """
    base = CYCLE[(position + SHIFT * (draw - 1)) % len(CYCLE)]
    return base, tuple(RHEOLOGIES)[(position + (draw - 1) // 2) % len(RHEOLOGIES)]


def draw_parameters(
    name: str,
    *,
    frames: int,
    rate_mm_min: float,
    has_band: bool,
    seed: int,
    sense: int = 1,
    family: str = STRAIGHT,
    rheology: str = VISCOUS,
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
    family, rheology : str, optional
        Keys of `BASES` and `RHEOLOGIES`.

    Returns
    -------
    parameters : VirtualParameters
        Uniform draws, all independent, which the family then adds to or changes; viscosity and
        Maxwell time follow the rate.

    Raises
    ------
    InputError
        If frames, rate or sense are out of range.
    """
    uniform = np.random.default_rng([seed, 0]).uniform
    pace = rate_mm_min / 0.5
    clay = RHEOLOGIES[rheology]
    parameters = VirtualParameters(
        name=name,
        seed=seed,
        frames=frames,
        rate_mm_min=rate_mm_min,
        family=family,
        rheology=rheology,
        heterogeneity=uniform(0.08, 0.16),
        correlation=uniform(1.0, 1.6),
        softening_strain=uniform(*clay.softening_strain),
        yield_strain=uniform(0.11, 0.15),
        friction_deg=uniform(*clay.friction_deg),
        viscosity=uniform(*clay.viscosity) * pace ** (1 / 3),
        relaxation_min=150 * pace ** (-2 / 3),
        coupling=uniform(10, 18),
        layer=uniform(11, 18),
        layer_mature=uniform(1.5, 5.5),
        narrowing_mm=uniform(5, 11),
        band=uniform(6, 11) if has_band else 0.0,
        sense=sense,
        zone_row=uniform(63, 71),
        tilt_rows=uniform(-5, 5),
        **{name: uniform(*ends) for name, ends in camera_of(family).items()},
    )
    return dataclasses.replace(parameters, **BASES[family](parameters, uniform))


def camera_of(family: str) -> dict[str, tuple[float, float]]:
    """Ranges of the camera over a family's clay: `CAMERA`, at a lower threshold for strands."""
    factor = STRANDS_THRESHOLD if family == STRANDS else 1
    low, high = CAMERA["slip_share"]
    return {**CAMERA, "slip_share": (factor * low, factor * high)}


def _straight(parameters: VirtualParameters, uniform: Uniform) -> dict[str, float]:
    """One line."""
    return {}


def _steps(parameters: VirtualParameters, uniform: Uniform) -> dict[str, float]:
    """One step or two, at 45 degrees, releasing or restraining."""
    if uniform(0, 1) < 0.5:
        rows = uniform(*STEP_ROWS) * _sign(uniform)
        return {"jog_col": uniform(0.2, 0.8) * COLS, "jog_rows": rows, "jog_cols": abs(rows)}
    first, second = (uniform(*STEPS_ROWS) * _sign(uniform) for _ in range(2))
    return {
        "jog_col": uniform(0.15, 0.4) * COLS,
        "jog_rows": first,
        "jog_cols": abs(first),
        "second_jog_col": uniform(0.6, 0.85) * COLS,
        "second_jog_rows": second,
        "second_jog_cols": abs(second),
    }


def _bend(parameters: VirtualParameters, uniform: Uniform) -> dict[str, float]:
    """A stretch that is turned, between two bends; the map may end within it."""
    slope = math.tan(math.radians(uniform(*BEND_DEG)))
    cols = min(uniform(*BEND_COLS), BEND_LARGEST_ROWS / slope)
    return {
        "jog_col": uniform(0.1, 0.9) * COLS,
        "jog_rows": slope * cols * _sign(uniform),
        "jog_cols": cols,
    }


def _strands(parameters: VirtualParameters, uniform: Uniform) -> dict[str, float]:
    """Two parallel lines that share the plates' step."""
    rows = uniform(*STRAND_ROWS)
    weaker = 1 - 0.5 * min(1, rows / APART_ROWS)
    return {
        "strand_rows": rows,
        "upper_share": uniform(*UPPER_SHARE),
        "layer": uniform(*STRANDS_LAYER),
        "layer_mature": uniform(*STRANDS_LAYER_MATURE),
        "band": weaker * parameters.band,
        "yield_strain": weaker * parameters.yield_strain,
        "softening_strain": weaker * parameters.softening_strain,
        "relaxation_min": parameters.relaxation_min / weaker,
    }


def _sign(uniform: Uniform) -> int:
    """1 releases and -1 restrains where slip is dextral."""
    return 1 if uniform(0, 1) < 0.5 else -1


BASES: dict[str, Callable[[VirtualParameters, Uniform], dict[str, float]]] = {
    STRAIGHT: _straight, STEP: _steps, BEND: _bend, STRANDS: _strands,
}  # fmt: skip
