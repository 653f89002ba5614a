"""Pieces of a map against scipy's."""

import numpy as np
import pytest
from scipy import ndimage

from ssf_model.drawing.parts import label_parts, patch_axis


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("by_corners", [True, False])
def test_pieces_are_those_of_scipy(seed, by_corners):
    rng = np.random.default_rng(seed)
    drawn = rng.random(rng.integers(1, 40, 2)) < rng.uniform(0.2, 0.8)
    around = np.ones((3, 3)) if by_corners else None  # scipy's own: sides alone
    expected, _ = ndimage.label(drawn, around)
    np.testing.assert_array_equal(label_parts(drawn, by_corners=by_corners), expected)


@pytest.mark.parametrize(("rows", "cols"), [(3, 9), (1, 4), (5, 2), (4, 4)])
def test_the_axis_of_a_rectangle_ends_half_its_width_before_it(rows, cols):
    """Closed form: (cols - rows) / 2 to both sides of the middle, along the longer side."""
    pixels = np.argwhere(np.ones((rows, cols)))
    half = np.array([max(rows - cols, 0), max(cols - rows, 0)]) / 2
    middle = np.array([rows - 1, cols - 1]) / 2
    axis = patch_axis(pixels)
    expected = [middle - half, middle + half]
    if (axis[1] - axis[0]) @ half < 0:  # either end may come first
        expected.reverse()
    np.testing.assert_allclose(axis, expected, rtol=0, atol=1e-9)
