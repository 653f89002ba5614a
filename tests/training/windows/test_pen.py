import numpy as np
import pytest
from shapely.geometry import LineString, MultiLineString, Point

from ssf_model.drawing.raster import burn_traces
from ssf_model.drawing.skeleton import link_pixels, without_spurs
from ssf_model.errors import InputError
from training.windows.pen import centre_lines, redraw

pytest.importorskip("skimage", reason="the pen needs scikit-image")

pytestmark = pytest.mark.numerical

THICKNESSES = (2, 3, 4)


def drawn(traces, thickness_px, shape=(128, 200)):
    return burn_traces(traces, shape, pixel_size_m=1.0, thickness_px=[thickness_px])[0]


def wavy(seed):
    """A smooth trace from column 20 to 180, waves of 95 to 250 px long on a gentle slope."""
    rng = np.random.default_rng(seed)
    x = np.linspace(20, 180, 321)
    wave = 10 * np.sin(x / rng.uniform(15, 40) + rng.uniform(0, 2 * np.pi))
    return np.column_stack([x, 64 + wave + rng.uniform(-0.3, 0.3) * (x - 100)])


def pieces(fault_map):
    return MultiLineString([line for line in centre_lines(fault_map) if len(line) > 1])


@pytest.mark.parametrize("thickness_px", THICKNESSES)
@pytest.mark.parametrize("seed", range(8))
def test_the_line_that_drew_a_map_comes_back(seed, thickness_px):
    """Shapely measures how far apart the two are, both ways, 5 px from the ends.

    0.7 px: a drawn line's rims lie up to half a pixel off on either side.
    """
    trace = wavy(seed)
    (line,) = centre_lines(drawn([trace], thickness_px))
    true, found = LineString(trace), LineString(line)
    for one, other in ((true, found), (found, true)):
        places = np.linspace(5, one.length - 5, 300)
        assert max(other.distance(one.interpolate(place)) for place in places) < 0.7


@pytest.mark.parametrize("thickness_px", THICKNESSES)
@pytest.mark.parametrize("seed", range(8))
def test_ends_come_back_within_a_pixel(seed, thickness_px):
    trace = wavy(seed)
    (line,) = centre_lines(drawn([trace], thickness_px))
    found = sorted([tuple(line[0]), tuple(line[-1])])
    for end, true in zip(found, (trace[0], trace[-1])):
        assert Point(end).distance(Point(true)) < 1.1


def test_a_line_of_even_width_lies_between_its_two_rows():
    """A skeleton of 2 px would lie on one of them, half a pixel off."""
    fault_map = np.zeros((20, 60), np.uint8)
    fault_map[9:11, 10:50] = 1
    (line,) = centre_lines(fault_map)
    np.testing.assert_allclose(line[:, 1], 10.0, atol=1e-9)  # y up: rows 9 and 10 meet at y = 10


def test_y_points_up_and_x_along_columns():
    fault_map = np.zeros((30, 60), np.uint8)
    fault_map[3:6, 10:30] = 1
    (line,) = centre_lines(fault_map)
    np.testing.assert_allclose(line[:, 1], 30 - 4.5, atol=0.2)  # a square end pulls aside a bit
    assert sorted([line[0, 0], line[-1, 0]]) == pytest.approx([11.5, 28.5], abs=0.5)


@pytest.mark.parametrize("thickness_px", THICKNESSES)
def test_a_t_junction_is_three_lines_that_meet(thickness_px):
    bar, stem = np.array([[20.0, 60.3], [100, 60.3]]), np.array([[60.3, 60.3], [60.3, 20]])
    lines = centre_lines(drawn([bar, stem], thickness_px))
    assert len(lines) == 3
    ends = np.array([end for line in lines for end in (line[0], line[-1])])
    at_junction = np.linalg.norm(ends - [60.3, 60.3], axis=1) < 2
    assert at_junction.sum() == 3
    assert len(np.unique(ends[at_junction].round(9), axis=0)) == 1  # the very same point
    free = sorted(map(tuple, ends[~at_junction].round(3)))
    for end, true in zip(free, ((20, 60.3), (60.3, 20), (100, 60.3))):
        assert Point(end).distance(Point(true)) < 1.1


