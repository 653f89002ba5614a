"""Scores equal their textbook forms, and intervals treat an experiment as one piece."""

import numpy as np
import pytest

from ssf_model.errors import InputError
from training.scoring.scores import score, with_interval

pytestmark = pytest.mark.numerical


def made_up(seed=0, n=400, experiments=8):
    rng = np.random.default_rng(seed)
    experiment = rng.integers(0, experiments, n).astype(str)
    ke = rng.uniform(0, 1, n)
    off = rng.normal(0, 0.05, experiments)[experiment.astype(int)]
    return ke, ke + off + rng.normal(0, 0.05, n), rng.uniform(0.02, 0.1, n), experiment


def test_scores_are_their_definitions():
    """Oracle: NumPy on the whole arrays."""
    ke, predicted, sd, experiment = made_up()
    found = score(ke, predicted, sd, experiment, rng=np.random.default_rng(1))
    error = predicted - ke
    expected = {
        "n_windows": 400,
        "n_experiments": 8,
        "mae": np.abs(error).mean(),
        "rmse": np.sqrt((error**2).mean()),
        "bias": error.mean(),
        "within_2sd": np.mean(np.abs(error) <= 2 * sd),
        "r": np.corrcoef(ke, predicted)[0, 1],
        "r2": 1 - (error**2).sum() / ((ke - ke.mean()) ** 2).sum(),
    }
    assert {key: found[key] for key in expected} == pytest.approx(expected, rel=1e-9)


def test_the_interval_is_that_of_resampling_whole_experiments():
    """Oracle: a plain bootstrap that stacks the windows of drawn experiments."""
    ke, predicted, sd, experiment = made_up()
    found = score(ke, predicted, sd, experiment, rng=np.random.default_rng(1), resamples=4000)
    rng = np.random.default_rng(2)
    names = np.unique(experiment)
    rows = {name: np.flatnonzero(experiment == name) for name in names}
    maes, rs = [], []
    for _ in range(1500):
        drawn = np.concatenate([rows[name] for name in rng.choice(names, len(names))])
        maes.append(np.abs(predicted - ke)[drawn].mean())
        rs.append(np.corrcoef(ke[drawn], predicted[drawn])[0, 1])
    # Two bootstraps of these sizes differ by a few hundredths of the interval's width.
    for name, values in (("mae", maes), ("r", rs)):
        low, high = np.quantile(values, [0.025, 0.975])
        assert found[f"{name}_low"] == pytest.approx(low, abs=0.1 * (high - low))
        assert found[f"{name}_high"] == pytest.approx(high, abs=0.1 * (high - low))


def test_the_interval_ignores_how_often_an_experiment_repeats_itself():
    """Ten copies of every window teach nothing new about other experiments."""
    ke, predicted, sd, experiment = made_up()
    once = score(ke, predicted, sd, experiment, rng=np.random.default_rng(1))
    ten = score(*(np.tile(a, 10) for a in (ke, predicted, sd, experiment)),
                rng=np.random.default_rng(1))  # fmt: skip
    assert ten["mae_low"] == pytest.approx(once["mae_low"])
    assert ten["mae_high"] == pytest.approx(once["mae_high"])


def test_one_experiment_has_no_interval_and_constant_answers_no_correlation():
    ke = np.array([0.2, 0.4, 0.6])
    found = score(ke, np.full(3, 0.4), np.full(3, 0.1), np.full(3, "A"),
                  rng=np.random.default_rng(0))  # fmt: skip
    assert found["within_2sd"] == 1.0
    assert not [key for key in found if key.endswith(("_low", "_high")) or key == "r"]


def test_equal_labels_have_no_r2_and_answers_worse_than_their_mean_one_below_zero():
    rng = np.random.default_rng(0)
    names, sd = np.full(3, "A"), np.full(3, 0.1)
    equal = score(np.full(3, 0.7), np.array([0.1, 0.2, 0.6]), sd, names, rng=rng)
    assert "r2" not in equal
    # Sums over many equal numbers leave a spread of rounding, which must not count as one.
    many = np.random.default_rng(1).random(831)
    for answer in np.linspace(0.1, 0.9, 17):
        assert "r" not in score(many, np.full(831, answer), many, np.full(831, "A"), rng=rng)
        of_equal = score(np.full(831, answer), many, many, np.full(831, "A"), rng=rng)
        assert not {"r", "r2"} & set(of_equal)
    ke = np.array([0.1, 0.2, 0.3])
    # Errors .2, .2, .2 against deviations .1, 0, .1: 1 - .12 / .02.
    assert score(ke, ke + 0.2, sd, names, rng=rng)["r2"] == pytest.approx(-5)


def test_no_windows_or_arrays_of_different_lengths_are_refused():
    empty = np.empty(0)
    with pytest.raises(InputError, match="of the same windows"):
        score(empty, empty, empty, empty, rng=np.random.default_rng(0))
    with pytest.raises(InputError, match="of the same windows"):
        score(np.ones(3), np.ones(2), np.ones(3), np.ones(3), rng=np.random.default_rng(0))


def test_a_number_is_written_with_its_interval_where_it_has_one():
    scores = {"held": 0.905, "held_low": 0.8511, "held_high": 1.0, "mae": 0.0524}
    assert with_interval(scores, "held", ".1%") == "90.5% [85.1%, 100.0%]"
    assert with_interval(scores, "mae", ".3f") == "0.052"
