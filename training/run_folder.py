"""What a training run leaves behind: names, versions, and opening its network again."""

from __future__ import annotations

import importlib.metadata
import os
import platform
from pathlib import Path
from typing import TYPE_CHECKING

from ssf_model.errors import InputError, ModelError
from training import architectures
from training.config import TrainingConfig, load_config

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
    except (OSError, ValueError) as error:
        message = (
            f"{weights}: does not fit the architecture '{config.architecture}' for windows of "
            f"{shape[0]} x {shape[1]} px."
        )
        raise ModelError(message) from error
    return model, config


def versions() -> dict[str, str]:
    """Versions of Python and of the packages that a result depends on."""
    found = {"python": platform.python_version()}
    for package in PACKAGES:
        found[package] = importlib.metadata.version(package)
    return found
