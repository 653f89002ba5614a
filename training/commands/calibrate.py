"""The verb `calibrate`: whether several networks' spread holds as many labels as it should."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np

from ssf_model.whole_files import check_output, whole_file
from training.commands.shared_options import add_split, add_windows
from training.publishing.hashes import file_sha256
from training.publishing.predictor import network_file, open_predictor
from training.scoring.conformal import LEVEL, calibrate_sets, calibration_text
from training.windows.dataset import load_windows
from training.windows.deal import VALIDATION
from training.windows.split import load_split


def calibrate(args: argparse.Namespace) -> None:
    """Run the verb `calibrate`."""
    if args.out is not None:
        check_output(args.out, overwrite=args.overwrite)
    windows = load_windows(args.windows)
    rows = load_split(args.split, windows, wanted=(VALIDATION,))
    sets = {name: part for name, part in rows.items() if len(part)}
    predictors = [open_predictor(path, windows.maps.shape[1:]) for path in args.networks]
    members = {
        name: np.stack(
            [predict(windows.maps[part], windows.stretch_px[part]) for predict in predictors]
        )
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
    print(calibration_text(calibration))


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
    add_windows(parser)
    add_split(parser)
    parser.add_argument(
        "--level", type=float, default=LEVEL, metavar="SHARE", help=f"default {LEVEL}"
    )
    parser.add_argument("--out", type=Path, metavar="FILE", help="write the figures as JSON")
    parser.add_argument("--overwrite", action="store_true", help="replace FILE")
    parser.set_defaults(run=calibrate)
