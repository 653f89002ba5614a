"""Generalizing maps drawn by hand, in pixels; shapely measures what comes out."""

import numpy as np
import pytest
from scipy import ndimage
from shapely import LineString, MultiLineString, box

from ssf_model.drawing.generalizing import _depths, generalize_paths
from ssf_model.drawing.map_statistics import map_statistics
from ssf_model.drawing.raster import burn_traces
from ssf_model.drawing.windows import cut_windows
from ssf_model.scale import ExperimentScale

SHAPE = (128, 114)  # two windows
SIZE_M = 100.0
ANGLES = np.linspace(0, 2 * np.pi, 100)
CIRCLE = np.column_stack([np.cos(ANGLES), np.sin(ANGLES)])
DENSEST_PX = 633  # in a window, one and a half times the shipped model's 99th percentile


def generalized(*lines, shape=SHAPE, beyond_px=24):
    """What comes out of lines in pixels from the lower-left corner, in pixels."""
    paths = [np.array(line, dtype=float) * SIZE_M for line in lines]
    found = generalize_paths(paths, shape, pixel_size_m=SIZE_M, beyond_px=beyond_px)
    return [line / SIZE_M for line in found]


def level(up, first=10.0, last=100.0):
    return [[first, up], [last, up]]


def wavy(seed):
    x = np.linspace(12, 101, 90)
    rng = np.random.default_rng(seed)
    return np.column_stack([x, 64 + 6 * np.sin(x / rng.uniform(8, 20) + rng.uniform(0, 6))])


def apart(one, other):
    """Hausdorff distance of two maps, taken at places a tenth of a pixel apart."""
    one, other = (MultiLineString([*lines]).segmentize(0.1) for lines in (one, other))
    return one.hausdorff_distance(other)


def crowd(seed, count):
    """Short lines every which way in a belt 30 px wide, as in a rupture's widest places."""
    rng = np.random.default_rng(seed)
    middles = np.column_stack([rng.uniform(-20, 134, count), rng.uniform(50, 80, count)])
    angles, halves = rng.normal(0, 0.6, count), rng.exponential(2.5, count) + 0.2
    along = np.column_stack([np.cos(angles), np.sin(angles)]) * halves[:, None]
    return np.stack([middles - along, middles + along], axis=1)


@pytest.mark.parametrize("seed", range(6))
def test_a_lone_line_stays_within_half_a_pixel(seed):
    """From end to end; its own wiggles are longer than the camera's resolution."""
    (line,) = generalized(wavy(seed))
    assert apart([line], [wavy(seed)]) < 0.5


@pytest.mark.parametrize("slope_deg", [0, 20, 45, 65])
def test_ends_stay_whichever_way_a_line_runs(slope_deg):
    half = 20 * np.array([np.cos(np.radians(slope_deg)), np.sin(np.radians(slope_deg))])
    true = [[57.3, 64.2] - half, [57.3, 64.2] + half]
    (line,) = generalized(true)
    assert apart([line], [true]) < 0.5


def test_two_lines_a_third_of_a_pixel_apart_become_one_between_them():
    (line,) = generalized(level(64.0), level(64.3))
    np.testing.assert_allclose(line[:, 1], 64.15, atol=0.25)


def test_two_lines_five_pixels_apart_stay_two():
    lines = generalized(level(60.0), level(65.0))
    heights = sorted(line[:, 1].mean() for line in lines)
    np.testing.assert_allclose(heights, [60, 65], atol=0.25)


@pytest.mark.parametrize(("gap_px", "count"), [(3.0, 1), (3.7, 2)])
def test_lines_merge_where_the_sum_of_two_gaussians_has_no_dip_below_half(gap_px, count):
    """Closed form: 2 exp(-gap^2 / 8) = 1 / 2 at a gap of 3.33 px."""
    assert len(generalized(level(64.1), level(64.1 + gap_px))) == count


def test_a_comb_of_short_fractures_along_a_fault_is_one_centre_line():
    """Teeth of 3 px every 1.5 px on one side: a band from 64 to 67."""
    teeth = [[[x, 64.0], [x, 67.0]] for x in np.arange(20, 90, 1.5)]
    (line,) = generalized(level(64.0, 20.0, 90.0), *teeth)
    assert apart([line], [level(65.5, 20.0, 90.0)]) < 1.5  # its ends, thick ones, reach so far
    inner = LineString(line).segmentize(1.0).intersection(box(25, 0, 85, 128))
    np.testing.assert_allclose(np.array(inner.coords)[:, 1], 65.5, atol=0.5)


@pytest.mark.parametrize(("length_px", "count"), [(4.0, 0), (7.0, 1)])
def test_a_lone_piece_of_fewer_than_twelve_cells_goes(length_px, count):
    """A lone line is 2.35 px wide: 4 px are 9 cells, 7 px are 16."""
    assert len(generalized(level(64.0, 50.0, 50.0 + length_px))) == count


