"""No output of an algorithm takes the place of one of its inputs, whatever that is called."""

import os

import pytest
from qgis.core import (
    QgsProcessingContext,
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
    refused(str(path), WINDOWS=f"ogr:dbname='{path}' table=\"faults\" (geom)")
    selected = QgsProcessingFeatureSourceDefinition(str(path), selectedFeaturesOnly=False)
    refused(selected, WINDOWS=str(path))
    assert path.read_bytes() == before


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


def test_a_table_beside_the_map_in_its_geopackage_is_let_pass(saved, qgis):
    """As QGIS offers it: the project's GeoPackage takes the result as one more layer."""
    path, _ = saved()
    algorithm = qgis.processingRegistry().createAlgorithmById("ssf:estimateke")
    for table, passes in (("windows", True), ("faults", False)):
        place = f"ogr:dbname='{path}' table=\"{table}\" (geom)"
        parameters = {"TRACES": str(path), "WINDOWS": place}
        said = algorithm.checkParameterValues(parameters, QgsProcessingContext())
        assert said[0] is passes, said
