"""ssf:profileplot: out of windows as they were written, in any format."""

import re

import pytest
from qgis.core import QgsProcessingException, QgsProcessingOutputHtml, QgsVectorLayer

from makers.hand_made_layers import NORTHING, make_layer, rows, straight


@pytest.fixture(scope="module")
def two_zones():
    return lambda: make_layer(
        [straight(30_000), straight(12_000, north=NORTHING + 60_000)],
        fields=["zone:string"],
        attributes=[["Calico"], ["Camp <Rock>"]],
    )


def test_the_plot_is_that_of_the_report(estimate, run, qgis, two_zones, tmp_path):
    """Oracle: the report, which draws windows as they were estimated, not as they were read."""
    report, plot = tmp_path / "report.html", tmp_path / "plot.html"
    windows = tmp_path / "windows.gpkg"
    estimate(two_zones(), ZONE_FIELD="zone", WINDOWS=str(windows), REPORT=str(report))
    results = run("ssf:profileplot", WINDOWS=str(windows), PLOT=str(plot))
    assert results["N_ZONES"] == 2
    pages = [path.read_text(encoding="utf-8") for path in (report, plot)]
    for zone in ("Calico", "Camp &lt;Rock&gt;"):
        title = f"along the strike of fault zone {zone}"
        drawings = [
            next(part for part in re.findall(r"<svg.*?</svg>", page, re.DOTALL) if title in part)
            for page in pages
        ]
        numbers = [
            [float(n) for n in re.findall(r"-?\d+\.?\d*", re.sub(r'id="[^"]*"', "", drawing))]
            for drawing in drawings
        ]
        assert numbers[0] == pytest.approx(numbers[1], abs=0.11)
    algorithm = qgis.processingRegistry().createAlgorithmById("ssf:profileplot")
    assert isinstance(algorithm.outputDefinition("PLOT"), QgsProcessingOutputHtml)


def test_a_shapefile_whose_corners_come_otherwise_gives_the_same_plot(
    estimate, run, two_zones, tmp_path
):
    """It turns polygons round, and cuts names to ten letters."""
    pages = []
    for ending in ("gpkg", "shp"):
        windows, plot = tmp_path / f"windows.{ending}", tmp_path / f"{ending}.html"
        estimate(two_zones(), ZONE_FIELD="zone", WINDOWS=str(windows))
        run("ssf:profileplot", WINDOWS=QgsVectorLayer(str(windows), "w"), PLOT=str(plot))
        pages.append(re.sub(r'id="[^"]*"', "", plot.read_text(encoding="utf-8")))
    assert pages[0] == pages[1]


def test_zones_can_be_chosen_and_unknown_ones_are_refused(estimate, run, two_zones, tmp_path):
    windows = estimate(two_zones(), ZONE_FIELD="zone")["WINDOWS"]
    plot = tmp_path / "plot.html"
    run("ssf:profileplot", WINDOWS=windows, SHOW_ZONES="Calico", PLOT=str(plot))
    assert "Camp" not in plot.read_text(encoding="utf-8")
    with pytest.raises(QgsProcessingException, match="no fault zone 'Elsinore' to plot"):
        run("ssf:profileplot", WINDOWS=windows, SHOW_ZONES="Elsinore", PLOT=str(plot))


def test_polygons_that_are_no_windows_are_refused(run, tmp_path):
    plot = str(tmp_path / "plot.html")
    other = make_layer(["Polygon ((0 0, 1 0, 1 1, 0 1, 0 0))"], kind="Polygon")
    with pytest.raises(QgsProcessingException, match="no column 'zone'"):
        run("ssf:profileplot", WINDOWS=other, PLOT=plot)
    empty = make_layer([], kind="Polygon", fields=["zone:string", "along_km:double", "ke:double"])
    with pytest.raises(QgsProcessingException, match="is empty"):
        run("ssf:profileplot", WINDOWS=empty, PLOT=plot)
    triangle = make_layer(
        ["Polygon ((0 0, 1 0, 1 1, 0 0))"],
        kind="Polygon",
        fields=["zone:string", "along_km:double", "ke:double"],
        attributes=[["a", 1, 1]],
    )
    with pytest.raises(QgsProcessingException, match="four corners"):
        run("ssf:profileplot", WINDOWS=triangle, PLOT=plot)
    assert list(tmp_path.iterdir()) == []


def test_the_figure_of_an_estimate_is_shown_too(estimate, qgis, two_zones, tmp_path):
    figure = tmp_path / "figure.svg"
    results = estimate(two_zones(), ZONE_FIELD="zone", FIGURE=str(figure))
    with open(results["FIGURE_PAGE"], encoding="utf-8") as file:
        assert "<svg" in file.read()
    assert rows(results["WINDOWS"])
    algorithm = qgis.processingRegistry().createAlgorithmById("ssf:estimateke")
    assert isinstance(algorithm.outputDefinition("FIGURE_PAGE"), QgsProcessingOutputHtml)
    assert "FIGURE_PAGE" not in estimate(two_zones(), ZONE_FIELD="zone")
