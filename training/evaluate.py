"""The verb `evaluate`: scores of a trained network on the sets of a split."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ssf_model.inference import open_model
from training.cards import file_sha256
from training.dataset import Windows, load_windows
from training.fit import predict_windows
from training.outputs import refuse_existing, whole_file
from training.run_folder import WEIGHTS, load_run, set_up_tensorflow
from training.scores import score
from training.split import load_split

BOOTSTRAP_SEED = 2022
SCORE_NAMES = ("mae", "rmse", "bias", "within_2sd", "r")


def evaluate(
    predict: Callable[[np.ndarray], np.ndarray],
    windows: Windows,
    sets: Mapping[str, np.ndarray],
    *,
    against: Callable[[np.ndarray], np.ndarray] | None = None,
) -> dict[str, Any]:
    """Score a network on sets of windows.

    Parameters
    ----------
    predict : function
        From (n, rows, cols) uint8 maps to (n,) raw KE.
    windows : Windows
        Labelled windows.
    sets : mapping of str to int array
        Row numbers of each set's windows.
    against : function, optional
        Another network, for how far the two agree on the same maps.

    Returns
    -------
    evaluation : dict
        `sets`: for each set `training.scores.score`. With `against` also `agreement`: the same
        with the other network's prediction in the label's place (`r`, `mae` and `bias` only),
        and `against`: the other network's own scores.
    """
    evaluation: dict[str, Any] = {"data_sha256": windows.sha256, "sets": {}}
    if against is not None:
        evaluation |= {"agreement": {}, "against": {}}
    for name, rows in sets.items():
        ke, ke_sd = windows.ke[rows], windows.ke_sd[rows]
        experiment, maps = windows.experiment[rows], windows.maps[rows]
        predicted = predict(maps)

        def scored(label: np.ndarray, answer: np.ndarray) -> dict[str, float]:
            rng = np.random.default_rng(BOOTSTRAP_SEED)
            return score(label, answer, ke_sd, experiment, rng=rng)  # noqa: B023

        evaluation["sets"][name] = scored(ke, predicted)
        if against is not None:
            other = against(maps)
            evaluation["against"][name] = scored(ke, other)
            evaluation["agreement"][name] = {
                key: value
                for key, value in scored(other, predicted).items()
                if key.startswith(("n_", "r", "mae", "bias")) and not key.startswith("rmse")
            }
    return evaluation


def table_of(evaluation: Mapping[str, Any]) -> str:
    """The evaluation as a table of plain text, a line a set, intervals in brackets."""
    lines = ["set             windows  exps  " + "".join(f"{n:<24}" for n in SCORE_NAMES).rstrip()]
    for part, title in (("sets", ""), ("against", "against: "), ("agreement", "agreement: ")):
        for name, scores in evaluation.get(part, {}).items():
            cells = "".join(f"{_cell(scores, key):<24}" for key in SCORE_NAMES)
            lines.append(
                f"{title + name:<22}{scores['n_windows']:>7}{scores['n_experiments']:>6}  "
                + cells.rstrip()
            )
    return "\n".join(lines)


def _cell(scores: Mapping[str, float], key: str) -> str:
    """A score with its interval: 0.052 [0.048, 0.057]."""
    if key not in scores:
        return "-"
    if f"{key}_low" not in scores:
        return f"{scores[key]:.3f}"
    return f"{scores[key]:.3f} [{scores[f'{key}_low']:.3f}, {scores[f'{key}_high']:.3f}]"


def run(args: argparse.Namespace) -> None:
    """Run the verb `evaluate`."""
    if args.out is not None:
        refuse_existing(args.out, overwrite=args.overwrite)
    windows = load_windows(args.windows)
    rows = load_split(args.split, windows, wanted=args.sets or ())
    sets = {name: rows[name] for name in args.sets or rows if len(rows[name])}
    network = args.model if args.model is not None else args.run_folder / WEIGHTS
    predict = _predictor(args, windows.maps.shape[1:])
    network_sha256 = file_sha256(network)
    evaluation = evaluate(
        predict,
        windows,
        sets,
        against=None if args.against is None else open_model(args.against).predict,
    )
    evaluation = {"network_sha256": network_sha256} | evaluation
    if args.out is not None:
        with whole_file(args.out, overwrite=args.overwrite) as aside:
            aside.write_text(json.dumps(evaluation, indent=1) + "\n", encoding="utf-8")
    print(table_of(evaluation))  # noqa: T201


def _predictor(
    args: argparse.Namespace, shape: tuple[int, int]
) -> Callable[[np.ndarray], np.ndarray]:
    """The network that the command line names, as a function."""
    if args.model is not None:
        return open_model(args.model).predict
    set_up_tensorflow()
    model, _ = load_run(args.run_folder, shape)
    return lambda maps: predict_windows(model, maps)


def add_command(subparsers: Any) -> None:
    """Add `evaluate` to the command line."""
    parser = subparsers.add_parser(
        "evaluate",
        help="score a network on the sets of a split",
        description="Score a network on the sets of a split, with 95 % intervals bootstrapped "
        "over experiments.",
    )
    network = parser.add_mutually_exclusive_group(required=True)
    network.add_argument(
        "--run", type=Path, metavar="DIR", dest="run_folder", help="folder made by `train`"
    )
    network.add_argument("--model", type=Path, metavar="FILE", help="an ONNX file instead")
    parser.add_argument(
        "--windows", type=Path, required=True, metavar="DIR", help="folder made by `ingest`"
    )
    parser.add_argument(
        "--split", type=Path, required=True, metavar="FILE", help="file made by `split`"
    )
    parser.add_argument("--sets", nargs="+", metavar="SET", help="only these sets of the split")
    parser.add_argument(
        "--against", type=Path, metavar="FILE", help="another ONNX file to compare with"
    )
    parser.add_argument("--out", type=Path, metavar="FILE", help="write the scores as JSON")
    parser.add_argument("--overwrite", action="store_true", help="replace FILE")
    parser.set_defaults(run=run)
