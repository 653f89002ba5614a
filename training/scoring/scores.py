"""How good predictions are, with intervals bootstrapped over whole experiments.

Windows of one experiment resemble each other, so an interval that treats them as
independent would be far too narrow.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from ssf_model.errors import InputError
from training.fitting.losses import within_two_sd

RESAMPLES = 2000
ROUNDING = 1e-12
INTERVAL = (0.025, 0.975)  # quantiles of the resamples: 95 %


def score(
    ke: np.ndarray,
    predicted: np.ndarray,
    ke_sd: np.ndarray,
    experiment: np.ndarray,
    *,
    rng: np.random.Generator,
    resamples: int = RESAMPLES,
) -> dict[str, float]:
    """Scores of predictions, each with a 95 % interval.

    Parameters
    ----------
    ke, predicted, ke_sd : (n,) float arrays
        Labels, predictions, and the labels' standard deviations.
    experiment : (n,) array
        Which experiment each window is from.
    rng : numpy.random.Generator
        Draws the resamples: as many experiments as there are, with replacement.
    resamples : int, optional
        How many.

    Returns
    -------
    scores : dict of str to float
        `n_windows`, `n_experiments`, and `mae`, `rmse`, `bias` (prediction minus label),
        `within_2sd` (a share), `r2` (share of the labels' variance that is explained; below 0
        where the labels' mean would answer better) and `r` (Pearson), each with `_low` and
        `_high`. The bounds are left out where there is one experiment only, `r2` and `r` where
        they are not defined.

    Raises
    ------
    InputError
        If there are no windows, or the arrays differ in length.
    """
    lengths = {len(array) for array in (ke, predicted, ke_sd, experiment)}
    if len(lengths) > 1 or 0 in lengths:
        message = f"Labels and predictions of the same windows are needed, not of {lengths}."
        raise InputError(message)
    sums = _sums_by_experiment(ke, predicted, ke_sd, experiment)
    n_experiments = len(sums)
    scores = {"n_windows": len(ke), "n_experiments": n_experiments}
    whole = _scores_from_sums(sums.sum(axis=0, keepdims=True))
    for name, value in whole.items():
        if math.isfinite(value[0]):
            scores[name] = float(value[0])
    if n_experiments < 2:
        return scores
    chance = np.full(n_experiments, 1 / n_experiments)
    counts = rng.multinomial(n_experiments, chance, size=resamples)
    drawn = _scores_from_sums(counts @ sums)
    for name in whole:
        if name in scores and np.isfinite(drawn[name]).any():
            low, high = np.nanquantile(drawn[name], INTERVAL)
            scores[f"{name}_low"], scores[f"{name}_high"] = float(low), float(high)
    return scores


def with_interval(scores: Mapping[str, float], key: str, form: str) -> str:
    """Write a number with its interval, where there is one: 0.052 [0.048, 0.057].

    Parameters
    ----------
    scores : mapping of str to float
        The number under `key`, and the bounds under that with `_low` and `_high` behind.
    key : str
        Which number.
    form : str
        How each of them is written, as `format` takes it.
    """
    if f"{key}_low" not in scores:
        return format(scores[key], form)
    low, high = (format(scores[f"{key}_{bound}"], form) for bound in ("low", "high"))
    return f"{scores[key]:{form}} [{low}, {high}]"


def share_with_interval(
    held: np.ndarray,
    experiment: np.ndarray,
    *,
    rng: np.random.Generator,
    resamples: int = RESAMPLES,
) -> dict[str, float]:
    """The share of windows of which something holds, with its 95 % interval.

    Parameters
    ----------
    held : (n,) bool array
        Whether it holds.
    experiment, rng, resamples
        As in `score`.

    Returns
    -------
    share : dict of str to float
        The share under ``""``, the bounds under `_low` and `_high`; these are left out where
        there is one experiment only.
    """
    names, number = np.unique(experiment, return_inverse=True)
    sums = np.column_stack([np.bincount(number, weights=held), np.bincount(number)])
    share = {"": float(np.mean(held))}
    if len(names) > 1:
        counts = rng.multinomial(len(names), np.full(len(names), 1 / len(names)), size=resamples)
        drawn = counts @ sums
        low, high = np.quantile(drawn[:, 0] / drawn[:, 1], INTERVAL)
        share |= {"_low": float(low), "_high": float(high)}
    return share


def score_line(ke: np.ndarray, predicted: np.ndarray, ke_sd: np.ndarray) -> str:
    """How many windows, their mean absolute error and share within 2 SD, in a few words."""
    mae = np.abs(np.asarray(predicted) - ke).mean()
    within = within_two_sd(ke, predicted, ke_sd).mean()
    return f"n {len(ke):,}, MAE {mae:.3f}, 2 SD {within:.1%}"


def _sums_by_experiment(
    ke: np.ndarray, predicted: np.ndarray, ke_sd: np.ndarray, experiment: np.ndarray
) -> np.ndarray:
    """For each experiment the sums that every score can be made from: (experiments, 10)."""
    ke, predicted = np.asarray(ke, dtype=np.float64), np.asarray(predicted, dtype=np.float64)
    error = predicted - ke
    terms = (
        np.ones_like(ke),
        np.abs(error),
        error**2,
        error,
        within_two_sd(ke, predicted, ke_sd),
        ke,
        predicted,
        ke**2,
        predicted**2,
        ke * predicted,
    )
    names, number = np.unique(experiment, return_inverse=True)
    return np.stack(
        [np.bincount(number, weights=term, minlength=len(names)) for term in terms], axis=1
    )


def _scores_from_sums(sums: np.ndarray) -> dict[str, np.ndarray]:
    """Scores of each row of sums."""
    n, absolute, square, signed, within, x, y, xx, yy, xy = sums.T
    # What rounding leaves of equal numbers is no spread.
    label_spread, answer_spread = (
        np.where(spread > ROUNDING * total, spread, 0)
        for total, spread in ((n * xx, n * xx - x**2), (n * yy, n * yy - y**2))
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        r = (n * xy - x * y) / np.sqrt(label_spread * answer_spread)
        r2 = 1 - n * square / label_spread
    return {
        "mae": absolute / n,
        "rmse": np.sqrt(square / n),
        "bias": signed / n,
        "within_2sd": within / n,
        "r2": np.where(label_spread > 0, r2, np.nan),
        "r": np.where(label_spread * answer_spread > 0, r, np.nan),
    }
