"""How far predictions are from labels, and how much each label's uncertainty counts.

The loss of a batch is the mean of ``weight * (ke - predicted) ** 2``; a row of `LOSSES`
turns the labels' standard deviations into the weights. The bounds of an interval have a loss of
their own, which is least where the share of labels below a bound is the one wanted.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import keras


VARIANCE_OFFSET = 1e-5  # added to SD squared in Eq. 1 (Chaipornkaew et al. 2022)
ACCURACY_SDS = 2.0  # a prediction within two SD of its label counts as right (their Eq. 2)
BOUND_SHARES = (0.05, 0.95)  # of the labels below the lower and the upper bound


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


def pinball_loss(ke: np.ndarray, bound: np.ndarray, *, share: float) -> float:
    """How far a bound is from having a share of the labels below it.

    Parameters
    ----------
    ke, bound : (n,) float arrays
        Labels, and the bound of each.
    share : float
        Wanted below; the loss is least where the bound is the labels' quantile of that share.

    Returns
    -------
    loss : float
        Mean distance of labels and bounds, counted `share` times where the label is above, else
        1 - share times.

    Source: Koenker & Bassett (1978), Regression quantiles, Econometrica 46(1).
    """
    above = np.asarray(ke, dtype=np.float64) - np.asarray(bound, dtype=np.float64)
    return float(np.maximum(share * above, (share - 1) * above).mean())


def keras_pinball_loss(share: float) -> Callable[..., keras.KerasTensor]:
    """`pinball_loss` of each of (n, 1) labels and bounds, as Keras takes a loss."""
    from keras import ops

    def pinball(ke: keras.KerasTensor, bound: keras.KerasTensor) -> keras.KerasTensor:
        above = ke - bound
        return ops.mean(ops.maximum(share * above, (share - 1) * above), axis=-1)

    return pinball


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
