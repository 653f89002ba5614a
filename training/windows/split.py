"""Which windows train, validate and test: made from a seed, bound to its data, read again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ssf_model.errors import InputError
from training.json_files import not_readable, read_table
from training.windows.dataset import Windows
from training.windows.deal import (
    CALIBRATION,
    NEVER_SEEN,
    Sets,
    split_as_published,
    split_by_experiment,
    split_in_folds,
)
from training.windows.leakage import shared_between_sets

MAKE_ONE = "Make one by `split`."
K_FOLD = "k-fold"
DEFAULT_FOLDS = 5
SPLITS = {
    "experiment": split_by_experiment,
    "published": split_as_published,
    K_FOLD: split_in_folds,
}


def make_split(
    windows: Windows,
    *,
    by: str,
    seed: int,
    folds: int | None = None,
    fold: int | None = None,
    hold_out: Sequence[str] = (),
    calibrate: Sequence[str] = (),
) -> dict[str, Any]:
    """Split labelled windows into sets.

    Parameters
    ----------
    windows : Windows
        Of `load_windows`.
    by : str
        A key of `SPLITS`: `experiment`, `published` or `k-fold`.
    seed : int
        From 0 on; the same seed gives the same split.
    folds, fold : int, optional
        Of `k-fold` alone: how many (5 where not given), and which of them tests, from 1 on.
    hold_out : sequence of str, optional
        Families whose experiments all go to `never_seen`; `step+frictional` stands for those that
        belong to both.
    calibrate : sequence of str, optional
        Families whose experiments all go to `calibration`: no weight is fitted to them, and the
        interval of KE is made honest by them.

    Returns
    -------
    split : dict
        `kind`, `seed`, of k-fold `folds` and `fold`, `held_out` and `calibrating` where families
        are, `data_sha256`, `sets`: set -> experiment -> window positions, and `leakage`, what the
        sets have in common.

    Raises
    ------
    InputError
        If there is no such split, fold or family, the seed is negative, an experiment is to go to
        two sets, or the experiments do not allow it.
    """
    if by not in SPLITS:
        message = f"There is no split by {by!r}; there is {', '.join(SPLITS)}."
        raise InputError(message)
    if seed < 0:
        message = f"The seed of a split is 0 or more, not {seed}."
        raise InputError(message)
    options = {}
    if by == K_FOLD:
        if fold is None:
            message = "A split by k-fold needs --fold, the one that tests, from 1 on."
            raise InputError(message)
        options = {"folds": DEFAULT_FOLDS if folds is None else folds, "fold": fold}
    elif folds is not None or fold is not None:
        message = f"Folds belong to a split by {K_FOLD}, not by {by}."
        raise InputError(message)
    held, calibrating = _of_families(windows, hold_out), _of_families(windows, calibrate)
    if both := sorted(held & calibrating):
        message = f"{both[0]} is of families both to be held out and to calibrate by."
        raise InputError(message)
    positions: dict[str, list[int]] = {}
    for name, window in sorted(set(zip(windows.experiment.tolist(), windows.window.tolist()))):
        positions.setdefault(name, []).append(window)
    kept = {name: own for name, own in positions.items() if name not in held | calibrating}
    sets = SPLITS[by](kept, seed=seed, **options)
    sets[NEVER_SEEN] |= {name: positions[name] for name in sorted(held)}
    if calibrating:
        sets[CALIBRATION] = {name: positions[name] for name in sorted(calibrating)}
    return {
        "kind": by,
        "seed": seed,
        **options,
        **({"held_out": list(hold_out)} if hold_out else {}),
        **({"calibrating": list(calibrate)} if calibrate else {}),
        "data_sha256": windows.sha256,
        "sets": sets,
        "leakage": shared_between_sets(windows, _rows_of_sets(windows, _owners(sets))),
    }


def _of_families(windows: Windows, wanted: Sequence[str]) -> set[str]:
    """Experiments that belong to one of the families, `a+b` being those of both."""
    families, known = windows.families, windows.family_names
    found: set[str] = set()
    for family in wanted:
        parts = set(family.split("+"))
        members = {name for name, own in families.items() if parts <= set(own)}
        if not members:
            message = (
                f"No experiment belongs to a family {family!r}; there is "
                f"{', '.join(known) or 'none, only virtual experiments have families'}."
            )
            raise InputError(message)
        found |= members
    return found


def _owners(sets: Sets) -> dict[tuple[str, int], str]:
    """The set of each experiment's window position."""
    return {key: name for name, members in sets.items() for key in _keys(members)}


def _rows_of_sets(windows: Windows, owner: Mapping[tuple[str, int], str]) -> dict[str, np.ndarray]:
    """Row indices of each set that has windows, ascending."""
    row_keys = zip(windows.experiment.tolist(), windows.window.tolist())
    set_of_row = np.array([owner.get(key, "") for key in row_keys])
    return {name: np.flatnonzero(set_of_row == name) for name in dict.fromkeys(owner.values())}


def load_split(path: Path, windows: Windows, *, wanted: Sequence[str] = ()) -> dict[str, Any]:
    """Read a split and find the rows of its sets.

    Parameters
    ----------
    path : Path
        File made by `split`.
    windows : Windows
        The data that it was made for.
    wanted : sequence of str, optional
        Sets that the caller needs, each with at least one window.

    Returns
    -------
    rows : dict of str to (n,) int64 array
        Row indices of `windows` in each set, ascending.

    Raises
    ------
    InputError
        If the file is unreadable or made for other data, its sets overlap or name windows that
        are not there, or a wanted set is missing or empty.
    """
    path = Path(path)
    try:
        split = read_table(path, what="a split", remedy=MAKE_ONE)
        sha256, sets = split["data_sha256"], split["sets"]
        keys = {name: _keys(members) for name, members in sets.items()}
    except InputError:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
        raise not_readable(path, error, what="a split", remedy=MAKE_ONE) from error
    if sha256 != windows.sha256:
        message = (
            f"{path} was made for other windows (sha256 {str(sha256)[:12]}, these have "
            f"{windows.sha256[:12]}). Make a split for these by `split`."
        )
        raise InputError(message)
    owner: dict[tuple[str, int], str] = {}
    for name, members in keys.items():
        for key in sorted(members):
            if key in owner:
                message = (
                    f"{path}: window {key[1]} of {key[0]} is in '{owner[key]}' and in '{name}'."
                )
                raise InputError(message)
            owner[key] = name
    strangers = sorted(set(owner) - set(zip(windows.experiment.tolist(), windows.window.tolist())))
    if strangers:
        message = f"{path}: window {strangers[0][1]} of {strangers[0][0]} is not in these windows."
        raise InputError(message)
    rows = {name: np.empty(0, np.int64) for name in keys} | _rows_of_sets(windows, owner)
    for name in wanted:
        if not len(rows.get(name, ())):
            message = f"{path}: has no set '{name}' with windows; it has {', '.join(rows)}."
            raise InputError(message)
    return rows


def _keys(members: Mapping[str, Sequence[int]]) -> list[tuple[str, int]]:
    """Experiment and position of every window of a set."""
    return [(name, int(window)) for name, positions in members.items() for window in positions]
