"""Curves along places: how long they are made."""

import numpy as np
import pytest

from ssf_model.geometry.curves import as_long_as

CURVE = np.array([[0.0, 0.0], [1_000.0, 0.0]])


@pytest.mark.parametrize(("first", "last"), [(200, 700), (-300, 1_400), (1_200, 1_300)])
def test_a_curve_is_cut_or_lengthened_to_the_places(first, last):
    """A straight line: places at its side, in any order, are those along it by their x."""
    places = np.array([[last, 30.0], [first, -20.0], [(first + last) / 2, 5.0]])
    made = as_long_as(CURVE, places, spacing_m=100.0)
    assert made[0] == pytest.approx([first, 0])
    assert made[-1] == pytest.approx([last, 0])
    assert (np.diff(made[:, 0]) <= 100 + 1e-9).all()


def test_a_curve_to_one_place_has_a_length():
    """A metre of it: a line of one vertex would be none."""
    made = as_long_as(CURVE, np.array([[400.0, 10.0], [400.0, -10.0]]), spacing_m=100.0)
    assert made == pytest.approx(np.array([[400.0, 0.0], [401.0, 0.0]]))
