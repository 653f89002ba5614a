"""Scores of a network on the sets of a split, beside simple answers and another network."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from training.scoring.baselines import BASELINES, fit_baseline
from training.scoring.groups import grouped_scores, pen_change
from training.scoring.report import score_cell
from training.scoring.scores import score
from training.windows.dataset import Windows

BOOTSTRAP_SEED = 2022
SCORE_NAMES = ("mae", "rmse", "bias", "within_2sd", "r2", "r")
FULL_BASELINE = "both"


def evaluate(
    predicted: Mapping[str, np.ndarray],
    windows: Windows,
    sets: Mapping[str, np.ndarray],
    *,
    against: Mapping[str, np.ndarray] | None = None,
) -> dict[str, Any]:
    """Score predictions for sets of windows.

    Parameters
    ----------
    predicted : mapping of str to (m,) float array
        Raw KE of each set's windows.
    windows : Windows
        Labelled windows.
    sets : mapping of str to int array
        Row numbers of each set's windows.
    against : mapping of str to (m,) float array, optional
        Another network's predictions, for how far the two agree on the same maps.

    Returns
    -------
    evaluation : dict
        `sets`: for each set `training.scoring.scores.score`; `groups`: the same by experiment, KE,
        maturity and source (`training.scoring.groups.grouped_scores`); `pens`:
        `training.scoring.groups.pen_change`. With `against` also `agreement`: scores with the other
        network's prediction in the label's place (`r`, `mae` and `bias` only), and `against`:
        the other network's own scores.
    """
    evaluation: dict[str, Any] = {"data_sha256": windows.sha256}
    evaluation |= {part: {} for part in ("sets", "groups", "pens")}
    if against is not None:
        evaluation |= {"agreement": {}, "against": {}}
    for name, rows in sets.items():
        answer = predicted[name]
        evaluation["sets"][name] = score_set(windows.ke[rows], answer, windows, rows)
        evaluation["groups"][name] = grouped_scores(answer, windows, rows, seed=BOOTSTRAP_SEED)
        evaluation["pens"][name] = pen_change(answer, windows, rows)
        if against is not None:
            other = against[name]
            evaluation["against"][name] = score_set(windows.ke[rows], other, windows, rows)
            evaluation["agreement"][name] = {
                key: value
                for key, value in score_set(other, answer, windows, rows).items()
                if key in ("n_windows", "n_experiments") or key.split("_")[0] in AGREEMENT_NAMES
            }
    return evaluation


AGREEMENT_NAMES = ("r", "mae", "bias")


def score_set(
    label: np.ndarray, answer: np.ndarray, windows: Windows, rows: np.ndarray
) -> dict[str, float]:
    """Scores of a set's windows, resampled alike each time."""
    rng = np.random.default_rng(BOOTSTRAP_SEED)
    return score(label, answer, windows.ke_sd[rows], windows.experiment[rows], rng=rng)


def evaluate_baselines(
    windows: Windows, train_rows: np.ndarray, sets: Mapping[str, np.ndarray]
) -> dict[str, Any]:
    """Score simple models on the same sets.

    Parameters
    ----------
    windows : Windows
        Labelled windows.
    train_rows : int array
        Rows to fit them on.
    sets : mapping of str to int array
        Row numbers of each set's windows.

    Returns
    -------
    evaluation : dict
        `baselines`: for each row of `training.scoring.baselines.BASELINES` and each set
        `training.scoring.scores.score`; `baseline_groups`: for each set the `grouped_scores` of
        `both`.
    """
    scores: dict[str, Any] = {}
    groups = {}
    for kind in BASELINES:
        predict = fit_baseline(kind, windows.maps[train_rows], windows.ke[train_rows])
        scores[kind] = {}
        for name, rows in sets.items():
            answer = predict(windows.maps[rows])
            scores[kind][name] = score_set(windows.ke[rows], answer, windows, rows)
            if kind == FULL_BASELINE:
                groups[name] = grouped_scores(answer, windows, rows, seed=BOOTSTRAP_SEED)
    return {"baselines": scores, "baseline_groups": groups}


def table_of(evaluation: Mapping[str, Any]) -> str:
    """The evaluation as a table of plain text, a line a set, intervals in brackets."""
    lines = ["set             windows  exps  " + "".join(f"{n:<24}" for n in SCORE_NAMES).rstrip()]
    parts = {
        "": evaluation["sets"],
        "against: ": evaluation.get("against", {}),
        "agreement: ": evaluation.get("agreement", {}),
        "linear: ": evaluation.get("baselines", {}).get(FULL_BASELINE, {}),
    }
    for title, sets in parts.items():
        for name, scores in sets.items():
            cells = "".join(f"{score_cell(scores, key):<24}" for key in SCORE_NAMES)
            lines.append(
                f"{title + name:<22}{scores['n_windows']:>7}{scores['n_experiments']:>6}  "
                + cells.rstrip()
            )
    lines += [
        f"{name}: from pen to pen KE changes by {change['mean']:.3f} on average, "
        f"95 % by less than {change['p95']:.3f} ({change['n_pairs']} pairs)"
        for name, change in evaluation.get("pens", {}).items()
        if change
    ]
    return "\n".join(lines)
