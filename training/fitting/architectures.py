"""Networks by name: functions that build an untrained Keras model for a window size."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ssf_model.errors import InputError

if TYPE_CHECKING:
    import keras


BLOCK_CHANNELS = (4, 8)  # of the two convolution blocks
DENSE_UNITS = 8
NORM_MOMENTUM = 0.8
STUDY_DROPOUT = 0.2
LEAST_SIDE_PX = 4  # two halvings leave one pixel
# Channels, kernel's side and dilation of each convolution, scale by scale; a halving between.
SCALES = (((8, 5, 1),), ((16, 3, 1),), ((32, 3, 1), (32, 3, 2)))
# The same with patterns in four orientations for channels, and with another convolution, by which
# each place hears of faults up to 32 px off: two strands so far apart are told from two alone.
MIRRORED_SCALES = (((2, 5, 1),), ((4, 3, 1),), ((8, 3, 1), (8, 3, 2), (8, 3, 4)))
KE_RELU = "ke"  # the layer that cuts KE off at 0, in every architecture


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
    from keras import layers

    _check_size(rows, cols)
    window = keras.Input((rows, cols, 1), name="fault_map")
    x = window
    for number, channels in enumerate(BLOCK_CHANNELS, start=1):
        block = f"block{number}"
        x = layers.Conv2D(channels, 3, padding="same", name=f"{block}_near")(x)
        x = layers.Conv2D(channels, 3, padding="same", dilation_rate=2, name=f"{block}_far")(x)
        x = layers.BatchNormalization(momentum=NORM_MOMENTUM, name=f"{block}_norm")(x)
        x = layers.ReLU(name=f"{block}_relu")(x)
        x = layers.MaxPooling2D(name=f"{block}_half")(x)
    return keras.Model(window, _weighed(x, dropout), name="published")


def three_scale_network(rows: int, cols: int, *, dropout: float = STUDY_DROPOUT) -> keras.Model:
    """A deeper network that sees more of a fault's surroundings: 146,649 parameters at 128 x 64.

    Patterns of traces are found at the map's own pixels, at half and at a quarter of them, with
    a ReLU after every convolution; then all places are weighed as in the study's network. Each of
    the 32 x 16 places hears of pixels up to 16 px beyond its own 4 by 4, in the study's up to 9.
    Maxima are taken before the normalization, which has no factor: that is the same as behind it
    for a factor above 0, which the next layer makes up for, and spares three quarters of its work.

    Parameters, result and errors as in `published_network`.
    """
    import keras
    from keras import layers

    _check_size(rows, cols)
    window = keras.Input((rows, cols, 1), name="fault_map")
    x = window
    for scale, convolutions in enumerate(SCALES, start=1):
        for number, (channels, side, dilation) in enumerate(convolutions, start=1):
            place = f"scale{scale}_{number}"
            x = layers.Conv2D(
                channels, side, padding="same", dilation_rate=dilation, name=f"{place}_conv"
            )(x)
            if number == len(convolutions) and scale < len(SCALES):
                x = layers.MaxPooling2D(name=f"{place}_half")(x)
            x = layers.BatchNormalization(
                momentum=NORM_MOMENTUM, scale=False, name=f"{place}_norm"
            )(x)
            x = layers.ReLU(name=f"{place}_relu")(x)
    return keras.Model(window, _weighed(x, dropout), name="three_scales")


def mirrored_network(rows: int, cols: int, *, dropout: float = STUDY_DROPOUT) -> keras.Model:
    """Three scales that answer mirror images alike: 39,285 parameters at 128 x 64.

    As `three_scale_network`, but each pattern is looked for as it is, mirrored along strike, across
    it and both, and all places of the four are weighed alike
    (`training.fitting.mirror_layers`). A third convolution at the last scale lets each place hear
    of pixels up to 32 px off. It is told how finely the map was drawn, and answers with an
    interval (`training.fitting.detail_end`).

    Parameters
    ----------
    rows, cols, dropout
        As in `published_network`.

    Returns
    -------
    model : keras.Model
        From (n, rows, cols, 1) maps of 0 and 1 and (n,) `stretch_px`, the median length of the
        straight stretches of the lines in pixels, to three (n, 1): kinematic efficiency, never
        below 0, and its quantiles of 5 and 95 %, as they are, below 0 and above 1 too.

    Raises
    ------
    InputError
        If the window is too small, or cannot be halved twice without a rest: mirror images would
        lose another row.
    """
    import keras
    from keras import layers

    from training.fitting.detail_end import Bounds, DetailEnd
    from training.fitting.mirror_layers import MirrorConv, MirrorNorm, MirrorSum

    _check_size(rows, cols)
    if rows % LEAST_SIDE_PX or cols % LEAST_SIDE_PX:
        message = (
            f"Windows of 'mirrored' are multiples of {LEAST_SIDE_PX} px each way, not "
            f"{rows} x {cols}."
        )
        raise InputError(message)
    window = keras.Input((rows, cols, 1), name="fault_map")
    stretch_px = keras.Input((), name="stretch_px")
    x = window
    for scale, convolutions in enumerate(MIRRORED_SCALES, start=1):
        for number, (patterns, side, dilation) in enumerate(convolutions, start=1):
            place = f"scale{scale}_{number}"
            x = MirrorConv(
                patterns, side, dilation=dilation, lifts=x is window, name=f"{place}_conv"
            )(x)
            if number == len(convolutions) and scale < len(MIRRORED_SCALES):
                x = layers.MaxPooling2D(name=f"{place}_half")(x)
            x = MirrorNorm(momentum=NORM_MOMENTUM, name=f"{place}_norm")(x)
            x = layers.ReLU(name=f"{place}_relu")(x)
    features = _features(MirrorSum(name="mirror_sum")(x), dropout)
    linear = DetailEnd(name="linear")(features, stretch_px)
    ke = layers.ReLU(name=KE_RELU)(linear[:, :1])
    return keras.Model(
        [window, stretch_px], [ke, *Bounds(name="bounds")(ke, linear)], name="mirrored"
    )


def _check_size(rows: int, cols: int) -> None:
    """Refuse windows that cannot be halved twice."""
    if min(rows, cols) < LEAST_SIDE_PX:
        message = f"Windows must be {LEAST_SIDE_PX} px or more each way, not {rows} x {cols}."
        raise InputError(message)


def _weighed(features: keras.KerasTensor, dropout: float) -> keras.KerasTensor:
    """The study's end of a network: one linear map of all features in use, and a ReLU."""
    from keras import initializers, layers

    x = _features(features, dropout)
    # Starting at 0, half of all outputs would be cut off by the last ReLU and teach nothing.
    x = layers.Dense(1, bias_initializer=initializers.Constant(0.5), name="ke_linear")(x)
    return layers.ReLU(name=KE_RELU)(x)