@pytest.mark.parametrize("thickness_px", THICKNESSES)
def test_an_x_junction_keeps_both_lines(thickness_px):
    cross = [np.array([[20.0, 30], [100, 70]]), np.array([[20.0, 70], [100, 30]])]
    found = pieces(drawn(cross, thickness_px))
    # Where two lines cross at 53 degrees their patch is longer than wide, and so is the crossing.
    assert found.hausdorff_distance(MultiLineString(cross)) < 1.5
    assert found.length == pytest.approx(sum(LineString(line).length for line in cross), rel=0.05)


def test_a_loop_comes_back_closed():
    angle = np.linspace(0, 2 * np.pi, 200)
    circle = np.column_stack([60 + 25 * np.cos(angle), 60 + 25 * np.sin(angle)])
    (line,) = centre_lines(drawn([circle], 3))
    np.testing.assert_array_equal(line[0], line[-1])
    assert LineString(line).hausdorff_distance(LineString(circle)) < 0.7
    assert LineString(line).length == pytest.approx(2 * np.pi * 25, rel=0.03)


def test_single_pixels_and_small_patches_stay_where_they_are():
    """By hand: a pixel and a square are points in their middles, 3 x 9 px a line of 6 px."""
    fault_map = np.zeros((40, 60), np.uint8)
    fault_map[5, 7] = 1
    fault_map[10:12, 20:22] = 1
    fault_map[20:23, 30:39] = 1
    lines = sorted(centre_lines(fault_map), key=lambda line: line[0, 0])
    assert len(lines) == 3
    np.testing.assert_allclose(lines[0], [[7.5, 34.5]] * 2, atol=1e-9)
    np.testing.assert_allclose(lines[1], [[21.0, 29.0]] * 2, atol=1e-9)
    ends = sorted([tuple(lines[2][0]), tuple(lines[2][-1])])
    np.testing.assert_allclose(ends, [[31.5, 18.5], [37.5, 18.5]], atol=0.6)


@pytest.mark.parametrize("seed", range(5))
def test_no_patch_is_lost(seed):
    """Random specks and blocks: every patch lies within 2.2 px of a line of its own."""
    from scipy.ndimage import label

    rng = np.random.default_rng(seed)
    fault_map = np.kron(rng.random((20, 30)) < 0.06, rng.random((6, 6)) < 0.6).astype(np.uint8)
    patches, count = label(fault_map, np.ones((3, 3)))
    lines = [LineString(line) for line in centre_lines(fault_map)]
    for number in range(1, count + 1):
        rows, cols = np.nonzero(patches == number)
        middle = Point(cols.mean() + 0.5, len(fault_map) - 0.5 - rows.mean())
        assert min(line.distance(middle) for line in lines) < 2.2


@pytest.mark.parametrize("tooth_cols", [1, 2, 3])
def test_a_ragged_rim_grows_no_spurs(tooth_cols):
    """Teeth of two pixels on either side of a line of three."""
    fault_map = np.zeros((40, 100), np.uint8)
    fault_map[20:23, 10:90] = 1
    for col in (20, 45, 70):
        fault_map[18:20, col : col + tooth_cols] = 1
        fault_map[23:25, col + 9 : col + 9 + tooth_cols] = 1
    (line,) = centre_lines(fault_map)
    assert np.abs(line[:, 1] - (40 - 21.5)).max() < 1


def test_a_short_branch_that_is_longer_than_the_fault_is_wide_stays():
    fault_map = np.zeros((40, 100), np.uint8)
    fault_map[20:23, 10:90] = 1
    fault_map[12:20, 45:47] = 1
    assert len(centre_lines(fault_map)) == 3


def test_a_pinhole_is_no_loop_and_a_real_gap_is():
    fault_map = np.zeros((40, 100), np.uint8)
    fault_map[18:23, 10:90] = 1
    fault_map[20, 50] = 0
    assert len(centre_lines(fault_map)) == 1
    fault_map[15:26, 40:60] = 1
    fault_map[18:23, 43:57] = 0
    assert len(centre_lines(fault_map)) == 4  # two strands round the gap, and both ends


