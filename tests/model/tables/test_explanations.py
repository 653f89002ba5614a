"""Tables of contributions, by a network of which every fault pixel adds 1/400."""

import numpy as np
import pytest
from shapely.geometry import Point, Polygon

from makers.drawn_maps import HERE, traces_of
from makers.onnx_networks import counting, written
from ssf_model.errors import InputError
from ssf_model.estimate.estimating import estimate_strips
from ssf_model.explain.explaining import explain_strips
from ssf_model.network.model import open_model
from ssf_model.options import Options
from ssf_model.scale import ExperimentScale
from ssf_model.tables.explanations import column_rows, contribution_rows, window_losses
from ssf_model.zones.planning import plan_strips

pytestmark = pytest.mark.numerical

SCALE = ExperimentScale()


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    proto = counting(each=1 / 400)
    return open_model(written(tmp_path_factory.mktemp("model"), proto), threads=1)


@pytest.fixture(scope="module")
def explained(model):
    """Two windows along a level line from -5.7 to 5.7 km, 3 pixels thick, half a pixel up."""
    options = Options(flips="none", thickness_px=(3.0,), shift_px=0)
    traces = traces_of([[-5_700, 50], [5_700, 50]])
    strips = plan_strips(traces, scale=SCALE, trend_deg=90.0)
    estimates = estimate_strips(traces, strips, [model], options=options)
    (found,) = explain_strips(estimates, [model], scale=SCALE, options=options, stretch_m=None)
    return found


def test_every_column_has_a_ring_around_its_fault_pixels(explained):
    """300 m across strike and 100 m along it, side by side from one end to the other."""
    rows = list(column_rows(explained))
    assert [row[2:4] for row, _ in rows] == [(n, col + 1) for n in (1, 2) for col in range(64)]
    for row, ring in rows:
        shape = Polygon(HERE.to_metres(ring))
        assert shape.area == pytest.approx(300 * 100, rel=1e-3)
        middle_m = row[4] * 1000 - 5_700
        assert shape.covers(Point(middle_m, 50)), "the line runs through it"
        assert shape.centroid.x == pytest.approx(middle_m, abs=2)
        assert row[5] == pytest.approx(3 / 400)


def test_every_fault_pixel_has_a_ring_of_its_size(explained):
    rows = list(contribution_rows(explained))
    assert len(rows) == 2 * 64 * 3
    for row, ring in rows:
        assert Polygon(HERE.to_metres(ring)).area == pytest.approx(100 * 100, rel=1e-3)
        assert row[5] == pytest.approx(1 / 400)
        assert 63 <= row[3] <= 66


def test_a_straight_fault_has_lost_nothing(explained):
    losses = list(window_losses(explained))
    assert [loss.window for loss in losses] == [1, 2]
    assert [loss.ke for loss in losses] == pytest.approx([192 / 400] * 2)
    assert [loss.lost for loss in losses] == pytest.approx([0, 0], abs=1e-6)


@pytest.mark.parametrize("stretch_m", [0.0, -1.0, np.nan])
def test_a_stretch_that_is_none_is_refused_before_anything_is_asked_for(model, stretch_m):
    with pytest.raises(InputError):
        explain_strips([], [model], scale=SCALE, stretch_m=stretch_m)
