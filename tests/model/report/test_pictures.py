"""What drawings hold: their items, read from the picture itself or from its SVG."""

import re

import numpy as np
import pytest
from shapely.geometry import Point, Polygon

from makers.hand_made_windows import hand_made
from ssf_model.report.figure import draw_figure
from ssf_model.report.shapes import Picture, Shape, Words
from ssf_model.report.shown_zones import ShownZone
from ssf_model.report.svg import to_svg
from ssf_model.report.zone_map import draw_map
from ssf_model.report.zone_profile import draw_profile
from ssf_model.tables.cells import printable


def zone_of(kes, **place):
    windows = hand_made(along_km=[3.2 + 5 * n for n in range(len(kes))], ke=kes, **place)
    return ShownZone("Calico", tuple(windows), (), ())


def named(picture, name):
    return [item for item in picture.items if item.name == name]


def test_a_figure_is_its_pictures_one_below_the_other():
    zone = zone_of([0.2, 0.6, 0.9])
    parts, figure = (draw_map(zone), draw_profile(zone)), draw_figure([zone])
    assert len(figure.items) == sum(len(part.items) for part in parts)
    begins = []
    items = iter(figure.items)
    for part in parts:
        moves = set()
        for before, after in zip(part.items, items):
            if isinstance(before, Shape):
                pairs = [
                    tuple(np.round(end - begin, 6))
                    for one, other in zip(before.parts, after.parts)
                    for begin, end in zip(one, other)
                ]
            else:
                pairs = [(round(after.x - before.x, 6), round(after.y - before.y, 6))]
            moves.update(pairs)
        assert len(moves) == 1, "all of it moves as one"
        begins.append(moves.pop())
    assert begins[0] == (0, 0)
    assert begins[1][0] == 0
    assert begins[1][1] > parts[0].height
    assert figure.height == pytest.approx(begins[1][1] + parts[1].height)


@pytest.mark.parametrize(
    ("style", "written"),
    [
        ({"stroke": "#000000"}, r'd="M0,0 4,0 4,3" fill="none" stroke='),
        ({"fill": "#ff0000"}, r'd="M0,0 4,0 4,3Z" fill="#ff0000"/>'),
        ({"fill": "#ff0000", "opacity": 0.5}, r'Z" fill="#ff0000" fill-opacity="0.5"/>'),
        ({"stroke": "#000000", "opacity": 0.5}, r'4,3" fill="none" stroke="#000000"'),
        ({"stroke": "#000000", "dash": (5.0, 2.0)}, r'stroke-dasharray="5,2"/>'),
    ],
)
def test_areas_are_closed_and_lines_are_not(style, written):
    picture = Picture(10.0, 10.0, "probe")
    picture.items.append(Shape((np.array([[0.0, 0], [4, 0], [4, 3]]),), **style))
    (path,) = re.findall("<path[^>]*>", "".join(to_svg(picture)))
    assert written in path
    assert ("fill-opacity" in path) is ("fill-opacity" in written)


def test_a_window_s_ke_is_written_inside_it():
    picture = draw_map(zone_of([0.2, 0.6, 0.9]))
    rings = [Polygon(item.parts[0]) for item in named(picture, "window")]
    labels = [item for item in picture.items if isinstance(item, Words) and item.text == "0.60"]
    assert len(labels) == 1
    assert len(rings) == 3
    assert rings[1].buffer(1).contains(Point(labels[0].x, labels[0].y))


def test_the_scale_bar_is_level_between_two_upright_ends():
    bars = [item.parts[0] for item in named(draw_map(zone_of([0.2, 0.6])), "scale bar")]
    level, first, last = bars
    assert level[0, 1] == level[1, 1]
    assert first[0, 0] == first[1, 0] == level[0, 0]
    assert last[0, 0] == last[1, 0] == level[1, 0]
    for end in (first, last):
        assert end[:, 1].min() < level[0, 1] < end[:, 1].max()


def test_a_run_of_windows_has_a_band_from_its_first_to_its_last_mark():
    """A lone window has a bar, wider than nothing; two have a band with their four ends."""
    lone, pair = named(draw_profile(zone_of([0.3, None, 0.5, 0.7])), "band")
    x = np.unique(lone.parts[0][:, 0])
    assert np.ptp(x) > 1
    corners = pair.parts[0]
    assert len(corners) == 4
    assert corners[0, 0] == corners[3, 0] < corners[1, 0] == corners[2, 0]
    marks = [item for item in draw_profile(zone_of([0.3, None, 0.5, 0.7])).items
             if item.name == "line"]  # fmt: skip
    (line,) = marks
    np.testing.assert_allclose(np.unique(line.parts[0][:, 0]), np.unique(corners[:, 0]))


def test_letters_are_those_that_xml_can_hold():
    """Its production Char: from #x20 on without surrogates, #xFFFE and #xFFFF; tab and new line."""
    held = "\t\n \ud7ff\ue000\ufffd\U00010000\U0010ffff"
    assert printable(held) == held
    assert printable("\x00\x08\x0b\x1f\ud800\udfff\ufffe\uffff") == ""
