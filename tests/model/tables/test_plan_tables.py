"""Tables of a plan, and the ribbon, against maps whose answer can be worked out by hand."""

import numpy as np
import pytest

from makers.drawn_maps import HERE, model_that, on_earth, traces_of, turned
from ssf_model.estimate.estimating import estimate_strips
from ssf_model.scale import ExperimentScale
from ssf_model.tables.plan import GUIDE_FIELDS, guide_rows, plan_window_rows, zones_of_features
from ssf_model.tables.ribbon import RIBBON_FIELDS, ribbon_rows
from ssf_model.zones.planning import plan_strips

SCALE = ExperimentScale()


def told(fields, rows):
    """Rows as dicts."""
    names = [field.name for field in fields]
    return [dict(zip(names, row)) for row, _ in rows]


def test_a_straight_fault_of_20_km_has_a_guide_of_20_km_and_three_windows():
    """floor((20 - 6.4) / 5) + 1 = 3 windows, in the middle of the guide."""
    traces = traces_of(turned([[-10_000, 0], [10_000, 0]], 60))
    strips = plan_strips(traces, scale=SCALE)
    rows = list(guide_rows(strips))
    (guide,) = told(GUIDE_FIELDS, rows)
    assert guide["length_km"] == pytest.approx(20, abs=0.02)
    assert (guide["zone"], guide["n_strips"], guide["n_windows"]) == ("zone 1", 1, 3)
    ((_, (line,)),) = rows
    metres = HERE.to_metres(line)
    azimuth = np.radians(60)
    aside = metres @ np.array([np.cos(azimuth), -np.sin(azimuth)])
    assert np.abs(aside).max() < 5
    places = [row[3] for strip in strips for row, _ in plan_window_rows(strip)]
    assert places == pytest.approx([5, 10, 15], abs=0.02)


def test_features_are_told_their_zone_and_those_in_none_nothing():
    near, far = [[-10_000, 0], [10_000, 0]], [[-10_000, 30_000], [10_000, 30_000]]
    both = traces_of(near, far)
    assert zones_of_features(both, plan_strips(both, scale=SCALE)) == ["zone 1", "zone 2"]
    guide = [on_earth([[-10_000, 500], [10_000, 500]])]
    drawn = plan_strips(both, scale=SCALE, guides=guide)
    assert zones_of_features(both, drawn) == ["guide 1", None]


def test_a_zone_of_several_guides_keeps_its_name():
    """Where a fault turns by 90 degrees there are two guide lines, "x" and "x, part 2"."""
    corner = [[-20_000, 0], [0, 0], [0, -20_000]]
    traces = traces_of(corner, [[100, -15_000], [100, -19_000]], zone_names=["x", "x"])
    strips = plan_strips(traces, scale=SCALE)
    assert len({strip.zone for strip in strips}) == 2
    assert zones_of_features(traces, strips) == ["x", "x"]


def ribbon_of(traces, **plan):
    strips = plan_strips(traces, scale=SCALE, **plan)
    model = model_that(lambda window: 0.5)
    return [row for one in estimate_strips(traces, strips, [model]) for row in ribbon_rows(one)]


@pytest.mark.parametrize("length_m", [4_000, 6_400, 11_390, 11_410, 20_000, 33_000, 61_700])
@pytest.mark.parametrize("bow_m", [0, 4_000])
def test_the_ribbon_follows_the_guide_without_gap_or_overlap(length_m, bow_m):
    """It holds all that windows hold: n windows cover 6.4 + 5 (n - 1) km in the guide's middle."""
    along = np.linspace(-0.5, 0.5, 60)
    line = np.column_stack([along * length_m, bow_m * along**2 * (length_m / 60_000)])
    traces = traces_of(line)
    rows = ribbon_of(traces, guides=[on_earth(line)])
    ribbon = told(RIBBON_FIELDS, rows)
    ends = [(row["from_km"], row["to_km"]) for row in ribbon]
    assert all(one[1] == pytest.approx(two[0]) for one, two in zip(ends, ends[1:]))
    assert all(begin < end for begin, end in ends)
    true_km = np.hypot(*np.diff(line, axis=0).T).sum() / 1000
    covered = min(true_km, 6.4 + 5 * (len(ribbon) - 1))
    assert ends[-1][1] - ends[0][0] == pytest.approx(covered, abs=0.06)
    assert ends[0][0] >= 0
    assert ends[-1][1] <= true_km + 1e-3
    for row, (_, (stretch,)) in zip(ribbon, rows):
        drawn_m = np.hypot(*np.diff(HERE.to_metres(stretch), axis=0).T).sum()
        assert drawn_m / 1000 == pytest.approx(row["to_km"] - row["from_km"], abs=1e-3)
    for (_, (one,)), (_, (two,)) in zip(rows, rows[1:]):
        np.testing.assert_allclose(one[-1], two[0], atol=1e-9)


def test_a_stretch_has_the_ke_of_the_window_nearest_along_the_zone():
    traces = traces_of([[-15_000, 0], [15_000, 0]])
    strips = plan_strips(traces, scale=SCALE)
    model = model_that(lambda window: 0.5)
    for estimate in estimate_strips(traces, strips, [model]):
        for window, row in zip(estimate.windows, told(RIBBON_FIELDS, ribbon_rows(estimate))):
            assert row["from_km"] < window.along_km < row["to_km"]
            assert row["to_km"] - row["from_km"] < 5.8
            assert (row["ke"], row["ofd"]) == (window.ke, window.ofd)
