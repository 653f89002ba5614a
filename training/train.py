"""The verb `train`: labelled windows, a split and settings in; a run folder out."""

from __future__ import annotations

import argparse
import dataclasses
import shutil
import sys
from pathlib import Path
from typing import Any

from ssf_model.errors import InputError
from training.config import TrainingConfig, load_config
from training.dataset import load_windows
from training.run_folder import SETTINGS, SPLIT, WEIGHTS, set_up_tensorflow, write_text
from training.split import TRAIN, VALIDATION, load_split


def train(args: argparse.Namespace) -> None:
    """Run the verb `train`."""
    config = TrainingConfig() if args.config is None else load_config(args.config)
    if args.seed is not None:
        config = dataclasses.replace(config, seed=args.seed)
    windows = load_windows(args.windows)
    rows = load_split(args.split, windows, wanted=(TRAIN, VALIDATION))
    split_text = args.split.read_text(encoding="utf-8")
    _make_folder(args.run_folder, overwrite=args.overwrite)
    write_text(args.run_folder / SPLIT, split_text)
    set_up_tensorflow(config.threads)

    from training.fit import LabelledMaps, fit

    training, validation = (
        LabelledMaps(windows.maps[part], windows.ke[part], windows.ke_sd[part])
        for part in (rows[TRAIN], rows[VALIDATION])
    )
    result = fit(training, validation, args.run_folder, config=config, report=_report)
    best = result["best"]
    print(  # noqa: T201
        f"{args.run_folder / WEIGHTS}: epoch {best['epoch']}, validation loss "
        f"{best['val_loss']:.4g}, MAE {best['val_mae']:.4f}, within 2 SD "
        f"{best['val_within_2sd']:.3f}"
    )


def _report(line: str) -> None:
    """Show progress."""
    print(line, file=sys.stderr, flush=True)  # noqa: T201


def _make_folder(folder: Path, *, overwrite: bool) -> None:
    """Make the run's folder, new or emptied of an older run."""
    if folder.exists():
        if not overwrite:
            message = f"{folder}: is there already. Name another, or add --overwrite."
            raise InputError(message)
        if any(folder.iterdir()) and not (folder / SETTINGS).is_file():
            message = f"{folder}: is no run folder (no {SETTINGS}), so it is not replaced."
            raise InputError(message)
        shutil.rmtree(folder)
    folder.mkdir(parents=True)


def add_command(subparsers: Any) -> None:
    """Add the verb to the command line."""
    parser = subparsers.add_parser(
        "train",
        help="fit a network to labelled windows and keep its best epoch",
        description="Fit a network to labelled windows and keep its best epoch.",
    )
    parser.add_argument(
        "--windows", type=Path, required=True, metavar="DIR", help="folder made by `ingest`"
    )
    parser.add_argument(
        "--split", type=Path, required=True, metavar="FILE", help="file made by `split`"
    )
    parser.add_argument(
        "--config",
        type=Path,
        metavar="FILE",
        help="settings in JSON, explained in training/config.py (default: those of the "
        "shipped model, training/configs/default.json)",
    )
    parser.add_argument(
        "--run",
        type=Path,
        required=True,
        metavar="DIR",
        dest="run_folder",
        help="new folder for weights, settings, history and seed",
    )
    parser.add_argument("--seed", type=int, metavar="S", help="instead of the settings' seed")
    parser.add_argument("--overwrite", action="store_true", help="replace a run that is there")
    parser.set_defaults(run=train)
