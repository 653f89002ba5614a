"""Maps, profiles and the report, read back with the standard library's parsers."""

import dataclasses
import re
import xml.etree.ElementTree as ElementTree  # nosec B405 - it reads pictures made here
from html.parser import HTMLParser

import numpy as np
import pytest

from makers.drawn_maps import model_that
from makers.hand_made_windows import hand_made
from makers.report_settings import keys_among, settings_of
from ssf_model.estimate.flags import LEGEND
from ssf_model.estimate.settings import run_settings
from ssf_model.geometry.frames import LocalFrame
from ssf_model.headless.job import FIELDS
from ssf_model.headless.png import write_png
from ssf_model.network.model_card import ModelCard
from ssf_model.options import Options
from ssf_model.report.figure import draw_figure
from ssf_model.report.ke_colours import KE_COLOURS, KE_EDGES, ke_colour
from ssf_model.report.model_page import CARD
from ssf_model.report.page import ReportFacts, report_parts
from ssf_model.report.shown_zones import ShownZone
from ssf_model.report.svg import to_svg
from ssf_model.report.zone_map import draw_map
from ssf_model.report.zone_profile import draw_profile
from ssf_model.scale import ExperimentScale
from ssf_model.tables.zone_summary import Summary

SVG = "{http://www.w3.org/2000/svg}"
KE = [0.15, 0.35, None, 0.55, 0.75, 0.95]
FLAGS = [(), ("clipped",), ("no_trace",), (), ("edge", "coarse_trace"), ()]
NASTY = "<script>alert(1)</script> \"A\" & 'B' \x07 $x_1$ 断層"
VOID = {"meta", "br", "img", "link"}


def a_zone(name="Calico", **place):
    along = [3.2 + 5 * number for number in range(len(KE))]
    windows = hand_made(zone=name, along_km=along, ke=KE, flags=FLAGS, **place)
    frame = LocalFrame(place.get("lon", -116.0), place.get("lat", 34.0))
    line = frame.to_lonlat(np.array([[0.0, 100.0], [9_000.0, -50.0], [31_000.0, 0.0]]))
    line[:, 0] = line[0, 0] + (line[:, 0] - line[0, 0] + 180) % 360 - 180
    return ShownZone(name, tuple(windows), (line,), (line + [0, 0.01],))


class Gathered:
    """Zones as `GatheredZones` gives them."""

    def __init__(self, zones):
        self._zones = {zone.name: zone for zone in zones}
        self.names = tuple(self._zones)

    def zone(self, name):
        """One zone."""
        return self._zones[name]


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
    zone = a_zone()
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
    svg = parsed(draw_profile(a_zone()))
    to_km = scale_of(of_class(svg, "km tick"), "x")
    (stretch,) = of_class(svg, "unknown")
    x = [float(place) for place in re.findall(r"([\d.]+),", stretch.get("d"))]
    assert (to_km(min(x)), to_km(max(x))) == pytest.approx((10.7, 15.7), abs=0.05)
    assert stretch.find(SVG + "title").text == "no KE"
    assert of_class(svg, "hatching")
    assert len(of_class(svg, "band")) == len(of_class(svg, "line")) == 2  # on either side of it


def test_the_map_shows_each_window_where_it_is():
    """Truth: the scale bar's length and the windows' known size and distance."""
    zone = a_zone()
    svg = parsed(draw_map(zone))
    bar = of_class(svg, "scale bar")[0]
    ends = [float(place) for place in re.findall(r"([\d.]+),", bar.get("d"))]
    label = next(t.text for t in svg.iter(SVG + "text") if (t.text or "").endswith(" km"))
    units_a_km = (max(ends) - min(ends)) / float(label.split()[0])
    windows = of_class(svg, "window")
    assert [one.get("fill") for one in windows] == [ke_colour(ke) for ke in KE]
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
    assert dashed == [bool(flags) for flags in FLAGS]
    assert len(of_class(svg, "hatching")) >= 1


@pytest.mark.parametrize(("lon", "lat"), [(180.0, -17.0), (12.0, 80.0), (-0.1, 0.0)])
def test_maps_are_drawn_anywhere_on_earth(lon, lat):
    svg = parsed(draw_map(a_zone(lon=lon, lat=lat)))
    for path in (*of_class(svg, "window"), *of_class(svg, "traces")):
        places = np.array(re.findall(r"(-?[\d.]+),(-?[\d.]+)", path.get("d")), dtype=float)
        assert ((places > 0) & (places < 720)).all()
    assert any("°" in (text.text or "") for text in svg.iter(SVG + "text"))


def test_a_class_of_ke_holds_its_lower_edge():
    for low, high, colour in zip(KE_EDGES[:-1], KE_EDGES[1:], KE_COLOURS):
        assert ke_colour(low) == ke_colour(high - 1e-9) == colour
    assert ke_colour(1.0) == KE_COLOURS[-1]


class Reader(HTMLParser):
    """Keeps tags, attributes and words, and checks that tags close in order."""

    def __init__(self):
        super().__init__()
        self.open, self.tags, self.words = [], [], []

    def handle_starttag(self, tag, attrs):
        """An element begins."""
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        """An element without content."""
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        """An element ends."""
        assert self.open.pop() == tag

    def handle_data(self, data):
        """Words."""
        self.words.append(data)


