from dataclasses import replace

import numpy as np
import pytest

from ssf_model.drawing.drawn_lines import drawn_lines
from ssf_model.drawing.map_statistics import COVER, STATISTICS, TRACE_PX
from ssf_model.drawing.raster import burn_traces
from ssf_model.estimate import flags
from ssf_model.estimate.flags import LEGEND, describe_window, is_knowable, window_flags
from ssf_model.faults.slip import DIP_SLIP, OBLIQUE, STRIKE_SLIP, UNKNOWN
from ssf_model.network.model_card import ModelCard
from ssf_model.scale import ExperimentScale

pytestmark = pytest.mark.numerical

SCALE = ExperimentScale()
CARD = ModelCard(name="m", version="1", input_ranges={"trace_px": (60, 600)})


def window_of(*lines, thickness=3.0):
    """A window with lines drawn in pixels from its lower-left corner."""
    traces = [np.array(line, dtype=float) for line in lines]
    return burn_traces(traces, (128, 64), pixel_size_m=1.0, thickness_px=[thickness])[0]


def facts_of(*lines, stretch_px=2.0, kinds=None, **given):
    """What a window with lines drawn in pixels shows."""
    paths = [np.array(line, dtype=float) * 100 for line in lines]
    (told,) = drawn_lines(paths, (0,), scale=SCALE, kinds=kinds)
    told = told._replace(stretch_px=stretch_px)
    return describe_window(window_of(*lines), told, **{"past_end": False, **given})


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


@pytest.mark.parametrize(
    ("ranges", "outside"),
    [
        ({"n_parts": (1, 1)}, True),
        ({"n_parts": (1, 2)}, False),
        ({"n_parts": (3, 6)}, True),
        ({"cover": (0.2, 0.9)}, True),  # the columns are covered from end to end
        ({"spread_px": (0.8, 8.5)}, False),
        ({"spread_px": (0.8, 7.0)}, True),
        ({"spread_px": (8.5, 12.0)}, True),
        ({"px_per_column": (2, 5.5)}, True),
        ({"strands": (1, 1.8)}, True),
        ({"strands": (1, 2)}, False),
        ({"trace_px": (400, 500)}, False),  # too few have a flag of their own
        ({"a statistic of another version": (7, 8)}, False),
        ({}, False),
    ],
)
def test_any_statistic_outside_its_range_is_flagged(ranges, outside):
    """Two lines 3 px thick and 16 px apart: 2 parts, 2 strands, 6 px a column, spread 8.04."""
    card = ModelCard(name="m", version="1", input_ranges=ranges)
    facts = facts_of([[0, 56.3], [64, 56.3]], [[0, 72.3], [64, 72.3]])
    assert (flags.OUTSIDE_TRAINING in window_flags(facts, 0.5, card)) is outside
    assert is_knowable(facts, card)


@pytest.mark.parametrize(("high", "outside"), [(6.8, False), (6.7, True)])
def test_a_twentieth_of_the_range_is_tolerated(high, outside):
    """The spread of two lines 3 px thick and 14 px apart is 7.05, where 7.14 and 7.035 may be."""
    card = ModelCard(name="m", version="1", input_ranges={"spread_px": (0.0, high)})
    facts = facts_of([[0, 57.3], [64, 57.3]], [[0, 71.3], [64, 71.3]])
    assert facts.statistics["spread_px"] == pytest.approx(np.sqrt(49 + 2 / 3))
    assert (flags.OUTSIDE_TRAINING in window_flags(facts, 0.5, card)) is outside


