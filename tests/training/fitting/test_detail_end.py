"""How finely a map was drawn sets the weights of its features, and bounds leave KE alone."""

import numpy as np
import pytest

from ssf_model.errors import InputError
from training.fitting.architectures import build
from training.fitting.fit import answer_windows

keras = pytest.importorskip("keras")

from training.fitting.detail_end import Bounds, DetailEnd  # noqa: E402


def test_detail_is_the_logarithm_of_the_stretch_from_1_to_128_px():
    """By hand: one hidden unit hands detail on, and the first answer is it."""
    end = DetailEnd()
    end.build((None, 2))
    weights = [np.zeros(w.shape) for w in end.get_weights()]
    weights[0][0, 0] = 1
    weights[4][0, 0] = 1
    end.set_weights(weights)
    stretch_px = np.array([0.2, 1, 2, 8, 128, 4000], np.float32)
    found = end(np.ones((6, 2), np.float32), stretch_px).numpy()
    np.testing.assert_allclose(found[:, 0], [0, 0, 1 / 7, 3 / 7, 1, 1], atol=1e-6)
    assert (found[:, 1:] == 0).all()


def test_each_answer_sums_the_features_as_detail_has_it():
    """Oracle: the two small layers and the three sums, window by window."""
    rng = np.random.default_rng(3)
    end = DetailEnd()
    end.build((None, 4))
    first, first_bias, factors, factors_bias, offsets, offsets_bias = weights = [
        rng.normal(size=w.shape) for w in end.get_weights()
    ]
    end.set_weights(weights)
    features, stretch_px = rng.normal(size=(5, 4)), np.array([1.0, 3, 10, 60, 128])
    found = end(features.astype(np.float32), stretch_px.astype(np.float32)).numpy()
    for window in range(5):
        hidden = np.maximum(np.log2(stretch_px[window]) / 7 * first[0] + first_bias, 0)
        for answer in range(3):
            own = slice(4 * answer, 4 * answer + 4)
            weight = hidden @ factors[:, own] + factors_bias[own]
            offset = hidden @ offsets[:, answer] + offsets_bias[answer]
            expected = weight @ features[window] + offset
            assert found[window, answer] == pytest.approx(expected, abs=1e-5)  # float32


def test_bounds_lie_around_ke_by_a_softplus():
    ke = np.array([[0.5], [0.0]], np.float32)
    low, high = Bounds()(ke, np.array([[9, 0, 1], [9, -50, 30]], np.float32))
    distances = np.log1p(np.exp([[0.0, 1.0], [-50.0, 30.0]]))
    np.testing.assert_allclose(low.numpy()[:, 0], ke[:, 0] - distances[:, 0], rtol=1e-6)
    np.testing.assert_allclose(high.numpy()[:, 0], ke[:, 0] + distances[:, 1], rtol=1e-6)


def test_learning_the_bounds_moves_neither_kes_weights_nor_its_offset():
    keras.utils.set_random_seed(1)
    model = build("mirrored", 16, 8)
    model.compile(keras.optimizers.SGD(0.1), loss=["mse", "mae", "mae"], loss_weights=[0, 1, 1])
    rng = np.random.default_rng(1)
    maps = (rng.random((32, 16, 8, 1)) < 0.2).astype(np.float32)
    before = model.get_layer("linear").get_weights()
    features = model.get_layer("dense").get_weights()[0]
    for _ in range(3):
        model.train_on_batch([maps, rng.uniform(1, 99, 32)], [rng.random((32, 1))] * 3)
    after = model.get_layer("linear").get_weights()
    for place, own in ((2, 8), (3, 8), (4, 1), (5, 1)):
        np.testing.assert_array_equal(before[place][..., :own], after[place][..., :own])
        assert (before[place][..., own:] != after[place][..., own:]).any()
    assert (features != model.get_layer("dense").get_weights()[0]).any()


def test_a_network_that_is_to_be_told_refuses_to_guess():
    with pytest.raises(InputError, match=r"'mirrored' must be told how finely .*\(stretch_px\)"):
        answer_windows(build("mirrored", 16, 8), np.zeros((2, 16, 8), np.uint8))
