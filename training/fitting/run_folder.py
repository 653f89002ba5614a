"""What a training run leaves behind: names, versions, and opening its network again."""

from __future__ import annotations

import dataclasses
import importlib.metadata
import os
import platform
import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ssf_model.asides import aside, is_remnant, remove_leftovers
from ssf_model.errors import InputError, ModelError
from ssf_model.whole_files import named
from training.fitting import architectures
from training.fitting.checkpoint import CHECKPOINT
from training.fitting.config import TrainingConfig, load_config
from training.json_files import read_table

if TYPE_CHECKING:
    import keras

SETTINGS = "settings.json"
VERSIONS = "versions.json"
SPLIT = "split.json"  # a copy
HISTORY = "history.csv"  # a row an epoch
WEIGHTS = "best.weights.h5"  # of the epoch of least validation loss
RESULT = "result.json"  # there once the run is through
PACKAGES = ("tensorflow", "keras", "numpy", "h5py", "onnx", "onnxruntime")


def set_up_tensorflow(threads: int = 0) -> None:
    """Import TensorFlow quietly, on that many processor threads (0: as many as it likes)."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    import tensorflow as tf

    if threads:
        tf.config.threading.set_intra_op_parallelism_threads(threads)
        tf.config.threading.set_inter_op_parallelism_threads(threads)


def load_run(run: Path, shape: tuple[int, int]) -> tuple[keras.Model, TrainingConfig]:
    """Open the network that a run folder holds.

    Parameters
    ----------
    run : Path
        Folder that `train` made.
    shape : (rows, cols)
        Size of its windows in pixels.

    Returns
    -------
    model : keras.Model
        With the weights of the best epoch so far.
    config : TrainingConfig
        The settings it was trained with.

    Raises
    ------
    InputError
        If the folder holds no run.
    ModelError
        If its weights do not fit windows of that shape.
    """
    weights = run / WEIGHTS
    if not weights.is_file():
        message = f"{run}: holds no {WEIGHTS}, so no training got through an epoch there."
        raise InputError(message)
    config = load_config(run / SETTINGS)
    model = architectures.build(config.architecture, *shape, dropout=config.dropout)
    try:
        model.load_weights(str(weights))
    except Exception as error:  # of damaged HDF5, h5py and Keras raise whatever they stumble on
        message = (
            f"{weights}: does not fit the architecture '{config.architecture}' for windows of "
            f"{shape[0]} x {shape[1]} px, or is damaged."
        )
        raise ModelError(message) from error
    if not all(np.isfinite(one).all() for one in model.get_weights()):
        message = f"{weights}: holds weights that are no finite numbers."
        raise ModelError(message)
    return model, config


def noted_versions(run: Path) -> dict[str, str]:
    """The versions that a run was made with; InputError where they are not readable."""
    found = read_table(run / VERSIONS, what="versions")
    if not all(isinstance(version, str) for version in found.values()):
        message = f"{run / VERSIONS}: not readable as versions (one is no text)."
        raise InputError(message)
    return found


def noted_result(run: Path) -> dict[str, Any]:
    """The result of a run that is through; InputError where it is not readable."""
    result = read_table(run / RESULT, what="a run's result")
    best = result.get("best")
    names = ("epoch", "val_loss", "val_mae", "val_within_2sd")
    if not isinstance(best, dict) or not all(_is_number(best.get(name)) for name in names):
        message = f"{run / RESULT}: not readable as a run's result (no best epoch)."
        raise InputError(message)
    return result


def _is_number(value: Any) -> bool:
    """Whether the value is a number."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def versions() -> dict[str, str]:
    """Versions of Python and of the packages that a result depends on."""
    found = {"python": platform.python_version()}
    for package in PACKAGES:
        found[package] = importlib.metadata.version(package)
    return found


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


