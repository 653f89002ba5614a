"""Bands hold the share of labels that they promise, where theory says how many that is."""

import json

import numpy as np
import pytest

from makers.evaluated import windows_of
from ssf_model.errors import InputError
from training.scoring.conformal import (
    calibrate_sets,
    calibration_text,
    conformal_half_width,
    member_band,
)
from training.scoring.scores import score, share_with_interval

pytestmark = pytest.mark.numerical


def test_the_band_is_the_quantiles_over_members():
    """Oracle: 21 members at 0, .05, ..., 1: a twentieth lies below the second."""
    members = np.random.default_rng(0).permuted(
        np.repeat(np.linspace(0, 1, 21)[:, None], 3, axis=1), axis=0
    )
    low, high = member_band(members)
    np.testing.assert_allclose(low, 0.05)
    np.testing.assert_allclose(high, 0.95)
    alone = member_band(members[:1])
    np.testing.assert_array_equal(alone, [members[0], members[0]])


def test_the_half_width_is_the_ranked_distance_beyond_the_band():
    """By hand: 9 labels, 80 %: the 8th of the distances; those inside a band are below 0."""
    ke = np.array([0.5, 0.5, 0.5, 0.3, 0.7, 0.2, 0.9, 0.1, 1.0])
    low, high = np.full(9, 0.4), np.full(9, 0.6)
    # Distances: -.1, -.1, -.1, .1, .1, .2, .3, .3, .4.
    assert conformal_half_width(ke, low, high, level=0.8) == pytest.approx(0.3)
    assert conformal_half_width(ke, low, high, level=0.9) == pytest.approx(0.4)
    assert conformal_half_width(ke, low, high, level=0.85) == pytest.approx(0.4)  # 8.5th: 9th
    assert conformal_half_width(ke, low - 1, high + 1, level=0.9) == 0.0


def test_widened_bands_hold_the_share_that_theory_gives():
    """Closed form: 19 labels and 90 % take the 18th of 19, which holds 18/20 on average."""
    rng = np.random.default_rng(7)
    held = []
    for _ in range(3000):
        middle = rng.random(119)
        members = middle + rng.normal(0, 0.02, (3, 119))  # far too sure of themselves
        ke = middle + rng.normal(0, 0.1, 119)
        low, high = member_band(members)
        half_width = conformal_half_width(ke[:19], low[:19], high[:19])
        inside = (low - half_width <= ke) & (ke <= high + half_width)
        held.append(inside[19:].mean())
    # The mean over 3,000 draws of 19 labels has a standard error of about .07 / sqrt(3000).
    assert np.mean(held) == pytest.approx(0.9, abs=0.005)


def synthetic(n=3000, seed=1):
    rng = np.random.default_rng(seed)
    middle = rng.random(n)
    windows = windows_of(
        rng.integers(0, 10, n).astype(str), np.zeros(n), np.arange(n),
        middle + rng.normal(0, 0.1, n),
    )  # fmt: skip
    sets = {"validation": np.arange(0, 1000), "test": np.arange(1000, n)}
    members = middle + rng.normal(0, 0.02, (5, n))
    return windows, sets, {name: members[:, rows] for name, rows in sets.items()}


def test_an_ensemble_too_sure_of_itself_is_found_and_mended():
    """Truth: errors of SD .1 around the middle; a band of 90 % is 2 x 1.645 x .1 wide or more."""
    windows, sets, members = synthetic()
    found = calibrate_sets(members, windows, sets)
    scores = found["sets"]["test"]
    assert scores["held"] < 0.4
    # 1,000 and 2,000 labels: the share varies by about .011 from set to set.
    assert scores["held_widened"] == pytest.approx(0.9, abs=0.035)
    assert scores["held_widened_low"] < scores["held_widened"] < scores["held_widened_high"]
    assert scores["width_widened"] == pytest.approx(2 * 1.645 * 0.102, rel=0.06)
    assert scores["width_widened"] == pytest.approx(scores["width"] + 2 * found["half_width"])
    assert (found["members"], scores["n_windows"], scores["n_experiments"]) == (5, 2000, 10)
    text = calibration_text(found)
    assert f"test               2000    10  {scores['held']:.1%} [" in text
    json.dumps(found)


def test_an_ensemble_that_is_unsure_enough_is_left_as_it_is():
    windows, sets, members = synthetic()
    rng = np.random.default_rng(5)
    wide = {name: answer + rng.normal(0, 1, answer.shape) for name, answer in members.items()}
    found = calibrate_sets(wide, windows, sets)
    assert found["half_width"] == 0.0
    assert found["sets"]["test"]["held"] == found["sets"]["test"]["held_widened"] > 0.9


def test_a_share_has_the_interval_that_scores_give_it():
    """Oracle: `score`, whose share within 2 SD is made to be the same."""
    rng = np.random.default_rng(2)
    held, experiment = rng.random(300) < 0.7, rng.integers(0, 6, 300).astype(str)
    share = share_with_interval(held, experiment, rng=np.random.default_rng(1))
    other = score(np.zeros(300), np.where(held, 0.0, 1.0), np.full(300, 0.1), experiment,
                  rng=np.random.default_rng(1))  # fmt: skip
    assert share == pytest.approx({key: other[f"within_2sd{key}"] for key in ("", "_low", "_high")})
    assert set(share_with_interval(held, np.full(300, "A"), rng=rng)) == {""}


@pytest.mark.parametrize("level", [0.0, 1.0, float("nan")])
def test_shares_that_are_none_are_refused(level):
    with pytest.raises(InputError, match="between 0 and 1"):
        conformal_half_width(np.zeros(50), np.zeros(50), np.zeros(50), level=level)


def test_too_few_labels_are_refused_with_the_number_needed():
    with pytest.raises(InputError, match="8 labels are too few for a band of 90%; 9 are needed"):
        conformal_half_width(np.zeros(8), np.zeros(8), np.zeros(8))
    assert conformal_half_width(np.zeros(9), np.zeros(9), np.zeros(9)) == 0.0