def _features(maps: keras.KerasTensor, dropout: float) -> keras.KerasTensor:
    """All places weighed into eight numbers, linear in use."""
    from keras import layers

    x = layers.Flatten(name="flatten")(maps)
    x = layers.Dense(DENSE_UNITS, name="dense")(x)
    x = layers.Dropout(dropout, name="dropout")(x)
    return layers.BatchNormalization(momentum=NORM_MOMENTUM, name="dense_norm")(x)


@dataclass(frozen=True)
class Architecture:
    """A network's builder and what its answers are."""

    build: Callable[..., keras.Model]
    equivariant: bool = False  # whether mirror images of a map get the same answer
    tells_interval: bool = False  # whether it is told `stretch_px`, and answers with bounds too


ARCHITECTURES: dict[str, Architecture] = {
    "published": Architecture(published_network),
    "three_scales": Architecture(three_scale_network),
    "mirrored": Architecture(mirrored_network, equivariant=True, tells_interval=True),
}


def architecture_named(name: str) -> Architecture:
    """The row of `ARCHITECTURES` of that name.

    Raises
    ------
    InputError
        If there is none.
    """
    if name not in ARCHITECTURES:
        message = f"No architecture is called '{name}'; there are {', '.join(ARCHITECTURES)}."
        raise InputError(message)
    return ARCHITECTURES[name]


def build(name: str, rows: int, cols: int, *, dropout: float = STUDY_DROPOUT) -> keras.Model:
    """Build the architecture of that name; arguments as in `published_network`.

    Raises
    ------
    InputError
        If no architecture has the name.
    """
    return architecture_named(name).build(rows, cols, dropout=dropout)
