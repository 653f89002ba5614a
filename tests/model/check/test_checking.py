"""The check of a map, on maps drawn by hand with one fault each."""

import numpy as np
import pytest

from makers.drawn_maps import model_that, on_earth, traces_of
from ssf_model.check.checking import check_map
from ssf_model.check.finding import KINDS, Finding
from ssf_model.estimate.estimating import estimate_strips
from ssf_model.faults.slip import DIP_SLIP, STRIKE_SLIP, Slip
from ssf_model.faults.traces import make_traces
from ssf_model.options import Options
from ssf_model.scale import ExperimentScale
from ssf_model.tables.check_table import check_in_words, foreseen_values
from ssf_model.tables.plan import zones_of_features
from ssf_model.zones.planning import plan_strips

MODEL = model_that(lambda window: 0.5)


def checked(traces):
    strips = plan_strips(traces, scale=ExperimentScale())
    zones = zones_of_features(traces, strips)
    return check_map(traces, strips, [MODEL], options=Options(), zones=zones)


def wavy(west, east, *, north=0.0, rise=0.0):
    """A line with a bend every 400 m, which is not coarse."""
    x = np.linspace(west, east, max(2, int(abs(east - west) / 400) + 1))
    y = north + rise * (x - west) / (east - west) + 40 * (np.arange(len(x)) % 2)
    return np.column_stack([x, y])


def told(check):
    return [(one.kind, one.name, one.other) for one in check.findings]


def test_a_clean_map_has_no_findings():
    assert told(checked(traces_of(wavy(-10_000, 10_000)))) == []


def test_a_clean_map_is_summed_up_and_its_windows_foretold():
    """Rows of windows to come are those that the estimate then gives."""
    traces = traces_of(wavy(-20_000, 20_000))
    check = checked(traces)
    assert "Nothing found to look at." in check_in_words(check).splitlines()
    strips = plan_strips(traces, scale=ExperimentScale())
    options = Options()
    estimates = estimate_strips(traces, strips, [MODEL], options=options)
    found = [window for one in estimates for window in one.windows]
    assert len(found) == 7
    for told_row, window in zip(map(foreseen_values, check.windows), found):
        zone, strip, number, along_km, known, flags, trace_px, trend_deg = told_row
        assert (zone, strip, number) == (window.zone, window.strip, window.window)
        assert along_km == pytest.approx(window.along_km)
        assert known == int(window.ke is not None)
        assert (flags, trace_px) == (",".join(window.flags), window.trace_px)
        assert trend_deg == window.trend_deg


def test_the_first_of_several_models_says_what_is_too_dense():
    """As in the estimate: the line has more pixels than the first model knows, or the second."""
    knows = {px: model_that(lambda w: 0.5, input_ranges={"trace_px": (1.0, px)}) for px in (9, 900)}
    traces = traces_of(wavy(-10_000, 10_000))
    strips = plan_strips(traces, scale=ExperimentScale())
    zones = zones_of_features(traces, strips)
    for order in ((9, 900), (900, 9)):
        models = [knows[px] for px in order]
        options = Options(generalize="never")
        check = check_map(traces, strips, models, options=options, zones=zones)
        estimates = estimate_strips(traces, strips, models, options=options)
        expected = [(w.ke is not None, w.flags) for one in estimates for w in one.windows]
        assert [(window.known, window.flags) for window in check.windows] == expected
        assert expected[0][0] is (order[0] == 900)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [([[[0, 0]]], True), ([[[0, 0], [1, 1]]], False), ([[[0, 0]], [[1, 1]]], False)],
)
def test_a_finding_of_one_vertex_is_a_place(lines, expected):
    lines = [np.array(line, dtype=float) for line in lines]
    assert Finding("gap", "feature 1", None, 1.0, lines).is_place is expected


def test_a_line_drawn_twice_is_found_also_backwards():
    line = wavy(-10_000, 10_000)
    assert told(checked(traces_of(line, line[::-1]))) == [("duplicate", "feature 2", "feature 1")]


@pytest.mark.parametrize(
    ("apart_m", "kinds"), [(0.5, []), (30, ["near_miss"]), (99, ["near_miss"]), (140, [])]
)
def test_an_end_that_nearly_meets_the_middle_of_a_line(apart_m, kinds):
    """A splay from the north; its other end is 6 km away. At half a metre lines do meet."""
    straight = np.array([[x, 0.0] for x in np.linspace(-10_000, 10_000, 51)])
    splay = np.array([[0.0 + 3 * d, apart_m + d] for d in np.linspace(0, 6_000, 16)])
    found = [one for one in checked(traces_of(straight, splay)).findings if one.kind != "coarse"]
    assert [one.kind for one in found] == kinds
    for one in found:
        assert one.value_m == pytest.approx(apart_m, abs=0.1)
        np.testing.assert_allclose(one.lines[0][0], on_earth(splay[:1])[0], atol=1e-9)
        assert (one.name, one.other) == ("feature 2", "feature 1")


