"""Networks that are told how finely a map is drawn: what they are told, and their interval."""

import numpy as np
import pytest

from makers.drawn_maps import model_that, model_told, on_earth, traces_of
from ssf_model.errors import InputError
from ssf_model.estimate.ensemble import (
    list_members,
    member_predictions,
    mirror_windows,
    with_flips,
)
from ssf_model.estimate.estimating import estimate_strips
from ssf_model.estimate.reading import read_strip
from ssf_model.estimate.settings import run_settings
from ssf_model.options import Options
from ssf_model.scale import ExperimentScale
from ssf_model.zones.planning import plan_strips

SCALE = ExperimentScale()
GUIDE = [[-10_000, 0], [10_000, 0]]
EDGES, WIDTHS = [4.0, 16.0], [0.01, 0.02, 0.1]
CALIBRATED = {"level": 0.9, "stretch_px": EDGES, "widen_by": WIDTHS, "shift_px": 2.5}


def zigzag(step_m, height_m=300.0):
    """A line through the strip in straight stretches that are `step_m` long along strike."""
    along = np.arange(-20_000, 20_001, step_m)
    return np.column_stack([along, height_m * (np.arange(len(along)) % 2)])


def estimate(model, *lines, models=None, **options):
    """Windows of the only strip of a map."""
    traces = traces_of(*lines)
    strips = plan_strips(traces, scale=SCALE, guides=[on_earth(GUIDE)])
    (strip,) = estimate_strips(traces, strips, models or [model], options=Options(**options))
    return strip.windows


def the_same(window, stretch_px):
    """Always the same answer, its interval .1 below and .2 above."""
    return 0.5, 0.4, 0.7


@pytest.mark.parametrize("step_m", [400.0, 2_500.0])
def test_all_members_are_told_the_stretch_of_the_window_that_is_not_moved(step_m):
    """Truth: Pythagoras. Half a stretch is twice as many pixels of half the size."""
    stretch_px = np.hypot(step_m, 300) / 100
    told = []
    model = model_told(lambda window, stretch: told.append(stretch) or (0.5, 0.4, 0.6))
    windows = estimate(model, zigzag(step_m), other_pixel_sizes_m=(50.0,))
    assert len(windows) == 3
    assert [window.stretch_px for window in windows] == pytest.approx([stretch_px] * 3, rel=1e-3)
    told = np.array(told).reshape(3, 2, 5 * 3 * 4)
    np.testing.assert_allclose(told[:, 0], stretch_px, rtol=1e-3)
    np.testing.assert_allclose(told[:, 1], 2 * stretch_px, rtol=1e-3)
    assert (np.ptp(told, axis=2) == 0).all()


def test_each_window_is_told_its_own_stretch():
    """Finely drawn in the west, coarsely in the east: members of a window see one of them."""
    fine, coarse = zigzag(300.0), zigzag(2_000.0)
    line = np.concatenate([fine[fine[:, 0] < -2_500], coarse[coarse[:, 0] > -2_500]])
    windows = estimate(model_told(lambda window, stretch: (stretch / 100, 0, 1)), line)
    west, _, east = windows
    assert west.ke == pytest.approx(np.hypot(3, 3) / 100, rel=0.01)
    assert east.ke == pytest.approx(np.hypot(20, 3) / 100, rel=0.01)


def test_a_window_without_a_line_is_shown_as_one_that_lacks_no_detail():
    told = []
    model = model_told(lambda window, stretch: told.append(stretch) or (0.5, 0.4, 0.6))
    _, middle, _ = estimate(
        model, [[-20_000, 0], [-8_000, 0]], [[8_000, 0], [20_000, 0]], shift_px=0
    )
    assert (middle.flags, middle.stretch_px) == (("no_trace",), None)
    assert set(np.array(told).reshape(3, -1)[1]) == {1.0}
    assert (middle.ke, middle.ke_low, middle.ke_high) == (None, None, None)


def test_an_interval_is_never_narrower_than_what_drawing_moves_ke_by():
    """Ends .001 about each member's KE, which follows the pixels and so the drawn thickness."""

    def by_pixels(window, stretch):
        ke = window.sum() / 500
        return ke, ke - 0.001, ke + 0.001

    (window, *_) = estimate(model_told(by_pixels, interval=CALIBRATED), zigzag(400.0))
    assert window.ke_p95 - window.ke_p05 > 0.2, "more than the ends and .01 on both sides"
    assert (window.ke_low, window.ke_high) == pytest.approx((window.ke_p05, window.ke_p95))


