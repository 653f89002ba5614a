"""How far the figures of a model's card are from what is measured again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ssf_model.errors import ModelError
from ssf_model.network.model import Model
from training.fitting.losses import ACCURACY_SDS
from training.scoring.evaluation import score_set
from training.scoring.interval import SETS, card_spread, spread_of
from training.scoring.own_interval import card_interval, own_interval
from training.windows.dataset import Windows

TOLERANCE = 1e-4  # of a score
# How far two machines' predictions may be apart (`training.publishing.onnx_file.TOLERANCE`).
# A window that lies so close to two SD may count as within on one and not on the other.
SAME_KE = 1e-5
SHARE_TOLERANCE = 0.01  # of a share held: a window of an experiment's hundred on the border
MADE_BY = {"level", "shift_px", "frames", "seed"}  # what a spread must state to be measured again
WITHIN = "within_2sd"


def score_differences(
    stated: Mapping[str, Mapping[str, float]],
    predicted: Mapping[str, np.ndarray],
    windows: Windows,
    sets: Mapping[str, np.ndarray],
) -> dict[tuple[str, str], float]:
    """Compare a card's scores with those of predictions.

    Parameters
    ----------
    stated : mapping of str to mapping
        Set -> the scores that a card states, as `training.scoring.scores.score` names them.
    predicted : mapping of str to (m,) float array
        Raw KE of each of these sets' windows.
    windows : Windows
        The data.
    sets : mapping of str to int array
        Row numbers of each set's windows.

    Returns
    -------
    differences : dict
        From (set, score) to the absolute difference; for shares within two standard
        deviations it is what is left once windows within `SAME_KE` of that border are counted
        either way.

    Raises
    ------
    ModelError
        If a card states a score that is not known here.
    """
    differences = {}
    for name, scores in stated.items():
        rows = sets[name]
        found = score_set(windows.ke[rows], predicted[name], windows, rows)
        distance = np.abs(predicted[name] - windows.ke[rows]) - ACCURACY_SDS * windows.ke_sd[rows]
        doubtful = float((np.abs(distance) <= SAME_KE).mean())
        for key, value in scores.items():
            if key not in found:
                message = f"The card states '{key}' of set '{name}', which cannot be recomputed."
                raise ModelError(message)
            difference = abs(found[key] - value)
            if key.startswith(WITHIN):
                # A resample may hold one experiment as often as there are experiments.
                most = 1 if key == WITHIN else found["n_experiments"]
                difference = max(0.0, difference - most * doubtful)
            differences[name, key] = difference
    return differences


def spread_differences(
    stated: Mapping[str, float],
    model: Model,
    windows: Windows,
    sets: Mapping[str, np.ndarray],
) -> dict[str, float]:
    """Compare what a card says of its spread with what is measured again.

    Parameters
    ----------
    stated : mapping of str to float
        `spread` of a card, as `training.scoring.interval.card_spread` makes it.
    model : Model
        The network.
    windows : Windows
        The data.
    sets : mapping of str to int array
        Row numbers of each set's windows, `validation` among them.

    Returns
    -------
    differences : dict of str to float
        The absolute difference of each figure.

    Raises
    ------
    ModelError
        If a card states a figure that is not known here.
    """
    used = {name: sets[name] for name in SETS if len(sets.get(name, ()))}
    found = card_spread(
        spread_of(
            windows, used, model,
            shift_px=stated["shift_px"], level=stated["level"],
            frames=int(stated["frames"]), seed=int(stated["seed"]),
        )
    )  # fmt: skip
    unknown = sorted(set(stated) - set(found))
    if unknown:
        message = f"The card states '{unknown[0]}' of its spread, which cannot be recomputed."
        raise ModelError(message)
    return {key: abs(found[key] - value) for key, value in stated.items()}


def interval_differences(
    stated: Mapping[str, Any], model: Model, windows: Windows, sets: Mapping[str, np.ndarray]
) -> dict[str, float]:
    """Compare what a card says of a network's own interval with what is measured again.

    Parameters
    ----------
    stated : mapping
        `interval` of a card, as `training.scoring.own_interval.card_interval` makes it.
    model, windows, sets
        As `spread_differences` takes them, `calibration` among the sets.

    Returns
    -------
    differences : dict of str to float
        The absolute difference of each number that widens a class, and of each share held.

    Raises
    ------
    ModelError
        If the card states classes or shares that are not found again.
    """
    found = card_interval(
        own_interval(
            windows, sets, model,
            shift_px=stated["shift_px"], level=stated["level"],
            frames=int(stated["frames"]), seed=int(stated["seed"]),
        )
    )  # fmt: skip
    ours, cards = (_numbers(entry) for entry in (found, stated))
    if found["stretch_px"] != stated["stretch_px"] or set(ours) != set(cards):
        message = "The card states classes of its interval that are not found again."
        raise ModelError(message)
    return {name: abs(ours[name] - value) for name, value in cards.items()}


def _numbers(entry: Mapping[str, Any]) -> dict[str, float]:
    """What an interval's entry states that is measured, by name."""
    numbers = {f"widen_by {place}": by for place, by in enumerate(entry["widen_by"])}
    for name, groups in entry["held"].items():
        numbers |= {f"held, {name}, {group}": of["held"] for group, of in groups.items()}
    return numbers
