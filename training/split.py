"""Which windows train, validate and test: a file made from a seed, bound to its data.

A set is written as experiments and window positions, so that all frames of a window position
stay together: neighbouring frames of one window are nearly the same map.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ssf_model.errors import InputError
from training.dataset import Windows, load_windows
from training.outputs import refuse_existing, whole_file

TRAIN, VALIDATION, TEST, NEVER_SEEN = "train", "validation", "test", "never_seen"
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
    sets: Sets = {name: {} for name in (*SHARES, NEVER_SEEN)}
    groups: dict[str, list[str]] = {}
    for name in sorted(positions):
        if name == KEPT_AWAY:
            sets[NEVER_SEEN][name] = list(positions[name])
        else:
            groups.setdefault(configuration(name), []).append(name)
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
        message = (
            f"{len(positions)} experiments are too few for a split by experiment: the set "
            f"'{empty[0]}' stays empty. Use --by published, or more experiments."
        )
        raise InputError(message)
    return sets


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
            message = f"{name} has {len(own)} windows; the published split needs five."
            raise InputError(message)
        else:
            for window, chosen in zip(own, rng.permutation(REPEAT_SETS)):
                sets[str(chosen)].setdefault(name, []).append(window)
    return sets


def configuration(name: str) -> str:
    """Set-up of an experiment: its name without the repeat's and the draw's number."""
    return re.sub(r"_\d+(_r\d+)?$", "", name)


SPLITS = {"experiment": split_by_experiment, "published": split_as_published}


def make_split(windows: Windows, *, by: str, seed: int) -> dict[str, Any]:
    """Split labelled windows into sets.

    Parameters
    ----------
    windows : Windows
        Of `load_windows`.
    by : str
        A key of `SPLITS`: `experiment` or `published`.
    seed : int
        From 0 on; the same seed gives the same split.

    Returns
    -------
    split : dict
        `kind`, `seed`, `data_sha256` and `sets`: set -> experiment -> window positions.

    Raises
    ------
    InputError
        If there is no such split, the seed is negative, or the experiments do not allow it.
    """
    if by not in SPLITS:
        message = f"There is no split by {by!r}; there is {', '.join(SPLITS)}."
        raise InputError(message)
    if seed < 0:
        message = f"The seed of a split is 0 or more, not {seed}."
        raise InputError(message)
    positions: dict[str, list[int]] = {}
    for name, window in sorted(set(zip(windows.experiment.tolist(), windows.window.tolist()))):
        positions.setdefault(name, []).append(window)
    sets = SPLITS[by](positions, seed=seed)
    return {"kind": by, "seed": seed, "data_sha256": windows.sha256, "sets": sets}


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
        split = json.loads(path.read_text(encoding="utf-8"))
        sha256, sets = split["data_sha256"], split["sets"]
        keys = {name: _keys(members) for name, members in sets.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        message = f"{path}: not a readable split ({error}). Make one by `split`."
        raise InputError(message) from error
    if sha256 != windows.sha256:
        message = (
            f"{path} was made for other windows (sha256 {str(sha256)[:12]}, these have "
            f"{windows.sha256[:12]}). Make a split for these by `split`."
        )
        raise InputError(message)
    row_keys = list(zip(windows.experiment.tolist(), windows.window.tolist()))
    owner: dict[tuple[str, int], str] = {}
    for name, members in keys.items():
        for key in sorted(members):
            if key in owner:
                message = (
                    f"{path}: window {key[1]} of {key[0]} is in '{owner[key]}' and in '{name}'."
                )
                raise InputError(message)
            owner[key] = name
    strangers = sorted(set(owner) - set(row_keys))
    if strangers:
        message = f"{path}: window {strangers[0][1]} of {strangers[0][0]} is not in these windows."
        raise InputError(message)
    set_of_row = np.array([owner.get(key, "") for key in row_keys])
    rows = {name: np.flatnonzero(set_of_row == name) for name in keys}
    for name in wanted:
        if not len(rows.get(name, ())):
            message = f"{path}: has no set '{name}' with windows; it has {', '.join(rows)}."
            raise InputError(message)
    return rows


def _keys(members: Mapping[str, Sequence[int]]) -> list[tuple[str, int]]:
    """Experiment and position of every window of a set."""
    return [(name, int(window)) for name, positions in members.items() for window in positions]


def split(args: argparse.Namespace) -> None:
    """Run the verb `split`."""
    refuse_existing(args.out, overwrite=args.overwrite)
    windows = load_windows(args.windows)
    made = make_split(windows, by=args.by, seed=args.seed)
    with whole_file(args.out, overwrite=args.overwrite) as aside:
        aside.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")
    for name, rows in load_split(args.out, windows).items():
        print(f"{name}\t{len(made['sets'][name])} experiments\t{len(rows)} windows")  # noqa: T201


def add_command(subparsers: Any) -> None:
    """Add `split` to the command line."""
    parser = subparsers.add_parser(
        "split",
        help="deal windows to training, validation and test",
        description="Deal labelled windows to the sets train, validation, test and never_seen.",
    )
    parser.add_argument("windows", type=Path, metavar="WINDOWS_DIR", help="made by `ingest`")
    parser.add_argument("--by", choices=tuple(SPLITS), required=True, help="unit that is dealt")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="default 1")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="JSON to be made")
    parser.add_argument("--overwrite", action="store_true", help="replace a file that exists")
    parser.set_defaults(run=split)
