"""Mirror images get the same answer, and the layers are what a plain reading of them computes."""

import numpy as np
import pytest

from training.fitting.architectures import build
from training.fitting.fit import answer_windows

keras = pytest.importorskip("keras")

from training.fitting import mirror_layers  # noqa: E402
from training.fitting.mirror_layers import (  # noqa: E402
    MirrorConv,
    MirrorNorm,
    MirrorSum,
    shared_places,
)

ROWS, COLS = 32, 16


def mirrored(maps, orientation, *, rows=1, cols=2):
    """Columns reversed for 1, rows for 2, both for 3."""
    if orientation in (1, 3):
        maps = np.flip(maps, cols)
    if orientation in (2, 3):
        maps = np.flip(maps, rows)
    return maps


def random_maps(n=20, seed=0):
    return (np.random.default_rng(seed).random((n, ROWS, COLS)) < 0.15).astype(np.uint8)


@pytest.fixture
def double():
    """Double precision, so that what rounding leaves is nothing beside what a mistake leaves."""
    policy = keras.config.dtype_policy()  # made of the float type at first use, and then kept
    keras.config.set_floatx("float64")
    keras.config.set_dtype_policy("float64")
    yield
    keras.config.set_floatx("float32")
    keras.config.set_dtype_policy(policy)


def at_random(name, seed):
    """A network with all weights at work, statistics of normalizations too, and no last ReLU."""
    keras.utils.set_random_seed(seed)
    model = build(name, ROWS, COLS)
    rng = np.random.default_rng(seed)
    for layer in model.layers:
        extent = 0.003 if layer.name == "dense" else 0.1  # it adds up thousands
        weights = [w + rng.normal(0, extent, w.shape) for w in layer.get_weights()]
        if "norm" in layer.name:
            weights[-1] = rng.uniform(0.5, 2, weights[-1].shape)
        layer.set_weights(weights)
    return keras.Model(model.inputs, [model.get_layer("ke").input, *model.outputs[1:]])


def differences(model, maps):
    """How far answers to the mirror images are from those to the maps, beside their extent."""
    stretch_px = np.geomspace(1, 128, len(maps))
    answers = answer_windows(model, maps, stretch_px)
    images = [answer_windows(model, mirrored(maps, g), stretch_px) for g in (1, 2, 3)]
    extent = np.ptp(answers, axis=0)
    assert (extent > 0.01).all()
    return max((np.abs(image - answers) / extent).max() for image in images)


@pytest.mark.parametrize("seed", range(4))
def test_mirror_images_are_answered_alike_whatever_the_weights(double, seed):
    """By symmetry."""
    assert differences(at_random("mirrored", seed), random_maps(seed=seed)) < 1e-9


def test_mirror_images_are_not_answered_alike_by_chance(double, monkeypatch):
    """Without sharing: another architecture, and these layers with weights dealt otherwise."""
    assert differences(at_random("three_scales", 1), random_maps()) > 0.01

    def dealt_otherwise(side, orientations, patterns_in, patterns):
        places = shared_places(side, orientations, patterns_in, patterns)
        free = side**2 * orientations * patterns_in * patterns
        return np.arange(places.size).reshape(places.shape) % free

    monkeypatch.setattr(mirror_layers, "shared_places", dealt_otherwise)
    assert differences(at_random("mirrored", 1), random_maps()) > 0.01


def test_mirror_images_are_answered_alike_after_training_too(double):
    """Statistics have moved, and differ between patterns."""
    keras.utils.set_random_seed(5)
    model = build("mirrored", ROWS, COLS)
    model.compile(keras.optimizers.Adam(0.01), loss=["mse"] * 3)
    maps, stretch_px = random_maps(64, seed=2), np.geomspace(1, 128, 64)
    ke = maps[:, :10].mean(axis=(1, 2))[:, None] * 5
    for _ in range(12):
        model.train_on_batch([maps[..., None].astype(float), stretch_px], [ke] * 3)
    for layer in model.layers:
        if isinstance(layer, MirrorNorm):
            _, mean, variance = layer.get_weights()
            assert np.abs(mean).min() > 1e-3
            assert np.abs(variance - 1).min() > 1e-2
    assert differences(model, random_maps(seed=3)) < 1e-9