def test_predictions_measure_the_lines_they_are_given():
    model = model_told(lambda window, stretch: (stretch, 0, 1))
    line = np.array([[-5_000, 6_400], [2_000, 6_400], [20_000, 6_500]])
    options = Options(thickness_px=(3.0,), flips="none", shift_px=0)
    raw = member_predictions([line], 3, [model], scale=SCALE, options=options)
    np.testing.assert_allclose(raw[:, 0], [180.0] * 3, rtol=0.01)


@pytest.mark.parametrize(
    ("flips", "equivariant", "read"),
    [
        ("auto", [True], ["none"]),
        ("auto", [False], ["none", "across", "along", "both"]),
        ("auto", [True, False], ["none", "across", "along", "both"]),
        ("auto", [True, True], ["none"]),
        ("all", [True], ["none", "across", "along", "both"]),
        ("none", [False], ["none"]),
    ],
)
def test_mirror_images_are_read_where_the_models_need_them(flips, equivariant, read):
    models = [
        model_that(lambda window: 0.5, name=f"m{number}", equivariant=alike)
        for number, alike in enumerate(equivariant)
    ]
    options = Options(flips=flips)
    members = list_members(models, scale=SCALE, options=options)
    assert list(dict.fromkeys(member.flip for member in members)) == read
    assert len(members) == 15 * len(models) * len(read)
    raw = member_predictions(
        [np.array([[-100.0, 6_400], [9_000, 6_400]])], 1, models, scale=SCALE, options=options
    )
    assert raw.shape == (1, len(members))
    settled = with_flips(models, options)
    assert with_flips(models, settled) == settled
    told = run_settings(models, scale=SCALE, options=options)["flips"]
    assert told == settled.flips == ("none" if read == ["none"] else "all")


def test_what_mirroring_does_is_not_told_where_nothing_was_mirrored():
    model = model_told(the_same, equivariant=True)
    (window, *_) = estimate(model, zigzag(300.0))
    assert window.n_members == 15
    assert window.moved_by["by_flip"] is None
    assert window.moved_by["by_shift"] == 0.0
    (window, *_) = estimate(model, zigzag(300.0), flips="all")
    assert window.n_members == 60
    assert window.moved_by["by_flip"] == 0.0


@pytest.mark.parametrize(
    ("step_m", "widened_by", "flags"),
    [(200.0, 0.01, ()), (900.0, 0.02, ()), (2_000.0, 0.1, ("coarse_trace",))],
)
def test_the_interval_is_widened_by_the_number_of_the_class_of_detail(step_m, widened_by, flags):
    """Coarse lines take no interval away: it is what tells of them."""
    model = model_told(the_same, equivariant=True, interval=CALIBRATED)
    for window in estimate(model, zigzag(step_m)):
        assert window.flags == flags
        assert (window.ke_low, window.ke, window.ke_high) == pytest.approx(
            (0.4 - widened_by, 0.5, 0.7 + widened_by)
        )
        assert (window.ke_p05, window.ke_p95) == (0.5, 0.5)


def test_the_interval_is_the_median_of_the_members_own():
    """Line thicknesses of 2, 3, 4 px answer 2, 3, 4 tenths and ends of these; 3 is the median."""

    def tenths(window, stretch_px):
        ke = round(window.sum() / window.any(axis=0).sum()) / 10
        return ke, ke - 0.01 * round(10 * ke), ke + 0.2

    model = model_told(tenths, equivariant=True, interval={**CALIBRATED, "shift_px": 2.0})
    line = [[-20_000, 30], [20_000, 30]]
    for window in estimate(model, line, shift_px=2.0):
        assert window.n_members == 15
        assert (window.ke_low, window.ke, window.ke_high) == pytest.approx((0.17, 0.3, 0.6))


