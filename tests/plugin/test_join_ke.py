"""ssf:joinke on points and lines beside a fault drawn by hand."""

import pytest
from qgis.core import QgsProcessingException, QgsVectorLayer, QgsWkbTypes

from makers.hand_made_layers import EASTING, NORTHING, make_layer, rows, straight

TEMPORARY = "TEMPORARY_OUTPUT"


@pytest.fixture
def windows(estimate):
    """20 km to the east: windows with their middles at -5, 0 and 5 km."""
    return estimate(make_layer([straight(20_000, azimuth_deg=90)]))["WINDOWS"]


def point(east, north):
    return f"Point ({EASTING + east} {NORTHING + north})"


def test_points_keep_their_columns_and_get_those_of_their_window(run, windows):
    kes = [row["ke"] for row in rows(windows)]
    places = [point(-5_000, 10), point(2_600, -2_000), point(0, 20_000)]
    layer = make_layer(
        places,
        kind="Point",
        fields=["site:string", "ke:double"],
        attributes=[["a", 9], ["b", 9], ["c", 9]],
    )
    results = run("ssf:joinke", WINDOWS=windows, PLACES=layer, JOINED=TEMPORARY)
    joined = rows(results["JOINED"])
    assert [row["site"] for row in joined] == ["a", "b", "c"]
    assert {row["ke"] for row in joined} == {9}
    assert [row["ssf_ke"] for row in joined] == [kes[0], kes[2], None]
    assert joined[1]["across_km"] == pytest.approx(-2, abs=0.03)
    assert joined[1]["along_km"] == pytest.approx(12.6, abs=0.03)
    assert joined[2]["covered"] == 0
    assert results["N_JOINED"] == 2
    assert "Features with a KE: 2 of 3." in results["said"]
    assert results["said"].count("so ssf writes ke as ssf_ke.") == 1


def test_an_empty_layer_of_windows_is_refused(run, windows):
    assert windows.dataProvider().truncate()
    layer = make_layer([point(0, 0)], kind="Point")
    with pytest.raises(QgsProcessingException, match="selection of windows is empty"):
        run("ssf:joinke", WINDOWS=windows, PLACES=layer, JOINED=TEMPORARY)


def test_lines_in_degrees_get_means_and_empty_geometries_nothing(run, windows):
    kes = [row["ke"] for row in rows(windows)]
    layer = make_layer(
        ["MultiLineString ((-117.04 34.338, -116.96 34.338))", None],
        kind="MultiLineString",
        crs="EPSG:4326",
    )
    results = run("ssf:joinke", WINDOWS=windows, PLACES=layer, JOINED=TEMPORARY)
    line, empty = rows(results["JOINED"])
    assert min(kes) - 1e-9 <= line["ke"] <= max(kes) + 1e-9
    assert line["n_windows"] >= 2
    assert empty["ke"] is None


def test_simple_and_multipart_lines_of_one_layer_come_out_as_multipart_ones(run, windows, tmp_path):
    """A layer declared to hold simple lines may hold others; an output would be a broken one."""
    shapes = [
        f"LineString ({EASTING} {NORTHING}, {EASTING + 500} {NORTHING})",
        f"MultiLineString (({EASTING} {NORTHING}, {EASTING + 9} {NORTHING}), (1 1, 2 2))",
    ]
    out = tmp_path / "joined.gpkg"
    run("ssf:joinke", WINDOWS=windows, PLACES=make_layer(shapes), JOINED=str(out))
    joined = QgsVectorLayer(str(out), "j", "ogr")
    assert joined.wkbType() == QgsWkbTypes.Type.MultiLineString
    parts = [feature.geometry().constGet().numGeometries() for feature in joined.getFeatures()]
    assert parts == [1, 2]


def test_polygons_and_layers_without_windows_are_refused(run, windows, tmp_path):
    out = str(tmp_path / "joined.gpkg")
    box = make_layer(["Polygon ((0 0, 1 0, 1 1, 0 0))"], kind="Polygon")
    with pytest.raises(QgsProcessingException, match="joined to points and lines"):
        run("ssf:joinke", WINDOWS=windows, PLACES=box, JOINED=out)
    with pytest.raises(QgsProcessingException, match="no column"):
        run("ssf:joinke", WINDOWS=box, PLACES=make_layer([point(0, 0)], kind="Point"), JOINED=out)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("kind", "crs", "match"),
    [
        ("Point", "", "have a KE: The layer has no coordinate reference system"),
        ("Point", "EPSG:4978", "geocentric"),
        ("NoGeometry", "", "This is a table, without places"),
    ],
)
def test_places_that_cannot_be_placed_are_refused(run, windows, kind, crs, match):
    """None of them had a KE, and nobody said why."""
    layer = make_layer([None if kind == "NoGeometry" else point(0, 0)], kind=kind, crs=crs)
    with pytest.raises(QgsProcessingException, match=match):
        run("ssf:joinke", WINDOWS=windows, PLACES=layer, JOINED=TEMPORARY)


def test_joined_layers_are_dressed_by_their_new_ke(run, windows):
    from qgis_ssf_plugin.looks.dressing import dress, look_of

    layer = make_layer([point(0, 0)], kind="Point")
    joined = run("ssf:joinke", WINDOWS=windows, PLACES=layer, JOINED=TEMPORARY)["JOINED"]
    assert look_of(joined) == "joined"
    dress(joined, "joined")
    labels = [item.label() for item in joined.renderer().legendSymbolItems()]
    assert labels[0] == "KE 0.0 - 0.2"
