"""What the lines behind a window's pixels tell."""

import numpy as np
import pytest

from ssf_model.drawing.drawn_lines import drawn_lines, prevailing_sense
from ssf_model.faults.slip import DIP_SLIP, OBLIQUE, STRIKE_SLIP
from ssf_model.scale import ExperimentScale

pytestmark = pytest.mark.numerical

SCALE = ExperimentScale()
THROUGH = [[0, 64], [64, 64]]


def told_by(*lines, starts=(0,), kinds=None):
    """What lines drawn in pixels tell, window by window."""
    paths = [np.array(line, dtype=float) * 100 for line in lines]
    return drawn_lines(paths, starts, scale=SCALE, kinds=kinds)


def heading_of(*lines):
    return told_by(*lines)[0].heading_deg


def test_the_heading_is_the_mean_direction_weighted_by_length_inside():
    """40 px at 0 degrees and 20 px at 90: the doubled angles 0 and 180 leave 0."""
    level, upright = [[0, 64], [40, 64]], [[50, 54], [50, 74]]
    assert heading_of(level, upright) == pytest.approx(0, abs=1e-6)
    outside = [[30, 300], [60, 340]]
    assert heading_of(level, outside) == pytest.approx(0, abs=1e-6)
    assert heading_of([[60, 70], [10, 64]]) == pytest.approx(np.degrees(np.arctan(0.12)))


def stretch_of(*lines, starts=(0,)):
    return [told.stretch_px for told in told_by(*lines, starts=starts)]


def test_the_median_stretch_is_weighted_by_length_inside_the_window():
    """40 px in one stretch of 100 px, 24 px in stretches of 3 px: the long one is the median."""
    zigzag = [[40 + 2.9 * k, 64 + 0.7 * (k % 2)] for k in range(9)]
    long_one = [[-60, 64], [40, 64]]
    assert stretch_of(long_one, zigzag) == pytest.approx([100.0])
    assert stretch_of(long_one[:1] + [[-60 + 99, 64.0]], zigzag, starts=(50,)) == pytest.approx(
        [np.hypot(2.9, 0.7)]
    )


def test_vertices_on_a_straight_line_do_not_make_it_fine():
    dense = [[x, 30 + x * 0.5] for x in np.linspace(0, 64, 200)]
    assert stretch_of(dense) == pytest.approx([np.hypot(64, 32)])


def test_a_line_to_the_west_is_as_straight_as_one_to_the_east():
    """Its steps head a tenth of a degree to either side of 180 degrees."""
    dense = [[0.5 * step, 40 + 0.001 * (step % 2)] for step in range(129)]
    assert stretch_of(dense) == pytest.approx([64.0])
    assert stretch_of(dense[::-1]) == pytest.approx([64.0])


def test_a_smooth_curve_of_many_small_turns_is_fine():
    angle = np.linspace(-0.6, 0.6, 2_000)
    curve = np.column_stack([32 + 50 * np.sin(angle), 14 + 50 * np.cos(angle)])
    assert stretch_of(curve)[0] < 1.0


def test_no_trace_has_no_stretch():
    assert np.isnan(stretch_of()).all()
    assert np.isnan(stretch_of([[0, 300], [64, 300]])).all()


def test_shares_of_slip_are_by_length_inside_each_window():
    """40 px oblique and 24 px strike-slip in the first window; 20 px of dip-slip in the second."""
    lines = [[0, 60], [40, 60]], [[40, 60], [64, 60]], [[80, 60], [100, 60]], [[50, 300], [60, 300]]
    kinds = np.array([OBLIQUE, STRIKE_SLIP, DIP_SLIP, DIP_SLIP])
    first, second = told_by(*lines, starts=(0, 50), kinds=kinds)
    assert first.oblique_share == pytest.approx(40 / 64)
    assert first.dip_slip_share == 0
    assert second.oblique_share == 0
    assert second.dip_slip_share == pytest.approx(20 / 34)


def test_without_kinds_nothing_is_known_to_slip_otherwise():
    (told,) = told_by(THROUGH)
    assert (told.oblique_share, told.dip_slip_share) == (0, 0)
    (told,) = told_by()
    assert (told.oblique_share, told.dip_slip_share) == (0, 0)


