"""One experiment as every form of file tells it: fault maps, labels and scale."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ssf_model.scale import ExperimentScale
from training.experiments.truth import TrueDisplacement

VIRTUAL, LABORATORY = "virtual", "laboratory"


@dataclass(frozen=True)
class Experiment:
    """Fault maps of one experiment, frame by frame, and the labels of its windows."""

    name: str
    material: str  # VIRTUAL or LABORATORY
    fault_map: np.ndarray  # (rows, cols, frames) uint8, 1 on active faults
    ke: np.ndarray  # (windows, frames) float64
    ke_sd: np.ndarray  # (windows, frames) float64
    scale: ExperimentScale  # how the windows lie
    padded_rows: tuple[int, int] = (0, 0)  # without a fault, added above and below the file's map
    families: tuple[str, ...] = ()  # base and rheology of virtual experiments
    truth: TrueDisplacement | None = None  # of virtual experiments, where it was asked for