def check_same_run(folder: Path, config: TrainingConfig, split_text: str) -> None:
    """Refuse to go on with a run that other settings, windows or packages began.

    Parameters
    ----------
    folder : Path
        The run folder, as far as there is one.
    config : TrainingConfig
        Settings that are wanted now.
    split_text : str
        The split file that is wanted now, to the letter.

    Raises
    ------
    InputError
        If one of them is not what the run was begun with, or the folder holds other things.
    """
    if not (folder / SETTINGS).is_file():
        _refuse_strangers(folder)
    else:
        begun = dataclasses.asdict(load_config(folder / SETTINGS))
        other = [name for name, value in dataclasses.asdict(config).items() if begun[name] != value]
        if other:
            message = f"{folder}: was begun with other settings ({', '.join(other)}). Resume with "
            raise InputError(message + f"its own, {folder / SETTINGS}.")
    split = folder / SPLIT
    if split.is_file() and split.read_bytes() != split_text.encode():
        message = f"{folder}: was begun with another split, a copy of which is {folder / SPLIT}."
        raise InputError(message)
    if (folder / VERSIONS).is_file() and not (folder / RESULT).is_file():
        begun = noted_versions(folder)
        other = [name for name, version in versions().items() if begun.get(name) != version]
        if other:
            message = f"{folder}: was begun with another version of {', '.join(other)}, "
            raise InputError(message + "and would end as neither's. Train anew with --overwrite.")


def _refuse_strangers(folder: Path) -> None:
    """Refuse a folder without settings that holds more than a run's very first moment leaves."""
    if not _is_run(folder):
        message = f"{folder}: is no run folder (no {SETTINGS}), so there is nothing to resume."
        raise InputError(message)


def _is_run(folder: Path) -> bool:
    """Whether a folder has settings, or no more in it than a run's very first moment leaves."""
    if not folder.is_dir():
        return not os.path.lexists(folder)
    names = [entry.name for entry in folder.iterdir()]
    return SETTINGS in names or all(name == SPLIT or is_remnant(name) for name in names)


@contextmanager
def own_run_folder(folder: Path, *, overwrite: bool, goes_on: bool = False) -> Iterator[None]:
    """Make the run's folder, new or emptied of an older run, and keep other trainings out of it.

    What kills left beside and in it is removed.

    Parameters
    ----------
    folder : Path
        The folder; those above it are made.
    overwrite : bool
        Whether an older run may be replaced.
    goes_on : bool, optional
        Keep what is there, which is this very run's.

    Raises
    ------
    InputError
        If it is there and may not be replaced, holds something else than a run, or another
        process trains into it.
    """
    with named(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        remove_leftovers(folder.parent)
    with ExitStack() as stack:
        with named(folder):
            gone = stack.enter_context(aside(folder))
            if folder.exists() and not goes_on:
                _put_away(folder, gone, overwrite=overwrite)
            folder.mkdir(exist_ok=goes_on)
            remove_leftovers(folder)
        yield


def remove_rest(folder: Path) -> None:
    """Remove what a run that is through had left to remove when it was killed, if anything."""
    remove_leftovers(folder.parent)
    remove_leftovers(folder)
    with suppress(OSError):  # a run may lie where nothing can be removed
        (folder / CHECKPOINT).unlink()


def _put_away(folder: Path, gone: Path, *, overwrite: bool) -> None:
    """Remove an older run, in one step first: of half a run nobody would know that it was one."""
    if not overwrite:
        raise is_there(folder)
    if not _is_run(folder):
        message = f"{folder}: is no run folder (no {SETTINGS}), so it is not replaced."
        raise InputError(message)
    os.replace(folder, gone / folder.name)
    shutil.rmtree(gone / folder.name, ignore_errors=True)


def is_there(folder: Path) -> InputError:
    """Give the refusal of a run folder that exists."""
    return InputError(
        f"{folder}: is there already. Name another, or add --overwrite, or --resume to go on "
        "with a run that was stopped."
    )