@pytest.mark.parametrize(
    ("senses", "expected"),
    [((1, -1, 0), -1), ((-1, 1, 1), 1), ((1, 0, 0), 1), ((0, 0, -1), 0), ((0, 0, 0), 0)],
)
def test_the_sense_of_a_strip_is_that_of_most_length_inside_it(senses, expected):
    """30 and 40 of 100 m inside; the third path lies outside."""
    paths = [
        np.array([[-50.0, 10], [30, 10]]),
        np.array([[60.0, 10], [60, 50], [60, 90]]),
        np.array([[0.0, 200], [100, 200]]),
    ]
    assert prevailing_sense(paths, np.array(senses), size_m=(100, 50)) == expected


def test_senses_of_the_same_length_leave_it_open():
    paths = [np.array([[0.0, 10], [30, 10]]), np.array([[50.0, 10], [80, 10]])]
    assert prevailing_sense(paths, np.array([1, -1]), size_m=(100, 50)) == 0
    assert prevailing_sense([], np.zeros(0), size_m=(100, 50)) == 0


@pytest.mark.parametrize("seed", range(20))
def test_lines_are_described_as_each_by_itself(seed):
    """Lines that turn often, stand still or have two vertices; only one of them in the window.

    How many times lines before it turn all the way round is nothing to the one after them.
    """
    rng = np.random.default_rng(seed)
    angle = np.linspace(0, rng.uniform(-60, 60), 200)
    spiral = 100 * (np.column_stack([np.cos(angle), np.sin(angle)]) * angle[:, None] / 3)
    line = np.cumsum(rng.normal([300, 0], 200, size=(30, 2)), axis=0) + [0, 6_400]
    line = np.repeat(line, rng.integers(1, 3, len(line)), axis=0)
    far = [spiral - [50_000, 0], spiral[::-1] + [0, 90_000], np.array([[0, -9e4], [9e4, -9e4]])]
    expected = drawn_lines([line], (0,), scale=SCALE)
    assert np.isfinite(expected[0].stretch_px)
    found = drawn_lines([*far, line, *far], (0,), scale=SCALE)
    assert found[0].stretch_px == expected[0].stretch_px
    assert found[0].heading_deg == pytest.approx(expected[0].heading_deg)


@pytest.mark.parametrize("cuts", [[32], [8, 16, 24, 32, 40, 48, 56], [1, 2, 63]])
@pytest.mark.parametrize("backward", [False, True])
def test_it_does_not_matter_where_a_line_is_split(cuts, backward):
    """Truth: the same line in one piece; 64 px straight on, or bent where a cut is, too."""
    for rise in (0.0, 10.0):
        whole = [[-20, 40], [32, 40 + rise], [90, 40]]
        xs = [-20, *sorted({*cuts, 32}), 90]
        ys = np.interp(xs, [-20, 32, 90], [40, 40 + rise, 40])
        places = np.column_stack([xs, ys])
        pieces = [places[n : n + 2] for n in range(len(places) - 1)]
        if backward:
            pieces = [piece[::-1] if n % 2 else piece for n, piece in enumerate(pieces[::-1])]
        assert stretch_of(*pieces) == pytest.approx(stretch_of(whole))


def test_lines_that_meet_at_a_bend_or_with_a_third_do_not_go_on():
    bend = [[0, 40], [20, 40]], [[20, 40], [64, 45]]
    assert stretch_of(*bend) == pytest.approx([np.hypot(44, 5)])
    fork = [[0, 40], [40, 40]], [[40, 40], [64, 40]], [[40, 40], [50, 60]]
    assert stretch_of(*fork) == pytest.approx([24.0])  # of 22, 24 and 40 px
    apart = [[0, 40], [40, 40]], [[40.1, 40], [64, 40]]
    assert stretch_of(*apart) == pytest.approx([40.0])


def test_a_line_that_was_drawn_twice_is_no_longer_than_it_is():
    assert stretch_of(THROUGH, THROUGH) == stretch_of(THROUGH) == pytest.approx([64.0])
