import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from makers.drawn_maps import HERE, model_that, on_earth, traces_of, turned
from ssf_model.errors import InputError, ModelError
from ssf_model.estimate.ensemble import open_models
from ssf_model.estimate.estimating import estimate_strips
from ssf_model.faults.slip_fields import slip_of_features
from ssf_model.faults.traces import make_traces
from ssf_model.geometry.frames import LocalFrame
from ssf_model.options import Options
from ssf_model.scale import ExperimentScale
from ssf_model.zones.planning import plan_strips
from ssf_model.zones.strips import burn_strip

pytestmark = pytest.mark.numerical

SCALE = ExperimentScale()


def share_of_columns(window):
    """An answer that a person can count: how many of the columns hold a fault."""
    return window.any(axis=0).mean()


def estimate(traces, answer=share_of_columns, models=None, **options):
    """All windows of a map with a known model."""
    plan = {name: options.pop(name) for name in ("trend_deg", "guides") if name in options}
    strips = plan_strips(traces, scale=SCALE, **plan)
    models = models or [model_that(answer)]
    found = estimate_strips(traces, strips, models, options=Options(**options))
    return [window for strip in found for window in strip.windows]


def test_ke_is_the_median_and_the_spread_the_percentiles_of_the_members():
    """Members by thickness 2, 3, 4 answer 2, 3, 4 tenths, at five places and four flips."""

    def tenths(window):
        return round(window.sum() / window.any(axis=0).sum()) / 10

    line = [[-10_000, 30], [10_000, 30]]  # 30 m up: no pixel centre lies on a line's rim
    # Moved by whole pixels only, so that the line meets the grid as before.
    (window, *_) = estimate(traces_of(line), tenths, trend_deg=90.0, shift_px=2.0)
    assert window.n_members == 60
    assert window.moved_by["by_thickness"] == pytest.approx(0.2)
    assert window.moved_by["by_shift"] == pytest.approx(0.0)
    assert window.moved_by["by_model"] is None
    assert window.ke == pytest.approx(0.3)
    assert window.ofd == pytest.approx(0.7)
    assert window.ke_p05 == pytest.approx(0.2)
    assert window.ke_p95 == pytest.approx(0.4)
    assert window.trace_px == pytest.approx(3 * 64, abs=64)


def test_ke_is_none_where_there_is_no_trace():
    """A drawn guide with a gap of 12 km: the window in it has no KE, whatever the model says."""
    traces = traces_of([[-20_000, 0], [-7_000, 0]], [[7_000, 0], [20_000, 0]])
    guide = on_earth([[-20_000, 0], [20_000, 0]])
    windows = estimate(traces, lambda window: 0.5, guides=[guide])
    blank = [window for window in windows if window.flags == ("no_trace",)]
    assert len(blank) >= 1
    for window in blank:
        assert (window.ke, window.ofd, window.ke_raw) == (None, None, None)
        assert (window.ke_p05, window.ke_p95, window.trace_px) == (None, None, 0)
    assert all(window.ke == 0.5 for window in windows if window not in blank)


def test_a_sinistral_map_is_read_as_its_mirror_image():
    """A fault 500 m north of its frame's middle, and one 500 m south said to be sinistral."""
    guide = on_earth([[-16_000, 0], [16_000, 0]])
    north, south = (traces_of([[-16_000, up], [16_000, up]]) for up in (500, -500))

    def share_on_the_far_side(window):
        return window[:64].sum() / window.sum()

    def ke(traces, sense):
        options = {"guides": [guide], "flips": "none", "sense": sense}
        windows = estimate(traces, share_on_the_far_side, **options)
        assert {window.sense for window in windows} == {sense}
        return [window.ke for window in windows]

    assert ke(north, "dextral") == [1.0] * 6
    assert ke(south, "dextral") == [0.0] * 6
    assert ke(south, "sinistral") == [1.0] * 6


