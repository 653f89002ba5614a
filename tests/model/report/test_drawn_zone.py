"""Maps, profiles and figures of a zone, read back with the standard library's parser."""

import re
import xml.etree.ElementTree as ElementTree  # nosec B405 - it reads pictures made here

import numpy as np
import pytest

from makers.hand_made_windows import NASTY, ZONE_FLAGS, ZONE_KE, hand_made_zone
from ssf_model.headless.png import write_png
from ssf_model.report.figure import draw_figure
from ssf_model.report.ke_colours import KE_COLOURS, KE_EDGES, ke_colour
from ssf_model.report.shapes import Picture
from ssf_model.report.svg import to_svg
from ssf_model.report.zone_map import draw_map
from ssf_model.report.zone_profile import draw_profile

SVG = "{http://www.w3.org/2000/svg}"


def parsed(picture):
    return ElementTree.fromstring(to_svg(picture))  # noqa: S314 # nosec B314 - our own text


def of_class(svg, name):
    return [element for element in svg.iter() if element.get("class") == name]


def scale_of(ticks, key):
    """From place to value, fitted to an axis' ticks."""
    places = [float(tick.get(key)) for tick in ticks]
    return np.poly1d(np.polyfit(places, [float(tick.text) for tick in ticks], 1))


def middle_of_mark(mark):
    if mark.tag == SVG + "circle":
        return float(mark.get("cx")), float(mark.get("cy"))
    places = np.array(re.findall(r"(-?[\d.]+),(-?[\d.]+)", mark.get("d")), dtype=float)
    return tuple(places.mean(axis=0))


def test_every_mark_of_a_profile_stands_at_its_ke_and_kilometre():
    """Truth: the axes as a reader has them, from the labels of their ticks."""
    zone = hand_made_zone()
    svg = parsed(draw_profile(zone))
    to_km = scale_of(of_class(svg, "km tick"), "x")
    to_ke, to_ofd = (scale_of(of_class(svg, f"{name} tick"), "y") for name in ("ke", "ofd"))
    # Labels stand a little below their ticks: all by as much, so that it is the axis that gives it.
    frame = np.array(
        re.findall(r"([\d.]+),([\d.]+)", of_class(svg, "frame")[0].get("d")), dtype=float
    )
    drop = to_ke(frame[:, 1].min()) - 1
    for name, flagged in (("window", False), ("window flagged", True)):
        marks = of_class(svg, name)
        expected = [w for w in zone.windows if w.ke is not None and bool(w.flags) == flagged]
        assert len(marks) == len(expected) == (3 if not flagged else 2)
        for mark, window in zip(marks, expected):
            x, y = middle_of_mark(mark)
            assert to_km(x) == pytest.approx(window.along_km, abs=0.05)
            assert to_ke(y) - drop == pytest.approx(window.ke, abs=2e-3)
            assert to_ofd(y) + drop == pytest.approx(window.ofd, abs=2e-3)
            assert mark.get("fill") == ke_colour(window.ke)
            assert (mark.tag == SVG + "circle") == (not flagged)


def test_a_window_without_ke_is_a_hatched_stretch_of_the_profile():
    svg = parsed(draw_profile(hand_made_zone()))
    to_km = scale_of(of_class(svg, "km tick"), "x")
    (stretch,) = of_class(svg, "unknown")
    x = [float(place) for place in re.findall(r"([\d.]+),", stretch.get("d"))]
    assert (to_km(min(x)), to_km(max(x))) == pytest.approx((10.7, 15.7), abs=0.05)
    assert stretch.find(SVG + "title").text == "no KE"
    assert of_class(svg, "hatching")
    assert len(of_class(svg, "band")) == len(of_class(svg, "line")) == 2  # on either side of it


