"""Simple answers to put beside a network's, so that one sees what it adds.

They read two numbers off a window: how many fault pixels it has, and over how many of its
columns a fault stands.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ssf_model.errors import InputError


def fault_pixels_a_column(maps: np.ndarray) -> np.ndarray:
    """Fault pixels of (n, rows, cols) maps of 0 and 1, over their columns: (n,) float64."""
    return maps.sum(axis=(1, 2), dtype=np.int64) / maps.shape[2]


def covered_columns(maps: np.ndarray) -> np.ndarray:
    """Share of the columns of (n, rows, cols) maps that show a fault: (n,) float64."""
    return maps.any(axis=1).mean(axis=1)


def _both(maps: np.ndarray) -> list[np.ndarray]:
    """Both numbers, their squares and their product."""
    pixels, covered = fault_pixels_a_column(maps), covered_columns(maps)
    return [pixels, covered, pixels**2, covered**2, pixels * covered]


BASELINES: dict[str, Callable[[np.ndarray], list[np.ndarray]]] = {
    "mean label": lambda maps: [],
    "fault pixels": lambda maps: [fault_pixels_a_column(maps)],
    "covered columns": lambda maps: [covered_columns(maps)],
    "both": _both,
}


def fit_baseline(name: str, maps: np.ndarray, ke: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    """Fit a linear model by least squares.

    Parameters
    ----------
    name : str
        Row of `BASELINES`: what the model reads off a map, besides a constant. `both` takes
        the squares and the product, too.
    maps : (n, rows, cols) uint8 array
        Maps of the training set.
    ke : (n,) float array
        Their labels.

    Returns
    -------
    predict : function
        From (m, rows, cols) maps to (m,) float64 predictions.

    Raises
    ------
    InputError
        If no baseline has the name, or there are no maps.
    """
    if name not in BASELINES:
        message = f"No baseline is called '{name}'; there are {', '.join(BASELINES)}."
        raise InputError(message)
    if not len(maps):
        message = "A baseline needs training windows."
        raise InputError(message)

    def terms(of: np.ndarray) -> np.ndarray:
        return np.column_stack([np.ones(len(of)), *BASELINES[name](of)])

    factors = np.linalg.lstsq(terms(maps), np.asarray(ke, dtype=np.float64), rcond=None)[0]
    return lambda of: terms(of) @ factors