def test_a_fault_that_leaves_the_map_is_drawn_to_the_edge():
    trace = np.array([[-20.0, 30], [90, 45]])
    for thickness_px in THICKNESSES:
        again = redraw(drawn([trace], thickness_px, shape=(64, 64)), thickness_px=2)
        assert again.any(axis=0).all()


@pytest.mark.parametrize("thickness_px", THICKNESSES)
def test_what_is_drawn_and_drawn_again_stays_nearly_the_same(thickness_px):
    """One pixel in ten may differ: centre lines come back to parts of a pixel."""
    for seed in range(5):
        once = redraw(drawn([wavy(seed)], 3), thickness_px=thickness_px)
        twice = redraw(once, thickness_px=thickness_px)
        assert (once != twice).sum() < 0.1 * once.sum()


@pytest.mark.parametrize("thickness_px", THICKNESSES)
def test_a_thresholded_map_keeps_its_columns(thickness_px):
    """Like an experiment's map: four echelon faults with a noisy threshold."""
    rng = np.random.default_rng(3)
    rows, cols = np.mgrid[:128, :200]
    slip = np.zeros((128, 200))
    for first in (10, 55, 100, 150):
        inside = (cols >= first) & (cols < first + 48)
        slip += inside * np.exp(-(((rows - 50 - 0.25 * (cols - first)) / 1.6) ** 2))
    fault_map = (slip + 0.06 * rng.standard_normal(slip.shape) > 0.4).astype(np.uint8)
    again = redraw(fault_map, thickness_px=thickness_px)
    before, after = fault_map.any(axis=0), again.any(axis=0)
    assert before.sum() > 150
    assert after.sum() == pytest.approx(before.sum(), rel=0.03)
    assert (before != after).sum() <= 2 * 4 * 2  # at most 2 columns at each end of four faults


def test_a_shift_moves_the_drawing_down_and_to_the_right():
    fault_map = drawn([wavy(0)], 3)
    moved = redraw(fault_map, thickness_px=3, shift_px=(4, 7))
    np.testing.assert_array_equal(moved[4:, 7:], redraw(fault_map, thickness_px=3)[:-4, :-7])


def test_a_map_without_a_fault_has_no_lines_and_stays_blank():
    blank = np.zeros((128, 64), np.uint8)
    assert centre_lines(blank) == []
    np.testing.assert_array_equal(redraw(blank, thickness_px=3), blank)


def test_a_spur_goes_only_where_it_is_short_and_hangs_on_a_junction():
    """Drawn by hand: a row of 9 with a spur of 2 up from its middle, and a lone pair."""
    skeleton = np.zeros((8, 12), bool)
    skeleton[4, 1:10] = skeleton[2:4, 5] = skeleton[7, 1:3] = True
    graph = link_pixels(skeleton)
    assert sorted(map(len, graph.paths())) == [2, 3, 5, 5]
    n = len(graph.pixels)
    assert len(without_spurs(graph, longest_px=np.full(n, 1.0)).pixels) == n
    pruned = without_spurs(graph, longest_px=np.full(n, 2.0))
    assert sorted(map(len, pruned.paths())) == [2, 9]


@pytest.mark.parametrize(
    ("fault_map", "message"),
    [
        (np.zeros((4, 4, 2)), "has rows and columns, not 3 dimensions"),
        (np.full((4, 4), 255), r"holds 0 \(no fault\) and 1 \(fault\) only"),
        (np.full((4, 4), np.nan), r"holds 0 \(no fault\) and 1 \(fault\) only"),
    ],
)
def test_what_is_no_fault_map_is_refused(fault_map, message):
    with pytest.raises(InputError, match=message):
        centre_lines(fault_map)
    with pytest.raises(InputError, match=message):
        redraw(fault_map, thickness_px=3)


def test_a_pen_without_thickness_is_refused():
    with pytest.raises(InputError, match="Line thicknesses must be above 0 px"):
        redraw(drawn([wavy(0)], 3), thickness_px=0)