@pytest.mark.parametrize(("strands", "count"), [(4, 4), (5, 0)])
def test_more_than_four_equal_strands_are_below_the_cameras_threshold(strands, count):
    """Closed form: each has a share of 1 / n, and 0.2256 of a lone line's height is needed."""
    lines = [level(40.0 + 10 * number, -30.0, 150.0) for number in range(strands)]
    assert len(generalized(*lines)) == count


def test_strands_beyond_the_strip_take_no_share():
    outside = [level(up, -30.0, 150.0) for up in (-20.0, -10.0, 138.0, 148.0)]
    inside = [line for line in generalized(level(64.0), *outside) if 0 < line[0, 1] < 128]
    assert len(inside) == 1


@pytest.mark.parametrize(("degrees", "count"), [(70, 1), (82, 0)])
def test_a_line_across_the_strip_carries_no_slip_along_it(degrees, count):
    """A column cuts a line at an angle in 1 / cos of its width, as if it were so many strands."""
    half = 30 * np.array([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))])
    assert len(generalized([[57, 64] - half, [57, 64] + half])) == count


def test_a_loop_along_strike_comes_back_closed():
    lens = 57.0 + CIRCLE * [25, 6]
    (line,) = generalized(lens)
    np.testing.assert_array_equal(line[0], line[-1])
    assert apart([line], [lens]) < 0.7  # its sharp ends are rounded off


def test_a_round_patch_becomes_a_point():
    (line,) = generalized(57.0 + 2.5 * CIRCLE)
    np.testing.assert_allclose(line, [[57, 57]] * 2, atol=0.25)


def test_a_long_straight_line_needs_few_vertices():
    (line,) = generalized([[10, 60.2], [100, 71.7]])
    assert len(line) < 10


@pytest.mark.parametrize("flip", ["along", "across"])
@pytest.mark.parametrize("seed", range(3))
def test_the_mirror_image_is_generalized_alike(seed, flip):
    """Thinning takes one side before the other: cells of a quarter of a pixel, twice."""
    mirror = np.array([-1, 1] if flip == "along" else [1, -1])
    offset = np.array([SHAPE[1], 0] if flip == "along" else [0, SHAPE[0]])
    map_ = [wavy(seed), wavy(seed + 9) + [0, 14], level(80.3, 60.0, 90.0)]
    expected = [line * mirror + offset for line in generalized(*map_)]
    found = generalized(*[np.array(line) * mirror + offset for line in map_])
    assert len(found) == len(expected)
    assert apart(found, expected) < 0.5


@pytest.mark.parametrize("seed", range(3))
def test_a_map_moved_by_whole_pixels_is_generalized_alike(seed):
    map_ = [wavy(seed), wavy(seed + 9) + [0, 14], level(80.3, 60.0, 90.0)]
    found = generalized(*[np.array(line) + [7, -5] for line in map_])
    assert apart(found, [line + [7, -5] for line in generalized(*map_)]) < 0.01


@pytest.mark.parametrize("seed", range(3))
def test_lines_split_reversed_or_drawn_twice_are_the_same_map(seed):
    line = wavy(seed)
    expected = generalized(line)
    assert apart(generalized(line[40::-1], line[40:], line), expected) < 0.01


@pytest.mark.parametrize("count", [300, 1_000, 3_000])
@pytest.mark.parametrize("seed", range(3))
def test_however_many_lines_no_window_is_denser_than_experiments(seed, count):
    lines = generalized(*crowd(seed, count))
    paths = [line * SIZE_M for line in lines]
    drawn = burn_traces(paths, SHAPE, pixel_size_m=SIZE_M, thickness_px=[3.0])[0]
    windows = cut_windows(drawn, scale=ExperimentScale())
    assert map_statistics(windows)["trace_px"].max() < DENSEST_PX


def test_how_far_out_lines_are_generalized_changes_nothing_inside():
    near, far = ([wavy(1), level(80.3, 60.0, 90.0)] for _ in range(2))
    assert apart(generalized(*near, beyond_px=16), generalized(*far, beyond_px=40)) < 0.01


def test_no_lines_stay_none():
    assert generalized() == []
    assert generalized(level(500.0)) == []


@pytest.mark.parametrize("seed", range(8))
def test_depths_are_those_of_scipy(seed):
    """Thick and thin bands; beyond the map there is none, nor in the one hole of each."""
    rng = np.random.default_rng(seed)
    bands = np.ones(rng.integers(10, 60, 2), dtype=bool)
    hole = tuple(rng.integers(0, bands.shape))
    bands[hole] = False
    cells = np.argwhere(bands)[:: max(1, bands.size // 300)]
    expected = ndimage.distance_transform_edt(np.pad(bands, 1))[1:-1, 1:-1]
    np.testing.assert_allclose(_depths(cells, bands), expected[tuple(cells.T)], rtol=1e-12)
