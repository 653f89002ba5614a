"""The verb `evaluate`: scores of a trained network on the sets of a split."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ssf_model.network.model import open_model
from ssf_model.whole_files import refuse_existing, whole_file
from training.baselines import BASELINES, fit_baseline
from training.cards import file_sha256
from training.dataset import Windows, load_windows
from training.fit import predict_windows
from training.groups import grouped_scores, pen_change
from training.report import score_cell, write_report
from training.run_folder import WEIGHTS, load_run, set_up_tensorflow
from training.scores import score
from training.split import TRAIN, load_split

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
        `sets`: for each set `training.scores.score`; `groups`: the same by experiment, KE,
        maturity and source (`training.groups.grouped_scores`); `pens`:
        `training.groups.pen_change`. With `against` also `agreement`: scores with the other
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
        `baselines`: for each row of `training.baselines.BASELINES` and each set
        `training.scores.score`; `baseline_groups`: for each set the `grouped_scores` of `both`.
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


def run(args: argparse.Namespace) -> None:
    """Run the verb `evaluate`."""
    if args.out is not None:
        refuse_existing(args.out, overwrite=args.overwrite)
    if args.report is not None:
        refuse_existing(args.report, overwrite=args.overwrite)
    windows = load_windows(args.windows)
    rows = load_split(args.split, windows, wanted=args.sets or ())
    sets = {name: rows[name] for name in args.sets or rows if len(rows[name])}
    given = args.model if args.model is not None else args.run_folder
    predict = open_predictor(given, windows.maps.shape[1:])
    network_sha256 = file_sha256(network_file(given))
    predicted = {name: predict(windows.maps[part]) for name, part in sets.items()}
    against = None
    if args.against is not None:
        other = open_model(args.against)
        against = {name: other.predict(windows.maps[part]) for name, part in sets.items()}
    evaluation = evaluate(predicted, windows, sets, against=against)
    if len(rows.get(TRAIN, ())):
        evaluation |= evaluate_baselines(windows, rows[TRAIN], sets)
    evaluation = {"network_sha256": network_sha256} | evaluation
    if args.out is not None:
        with whole_file(args.out, overwrite=args.overwrite) as aside:
            aside.write_text(json.dumps(evaluation, indent=1) + "\n", encoding="utf-8")
    if args.report is not None:
        write_report(
            args.report, evaluation, predicted, windows, sets,
            network=given.name,
            overwrite=args.overwrite,
        )  # fmt: skip
    print(table_of(evaluation))  # noqa: T201


def open_predictor(network: Path, shape: tuple[int, int]) -> Callable[[np.ndarray], np.ndarray]:
    """A network as a function from (n, rows, cols) uint8 maps to (n,) raw KE.

    Parameters
    ----------
    network : Path
        An ONNX file, or a folder made by `train`.
    shape : (rows, cols)
        Size of the windows in pixels.

    Raises
    ------
    InputError
        If the folder holds no run.
    ModelError
        If there is no such file or folder, or it does not fit.
    """
    if not network.is_dir():
        return open_model(network).predict
    set_up_tensorflow()
    model, _ = load_run(network, shape)
    return lambda maps: predict_windows(model, maps)


def network_file(network: Path) -> Path:
    """The file that holds the weights: of a run folder, or the ONNX file itself."""
    return network / WEIGHTS if network.is_dir() else network


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
    parser.add_argument(
        "--report",
        type=Path,
        metavar="DIR",
        help="write a folder to read: tables in Markdown, figures as PNG and SVG",
    )
    parser.add_argument("--overwrite", action="store_true", help="replace FILE and DIR")
    parser.set_defaults(run=run)
