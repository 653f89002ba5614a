"""Strips too dense to be read: which are generalized, and what is said of them."""

import dataclasses

import numpy as np
import pytest

from makers.dense_maps import HALF_M, dense_lines
from makers.drawn_maps import model_that, model_told, on_earth, traces_of
from ssf_model.compare.comparing import compare_strips
from ssf_model.drawing.generalizing import generalize_paths
from ssf_model.estimate.ensemble import member_predictions
from ssf_model.estimate.estimating import estimate_strips
from ssf_model.estimate.flags import GENERALIZED
from ssf_model.estimate.generalized import generalize_on_grid
from ssf_model.explain.attribution import Attribution
from ssf_model.explain.contributions import strip_contributions
from ssf_model.explain.explaining import explain_strips
from ssf_model.explain.removal import remove_stretches
from ssf_model.explain.stretches import cut_stretches
from ssf_model.network.model import default_model_path, open_model
from ssf_model.options import MAX_SHIFT_PX, MAX_THICKNESS_PX, Options
from ssf_model.scale import ExperimentScale
from ssf_model.tables.estimates import (
    GENERALIZED_FIELDS,
    WINDOW_FIELDS,
    generalized_rows,
    window_values,
)
from ssf_model.zones.planning import plan_strips

SCALE = ExperimentScale()
RANGES = {"trace_px": (52.0, 422.0)}  # the shipped model's: 633 pixels are too many
GUIDE = on_earth([[-HALF_M, 0], [HALF_M, 0]])


def share_of_columns(window):
    return window.any(axis=0).mean()


def probe(**card):
    return model_that(share_of_columns, input_ranges=RANGES, **card)


def estimate(*lines, model=None, **options):
    """All strips of a map, along a straight guide."""
    traces = traces_of(*lines)
    strips = plan_strips(traces, scale=SCALE, guides=[GUIDE])
    return list(estimate_strips(traces, strips, [model or probe()], options=Options(**options)))


@pytest.fixture(scope="module")
def answers():
    """The thicket's map with each of the three choices."""
    return {choice: estimate(*dense_lines(), generalize=choice) for choice in
            ("auto", "never", "always")}  # fmt: skip


@pytest.mark.parametrize("size_m", [(), (150.0,)])
def test_lines_are_generalized_as_far_as_any_window_may_see(size_m):
    """At the largest shift and thickness; pixels of 150 m show half as much ground again."""
    (line,) = generalize_on_grid(
        [np.array([[-30_000.0, 6_400.0], [36_400.0, 6_400.0]])],
        (128, 64),
        scale=SCALE,
        options=Options(other_pixel_sizes_m=size_m),
    )
    pixel_m = max([100.0, *size_m])
    middle_m, sees_m = 3_200.0, pixel_m * (64 / 2 + MAX_SHIFT_PX + MAX_THICKNESS_PX / 2)
    assert line[:, 0].min() < middle_m - sees_m
    assert line[:, 0].max() > middle_m + sees_m


def same_bits(one, other):
    return repr(one.windows) == repr(other.windows) and one.raw.tobytes() == other.raw.tobytes()


def test_only_a_strip_with_a_window_too_dense_is_generalized(answers):
    dense = [any(window.trace_px > 633 for window in strip.windows) for strip in answers["never"]]
    assert dense == [False, True]  # two strips of windows, the thicket lies in the eastern one
    assert [strip.generalized for strip in answers["auto"]] == dense
    assert [strip.generalized for strip in answers["always"]] == [True, True]
    assert [strip.generalized for strip in answers["never"]] == [False, False]


def test_other_strips_are_as_mapped_to_the_last_bit(answers):
    auto, never = answers["auto"][0], answers["never"][0]
    assert same_bits(auto, never)
    assert auto.maps.tobytes() == never.maps.tobytes()
    assert auto.drawn is auto.paths
    assert same_bits(answers["auto"][1], answers["always"][1])


def test_a_window_that_was_too_dense_has_ke_and_says_why(answers):
    auto, never = answers["auto"][1], answers["never"][1]
    lost = [number for number, window in enumerate(never.windows) if window.ke is None]
    assert lost
    assert all(window.ke is not None for window in auto.windows)
    assert all(window.trace_px <= 633 for window in auto.windows)
    assert all(GENERALIZED in window.flags for window in auto.windows)
    assert all(GENERALIZED not in window.flags for window in never.windows)
    column = [field.name for field in WINDOW_FIELDS].index("generalized")
    assert {window_values(window)[column] for window in auto.windows} == {1}
    assert {window_values(window)[column] for window in never.windows} == {0}


