"""How much trace in a window is not drawn, since another zone has it."""

import numpy as np
import pytest

from makers.drawn_maps import model_that, traces_of
from ssf_model.compare.counterpart import counterpart_strips
from ssf_model.estimate.estimating import estimate_strips
from ssf_model.scale import ExperimentScale
from ssf_model.zones.planning import plan_strips

SCALE = ExperimentScale()
LINE = [[-20_000, 0], [20_000, 0]]


def planned(*others, names=None):
    """The strips of a line 40 km long, zone "a", with others beside it."""
    traces = traces_of(LINE, *others, zone_names=names or ["a", *"b" * len(others)])
    return traces, [s for s in plan_strips(traces, scale=SCALE) if s.zone == "a"]


def test_a_lone_zone_has_none_of_others():
    _, strips = planned(names=["a"])
    assert {one for strip in strips for one in strip.others} == {(0.0, 0.0, 0.0)}
    assert [len(strip.others) for strip in strips] == [strip.n_windows for strip in strips]


@pytest.mark.parametrize("apart_m", [50, 2_000, 6_000])
def test_a_second_strand_of_another_zone_is_half_of_the_trace(apart_m):
    _, strips = planned([[-20_000, apart_m], [20_000, apart_m]])
    for strip in strips:
        for other in strip.others:
            assert other.length_m == pytest.approx(6_400, abs=1)
            assert other.share == pytest.approx(0.5, abs=1e-3)


def test_what_lies_beside_the_windows_does_not_count():
    """They reach 6.4 km to either side."""
    _, strips = planned([[-20_000, 6_600], [20_000, 6_600]])
    assert {one.length_m for strip in strips for one in strip.others} == {0.0}


def test_lines_of_the_same_zone_are_no_others():
    _, strips = planned([[-20_000, 2_000], [20_000, 2_000]], names=["a", "a"])
    assert {one.length_m for strip in strips for one in strip.others} == {0.0}


def test_a_crossing_line_counts_where_it_crosses():
    """12.8 km of it lie in the windows that its crossing at x = 0 lies in, none in the others."""
    _, strips = planned([[0, -9_000], [0, 9_000]])
    lengths = np.array([one.length_m for strip in strips for one in strip.others])
    places = np.concatenate(
        [strip.along_m + strip.stride_m * np.arange(strip.n_windows) for strip in strips]
    )
    crossed = np.abs(places - 20_000) < 3_150
    assert crossed.any()
    np.testing.assert_allclose(lengths[crossed], 12_800, atol=5)
    np.testing.assert_allclose(lengths[np.abs(places - 20_000) > 3_250], 0)


def test_windows_tell_the_share_and_are_flagged():
    traces, strips = planned([[-20_000, 2_000], [20_000, 2_000]])
    (first, *_) = estimate_strips(traces, strips, [model_that(lambda window: 0.5)])
    for window in first.windows:
        assert window.others == pytest.approx(0.5, abs=1e-3)
        assert "other_zone" in window.flags


def test_a_second_map_has_others_of_its_own():
    traces, strips = planned(names=["a"])
    second, _ = planned([[-20_000, 2_000], [20_000, 2_000]])
    for strip in counterpart_strips(strips, traces, second):
        assert all(one.share == pytest.approx(0.5, abs=1e-3) for one in strip.others)


@pytest.mark.parametrize(("apart_m", "beside_m"), [(0, 6_400), (100, 6_400), (260, 0), (2_000, 0)])
def test_what_runs_within_two_pixels_is_told_apart(apart_m, beside_m):
    """A line one metre longer at either end, so that it is no copy of the first."""
    _, strips = planned([[-20_001, apart_m], [20_001, apart_m]])
    for strip in strips:
        for other in strip.others:
            assert other.beside_m == pytest.approx(beside_m, abs=150)


def test_a_crossing_line_runs_beside_only_where_it_crosses():
    """At 45 degrees, 2 pixels to either side are 5.7 of its length."""
    _, strips = planned([[-9_000, -9_000], [9_000, 9_000]])
    beside = [one.beside_m for strip in strips for one in strip.others]
    assert max(beside) == pytest.approx(570, abs=150)


@pytest.mark.parametrize(("apart_m", "flagged"), [(100, True), (2_000, False)])
def test_one_fault_of_two_sources_is_flagged(apart_m, flagged):
    traces, strips = planned([[-20_001, apart_m], [20_001, apart_m]])
    (first, *_) = estimate_strips(traces, strips, [model_that(lambda window: 0.5)])
    assert ["duplicate_mapping" in window.flags for window in first.windows] == [flagged] * len(
        first.windows
    )
