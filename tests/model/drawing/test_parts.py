"""Pieces of a map against scipy's."""

import numpy as np
import pytest
from scipy import ndimage

from ssf_model.drawing.parts import label_parts


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("by_corners", [True, False])
def test_pieces_are_those_of_scipy(seed, by_corners):
    rng = np.random.default_rng(seed)
    drawn = rng.random(rng.integers(1, 40, 2)) < rng.uniform(0.2, 0.8)
    around = np.ones((3, 3)) if by_corners else None  # scipy's own: sides alone
    expected, _ = ndimage.label(drawn, around)
    np.testing.assert_array_equal(label_parts(drawn, by_corners=by_corners), expected)
