"""The loss weighs samples as Eq. 1 says, or as the published code does."""

import numpy as np
import pytest

from training.fitting.losses import LOSSES, weighted_loss, within_two_sd

pytestmark = pytest.mark.numerical

RNG = np.random.default_rng(5)
KE = RNG.uniform(0, 1, 40)
PREDICTED = RNG.uniform(0, 1.2, 40)
SD = RNG.uniform(0, 0.3, 40)


def test_the_weighted_loss_is_equation_1_sample_by_sample():
    """Oracle: the paper's formula, one sample after the other."""
    expected = sum((k - p) ** 2 / (s**2 + 1e-5) for k, p, s in zip(KE, PREDICTED, SD)) / 40
    weights = LOSSES["weighted"](SD, sd_floor=0)
    assert weighted_loss(KE, PREDICTED, weights) == pytest.approx(expected, rel=1e-12)


def test_the_published_form_is_mean_squared_error_times_mean_weight():
    """Oracle: the published code's arithmetic: batch mean over each variance, then the mean."""
    batch_mean = np.mean((KE - PREDICTED) ** 2)
    expected = np.mean([batch_mean / (s**2 + 1e-5) for s in SD])
    weights = LOSSES["published"](SD, sd_floor=0)
    assert weighted_loss(KE, PREDICTED, weights) == pytest.approx(expected, rel=1e-12)


def test_the_two_forms_agree_where_all_deviations_are_equal():
    same = np.full(40, 0.1)
    assert LOSSES["weighted"](same, sd_floor=0) == pytest.approx(
        LOSSES["published"](same, sd_floor=0)
    )


def test_a_deviation_below_the_floor_weighs_as_much_as_the_floor():
    low, floor, high = LOSSES["weighted"](np.array([0.0, 0.05, 0.2]), sd_floor=0.05)
    assert low == floor == pytest.approx(1 / (0.0025 + 1e-5))
    assert high == pytest.approx(1 / (0.04 + 1e-5))


def test_keras_trains_on_the_same_loss():
    """Oracle: our NumPy loss; Keras must not divide by the sum of the weights."""
    keras = pytest.importorskip("keras")
    model = keras.Sequential([keras.Input((1,)), keras.layers.Identity()])
    model.compile("sgd", loss="mse")
    weights = LOSSES["weighted"](SD, sd_floor=0.05)
    theirs = model.test_on_batch(PREDICTED[:, None], KE[:, None], sample_weight=weights)
    assert theirs == pytest.approx(weighted_loss(KE, PREDICTED, weights), rel=1e-5)  # float32


def test_exactly_two_deviations_away_counts_as_within():
    ke = np.array([0.5, 0.5, 0.5, 0.5])
    predicted = np.array([0.75, 0.25, 0.7501, 0.5])
    deviation = np.array([0.125, 0.125, 0.125, 0.0])
    assert within_two_sd(ke, predicted, deviation).tolist() == [True, True, False, True]
