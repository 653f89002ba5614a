"""What a network is shown in an epoch: windows drawn, mirrored, shifted, weighted, in batches."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

from training.fitting.augment import augment_windows, worn_windows
from training.fitting.balance import balanced_rows, draw_weights
from training.fitting.config import TrainingConfig
from training.fitting.losses import LOSSES

if TYPE_CHECKING:
    import tensorflow as tf


BATCHES_AHEAD = 2
AUGMENTATION_STREAM, VALIDATION_STREAM = 1, 3  # keep their random numbers apart


@dataclass(frozen=True)
class LabelledMaps:
    """Windows and their labels."""

    maps: np.ndarray  # (n, rows, cols) uint8
    ke: np.ndarray  # (n,)
    ke_sd: np.ndarray  # (n,)
    stretch_px: np.ndarray  # (n,) float32, how finely each map was drawn
    measured: np.ndarray  # (n,) bool, whether it is as measured, not drawn

    def rows(self, chosen: np.ndarray) -> LabelledMaps:
        """Those of some rows."""
        return LabelledMaps(*(getattr(self, entry.name)[chosen] for entry in fields(self)))


def epoch_rows(n: int, epoch: int, *, draws: int, seed: int) -> np.ndarray:
    """Which of n windows an epoch trains on.

    The windows are gone through in a random order, then in another, and so on; an epoch takes
    the next `draws` of them, wherever the epoch before it stopped.

    Parameters
    ----------
    n : int
        Number of training windows.
    epoch : int
        Counted from 0.
    draws : int
        Windows an epoch; may exceed n.
    seed : int
        Seed of the orders.

    Returns
    -------
    rows : (draws,) int array
    """
    position = np.arange(epoch * draws, (epoch + 1) * draws)
    lap = position // n
    orders = [
        np.random.default_rng((seed, number)).permutation(n)
        for number in range(lap[0], lap[-1] + 1)
    ]
    return np.stack(orders)[lap - lap[0], position % n]


def validation_sample(validation: LabelledMaps, config: TrainingConfig) -> LabelledMaps:
    """As many windows as an epoch is judged by, the same ones in every epoch.

    Parameters
    ----------
    validation : LabelledMaps
        The whole set.
    config : TrainingConfig
        `validation_windows` and the seed.

    Returns
    -------
    sample : LabelledMaps
        Without repetition; the set itself where it has no more windows.
    """
    if len(validation.maps) <= config.validation_windows:
        return validation
    rng = np.random.default_rng((config.seed, 0, VALIDATION_STREAM))
    rows = rng.choice(len(validation.maps), config.validation_windows, replace=False)
    return validation.rows(rows)


def batches_ahead(training: LabelledMaps, epoch: int, config: TrainingConfig) -> tf.data.Dataset:
    """The batches of an epoch, made while the network learns from those before.

    Parameters
    ----------
    training : LabelledMaps
        Windows to draw from.
    epoch : int
        Counted from 0; with the settings' seed it sets windows, order and augmentation.
    config : TrainingConfig
        Windows an epoch, batch, balance, augmentation, loss.

    Returns
    -------
    batches : tf.data.Dataset
        Of maps (n, rows, cols, 1), `stretch_px` (n,), ke (n, 1) and weights (n,), all float32.
    """
    import tensorflow as tf

    rows, cols = training.maps.shape[1:]
    batches = tf.data.Dataset.from_generator(
        lambda: _batches(training, epoch, config),
        output_signature=(
            tf.TensorSpec((None, rows, cols, 1), tf.uint8),
            tf.TensorSpec((None,), tf.float32),
            tf.TensorSpec((None, 1), tf.float32),
            tf.TensorSpec((None,), tf.float32),
        ),
    )
    as_floats = batches.map(lambda maps, *others: (tf.cast(maps, tf.float32), *others))
    return as_floats.prefetch(BATCHES_AHEAD)


def _batches(
    training: LabelledMaps, epoch: int, config: TrainingConfig
) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]]:
    """Augmented maps (uint8), detail, labels and weights (float32) of an epoch, batch by batch."""
    drawn = {"draws": config.windows_per_epoch, "seed": config.seed}
    if config.balance > 0:
        weights = draw_weights(training.ke, balance=config.balance)
        rows = balanced_rows(weights, epoch, **drawn)
    else:
        rows = epoch_rows(len(training.maps), epoch, **drawn)
    rng = np.random.default_rng((config.seed, epoch, AUGMENTATION_STREAM))
    for first in range(0, len(rows), config.batch_size):
        chosen = rows[first : first + config.batch_size]
        maps = augment_windows(
            training.maps[chosen], flips=config.flips, shift_px=config.shift_px, rng=rng
        )
        if config.edge_loss > 0 or config.rim_change > 0:
            maps = worn_windows(
                maps,
                training.measured[chosen],
                edge_loss=config.edge_loss,
                edge_px=config.edge_px,
                rim_change=config.rim_change,
                rng=rng,
            )
        weights = LOSSES[config.loss](training.ke_sd[chosen], sd_floor=config.sd_floor)
        yield (
            maps[..., None],
            training.stretch_px[chosen].astype(np.float32),  # a shift does not change it
            training.ke[chosen, None].astype(np.float32),
            weights.astype(np.float32),
        )