@pytest.mark.parametrize(
    ("east_of", "north", "kinds"),
    [
        (500, 0, ["gap"]),
        (1_900, 0, ["gap"]),
        (2_100, 0, []),  # farther apart than strands of a zone are
        (500, 900, []),  # a step: the ends do not run towards each other
        (-3_000, 600, []),  # an overlap
    ],
)
def test_a_gap_is_found_where_two_ends_run_towards_each_other(east_of, north, kinds):
    west = wavy(-12_000, 0)
    east = wavy(east_of, east_of + 12_000, north=north)
    found = checked(traces_of(west, east)).findings
    assert [one.kind for one in found] == kinds
    for one in found:
        assert one.value_m == pytest.approx(np.hypot(east_of, east[0, 1] - west[-1, 1]), rel=1e-3)
        middle = on_earth([(west[-1] + east[0]) / 2])[0]
        np.testing.assert_allclose(one.lines[0][0], middle, atol=1e-6)


def of_one_zone(*lines):
    return make_traces([[on_earth(line)] for line in lines], zone_names=["a"] * len(lines))


@pytest.mark.parametrize(
    ("width_m", "turn_deg", "kinds"),
    [(1_900, 0, []), (2_100, 0, ["empty_stretch"]), (3_500, 60, ["empty_stretch"]),
     (12_000, -30, ["empty_stretch"])],
)  # fmt: skip
def test_a_named_zone_says_where_it_has_no_trace(width_m, turn_deg, kinds):
    """Closed form: a straight zone in two pieces, the gap as drawn, its middle as drawn."""
    west, east = wavy(-12_000, 0), wavy(width_m, width_m + 9_000)
    turn = np.radians(turn_deg)
    turning = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    found = checked(of_one_zone(east[::-1] @ turning, west @ turning)).findings
    found = [one for one in found if one.kind != "gap"]
    assert [one.kind for one in found] == kinds
    for one in found:
        assert (one.name, one.other, one.is_place) == ("a", None, True)
        assert one.value_m == pytest.approx(width_m, rel=2e-3)
        middle = on_earth([[width_m / 2, 20.0]] @ turning)[0]
        np.testing.assert_allclose(one.lines[0][0], middle, atol=1e-3)


def test_a_short_piece_beside_a_long_one_leaves_nothing_empty():
    lines = wavy(-12_000, 6_000), wavy(-9_000, -7_000, north=900), wavy(6_500, 12_000)
    found = checked(of_one_zone(*lines)).findings
    assert [one.kind for one in found if one.kind != "gap"] == []


def test_each_empty_stretch_of_a_zone_is_told_and_none_where_strands_fill_it():
    """A strand beside the gap fills it; one out of sight of its windows, 6.4 km aside, does not."""
    pieces = [wavy(x, x + 8_000) for x in (-12_000, -1_000, 11_000)]
    both = checked(of_one_zone(*pieces)).findings
    assert [(one.kind, round(one.value_m, -2)) for one in both] == [
        ("empty_stretch", 3_000),
        ("empty_stretch", 4_000),
    ]
    beside = [wavy(6_000, 12_000, north=north) for north in (3_000, 7_500)]
    assert [round(one.value_m, -2) for one in checked(of_one_zone(*pieces, beside[0])).findings
            if one.kind == "empty_stretch"] == [3_000]  # fmt: skip
    far = checked(of_one_zone(*pieces, beside[1])).findings
    assert [round(one.value_m, -2) for one in far if one.kind == "empty_stretch"] == [3_000, 4_000]


def test_a_line_that_runs_towards_one_across_it_faces_no_gap():
    """The other one runs on to the north; nothing says that the two are one fault."""
    across = wavy(0, 6_000)[:, ::-1] * [1, -1] + [500, 0]
    assert told(checked(traces_of(wavy(-12_000, 0), across))) == []


@pytest.mark.parametrize(("length_m", "kinds"), [(980, []), (1_020, ["near_miss"])])
def test_cracks_shorter_than_a_kilometre_may_end_beside_others(length_m, kinds):
    crack = np.array([[0.0, 50.0], [0.0, 50.0 + length_m / 2], [10.0, 50.0 + length_m]])
    assert [kind for kind, _, _ in told(checked(traces_of(wavy(-10_000, 10_000), crack)))] == kinds


def test_each_end_counts_in_its_least_gap_alone():
    pieces = [wavy(x, x + 4_000) for x in (0, 4_700, 9_500)]
    found = [one for one in checked(traces_of(*pieces)).findings if one.kind == "gap"]
    assert [round(one.value_m, -2) for one in found] == [700, 800]


