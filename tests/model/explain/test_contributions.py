"""Contributions on the ground: turned back, moved back, and held against a straight fault."""

import functools

import numpy as np
import pytest
from shapely import MultiLineString, box

from makers.drawn_maps import on_earth, traces_of
from makers.onnx_networks import counting, written
from ssf_model.estimate.estimating import estimate_strips
from ssf_model.explain.attribution import Attribution
from ssf_model.explain.contributions import _mean_heights_px, strip_contributions
from ssf_model.network.model import default_model_path, open_model
from ssf_model.options import Options
from ssf_model.scale import ExperimentScale
from ssf_model.zones.planning import plan_strips

pytestmark = pytest.mark.numerical

SCALE = ExperimentScale()
GUIDE = [[-10_000, 0], [10_000, 0]]
STEPPING = [[-20_000, -550], [700, -550]], [[-700, 650], [20_000, 650]]


@pytest.fixture(scope="module")
def shipped():
    return open_model(default_model_path(), threads=1)


def contributions(models, lines, guide=GUIDE, **options):
    """The only strip of a map, estimated and taken apart."""
    traces = traces_of(*lines)
    strips = plan_strips(traces, scale=SCALE, guides=[on_earth(guide)])
    options = Options(**options)
    (estimate,) = estimate_strips(traces, strips, models, options=options)
    attributions = [taken_apart(model) for model in models]
    return estimate, strip_contributions(estimate, attributions, options=options)


@functools.cache
def taken_apart(model):
    """The same model is taken apart once for all tests."""
    return Attribution(model)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"flips": "none", "thickness_px": (3.0,), "shift_px": 0},
        {"sense": "sinistral", "flips": "none", "shift_px": 7.25},
    ],
    ids=["default", "one member", "sinistral"],
)
def test_cells_sum_up_to_the_mean_answer_of_the_members(shipped, options):
    """Truth: the answers of onnxruntime, all above 0, so that the last ReLU does nothing."""
    estimate, found = contributions([shipped], STEPPING, **options)
    assert estimate.raw.min() > 0.05
    assert np.ptp(estimate.raw) > 0.05
    expected = estimate.raw.astype(float).mean(axis=1)
    np.testing.assert_allclose(
        found.constant + found.cells.sum(axis=(1, 2)), expected, rtol=0, atol=1e-5
    )


@pytest.fixture(scope="module")
def counts(tmp_path_factory):
    return open_model(written(tmp_path_factory.mktemp("model"), counting()), threads=1)


@pytest.mark.parametrize("sense", ["dextral", "sinistral"])
@pytest.mark.parametrize("flips", ["none", "all"])
def test_members_are_laid_back_to_where_the_fault_is(counts, sense, flips):
    """Each fault pixel contributes 1, wherever a member saw it."""
    estimate, found = contributions([counts], STEPPING, sense=sense, flips=flips, shift_px=3)
    drawn = estimate.maps.mean(axis=0)
    for number, start in enumerate((0, 50, 100)):
        inside = slice(3, -3)  # what a moved window sees beyond them counts for its outermost cells
        np.testing.assert_allclose(
            found.cells[number][:, inside], drawn[:, start : start + 64][:, inside], atol=1e-7
        )


def test_a_move_by_part_of_a_cell_is_shared_among_the_cells_it_lies_in(counts):
    """Along the edge of two rows of pixels a line of 2.5 px is 2 rows, half a row up or down 3.

    Two of five members so see rows 63 to 65, or 62 to 64, which lie half a row off the ground's.
    """
    line = [[-20_000, 0], [20_000, 0]]
    options = {"flips": "none", "thickness_px": (2.5,), "shift_px": 0.5}
    _, found = contributions([counts], [line], **options)
    expected = np.zeros(128)
    expected[62:66] = 0.2, 1, 1, 0.2
    np.testing.assert_allclose(found.cells[1, :, 30], expected, atol=1e-9)


def test_models_are_averaged_on_the_cells_of_the_first(counts, shipped):
    """One has cells of a pixel, the other of 4 by 4."""
    options = {"flips": "none", "shift_px": 0}
    one = contributions([shipped], STEPPING, **options)[1]
    other = contributions([counts], STEPPING, **options)[1]
    both = contributions([shipped, counts], STEPPING, **options)[1]
    gathered = other.cells.reshape(3, 32, 4, 16, 4).sum(axis=(2, 4))
    np.testing.assert_allclose(both.cells, (one.cells + gathered) / 2, atol=1e-6)
    assert both.constant == pytest.approx(one.constant / 2)


def test_other_pixel_sizes_are_left_out(shipped):
    with_others = contributions([shipped], STEPPING, other_pixel_sizes_m=(120.0,))[1]
    np.testing.assert_array_equal(with_others.cells, contributions([shipped], STEPPING)[1].cells)


def test_a_straight_fault_loses_nothing(shipped):
    _, found = contributions([shipped], [[[-20_000, 30], [20_000, 30]]])
    assert found.straight.sum(axis=1).min() > 0.5
    np.testing.assert_allclose(found.lost, 0, atol=1e-6)


def test_a_gap_loses_where_it_is_and_nothing_beyond_the_reach_of_the_network(shipped):
    """1.2 km are missing in the west of the middle window: columns 3 to 15 of 64."""
    gap = [[-20_000, 30], [-2_900, 30]], [[-1_700, 30], [20_000, 30]]
    estimate, found = contributions([shipped], gap)
    lost = found.lost[1]
    # 32 px of reach, 2.5 of moves and 2 of the line's end, in cells of 4 px
    np.testing.assert_allclose(lost[13:], 0, atol=1e-6)
    assert lost[:10].sum() > 0.9 * lost.sum(), "some 20 px from the gap and nearer"
    whole = contributions([shipped], [[[-20_000, 30], [20_000, 30]]])[0]
    shortfall = whole.raw[1].mean(dtype=float) - estimate.raw[1].mean(dtype=float)
    assert lost.sum() == pytest.approx(shortfall, abs=1e-5)
    assert shortfall > 0.1


def test_a_window_without_a_trace_has_no_straight_fault(shipped):
    traces = [[-20_000, 50], [-8_000, 50]], [[8_000, 50], [20_000, 50]]
    _, found = contributions([shipped], traces)
    assert np.isnan(found.straight[1]).all()
    np.testing.assert_array_equal(found.cells[1], 0)


def test_the_mean_height_of_traces_is_that_of_shapely_s_centroid(counts):
    """Lines that rise, step and leave the window; rows of pixels from the strip's lower rim."""
    lines = [[[-20_000, -900], [700, 2_000]], [[-3_000, 650], [1_000, 700], [20_000, -3_000]]]
    estimate, _ = contributions([counts], lines, flips="none", shift_px=0)
    drawn = MultiLineString([path / 100 for path in estimate.drawn])
    heights = _mean_heights_px(estimate)
    assert len(heights) == 3
    for start, height in zip((0, 50, 100), heights):
        inside = drawn.intersection(box(start, 0, start + 64, 128))
        assert height == pytest.approx(inside.centroid.y, abs=1e-6)
