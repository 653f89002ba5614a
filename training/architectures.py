"""Networks by name: functions that build an untrained Keras model for a window size."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ssf_model.errors import InputError

if TYPE_CHECKING:
    import keras

BLOCK_CHANNELS = (4, 8)  # of the two convolution blocks
DENSE_UNITS = 8
NORM_MOMENTUM = 0.8
STUDY_DROPOUT = 0.2
LEAST_SIDE_PX = 4  # two halvings leave one pixel


def published_network(rows: int, cols: int, *, dropout: float = STUDY_DROPOUT) -> keras.Model:
    """The study's network: 33,933 parameters at 128 x 64.

    Two blocks, each of a convolution, a dilated one and a halving, find patterns of traces; the
    dense layers, with nothing between them in use, weigh all places into one number.

    Parameters
    ----------
    rows, cols : int
        Size of a window in pixels.
    dropout : float
        Share of the dense layer's outputs that is blanked in training.

    Returns
    -------
    model : keras.Model
        From (n, rows, cols, 1) maps of 0 and 1 to (n, 1) kinematic efficiencies, never below
        0. Random weights from Keras's global seed.

    Raises
    ------
    InputError
        If the window is too small to be halved twice.

    Source: Chaipornkaew et al. (2022), and their public code.
    """
    import keras
    from keras import initializers, layers

    if min(rows, cols) < LEAST_SIDE_PX:
        message = f"Windows must be {LEAST_SIDE_PX} px or more each way, not {rows} x {cols}."
        raise InputError(message)
    window = keras.Input((rows, cols, 1), name="fault_map")
    x = window
    for number, channels in enumerate(BLOCK_CHANNELS, start=1):
        block = f"block{number}"
        x = layers.Conv2D(channels, 3, padding="same", name=f"{block}_near")(x)
        x = layers.Conv2D(channels, 3, padding="same", dilation_rate=2, name=f"{block}_far")(x)
        x = layers.BatchNormalization(momentum=NORM_MOMENTUM, name=f"{block}_norm")(x)
        x = layers.ReLU(name=f"{block}_relu")(x)
        x = layers.MaxPooling2D(name=f"{block}_half")(x)
    x = layers.Flatten(name="flatten")(x)
    x = layers.Dense(DENSE_UNITS, name="dense")(x)
    x = layers.Dropout(dropout, name="dropout")(x)
    x = layers.BatchNormalization(momentum=NORM_MOMENTUM, name="dense_norm")(x)
    # Starting at 0, half of all outputs would be cut off by the last ReLU and teach nothing.
    x = layers.Dense(1, bias_initializer=initializers.Constant(0.5), name="ke_linear")(x)
    return keras.Model(window, layers.ReLU(name="ke")(x), name="published")


ARCHITECTURES: dict[str, Callable[..., keras.Model]] = {"published": published_network}


def build(name: str, rows: int, cols: int, *, dropout: float = STUDY_DROPOUT) -> keras.Model:
    """Build the architecture of that name; arguments as in `published_network`.

    Raises
    ------
    InputError
        If no architecture has the name.
    """
    if name not in ARCHITECTURES:
        message = f"No architecture is called '{name}'; there are {', '.join(ARCHITECTURES)}."
        raise InputError(message)
    return ARCHITECTURES[name](rows, cols, dropout=dropout)
