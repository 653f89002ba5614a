"""A band around the answers of an ensemble, widened by one number to hold the share wanted.

The number is the conformal one: taken from labels that no weight was fitted to, it holds as many
of the next ones.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from ssf_model.errors import InputError, counted
from training.scoring.evaluation import BOOTSTRAP_SEED
from training.scoring.scores import share_with_interval, with_interval
from training.windows.dataset import Windows
from training.windows.deal import VALIDATION

LEVEL = 0.9
ROUNDED = 9  # decimals, so that 110 x 0.9 is 99 and not a little more


def member_band(members: np.ndarray, *, level: float = LEVEL) -> tuple[np.ndarray, np.ndarray]:
    """The middle share of an ensemble's predictions.

    Parameters
    ----------
    members : (k, n) float array
        Predictions of each member for n windows.
    level : float, optional
        Share between the bounds; 0.9 gives the quantiles of 5 and 95 %, interpolated between
        members.

    Returns
    -------
    low, high : (n,) float64 arrays
        With one member both are its prediction.
    """
    low, high = np.quantile(members, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return low, high


def conformal_half_width(
    ke: np.ndarray, low: np.ndarray, high: np.ndarray, *, level: float = LEVEL
) -> float:
    """By how much a band must grow: `conformal_widening`, never below 0."""
    return max(0.0, conformal_widening(ke, low, high, level=level))


def conformal_widening(
    ke: np.ndarray, low: np.ndarray, high: np.ndarray, *, level: float = LEVEL
) -> float:
    """By how much a band must grow on both sides to hold a share of labels to come.

    Parameters
    ----------
    ke, low, high : (n,) float arrays
        Labels that no member was fitted to, and the bands' bounds.
    level : float, optional
        Share of labels to hold.

    Returns
    -------
    widening : float
        The ceil((n + 1) level)-th least distance of a label beyond its band; below 0, by how much
        the band may shrink. Labels exchangeable with these then lie within with a chance of at
        least `level`.

    Raises
    ------
    InputError
        If the level is not between 0 and 1, or there are too few labels for it.

    Source: split-conformal prediction, with the score of conformalized quantile regression
    (Romano, Patterson & Candes 2019, NeurIPS 32).
    """
    check_level(level)
    ke = np.asarray(ke, dtype=np.float64)
    rank = math.ceil(round((len(ke) + 1) * level, ROUNDED))
    if rank > len(ke):
        some = counted(len(ke), "label is", "labels are")
        message = f"{some} too few for a band of {level:.0%}; {needed_labels(level)} are needed."
        raise InputError(message)
    beyond = np.maximum(np.asarray(low) - ke, ke - np.asarray(high))
    return float(np.partition(beyond, rank - 1)[rank - 1])


def check_level(level: float) -> None:
    """Refuse a share of labels that is none, before long work.

    Raises
    ------
    InputError
        If it is not between 0 and 1.
    """
    if not 0 < level < 1:
        message = f"The share to hold is between 0 and 1, not {level}."
        raise InputError(message)


def needed_labels(level: float) -> int:
    """Fewest labels from which a band for a share `level`, below 1, can be found."""
    return math.ceil(round(level / (1 - level), ROUNDED))


def calibrate_sets(
    members: Mapping[str, np.ndarray],
    windows: Windows,
    sets: Mapping[str, np.ndarray],
    *,
    level: float = LEVEL,
) -> dict[str, Any]:
    """How many labels an ensemble's band holds, as it is and widened on the validation set.

    Parameters
    ----------
    members : mapping of str to (k, m) float array
        The members' predictions for each set's windows.
    windows : Windows
        Labelled windows.
    sets : mapping of str to int array
        Row numbers of each set's windows; `validation` among them.
    level : float, optional
        Share of the labels that the band is to hold.

    Returns
    -------
    calibration : dict
        `level`, `members`, `half_width`, and `sets`: for each `n_windows`, `n_experiments`,
        `held` and `held_widened` (shares, each with `_low` and `_high`, 95 % intervals over
        experiments), `width` and `width_widened` (means).

    Raises
    ------
    InputError
        As `conformal_half_width`.
    """
    bands = {name: member_band(members[name], level=level) for name in sets}
    half_width = conformal_half_width(windows.ke[sets[VALIDATION]], *bands[VALIDATION], level=level)
    found = {}
    for name, rows in sets.items():
        ke, experiment = windows.ke[rows], windows.experiment[rows]
        scores = {"n_windows": len(rows), "n_experiments": len(np.unique(experiment))}
        for key, added in (("", 0.0), ("_widened", half_width)):
            low, high = bands[name][0] - added, bands[name][1] + added
            held = (low <= ke) & (ke <= high)
            rng = np.random.default_rng(BOOTSTRAP_SEED)
            share = share_with_interval(held, experiment, rng=rng)
            scores |= {f"held{key}{bound}": value for bound, value in share.items()}
            scores[f"width{key}"] = float((high - low).mean())
        found[name] = scores
    count = len(members[VALIDATION])
    return {"level": level, "members": count, "half_width": half_width, "sets": found}


def calibration_text(calibration: Mapping[str, Any]) -> str:
    """The calibration as a table of plain text, a line a set."""
    level = calibration["level"]
    lines = [
        f"band of {calibration['members']} members for {level:.0%} of the labels; widened by "
        f"{calibration['half_width']:.3f} KE on both sides, from the set {VALIDATION}",
        f"{'set':<15}{'windows':>8}{'exps':>6}  {'holds':<24}{'width':<8}{'widened':<24}width",
    ]
    for name, scores in calibration["sets"].items():
        held, widened = (with_interval(scores, key, ".1%") for key in ("held", "held_widened"))
        lines.append(
            f"{name:<15}{scores['n_windows']:>8}{scores['n_experiments']:>6}  {held:<24}"
            f"{scores['width']:<8.3f}{widened:<24}{scores['width_widened']:.3f}"
        )
    return "\n".join(lines)
