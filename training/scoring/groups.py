"""Windows of a set by what may matter to a prediction: experiment, family, KE, maturity, source.

Also how much a prediction changes when the same window is drawn with another pen.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ssf_model.errors import InputError, counted
from training.scoring.scores import score
from training.windows.dataset import Windows
from training.windows.labelled import OF_VARIED, pen_of

KE_EDGES = (0.2, 0.4, 0.6, 0.8)
KE_NAMES = ("below 0.2", "0.2 to 0.4", "0.4 to 0.6", "0.6 to 0.8", "0.8 and above")
MATURITY_NAMES = ("first third", "second third", "last third")
LARGE_QUANTILE = 0.95


def ke_range(ke: np.ndarray) -> np.ndarray:
    """Which row of `KE_NAMES` each of (n,) labels falls into; an edge belongs to the upper."""
    return np.digitize(ke, KE_EDGES)


def maturity(windows: Windows) -> np.ndarray:
    """Which third of its experiment each window is in: 0, 1 or 2, (n,) int.

    Frames are taken at equal steps of plate displacement, so thirds are of the displacement at
    the last frame that shows a fault.
    """
    names, number = np.unique(windows.experiment, return_inverse=True)
    frames = np.zeros(len(names), dtype=np.int64)
    np.maximum.at(frames, number, windows.frame + 1)
    return (len(MATURITY_NAMES) * (windows.frame + 1) - 1) // frames[number]


def grouped_scores(
    predicted: np.ndarray, windows: Windows, rows: np.ndarray, *, seed: int
) -> dict[str, dict[str, dict[str, float]]]:
    """Scores of a set's windows, group by group.

    Parameters
    ----------
    predicted : (m,) float array
        Predictions for the set's windows.
    windows : Windows
        All labelled windows.
    rows : (m,) int array
        The set's rows of them.
    seed : int
        Of the bootstrap, which every group begins anew.

    Returns
    -------
    scores : dict of str to dict
        For `experiment`, `ke`, `maturity` and `source` a dict from the group's name to
        `training.scoring.scores.score`; groups without windows are left out. `family` is there
        where experiments belong to some; one counts in each of its families.
    """
    groups: dict[str, dict[str, dict[str, float]]] = {}
    for kind, name, inside in _groups(windows, rows):
        groups.setdefault(kind, {})[name] = score(
            windows.ke[rows][inside],
            predicted[inside],
            windows.ke_sd[rows][inside],
            windows.experiment[rows][inside],
            rng=np.random.default_rng(seed),
        )
    return groups


def _groups(windows: Windows, rows: np.ndarray) -> Iterator[tuple[str, str, np.ndarray]]:
    """Kind, name and members, as truth values over the rows, of every group with windows."""
    for kind, names, number in (
        ("ke", KE_NAMES, ke_range(windows.ke[rows])),
        ("maturity", MATURITY_NAMES, maturity(windows)[rows]),
        ("source", *np.unique(windows.source[rows], return_inverse=True)),
        ("experiment", *np.unique(windows.experiment[rows], return_inverse=True)),
    ):
        for place, name in enumerate(names):
            if (number == place).any():
                yield kind, str(name), number == place
    for family in windows.family_names:
        inside = windows.in_family(family)[rows]
        if inside.any():
            yield "family", family, inside


def pen_change(
    predicted: np.ndarray, windows: Windows, rows: np.ndarray
) -> dict[str, float] | None:
    """How much a prediction changes where a window is there as drawn by several pens.

    Parameters
    ----------
    predicted, windows, rows
        As in `grouped_scores`.

    Returns
    -------
    change : dict of str to float, or None
        Over all pairs of pens of a window: `n_pairs`, `mean` and `p95` (95 % quantile) of the
        absolute difference. A window of a frame observed again is another one, since its faults
        carry another slip. None where no window is there twice.

    Raises
    ------
    InputError
        If there are not as many predictions as rows.
    """
    if len(predicted) != len(rows):
        message = f"{len(predicted)} predictions do not fit {counted(len(rows), 'window')}."
        raise InputError(message)
    _, number = np.unique(windows.experiment[rows], return_inverse=True)
    varied = np.isin(pen_of(windows.source[rows]), OF_VARIED)
    keys = np.column_stack([number, windows.window[rows], windows.frame[rows], varied])
    order = np.lexsort(keys.T)
    keys, answers = keys[order], np.asarray(predicted, dtype=np.float64)[order]
    changes = []
    for step in range(1, len(keys)):
        same = (keys[step:] == keys[:-step]).all(axis=1)
        if not same.any():
            break
        changes.append(np.abs(answers[step:] - answers[:-step])[same])
    if not changes:
        return None
    change = np.concatenate(changes)
    return {
        "n_pairs": len(change),
        "mean": float(change.mean()),
        "p95": float(np.quantile(change, LARGE_QUANTILE)),
    }
