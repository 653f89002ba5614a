"""A line drawn twice changes nothing but the number of features."""

import numpy as np
import pytest

from makers.drawn_maps import model_that, on_earth, traces_of
from ssf_model.estimate.estimating import estimate_strips
from ssf_model.faults.repeats import first_drawn
from ssf_model.faults.traces import make_traces
from ssf_model.scale import ExperimentScale
from ssf_model.tables.trace_tally import TraceTally
from ssf_model.zones.planning import plan_strips

pytestmark = pytest.mark.numerical

SCALE = ExperimentScale()
BENT = np.array([[-15_000.0, 0.0], [0.0, 300.0], [15_000.0, 0.0]])


def test_a_line_is_the_same_in_either_direction():
    line = np.array([[0.0, 0, 0], [10, 0, 0], [20, 5, 0]])
    first = first_drawn([line, line[::-1], line + [0, 0, 1.0], line[:2], line + 1e-4])
    assert first.tolist() == [0, 0, 2, 3, 0]


@pytest.mark.parametrize("length_km", [6, 15, 24, 30, 60])
@pytest.mark.parametrize("how", ["alike", "reversed", "three times"])
@pytest.mark.parametrize("zone_field", [False, True])
def test_a_line_drawn_twice_gives_the_windows_of_one(length_km, how, zone_field):
    line = BENT * length_km / 30
    copies = {"alike": [line], "reversed": [line[::-1]], "three times": [line, line[::-1]]}[how]

    def places(*lines):
        names = ["a"] * len(lines) if zone_field else None
        strips = plan_strips(traces_of(*lines, zone_names=names), scale=SCALE)
        return [(s.n_windows, s.frame.lon, s.frame.lat, s.azimuth_deg) for s in strips], strips

    expected, _ = places(line)
    found, strips = places(line, *copies)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-9)
    assert all(strip.lines.tolist() == list(range(len(copies) + 1)) for strip in strips)


def test_both_copies_get_a_ke():
    traces = make_traces([[on_earth(BENT)], [on_earth(BENT[::-1])]])
    strips = plan_strips(traces, scale=SCALE)
    tally = TraceTally(traces)
    for estimate in estimate_strips(traces, strips, [model_that(lambda window: 0.5)]):
        tally.add(estimate)
    assert [trace.ke for trace in tally.estimates()] == [0.5, 0.5]
