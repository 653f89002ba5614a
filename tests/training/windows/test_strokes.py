"""Lines join where a mapper would not lift the pen; every map here is drawn by hand."""

import numpy as np
import pytest

from training.windows.strokes import joined


def line(*vertices):
    return np.array(vertices, dtype=float)


def segments(lines):
    """Every segment of the lines, either way round, as a sorted list."""
    return sorted(
        tuple(sorted((tuple(one), tuple(other))))
        for path in lines
        for one, other in zip(path.tolist(), path[1:].tolist())
    )


def ends(lines):
    return sorted(tuple(sorted((tuple(path[0]), tuple(path[-1])))) for path in lines)


WEST, EAST = line((0, 0), (10, 0), (20, 0)), line((40, 1), (30, 1), (20, 0))
BRANCH = line((20, 0), (25, 6), (30, 12))


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_the_straightest_two_of_a_fork_are_one_line_and_the_third_its_branch(order):
    strokes = joined([(WEST, EAST, BRANCH)[place] for place in order], bridge_px=0)
    assert ends(strokes) == [((0, 0), (40, 1)), ((20, 0), (30, 12))]
    assert segments(strokes) == segments([WEST, EAST, BRANCH])


@pytest.mark.parametrize(("turn_deg", "n_lines"), [(0, 1), (55, 1), (65, 2), (180, 2)])
def test_lines_that_meet_at_a_sharp_bend_are_two(turn_deg, n_lines):
    turn = np.radians(turn_deg)
    other = line((20, 0), (20 + 20 * np.cos(turn), 20 * np.sin(turn)))
    assert len(joined([WEST, other], bridge_px=8)) == n_lines


def test_the_direction_of_an_end_is_that_of_its_last_six_pixels():
    """A hook of 2 px that runs on exactly as EAST does not count: its line is from the south."""
    hooked = line((20, -30), (20, -2), (19, -0.1), (20, 0))
    strokes = joined([WEST, EAST, hooked], bridge_px=0)
    assert ends(strokes) == [((0, 0), (40, 1)), ((20, -30), (20, 0))]


@pytest.mark.parametrize(("gap_px", "n_lines"), [(3.9, 1), (4.1, 2)])
@pytest.mark.parametrize("backwards", [False, True])
def test_only_gaps_up_to_the_limit_are_bridged(gap_px, n_lines, backwards):
    ahead = line((20 + gap_px, 0), (40, 0))
    strokes = joined([WEST, ahead[::-1] if backwards else ahead], bridge_px=4)
    assert len(strokes) == n_lines
    if n_lines == 1:
        expected = segments([WEST, ahead, line((20, 0), (20 + gap_px, 0))])
        assert segments(strokes) == expected


@pytest.mark.parametrize(
    "other",
    [
        line((22, 3), (40, 3)),  # 56 degrees off the end's direction
        line((15, 3), (40, 3)),  # overlaps: the two are en echelon
        line((23, 0), (23, 20)),  # is pointed at and points elsewhere
        line((23, -10), (23, 10)),  # passes before the end
        line((23, 0), (23, 0)),  # has no direction
    ],
    ids=["beside", "en echelon", "turned", "across", "dot"],
)
def test_only_ends_that_point_at_each_other_are_bridged(other):
    assert len(joined([WEST, other], bridge_px=8)) == 2


def test_narrow_gaps_are_bridged_before_wide_ones():
    near, far = line((23, 0), (26, 0)), line((26, 1), (50, 1))
    strokes = joined([far, WEST, near], bridge_px=7)
    assert ends(strokes) == [((0, 0), (26, 0)), ((26, 1), (50, 1))]


def test_an_end_at_a_fork_is_not_bridged():
    """Its branch ends there, 3 px before a line that it points at."""
    fork = [line((0, -20), (0, 0)), line((0, 0), (0, 20)), line((-20, 0), (0, 0))]
    assert len(joined([*fork, line((3, 0), (20, 0))], bridge_px=8)) == 3


def test_a_ring_of_arcs_ends_where_it_starts():
    turn = np.linspace(0, 2 * np.pi, 41)
    circle = 20 * np.column_stack([np.cos(turn), np.sin(turn)])
    circle[-1] = circle[0]
    (ring,) = joined([circle[:21], circle[:19:-1]], bridge_px=0)
    assert (ring[0] == ring[-1]).all()
    assert segments([ring]) == segments([circle])
    gaps = [circle[1:20], circle[21:40]]  # 6 px are missing on either side
    (ring,) = joined(gaps, bridge_px=8)
    assert (ring[0] == ring[-1]).all()
    assert len(ring) == 39
    (ring,) = joined([circle[1:40]], bridge_px=8)  # its own ends point at each other
    assert segments([ring]) == segments([circle[1:40], circle[[39, 1]]])


@pytest.mark.parametrize("seed", range(5))
def test_every_line_is_in_one_stroke(seed):
    """A net of random lines between few nodes, where many meet."""
    rng = np.random.default_rng(seed)
    nodes = rng.uniform(0, 100, size=(8, 2))
    pairs = [rng.choice(8, size=2, replace=False) for _ in range(20)]
    lines = [np.stack([nodes[a], rng.uniform(0, 100, 2), nodes[b]]) for a, b in pairs]
    strokes = joined(lines, bridge_px=0)
    assert segments(strokes) == segments(lines)
    assert len(strokes) < len(lines)


def test_no_lines_are_no_strokes():
    assert joined([], bridge_px=5) == []
