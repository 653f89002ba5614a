"""Fitting a network to labelled windows, epoch by epoch, into a run folder."""

from __future__ import annotations

import csv
import io
import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ssf_model.errors import InputError, ModelError
from ssf_model.whole_files import whole_file, write_text
from training.fitting.architectures import architecture_named
from training.fitting.batches import LabelledMaps, batches_ahead, validation_sample
from training.fitting.checkpoint import CHECKPOINT, Progress, load_checkpoint, save_checkpoint
from training.fitting.config import TrainingConfig, config_to_json
from training.fitting.learner import compiled_model, train_on_batch
from training.fitting.losses import (
    BOUND_SHARES,
    LOSSES,
    pinball_loss,
    weighted_loss,
    within_two_sd,
)
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
# Of an architecture that answers with bounds: mean of their losses, and share of labels held.
BOUNDS_COLUMNS = ("val_pinball", "val_held")
PREDICT_BATCH = 512
HDF5_BYTES = 1 << 20  # more than a file of weights holds besides their values


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
        If there are no windows to learn from or to validate on, their labels, or `stretch_px`
        where it counts, are not finite, the loss or architecture is unknown, mirroring would
        change nothing, or a checkpoint to resume from does not fit.
    ModelError
        If the loss stops being a finite number.
    """
    architecture = architecture_named(config.architecture)
    for name, labelled in (("training", training), ("validation", validation)):
        _check(name, labelled, told=architecture.tells_interval)
    if architecture.equivariant and config.flips:
        message = (
            f"'{config.architecture}' answers mirror images alike, so that mirroring windows would "
            "change nothing. Set 'flips' to false."
        )
        raise InputError(message)
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
    columns = HISTORY_COLUMNS + (BOUNDS_COLUMNS if architecture.tells_interval else ())
    _write_history(run, columns, history)
    for epoch in range(len(history), config.epochs):
        row = _epoch(model, learner, training, validation, epoch, config)
        _write_history(run, columns, [*history, row])
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
            f"{row['val_within_2sd']:.3f}  "
            + (f"within bounds {row['val_held']:.3f}  " if "val_held" in row else "")
            + f"{row['seconds']:.0f} s"
        )
    wall_s = progress.wall_s + time.monotonic() - start
    result = {"best": best, "wall_s": round(wall_s, 1)}
    write_text(run / RESULT, json.dumps(result, indent=2) + "\n", overwrite=True)
    (run / CHECKPOINT).unlink(missing_ok=True)
    return result


def predict_windows(
    model: keras.Model, maps: np.ndarray, stretch_px: np.ndarray | None = None
) -> np.ndarray:
    """The Keras model's KE, (n,) float32: the first column of `answer_windows`."""
    return answer_windows(model, maps, stretch_px)[:, 0]


def answer_windows(
    model: keras.Model, maps: np.ndarray, stretch_px: np.ndarray | None = None
) -> np.ndarray:
    """All that a Keras model answers to windows.

    Parameters
    ----------
    model : keras.Model
        An architecture of `training.fitting.architectures`.
    maps : (n, rows, cols) array
        0 and 1.
    stretch_px : (n,) array, optional
        How finely each map was drawn, for a model that is told.

    Returns
    -------
    answers : (n, 1) or (n, 3) float32 array
        KE, and its lower and upper bound where the model tells them.

    Raises
    ------
    InputError
        If the model is to be told `stretch_px` and it is not given.
    """
    told = len(model.inputs) > 1
    if told and stretch_px is None:
        message = f"'{model.name}' must be told how finely maps were drawn (stretch_px)."
        raise InputError(message)
    answers = [np.empty((0, len(model.outputs)), np.float32)]
    for first in range(0, len(maps), PREDICT_BATCH):
        part = slice(first, first + PREDICT_BATCH)
        shown = maps[part, ..., None].astype(np.float32)
        if told:
            shown = [shown, stretch_px[part].astype(np.float32)]
        found = model.predict_on_batch(shown)
        answers.append(np.concatenate(found, axis=1) if len(model.outputs) > 1 else found)
    return np.concatenate(answers)


def _check(name: str, labelled: LabelledMaps, *, told: bool) -> None:
    """Refuse a set that cannot be learned from."""
    if not len(labelled.maps):
        message = f"There are no {name} windows."
        raise InputError(message)
    if not (np.isfinite(labelled.ke).all() and np.isfinite(labelled.ke_sd).all()):
        message = f"Labels of {name} windows are missing or not finite."
        raise InputError(message)
    if told and not np.isfinite(labelled.stretch_px).all():
        message = (
            f"How finely {name} windows were drawn is not known ('stretch_px'), which this "
            "architecture is told. Make the windows again by `ingest`."
        )
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
    for batch in batches_ahead(training, epoch, config):
        losses.append(train_on_batch(learner, *batch))
        counts.append(len(batch[0]))
    answers = answer_windows(model, validation.maps, validation.stretch_px)
    predicted, bounds = answers[:, 0], answers[:, 1:].T
    weights = LOSSES[config.loss](validation.ke_sd, sd_floor=config.sd_floor)
    row = {
        "epoch": epoch + 1,
        "learning_rate": float(learner.optimizer.learning_rate),
        "loss": float(np.average(losses, weights=counts)),
        "val_loss": weighted_loss(validation.ke, predicted, weights),
        "val_mae": float(np.abs(predicted - validation.ke).mean()),
        "val_within_2sd": float(within_two_sd(validation.ke, predicted, validation.ke_sd).mean()),
        "seconds": round(time.monotonic() - start, 1),
    }
    if len(bounds):
        low, high = bounds
        of_bounds = [
            pinball_loss(validation.ke, bound, share=share)
            for bound, share in zip(bounds, BOUND_SHARES)
        ]
        row["val_pinball"] = float(np.mean(of_bounds))
        row["val_held"] = float(((low <= validation.ke) & (validation.ke <= high)).mean())
    return row


def _write_history(run: Path, columns: Sequence[str], history: list[dict[str, float]]) -> None:
    """Write the history, a row an epoch, in the place of the one before."""
    text = io.StringIO()
    table = csv.DictWriter(text, columns)
    table.writeheader()
    table.writerows(history)
    write_text(run / HISTORY, text.getvalue(), overwrite=True)


def _save_weights(model: keras.Model, run: Path) -> None:
    """Write the weights, so that a kill leaves a whole file, and a full disk is told."""
    with whole_file(run / WEIGHTS, overwrite=True) as aside:
        values = sum(weight.nbytes for weight in model.get_weights())
        aside.write_bytes(bytes(values + HDF5_BYTES))  # on a full disk HDF5 ends the process
        model.save_weights(str(aside))
