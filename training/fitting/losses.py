"""How far predictions are from labels, and how much each label's uncertainty counts.

The loss of a batch is the mean of ``weight * (ke - predicted) ** 2``; a row of `LOSSES`
turns the labels' standard deviations into the weights.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

VARIANCE_OFFSET = 1e-5  # added to SD squared in Eq. 1 (Chaipornkaew et al. 2022)
ACCURACY_SDS = 2.0  # a prediction within two SD of its label counts as right (their Eq. 2)


def per_sample_weights(ke_sd: np.ndarray, *, sd_floor: float) -> np.ndarray:
    """Weights of Eq. 1: each sample by its own variance.

    Parameters
    ----------
    ke_sd : (n,) float array
        Standard deviations of the labels, as a fraction.
    sd_floor : float
        Smaller ones count as this.

    Returns
    -------
    weights : (n,) float64 array

    Source: Chaipornkaew et al. (2022), Eq. 1: squared error / (SD^2 + 1e-5). The floor is ours.
    """
    floored = np.maximum(np.asarray(ke_sd, dtype=np.float64), sd_floor)
    return 1.0 / (floored**2 + VARIANCE_OFFSET)


def batch_mean_weights(ke_sd: np.ndarray, *, sd_floor: float) -> np.ndarray:
    """Weights of the study's published code: the batch's mean weight for every sample.

    That code divides the batch's mean squared error by each sample's variance and takes the
    mean, which is mean(squared error) x mean(1 / variance). Kept for reproduction. Parameters
    and result as in `per_sample_weights`.
    """
    weights = per_sample_weights(ke_sd, sd_floor=sd_floor)
    return np.full_like(weights, weights.mean())


LOSSES: dict[str, Callable[..., np.ndarray]] = {
    "weighted": per_sample_weights,
    "published": batch_mean_weights,
}


def weighted_loss(ke: np.ndarray, predicted: np.ndarray, weights: np.ndarray) -> float:
    """Mean weighted squared error of (n,) labels and predictions."""
    error = np.asarray(predicted, dtype=np.float64) - np.asarray(ke, dtype=np.float64)
    return float(np.mean(weights * error**2))


def within_two_sd(ke: np.ndarray, predicted: np.ndarray, ke_sd: np.ndarray) -> np.ndarray:
    """Which predictions lie within two standard deviations of their label.

    Parameters
    ----------
    ke, predicted, ke_sd : (n,) float arrays
        Labels, predictions and the labels' standard deviations.

    Returns
    -------
    right : (n,) bool array
        Its mean is the study's accuracy. A distance of exactly two SD counts as within.

    Source: Chaipornkaew et al. (2022), Eq. 2, with <= as in their code.
    """
    return np.abs(np.asarray(ke) - np.asarray(predicted)) <= ACCURACY_SDS * np.asarray(ke_sd)
