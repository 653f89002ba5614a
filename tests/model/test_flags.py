import numpy as np
import pytest
from scipy import ndimage

from ssf_model import flags
from ssf_model.flags import (
    LEGEND,
    describe_window,
    drawn_lines,
    is_knowable,
    window_flags,
)
from ssf_model.model_card import ModelCard
from ssf_model.raster import burn_traces
from ssf_model.scale import ExperimentScale

SCALE = ExperimentScale()
CARD = ModelCard(name="m", version="1", input_ranges={"trace_px": (60, 600)})


def window_of(*lines, thickness=3.0):
    """A window with lines drawn in pixels from its lower-left corner."""
    traces = [np.array(line, dtype=float) for line in lines]
    return burn_traces(traces, (128, 64), pixel_size_m=1.0, thickness_px=[thickness])[0]


def facts_of(*lines, stretch_px=2.0, past_end=False):
    """What a window with lines drawn in pixels shows."""
    paths = [np.array(line, dtype=float) * 100 for line in lines]
    ((_, heading_deg),) = drawn_lines(paths, (0,), scale=SCALE)
    return describe_window(
        window_of(*lines), stretch_px=stretch_px, heading_deg=heading_deg, past_end=past_end
    )


def flags_of(*lines, raw=0.5, **given):
    facts = facts_of(*lines, **given)
    return window_flags(facts, raw, CARD), is_knowable(facts, CARD)


THROUGH = [[0, 64], [64, 64]]


def test_a_through_going_fault_in_the_middle_has_no_flag():
    assert flags_of(THROUGH) == ((), True)


def test_a_blank_window_is_not_knowable():
    assert flags_of() == ((flags.NO_TRACE,), False)


@pytest.mark.parametrize(
    ("up", "expected", "known"),
    [(9, (), True), (12, (flags.OFF_CENTRE,), True), (-12, (flags.OFF_CENTRE,), True),
     (22, (flags.OFF_CENTRE,), False)],
)  # fmt: skip
def test_a_trace_off_the_middle_rows_is_flagged_and_far_off_unknown(up, expected, known):
    assert flags_of([[0, 64 + up], [64, 64 + up]]) == (expected, known)


@pytest.mark.parametrize(
    ("tilt_deg", "expected", "known"),
    [(8, (), True), (12, (flags.MISALIGNED,), True), (-15, (flags.MISALIGNED,), True),
     (23, (flags.MISALIGNED,), False)],
)  # fmt: skip
def test_a_tilted_trace_is_flagged_and_a_steep_one_unknown(tilt_deg, expected, known):
    rise = 32 * np.tan(np.radians(tilt_deg))
    assert flags_of([[0, 64 - rise], [64, 64 + rise]]) == (expected, known)


def test_echelon_shears_in_line_are_not_misaligned():
    """Shears at 14 degrees whose middles follow the columns."""
    shears = [[[x - 9, 66.3], [x + 9, 61.7]] for x in (5, 22, 42, 59)]
    assert flags_of(*shears)[0] == ()


def test_one_lone_trace_is_flagged_but_two_are_not():
    lone = [[10, 64], [50, 64]]
    assert flags_of(lone)[0] == (flags.SINGLE_SEGMENT,)
    assert flags_of([[5, 64], [25, 64]], [[30, 64], [50, 64]])[0] == ()
    assert flags_of([[5, 64], [60, 64]])[0] == ()


def test_pixel_counts_outside_the_training_set_are_flagged():
    assert flags.FEW_PIXELS in flags_of([[5, 64], [15, 64]])[0]
    many = [[[0, row], [64, row]] for row in (50.3, 58.3, 66.3, 74.3)]
    assert flags_of(*many) == ((flags.OUTSIDE_TRAINING,), True)


def test_a_window_far_denser_than_any_training_window_is_unknown():
    """960 and 768 pixels where the training set's 99th percentile is 600."""
    four = [[[0, row], [64, row]] for row in (50.3, 58.3, 66.3, 74.3)]
    assert flags_of(*four) == ((flags.OUTSIDE_TRAINING,), True)
    assert flags_of(*four, [[0, 82.3], [64, 82.3]]) == ((flags.OUTSIDE_TRAINING,), False)


