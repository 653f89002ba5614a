"""Fitting a network to labelled windows, epoch by epoch, into a run folder."""

from __future__ import annotations

import csv
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ssf_model.errors import InputError, ModelError
from ssf_model.whole_files import whole_file, write_text
from training.fitting import architectures
from training.fitting.batches import LabelledMaps, batches_ahead, validation_sample
from training.fitting.checkpoint import CHECKPOINT, Progress, load_checkpoint, save_checkpoint
from training.fitting.config import TrainingConfig, config_to_json
from training.fitting.losses import LOSSES, weighted_loss, within_two_sd
from training.fitting.run_folder import HISTORY, RESULT, SETTINGS, VERSIONS, WEIGHTS, versions

if TYPE_CHECKING:
    import keras


HISTORY_COLUMNS = (
    "epoch",
    "learning_rate",
    "loss",
    "val_loss",
    "val_mae",
    "val_within_2sd",
    "seconds",
)
LAST_RATE_SHARE = 0.01  # of the first learning rate, where a cosine schedule ends
PREDICT_BATCH = 512


def fit(
    training: LabelledMaps,
    validation: LabelledMaps,
    run: Path,
    *,
    config: TrainingConfig,
    resume: bool = False,
    report: Callable[[str], None] = lambda line: None,
    record: Callable[[dict[str, float]], None] = lambda row: None,
) -> dict[str, float]:
    """Train a network and keep the epoch of least validation loss.

    The same settings, windows and versions give the same weights, bit by bit, whether a run
    goes through at once or is stopped and resumed.

    Parameters
    ----------
    training, validation : LabelledMaps
        Windows to learn from, and to choose the epoch by.
    run : Path
        An existing folder; settings, versions, history, weights and result are written there.
    config : TrainingConfig
        The settings.
    resume : bool, optional
        Go on behind the last epoch that the folder's run came through, with the same settings
        and windows; from the start where it came through none.
    report : function of str, optional
        Takes a line of progress after every epoch.
    record : function of dict, optional
        Takes the row of the history after every epoch.

    Returns
    -------
    result : dict
        What `result.json` holds: the best epoch with its row of the history, and the wall
        time in seconds of all that went into the result.

    Raises
    ------
    InputError
        If there are no windows to learn from or to validate on, their labels are not finite,
        the loss or architecture is unknown, or a checkpoint to resume from does not fit.
    ModelError
        If the loss stops being a finite number.
    """
    for name, labelled in (("training", training), ("validation", validation)):
        _check(name, labelled)
    if config.loss not in LOSSES:
        message = f"No loss is called '{config.loss}'; there are {', '.join(LOSSES)}."
        raise InputError(message)
    start = time.monotonic()
    validation = validation_sample(validation, config)
    model, learner = compiled_model(training.maps.shape[1:], config)
    write_text(run / SETTINGS, config_to_json(config), overwrite=True)
    write_text(run / VERSIONS, json.dumps(versions(), indent=2) + "\n", overwrite=True)
    progress = load_checkpoint(learner, run) if resume else Progress()
    history = list(progress.history)
    best = min(history, key=lambda row: row["val_loss"], default=None)
    with (run / HISTORY).open("w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, HISTORY_COLUMNS)
        table.writeheader()
        table.writerows(history)
        for epoch in range(len(history), config.epochs):
            row = _epoch(model, learner, training, validation, epoch, config)
            table.writerow(row)
            file.flush()
            if not np.isfinite([row["loss"], row["val_loss"]]).all():
                message = f"{run}: the loss of epoch {epoch + 1} is {row['loss']}; training "
                raise ModelError(message + "ran away. A smaller learning rate may hold it.")
            if best is None or row["val_loss"] < best["val_loss"]:
                best = row
                _save_weights(model, run)
            history.append(row)
            record(row)
            wall_s = progress.wall_s + time.monotonic() - start
            save_checkpoint(learner, Progress(history, wall_s), run)
            report(
                f"epoch {epoch + 1}/{config.epochs}  loss {row['loss']:.4g}  validation "
                f"{row['val_loss']:.4g}  MAE {row['val_mae']:.4f}  within 2 SD "
                f"{row['val_within_2sd']:.3f}  {row['seconds']:.0f} s"
            )
    wall_s = progress.wall_s + time.monotonic() - start
    result = {"best": best, "wall_s": round(wall_s, 1)}
    write_text(run / RESULT, json.dumps(result, indent=2) + "\n", overwrite=True)
    (run / CHECKPOINT).unlink(missing_ok=True)
    return result


def compiled_model(
    shape: tuple[int, int], config: TrainingConfig
) -> tuple[keras.Model, keras.Model]:
    """Build the settings' architecture for windows of that shape, ready for `fit`.

    Sets TensorFlow's and Keras's global seeds from `config.seed`, and TensorFlow's ways of
    repeating itself bit by bit (unless it is to compile with XLA, which has none).

    Returns
    -------
    model : keras.Model
        The network as it is used.
    learner : keras.Model
        What is trained, with the same weights: without the last ReLU unless the settings ask
        for it.
    """
    import keras
    import tensorflow as tf

    keras.utils.set_random_seed(config.seed)
    if not config.jit_compile:
        tf.config.experimental.enable_op_determinism()
    model = architectures.build(config.architecture, *shape, dropout=config.dropout)
    rate = config.learning_rate
    if config.schedule == "cosine":
        steps = config.epochs * -(-config.windows_per_epoch // config.batch_size)
        rate = keras.optimizers.schedules.CosineDecay(rate, steps, alpha=LAST_RATE_SHARE)
    last = model.layers[-1]
    learner = model
    if isinstance(last, keras.layers.ReLU) and not config.train_through_relu:
        learner = keras.Model(model.input, last.input)
    learner.compile(keras.optimizers.Adam(rate), loss="mse", jit_compile=config.jit_compile)
    return model, learner


def predict_windows(model: keras.Model, maps: np.ndarray) -> np.ndarray:
    """The Keras model's answers, (n,) float32, to (n, rows, cols) maps of 0 and 1."""
    answers = [
        model.predict_on_batch(maps[first : first + PREDICT_BATCH, ..., None].astype(np.float32))
        for first in range(0, len(maps), PREDICT_BATCH)
    ]
    return np.concatenate(answers)[:, 0] if answers else np.empty(0, np.float32)


def _check(name: str, labelled: LabelledMaps) -> None:
    """Refuse a set that cannot be learned from."""
    if not len(labelled.maps):
        message = f"There are no {name} windows."
        raise InputError(message)
    if not (np.isfinite(labelled.ke).all() and np.isfinite(labelled.ke_sd).all()):
        message = f"Labels of {name} windows are missing or not finite."
        raise InputError(message)


def _epoch(
    model: keras.Model,
    learner: keras.Model,
    training: LabelledMaps,
    validation: LabelledMaps,
    epoch: int,
    config: TrainingConfig,
) -> dict[str, float]:
    """Train for one epoch and validate; a row of the history."""
    start = time.monotonic()
    losses, counts = [], []
    for maps, ke, weights in batches_ahead(training, epoch, config):
        losses.append(float(learner.train_on_batch(maps, ke, sample_weight=weights)))
        counts.append(len(ke))
    predicted = predict_windows(model, validation.maps)
    weights = LOSSES[config.loss](validation.ke_sd, sd_floor=config.sd_floor)
    return {
        "epoch": epoch + 1,
        "learning_rate": float(learner.optimizer.learning_rate),
        "loss": float(np.average(losses, weights=counts)),
        "val_loss": weighted_loss(validation.ke, predicted, weights),
        "val_mae": float(np.abs(predicted - validation.ke).mean()),
        "val_within_2sd": float(within_two_sd(validation.ke, predicted, validation.ke_sd).mean()),
        "seconds": round(time.monotonic() - start, 1),
    }


def _save_weights(model: keras.Model, run: Path) -> None:
    """Write the weights, so that a kill leaves a whole file."""
    with whole_file(run / WEIGHTS, overwrite=True) as aside:
        model.save_weights(str(aside))
