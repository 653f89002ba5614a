"""Lines of maps in pixels, against the lines that they were burned from."""

import numpy as np
import pytest
import shapely

from ssf_model.drawing.raster import burn_traces
from ssf_model.drawing.vectorizing import map_lines
from ssf_model.errors import InputError


def burned(*lines, width=3.0, shape=(80, 120)):
    """Lines in pixels, x to the right and y up, as a map."""
    paths = [np.asarray(line, dtype=float) for line in lines]
    return burn_traces(paths, shape, pixel_size_m=1.0, thickness_px=[width])[0].astype(bool)


def upright(lines, rows=80):
    """Columns and rows as x and y."""
    return [np.column_stack([line[:, 0], rows - line[:, 1]]) for line in lines]


@pytest.mark.parametrize("width", [1.0, 2.0, 3.0, 5.0])
@pytest.mark.parametrize(
    "line", [[[10, 40], [110, 40]], [[10, 10], [110, 70]], [[10, 20], [60, 50], [110, 30]]]
)
def test_a_burned_line_comes_back(line, width):
    """Oracle: shapely's Hausdorff distance to the line that was burned.

    Its cap is half a width; a line between two rows of pixels comes back on one of them.
    """
    (found,) = upright(map_lines(burned(line, width=width)))
    away = shapely.hausdorff_distance(shapely.linestrings(found), shapely.linestrings(line))
    assert away < 1.1 + width / 2


def test_strands_stay_apart_and_a_junction_joins_three_lines():
    two = map_lines(burned([[10, 30], [110, 30]], [[10, 45], [110, 45]]))
    assert len(two) == 2
    three = map_lines(burned([[10, 40], [110, 40]], [[60, 40], [60, 75]]))
    assert len(three) == 3
    ends = np.round(np.concatenate([line[[0, -1]] for line in three])).astype(int)
    _, counts = np.unique(ends, axis=0, return_counts=True)
    assert counts.max() == 3


def test_a_ragged_rim_makes_no_branches():
    rng = np.random.default_rng(2)
    fault_map = burned([[5, 40], [115, 42]], width=4.0)
    rim = fault_map & ~np.roll(fault_map, 1, axis=0)
    fault_map[rim & (rng.random(fault_map.shape) < 0.4)] = False
    lines = map_lines(fault_map)
    assert len(lines) == 1


def test_empty_maps_have_no_lines_and_lone_pixels_are_left_out():
    assert map_lines(np.zeros((5, 5), dtype=bool)) == []
    lone = np.zeros((5, 5), dtype=bool)
    lone[2, 2] = True
    assert map_lines(lone) == []


def test_what_is_no_fault_map_is_refused():
    with pytest.raises(InputError, match="75% of the raster's pixels"):
        map_lines(np.array([[True, True], [True, False]]))
    with pytest.raises(InputError, match="not 3 dimensions"):
        map_lines(np.zeros((2, 2, 2)))


def test_a_map_without_pixels_has_no_lines():
    assert map_lines(np.zeros((0, 5), dtype=bool)) == []
    assert map_lines(np.zeros((4, 5), dtype=bool)) == []


def test_a_map_of_more_pixels_than_can_be_held_is_refused(monkeypatch):
    monkeypatch.setattr("ssf_model.drawing.vectorizing.MOST_PIXELS", 20)
    assert map_lines(np.zeros((4, 5), dtype=bool)) == []
    with pytest.raises(InputError, match="has 21 pixels; cut out at most 20 of them"):
        map_lines(np.zeros((3, 7), dtype=bool))
