"""Whether the spread of an ensemble holds as many labels as it should, and how much it lacks.

The verb `calibrate` puts a band around the members' predictions, counts the labels in it, and
widens it by one number, taken from the validation set, so that it holds the share wanted.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ssf_model.errors import InputError
from ssf_model.whole_files import refuse_existing, whole_file
from training.cards import file_sha256
from training.dataset import Windows, load_windows
from training.evaluate import BOOTSTRAP_SEED, network_file, open_predictor
from training.scores import share_with_interval
from training.split import VALIDATION, load_split

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
    """By how much a band must grow on both sides to hold a share of labels to come.

    Parameters
    ----------
    ke, low, high : (n,) float arrays
        Labels that no member was fitted to, and the bands' bounds.
    level : float, optional
        Share of labels to hold.

    Returns
    -------
    half_width : float
        Never below 0. The ceil((n + 1) level)-th least distance of a label beyond its band.
        Labels exchangeable with these then lie within the grown band with a chance of at least
        `level`.

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
        message = (
            f"{len(ke)} labels are too few for a band of {level:.0%}; {needed_labels(level)} are "
            "needed."
        )
        raise InputError(message)
    beyond = np.maximum(np.asarray(low) - ke, ke - np.asarray(high))
    return max(0.0, float(np.partition(beyond, rank - 1)[rank - 1]))


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


def calibrate(args: argparse.Namespace) -> None:
    """Run the verb `calibrate`."""
    if args.out is not None:
        refuse_existing(args.out, overwrite=args.overwrite)
    windows = load_windows(args.windows)
    rows = load_split(args.split, windows, wanted=(VALIDATION,))
    sets = {name: part for name, part in rows.items() if len(part)}
    predictors = [open_predictor(path, windows.maps.shape[1:]) for path in args.networks]
    members = {
        name: np.stack([predict(windows.maps[part]) for predict in predictors])
        for name, part in sets.items()
    }
    calibration = calibrate_sets(members, windows, sets, level=args.level)
    if args.out is not None:
        made_of = {
            "data_sha256": windows.sha256,
            "networks_sha256": [file_sha256(network_file(path)) for path in args.networks],
        }
        with whole_file(args.out, overwrite=args.overwrite) as aside:
            text = json.dumps(made_of | calibration, indent=1) + "\n"
            aside.write_text(text, encoding="utf-8")
    print(calibration_text(calibration))  # noqa: T201


def calibration_text(calibration: Mapping[str, Any]) -> str:
    """The calibration as a table of plain text, a line a set."""
    level = calibration["level"]
    lines = [
        f"band of {calibration['members']} members for {level:.0%} of the labels; widened by "
        f"{calibration['half_width']:.3f} KE on both sides, from the set {VALIDATION}",
        f"{'set':<15}{'windows':>8}{'exps':>6}  {'holds':<24}{'width':<8}{'widened':<24}width",
    ]
    for name, scores in calibration["sets"].items():
        held, widened = (_share(scores, key) for key in ("held", "held_widened"))
        lines.append(
            f"{name:<15}{scores['n_windows']:>8}{scores['n_experiments']:>6}  {held:<24}"
            f"{scores['width']:<8.3f}{widened:<24}{scores['width_widened']:.3f}"
        )
    return "\n".join(lines)


def _share(scores: Mapping[str, float], key: str) -> str:
    """A share with its interval, where there is one."""
    if f"{key}_low" not in scores:
        return f"{scores[key]:.1%}"
    return f"{scores[key]:.1%} [{scores[f'{key}_low']:.1%}, {scores[f'{key}_high']:.1%}]"


def add_command(subparsers: Any) -> None:
    """Add `calibrate` to the command line."""
    parser = subparsers.add_parser(
        "calibrate",
        help="see whether an ensemble's spread holds as many labels as it should",
        description="Count the labels within the band that several networks span, and how much "
        "it must be widened to hold the share wanted.",
    )
    parser.add_argument(
        "networks",
        type=Path,
        nargs="+",
        metavar="NETWORK",
        help="ONNX files, or folders made by `train`",
    )
    parser.add_argument(
        "--windows", type=Path, required=True, metavar="DIR", help="folder made by `ingest`"
    )
    parser.add_argument(
        "--split", type=Path, required=True, metavar="FILE", help="file made by `split`"
    )
    parser.add_argument(
        "--level", type=float, default=LEVEL, metavar="SHARE", help=f"default {LEVEL}"
    )
    parser.add_argument("--out", type=Path, metavar="FILE", help="write the figures as JSON")
    parser.add_argument("--overwrite", action="store_true", help="replace FILE")
    parser.set_defaults(run=calibrate)
