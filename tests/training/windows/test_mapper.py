"""A mapper's lines: shapely, closed forms and symmetry say where they may run."""

import dataclasses

import numpy as np
import pytest
from shapely.geometry import LineString, Point

from ssf_model.drawing.raster import burn_traces
from training.windows.mapper import MapperStyle, draw_style, mapped_lines, simplified
from training.windows.pen import centre_lines, draw_lines, redraw

pytest.importorskip("skimage", reason="the pen needs scikit-image")


def rng_of(seed=0):
    return np.random.default_rng(seed)


def forked_map(seed):
    """A fault map with a wavy fault, two branches, a parallel strand, dashes and a dot."""
    rng = rng_of(seed)
    x = np.linspace(5, 195, 191)
    y = 60 + 8 * np.sin(x / rng.uniform(12, 30) + rng.uniform(0, 6)) + rng.normal(0, 0.4, 191)
    main = np.column_stack([x, y])
    lines = [main, main[40:90] + [0, 9]]
    for foot, up in ((50, 25), (120, -30)):
        lines.append(main[foot] + np.array([[0, 0], [8, up / 2 + rng.normal()], [20, up]]))
    lines += [np.array([[140.0 + 14 * n, 110], [150 + 14 * n, 108]]) for n in range(4)]
    lines.append(np.array([[20.0, 20], [20, 20]]))
    return burn_traces(lines, (135, 200), pixel_size_m=1, thickness_px=[3])[0]


def walk(seed, n=200):
    return np.cumsum(rng_of(seed).normal([1, 0], 1.2, size=(n, 2)), axis=0)


@pytest.mark.parametrize("tolerance_px", [0.3, 1, 4])
@pytest.mark.parametrize("seed", range(5))
def test_without_a_spacing_lines_are_simplified_as_shapely_does(seed, tolerance_px):
    path = walk(seed)
    found = simplified(path, tolerance_px=tolerance_px)
    expected = LineString(path).simplify(tolerance_px, preserve_topology=False)
    np.testing.assert_array_equal(found, expected.coords)
    assert LineString(found).hausdorff_distance(LineString(path)) <= tolerance_px


def test_a_zigzag_is_drawn_straight_where_it_reaches_out_less_than_the_tolerance():
    """Teeth of 1 px: by hand, none is farther than 1 px from the straight line, each is 1 px."""
    zigzag = np.array([[0, 0], [3, 1], [9, -1], [15, 1], [21, -1], [24, 0]], dtype=float)
    np.testing.assert_array_equal(simplified(zigzag, tolerance_px=1.001), zigzag[[0, -1]])
    found = simplified(zigzag, tolerance_px=0.999)
    assert len(found) > 2
    assert LineString(found).hausdorff_distance(LineString(zigzag)) <= 0.999
    np.testing.assert_array_equal(simplified(zigzag, tolerance_px=0.0), zigzag)


