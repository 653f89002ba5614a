"""The verb `export`: a trained network as an ONNX file that says what it is."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ssf_model.whole_files import check_output
from training.fitting.architectures import ARCHITECTURES
from training.fitting.run_folder import (
    SPLIT,
    WEIGHTS,
    load_run,
    noted_versions,
    set_up_tensorflow,
)
from training.publishing.model_card import card_of_run, scores_in, spread_in
from training.windows.dataset import load_windows
from training.windows.deal import TRAIN
from training.windows.split import load_split

if TYPE_CHECKING:
    pass

from training.publishing.onnx_file import export_model


def export(args: argparse.Namespace) -> None:
    """Run the verb `export`."""
    check_output(args.out, overwrite=args.overwrite)
    windows = load_windows(args.windows)
    scores = scores_in(args.scores, windows, args.run_folder / WEIGHTS)
    entry: dict[str, dict[str, Any]] = {}
    if args.spread is not None:
        entry = spread_in(args.spread, windows, args.run_folder / WEIGHTS)
    set_up_tensorflow()
    model, config = load_run(args.run_folder, windows.maps.shape[1:])
    rows = load_split(args.run_folder / SPLIT, windows, wanted=(TRAIN,))
    card = card_of_run(
        windows,
        rows[TRAIN],
        name=args.name,
        version=args.version,
        seed=config.seed,
        scores=scores,
        made_with=noted_versions(args.run_folder),
        training_data=args.training_data,
        material=args.material,
        **entry,
        equivariant=ARCHITECTURES[config.architecture].equivariant,
    )
    difference = export_model(model, card, args.out, overwrite=args.overwrite)
    print(f"{args.out}: {card.label}; ONNX and Keras differ by {difference:.1e} at most")


def add_command(subparsers: Any) -> None:
    """Add `export` to the command line."""
    parser = subparsers.add_parser(
        "export",
        help="write a trained network as an ONNX file with its card",
        description="Write a trained network as an ONNX file that carries its card: scale, data, "
        "scores, licence.",
    )
    parser.add_argument(
        "--run",
        type=Path,
        required=True,
        metavar="DIR",
        dest="run_folder",
        help="folder made by `train`",
    )
    parser.add_argument(
        "--windows", type=Path, required=True, metavar="DIR", help="folder it was trained on"
    )
    parser.add_argument(
        "--scores", type=Path, required=True, metavar="FILE", help="JSON made by `evaluate`"
    )
    parser.add_argument(
        "--spread",
        type=Path,
        metavar="FILE",
        help="JSON made by `spread`; without it estimates have no interval of KE",
    )
    parser.add_argument("--name", required=True, help="name of the model")
    parser.add_argument("--version", required=True, help="version of the model")
    parser.add_argument(
        "--training-data", default="", metavar="TEXT", help="what the data are, for the card"
    )
    parser.add_argument(
        "--material", default="", metavar="TEXT", help="what deformed, for the card"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="MODEL.onnx", help="new file")
    parser.add_argument("--overwrite", action="store_true", help="replace a file that is there")
    parser.set_defaults(run=export)