def test_a_lifting_convolution_looks_for_a_pattern_in_four_ways():
    """Oracle: Keras's own convolution of the map mirrored, and its answer mirrored back."""
    keras.utils.set_random_seed(2)
    layer = MirrorConv(3, 5, dilation=2, lifts=True)
    maps = random_maps()[..., None].astype(np.float32)
    found = layer(maps).numpy()
    free, _ = layer.get_weights()
    layer.set_weights([free, np.array([0.5, -1, 2], np.float32)])
    plain = keras.layers.Conv2D(3, 5, padding="same", dilation_rate=2)
    plain.build(maps.shape)
    plain.set_weights([free[:, :, 0], np.array([0.5, -1, 2], np.float32)])
    found = layer(maps).numpy().reshape(20, ROWS, COLS, 4, 3)
    for g in range(4):
        expected = mirrored(plain(mirrored(maps, g)).numpy(), g)
        np.testing.assert_allclose(found[:, :, :, g], expected, atol=1e-5)  # float32 sums


def test_a_group_convolution_adds_what_each_orientation_shows():
    """Oracle: Cohen & Welling's sum, written out pixel by pixel.

    The pattern for orientation g reads orientation h with the weights of g after h, mirrored by g.
    """
    rng = np.random.default_rng(4)
    layer = MirrorConv(2, 3)
    maps = rng.normal(size=(2, 6, 5, 12)).astype(np.float32)
    layer.build(maps.shape)
    free, bias = rng.normal(size=(3, 3, 4, 3, 2)), rng.normal(size=2)
    layer.set_weights([free, bias])
    found = layer(maps).numpy().reshape(2, 6, 5, 4, 2)
    shown = np.pad(maps.reshape(2, 6, 5, 4, 3), ((0, 0), (1, 1), (1, 1), (0, 0), (0, 0)))
    after = [[0, 1, 2, 3], [1, 0, 3, 2], [2, 3, 0, 1], [3, 2, 1, 0]]  # of Klein's four-group
    for g in range(4):
        expected = np.tile(bias, (2, 6, 5, 1))
        for h in range(4):
            kernel = mirrored(free[:, :, after[g][h]], g, rows=0, cols=1)
            for row in range(6):
                for col in range(5):
                    patch = shown[:, row : row + 3, col : col + 3, h]
                    expected[:, row, col] += np.einsum("nrci,rcio->no", patch, kernel)
        np.testing.assert_allclose(found[:, :, :, g], expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("training", [True, False])
def test_the_normalization_is_keras_own_with_orientations_as_further_columns(training):
    rng = np.random.default_rng(6)
    maps = rng.normal(1, 2, size=(8, 6, 4, 12)).astype(np.float32)
    offset, mean, variance = rng.normal(size=3), rng.normal(size=3), rng.uniform(0.5, 2, 3)
    ours = MirrorNorm(momentum=0.8)
    ours.build(maps.shape)
    ours.set_weights([offset, mean, variance])
    theirs = keras.layers.BatchNormalization(momentum=0.8, scale=False)
    theirs.build((8, 6, 16, 3))
    theirs.set_weights([offset, mean, variance])
    expected = theirs(maps.reshape(8, 6, 16, 3), training=training).numpy().reshape(maps.shape)
    np.testing.assert_allclose(ours(maps, training=training).numpy(), expected, atol=1e-5)
    for one, other in zip(ours.get_weights(), theirs.get_weights()):
        np.testing.assert_allclose(one, other, rtol=1e-5)
    assert np.allclose(ours.get_weights()[1], mean) != training
    factor, shift = ours.factor_and_shift()
    in_use = theirs(maps.reshape(8, 6, 16, 3)).numpy().reshape(maps.shape)
    np.testing.assert_allclose(maps * factor + shift, in_use, atol=1e-5)


def test_the_sum_mirrors_each_orientation_back():
    """Oracle: pixel by pixel."""
    maps = np.random.default_rng(7).normal(size=(2, 4, 6, 8)).astype(np.float32)
    found = MirrorSum()(maps).numpy()
    for row in range(4):
        for col in range(6):
            as_it_is, along = maps[:, row, col, 0:2], maps[:, row, 5 - col, 2:4]
            across, both = maps[:, 3 - row, col, 4:6], maps[:, 3 - row, 5 - col, 6:8]
            expected = as_it_is + along + across + both
            np.testing.assert_allclose(found[:, row, col], expected, atol=1e-6)
