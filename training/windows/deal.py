"""Which experiments and windows go to which set: the three ways to deal them.

A set is written as experiments and window positions, so that all frames of a window position
stay together: neighbouring frames of one window are nearly the same map.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np

from ssf_model.errors import InputError, counted

TRAIN, VALIDATION, TEST, NEVER_SEEN = "train", "validation", "test", "never_seen"
CALIBRATION = "calibration"  # no weight is fitted to it; makes the interval honest
SHARES = {TRAIN: 4 / 6, VALIDATION: 1 / 6, TEST: 1 / 6}  # of the experiments
KEPT_AWAY = "PP_150_1"  # in no set of the study (Chaipornkaew et al. 2022)
# The study trains on all of these; of their repeats, each of 5 windows goes to one set.
FIRST_EXPERIMENTS = ("EB_025_1", "EB_050_1", "EB_150_1", "PP_025_1", "PP_050_1", "PP_100_1")
REPEAT_SETS = (TRAIN, TRAIN, VALIDATION, VALIDATION, TEST)

Sets = dict[str, dict[str, list[int]]]  # set -> experiment -> window positions


def split_by_experiment(positions: Mapping[str, Sequence[int]], *, seed: int) -> Sets:
    """Deal whole experiments to the sets.

    Parameters
    ----------
    positions : mapping of str to sequence of int
        Experiments and their window positions.
    seed : int
        The same seed deals the same.

    Returns
    -------
    sets : dict
        About 2/3 of the experiments train, 1/6 validate, 1/6 test, and so in each
        configuration (`EB_025` of `EB_025_1_r2`); one of three or more experiments always
        trains. `PP_150_1` is in `never_seen`.

    Raises
    ------
    InputError
        If too few experiments are there to fill each set.
    """
    rng = np.random.default_rng(seed)
    sets, groups = _ungrouped(positions)
    for group in rng.permutation(sorted(groups)):
        names = [str(name) for name in rng.permutation(groups[group])]
        dealt = dict.fromkeys(SHARES, 0)
        for number, name in enumerate(names):
            total = sum(len(sets[each]) for each in SHARES)
            wants = {
                each: share * (number + 1) - dealt[each] + share * (total + 1) - len(sets[each])
                for each, share in SHARES.items()
            }
            chosen = max(wants, key=wants.get)
            dealt[chosen] += 1
            sets[chosen][name] = list(positions[name])
    empty = [name for name in SHARES if not sets[name]]
    if empty:
        some = counted(len(positions), "experiment is", "experiments are")
        message = (
            f"{some} too few for a split by experiment: the set "
            f"'{empty[0]}' stays empty. Use --by published, or more experiments."
        )
        raise InputError(message)
    return sets


def split_in_folds(
    positions: Mapping[str, Sequence[int]], *, seed: int, folds: int, fold: int
) -> Sets:
    """Deal whole experiments to folds, and the folds to the sets.

    Parameters
    ----------
    positions : mapping of str to sequence of int
        Experiments and their window positions.
    seed : int
        The same seed deals the same folds, whichever of them tests.
    folds : int
        How many, from 3 on.
    fold : int
        The one that tests, from 1 on. The next one (after the last, the first) validates, the
        others train: over all folds each experiment tests once.

    Returns
    -------
    sets : dict
        Folds differ by one experiment at most, and those of a configuration go to different
        folds as far as there are enough. `PP_150_1` is in `never_seen`.

    Raises
    ------
    InputError
        If there is no such fold, or fewer experiments than folds.
    """
    if folds < 3 or not 1 <= fold <= folds:
        message = f"Folds are 3 or more and count from 1; there is no fold {fold} of {folds}."
        raise InputError(message)
    rng = np.random.default_rng(seed)
    sets, groups = _ungrouped(positions)
    names = [
        str(name)
        for group in rng.permutation(sorted(groups))
        for name in rng.permutation(groups[group])
    ]
    if len(names) < folds:
        some = counted(len(names), "experiment does", "experiments do")
        message = f"{some} not fill {folds} folds."
        raise InputError(message)
    validating = fold % folds + 1
    for number, name in enumerate(names):
        own = number % folds + 1
        chosen = TEST if own == fold else VALIDATION if own == validating else TRAIN
        sets[chosen][name] = list(positions[name])
    return sets


def _ungrouped(positions: Mapping[str, Sequence[int]]) -> tuple[Sets, dict[str, list[str]]]:
    """Sets with what is kept away, and the other experiments by configuration."""
    sets: Sets = {name: {} for name in (*SHARES, NEVER_SEEN)}
    groups: dict[str, list[str]] = {}
    for name in sorted(positions):
        if name == KEPT_AWAY:
            sets[NEVER_SEEN][name] = list(positions[name])
        else:
            groups.setdefault(configuration(name), []).append(name)
    return sets, groups


def split_as_published(positions: Mapping[str, Sequence[int]], *, seed: int) -> Sets:
    """Deal windows as the study did, but by their true positions.

    Parameters
    ----------
    positions : mapping of str to sequence of int
        Experiments and their window positions, named as in the laboratory.
    seed : int
        The same seed deals the same.

    Returns
    -------
    sets : dict
        The first experiment of each configuration trains; of each repeat two windows train, two
        validate and one tests, drawn by the seed. `PP_150_1` is in `never_seen`. Later draws of
        a virtual experiment (`_r2`) go the way of the first.

    Raises
    ------
    InputError
        If an experiment is not named as in the laboratory, or a repeat has not five windows.
    """
    rng = np.random.default_rng(seed)
    sets: Sets = {name: {} for name in (*SHARES, NEVER_SEEN)}
    for name in sorted(positions):
        laboratory_name = re.sub(r"_r\d+$", "", name)
        own = sorted(positions[name])
        if laboratory_name == KEPT_AWAY:
            sets[NEVER_SEEN][name] = own
        elif laboratory_name in FIRST_EXPERIMENTS:
            sets[TRAIN][name] = own
        elif f"{configuration(name)}_1" not in FIRST_EXPERIMENTS:
            message = (
                f"{name} is none of the study's experiments; the published split knows only "
                f"those. Use --by experiment."
            )
            raise InputError(message)
        elif len(own) != len(REPEAT_SETS):
            message = f"{name} has {counted(len(own), 'window')}; the published split needs five."
            raise InputError(message)
        else:
            for window, chosen in zip(own, rng.permutation(REPEAT_SETS)):
                sets[str(chosen)].setdefault(name, []).append(window)
    return sets


def configuration(name: str) -> str:
    """Set-up of an experiment: its name without the repeat's and the draw's number."""
    return re.sub(r"_\d+(_r\d+)?$", "", name)
