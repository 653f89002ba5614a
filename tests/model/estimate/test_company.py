"""Strips are drawn and read together; none may change by a bit for the others' sake."""

import numpy as np
import pytest

from makers.drawn_maps import model_that
from ssf_model.estimate.ensemble import open_models
from ssf_model.estimate.estimating import estimate_strips
from ssf_model.faults.traces import make_traces
from ssf_model.geometry.frames import LocalFrame
from ssf_model.options import Options
from ssf_model.scale import ExperimentScale
from ssf_model.zones.planning import plan_strips

pytestmark = pytest.mark.numerical

SCALE = ExperimentScale()


def wavy_map():
    """Faults of 10 to 60 km in places all over the Earth, some broken, some straight."""
    rng = np.random.default_rng(2)
    parts = []
    for number in range(14):
        frame = LocalFrame(-170 + 24.0 * number, rng.uniform(-60, 60))
        along = np.arange(0, rng.uniform(10_000, 60_000), rng.uniform(200, 5_000))
        path = np.column_stack([along, 400 * (number % 3) * np.sin(along / 4_000)])
        pieces = [path] if number % 2 else [path[: len(path) // 2 + 1], path[len(path) // 2 :]]
        parts += [[frame.to_lonlat(piece)] for piece in pieces if len(piece) > 1]
    return make_traces(parts)


def bits(estimate):
    """All that an estimate tells, with every bit."""
    told = [
        (window.ke, window.ke_low, window.ke_high, window.ke_p05, window.ke_p95, window.ke_raw)
        + (window.flags, window.trace_px, window.stretch_px, tuple(window.moved_by.items()))
        + (window.footprint.tobytes(),)
        for window in estimate.windows
    ]
    return told, estimate.raw.tobytes(), estimate.maps.tobytes()


@pytest.mark.parametrize("engine", ["onnxruntime", "numpy"])
def test_a_strip_is_the_same_alone_and_in_any_company(engine):
    traces = wavy_map()
    strips = plan_strips(traces, scale=SCALE)
    assert sum(strip.n_windows for strip in strips) > 80
    options = Options(other_pixel_sizes_m=(88.0,))
    models, _ = open_models(engine=engine)
    together = list(map(bits, estimate_strips(traces, strips, models, options=options)))
    models, _ = open_models(engine=engine)  # one that remembers nothing
    order = np.random.default_rng(3).permutation(len(strips))
    mixed = estimate_strips(traces, [strips[n] for n in order], models, options=options)
    assert [together[n] for n in order] == list(map(bits, mixed))
    for strip, expected in list(zip(strips, together))[::4]:
        models, _ = open_models(engine=engine)
        assert [bits(one) for one in estimate_strips(traces, [strip], models, options=options)] == [
            expected
        ]


def test_a_model_that_reads_windows_together_is_asked_strip_by_strip(monkeypatch):
    """Its answers may hang on the company, which must not hang on how strips are shared out."""
    traces = wavy_map()
    strips = plan_strips(traces, scale=SCALE)
    model = model_that(lambda window: window.mean())
    asked, answer = [], model.answer
    monkeypatch.setattr(
        model, "answer", lambda *given: asked.append(len(given[0])) or answer(*given)
    )
    list(estimate_strips(traces, strips, [model], options=Options(flips="none")))
    assert asked == [15 * strip.n_windows for strip in strips]
