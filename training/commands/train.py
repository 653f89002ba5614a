"""The verb `train`: labelled windows, a split and settings in; a run folder a seed out."""

from __future__ import annotations

import argparse
import dataclasses
import sys
from functools import partial
from pathlib import Path
from typing import Any

from ssf_model.errors import InputError
from ssf_model.whole_files import write_text
from training.commands.learned_sets import learned_sets
from training.commands.shared_options import add_split, add_windows
from training.fitting.config import TrainingConfig, load_config
from training.fitting.event_log import event_log
from training.fitting.run_folder import (
    RESULT,
    SPLIT,
    WEIGHTS,
    check_same_run,
    is_there,
    noted_result,
    own_run_folder,
    remove_rest,
    seed_folders,
    set_up_tensorflow,
)
from training.fitting.workers import side_by_side, told_to_go_on
from training.windows.dataset import load_windows
from training.windows.deal import TRAIN, VALIDATION
from training.windows.split import load_split

EVENTS = "tensorboard"  # folder of a run


def train(args: argparse.Namespace) -> None:
    """Run the verb `train`."""
    with told_to_go_on():
        _train(args)


def _train(args: argparse.Namespace) -> None:
    """Train one run, or one for each seed."""
    config = TrainingConfig() if args.config is None else load_config(args.config)
    if args.workers < 1:
        message = f"The number of workers is 1 or more, not {args.workers}."
        raise InputError(message)
    if args.seeds is None:
        if args.seed is not None:
            config = dataclasses.replace(config, seed=args.seed)
        best = _train_run(args.run_folder, config, args)["best"]
        print(f"{args.run_folder / WEIGHTS}: {_described(best)}")
        return
    runs = seed_folders(args.run_folder, args.seeds)
    for folder in runs.values():
        if folder.exists() and not (args.overwrite or args.resume):
            raise is_there(folder)
    configs = [dataclasses.replace(config, seed=seed) for seed in runs]
    tasks = [(folder, config, _plain(args)) for folder, config in zip(runs.values(), configs)]
    results = [result["best"] for result in side_by_side(_train_seed, tasks, workers=args.workers)]
    for folder, best in zip(runs.values(), results):
        print(f"{folder / WEIGHTS}: {_described(best)}")
    losses = {folder: best["val_loss"] for folder, best in zip(runs.values(), results)}
    least = min(losses, key=losses.__getitem__)
    print(f"best of {len(losses)} by validation loss: {least} ({losses[least]:.4g})")


def _plain(args: argparse.Namespace) -> argparse.Namespace:
    """What a worker needs of the command line; the verb's function is left behind."""
    names = ("windows", "split", "overwrite", "resume", "tensorboard")
    return argparse.Namespace(**{name: getattr(args, name) for name in names})


def _train_seed(folder: Path, config: TrainingConfig, args: argparse.Namespace) -> dict[str, Any]:
    """Train one of several runs; works in a process of its own."""
    return _train_run(folder, config, args, prefix=f"seed {config.seed}: ")


def _train_run(
    folder: Path, config: TrainingConfig, args: argparse.Namespace, *, prefix: str = ""
) -> dict[str, Any]:
    """Train one run, or the rest of it; its result."""
    windows = load_windows(args.windows)
    rows = load_split(args.split, windows, wanted=(TRAIN, VALIDATION))
    split_text = args.split.read_text(encoding="utf-8")
    if args.resume:
        check_same_run(folder, config, split_text)
        if (folder / RESULT).is_file():
            remove_rest(folder)
            return noted_result(folder)
    with own_run_folder(folder, overwrite=args.overwrite, goes_on=args.resume):
        write_text(folder / SPLIT, split_text, overwrite=True)
        set_up_tensorflow(config.threads)

        from training.fitting.fit import fit

        training, validation = learned_sets(windows, rows)
        return fit(
            training,
            validation,
            folder,
            config=config,
            resume=args.resume,
            report=partial(_report, prefix=prefix),
            **({"record": event_log(folder / EVENTS)} if args.tensorboard else {}),
        )


def _report(line: str, *, prefix: str) -> None:
    """Show progress."""
    print(prefix + line, file=sys.stderr, flush=True)


def _described(best: dict[str, float]) -> str:
    """A run's best epoch in words."""
    return (
        f"epoch {best['epoch']}, validation loss {best['val_loss']:.4g}, "
        f"MAE {best['val_mae']:.4f}, within 2 SD {best['val_within_2sd']:.3f}"
    )


def _seeds(text: str) -> list[int]:
    """Seeds from `1,2,3`."""
    return [int(part) for part in text.split(",")]


def add_command(subparsers: Any) -> None:
    """Add the verb to the command line."""
    parser = subparsers.add_parser(
        "train",
        help="fit a network to labelled windows and keep its best epoch",
        description="Fit a network to labelled windows and keep its best epoch.",
    )
    add_windows(parser)
    add_split(parser)
    parser.add_argument(
        "--config",
        type=Path,
        metavar="FILE",
        help="settings in JSON, explained in training/fitting/config.py (default: those of the "
        "shipped model, training/configs/default.json)",
    )
    parser.add_argument(
        "--run",
        type=Path,
        required=True,
        metavar="DIR",
        dest="run_folder",
        help="new folder for weights, settings, history and seed; of several seeds, one for each "
        "inside",
    )
    seed = parser.add_mutually_exclusive_group()
    seed.add_argument("--seed", type=int, metavar="S", help="instead of the settings' seed")
    seed.add_argument(
        "--seeds",
        type=_seeds,
        metavar="S,S,..",
        help="train once for each seed, into DIR/seed1 and so on, and name the best",
    )
    parser.add_argument(
        "--workers", type=int, default=1, metavar="N", help="seeds side by side (default 1)"
    )
    parser.add_argument(
        "--tensorboard",
        action="store_true",
        help="write the history for TensorBoard, too (folder DIR/tensorboard)",
    )
    earlier = parser.add_mutually_exclusive_group()
    earlier.add_argument("--overwrite", action="store_true", help="replace a run that is there")
    earlier.add_argument(
        "--resume",
        action="store_true",
        help="go on with a run that was stopped (give the same command again); the result is "
        "the same, bit by bit, as if it had not been",
    )
    parser.set_defaults(run=train, writes=("run_folder",))