@pytest.mark.parametrize("sense", ["dextral", "sinistral"])
def test_the_sense_of_slip_changes_neither_flags_nor_the_maps_that_are_kept(sense):
    """A fault turned by 14 degrees from its frame is misaligned whichever way it slips."""
    traces = traces_of([[-9_000, -2_244], [9_000, 2_244]])
    guide = on_earth([[-9_000, 0], [9_000, 0]])
    strips = plan_strips(traces, scale=SCALE, guides=[guide])
    (strip,) = estimate_strips(
        traces, strips, [model_that(lambda window: 0.5)], options=Options(sense=sense)
    )
    assert ["misaligned" in window.flags for window in strip.windows] == [True] * 3
    np.testing.assert_array_equal(
        strip.maps, burn_strip(traces, strips[0], thickness_px=(2.0, 3.0, 4.0))
    )


def test_models_are_members_and_named():
    models = [model_that(lambda w: 0.2, name="a"), model_that(lambda w: 0.4, name="b")]
    (window, *_) = estimate(traces_of([[-5_000, 0], [5_000, 0]]), models=models)
    assert window.n_members == 120
    assert window.ke == pytest.approx(0.3)
    assert window.moved_by["by_model"] == pytest.approx(0.2)
    assert window.model == "a-1 + b-1"


LINE = turned(
    np.column_stack(
        [np.arange(-16_000, 16_001, 500.0), 700 * np.sin(np.arange(-16_000, 16_001, 500.0) / 4e3)]
    ),
    125,
)


def redrawn(how):
    """The same fault, drawn in another way."""
    if how == "reversed":
        return traces_of(LINE[::-1])
    if how == "split":
        return traces_of(LINE[:20], LINE[19:40][::-1], LINE[39:])
    if how == "one multipart feature":
        return make_traces([[on_earth(LINE[:20]), on_earth(LINE[19:40]), on_earth(LINE[39:])]])
    share = np.linspace(0, 1, 5)[:-1]
    steps = [a + share[:, None] * (b - a) for a, b in zip(LINE, LINE[1:])]
    return traces_of(np.concatenate([*steps, LINE[-1:]]))  # densified


@pytest.mark.parametrize("how", ["reversed", "split", "one multipart feature", "densified"])
def test_ke_does_not_depend_on_how_the_same_fault_is_drawn(how):
    """The guide may move by a fraction of a pixel, and a few rim pixels with it."""

    def density(window):
        return window.sum() / 400

    expected, found = (estimate(traces, density) for traces in (traces_of(LINE), redrawn(how)))
    assert [window.strip for window in found] == [window.strip for window in expected]
    np.testing.assert_allclose(
        [window.ke for window in found], [window.ke for window in expected], atol=0.02
    )
    for one, other in zip(expected, found):
        np.testing.assert_allclose(
            HERE.to_metres(one.footprint), HERE.to_metres(other.footprint), atol=60
        )


def test_cancelling_ends_the_iteration():
    traces = traces_of([[0, 0], [60_000, 0]])
    strips = plan_strips(traces, scale=SCALE)
    assert len(strips) > 1
    calls = iter([False, True])
    found = list(
        estimate_strips(traces, strips, [model_that(lambda w: 0.5)], cancelled=lambda: next(calls))
    )
    assert len(found) == 1


def test_the_maps_are_what_the_model_saw():
    seen = []
    traces = traces_of([[-3_100, 150], [3_300, -150]])
    strips = plan_strips(traces, scale=SCALE)
    model = model_that(lambda window: seen.append(window.copy()) or 0.5)
    (strip,) = estimate_strips(
        traces, strips, [model], options=Options(thickness_px=(3.0,), flips="none")
    )
    assert len(seen) > 1  # moved copies follow
    np.testing.assert_array_equal(seen[0], strip.maps[0])


def test_a_pixel_size_that_is_none_is_refused_before_a_model_is_opened():
    with pytest.raises(InputError, match="above 0 m"):
        open_models(["not-there.onnx"], pixel_size_m=-1.0)


def test_a_model_that_is_not_there_is_refused():
    with pytest.raises(ModelError, match=r"not-there\.onnx"):
        open_models(["not-there.onnx"])


