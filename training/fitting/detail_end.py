"""The end of a network that is told how finely a map was drawn, and answers with an interval.

The map is weighed into a few numbers, as in the study's network, and how finely it was drawn sets
with which weights these are added to KE, and to how far its bounds lie below and above. So KE,
before the last ReLU, is for each map an exact sum over its places.
"""

from __future__ import annotations

import math
from typing import Any

import keras
from keras import layers, ops

LARGEST_STRETCH_PX = 128.0  # as long as a window is high: longer ones are as straight to it
HIDDEN = 8
ANSWERS = 3  # KE, and how far its lower and its upper bound lie from it
FIRST_KE = 0.5  # starting at 0, half of all answers would be cut off by the last ReLU
FIRST_DISTANCE = 0.1  # of the bounds


class DetailEnd(layers.Layer):
    """Weighs features by how finely a map was drawn: (n, k) and (n,) to (n, 3).

    Detail is the logarithm of `stretch_px` from 1 to 128 px, as 0 to 1. Eight hidden units with a
    ReLU make of it, for each of the three answers, k weights and an offset.
    """

    def build(self, features_shape: tuple[int | None, ...]) -> None:
        """Make the weights; at first they hardly depend on detail."""
        units = features_shape[-1]
        # With a bias above 0 no hidden unit begins, and so remains, at 0 for every detail.
        self.hidden = self._weights("hidden", (1, HIDDEN), "glorot_uniform")
        self.hidden_bias = self._weights("hidden_bias", (HIDDEN,), _uniform(0.0, 0.5))
        spread = math.sqrt(6 / (units + 1))  # Glorot & Bengio 2010, of a layer with one answer
        self.factors = self._weights("factors", (HIDDEN, ANSWERS * units), "glorot_uniform")
        self.factors_bias = self._weights(
            "factors_bias", (ANSWERS * units,), _uniform(-spread, spread)
        )
        self.offsets = self._weights("offsets", (HIDDEN, ANSWERS), "zeros")
        self.offsets_bias = self._weights("offsets_bias", (ANSWERS,), _first_offsets)

    def _weights(self, name: str, shape: tuple[int, ...], initializer: Any) -> keras.Variable:
        """An array to learn."""
        return self.add_weight(name=name, shape=shape, initializer=initializer)

    def call(self, features: keras.KerasTensor, stretch_px: keras.KerasTensor) -> keras.KerasTensor:
        """Three sums over the features."""
        clipped = ops.clip(stretch_px, 1.0, LARGEST_STRETCH_PX)
        detail = ops.log(clipped)[:, None] / math.log(LARGEST_STRETCH_PX)
        hidden = ops.relu(ops.matmul(detail, self.hidden) + self.hidden_bias)
        factors = ops.matmul(hidden, self.factors) + self.factors_bias
        factors = ops.reshape(factors, (-1, ANSWERS, features.shape[-1]))
        offsets = ops.matmul(hidden, self.offsets) + self.offsets_bias
        return ops.sum(factors * features[:, None], axis=-1) + offsets

    def compute_output_shape(
        self, features_shape: tuple[int | None, ...]
    ) -> tuple[int | None, ...]:
        """Three numbers a map."""
        return (features_shape[0], ANSWERS)


def _uniform(low: float, high: float) -> keras.Initializer:
    """Random numbers between two."""
    return keras.initializers.RandomUniform(low, high)


def _first_offsets(shape: tuple[int, ...], dtype: Any = None) -> keras.KerasTensor:
    """Where KE and its bounds start."""
    distance = math.log(math.expm1(FIRST_DISTANCE))  # whose softplus it is
    return ops.convert_to_tensor([FIRST_KE, distance, distance], dtype=dtype)


class Bounds(layers.Layer):
    """Lower and upper bound around KE, never on the wrong side of it.

    Learning the bounds does not move KE, so that it stays the fit of its own loss; the features
    before both learn from all three, since what makes KE uncertain is seen in the map, too.
    """

    def call(
        self, ke: keras.KerasTensor, linear: keras.KerasTensor
    ) -> tuple[keras.KerasTensor, keras.KerasTensor]:
        """From (n, 1) KE and what `DetailEnd` gives to two (n, 1)."""
        middle = ops.stop_gradient(ke)
        low, high = linear[:, 1:2], linear[:, 2:3]
        return middle - ops.softplus(low), middle + ops.softplus(high)

    def compute_output_shape(
        self, ke_shape: tuple[int | None, ...], linear_shape: tuple[int | None, ...]
    ) -> list[tuple[int | None, ...]]:
        """As KE, twice."""
        return [ke_shape, ke_shape]
