"""Thinning against scikit-image, which holds the same algorithm and that of Zhang & Suen."""

import numpy as np
import pytest
from scipy import ndimage
from scipy.spatial import cKDTree

from ssf_model.drawing.raster import burn_traces
from ssf_model.drawing.thinning import thin

skimage = pytest.importorskip("skimage.morphology", reason="the oracle is scikit-image")


def blobs(seed):
    """Patches of all kinds: specks, bands, rings, up to the edges."""
    rng = np.random.default_rng(seed)
    noise = ndimage.gaussian_filter(rng.standard_normal(rng.integers(1, 90, 2)), rng.uniform(0, 3))
    return noise > np.quantile(noise, rng.uniform(0.2, 0.9))


@pytest.mark.parametrize("seed", range(40))
def test_the_skeleton_is_that_of_guo_and_hall(seed):
    patches = blobs(seed)
    np.testing.assert_array_equal(thin(patches), skimage.thin(patches))


@pytest.mark.parametrize("seed", range(20))
def test_pieces_and_holes_stay(seed):
    patches = blobs(seed)
    for one, around in ((lambda image: image, np.ones((3, 3))), (np.logical_not, None)):
        before, after = (
            ndimage.label(one(np.pad(image, 1)), around)[1] for image in (patches, thin(patches))
        )
        assert after == before


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("thickness_px", [3.0, 6.0, 9.0])
def test_the_skeleton_of_a_line_is_within_a_pixel_and_a_half_of_that_of_zhang_and_suen(
    seed, thickness_px
):
    """Apart from its ends, which the two wear down by half a width or less, each in its way.

    1.5: a pixel to the side or across a corner, where a band of even width has no middle row.
    """
    x = np.linspace(20, 180, 321)
    rng = np.random.default_rng(seed)
    line = np.column_stack([x, 64 + 10 * np.sin(x / rng.uniform(15, 40) + rng.uniform(0, 6))])
    band = burn_traces([line], (128, 200), pixel_size_m=1.0, thickness_px=[thickness_px])[0] > 0
    ours, theirs = np.argwhere(thin(band)), np.argwhere(skimage.skeletonize(band))
    for one, other in ((ours, theirs), (theirs, ours)):
        inner = one[(one[:, 1] > 25) & (one[:, 1] < 175)]
        assert cKDTree(other).query(inner)[0].max() < 1.5


def test_a_bar_becomes_its_middle_row():
    bar = np.zeros((9, 20), bool)
    bar[3:6, 4:16] = True
    rows, cols = np.nonzero(thin(bar))
    assert set(rows) == {4}
    assert len(cols) >= 12 - 3


def test_the_map_given_stays_as_it_is():
    patches = blobs(3)
    kept = patches.copy()
    thin(patches)
    np.testing.assert_array_equal(patches, kept)
