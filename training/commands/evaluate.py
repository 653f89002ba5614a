"""The verb `evaluate`: scores of a trained network on the sets of a split."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from ssf_model.network.model import open_model
from ssf_model.whole_files import check_output, check_output_folder, whole_file
from training.commands.shared_options import add_split, add_windows
from training.publishing.hashes import file_sha256
from training.publishing.predictor import network_file, open_predictor
from training.scoring.evaluation import evaluate, evaluate_baselines, table_of
from training.scoring.report import CONTENTS, write_report
from training.windows.dataset import load_windows
from training.windows.deal import TRAIN
from training.windows.split import load_split


def run(args: argparse.Namespace) -> None:
    """Run the verb `evaluate`."""
    if args.out is not None:
        check_output(args.out, overwrite=args.overwrite)
    if args.report is not None:
        check_output_folder(args.report, CONTENTS, overwrite=args.overwrite)
    windows = load_windows(args.windows)
    rows = load_split(args.split, windows, wanted=args.sets or ())
    sets = {name: rows[name] for name in args.sets or rows if len(rows[name])}
    given = args.model if args.model is not None else args.run_folder
    predict = open_predictor(given, windows.maps.shape[1:])
    network_sha256 = file_sha256(network_file(given))
    predicted = {
        name: predict(windows.maps[part], windows.stretch_px[part]) for name, part in sets.items()
    }
    against = None
    if args.against is not None:
        other = open_model(args.against)
        against = {
            name: other.predict(windows.maps[part], windows.stretch_px[part])
            for name, part in sets.items()
        }
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
    print(table_of(evaluation))


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
    add_windows(parser)
    add_split(parser)
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