def test_the_lines_as_mapped_are_kept_beside_those_drawn(answers):
    auto, never = answers["auto"][1], answers["never"][1]
    assert [path.tobytes() for path in auto.paths] == [path.tobytes() for path in never.paths]
    assert 0 < len(auto.drawn) < len(auto.paths) / 10


def test_the_layer_holds_the_lines_that_were_drawn(answers):
    assert list(generalized_rows(answers["never"][1])) == []
    told = list(generalized_rows(answers["auto"][1]))
    estimated = answers["auto"][1]
    assert len(told) == len(estimated.drawn)
    for number, ((row, (line,)), drawn) in enumerate(zip(told, estimated.drawn), start=1):
        assert len(row) == len(GENERALIZED_FIELDS)
        assert row[:3] == (estimated.strip.zone, estimated.strip.number, number)
        steps = np.diff(drawn, axis=0)
        assert row[3] == pytest.approx(np.hypot(*steps.T).sum())
        np.testing.assert_array_equal(line, estimated.strip.to_lonlat(drawn))


def test_how_coarse_a_trace_is_drawn_is_told_of_the_line_as_mapped():
    """Vertices every 500 m on a wave; generalized it has straight stretches of other lengths."""
    x = np.arange(-HALF_M, HALF_M + 1, 500.0)
    fine = np.column_stack([x, 100 * np.sin(x / 700)])
    coarse = np.array([[-HALF_M, 0], [0, 300.0], [HALF_M, 0]])
    for line, expected in ((fine, False), (coarse, True)):
        for strip in estimate(line, generalize="always"):
            assert {"coarse_trace" in window.flags for window in strip.windows} == {expected}


def zigzag():
    """A line that turns every 300 m, but by 10 m only, which no camera sees."""
    x = np.arange(-HALF_M, HALF_M + 1, 300.0)
    return np.column_stack([x, 10.0 * (np.arange(len(x)) % 2)])


def test_a_network_is_told_how_finely_the_lines_are_drawn_that_it_sees():
    """As mapped stretches of 3 pixels; what a camera sees is straight for a window and more."""
    model = model_told(lambda window, stretch: (stretch / 10_000, 0, 1), input_ranges=RANGES)
    as_mapped = estimate(zigzag(), model=model, generalize="never")
    seen = estimate(zigzag(), model=model, generalize="always")
    for window in (window for strip in as_mapped for window in strip.windows):
        assert window.stretch_px == pytest.approx(np.hypot(3, 0.1), rel=1e-3)
        assert window.ke == pytest.approx(window.stretch_px / 10_000, rel=1e-5)
    for window in (window for strip in seen for window in strip.windows):
        assert window.stretch_px > SCALE.window_cols
        assert window.ke == pytest.approx(window.stretch_px / 10_000, rel=1e-5)
        assert "coarse_trace" not in window.flags  # which is said of the line as mapped


def test_without_a_stretch_a_network_is_told_the_same():
    """Its answer is what it is told; a piece of the line would be said to be drawn otherwise."""
    model = model_told(lambda window, stretch: (stretch / 10_000, 0, 1), input_ranges=RANGES)
    options = Options(generalize="always", shift_px=0, thickness_px=(3.0,))
    strip = estimate(zigzag(), model=model, **dataclasses.asdict(options))[0]
    told = [
        (ke, without)
        for removal in remove_stretches(strip, [model], options=options)
        for ke, without in zip(removal.ke, removal.ke_without)
    ]
    assert len(told) > 5
    assert all(without == pytest.approx(ke, rel=1e-5) for ke, without in told)


def test_a_networks_own_interval_is_given_for_generalized_lines_too():
    interval = {"level": 0.9, "stretch_px": [4.0], "widen_by": [0.01, 0.02], "shift_px": 2.5}
    model = model_told(lambda *_: (0.5, 0.4, 0.6), input_ranges=RANGES, interval=interval)
    for choice in ("auto", "never", "always"):
        for strip in estimate(zigzag(), model=model, generalize=choice):
            for window in strip.windows:
                assert (GENERALIZED in window.flags) == (choice == "always")
                assert window.ke_low < 0.4 < 0.6 < window.ke_high, "told, and widened"


def test_no_calibrated_interval_is_given_for_generalized_lines():
    x = np.arange(-HALF_M, HALF_M + 1, 500.0)
    plain = np.column_stack([x, 100 * np.sin(x / 700)])
    model = probe(spread={"level": 0.9, "half_width": 0.1, "shift_px": 2.5})
    for choice, given in (("auto", True), ("never", True), ("always", False)):
        for strip in estimate(plain, model=model, generalize=choice):
            for window in strip.windows:
                assert window.flags == (() if given else (GENERALIZED,))
                assert (window.ke_low is not None) == (window.ke_high is not None) == given


