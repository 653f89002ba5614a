import numpy as np
import pytest

from ssf_model.geometry import neighbours
from ssf_model.geometry.neighbours import DisjointSets, close_pairs

pytestmark = pytest.mark.numerical


@pytest.mark.parametrize("chunk", [3, 500_000])
@pytest.mark.parametrize("seed", range(5))
def test_close_pairs_are_those_that_comparing_all_finds(seed, chunk, monkeypatch):
    monkeypatch.setattr(neighbours, "CHUNK_PAIRS", chunk)
    points = np.random.default_rng(seed).uniform(-5, 5, size=(60, 3))
    apart = np.linalg.norm(points[:, None] - points[None], axis=2)
    expected = {(i, j) for i in range(60) for j in range(i + 1, 60) if apart[i, j] <= 2.0}
    found = [tuple(pair) for pairs in close_pairs(points, 2.0) for pair in pairs.tolist()]
    assert len(expected) > 20
    assert len(found) == len(set(found))
    assert set(found) == expected


def test_joining_two_by_two_makes_sets():
    sets = DisjointSets(6)
    for one, other in [(4, 5), (1, 4), (2, 0)]:
        sets.join(one, other)
    assert sets.roots().tolist() == [0, 1, 0, 3, 1, 1]