@pytest.mark.parametrize(
    ("answer", "widen_by", "expected"),
    [
        ((1.04, 1.02, 1.4), 0.0, (1.0, 1.0)),  # KE is clipped to 1, and so is what holds it
        ((0.05, -0.1, 0.2), 0.1, (0.0, 0.3)),
        ((0.5, 0.4, 0.7), -0.15, (0.5, 0.55)),  # narrowed, but never past KE
        ((0.5, 0.4, 0.7), -0.4, (0.5, 0.5)),
        ((0.9, 0.8, 0.95), 0.2, (0.6, 1.0)),
    ],
)
def test_the_interval_stays_within_0_to_1_and_holds_its_ke(answer, widen_by, expected):
    entry = {**CALIBRATED, "stretch_px": [], "widen_by": [widen_by]}
    model = model_told(lambda window, stretch_px: answer, equivariant=True, interval=entry)
    (window, *_) = estimate(model, zigzag(300.0))
    assert (window.ke_low, window.ke_high) == pytest.approx(expected)
    assert window.ke_low <= window.ke <= window.ke_high


@pytest.mark.parametrize(
    ("options", "equivariant", "there"),
    [
        ({}, True, True),
        ({}, False, True),
        ({"flips": "all"}, True, True),  # what is all one
        ({"flips": "all"}, False, True),
        ({"flips": "none"}, False, False),
        ({"shift_px": 0.0}, True, False),
        ({"thickness_px": (3.0,)}, True, False),
        ({"other_pixel_sizes_m": (88.0,)}, True, False),
    ],
)
def test_there_is_an_interval_for_the_ensemble_that_was_calibrated(options, equivariant, there):
    model = model_told(the_same, equivariant=equivariant, interval=CALIBRATED)
    for window in estimate(model, zigzag(300.0), **options):
        assert window.ke == 0.5
        assert (window.ke_low is not None) == (window.ke_high is not None) == there


def test_there_is_no_interval_without_its_calibration_nor_for_several_models():
    bare = model_told(the_same, equivariant=True)
    only_spread = model_told(
        the_same, equivariant=True, spread={"level": 0.9, "half_width": 0.1, "shift_px": 2.5}
    )
    for model in (bare, only_spread):
        assert estimate(model, zigzag(300.0))[0].ke_low is None
    calibrated = model_told(the_same, equivariant=True, interval=CALIBRATED)
    second = model_told(the_same, name="other", equivariant=True, interval=CALIBRATED)
    both = estimate(None, zigzag(300.0), models=[calibrated, second])
    assert {(window.ke_low, window.n_members) for window in both} == {(None, 30)}


def test_an_old_and_a_told_model_are_asked_together():
    """Each in its own way; there is no interval of both."""
    old, told = model_that(lambda window: 0.2), model_told(lambda w, s: (0.4, 0.3, 0.5))
    (window, *_) = estimate(None, zigzag(300.0), models=[old, told])
    assert window.ke == pytest.approx(0.3)
    assert window.moved_by["by_model"] == pytest.approx(0.2)
    assert (window.ke_low, window.n_members) == (None, 120)


@pytest.mark.parametrize("step_m", [300.0, 2_000.0])
def test_any_other_flag_takes_the_interval_away(step_m):
    """The same line 1.2 km off the middle of its frame."""
    model = model_told(the_same, equivariant=True, interval=CALIBRATED)
    windows = estimate(model, zigzag(step_m) + [0, 1_200])
    for window in windows:
        assert "off_centre" in window.flags
        assert (window.ke, window.ke_low, window.ke_high) == (0.5, None, None)


def test_the_calibration_reads_the_same_medians_and_windows():
    """What `training` finds the numbers on: `read_strip` of lines."""
    model = model_told(the_same, equivariant=True, interval=CALIBRATED)
    lines = [zigzag(2_000.0) + [10_000, 6_400]]
    reading = read_strip(lines, 3, [model], scale=SCALE, options=Options())
    assert reading.raw.shape == (3, 15)
    for window in reading.windows:
        assert window.interval == pytest.approx((0.4, 0.7))
        assert window.facts.lines.stretch_px == pytest.approx(np.hypot(20, 3), rel=1e-3)
        assert window.as_calibrated
    old = read_strip(lines, 3, [model_that(lambda w: 0.5)], scale=SCALE, options=Options())
    assert {(window.interval, window.as_calibrated) for window in old.windows} == {(None, False)}


def test_mirror_images_that_are_still_left_to_the_models_are_refused():
    with pytest.raises(InputError, match="must be settled by the models"):
        mirror_windows(np.zeros((1, 4, 4)), options=Options())
