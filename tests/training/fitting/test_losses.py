"""The loss weighs samples as Eq. 1 says, or as the published code does."""

import numpy as np
import pytest

from training.fitting.losses import (
    LOSSES,
    keras_pinball_loss,
    pinball_loss,
    weighted_loss,
    within_two_sd,
)

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


def test_the_pinball_loss_counts_a_label_above_by_the_share_and_one_below_by_the_rest():
    """By hand: .3 above counts .95 times, .2 below .05 times."""
    found = pinball_loss(np.array([0.8, 0.3]), np.array([0.5, 0.5]), share=0.95)
    assert found == pytest.approx((0.3 * 0.95 + 0.2 * 0.05) / 2)


@pytest.mark.parametrize(("share", "rank"), [(0.05, 2), (0.5, 20), (0.95, 38)])
def test_the_pinball_loss_is_least_at_the_quantile(share, rank):
    """Closed form: of 39 labels the 2nd, 20th and 38th have that share on their side."""
    labels = np.random.default_rng(9).permutation(np.cumsum(np.arange(1, 40)) / 1000)
    tried = np.linspace(0, 0.8, 8001)
    losses = [pinball_loss(labels, np.full(39, bound), share=share) for bound in tried]
    assert tried[np.argmin(losses)] == pytest.approx(np.sort(labels)[rank - 1], abs=1e-4)


@pytest.mark.parametrize("share", [0.05, 0.95])
def test_keras_trains_on_the_same_pinball_loss(share):
    keras = pytest.importorskip("keras")
    model = keras.Sequential([keras.Input((1,)), keras.layers.Identity()])
    model.compile("sgd", loss=keras_pinball_loss(share))
    theirs = model.test_on_batch(PREDICTED[:, None], KE[:, None], sample_weight=np.ones(40))
    assert theirs == pytest.approx(pinball_loss(KE, PREDICTED, share=share), rel=1e-5)  # float32