@pytest.mark.parametrize(
    ("kinds", "expected", "known"),
    [
        ([STRIKE_SLIP, STRIKE_SLIP], (), True),
        ([UNKNOWN, UNKNOWN], (), True),
        (None, (), True),
        ([DIP_SLIP, STRIKE_SLIP], (), True),  # 14 of 64 px
        ([OBLIQUE, DIP_SLIP], (flags.NOT_STRIKE_SLIP,), True),  # dip-slip: 50 of 64 px
        ([UNKNOWN, OBLIQUE], (flags.NOT_STRIKE_SLIP,), True),
        ([OBLIQUE, OBLIQUE], (flags.NOT_STRIKE_SLIP,), True),
        ([DIP_SLIP, DIP_SLIP], (flags.NOT_STRIKE_SLIP,), False),
    ],
)
def test_length_that_is_not_strike_slip_is_flagged_and_dip_slip_alone_unknown(
    kinds, expected, known
):
    short, long = [[0, 64], [14, 64]], [[14, 64], [64, 64]]
    kinds = None if kinds is None else np.array(kinds)
    assert flags_of(short, long, kinds=kinds) == (expected, known)


def test_a_sense_that_is_not_known_is_flagged():
    assert flags_of(THROUGH, sense_known=False) == ((flags.SENSE_UNKNOWN,), True)
    dip_slip = flags_of(THROUGH, sense_known=False, kinds=np.array([DIP_SLIP]))
    assert dip_slip == ((flags.NOT_STRIKE_SLIP,), False)  # there is no sense to be known


def test_what_is_drawn_coarsely_is_flagged():
    assert flags_of(THROUGH, stretch_px=9.9)[0] == ()
    assert flags_of(THROUGH, stretch_px=10.1)[0] == (flags.COARSE_TRACE,)


LIMITS = {  # the limit that the legend names, and whether a window on it has the flag already
    flags.OFF_CENTRE: ("offset_px", 10.0, False),  # more than 10 pixels
    flags.MISALIGNED: ("tilt_deg", 10.0, False),  # more than 10 degrees
    flags.SINGLE_SEGMENT: (COVER, 0.75, False),  # less than three quarters
    flags.FEW_PIXELS: (TRACE_PX, 60, False),  # fewer than 99 % of the training windows have
    flags.COARSE_TRACE: ("stretch_px", 10.0, False),  # longer than 10 pixels
    flags.NOT_STRIKE_SLIP: ("oblique_share", 0.25, False),  # more than a quarter
    flags.OTHER_ZONE: ("others_px", 10.0, True),  # as long as 10 pixels or more
    flags.DUPLICATE: ("beside_px", 20.0, True),  # for 20 pixels or more
}


@pytest.mark.parametrize("flag", LIMITS)
def test_on_a_limit_the_words_of_the_legend_decide(flag):
    name, limit, holds = LIMITS[flag]
    facts = facts_of(THROUGH)
    facts = replace(facts, lines=facts.lines._replace(heading_deg=6.0))  # for MISALIGNED
    if name in facts.statistics:
        facts = replace(facts, statistics={**facts.statistics, name: limit})
    elif name in facts.lines._fields:
        facts = replace(facts, lines=facts.lines._replace(**{name: limit}))
    else:
        facts = replace(facts, **{name: limit})
    assert (flag in window_flags(facts, 0.5, CARD)) is holds


@pytest.mark.parametrize(
    ("facts", "known"),
    [
        ({"offset_px": 20.0}, True),  # beyond 20 pixels KE is NULL
        ({"offset_px": -20.0}, True),
        ({"offset_px": 20.01}, False),
        ({"tilt_deg": 20.0}, True),  # beyond 20 degrees
        ({"tilt_deg": 20.01}, False),
    ],
)
def test_on_the_last_limit_there_still_is_a_ke(facts, known):
    there = facts_of(THROUGH)
    there = replace(there, lines=there.lines._replace(heading_deg=6.0))
    assert is_knowable(replace(there, **facts), CARD) is known


def test_one_pixel_more_than_half_as_many_again_as_the_densest_is_too_dense():
    """The 99th percentile of the card is 600."""
    assert not flags.is_too_dense(900, CARD)
    assert flags.is_too_dense(901, CARD)


