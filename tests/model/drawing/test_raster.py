import numpy as np
import pytest
from rasterio.features import rasterize
from rasterio.transform import from_origin
from shapely.geometry import LineString

from ssf_model.drawing.raster import Sheet, burn_sheets, burn_traces
from ssf_model.errors import InputError
from ssf_model.geometry.segments import clip_segments

pytestmark = pytest.mark.numerical


@pytest.mark.parametrize("seed", range(20))
def test_burning_equals_rasterizing_a_buffer(seed):
    """Oracle: GDAL burns shapely's round-ended buffer by pixel centre."""
    rng = np.random.default_rng(seed)
    traces = [rng.uniform(-900, 4500, size=(rng.integers(2, 6), 2)) for _ in range(4)]
    strips = burn_traces(traces, (30, 40), pixel_size_m=100.0, thickness_px=(2, 3, 4.5))
    for strip, thickness in zip(strips, (2, 3, 4.5)):
        shapes = [LineString(trace).buffer(thickness * 50, quad_segs=400) for trace in traces]
        expected = rasterize(
            shapes, out_shape=(30, 40), transform=from_origin(0, 3000, 100, 100), dtype="uint8"
        )
        assert expected.any()
        np.testing.assert_array_equal(strip, expected)


def test_row_zero_is_the_far_side():
    """A line 150 m up a strip of 10 rows of 100 m covers row 8, and no other at 1 px."""
    strips = burn_traces(
        [np.array([[0.0, 150.0], [1000.0, 150.0]])], (10, 10), pixel_size_m=100.0, thickness_px=[1]
    )
    assert strips[0].sum(axis=1).tolist() == [0, 0, 0, 0, 0, 0, 0, 0, 10, 0]


def test_many_short_segments_draw_what_one_long_one_draws():
    line = np.array([[-50.0, 120.0], [2950.0, 2210.0]])
    dense = line[0] + np.linspace(0, 1, 5001)[:, None] * (line[1] - line[0])
    options = {"pixel_size_m": 100.0, "thickness_px": (2, 3, 4)}
    np.testing.assert_array_equal(
        burn_traces([dense], (25, 30), **options), burn_traces([line], (25, 30), **options)
    )


def test_a_trace_outside_leaves_the_strip_blank():
    far = np.array([[5000.0, 5000.0], [9000.0, 9000.0]])
    assert not burn_traces([far], (10, 10), pixel_size_m=100.0, thickness_px=[3]).any()
    assert not burn_traces([], (10, 10), pixel_size_m=100.0, thickness_px=[3]).any()


@pytest.mark.parametrize("seed", range(10))
def test_clipping_agrees_with_shapely(seed):
    rng = np.random.default_rng(seed)
    starts, ends = rng.uniform(-2, 3, size=(2, 50, 2))
    ends[:10, 0] = starts[:10, 0]  # upright segments too
    t_in, t_out = clip_segments(starts, ends, np.zeros(2), np.ones(2))
    box = LineString([(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)]).envelope
    for start, end, low, high in zip(starts, ends, t_in, t_out):
        line = LineString([start, end])
        expected = line.intersection(box).length
        assert max(high - low, 0.0) * line.length == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(
    ("trace", "match"),
    [
        ([[0.0, 0.0]], "two or more"),
        ([[0.0, 0.0], [np.nan, 1.0]], "not finite"),
        ([[0.0, 0.0], [np.inf, 1.0]], "not finite"),
    ],
)
def test_a_broken_trace_is_refused(trace, match):
    with pytest.raises(InputError, match=match):
        burn_traces([np.array(trace)], (5, 5), pixel_size_m=1.0, thickness_px=[3])


@pytest.mark.parametrize("thickness", [[], [0], [-1], [np.nan], [np.inf]])
def test_a_thickness_without_extent_is_refused(thickness):
    with pytest.raises(InputError, match="thickness"):
        burn_traces([], (5, 5), pixel_size_m=1.0, thickness_px=thickness)


def test_many_sheets_are_drawn_as_each_alone():
    rng = np.random.default_rng(4)
    drawings = []
    for number in range(6):
        traces = [rng.uniform(-2_000, 9_000, size=(rng.integers(2, 9), 2)) for _ in range(number)]
        sheets = [
            Sheet(tuple(rng.uniform(-500, 500, 2)), (30 + number, 50), side)
            for side in (100.0, 73.0, 250.0)[: number % 4]
        ]
        drawings.append((traces, sheets))
    burned = burn_sheets(drawings, thickness_px=(2, 3.5, 16))
    assert [len(maps) for maps in burned] == [0, 1, 2, 3, 0, 1]
    for (traces, sheets), found in zip(drawings, burned):
        for sheet, maps in zip(sheets, found):
            moved = [trace - sheet.corner_m for trace in traces]
            alone = burn_traces(
                moved, sheet.shape, pixel_size_m=sheet.pixel_size_m, thickness_px=(2, 3.5, 16)
            )
            np.testing.assert_array_equal(maps, alone)
