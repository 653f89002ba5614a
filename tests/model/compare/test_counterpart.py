"""Which lines of a second map belong into the strips of a first one."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from makers.drawn_maps import HERE, crowded, on_earth, traces_of, turned
from ssf_model.compare.counterpart import count_left_out, counterpart_strips
from ssf_model.errors import InputError
from ssf_model.faults.traces import make_traces
from ssf_model.geometry.frames import LocalFrame
from ssf_model.scale import ExperimentScale
from ssf_model.zones.planning import plan_strips

pytestmark = pytest.mark.numerical

SCALE = ExperimentScale()

# Two zones 5 km apart (the gap of zones is 2 km), each longer than a laboratory box.
SOUTH = np.array([[-15_000.0, -2_500.0], [0.0, -2_300.0], [15_000.0, -2_500.0]])
NORTH = SOUTH + [0, 5_000]
BRANCH = np.array([[0.0, 2_700.0], [14_000.0, 8_000.0], [28_000.0, 13_500.0]])  # off NORTH's middle


def plan(traces, **options):
    return plan_strips(traces, scale=SCALE, **options)


def zones_of_lines(strips, n_lines):
    """For each line the zones in whose strips it is, by asking every strip."""
    return [{strip.zone for strip in strips if line in strip.lines} for line in range(n_lines)]


def counterparts(traces_a, traces_b, **options):
    strips = plan(traces_a, **options)
    guides = options.get("guides")
    return strips, counterpart_strips(strips, traces_a, traces_b, guides=guides)


def assert_same_lines(strips, found):
    assert len(strips) == len(found)
    for strip, other in zip(strips, found):
        np.testing.assert_array_equal(strip.lines, other.lines)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("zone_names", [False, True])
def test_a_map_is_its_own_counterpart_however_crowded(seed, zone_names):
    traces = crowded(seed, zone_names=zone_names)
    strips, found = counterparts(traces, traces)
    assert len({strip.zone for strip in strips}) > 2
    assert_same_lines(strips, found)


@pytest.mark.parametrize("seed", range(2))
def test_a_map_with_named_zones_is_its_own_counterpart_without_their_names(seed):
    named = crowded(seed, zone_names=True)
    strips = plan(named)
    found = counterpart_strips(strips, named, make_traces([[line] for line in named.lines]))
    # Where a line is drawn twice, in two zones, its twins may change places: same map, same strips.
    for strip, other in zip(strips, found):
        drawn = {named.lines[line].tobytes() for line in strip.lines}
        assert drawn == {named.lines[line].tobytes() for line in other.lines}


def test_a_map_is_its_own_counterpart_along_guide_lines():
    traces = traces_of(SOUTH, NORTH, BRANCH)
    guides = [on_earth([[-16_000, -2_400], [16_000, -2_400]]), on_earth([[-16e3, 0], [16e3, 3e3]])]
    strips, found = counterparts(traces, traces, guides=guides)
    assert_same_lines(strips, found)


@settings(max_examples=15)
@given(
    order=st.permutations(range(3)),
    backward=st.lists(st.booleans(), min_size=3, max_size=3),
    pieces=st.lists(st.integers(1, 9), min_size=3, max_size=3),
)
def test_lines_redrawn_stay_in_their_zones(order, backward, pieces):
    """Reversed, reordered, and with more vertices; the branch's first place is NORTH's middle."""
    lines = [SOUTH, NORTH, BRANCH]
    traces = traces_of(*lines)
    strips = plan(traces)
    expected = zones_of_lines(strips, 3)
    assert len(set.union(*expected)) == 3
    redrawn = []
    for number in order:
        line = lines[number][::-1] if backward[number] else lines[number]
        places = np.arange(0, 2 + 1e-9, 1 / pieces[number])
        redrawn.append(
            np.column_stack([np.interp(places, range(3), line[:, axis]) for axis in (0, 1)])
        )
    found = counterpart_strips(strips, traces, traces_of(*redrawn))
    assert zones_of_lines(found, 3) == [expected[number] for number in order]


def test_a_new_line_goes_to_the_zone_that_is_nearest_to_it():
    """By hand: 300 m beside each fault; 1.9 and more than 2 km away, the gap of zones."""
    beside = np.array([[-4_000.0, 0.0], [4_000.0, 0.0]])
    a = traces_of(SOUTH, NORTH)
    south, north = (zone for (zone,) in zones_of_lines(plan(a), 2))
    places = [[0, -2_600], [0, 3_000], [0, -4_200], [10_500, -4_700]]
    b = traces_of(SOUTH, NORTH, *(beside + place for place in places))
    _, found = counterparts(a, b)
    assert zones_of_lines(found, 6) == [{south}, {north}, {south}, {north}, {south}, set()]
    assert count_left_out(found, b) == 1


@pytest.mark.parametrize("seed", range(3))
def test_redrawn_lines_go_where_shapely_finds_the_nearest_traces(seed):
    """Oracle: shapely's distance to every line, asked every 100 m along the redrawn one.

    The earth is round, so places are measured in a plane to some metres; lines with a zone that is
    just about near enough to count are left out.
    """
    rng = np.random.default_rng(seed)
    lines = [
        turned([[-half, 0], [0, 200], [half, 0]], rng.normal(90, 10))
        + rng.uniform(-15_000, 15_000, 2)
        for half in 10 ** rng.uniform(2.7, 4.2, 12)
    ]
    moved = [line + rng.normal(0, 300, line.shape) for line in lines]
    names = [f"zone {number % 4}" for number in range(12)]
    a = traces_of(*lines, zone_names=names)
    strips = plan(a)
    homes = zones_of_lines(strips, 12)
    found = zones_of_lines(counterpart_strips(strips, a, traces_of(*moved)), 12)
    shapes = [shapely.linestrings(line) for line in lines]
    judged = 0
    for line, zones in zip(moved, found):
        shape = shapely.linestrings(line)
        places = shapely.line_interpolate_point(shape, np.arange(50, shape.length, 100))
        distances = shapely.distance(np.array(shapes)[:, None], places)
        near = distances.min(axis=0) <= 2_000
        votes = {}
        for nearest in distances.argmin(axis=0)[near]:
            home = frozenset(homes[nearest])
            votes[home] = votes.get(home, 0) + 1
        total = max(sum(votes.values()), 1)
        if any(abs(count / total - 1 / 3) < 0.05 or 50 < count < 70 for count in votes.values()):
            continue
        judged += 1
        enough = min(total / 3, 64, max(votes.values(), default=0))
        kept = [home for home, count in votes.items() if count >= enough]
        reach = set().union(*kept)
        # A zone's strips may all lie farther away than the line reaches.
        assert zones <= reach
        assert zones or not reach
    assert judged >= 6


@pytest.mark.parametrize(("north", "n_zones"), [(2_680, 2), (1_900, 2), (1_000, 1)])
def test_a_line_that_links_two_zones_is_drawn_in_both(north, n_zones):
    """2 km of the link lie within 2 km of SOUTH; 2.0, 1.2 and 0.3 km within 2 km of NORTH."""
    a = traces_of(SOUTH, NORTH)
    link = [[0.0, -2_300.0], [300.0, north]]
    _, found = counterparts(a, traces_of(SOUTH, NORTH, link))
    assert len(zones_of_lines(found, 3)[2]) == n_zones


@pytest.mark.parametrize(("back_m", "follows"), [(4_000, False), (5_000, True)])
def test_a_long_line_that_follows_a_zone_for_a_windows_length_is_drawn_there_too(back_m, follows):
    """By hand: 30 km nearest to SOUTH, then 6 or 7 km nearest to NORTH: less than a third.

    The line crosses from one zone to the other over 4 km, half of which is nearer to each.
    """
    a = traces_of(SOUTH, NORTH)
    line = [[-15_000, -2_000], [13_000, -2_000], [13_000, 2_000], [13_000 - back_m, 2_000]]
    strips, found = counterparts(a, traces_of(SOUTH, NORTH, line))
    south, north = (zone for (zone,) in zones_of_lines(strips, 2))
    assert zones_of_lines(found, 3)[2] == ({south, north} if follows else {south})


def test_lines_that_cross_in_their_middles_are_not_taken_for_each_other():
    along, across = [[-9_000, 0], [9_000, 0]], [[0, -9_000], [0, 9_000]]
    a = traces_of(along, across, zone_names=["along", "across"])
    strips = plan(a)
    found = counterpart_strips(strips, a, traces_of(across, along))
    assert zones_of_lines(found, 2) == [{"across"}, {"along"}]


def test_lines_lead_to_others_beyond_the_gap():
    """Steps of 1.5 km lead 4.5 km away from the fault; alone, the last one would be left out."""
    line = np.array([[-2_000.0, 0.0], [2_000.0, 0.0]])
    steps = [line + SOUTH[1] - [0, 1_500 * number] for number in (1, 2, 3)]
    a = traces_of(SOUTH)
    _, found = counterparts(a, traces_of(SOUTH, *steps))
    assert zones_of_lines(found, 4) == [{"zone 1"}] * 4
    _, found = counterparts(a, traces_of(SOUTH, steps[-1]))
    assert zones_of_lines(found, 2) == [{"zone 1"}, set()]


def test_zones_of_one_name_belong_together_wherever_they_are_drawn():
    """SOUTH is said to be zone b on the second map, though it lies on zone a."""
    a = traces_of(SOUTH, NORTH, zone_names=["a", "b"])
    b = traces_of(SOUTH, NORTH, NORTH + [0, 500], zone_names=["b", " b ", "c"])
    _, found = counterparts(a, b)
    assert zones_of_lines(found, 3) == [{"b"}, {"b"}, set()]


def test_lines_without_a_name_are_sorted_among_themselves():
    """Redrawn 200 m to the north, among zones of names and of none."""
    far = NORTH + [0, 5_000]
    names = ["a", None, None]
    a = traces_of(SOUTH, NORTH, far, zone_names=names)
    b = traces_of(*(line + [0, 200] for line in (SOUTH, NORTH, far)), zone_names=names)
    strips, found = counterparts(a, b)
    assert {strip.zone for strip in strips} == {"a", "zone 1", "zone 2"}
    assert_same_lines(strips, found)


def test_guide_lines_sort_the_other_map_as_they_sorted_the_first():
    """A new line 4 km beside the guide: farther than the gap of zones, but within its reach."""
    guides = [on_earth([[-16_000, -2_400], [16_000, -2_400]])]
    b = traces_of(SOUTH, SOUTH - [0, 4_000], SOUTH - [0, 7_000])
    _, found = counterparts(traces_of(SOUTH), b, guides=guides)
    assert zones_of_lines(found, 3) == [{"guide 1"}, {"guide 1"}, set()]


def test_frames_stay_those_of_the_first_map():
    a, b = traces_of(SOUTH), traces_of(SOUTH + [0, 700])
    strips, found = counterparts(a, b)
    for strip, other in zip(strips, found):
        assert other.frame == strip.frame
        assert other.azimuth_deg == strip.azimuth_deg
        np.testing.assert_array_equal(other.footprint(0), strip.footprint(0))


def test_maps_of_different_places_are_refused():
    far = LocalFrame(HERE.lon + 5, HERE.lat)
    with pytest.raises(InputError, match="No line of the second map lies in a window"):
        counterparts(traces_of(SOUTH), traces_of(SOUTH, frame=far))


def test_zones_without_a_common_name_are_refused():
    a, b = traces_of(SOUTH, zone_names=["a"]), traces_of(SOUTH, zone_names=["b"])
    with pytest.raises(InputError, match="the first one has 'a', the second one 'b'"):
        counterparts(a, b)


def test_names_on_the_second_map_alone_are_refused():
    with pytest.raises(InputError, match="the first one's are not"):
        counterparts(traces_of(SOUTH), traces_of(SOUTH, zone_names=["b"]))


def test_cancelling_gives_nothing():
    a = traces_of(SOUTH, NORTH)
    strips = plan(a)
    assert counterpart_strips(strips, a, traces_of(BRANCH), cancelled=lambda: True) == []