@settings(max_examples=10)
@given(
    azimuth_deg=st.floats(0, 360),
    lon=st.floats(-180, 180),
    lat=st.floats(-85, 85),
    order=st.permutations(range(4)),
)
def test_ke_does_not_depend_on_where_and_which_way_a_map_lies(azimuth_deg, lon, lat, order):
    """The same four traces anywhere on Earth, turned by any angle, in any order."""
    straight = turned(LINE, -35)  # back to a strike of 90 degrees
    lines = [straight[:30], straight[32:], straight[5:15] + [0, 900], straight[50:58] - [0, 800]]

    def density(window):
        return window.sum() / 400

    def ke(frame, azimuth_deg, order):
        moved = [turned(lines[number], azimuth_deg) for number in order]
        windows = estimate(traces_of(*moved, frame=frame), density)
        return np.array([window.ke for window in windows])

    expected = ke(HERE, 90.0, range(4))
    assert np.ptp(expected) > 0.05
    found = ke(LocalFrame(lon, lat), azimuth_deg, order)
    # Strips run from west to east, so a turned map may be read from its other end.
    either_way = [np.abs(there - expected).max() for there in (found, found[::-1])]
    assert min(either_way) <= 0.02


CALIBRATED = {"level": 0.9, "half_width": 0.1, "shift_px": 2.5}


def calibrated(answer=lambda window: 0.5):
    """A model whose card says how its spread was calibrated."""
    model = model_that(answer)
    model.card = dataclasses.replace(model.card, spread=CALIBRATED)
    return model


def test_the_interval_is_the_band_widened_as_the_card_says():
    (window, *_) = estimate(traces_of(LINE), models=[calibrated()])
    assert (window.ke_low, window.ke_high) == (pytest.approx(0.4), pytest.approx(0.6))
    (window, *_) = estimate(traces_of(LINE), models=[calibrated(lambda w: 0.97)])
    assert (window.ke_low, window.ke_high) == (pytest.approx(0.87), 1.0)
    (window, *_) = estimate(traces_of(LINE), models=[calibrated(lambda w: 1.04)])
    assert (window.ke_low, window.ke_high) == (pytest.approx(0.9), 1.0)
    (window, *_) = estimate(traces_of(LINE), models=[calibrated(lambda w: 0.03)])
    assert (window.ke_low, window.ke_high) == (0.0, pytest.approx(0.13))


@pytest.mark.parametrize(
    "options",
    [
        {"shift_px": 0.0},
        {"flips": "none"},
        {"thickness_px": (3.0,)},
        {"other_pixel_sizes_m": (88.0,)},
    ],
)
def test_there_is_no_interval_for_another_ensemble_than_was_calibrated(options):
    (window, *_) = estimate(traces_of(LINE), models=[calibrated()], **options)
    assert (window.ke, window.ke_low, window.ke_high) == (0.5, None, None)


def test_there_is_no_interval_for_a_flagged_window():
    """A straight line with a vertex every 10 km: nothing like it was calibrated."""
    windows = estimate(traces_of([[-20_000, 0], [0, 0], [20_000, 0]]), models=[calibrated()])
    assert {window.flags for window in windows} == {("coarse_trace",)}
    assert {(window.ke, window.ke_low, window.ke_high) for window in windows} == {(0.5, None, None)}


@pytest.mark.parametrize(("answer", "flags"), [(0.2, ()), (0.89, ("clipped",))])
def test_an_unknown_sense_takes_no_interval_away(answer, flags):
    """Symmetry: mirrored all four ways the ensemble reads the same maps for either sense."""

    def a_little_more_on_the_far_side(window):
        return answer + window[:64].sum() / window.sum() / 4

    slip, _ = slip_of_features(["feature 1"], {"rake": [None]}, rake_field="rake")
    traces = dataclasses.replace(traces_of(LINE), slip=slip)
    found = {
        sense: estimate(traces, models=[calibrated(a_little_more_on_the_far_side)], sense=sense)
        for sense in ("auto", "dextral", "sinistral")
    }
    assert {window.flags for window in found["auto"]} == {("sense_unknown", *flags)}
    for unknown, *told in zip(*found.values()):
        assert unknown.ke_low == pytest.approx(max(min(unknown.ke_p05, 1) - 0.1, 0))
        for window in told:
            assert window.flags == flags
            assert (unknown.ke_low, unknown.ke_high) == pytest.approx(
                (window.ke_low, window.ke_high)
            )


def test_windows_are_placed_along_their_zone():
    """A fault of 16.4 km: three windows fit, their middles a stride of 5 km apart."""
    windows = estimate(traces_of([[-8_200, 0], [8_200, 0]]))
    np.testing.assert_allclose([w.along_km for w in windows], [3.2, 8.2, 13.2], atol=0.01)
