"""Layers that answer the four mirror images of a map alike, by the way their weights are shared.

A map is as it is, mirrored along strike, across it, or both. Behind the first convolution each
pattern is looked for in these four ways, so a layer's channels are orientations times patterns,
a pattern's four side by side `patterns` apart. Mirroring a map mirrors each channel and changes
the orientations' places, and nothing else, through any number of these layers; a ReLU, and a
maximum over blocks that fill the map, keep that. `MirrorSum` then makes it one map that does not
change at all.

Source: Cohen & Welling (2016), Group equivariant convolutional networks, ICML 33, for the group
of the two mirrorings.
"""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import layers, ops

ORIENTATIONS = 4
ALONG, ACROSS = 1, 2  # bits of an orientation's number: columns reversed, rows reversed


def axes_reversed(orientation: int, *, rows: int, cols: int) -> tuple[int, ...]:
    """The axes that an orientation reverses.

    Parameters
    ----------
    orientation : int
        From 0, as it is, to 3, both reversed. Two after one another are the one whose number is
        their exclusive or.
    rows, cols : int
        Numbers of the axes that lie across and along strike.

    Returns
    -------
    axes : tuple of int
    """
    return (rows,) * bool(orientation & ACROSS) + (cols,) * bool(orientation & ALONG)


def shared_places(side: int, orientations: int, patterns_in: int, patterns: int) -> np.ndarray:
    """Which free weight stands in each place of a full kernel.

    Parameters
    ----------
    side : int
        Of the kernel in pixels.
    orientations : int
        Of what the layer is shown: 1 for a map, 4 for what another such layer gives.
    patterns_in, patterns : int
        Channels of each orientation that go in and come out.

    Returns
    -------
    places : (side, side, orientations * patterns_in, 4 * patterns) int array
        Positions in the free weights, (side, side, orientations, patterns_in, patterns) laid in
        a line. What comes out in orientation g takes the free weights mirrored by g, from each
        orientation h that goes in those of g's and h's difference.
    """
    free = (side, side, orientations, patterns_in, patterns)
    places = np.arange(np.prod(free)).reshape(free)
    full = np.empty((side, side, orientations, patterns_in, ORIENTATIONS, patterns), places.dtype)
    for out in range(ORIENTATIONS):
        turned = np.flip(places, axes_reversed(out, rows=0, cols=1))
        for into in range(orientations):
            full[:, :, into, :, out] = turned[:, :, (out ^ into) % orientations]
    return full.reshape(side, side, orientations * patterns_in, ORIENTATIONS * patterns)


class MirrorConv(layers.Layer):
    """A convolution that gives as many rows and columns as it takes, each pattern in four ways.

    Parameters
    ----------
    patterns : int
        Patterns to look for; four channels of each come out.
    side : int
        Of the kernel in pixels, odd.
    dilation : int
        Step between the pixels that it reads.
    lifts : bool
        Whether it is shown a map, not what another such layer gives.
    """

    def __init__(
        self, patterns: int, side: int, *, dilation: int = 1, lifts: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.patterns, self.side, self.dilation, self.lifts = patterns, side, dilation, lifts

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Make the free weights, as large at first as those of a plain convolution."""
        orientations = 1 if self.lifts else ORIENTATIONS
        patterns_in = input_shape[-1] // orientations
        self.places = shared_places(self.side, orientations, patterns_in, self.patterns)
        fan_in = self.side**2 * input_shape[-1]
        fan_out = self.side**2 * ORIENTATIONS * self.patterns
        limit = float(np.sqrt(6 / (fan_in + fan_out)))  # Glorot & Bengio 2010, of the full kernel
        self.free = self.add_weight(
            name="free",
            shape=(self.side, self.side, orientations, patterns_in, self.patterns),
            initializer=keras.initializers.RandomUniform(-limit, limit),
        )
        self.bias = self.add_weight(name="bias", shape=(self.patterns,), initializer="zeros")

    def call(self, maps: keras.KerasTensor) -> keras.KerasTensor:
        """Convolve with the full kernel."""
        kernel = ops.take(ops.reshape(self.free, (-1,)), self.places)
        found = ops.conv(maps, kernel, padding="same", dilation_rate=self.dilation)
        return found + ops.tile(self.bias, (ORIENTATIONS,))

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """As many rows and columns, four channels a pattern."""
        return (*input_shape[:-1], ORIENTATIONS * self.patterns)

    def full_weights(self) -> tuple[np.ndarray, np.ndarray]:
        """Kernel (side, side, channels in, channels out) and bias of the plain convolution."""
        free, bias = self.get_weights()
        return free.ravel()[self.places], np.tile(bias, ORIENTATIONS)


class MirrorNorm(layers.Layer):
    """Normalization of each pattern by what it is in all four orientations together, no factor.

    With statistics of each channel of its own, mirror images would be normalized differently.

    Parameters
    ----------
    momentum : float
        Share of the moving statistics that a batch leaves.
    epsilon : float
        Added to variances.
    """

    def __init__(self, *, momentum: float, epsilon: float = 1e-3, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.momentum, self.epsilon = momentum, epsilon

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Make offset and statistics of each pattern."""
        shape = (input_shape[-1] // ORIENTATIONS,)
        self.offset = self.add_weight(name="offset", shape=shape, initializer="zeros")
        self.mean = self.add_weight(name="mean", shape=shape, initializer="zeros", trainable=False)
        self.variance = self.add_weight(
            name="variance", shape=shape, initializer="ones", trainable=False
        )

    def call(self, maps: keras.KerasTensor, training: bool = False) -> keras.KerasTensor:
        """Normalize by the batch's statistics in training, by the moving ones in use."""
        mean, variance = self.mean, self.variance
        if training:
            means, variances = (
                ops.reshape(found, (ORIENTATIONS, -1)) for found in ops.moments(maps, (0, 1, 2))
            )
            mean = ops.mean(means, axis=0)
            variance = ops.mean(variances + ops.square(means - mean), axis=0)
            for moving, batch in ((self.mean, mean), (self.variance, variance)):
                moving.assign(moving * self.momentum + batch * (1 - self.momentum))
        factor = ops.rsqrt(variance + self.epsilon)
        shift = self.offset - mean * factor
        return maps * ops.tile(factor, (ORIENTATIONS,)) + ops.tile(shift, (ORIENTATIONS,))

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """The same."""
        return input_shape

    def factor_and_shift(self) -> tuple[np.ndarray, np.ndarray]:
        """What each channel is multiplied by in use, and what is added then, float64."""
        offset, mean, variance = (weight.astype(np.float64) for weight in self.get_weights())
        factor = 1 / np.sqrt(variance + self.epsilon)
        return np.tile(factor, ORIENTATIONS), np.tile(offset - mean * factor, ORIENTATIONS)


class MirrorSum(layers.Layer):
    """Each pattern in all orientations as one map, which is the same for all mirror images."""

    def call(self, maps: keras.KerasTensor) -> keras.KerasTensor:
        """Mirror each orientation's maps back and add them."""
        parts = ops.split(maps, ORIENTATIONS, axis=-1)
        return sum(
            ops.flip(part, axes_reversed(turn, rows=1, cols=2)) if turn else part
            for turn, part in enumerate(parts)
        )

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """A channel a pattern."""
        return (*input_shape[:-1], input_shape[-1] // ORIENTATIONS)
