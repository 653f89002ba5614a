"""A network in the form in which it is trained, and a step of its training."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from training.fitting import architectures
from training.fitting.config import TrainingConfig
from training.fitting.losses import BOUND_SHARES, keras_pinball_loss

if TYPE_CHECKING:
    import keras
    import tensorflow as tf


LAST_RATE_SHARE = 0.01  # of the first learning rate, where a cosine schedule ends


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
        What is trained, with the same weights: KE without the last ReLU unless the settings ask
        for it. Bounds lie around KE as it is in use, and their losses come beside KE's.
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
    learner = model
    if not config.train_through_relu:
        before_relu = model.get_layer(architectures.KE_RELU).input
        learner = keras.Model(model.inputs, [before_relu, *model.outputs[1:]])
    losses, loss_weights = ["mse"], [1.0]
    if len(model.outputs) > 1:
        losses += [keras_pinball_loss(share) for share in BOUND_SHARES]
        loss_weights += [config.interval_weight] * len(BOUND_SHARES)
    learner.compile(
        keras.optimizers.Adam(rate),
        loss=losses,
        loss_weights=loss_weights,
        jit_compile=config.jit_compile,
    )
    return model, learner


def train_on_batch(
    learner: keras.Model,
    maps: tf.Tensor,
    stretch_px: tf.Tensor,
    ke: tf.Tensor,
    weights: tf.Tensor,
) -> float:
    """Take one step on a batch of `batches_ahead`; KE's loss before it."""
    bounds = len(learner.outputs) - 1
    losses = learner.train_on_batch(
        [maps, stretch_px][: len(learner.inputs)],
        [ke] * (1 + bounds),
        # A bound that weighed its labels would have a share of the weights below it. Drawing some
        # classes of KE more often does a little of that too, which its calibration mends.
        sample_weight=[weights] + [np.ones(len(weights), np.float32)] * bounds,
    )
    # The sum stands before the parts, where there are several.
    return float(losses[1] if bounds else losses)
