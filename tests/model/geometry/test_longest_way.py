import numpy as np
import pytest

from ssf_model.geometry.longest_way import longest_way

pytestmark = pytest.mark.numerical


def in_rows(way, points):
    return [int(np.flatnonzero((points == place).all(axis=1))[0]) for place in way]


def test_the_trunk_of_a_fork_is_its_two_longest_arms():
    arms = [np.outer(np.arange(1, count), step) for count, step in ((9, [-1, 0]), (7, [1, 1]))]
    short = np.outer(np.arange(1, 5), [1, -1])
    points = np.concatenate([[[0, 0]], *arms, short]).astype(float)
    way = in_rows(longest_way(points, leap_m=2.0), points)
    assert set(way) == set(range(1 + 8 + 6))
    assert {way[0], way[-1]} == {8, 14}


def test_parallel_strands_are_walked_once():
    """The way from end to end, not along one strand and back along the other."""
    strand = np.column_stack([np.arange(30.0), np.zeros(30)])
    points = np.concatenate([strand, strand + [0, 2.5]])
    way = longest_way(points, leap_m=4.0)
    assert np.ptp(way[:, 0]) == 29
    assert (np.diff(way[:, 0]) >= 0).all() or (np.diff(way[:, 0]) <= 0).all()


@pytest.mark.parametrize("seed", range(3))
def test_a_winding_row_is_followed_whatever_its_order(seed):
    angle = np.linspace(0, 4, 50)
    row = np.column_stack([np.cos(angle), np.sin(angle)]) * (1 + angle[:, None])
    shuffled = row[np.random.default_rng(seed).permutation(50)]
    way = longest_way(shuffled, leap_m=1.0)
    np.testing.assert_array_equal(way if way[0, 0] == row[0, 0] else way[::-1], row)


def test_of_rows_too_far_apart_the_longest_is_taken():
    near, far = np.outer(np.arange(4.0), [1, 0]), np.outer(np.arange(6.0), [1, 0]) + [0, 100]
    assert len(longest_way(np.concatenate([near, far]), leap_m=5.0)) == 6
    assert len(longest_way(np.array([[0.0, 0.0], [9.0, 0.0]]), leap_m=5.0)) == 1
