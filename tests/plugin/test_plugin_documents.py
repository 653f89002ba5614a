"""Tables of zones and profiles, report and figure out of ssf:estimateke."""

import csv
import statistics
import struct
import xml.etree.ElementTree as ElementTree  # nosec B405 - it reads pictures made here

import pytest
from qgis.core import QgsProcessingException, QgsProcessingOutputHtml
from qgis.PyQt.QtGui import QImage

from makers.hand_made_layers import NORTHING, make_layer, rows, straight
from makers.report_settings import keys_among, settings_of

TEMPORARY = "TEMPORARY_OUTPUT"


def two_zones():
    return make_layer(
        [straight(30_000), straight(12_000, north=NORTHING + 60_000)],
        fields=["zone:string"],
        attributes=[["Calico"], ["Camp <Rock> & others"]],
    )


def test_the_zones_sum_up_their_windows(estimate):
    results = estimate(two_zones(), ZONE_FIELD="zone", ZONES=TEMPORARY)
    windows = rows(results["WINDOWS"])
    zones = {row["zone"]: row for row in rows(results["ZONES"])}
    assert set(zones) == {"Calico", "Camp <Rock> & others"}
    for name, zone in zones.items():
        kes = [row["ke"] for row in windows if row["zone"] == name]
        assert zone["n_windows"] == zone["n_known"] == len(kes)
        assert zone["ke_median"] == pytest.approx(statistics.median(kes))
        assert (zone["ke_min"], zone["ke_max"]) == (min(kes), max(kes))
        assert zone["ofd_mean"] == pytest.approx(1 - zone["ke_mean"])
        # n windows of 6.4 km, one every 5 km
        assert zone["length_km"] == pytest.approx(6.4 + 5 * (len(kes) - 1), abs=1e-3)


def test_the_profile_goes_along_strike_as_csv(estimate, tmp_path):
    path = tmp_path / "profile.csv"
    results = estimate(two_zones(), ZONE_FIELD="zone", PROFILE=str(path))
    with open(path, encoding="utf-8", newline="") as file:
        profile = list(csv.DictReader(file))
    windows = rows(results["WINDOWS"])
    assert len(profile) == len(windows)
    for row, window in zip(profile, windows):
        assert row["zone"] == window["zone"]
        assert float(row["along_km"]) == pytest.approx(window["along_km"])
        assert float(row["ke"]) == pytest.approx(window["ke"])
    assert 33 < float(profile[0]["lat"]) < 36
    assert float(profile[0]["lon"]) == pytest.approx(-117, abs=0.3)


def test_the_report_is_whole_and_shown_by_qgis(estimate, qgis, tmp_path):
    path = tmp_path / "report.html"
    results = estimate(two_zones(), ZONE_FIELD="zone", REPORT=str(path))
    assert results["REPORT"] == str(path)
    text = path.read_text(encoding="utf-8")
    assert text.count("<svg") == 4
    assert "Camp &lt;Rock&gt; &amp; others" in text
    assert "Camp <Rock>" not in text
    assert str(tmp_path) not in text
    assert [entry.name for entry in tmp_path.iterdir()] == ["report.html"]
    algorithm = qgis.processingRegistry().createAlgorithmById("ssf:estimateke")
    assert isinstance(algorithm.outputDefinition("REPORT"), QgsProcessingOutputHtml)


def test_the_report_names_the_layer_of_guide_lines(estimate, tmp_path):
    path = tmp_path / "report.html"
    guides = make_layer([straight(30_000)])
    guides.setName("Trends <by hand>")
    estimate(make_layer([straight()]), GUIDES=guides, REPORT=str(path))
    settings = settings_of(path.read_text(encoding="utf-8"))
    assert settings["Guide lines"] == "Trends <by hand>"
    assert settings["Trend of the zones, degrees"] == "none"
    assert keys_among(settings) == []


def chunks_of(png):
    """Kind -> content of a PNG's chunks (the PNG specification, 5.3)."""
    found, at = {}, 8
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at : at + 8])
        found[kind] = png[at + 8 : at + 8 + length]
        at += length + 12
    return found


def test_a_png_has_300_dots_an_inch_of_the_svg(estimate, tmp_path):
    """Truth: the SVG's size on paper; 300 an inch are 11811 dots a metre."""
    picture, drawing = tmp_path / "figure.png", tmp_path / "figure.svg"
    for path in (picture, drawing):
        estimate(two_zones(), ZONE_FIELD="zone", FIGURE=str(path))
    chunks = chunks_of(picture.read_bytes())
    assert struct.unpack(">IIB", chunks[b"pHYs"]) == (11811, 11811, 1)
    svg = ElementTree.parse(drawing).getroot()  # noqa: S314 # nosec B314 - our own
    millimetres = [float(svg.get(side).removesuffix("mm")) for side in ("width", "height")]
    assert millimetres[0] == 180
    dots = struct.unpack(">II", chunks[b"IHDR"][:8])
    assert dots == pytest.approx([side / 25.4 * 300 for side in millimetres], abs=1)


def test_the_figure_is_180_mm_wide_and_shows_the_zone_named(estimate, tmp_path):
    picture, drawing = tmp_path / "figure.png", tmp_path / "figure.svg"
    for path in (picture, drawing):
        results = estimate(
            two_zones(),
            ZONE_FIELD="zone",
            FIGURE=str(path),
            SHOW_ZONES="Camp <Rock> & others",
        )
        assert results["FIGURE"] == str(path)
    image = QImage(str(picture))
    assert image.width() / image.dotsPerMeterX() == pytest.approx(0.180, abs=1e-3)
    # Words, lines and colours were drawn: more than white, and not only grey.
    colours = {
        image.pixelColor(x, y).name() for x in range(0, image.width(), 7) for y in (300, 301)
    }
    assert len(colours) > 2
    svg = ElementTree.parse(drawing)  # noqa: S314 # nosec B314 - our own
    words = svg.iter("{http://www.w3.org/2000/svg}text")
    named = {element.text for element in words}
    assert "Camp <Rock> & others" in named
    assert "Calico" not in named


def test_nothing_is_written_where_nothing_is_asked_for(estimate):
    results = estimate(two_zones())
    assert not {"ZONES", "PROFILE", "REPORT", "FIGURE"} & set(results)


REFUSALS = {
    "report's ending": ({"REPORT": "report.pdf"}, "must end with .html or .htm"),
    "figure's ending": ({"FIGURE": "figure.jpg"}, "must end with .png or .svg"),
    "folder": ({"REPORT": "none/report.html"}, "does not exist"),
    "unknown zone": ({"REPORT": "r.html", "SHOW_ZONES": "Elsinore"}, "no fault zone 'Elsinore'"),
    "nothing drawn": ({"SHOW_ZONES": "zone 1"}, "ask for a report or a figure"),
    "too many": ({"FIGURE": "f.png", "SHOW_ZONES": ";".join("abcdefghi")}, "at most 8 zones"),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_files_that_cannot_be_are_refused_before_the_work(estimate, tmp_path, case):
    parameters, match = REFUSALS[case]
    (tmp_path / "present.html").write_text("mine")
    given = {
        key: value if key == "SHOW_ZONES" else str(tmp_path / value)
        for key, value in parameters.items()
    }
    with pytest.raises(QgsProcessingException, match=match):
        estimate(make_layer([straight()]), **given)
    assert (tmp_path / "present.html").read_text() == "mine"
    assert len(list(tmp_path.iterdir())) == 1
