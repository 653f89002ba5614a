"""Segments cut by rectangles, against shapely."""

import numpy as np
import pytest
from shapely import LineString, box

from ssf_model.geometry.segments import clip_segments, sampled

LOW, HIGH = np.array([0.0, 0.0]), np.array([4.0, 2.0])


@pytest.mark.parametrize("seed", range(5))
def test_what_is_cut_out_is_what_shapely_cuts_out(seed):
    rng = np.random.default_rng(seed)
    starts, ends = rng.uniform([-2, -1], [6, 3], size=(2, 100, 2))
    ends[:20, seed % 2] = starts[:20, seed % 2]  # some run along the axes
    shares = np.subtract(*clip_segments(starts, ends, LOW, HIGH)[::-1])
    lines = [LineString([start, end]) for start, end in zip(starts, ends)]
    expected = [line.intersection(box(*LOW, *HIGH)).length / line.length for line in lines]
    np.testing.assert_allclose(np.maximum(shares, 0), expected, rtol=0, atol=1e-9)


@pytest.mark.parametrize(
    ("start", "end"),
    [((1, 0), (3, 0)), ((1, 2), (3, 2)), ((0, 2), (0, 0)), ((4, 0), (4, 2)), ((0, 0), (4, 2))],
)
def test_walls_belong_to_the_rectangle(start, end):
    t_in, t_out = clip_segments(np.array([start], float), np.array([end], float), LOW, HIGH)
    assert (t_in[0], t_out[0]) == (0, 1)


@pytest.mark.parametrize(
    ("start", "end"), [((1, -0.01), (3, -0.01)), ((4.01, 0), (4.01, 2)), ((-1, 1), (-0.01, 1))]
)
def test_what_runs_beside_it_misses_it(start, end):
    t_in, t_out = clip_segments(np.array([start], float), np.array([end], float), LOW, HIGH)
    assert t_in[0] > t_out[0]


def test_samples_are_as_dense_as_asked_and_keep_the_vertices():
    path = np.array([[0.0, 0.0], [10.0, 0.0], [10.0, 0.5], [10.0, 3.5]])
    points = sampled(path, 1.5)
    steps = np.hypot(*np.diff(points, axis=0).T)
    assert len(points) == 7 + 1 + 2 + 1
    assert steps.max() <= 1.5
    for vertex in path:
        assert (points == vertex).all(axis=1).any()
    np.testing.assert_array_equal(points[[0, -1]], path[[0, -1]])
