from dataclasses import replace

import numpy as np
import pytest
from shapely import unary_union
from shapely.geometry import LineString, Polygon

from makers.drawn_maps import HERE, model_that, on_earth, traces_of, turned
from ssf_model.estimate.estimating import estimate_strips
from ssf_model.faults.traces import make_traces
from ssf_model.scale import ExperimentScale
from ssf_model.tables.estimates import TRACE_FIELDS, WINDOW_FIELDS, trace_values, window_values
from ssf_model.tables.fields import Field, free_names
from ssf_model.tables.trace_tally import TraceTally
from ssf_model.zones.planning import plan_strips

pytestmark = pytest.mark.numerical

SCALE = ExperimentScale()


def tally(traces, answer, **plan):
    """Trace estimates and windows of a map with a known model."""
    sums, windows = TraceTally(traces), []
    strips = plan_strips(traces, scale=SCALE, **plan)
    for strip in estimate_strips(traces, strips, [model_that(answer)]):
        sums.add(strip)
        windows.extend(strip.windows)
    return sums.estimates(), windows


def test_a_trace_has_the_mean_of_its_windows_weighted_by_length():
    """Oracle: shapely measures each trace in each window's footprint."""
    bow = np.column_stack([np.linspace(-16e3, 16e3, 60), 600 * np.cos(np.linspace(-3, 3, 60))])
    lines = [turned(bow, 60), turned([[-2_000, 900], [4_000, 1_600]], 60)]
    traces = traces_of(*lines)
    found, windows = tally(traces, lambda w: w.sum() / 500, trend_deg=60.0)
    for line, trace in zip(lines, found):
        inside = [
            LineString(line).intersection(Polygon(HERE.to_metres(w.footprint))) for w in windows
        ]
        lengths = np.array([part.length for part in inside])
        ke = np.array([w.ke for w in windows])
        assert trace.ke == pytest.approx((lengths * ke).sum() / lengths.sum(), abs=1e-3)
        assert trace.ke_min == min(ke[lengths > 1])
        assert trace.ke_max == max(ke[lengths > 1])
        covered = unary_union([Polygon(HERE.to_metres(w.footprint)) for w in windows])
        expected = LineString(line).intersection(covered).length / LineString(line).length
        assert trace.covered == pytest.approx(expected, abs=1e-3)
        assert trace.ofd == pytest.approx(1 - trace.ke)
    assert len({w.ke for w in windows}) > 1


def test_length_counts_and_not_how_often_a_line_bends():
    """Windows from -8.2 to -1.8 km, -3.2 to 3.2 and 1.8 to 8.2, whose KE is told by hand.

    Of the first trace 6.4 km lie in the first window, most of it one straight stretch, and 3.2 km,
    bent every 100 m, in the second one; of the other 3.2 km in the second and 6.4 in the third.
    """
    bent = [[-9_000, 0], [-3_100, 0], *[[x, 0] for x in range(-3_000, 1, 100)]]
    traces = traces_of(bent, [[0, 0], [9_000, 0]])
    (strip,) = plan_strips(traces, scale=SCALE, trend_deg=90.0)
    (estimate,) = estimate_strips(traces, [strip], [model_that(lambda window: 0.5)])
    kes = (0.1, 0.3, 0.9)
    windows = [replace(window, ke=ke) for window, ke in zip(estimate.windows, kes)]
    sums = TraceTally(traces)
    sums.add(replace(estimate, windows=windows))
    first, second = sums.estimates()
    assert first.ke == pytest.approx((6.4 * 0.1 + 3.2 * 0.3) / 9.6, abs=2e-4)
    assert second.ke == pytest.approx((3.2 * 0.3 + 6.4 * 0.9) / 9.6, abs=2e-4)
    assert (first.covered, second.covered) == pytest.approx((8.2 / 9, 8.2 / 9), abs=2e-3)


def test_a_trace_that_ends_where_the_strip_begins_is_not_covered():
    """The last vertex of the map lies on the strip's rim, to the last bit."""
    traces = traces_of([[-8_000, 0], [8_000, 0]])
    (strip,) = plan_strips(traces, scale=SCALE, trend_deg=90.0)
    (estimate,) = estimate_strips(traces, [strip], [model_that(lambda window: 0.5)])
    sums = TraceTally(traces)
    sums.add(replace(estimate, paths=[np.array([[-500.0, 6_400.0], [0.0, 6_400.0]])]))
    (trace,) = sums.estimates()
    assert (trace.ke, trace.covered) == (None, 0.0)


def test_overlapping_strips_are_covered_once():
    """A sharp bend: the strips overlap there, and no trace is covered more than wholly."""
    line = [[-30_000, -17_000], [0, 0], [30_000, -17_000]]
    (trace,), windows = tally(traces_of(line), lambda w: 0.5)
    assert max(w.strip for w in windows) > 1
    polygons = [Polygon(HERE.to_metres(w.footprint)) for w in windows]
    expected = LineString(line).intersection(unary_union(polygons)).length / LineString(line).length
    assert trace.covered == pytest.approx(expected, abs=2e-3)


def test_a_trace_outside_all_windows_has_no_ke():
    traces = traces_of([[-8e3, 0], [8e3, 0]], [[-8e3, 6_500], [8e3, 6_500]])
    guide = on_earth([[-8e3, -500], [8e3, -500]])
    (inside, outside), _ = tally(traces, lambda w: 0.5, guides=[guide])
    assert inside.ke == 0.5
    assert (outside.ke, outside.ofd, outside.ke_min, outside.ke_max) == (None,) * 4
    assert outside.covered == 0


def test_a_feature_without_geometry_keeps_its_row():
    traces = make_traces([[], [on_earth([[-8e3, 0], [8e3, 0]])]])
    (empty, full), _ = tally(traces, lambda w: 0.5)
    assert (empty.ke, empty.covered) == (None, 0.0)
    assert full.ke == 0.5


# One model at one scale, which says nothing of its spread.
UNKNOWN_HERE = {"ke_low", "ke_high", "by_scale", "by_model"}


def test_rows_have_a_value_of_the_right_kind_for_every_field():
    traces = traces_of([[-8e3, 0], [8e3, 0]])
    (trace,), windows = tally(traces, lambda w: 0.5)
    kinds = {"int": int, "float": float, "str": str}
    for fields, row in (
        (WINDOW_FIELDS, window_values(windows[0])),
        (TRACE_FIELDS, trace_values(trace)),
    ):
        assert len(fields) == len(row)
        for field, value in zip(fields, row):
            if field.name in UNKNOWN_HERE:
                assert value is None, field.name
                continue
            assert type(value) is kinds[field.kind], field.name
    named = dict(zip([field.name for field in WINDOW_FIELDS], window_values(windows[0])))
    assert (named["ke"], named["ofd"], named["window"], named["n_members"]) == (0.5, 0.5, 1, 60)
    assert named["flags"] == "coarse_trace"
    assert named["trend_deg"] == pytest.approx(90, abs=0.1)


def test_our_names_give_way_to_those_that_are_there():
    fields = [Field("ke", "float", ""), Field("ofd", "float", "")]
    assert free_names(fields, ["name"]) == ["ke", "ofd"]
    assert free_names(fields, ["KE", "ssf_ke"]) == ["ssf_ssf_ke", "ofd"]