@pytest.mark.parametrize("stretches", [1, 2, 4, 8])
def test_a_half_circle_gets_a_stretch_for_each_spacing_at_its_farthest_points(stretches):
    """Closed form: the point farthest from a chord halves its arc. 49 px of circle of 32 arcs."""
    turn = np.linspace(0, np.pi, 33)
    arc = 49 / np.pi * np.column_stack([np.cos(turn), np.sin(turn)])
    found = simplified(arc, tolerance_px=0.0, spacing_px=49 / stretches)
    np.testing.assert_array_equal(found, arc[:: 32 // stretches])


def test_the_tolerance_may_ask_for_fewer_stretches_than_the_spacing():
    """Sagittas of arcs of radius 10: 10, 10 (1 - cos 45) = 2.93, 10 (1 - cos 22.5) = .76."""
    turn = np.linspace(0, np.pi, 33)
    arc = 10 * np.column_stack([np.cos(turn), np.sin(turn)])
    for tolerance_px, stretches in ((10.1, 1), (3.0, 2), (2.9, 4), (0.7, 8)):
        found = simplified(arc, tolerance_px=tolerance_px, spacing_px=0.1)
        assert len(found) - 1 == stretches


def test_a_ring_is_drawn_to_its_farthest_vertex_and_back():
    turn = np.linspace(0, 2 * np.pi, 33)
    ring = np.column_stack([np.cos(turn), np.sin(turn)])
    ring[-1] = ring[0]
    found = simplified(ring, tolerance_px=0.0, spacing_px=60.0)
    np.testing.assert_array_equal(found, ring[[0, 16, 32]])


def segments(lines):
    return sorted(
        tuple(sorted((tuple(one), tuple(other))))
        for path in lines
        for one, other in zip(path.tolist(), path[1:].tolist())
    )


@pytest.mark.parametrize("seed", range(4))
def test_a_style_of_zeros_draws_the_centre_lines_themselves(seed):
    """Their very segments, though joined and some backwards; so the pen's map to the pixel."""
    fault_map = forked_map(seed)
    lines = centre_lines(fault_map)
    found = mapped_lines(lines, MapperStyle(), rng=rng_of())
    assert len(found) < len(lines)
    assert segments(found) == segments(lines)
    np.testing.assert_array_equal(
        draw_lines(found, fault_map.shape, thickness_px=3), redraw(fault_map, thickness_px=3)
    )


def test_lines_shorter_than_the_limit_are_left_out_but_not_dashes_that_are_bridged():
    """By hand: 5 px, 7 px, and twice 4 px in a row, 3 px apart."""
    five, seven = np.array([[0.0, 0], [3, 4]]), np.array([[0.0, 20], [7, 20]])
    dashes = [np.array([[0.0, 40], [4, 40]]), np.array([[7.0, 40], [11, 40]])]
    for bridge_px, expected in ((0, [20]), (3, [20, 40])):
        style = MapperStyle(shortest_px=6, bridge_px=bridge_px)
        found = mapped_lines([five, seven, *dashes], style, rng=rng_of())
        assert [path[0, 1] for path in found] == expected
    assert mapped_lines([five], MapperStyle(shortest_px=6), rng=rng_of()) == []
    assert mapped_lines([], MapperStyle(shortest_px=6), rng=rng_of()) == []


def test_a_coarse_mapper_draws_a_wavy_dashed_fault_as_one_straight_line():
    x = np.arange(0, 313.0)
    wavy = np.column_stack([x, 60 + 2 * np.sin(x / 9)])
    dashes = [wavy[start : start + 25] for start in range(0, 313 - 25, 30)]
    style = MapperStyle(spacing_px=400, tolerance_px=3, shortest_px=10, bridge_px=8)
    (found,) = mapped_lines(dashes, style, rng=rng_of())
    np.testing.assert_array_equal(found, [dashes[0][0], dashes[-1][-1]])


@pytest.mark.parametrize(("shake_px", "over_px"), [(0.25, 5.0), (1.0, 10.0)])
def test_the_hand_shakes_by_so_much_over_so_many_pixels(shake_px, over_px):
    """On a long straight line of a vertex a pixel: SD, and correlation exp(-d^2 / 2 over^2).

    Twenty hands of 64 waves: the mean correlation's standard error is at most .013.
    """
    line = np.column_stack([np.arange(2000.0), np.zeros(2000)])
    style = MapperStyle(shake_px=shake_px, shake_over_px=over_px)
    off = np.stack([mapped_lines([line], style, rng=rng_of(seed))[0] - line for seed in range(20)])
    off = off.reshape(20, 2000, 2)
    np.testing.assert_allclose(off.std(axis=(0, 1)), shake_px, rtol=0.05)
    for distance in (1, 2):
        apart = int(distance * over_px)
        correlation = (off[:, apart:] * off[:, :-apart]).mean() / (off**2).mean()
        assert correlation == pytest.approx(np.exp(-(distance**2) / 2), abs=0.05)


@pytest.mark.parametrize("shake_px", [0.0, 1.0])
def test_a_branch_still_ends_on_its_line(shake_px):
    """The bend at which it branches off is drawn straight, 3 px away."""
    west, east = np.array([[0.0, 0], [30, 3]]), np.array([[30.0, 3], [60, 0]])
    branch = np.array([[30.0, 3], [40, 20], [50, 40]])
    style = MapperStyle(spacing_px=60, shake_px=shake_px)
    main, found = mapped_lines([west, branch, east], style, rng=rng_of())
    if len(main) > len(found):
        main, found = found, main
    foot = min((found[0], found[-1]), key=lambda end: end[1])
    assert LineString(main).distance(Point(foot)) < 1e-9
    if not shake_px:
        np.testing.assert_allclose(foot, [30, 0])


COARSE = MapperStyle(spacing_px=15, tolerance_px=0.8, shortest_px=6, bridge_px=5)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("signs", [(-1, 1), (1, -1)])
def test_a_mirrored_map_is_mapped_as_the_mirror_image(seed, signs):
    """Lines in another order and run backwards, too; shaking is left out: it follows no mirror."""
    lines = centre_lines(forked_map(seed))
    found = mapped_lines(lines, COARSE, rng=rng_of())
    image = mapped_lines([line[::-1] * signs for line in lines[::-1]], COARSE, rng=rng_of())
    assert 3 < len(found) < len(lines)
    expected = np.array(segments([line * signs for line in found]))
    np.testing.assert_allclose(segments(image), expected, atol=1e-9)


def test_the_same_seed_maps_the_same_and_leaves_what_it_was_given():
    lines = centre_lines(forked_map(1))
    before = [line.copy() for line in lines]
    style = dataclasses.replace(COARSE, shake_px=0.7)
    one, again, other = (mapped_lines(lines, style, rng=rng_of(seed)) for seed in (1, 1, 2))
    assert segments(one) == segments(again) != segments(other)
    assert segments(lines) == segments(before)


def test_styles_lie_in_their_ranges_with_as_many_in_each_octave_of_spacing():
    """6.64 octaves from .6 to 60 px: each of the six whole ones holds 15.05 % of 6,000 styles."""
    styles = [draw_style(rng_of(seed)) for seed in range(6000)]
    spacing_px = np.array([style.spacing_px for style in styles])
    shares = np.histogram(spacing_px, 0.6 * 2.0 ** np.arange(7))[0] / len(styles)
    np.testing.assert_allclose(shares, 1 / np.log2(100), atol=0.02)  # standard error .0046
    assert spacing_px.min() >= 0.6
    assert spacing_px.max() <= 60
    for name, low, high in (
        ("shortest_px", 0, 12), ("bridge_px", 0, 8), ("shake_px", 0, 1), ("shake_over_px", 5, 10),
    ):  # fmt: skip
        values = np.array([getattr(style, name) for style in styles])
        np.testing.assert_allclose([values.min(), values.max()], [low, high], atol=0.02)
        assert low <= values.min() <= values.max() <= high
    tolerance_px = np.array([style.tolerance_px for style in styles])
    assert (tolerance_px <= 4 * spacing_px / 60).all()
    assert tolerance_px.max() > 3.5
    assert {style.thickness_px for style in styles} == {2.0, 3.0, 4.0}
    shifts_px = np.array([style.shift_px for style in styles])
    np.testing.assert_allclose(np.quantile(shifts_px, [0, 1], axis=0), [[-0.5] * 2, [0.5] * 2],
                               atol=0.01)  # fmt: skip