def report_on(zones, shown=None, **changed):
    summary = Summary()
    for zone in zones:
        summary.add(zone.windows)
    facts = ReportFacts(
        "faults.gpkg",
        "2031-05-06",
        {"shift_px": 2.5, "guides": None},
        [ModelCard(name="probe", version="7", citation="https://doi.org/10.1/x", licence="CC0")],
    )
    facts = dataclasses.replace(facts, **changed)
    gathered = Gathered(zones if shown is None else shown)
    return "".join(report_parts(facts, summary.zones(), gathered))


def read_report(text):
    reader = Reader()
    reader.feed(text)
    reader.close()
    assert reader.open == []
    return reader


def test_the_report_loads_nothing_and_runs_nothing():
    """No element that loads or runs, no address but in links, and a policy that forbids it."""
    text = report_on([a_zone(), a_zone(NASTY)])
    reader = read_report(text)
    tags = {tag for tag, _ in reader.tags}
    assert not tags & {"script", "link", "img", "iframe", "object", "embed", "image", "use", "base"}
    for tag, attributes in reader.tags:
        assert not {"src", "srcset", "xlink:href", "data", "onload", "background"} & set(attributes)
        assert tag == "a" or "href" not in attributes
    style = text.split("<style>")[1].split("</style>")[0]
    assert "url(" not in style
    assert "@import" not in style
    policies = [a["content"] for t, a in reader.tags if t == "meta" and "http-equiv" in a]
    assert policies == ["default-src 'none'; style-src 'unsafe-inline'"]


def test_names_are_shown_as_they_are_and_never_as_markup():
    text = report_on([a_zone(NASTY)], source="<b>map</b>.gpkg")
    words = read_report(text).words
    assert NASTY.replace("\x07", "") in words
    assert any("<b>map</b>.gpkg" in word for word in words)
    assert "<script" not in text
    assert "\x07" not in text


def test_the_report_says_what_was_read_how_and_what_flags_mean():
    words = " ".join(read_report(report_on([a_zone()])).words)
    for said in ("faults.gpkg", "2031-05-06", "probe-7", "screening estimate", "CC0", "2.5"):
        assert said in words
    for flag, meaning in LEGEND.items():
        assert flag in words
        assert meaning in words
    assert "1 zone, 6 windows: 5 with KE, 1 without, 3 flagged" in words


def test_every_setting_and_every_entry_of_a_card_has_a_label():
    """All keys that a run can put into the settings; what has no label is printed as its key."""
    models = [model_that(lambda window: 0.5)]
    keys = {*run_settings(models, scale=ExperimentScale(), options=Options()), *FIELDS}
    settings = dict.fromkeys([*keys, "layer", "trend_deg", "guides"], "-")
    text = report_on([a_zone()], settings=settings)
    assert len(settings_of(text)) == len(settings)
    assert keys_among(settings_of(text)) == []
    assert {entry.name for entry in dataclasses.fields(ModelCard)} == set(CARD)


def test_zones_that_are_not_drawn_stand_in_the_table():
    zones = [a_zone(f"zone {number}") for number in range(30)]
    text = report_on(zones, shown=zones[:2])
    reader = read_report(text)
    assert text.count("<svg") == 4
    cells = [word for word in reader.words if word.startswith("zone ")]
    assert {f"zone {number}" for number in range(30)} <= set(cells)
    targets = {attributes.get("id") for _, attributes in reader.tags}
    links = [a["href"][1:] for t, a in reader.tags if t == "a" and a["href"].startswith("#")]
    assert links == ["zone-1", "zone-2"]
    assert set(links) <= targets


def test_a_report_is_made_part_by_part():
    """The second drawing does not begin before the first one was given away."""
    asked = []

    class Lazy(Gathered):
        def zone(self, name):
            asked.append(name)
            return super().zone(name)

    zones = [a_zone("a"), a_zone("b")]
    summary = Summary()
    for zone in zones:
        summary.add(zone.windows)
    facts = ReportFacts("f", "d", {}, [ModelCard(name="probe", version="1")])
    parts = report_parts(facts, summary.zones(), Lazy(zones))
    for part in parts:
        if "<svg" in part:
            break
    assert asked == ["a"]


def test_a_figure_holds_all_of_its_zones_below_each_other():
    zones = [a_zone("first"), a_zone("second")]
    single = draw_figure(zones[:1])
    double = draw_figure(zones)
    assert double.height > 1.9 * single.height
    svg = parsed(double)
    names = {t.text: float(t.get("y")) for t in svg.iter(SVG + "text")}
    assert names["second"] > single.height > names["first"]


def test_a_png_shows_what_the_svg_says(tmp_path):
    """Colour of the place where each unflagged mark of the profile stands."""
    plt = pytest.importorskip("matplotlib.pyplot", reason="PNGs need Matplotlib")
    picture = draw_profile(a_zone(NASTY.replace("\x07", "")))
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