def test_the_map_shows_each_window_where_it_is():
    """Truth: the scale bar's length and the windows' known size and distance."""
    zone = hand_made_zone()
    svg = parsed(draw_map(zone))
    bar = of_class(svg, "scale bar")[0]
    ends = [float(place) for place in re.findall(r"([\d.]+),", bar.get("d"))]
    label = next(t.text for t in svg.iter(SVG + "text") if (t.text or "").endswith(" km"))
    units_a_km = (max(ends) - min(ends)) / float(label.split()[0])
    windows = of_class(svg, "window")
    assert [one.get("fill") for one in windows] == [ke_colour(ke) for ke in ZONE_KE]
    rings = [
        np.array(re.findall(r"([\d.]+),([\d.]+)", one.get("d")), dtype=float)[:4] for one in windows
    ]
    middles = np.array([ring.mean(axis=0) for ring in rings])
    np.testing.assert_allclose(np.diff(middles[:, 0]), 5 * units_a_km, rtol=2e-3)
    np.testing.assert_allclose(np.diff(middles[:, 1]), 0, atol=0.3)
    for ring in rings:
        sides = np.linalg.norm(np.diff(ring, axis=0), axis=1)
        np.testing.assert_allclose(sides, np.array([6.4, 12.8, 6.4]) * units_a_km, rtol=2e-3)
    outlines = of_class(svg, "outline")
    dashed = [one.get("stroke-dasharray") is not None for one in outlines]
    assert dashed == [bool(flags) for flags in ZONE_FLAGS]
    assert len(of_class(svg, "hatching")) >= 1


@pytest.mark.parametrize(("lon", "lat"), [(180.0, -17.0), (12.0, 80.0), (-0.1, 0.0)])
def test_maps_are_drawn_anywhere_on_earth(lon, lat):
    svg = parsed(draw_map(hand_made_zone(lon=lon, lat=lat)))
    for path in (*of_class(svg, "window"), *of_class(svg, "traces")):
        places = np.array(re.findall(r"(-?[\d.]+),(-?[\d.]+)", path.get("d")), dtype=float)
        assert ((places > 0) & (places < 720)).all()
    assert any("°" in (text.text or "") for text in svg.iter(SVG + "text"))


def test_a_class_of_ke_holds_its_lower_edge():
    for low, high, colour in zip(KE_EDGES[:-1], KE_EDGES[1:], KE_COLOURS):
        assert ke_colour(low) == ke_colour(high - 1e-9) == colour
    assert ke_colour(1.0) == KE_COLOURS[-1]


def test_a_figure_holds_all_of_its_zones_below_each_other():
    zones = [hand_made_zone("first"), hand_made_zone("second")]
    single = draw_figure(zones[:1])
    double = draw_figure(zones)
    assert double.height > 1.9 * single.height
    svg = parsed(double)
    names = {t.text: float(t.get("y")) for t in svg.iter(SVG + "text")}
    assert names["second"] > single.height > names["first"]


def test_a_png_shows_what_the_svg_says(tmp_path):
    """Colour of the place where each unflagged mark of the profile stands."""
    plt = pytest.importorskip("matplotlib.pyplot", reason="PNGs need Matplotlib")
    picture = draw_profile(hand_made_zone(NASTY.replace("\x07", "")))
    path = tmp_path / "profile.png"
    write_png(path, picture)
    pixels = plt.imread(path)
    assert pixels.shape[1] == pytest.approx(180 / 25.4 * 300, abs=1)
    scale = pixels.shape[1] / picture.width
    marks = of_class(parsed(picture), "window")
    assert marks
    for mark in marks:
        x, y = middle_of_mark(mark)
        found = (pixels[round(y * scale), round(x * scale), :3] * 255).round().astype(int)
        assert "#{:02x}{:02x}{:02x}".format(*found) == mark.get("fill")


@pytest.mark.parametrize("width", [1.0, 4.0])
def test_dashes_of_a_png_are_as_long_as_those_of_the_svg(tmp_path, width):
    """From one dash to the next it is 10 + 14 units, however wide the line."""
    plt = pytest.importorskip("matplotlib.pyplot", reason="PNGs need Matplotlib")
    picture = Picture(480, 40, "dashes")
    picture.line((0, 20), (480, 20), width=width, dash=(10, 14))
    write_png(tmp_path / "dashes.png", picture)
    pixels = plt.imread(tmp_path / "dashes.png")
    dark = pixels[pixels.shape[0] // 2, :, 0] < 0.5
    begins = np.flatnonzero(dark[1:] & ~dark[:-1])
    assert len(begins) == pytest.approx(480 / 24, abs=1)
    np.testing.assert_allclose(np.diff(begins), 24 * pixels.shape[1] / 480, atol=1.01)