def test_what_is_drawn_coarsely_is_flagged():
    assert flags_of(THROUGH, stretch_px=9.9)[0] == ()
    assert flags_of(THROUGH, stretch_px=10.1)[0] == (flags.COARSE_TRACE,)


def test_a_zone_shorter_than_its_window_is_flagged_and_unknown_if_much_shorter():
    assert flags_of([[4, 64], [60, 64]], past_end=True) == ((flags.PAST_END,), True)
    found, known = flags_of([[20, 64], [50, 64]], past_end=True)
    assert flags.PAST_END in found
    assert not known


def test_an_output_above_one_is_flagged():
    assert flags_of(THROUGH, raw=1.01)[0] == (flags.CLIPPED,)
    assert flags_of(THROUGH, raw=1.0)[0] == ()


def test_every_flag_is_explained():
    names = {value for name, value in vars(flags).items() if name.isupper() and type(value) is str}
    assert names == set(LEGEND)


@pytest.mark.parametrize("seed", range(10))
def test_parts_are_counted_as_scipy_does(seed):
    window = np.random.default_rng(seed).random((40, 30)) < 0.15 + 0.03 * seed
    expected = ndimage.label(window, np.ones((3, 3)))[1]
    facts = describe_window(
        window.astype(np.uint8), stretch_px=1.0, heading_deg=0.0, past_end=False
    )
    assert facts.n_parts == expected


def test_offsets_and_tilts_are_those_drawn():
    facts = facts_of([[0, 70], [64, 70]])
    assert facts.offset_px == pytest.approx(6.0, abs=0.5)
    assert facts.cover == 1.0
    rise = 32 * np.tan(np.radians(10))
    facts = facts_of([[0, 64 - rise], [64, 64 + rise]])
    assert facts.tilt_deg == pytest.approx(10, abs=1)
    assert facts.heading_deg == pytest.approx(10, abs=1e-6)


def test_the_heading_is_the_mean_direction_weighted_by_length_inside():
    """40 px at 0 degrees and 20 px at 90: the doubled angles 0 and 180 leave 0."""
    level, upright = [[0, 64], [40, 64]], [[50, 54], [50, 74]]
    assert facts_of(level, upright).heading_deg == pytest.approx(0, abs=1e-6)
    outside = [[30, 300], [60, 340]]
    assert facts_of(level, outside).heading_deg == pytest.approx(0, abs=1e-6)
    assert facts_of([[60, 70], [10, 64]]).heading_deg == pytest.approx(np.degrees(np.arctan(0.12)))


def test_a_splay_beside_a_straight_fault_does_not_make_it_misaligned():
    facts = facts_of(THROUGH, [[2, 78], [30, 82]], [[6, 90], [30, 92]])
    assert abs(facts.tilt_deg) > 10
    assert facts.askew_deg == 0


def test_echelon_shears_of_a_turned_zone_are_misaligned():
    """Shears at 14 degrees against their zone, which is turned by 21 degrees."""
    turn = np.radians(21)
    rotate = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    shears = [([[x - 9, 2.3], [x + 9, -2.3]] @ rotate) + [32, 64] for x in (-28, -10, 8, 26)]
    assert facts_of(*shears).askew_deg > 18


def stretch_of(*lines, starts=(0,)):
    paths = [np.array(line, dtype=float) * 100 for line in lines]
    return [stretch for stretch, _ in drawn_lines(paths, starts, scale=SCALE)]


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


def test_a_smooth_curve_of_many_small_turns_is_fine():
    angle = np.linspace(-0.6, 0.6, 2_000)
    curve = np.column_stack([32 + 50 * np.sin(angle), 14 + 50 * np.cos(angle)])
    assert stretch_of(curve)[0] < 1.0


def test_no_trace_has_no_stretch():
    assert np.isnan(stretch_of()).all()
    assert np.isnan(stretch_of([[0, 300], [64, 300]])).all()
