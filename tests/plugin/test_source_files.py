"""Files behind QGIS's layers: cut short, stale, of unknown letters, KML folders."""

import sqlite3
import zipfile
from contextlib import closing

import pytest
from osgeo import ogr, osr
from qgis.core import (
    QgsProcessingAlgRunnerTask,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeatureSourceDefinition,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QEventLoop

from makers.field_maps import TWO_FOLDERS_KML, geojson, line
from makers.hand_made_layers import Listener, rows

QUICK = {"THICKNESS": "3", "SHIFT": 0}
N = 12
DRIVERS = {"shp": "ESRI Shapefile", "fgb": "FlatGeobuf", "gpkg": "GPKG"}


def written(folder, ending, name="fault"):
    """A file of traces of 10 km, 20 km from each other."""
    path = folder / f"map.{ending}"
    crs = osr.SpatialReference()
    crs.ImportFromEPSG(32611)
    data = ogr.GetDriverByName(DRIVERS[ending]).CreateDataSource(str(path))
    layer = data.CreateLayer("map", crs, ogr.wkbLineString)
    layer.CreateField(ogr.FieldDefn("name", ogr.OFTString))
    for number in range(N):
        feature = ogr.Feature(layer.GetLayerDefn())
        feature.SetField("name", name)
        north = 3_800_000 + 20_000 * number
        shape = ogr.CreateGeometryFromWkt(
            f"LINESTRING (500000 {north}, 504000 {north + 300}, 510000 {north})"
        )
        feature.SetGeometry(shape)
        layer.CreateFeature(feature)
    layer = data = None  # closes the file
    return path


def opened(path):
    layer = QgsVectorLayer(str(path), "map", "ogr")
    assert layer.isValid()
    return layer


@pytest.mark.parametrize("ending", DRIVERS)
def test_whole_files_are_read(estimate, tmp_path, ending):
    layer = opened(written(tmp_path, ending))
    assert f"{N} trace lines of {N} features" in estimate(layer, **QUICK)["said"]


def test_a_layer_in_an_archive_is_read_as_it_is(estimate, tmp_path):
    """What declares its letters lies in the archive, too, so nothing is said of guesses."""
    path = written(tmp_path, "shp", name="fä")
    with zipfile.ZipFile(tmp_path / "map.zip", "w") as archive:
        for part in tmp_path.glob("map.*"):
            if part.suffix != ".zip":
                archive.write(part, part.name)
                part.unlink()
    layer = opened(f"/vsizip/{tmp_path}/map.zip/{path.name}")
    said = estimate(layer, **QUICK)["said"]
    assert f"{N} trace lines of {N} features" in said
    assert "guess" not in said


@pytest.mark.parametrize(("part", "share"), [("shp", 0.6), ("fgb", 0.6), ("dbf", 0.6)])
def test_a_file_cut_short_is_refused(estimate, tmp_path, part, share):
    path = written(tmp_path, "fgb" if part == "fgb" else "shp")
    cut = path.with_suffix(f".{part}")
    whole = cut.read_bytes()
    cut.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(QgsProcessingException, match=r"cut short, \d+ of \d+"):
        estimate(opened(path), **QUICK)


def test_files_are_looked_at_beside_a_window_that_is_alive(qgis, tmp_path):
    """Layers that are opened and closed in a run's thread are told to the main one, late."""
    layer = opened(written(tmp_path, "gpkg"))
    algorithm = qgis.processingRegistry().algorithmById("ssf:makewindows")
    right = []
    for _ in range(15):
        context, feedback = QgsProcessingContext(), Listener()
        parameters = {"TRACES": layer, "WINDOWS": "TEMPORARY_OUTPUT"}
        task = QgsProcessingAlgRunnerTask(algorithm.create(), parameters, context, feedback)
        loop = QEventLoop()
        task.executed.connect(lambda fine, _, loop=loop: (right.append(fine), loop.quit()))
        qgis.taskManager().addTask(task)
        loop.exec()
        assert right[-1], feedback.said


def test_a_stale_count_of_a_geopackage_is_refused(estimate, tmp_path):
    path = written(tmp_path, "gpkg")
    with closing(sqlite3.connect(path)) as database:
        database.execute("UPDATE gpkg_ogr_contents SET feature_count = 7")
        database.commit()
    source = QgsProcessingFeatureSourceDefinition(str(path))
    with pytest.raises(QgsProcessingException, match=f"holds 7 features, and {N} are there"):
        estimate(source, **QUICK)
    layer = opened(path)
    layer.setSubsetString("fid < 4")  # counted by what the filter lets through
    assert "3 trace lines" in estimate(layer, **QUICK)["said"]


def test_letters_of_a_table_that_does_not_say_its_encoding_are_said_to_be_guessed(
    estimate, tmp_path
):
    path = written(tmp_path, "shp", name="faXX")
    path.with_suffix(".cpg").unlink(missing_ok=True)
    table = path.with_suffix(".dbf")
    rows_told = bytearray(table.read_bytes())
    rows_told[29] = 0
    table.write_bytes(rows_told)
    assert "guess" not in estimate(opened(path), **QUICK)["said"]
    table.write_bytes(bytes(rows_told).replace(b"faXX", "fa\u0131\u0131".encode("cp1254")))
    assert "which is a guess" in estimate(opened(path), ZONE_FIELD="name", **QUICK)["said"]


def test_letters_that_could_not_be_read_are_said(estimate, tmp_path):
    path = tmp_path / "map.geojson"
    geojson(path, [line(0), line(1)], name=["fa\u0131", "b"])
    path.write_bytes(path.read_text(encoding="utf-8").encode("cp1254"))
    said = estimate(opened(path), **QUICK)["said"]
    assert "1 text holds the sign for a letter that could not be read" in said


def test_folders_of_a_kml_file_are_one_map(estimate, tmp_path):
    path = tmp_path / "map.kml"
    path.write_text(TWO_FOLDERS_KML)
    results = estimate(str(path), ZONE_FIELD="Name", TRACES_OUT=str(tmp_path / "t.gpkg"), **QUICK)
    assert {row["zone"] for row in rows(results["WINDOWS"])} == {"a", "b"}
    traces = rows(opened(results["TRACES_OUT"]))
    assert [row["Name"] for row in traces] == ["a", "b"]
    assert all(row["ke"] is not None for row in traces)


def test_one_folder_of_a_kml_file_may_be_chosen(estimate, tmp_path):
    path = tmp_path / "map.kml"
    path.write_text(TWO_FOLDERS_KML)
    results = estimate(f"{path}|layername=north", ZONE_FIELD="Name", **QUICK)
    assert {row["zone"] for row in rows(results["WINDOWS"])} == {"a"}


def test_guides_in_folders_of_a_kml_file_are_all_read(estimate, tmp_path):
    path = tmp_path / "guides.kml"
    path.write_text(TWO_FOLDERS_KML)
    results = estimate(str(path), GUIDES=str(path), **QUICK)
    assert {row["zone"] for row in rows(results["WINDOWS"])} == {"guide 1", "guide 2"}
