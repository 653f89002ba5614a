import numpy as np
import pytest

from makers.drawn_maps import HERE, on_earth, traces_of, turned
from ssf_model.geometry.frames import LocalFrame, to_earth_centred
from ssf_model.zones.grouping import find_zones
from ssf_model.zones.paths import _pairs_of_equal, join_lines, join_paths, without_overlaps
from ssf_model.zones.strands import along_longer

pytestmark = pytest.mark.numerical


def placed(*lines):
    """Lines in metres as Earth-centred metres."""
    return [to_earth_centred(on_earth(line)) for line in lines]


def sets_of(chains):
    return sorted(sorted(number for number, _ in chain) for chain in chains)


WEST, EAST = [[-9_000, 0], [0, 0]], [[0, 0], [9_000, 500]]
BRANCH = [[0, 0], [7_000, -4_500]]


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
@pytest.mark.parametrize("backward", [False, True])
def test_at_a_junction_the_straightest_way_is_the_path(order, backward):
    """East goes on at 3 degrees, the branch at 33: it stays alone, however the file is sorted."""
    lines = [[WEST, EAST, BRANCH][number] for number in order]
    lines = [line[::-1] for line in lines] if backward else lines
    alone = order.index(2)
    assert sets_of(join_lines(placed(*lines))) == sorted([[alone], sorted({0, 1, 2} - {alone})])


def test_a_symmetric_fork_is_decided_by_length_not_by_order():
    """Both arms turn by 20 degrees; the stem goes on along the longer one."""
    stem = [[-40_000, 0], [0, 0]]
    arms = [[[0, 0], [length, side * 0.36397 * length]] for length, side in ((40e3, 1), (50e3, -1))]
    for first, second in ((0, 1), (1, 0)):
        zones = find_zones(traces_of(stem, arms[first], arms[second]))
        longer = 2 if second == 1 else 1
        assert [0, longer] in [zone.lines.tolist() for zone in zones]


@pytest.mark.parametrize(
    ("overlap_m", "across_m", "joined"),
    [(-1_500, 0, True), (-2_500, 0, False), (5_000, 1_500, True), (5_000, 2_500, False)],
)
def test_paths_continue_each_other_across_gaps_and_steps(overlap_m, across_m, joined):
    one = [[-40_000, 0], [0, 0]]
    other = [[-overlap_m, across_m], [40_000, across_m]]
    chains = join_paths(placed(one, other), gap_m=2_000)
    assert sets_of(chains) == ([[0, 1]] if joined else [[0], [1]])


def test_paths_that_overlap_too_far_stay_apart():
    chains = join_paths(placed([[-40e3, 0], [0, 0]], [[-9e3, 900], [40e3, 900]]), gap_m=2_000)
    assert sets_of(chains) == [[0], [1]]


def test_a_chain_never_runs_back_where_its_paths_overlap():
    lines = placed([[-40e3, 0], [-20e3, 0], [2e3, 0]], [[-2e3, 1e3], [20e3, 1e3], [40e3, 1e3]])
    (chain,) = join_paths(lines, gap_m=2_000)
    along = HERE.earth_centred_to_metres(without_overlaps(chain, lines))[:, 0]
    steps = np.diff(along)
    assert (steps * np.sign(steps[0]) >= -1).all()
    # The tests' planes sag below the chords by some metres.
    assert np.ptp(along) == pytest.approx(80_000, abs=20)


@pytest.mark.parametrize("apart_m", [1_950, 2_050])
@pytest.mark.parametrize("azimuth_deg", [0, 20, 77, 133])
@pytest.mark.parametrize("lon", [-116.5, 10.0, 179.99])
def test_the_gap_that_joins_is_two_kilometres_wherever_and_whichever_way(apart_m, azimuth_deg, lon):
    """Closed form: two short lines side by side; a grid of cells must not show."""
    lines = [turned([[x, y], [x + 3_000, y]], azimuth_deg) for x, y in ((0, 0), (700, apart_m))]
    zones = find_zones(traces_of(*lines, frame=LocalFrame(lon, 34.5)))
    assert len(zones) == (1 if apart_m < 2_000 else 2)


@pytest.mark.parametrize("apart_m", [1_950, 2_050])
@pytest.mark.parametrize("north_m", [0, 130, 260, 390])
def test_a_short_line_joins_the_chain_within_the_gap_and_no_other(apart_m, north_m):
    chain = [[-30_000, north_m], [30_000, north_m]]
    short = [[0, north_m + apart_m], [2_000, north_m + apart_m]]
    zones = find_zones(traces_of(chain, short))
    assert len(zones) == (1 if apart_m < 2_000 else 2)


def test_arms_alike_in_all_are_told_apart_by_where_they_end():
    """Two arms from one place, as long and turned as far: the same one goes on in any order."""
    stem = np.array([[-40_000.0, 0, 0], [0, 0, 0]])
    arms = {side: np.array([[500.0, 0, 0], [40_000, side * 8_000, 0]]) for side in (1, -1)}
    chosen = set()
    for order in ((1, -1), (-1, 1)):
        chains = join_paths([stem, *(arms[side] for side in order)], gap_m=2_000)
        (with_stem,) = [chain for chain in chains if len(chain) == 2]
        chosen.add(order[max(number for number, _ in with_stem) - 1])
    assert len(chosen) == 1


@pytest.mark.parametrize(("turn_deg", "joined"), [(29.5, True), (-29.5, True), (30.5, False)])
def test_what_turns_by_more_than_thirty_degrees_is_no_continuation(turn_deg, joined):
    turn = np.radians(turn_deg)
    one = np.array([[-40_000.0, 0, 0], [0, 0, 0]])
    other = np.array([[500.0, 0, 0], [500 + 40_000 * np.cos(turn), 40_000 * np.sin(turn), 0]])
    assert sets_of(join_paths([one, other], gap_m=2_000)) == ([[0, 1]] if joined else [[0], [1]])


@pytest.mark.parametrize("keys", [[], [3], [1, 1], [0, 1, 1, 1, 4, 4], [2, 2, 5, 6, 6]])
def test_pairs_of_equal_are_all_of_them(keys):
    numbers = np.arange(10, 10 + len(keys))
    expected = [
        [numbers[one], numbers[other]]
        for one in range(len(keys))
        for other in range(one + 1, len(keys))
        if keys[one] == keys[other]
    ]
    found = _pairs_of_equal(numbers, np.array(keys, dtype=int))
    np.testing.assert_array_equal(found, np.array(expected, dtype=int).reshape(-1, 2))


@pytest.mark.parametrize(("begins_m", "longest"), [((0, 8_000), 0), ((8_000, 0), 1)])
def test_a_strand_runs_along_the_path_beside_which_it_is_most(begins_m, longest):
    """40 km between two longer paths 3 km apart: beside one all the way, of the other 32 km."""
    faults = [
        np.array([[begin, y, 0.0], [begin + length, y, 0]])
        for begin, y, length in zip(begins_m, (0, 3_000), (60_000, 55_000))
    ]
    strand = np.array([[0.0, 1_500, 0], [40_000, 1_500, 0]])
    assert along_longer([*faults, strand], gap_m=2_000) == [0, 1, longest]
