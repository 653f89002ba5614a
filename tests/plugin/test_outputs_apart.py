"""No output of an algorithm takes the place of one of its inputs, whatever that is called."""

import os
import re
import sqlite3
from contextlib import closing

import pytest
from qgis.core import (
    QgsProcessingException,
    QgsProcessingFeatureSourceDefinition,
    QgsProcessingOutputLayerDefinition,
    QgsProject,
    QgsProperty,
    QgsVectorFileWriter,
    QgsVectorLayer,
)

from makers.hand_made_layers import make_layer, straight

QUICK = {"THICKNESS": "3", "SHIFT": 0, "FLIPS": "none"}
IS_INPUT = "is the input Active strike-slip fault traces, and inputs are never changed"


@pytest.fixture
def saved(qgis, tmp_path):
    """A fault map as a file; its name and what it holds."""

    def save(name="faults.gpkg"):
        path = tmp_path / name
        options = QgsVectorFileWriter.SaveVectorOptions()
        options.driverName = QgsVectorFileWriter.driverForExtension(path.suffix)
        layer = make_layer([straight()])
        context = QgsProject.instance().transformContext()
        assert QgsVectorFileWriter.writeAsVectorFormatV3(layer, str(path), context, options)[0] == 0
        return path, path.read_bytes()

    return save


@pytest.fixture
def refused(run):
    """That an algorithm refuses a map and outputs."""

    def refuse(traces, match=IS_INPUT, *, name="ssf:estimateke", **parameters):
        with pytest.raises(QgsProcessingException, match=match):
            run(name, TRACES=traces, **{**QUICK, "WINDOWS": "TEMPORARY_OUTPUT", **parameters})

    return refuse


@pytest.mark.parametrize("key", ["WINDOWS", "TRACES_OUT", "MEMBERS", "ZONES", "PROFILE"])
@pytest.mark.parametrize("name", ["faults.gpkg", "faults.geojson"])
def test_every_output_is_held_against_the_traces(saved, refused, key, name):
    path, before = saved(name)
    refused(str(path), **{key: str(path)})
    assert path.read_bytes() == before


def test_other_names_of_the_map_and_of_the_output_are_seen_through(saved, refused, tmp_path):
    path, before = saved()
    os.link(path, tmp_path / "hard.gpkg")
    (tmp_path / "link.gpkg").symlink_to(path)
    refused(f"{path}|layername=faults", WINDOWS=str(path))
    refused(str(path), WINDOWS=str(tmp_path / "hard.gpkg"))
    refused(str(path), WINDOWS=str(tmp_path / "link.gpkg"))
    refused(str(tmp_path / "link.gpkg"), WINDOWS=str(path))
    refused(QgsVectorLayer(str(path), "map", "ogr"), WINDOWS=QgsProperty.fromValue(str(path)))
    refused(str(path), WINDOWS=QgsProcessingOutputLayerDefinition(str(path)))
    refused(str(path), WINDOWS=QgsProperty.fromExpression(f"'{path}'"))
    selected = QgsProcessingFeatureSourceDefinition(str(path), selectedFeaturesOnly=False)
    refused(selected, WINDOWS=str(path))
    assert path.read_bytes() == before


@pytest.mark.parametrize("key", ["WINDOWS", "TRACES_OUT"])
def test_a_name_to_which_qgis_adds_the_ending_of_the_map_is_the_map(
    saved, refused, monkeypatch, key
):
    path, before = saved()
    for place in (str(path.with_suffix("")), QgsProcessingOutputLayerDefinition("faults")):
        monkeypatch.chdir(path.parent)
        refused(str(path), **{key: place})
    assert path.read_bytes() == before


@pytest.mark.parametrize("name", ["w", "w.tif", "v1.2"])
def test_a_name_without_an_ending_of_layers_gets_that_of_a_geopackage(run, tmp_path, name):
    outputs = {"WINDOWS": str(tmp_path / name)}
    results = run("ssf:makewindows", TRACES=make_layer([straight()]), **outputs)
    assert [path.name for path in tmp_path.iterdir()] == [f"{name}.gpkg"]
    assert results["WINDOWS"] == str(tmp_path / f"{name}.gpkg")
    assert QgsVectorLayer(results["WINDOWS"]).featureCount() > 0


