"""Strands: which long paths run along a longer one, held against a slow twin."""

import numpy as np
import pytest

from ssf_model.geometry.neighbours import Grid
from ssf_model.geometry.segments import sampled
from ssf_model.zones.strands import STEP_M, STRAND_SHARE, along_longer

EARTH_M = 6_371_000.0
GAP_M = 2_000.0


def shape(middle, trend_deg, length_m, *, vertices=2):
    """A straight path on the plane that touches a sphere."""
    along = np.array([np.cos(np.radians(trend_deg)), np.sin(np.radians(trend_deg))])
    steps = np.linspace(-0.5, 0.5, vertices)[:, None] * length_m
    plane = np.asarray(middle) + steps * along
    return np.column_stack([np.full(vertices, EARTH_M), plane])


def longest_first(shapes):
    return sorted(shapes, key=lambda one: -np.linalg.norm(one[-1] - one[0]))


def slow_twin(shapes):
    """Each path against each longer one, place by place."""
    places = [sampled(one, STEP_M) for one in shapes]
    reach = np.hypot(GAP_M, STEP_M / 2)
    numbers = []
    for path, mine in enumerate(places):
        found, most = path, 0.0
        for other in range(path):
            if numbers[other] != other:
                continue
            away = np.linalg.norm(mine[:, None] - places[other][None], axis=2).min(axis=1)
            share = (away <= reach).mean()
            if share >= STRAND_SHARE and share > most:
                found, most = other, share
        numbers.append(found)
    return numbers


@pytest.mark.parametrize("seed", range(40))
def test_strands_are_those_of_the_slow_twin(seed):
    rng = np.random.default_rng(seed)
    wide = rng.choice([1_000, 4_000, 12_000, 40_000])
    turned = rng.choice([1, 8, 60])
    shapes = longest_first(
        shape(
            rng.uniform(-wide, wide, 2),
            rng.normal(0, turned),
            rng.uniform(27_000, 90_000),
            vertices=int(rng.integers(2, 8)),
        )
        for _ in range(rng.integers(1, 40))
    )
    assert along_longer(shapes, gap_m=GAP_M) == slow_twin(shapes)


def test_the_slow_twin_is_told_of_strands_and_of_main_paths():
    """So that agreeing with it says something."""
    shapes = [shape((0, 300 * n), 0, 60_000 - n) for n in range(20)]
    numbers = slow_twin(shapes)
    assert set(numbers) == {0, 7, 14}


def test_the_work_on_a_crowd_of_parallels_grows_with_their_number_alone(monkeypatch):
    """5,000 lines 5 m apart took minutes and 1.7 GB: each was held against 800 others."""
    seen = []
    pairs = Grid.pairs

    def counted(self, some, shift):
        for one, other in pairs(self, some, shift):
            seen.append(len(one))
            yield one, other

    monkeypatch.setattr(Grid, "pairs", counted)
    work = []
    for count in (100, 400):
        seen.clear()
        along_longer([shape((0, 5 * n), 0, 60_000 - n) for n in range(count)], gap_m=GAP_M)
        work.append(sum(seen))
    assert work[1] < 5 * work[0]
