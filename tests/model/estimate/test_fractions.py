"""KE is a fraction, between the ends of its interval, whatever a model answers or a card says."""

import dataclasses

import numpy as np
import pytest

from makers.drawn_maps import model_that, traces_of
from ssf_model.estimate.estimating import estimate_strips
from ssf_model.options import Options
from ssf_model.scale import ExperimentScale
from ssf_model.zones.planning import plan_strips

pytestmark = pytest.mark.numerical

CALIBRATED = {"level": 0.9, "half_width": 0.1, "shift_px": 2.5}
X = np.arange(-20_000, 20_001, 500)
LINE = np.column_stack([X, 30 + 60 * (X // 500 % 2)]).tolist()  # bends, so that it is not coarse


def first_window(answer, *, spread=None):
    """The first window of a zigzag by a model of one answer, calibrated as `spread` says."""
    model = model_that(lambda window: answer)
    if spread is not None:
        model.card = dataclasses.replace(model.card, spread=spread)
    traces = traces_of(LINE)
    strips = plan_strips(traces, scale=ExperimentScale(), trend_deg=90.0)
    return next(estimate_strips(traces, strips, [model], options=Options())).windows[0]


@pytest.mark.parametrize(("raw", "ke"), [(1.04, 1.0), (-0.149, 0.0), (-3e38, 0.0)])
def test_an_output_beyond_a_fraction_is_clipped_and_kept(raw, ke):
    window = first_window(raw)
    assert (window.ke, window.ofd) == (ke, 1.0 - ke)
    assert (window.ke_p05, window.ke_p95) == (ke, ke)
    assert window.ke_raw == pytest.approx(raw)
    assert "clipped" in window.flags
    assert "too_high" not in window.flags


@pytest.mark.parametrize("raw", [1.06, 1.6, 3e38])
def test_an_output_that_no_experiment_can_have_gives_no_ke(raw):
    window = first_window(raw)
    told = (window.ke, window.ofd, window.ke_low, window.ke_high, window.ke_p05, window.ke_p95)
    assert told == (None,) * 6
    assert window.ke_raw == pytest.approx(raw)
    assert "too_high" in window.flags
    assert "clipped" not in window.flags


@pytest.mark.parametrize("raw", [-3e38, -0.149, 0.0, 0.4, 1.0, 1.04])
@pytest.mark.parametrize("half_width", [-1e50, -0.5, -0.05, 0.0, 0.3, 1e50])
def test_whatever_the_card_says_ke_lies_between_the_ends_of_its_interval(raw, half_width):
    window = first_window(raw, spread={**CALIBRATED, "half_width": half_width})
    assert 0 <= window.ke_low <= window.ke <= window.ke_high <= 1
    assert window.ofd == 1 - window.ke


def test_a_spread_without_half_width_gives_no_interval():
    window = first_window(0.5, spread={"level": 0.9, "shift_px": 2.5})
    assert (window.ke, window.ke_low, window.ke_high) == (0.5, None, None)