def test_a_window_that_is_left_blank_says_that_it_was_generalized():
    """A piece of 300 m is less than the smallest fault."""
    windows = [
        window
        for strip in estimate([[-HALF_M, 0], [-15_000, 0]], [[0, 0], [300, 0]], generalize="always")
        for window in strip.windows
    ]
    blank = [window for window in windows if window.flags[0] == "no_trace"]
    assert blank
    assert {(window.flags, window.ke) for window in blank} == {(("no_trace", GENERALIZED), None)}


@pytest.mark.parametrize("sizes", [(), (88.0, 150.0)])
def test_members_read_the_generalized_lines_wherever_they_look(sizes):
    """Slow twin: lines generalized a whole window around, then drawn on every canvas.

    A splay leads 9.4 km off the zone: pixels of 150 m show 9.6 km to either side, a strip 6.4 km.
    """
    options = Options(generalize="auto", other_pixel_sizes_m=sizes, flips="none", thickness_px=(3,))
    model = model_that(lambda window: window.sum() / 2_000, input_ranges=RANGES)
    lines = [*dense_lines(), [[8_000, 5_000], [20_000, 9_400]]]
    found = estimate(*lines, model=model, **dataclasses.asdict(options))[1]
    assert found.generalized
    drawn = generalize_paths(found.paths, found.strip.shape, pixel_size_m=100.0, beyond_px=128)
    raw = member_predictions(drawn, found.strip.n_windows, [model], scale=SCALE, options=options)
    np.testing.assert_allclose(found.raw, raw, atol=0.005)  # ten pixels at the ends of lines


def test_what_explains_a_generalized_strip_adds_up_to_its_ke(answers):
    """The shipped model: cells sum up to the members' mean, whose median is KE."""
    model = open_model(default_model_path())
    options = Options(flips="none", shift_px=0, thickness_px=(3.0,))
    strip = estimate(*dense_lines(), model=model, **dataclasses.asdict(options))[1]
    assert strip.generalized
    found = strip_contributions(strip, [Attribution(model)], options=options)
    sums = found.constant + found.cells.sum(axis=(1, 2))
    np.testing.assert_allclose(sums, [window.ke_raw for window in strip.windows], atol=1e-5)
    (explained,) = explain_strips([strip], [model], scale=SCALE, options=options, stretch_m=None)
    assert explained.estimate is strip


def test_ke_without_a_stretch_is_that_of_the_other_lines_generalized_anew():
    """Slow twin: all other stretches, and what leaves the strip, generalized, drawn, read."""
    options = Options(flips="none", shift_px=0, thickness_px=(3.0,))
    model = model_that(lambda window: window.sum() / 1000, input_ranges=RANGES)
    strip = estimate(*dense_lines(), model=model, **dataclasses.asdict(options))[1]
    stretches, outside = cut_stretches(
        strip.paths, strip.strip.shape, scale=SCALE, stretch_m=6000.0, thickness_px=3.0
    )
    removals = list(remove_stretches(strip, [model], options=options, stretch_m=6000.0))
    assert len(removals) == len(stretches)
    told = 0
    for number, removal in enumerate(removals):
        others = [stretch for other, stretch in enumerate(stretches) if other != number]
        rest = [piece for stretch in others for piece in stretch.pieces] + outside
        lines = generalize_paths(rest, strip.strip.shape, pixel_size_m=100.0, beyond_px=24)
        raw = member_predictions(
            lines, strip.strip.n_windows, [model], scale=SCALE, options=options
        )
        for window, without in zip(removal.windows, removal.ke_without):
            if np.isfinite(without):
                assert without == pytest.approx(raw[window, 0], abs=1e-6)
                told += 1
    assert told > 3


def test_two_maps_of_a_strip_are_generalized_alike():
    """Map B lacks the thicket, so that it alone would be drawn as mapped."""
    dense, plain = traces_of(*dense_lines()), traces_of(dense_lines()[0])
    options = Options(flips="none", shift_px=0)
    strips = {
        name: plan_strips(traces, scale=SCALE, guides=[GUIDE])
        for name, traces in (("dense", dense), ("plain", plain))
    }
    there = list(
        compare_strips(dense, strips["dense"], plain, strips["plain"], [probe()], options=options)
    )
    back = list(
        compare_strips(plain, strips["plain"], dense, strips["dense"], [probe()], options=options)
    )
    for comparisons in (there, back):
        assert [(each.a.generalized, each.b.generalized) for each in comparisons] == [
            (False, False),
            (True, True),
        ]
    for one, other in zip(there, back):
        assert same_bits(one.a, other.b)
        assert same_bits(one.b, other.a)
    itself = compare_strips(dense, strips["dense"], dense, strips["dense"], [probe()])
    assert {window.ke_change for each in itself for window in each.windows} == {0.0}