def test_a_layer_of_the_project_and_one_made_of_it_are_its_file(saved, refused):
    path, before = saved()
    layer = QgsVectorLayer(str(path), "map", "ogr")
    QgsProject.instance().addMapLayer(layer)
    try:
        refused(layer.id(), WINDOWS=str(path))
        made_of = f"SELECT * FROM '{layer.id()}'"  # noqa: S608 # nosec B608 - a test's own layer
        query = QgsVectorLayer(f"?query={made_of}", "query", "virtual")
        assert query.isValid()
        refused(query, WINDOWS=str(path))
    finally:
        QgsProject.instance().removeMapLayer(layer)
    assert path.read_bytes() == before


def test_guides_models_and_the_other_map_are_inputs_too(saved, refused, tmp_path):
    path, _ = saved()
    model = tmp_path / "model.csv"
    model.write_text("a network")
    is_input = "Windows with .* is the input {}.*, and inputs are never changed"
    layer = make_layer([straight()])
    refused(layer, is_input.format("Guide lines"), GUIDES=str(path), WINDOWS=str(path))
    refused(layer, is_input.format("Models"), MODEL=[str(model)], WINDOWS=str(model))
    refused(
        layer, is_input.format("Map B"), name="ssf:comparetraces",
        TRACES_B=str(path), WINDOWS=str(path),
    )  # fmt: skip


@pytest.mark.parametrize("table", ["faults", "FAULTS", "windows"])
@pytest.mark.parametrize("database", ["dbname='{}'", 'dbname="{}"', "dbname = {}"])
@pytest.mark.parametrize("name", ["faults.gpkg", "link.gpkg", "hard.gpkg", "here/../faults.gpkg"])
def test_no_table_goes_into_the_geopackage_of_the_map(
    saved, refused, tmp_path, table, database, name
):
    """QGIS offers it, and the file of an input would change; unquoted it took the map's place."""
    path, before = saved()
    (tmp_path / "link.gpkg").symlink_to(path)
    os.link(path, tmp_path / "hard.gpkg")
    (tmp_path / "here").mkdir()
    place = f"ogr:{database.format(tmp_path / name)} table={table} (geom)"
    told = f"Windows: table '{table}' would go into {tmp_path / name}, the input Active strike-slip"
    refused(f"{path}|layername=faults", re.escape(told), name="ssf:makewindows", WINDOWS=place)
    assert path.read_bytes() == before


def test_a_table_goes_into_a_geopackage_that_is_no_input(saved, run, tmp_path):
    """It keeps what is there, and tables of one run may share a new one."""
    path, before = saved()
    other = tmp_path / "other.gpkg"
    other.write_bytes(before)
    place = "ogr:dbname='{}' table=\"{}\" (geom)"
    for file in (other, tmp_path / "new.gpkg"):
        outputs = {"WINDOWS": place.format(file, "w"), "STRIPS": place.format(file, "s")}
        run("ssf:makewindows", TRACES=str(path), **outputs)
        assert all(QgsVectorLayer(f"{file}|layername={table}").featureCount() for table in "ws")
    assert QgsVectorLayer(f"{other}|layername=faults").featureCount() == 1


@pytest.mark.parametrize(
    "place",
    [
        "ogr:{}/new.gpkg",
        "ogr:dbname='{}/new.gpkg'",
        "ogr:dbname='{}/a.shp' table=\"a\"",
        "{}/new.gpkg|layername=windows",  # as inputs are named
    ],
)
def test_a_table_without_a_name_or_a_database_is_refused(refused, tmp_path, place):
    """QGIS writes it, and does not find it again."""
    layer = make_layer([straight()])
    refused(layer, "is no table of a GeoPackage", WINDOWS=place.format(tmp_path))
    assert not list(tmp_path.iterdir())


def test_a_table_in_a_geopackage_that_is_being_written_is_refused_before_the_work(
    saved, refused, tmp_path
):
    path, _ = saved()
    place = f"ogr:dbname='{path}' table=\"w\" (geom)"
    with closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        refused(make_layer([straight()]), "takes no table .another program", WINDOWS=place)
        other.execute("ROLLBACK")
    path.write_text("no database")
    refused(make_layer([straight()]), "takes no table .file is not a database", WINDOWS=place)


def test_a_table_in_a_folder_that_is_not_there_is_refused_before_the_work(refused, tmp_path):
    place = f"ogr:dbname='{tmp_path}/none/new.gpkg' table=\"w\" (geom)"
    refused(make_layer([straight()]), "none does not exist", WINDOWS=place)
