"""Baselines read what they say, and find the line through points that lie on one."""

import numpy as np
import pytest

from ssf_model.errors import InputError
from training.scoring.baselines import (
    BASELINES,
    covered_columns,
    fault_pixels_a_column,
    fit_baseline,
)

pytestmark = pytest.mark.numerical


def random_maps(n=200, seed=0):
    rng = np.random.default_rng(seed)
    return (rng.random((n, 6, 5)) < rng.random((n, 1, 1))).astype(np.uint8)


def test_the_two_numbers_are_those_of_a_map_drawn_by_hand():
    drawn = np.array([[0, 1, 1, 0], [0, 1, 0, 0], [0, 0, 0, 1]], np.uint8)
    assert fault_pixels_a_column(drawn[None]).tolist() == [1.0]
    assert covered_columns(drawn[None]).tolist() == [0.75]


def test_a_law_of_both_numbers_is_found_again_on_maps_not_seen():
    """Oracle: the law itself, with square and product, which `both` holds."""

    def law(maps):
        pixels, covered = fault_pixels_a_column(maps), covered_columns(maps)
        return 0.1 + 0.3 * covered - 0.02 * pixels**2 + 0.05 * pixels * covered

    maps, unseen = random_maps(), random_maps(seed=1)
    predict = fit_baseline("both", maps, law(maps))
    np.testing.assert_allclose(predict(unseen), law(unseen), atol=1e-10)


def test_each_baseline_is_least_squares_on_its_own_number():
    """Oracle: numpy.polyfit, and the mean."""
    maps, unseen = random_maps(), random_maps(seed=1)
    ke = np.random.default_rng(2).random(len(maps))
    for name, number in (
        ("fault pixels", fault_pixels_a_column),
        ("covered columns", covered_columns),
    ):
        expected = np.polyval(np.polyfit(number(maps), ke, 1), number(unseen))
        np.testing.assert_allclose(fit_baseline(name, maps, ke)(unseen), expected, atol=1e-10)
    np.testing.assert_allclose(fit_baseline("mean label", maps, ke)(unseen), ke.mean())


def test_an_unknown_baseline_and_no_windows_are_refused():
    with pytest.raises(InputError, match=f"there are {', '.join(BASELINES)}"):
        fit_baseline("forest", random_maps(), np.zeros(200))
    with pytest.raises(InputError, match="needs training windows"):
        fit_baseline("both", random_maps(0), np.zeros(0))