def test_a_short_piece_far_from_all_others_is_stray():
    pieces = wavy(-10_000, 10_000), wavy(0, 900, north=5_000)
    assert told(checked(traces_of(*pieces))) == [
        ("stray", "feature 2", "zone 2"),
        ("other_zone", "zone 2, strip 1, window 1", "zone 1"),
    ]
    near = wavy(-10_000, 10_000), wavy(0, 900, north=1_500)
    assert told(checked(traces_of(*near))) == []


def test_a_line_with_a_vertex_every_few_kilometres_is_coarse():
    coarse = np.array([[-12_000, 0], [-6_000, 900], [1_000, -300], [9_000, 800]])
    (found,) = checked(traces_of(coarse)).findings
    lengths = np.hypot(*np.diff(coarse, axis=0).T)
    assert found.kind == "coarse"
    assert found.value_m == pytest.approx(np.sort(lengths)[1], rel=1e-3)  # half is in longer ones


def test_faults_that_do_not_slip_along_strike_are_found():
    lines = [wavy(-10_000, 10_000), wavy(-10_000, 10_000, north=1_000)]
    slip = Slip(np.array([STRIKE_SLIP, DIP_SLIP], dtype=np.int8), np.zeros(2, dtype=np.int8))
    traces = make_traces([[on_earth(line)] for line in lines], slip=slip)
    assert told(checked(traces)) == [("not_strike_slip", "feature 2", None)]


def test_windows_with_another_zones_traces_say_whose_and_how_much():
    """Two named zones 3 km apart, the windows reach 6.4 km to each side."""
    lines = [wavy(-10_000, 10_000), wavy(-10_000, 10_000, north=3_000)]
    traces = make_traces([[on_earth(line)] for line in lines], zone_names=["a", "b"])
    found = checked(traces).findings
    assert {(one.kind, one.other) for one in found} == {("other_zone", "a"), ("other_zone", "b")}
    assert len(found) == 6  # three windows each
    for one in found:
        assert one.value_m == pytest.approx(6_500, rel=0.03)


FLAGGED = {
    "coarse": [[[-12_000, 0], [0, 900], [12_000, -300]]],
    "short": [[[-1_500, 0], [1_500, 40]]],
    "askew": [wavy(-10_000, 10_000), wavy(-2_000, 2_000, north=-2_000, rise=5_000)],
    "echelon": [wavy(x, x + 3_000, rise=900) for x in range(-9_000, 9_000, 2_500)],
}


@pytest.mark.parametrize("name", FLAGGED)
def test_the_flags_foreseen_are_those_that_come(name):
    """Oracle: the estimate itself. A model that answers 0.5 clips nothing."""
    traces = traces_of(*FLAGGED[name])
    strips = plan_strips(traces, scale=ExperimentScale())
    came = [w for one in estimate_strips(traces, strips, [MODEL]) for w in one.windows]
    windows = checked(traces).windows
    assert [window.flags for window in windows] == [window.flags for window in came]
    assert [window.known for window in windows] == [window.ke is not None for window in came]
    assert [window.trace_px for window in windows] == [window.trace_px for window in came]


def test_the_summary_names_what_was_found_and_its_meaning():
    line = wavy(-10_000, 10_000)
    check = checked(traces_of(line, line))
    text = check_in_words(check)
    assert "40 km of trace" in text
    assert KINDS["duplicate"] in text
    assert check.spacing_m == pytest.approx(402, abs=1)


def test_brute_force_finds_the_same_near_misses():
    """Oracle: every end against every segment of every other line, one by one."""
    rng = np.random.default_rng(5)
    steps = rng.normal(0, 700, (40, 4, 2)).cumsum(axis=1)
    lines = list(rng.uniform(0, 6_000, (40, 1, 2)) + steps)
    traces = traces_of(*lines)
    misses = [one for one in checked(traces).findings if one.kind == "near_miss"]
    found = {(one.name, round(one.value_m, 1)) for one in misses}
    slow = set()
    for number, line in enumerate(lines):
        if np.hypot(*np.diff(line, axis=0).T).sum() < 1_000:
            continue
        for end in (line[0], line[-1]):
            apart = min(
                from_segment(end, other[at], other[at + 1])
                for index, other in enumerate(lines)
                if index != number
                for at in range(len(other) - 1)
            )
            if 1 < apart <= 100:
                slow.add((f"feature {number + 1}", round(apart, 1)))
    assert len(slow) > 3
    assert {name for name, _ in found} == {name for name, _ in slow}
    for (_, one), (_, two) in zip(sorted(found), sorted(slow)):
        assert one == pytest.approx(two, abs=0.3)  # chords of a ball, not of a plane


def from_segment(place, start, stop):
    step = stop - start
    share = np.clip((place - start) @ step / (step @ step), 0, 1)
    return float(np.hypot(*(place - start - share * step)))
