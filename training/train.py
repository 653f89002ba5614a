"""The verb `train`: labelled windows, a split and settings in; a run folder a seed out."""

from __future__ import annotations

import argparse
import dataclasses
import json
import shutil
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from ssf_model.errors import InputError
from ssf_model.whole_files import write_text
from training.config import TrainingConfig, load_config
from training.dataset import load_windows
from training.run_folder import (
    RESULT,
    SETTINGS,
    SPLIT,
    VERSIONS,
    WEIGHTS,
    set_up_tensorflow,
    versions,
)
from training.split import TRAIN, VALIDATION, load_split
from training.workers import side_by_side

EVENTS = "tensorboard"  # folder of a run


def train(args: argparse.Namespace) -> None:
    """Run the verb `train`."""
    config = TrainingConfig() if args.config is None else load_config(args.config)
    if args.workers < 1:
        message = f"The number of workers is 1 or more, not {args.workers}."
        raise InputError(message)
    if args.seeds is None:
        if args.seed is not None:
            config = dataclasses.replace(config, seed=args.seed)
        best = _train_run(args.run_folder, config, args)["best"]
        print(f"{args.run_folder / WEIGHTS}: {_described(best)}")  # noqa: T201
        return
    runs = seed_folders(args.run_folder, args.seeds)
    for folder in runs.values():
        if folder.exists() and not (args.overwrite or args.resume):
            raise _is_there(folder)
    configs = [dataclasses.replace(config, seed=seed) for seed in runs]
    tasks = [(folder, config, _plain(args)) for folder, config in zip(runs.values(), configs)]
    results = [result["best"] for result in side_by_side(_train_seed, tasks, workers=args.workers)]
    for folder, best in zip(runs.values(), results):
        print(f"{folder / WEIGHTS}: {_described(best)}")  # noqa: T201
    losses = {folder: best["val_loss"] for folder, best in zip(runs.values(), results)}
    least = min(losses, key=losses.__getitem__)
    print(f"best of {len(losses)} by validation loss: {least} ({losses[least]:.4g})")  # noqa: T201


def seed_folders(parent: Path, seeds: Sequence[int]) -> dict[int, Path]:
    """The run folder of each seed, inside a folder for all.

    Parameters
    ----------
    parent : Path
        The folder for all, which may be there.
    seeds : sequence of int
        Whole numbers, 0 or above.

    Returns
    -------
    folders : dict of int to Path

    Raises
    ------
    InputError
        If a seed is given twice or is below 0, or `parent` is a run folder itself.
    """
    if not seeds or len(set(seeds)) < len(seeds) or min(seeds) < 0:
        message = f"Seeds are different whole numbers, 0 or above, not {list(seeds)}."
        raise InputError(message)
    if (parent / SETTINGS).is_file():
        message = f"{parent}: holds a run of one seed. Name another folder for several."
        raise InputError(message)
    return {seed: parent / f"seed{seed}" for seed in seeds}


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
        _check_same(folder, config, split_text)
        if (folder / RESULT).is_file():
            return json.loads((folder / RESULT).read_text(encoding="utf-8"))
        folder.mkdir(parents=True, exist_ok=True)
        for remnant in (*folder.glob(".*.part"), *folder.glob(f"part*.{WEIGHTS}")):
            remnant.unlink()
    else:
        _make_folder(folder, overwrite=args.overwrite)
    write_text(folder / SPLIT, split_text, overwrite=True)
    set_up_tensorflow(config.threads)

    from training.batches import LabelledMaps
    from training.fit import fit

    training, validation = (
        LabelledMaps(windows.maps[part], windows.ke[part], windows.ke_sd[part])
        for part in (rows[TRAIN], rows[VALIDATION])
    )
    return fit(
        training,
        validation,
        folder,
        config=config,
        resume=args.resume,
        report=partial(_report, prefix=prefix),
        **({"record": _event_log(folder / EVENTS)} if args.tensorboard else {}),
    )


def _event_log(folder: Path) -> Callable[[dict[str, float]], None]:
    """Something that writes each row of a history where TensorBoard looks for it."""
    import tensorflow as tf

    writer = tf.summary.create_file_writer(str(folder))
    # What `tf.summary.scalar` adds, which wants the package tensorboard even to write.
    scalar = tf.compat.v1.SummaryMetadata(
        plugin_data=tf.compat.v1.SummaryMetadata.PluginData(plugin_name="scalars"), data_class=1
    )

    def record(row: dict[str, float]) -> None:
        with writer.as_default(step=int(row["epoch"])):
            for name, value in row.items():
                if name != "epoch":
                    tf.summary.write(name, np.float32(value), metadata=scalar)
        writer.flush()

    return record


def _report(line: str, *, prefix: str) -> None:
    """Show progress."""
    print(prefix + line, file=sys.stderr, flush=True)  # noqa: T201


def _described(best: dict[str, float]) -> str:
    """A run's best epoch in words."""
    return (
        f"epoch {best['epoch']}, validation loss {best['val_loss']:.4g}, "
        f"MAE {best['val_mae']:.4f}, within 2 SD {best['val_within_2sd']:.3f}"
    )


def _check_same(folder: Path, config: TrainingConfig, split_text: str) -> None:
    """Refuse to go on with a run that other settings, windows or packages began."""
    if not (folder / SETTINGS).is_file():
        _refuse_strangers(folder)
    else:
        begun = dataclasses.asdict(load_config(folder / SETTINGS))
        other = [name for name, value in dataclasses.asdict(config).items() if begun[name] != value]
        if other:
            message = f"{folder}: was begun with other settings ({', '.join(other)}). Resume with "
            raise InputError(message + f"its own, {folder / SETTINGS}.")
    if (folder / SPLIT).is_file() and (folder / SPLIT).read_text(encoding="utf-8") != split_text:
        message = f"{folder}: was begun with another split, a copy of which is {folder / SPLIT}."
        raise InputError(message)
    if (folder / VERSIONS).is_file() and not (folder / RESULT).is_file():
        begun = json.loads((folder / VERSIONS).read_text(encoding="utf-8"))
        other = [name for name, version in versions().items() if begun.get(name) != version]
        if other:
            message = f"{folder}: was begun with another version of {', '.join(other)}, "
            raise InputError(message + "and would end as neither's. Train anew with --overwrite.")


def _refuse_strangers(folder: Path) -> None:
    """Refuse a folder without settings that holds more than a run's very first moment leaves."""
    names = [entry.name for entry in folder.iterdir()] if folder.is_dir() else []
    if any(name != SPLIT and not name.endswith(".part") for name in names):
        message = f"{folder}: is no run folder (no {SETTINGS}), so there is nothing to resume."
        raise InputError(message)


def _make_folder(folder: Path, *, overwrite: bool) -> None:
    """Make the run's folder, new or emptied of an older run."""
    if folder.exists():
        if not overwrite:
            raise _is_there(folder)
        if any(folder.iterdir()) and not (folder / SETTINGS).is_file():
            message = f"{folder}: is no run folder (no {SETTINGS}), so it is not replaced."
            raise InputError(message)
        shutil.rmtree(folder)
    folder.mkdir(parents=True)


def _is_there(folder: Path) -> InputError:
    """The refusal of a folder that exists."""
    return InputError(
        f"{folder}: is there already. Name another, or add --overwrite, or --resume to go on "
        "with a run that was stopped."
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
    parser.set_defaults(run=train)
