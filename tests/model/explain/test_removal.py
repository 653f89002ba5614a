"""Removal against drawing and reading the map anew without a stretch."""

import numpy as np
import pytest

from makers.drawn_maps import model_that, on_earth, traces_of
from ssf_model.errors import InputError
from ssf_model.estimate.ensemble import member_predictions
from ssf_model.estimate.estimating import estimate_strips
from ssf_model.explain.removal import _is_on_centre, remove_stretches
from ssf_model.explain.stretches import cut_stretches
from ssf_model.options import Options
from ssf_model.scale import ExperimentScale
from ssf_model.zones.planning import plan_strips

pytestmark = pytest.mark.numerical

SCALE = ExperimentScale()
ALONE = {"thickness_px": (2.0,), "flips": "none", "shift_px": 0}
GUIDE = [[-10_000, 0], [10_000, 0]]  # three windows, 16.4 km, from -8.2 to 8.2 km


def estimate_of(answer, *lines, **options):
    traces = traces_of(*lines)
    strips = plan_strips(traces, scale=SCALE, guides=[on_earth(GUIDE)])
    models = [model_that(answer)]
    options = Options(**options)
    (estimate,) = estimate_strips(traces, strips, models, options=options)
    return estimate, models, options


def removals(answer, *lines, stretch_m=1000.0, cancelled=None, **options):
    estimate, models, options = estimate_of(answer, *lines, **options)
    found = remove_stretches(
        estimate, models, options=options, stretch_m=stretch_m, cancelled=cancelled
    )
    return list(found)


def share_of_columns(window):
    return window.any(axis=0).mean()


def fingerprint(window):
    """An answer that differs for nearly every map, 0 to 1."""
    rows, cols = np.nonzero(window)
    return float(np.sin(0.37 * rows + 0.11 * cols).sum() % 1)


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize(
    "options",
    [
        ALONE,
        {"thickness_px": (2.0, 3.0), "shift_px": 2.5},
        {"flips": "none", "shift_px": 0.3, "other_pixel_sizes_m": (80.0, 130.0)},
        {"thickness_px": (2.0,), "sense": "sinistral"},
    ],
    ids=["one member", "shifts and flips", "scales", "sinistral"],
)
def test_ke_without_a_stretch_is_that_of_the_map_drawn_without_it(seed, options):
    """Slow twin: all other stretches, and what leaves the strip, drawn and read from the start."""
    rng = np.random.default_rng(seed)
    lines = [rng.uniform([-9_000, -900], [9_000, 900], size=(3, 2)) for _ in range(5)]
    estimate, models, options = estimate_of(fingerprint, *lines, **options)
    found = list(remove_stretches(estimate, models, options=options, stretch_m=1500.0))
    cut = {"scale": SCALE, "stretch_m": 1500.0, "thickness_px": 2.0}
    _, outside = cut_stretches(estimate.paths, estimate.strip.shape, **cut)
    compared = 0
    for removal in found:
        rest = [p for other in found if other is not removal for p in other.stretch.pieces]
        raw = member_predictions([*rest, *outside], 3, models, scale=SCALE, options=options)
        expected = np.median(raw.astype(float), axis=1)
        for window, ke, without in zip(removal.windows, removal.ke, removal.ke_without):
            assert without == pytest.approx(expected[window], abs=1e-9)
            assert ke == estimate.windows[window].ke
            compared += 1
    assert compared >= 10


def test_only_windows_with_half_of_a_stretch_are_told_of():
    """A line through the strip, 0 to 16.4 km; windows from 0, 5 and 10 km are 6.4 km long."""
    found = removals(share_of_columns, [[-20_000, 30], [20_000, 30]], stretch_m=1000, **ALONE)
    assert len(found) == 16  # of 1,025 m
    held = [removal.windows for removal in found]
    # The first stretch of the second window: 5,125 m on; the sixth, up to 6,150 m, lies in both.
    assert held == [(0,)] * 5 + [(0, 1)] + [(1,)] * 4 + [(1, 2)] + [(2,)] * 5


@pytest.mark.parametrize(("begin", "held"), [(4450, (0,)), (4600, (0, 1))])
def test_a_window_tells_of_a_stretch_of_which_it_holds_half(begin, held):
    """With its ends it is 11 px long; the second window, from 50 px on, holds 4.5 or 6 of them."""
    line = [[begin - 8_200, 50], [begin - 7_300, 50]]
    (removal,) = removals(share_of_columns, line, **ALONE)
    assert removal.windows == held