@pytest.mark.parametrize(("heading_deg", "askew_deg"), [(5.0, 0.0), (5.01, 12.0), (-6.0, 0.0)])
def test_only_traces_turned_to_the_side_of_their_pixels_are_askew(heading_deg, askew_deg):
    facts = facts_of(THROUGH)
    facts = replace(facts, tilt_deg=12.0, lines=facts.lines._replace(heading_deg=heading_deg))
    assert facts.askew_deg == askew_deg


@pytest.mark.parametrize(
    ("raw", "expected"),
    [(0.0, ()), (-1e-9, (flags.CLIPPED,)), (1.05, (flags.CLIPPED,)), (1.0501, (flags.TOO_HIGH,))],
)
def test_the_output_s_limits_are_those_of_the_legend(raw, expected):
    assert flags_of(THROUGH, raw=raw)[0] == expected


@pytest.mark.parametrize("inset_px", [0, 4, 20])
def test_a_zone_shorter_than_its_window_is_flagged_and_has_no_ke(inset_px):
    found, known = flags_of([[inset_px, 64], [64 - inset_px, 64]], past_end=True)
    assert flags.PAST_END in found
    assert not known


@pytest.mark.parametrize(("others_px", "expected"), [(9.9, ()), (10.0, (flags.OTHER_ZONE,))])
def test_trace_of_another_zone_is_flagged_from_a_kilometre_on(others_px, expected):
    assert flags_of(THROUGH, others_px=others_px) == (expected, True)


def test_an_output_above_one_is_flagged():
    assert flags_of(THROUGH, raw=1.01)[0] == (flags.CLIPPED,)
    assert flags_of(THROUGH, raw=1.0)[0] == ()


def test_every_flag_is_explained():
    names = {value for name, value in vars(flags).items() if name.isupper() and type(value) is str}
    assert names - set(STATISTICS) == set(LEGEND)


def test_offsets_and_tilts_are_those_drawn():
    facts = facts_of([[0, 70], [64, 70]])
    assert facts.offset_px == pytest.approx(6.0, abs=0.5)
    assert facts.cover == 1.0
    rise = 32 * np.tan(np.radians(10))
    facts = facts_of([[0, 64 - rise], [64, 64 + rise]])
    assert facts.tilt_deg == pytest.approx(10, abs=1)
    assert facts.lines.heading_deg == pytest.approx(10, abs=1e-6)


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


@pytest.mark.parametrize(
    ("length_px", "expected", "known"),
    [(11, (), True), (16, (flags.CROSS_FAULT,), True), (22, (flags.CROSS_FAULT,), False)],
)
def test_a_line_across_the_fault_is_flagged_and_a_longer_one_leaves_no_ke(
    length_px, expected, known
):
    """Drawn with round ends of 1.5 px, it covers a row or two more at either end."""
    for lean in (0.0, 0.2, -0.2):  # columns a row
        half = np.array([lean, 1.0]) * (length_px / 2)
        line = [[32, 64] - half, [32, 64] + half]
        assert flags_of(THROUGH, line) == (expected, known)


def test_a_line_across_in_small_pieces_or_at_a_slant_is_no_cross_fault():
    """Echelon steps climb as far, but over gaps; a branch of 30 degrees leans."""
    stairs = [[[20, 50 + 7 * step], [44, 52 + 7 * step]] for step in range(4)]
    assert flags.CROSS_FAULT not in flags_of(*stairs)[0]
    assert flags.CROSS_FAULT not in flags_of(THROUGH, [[20, 57], [44, 71]])[0]


@pytest.mark.parametrize("degrees", [45, 53, 60, 67, 120, 135])
@pytest.mark.parametrize(("length_px", "known"), [(19, True), (32, False)])
def test_a_conjugate_is_flagged_and_a_longer_one_leaves_no_ke(degrees, length_px, known):
    """Conjugate strike-slip faults cross at 60 degrees, and took KE to .44 without a word."""
    half = np.array([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))]) * (length_px / 2)
    found, has_ke = flags_of(THROUGH, [[32, 64] - half, [32, 64] + half])
    assert flags.CROSS_FAULT in found
    assert has_ke == known
