import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage
from shapely import LineString, box

from ssf_model.drawing.parts import label_parts
from ssf_model.errors import InputError
from ssf_model.explain.stretches import cut_stretches
from ssf_model.scale import ExperimentScale

pytestmark = pytest.mark.numerical

SCALE = ExperimentScale()
STRIP = (128, 264)  # 12.8 by 26.4 km


def cut(*paths, stretch_m=1000.0, thickness_px=3.0):
    lines = [np.array(path, dtype=float) for path in paths]
    return cut_stretches(lines, STRIP, scale=SCALE, stretch_m=stretch_m, thickness_px=thickness_px)[
        0
    ]


def extents(stretches):
    """Where each stretch begins and ends along strike, in metres."""
    return [
        (
            min(piece[:, 0].min() for piece in stretch.pieces),
            max(piece[:, 0].max() for piece in stretch.pieces),
        )
        for stretch in stretches
    ]


def test_a_line_is_cut_into_equal_parts_of_about_the_length_asked_for():
    """4.4 km are four parts of 1.1 km."""
    stretches = cut([[1000, 6400], [5400, 6400]])
    expected = [(1000, 2100), (2100, 3200), (3200, 4300), (4300, 5400)]
    np.testing.assert_allclose(extents(stretches), expected)
    np.testing.assert_allclose([s.piece_lengths_m for s in stretches], [[1100]] * 4)


def test_what_leaves_the_strip_is_in_no_stretch():
    """In and out again over the top; the strip is 26,400 m long."""
    stretches = cut([[-9000, 6400], [500, 6400]], [[25000, 12000], [25800, 13600]])
    assert [stretch.paths for stretch in stretches] == [(0,), (1,)]
    np.testing.assert_allclose(extents(stretches), [(0, 500), (25000, 25400)])


def test_strands_beside_each_other_are_stretches_of_their_own():
    """Two strands 1.5 km apart overlap for 2 km; where they overlap each can go alone."""
    stretches = cut([[1000, 6000], [5000, 6000]], [[3000, 7500], [7000, 7500]])
    assert [stretch.paths for stretch in stretches] == [(0,)] * 4 + [(1,)] * 4


def test_strands_that_are_linked_elsewhere_are_still_told_apart():
    """A ladder's rails and one rung at 3.4 km: only the part with the rung is one stretch."""
    rails = [[1000, 6000], [6000, 6000]], [[1000, 7500], [6000, 7500]]
    stretches = cut(*rails, [[3400, 6000], [3400, 7500]])
    both = [stretch for stretch in stretches if len(stretch.paths) > 1]
    assert [sorted(stretch.paths) for stretch in both] == [[0, 1, 2]]
    np.testing.assert_allclose(extents(both), [(3000, 4000)])
    assert len(stretches) == 1 + 2 * 4


def test_a_line_gives_the_same_stretches_however_it_is_digitized():
    """Whole, reversed, with more vertices, and as a chain of 25 features of 160 m."""
    line = np.array([[1000.0, 6000.0], [5000.0, 6500.0]])
    dense = line[0] + np.linspace(0, 1, 26)[:, None] * (line[1] - line[0])
    links = [dense[at : at + 2] for at in range(25)]
    expected = extents(cut(line))
    for paths in ([line[::-1]], [dense], links, links[::-1]):
        np.testing.assert_allclose(extents(cut(*paths)), expected)


@settings(max_examples=10)
@given(seed=st.integers(0, 2**32 - 1), stretch_m=st.sampled_from([400.0, 1000.0, 6400.0]))
def test_every_metre_in_the_strip_is_in_exactly_one_stretch(seed, stretch_m):
    """Truth: shapely cuts the lines with the strip's outline."""
    rng = np.random.default_rng(seed)
    paths = [rng.uniform([-3000, -3000], [29000, 15000], size=(5, 2)) for _ in range(3)]
    stretches = cut(*paths, stretch_m=stretch_m)
    for number, path in enumerate(paths):
        pieces = [
            piece for s in stretches for piece, own in zip(s.pieces, s.paths) if own == number
        ]
        inside = LineString(path).intersection(box(0, 0, 26400, 12800))
        assert sum(LineString(piece).length for piece in pieces) == pytest.approx(inside.length)
        for piece in pieces:
            assert inside.buffer(1e-3).contains(LineString(piece))
    longest = max(high - low for low, high in extents(stretches))
    assert longest <= 1.5 * stretch_m + 1e-6


def test_a_map_without_traces_has_no_stretches():
    assert cut() == []
    assert cut([[-9000, 6400], [-500, 6400]]) == []


@pytest.mark.parametrize("stretch_m", [0.0, 199.0, 6401.0, float("nan")])
def test_a_length_that_does_not_suit_the_grid_is_refused(stretch_m):
    with pytest.raises(InputError, match=r"from 200 m \(two pixels\) to 6400 m"):
        cut([[1000, 6400], [5400, 6400]], stretch_m=stretch_m)


def test_parts_are_numbered_from_the_top():
    drawn = [
        ".1.....2",
        "1.....2.",
        "....2.2.",
        ".33..2..",
        "........",
        ".4444..5",
    ]
    expected = np.array([[0 if mark == "." else int(mark) for mark in row] for row in drawn])
    np.testing.assert_array_equal(label_parts(expected > 0), expected)
    np.testing.assert_array_equal(label_parts(expected * 0), expected * 0)


@pytest.mark.parametrize("share", [0.02, 0.3, 0.45, 1.0])
def test_parts_are_those_that_scipy_finds(share):
    drawn = np.random.default_rng(0).random((60, 50)) < share
    expected, count = ndimage.label(drawn, structure=np.ones((3, 3)))
    labels = label_parts(drawn)
    assert labels.max() == count
    pairs = np.unique(np.stack([labels, expected], axis=-1).reshape(-1, 2), axis=0)
    assert len(pairs) == count + (share < 1)  # one to one, and 0 to 0