def test_a_missing_kilometre_costs_its_columns():
    """Drawn 2 px thick a line's end reaches a pixel beyond, so that 8 of 10 columns go."""
    lines = [[-7_200, 50], [7_200, 50]]
    found = removals(share_of_columns, lines, stretch_m=1000, **ALONE)
    changes = np.concatenate([removal.ke_change for removal in found[1:-1]])
    np.testing.assert_allclose(np.abs(changes + 8 / 64), 0, atol=2.01 / 64)
    assert (changes < 0).all()


def test_what_another_strand_covers_stays():
    """Two traces of the same fault in one place: they go together, as they are drawn together."""
    one, other = [[-20_000, 0], [20_000, 0]], [[-20_000, 10], [20_000, 10]]
    found = removals(share_of_columns, one, other, **ALONE)
    assert {len(removal.stretch.paths) for removal in found} == {2}
    assert all((removal.ke_change < 0).all() for removal in found)


def test_strands_on_either_side_can_go_alone():
    one, other = [[-20_000, -500], [20_000, -500]], [[-20_000, 500], [20_000, 500]]
    found = removals(share_of_columns, one, other, **ALONE)
    assert {len(removal.stretch.paths) for removal in found} == {1}
    for removal in found:
        np.testing.assert_array_equal(removal.ke_change, 0)


def test_ke_is_not_known_where_nothing_remains_or_what_remains_is_off_the_middle():
    """A trace of 3 km alone, the same with a splay 3 km away, which is too far from the middle."""
    alone = [[-1_500, 30], [1_500, 30]]
    (gone,) = removals(share_of_columns, alone, stretch_m=6000, **ALONE)
    assert np.isfinite(gone.ke).all()
    assert np.isnan(gone.ke_without).all()
    far = [[-300, 3_000], [300, 3_000]]
    both = removals(share_of_columns, alone, far, stretch_m=6000, **ALONE)
    known = {removal.stretch.paths: np.isfinite(removal.ke_without).all() for removal in both}
    assert known == {(0,): False, (1,): True}


def test_windows_whose_ke_is_unknown_are_not_told_of():
    """3 km beside the middle of the strip: KE is NULL with the stretch already."""
    (removal,) = removals(share_of_columns, [[-500, 3_000], [500, 3_000]], **ALONE)
    assert removal.windows == ()
    assert len(removal.ke) == len(removal.ke_without) == len(removal.ke_change) == 0


def test_a_strip_can_be_left_half_way():
    calls = iter([False, True])
    line = [[-20_000, 30], [20_000, 30]]
    asked = removals(share_of_columns, line, stretch_m=250, cancelled=lambda: next(calls), **ALONE)
    whole = removals(share_of_columns, line, stretch_m=250, **ALONE)
    assert 0 < len(asked) < len(whole)
    for one, other in zip(asked, whole):
        np.testing.assert_array_equal(one.ke_without, other.ke_without)


def test_a_length_that_does_not_suit_the_grid_is_refused():
    with pytest.raises(InputError, match="The length of stretches"):
        removals(share_of_columns, [[-20_000, 30], [20_000, 30]], stretch_m=10)


@pytest.mark.parametrize(("row", "expected"), [(43, False), (44, True), (83, True), (84, False)])
def test_what_is_left_more_than_twenty_rows_off_has_no_ke(row, expected):
    """Rows 43 and 84 of 0 to 127 lie 20.5 from the middle, 63.5, up and down."""
    window = np.zeros((128, 64), np.uint8)
    assert not _is_on_centre(window)
    window[row] = 1
    assert _is_on_centre(window) == expected


@pytest.mark.parametrize("begin_m", [-20_000, 3_000])
def test_answers_do_not_hang_on_how_many_windows_are_read_at_once(monkeypatch, begin_m):
    """Of a trace that begins in the last of three windows, too."""
    line = [[begin_m, 30], [20_000, 30]]
    expected = removals(share_of_columns, line, **ALONE)
    assert all(np.isfinite(removal.ke_without).all() for removal in expected)
    monkeypatch.setattr("ssf_model.explain.removal.BATCH", 1)
    found = removals(share_of_columns, line, **ALONE)
    for one, other in zip(found, expected):
        assert one.windows == other.windows
        np.testing.assert_array_equal(one.ke_without, other.ke_without)
