"""What ssf:estimateke refuses, in a sentence and before it writes anything."""

import pytest
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsGeometry,
    QgsLineString,
    QgsProcessingContext,
    QgsProcessingException,
)

from makers.hand_made_layers import NORTHING, Listener, make_layer, straight

LOCAL_CRS = 'LOCAL_CS["clay box",UNIT["metre",1],AXIS["x",EAST],AXIS["y",NORTH]]'


def without_crs(layer):
    layer.setCrs(QgsCoordinateReferenceSystem())
    return layer


def with_local_crs(layer):
    layer.setCrs(QgsCoordinateReferenceSystem.fromWkt(LOCAL_CRS))
    return layer


def one_vertex():
    return QgsGeometry(QgsLineString([5e5], [4e6]))


def not_finite():
    return QgsGeometry(QgsLineString([5e5, float("nan")], [4e6, 4e6]))


REFUSALS = {
    "no CRS": (lambda: without_crs(make_layer([straight()])), {}, "no coordinate reference"),
    "geocentric CRS": (lambda: make_layer([straight()], crs="EPSG:4978"), {}, "placed on Earth"),
    "local CRS": (lambda: with_local_crs(make_layer([straight()])), {}, "placed on Earth"),
    "empty": (lambda: make_layer([]), {}, "holds no fault trace"),
    "no geometry": (lambda: make_layer([None]), {}, "holds no fault trace"),
    "NaN": (lambda: make_layer([not_finite()]), {}, "Feature 1: .* not finite"),
    "one vertex": (lambda: make_layer([one_vertex()]), {}, r"no fault trace \(1 of one vertex\)"),
    "no length": (lambda: make_layer(["LineString (1 1, 1 1)"]), {}, "1 without length"),
    "degrees": (lambda: make_layer([straight()], crs="EPSG:4326"), {}, "no place on Earth"),
    "thickness": (lambda: make_layer([straight()]), {"THICKNESS": "2;x"}, "such as 2,3,4"),
    "trend in words": (
        lambda: make_layer([straight()]),
        {"TREND": "north"},
        "'north' is no number",
    ),
    "decimal comma": (lambda: make_layer([straight()]), {"TREND": "45,5"}, "decimals with a point"),
    "pixel of a text": (lambda: make_layer([straight()]), {"PIXEL_SIZE": "nan"}, "no number"),
    "thickness 0": (lambda: make_layer([straight()]), {"THICKNESS": "0"}, "such as 2,3,4"),
    "model": (lambda: make_layer([straight()]), {"MODEL": ["/nowhere/m.onnx"]}, "m.onnx"),
    "no zone field": (lambda: make_layer([straight()]), {"ZONE_FIELD": "nix"}, "no field 'nix'"),
    "empty guides": (lambda: make_layer([straight()]), {"GUIDES": []}, "guide lines is empty"),
    "guides far away": (
        lambda: make_layer([straight()]),
        {"GUIDES": [straight(north=NORTHING + 90_000)]},
        "no trace lies within",
    ),
    "guides and trend": (
        lambda: make_layer([straight()]),
        {"GUIDES": [straight()], "TREND": 60},
        "not both",
    ),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_what_cannot_be_used_is_refused_before_anything_is_written(estimate, tmp_path, case):
    make, parameters, match = REFUSALS[case]
    parameters = dict(parameters)
    if "GUIDES" in parameters:
        parameters["GUIDES"] = make_layer(parameters["GUIDES"])
    with pytest.raises(QgsProcessingException, match=match):
        estimate(make(), WINDOWS=str(tmp_path / "out.gpkg"), **parameters)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", ["Point", "Polygon"])
def test_points_and_polygons_are_refused(estimate, kind):
    shape = "Point (1 1)" if kind == "Point" else "Polygon ((0 0, 1 0, 1 1, 0 0))"
    with pytest.raises(QgsProcessingException, match="fault traces: The layer holds no lines"):
        estimate(make_layer([shape], kind=kind))


def test_a_file_that_is_no_model_is_refused(estimate, tmp_path):
    path = tmp_path / "text.onnx"
    path.write_text("This is no network.")
    with pytest.raises(QgsProcessingException, match=r"text\.onnx"):
        estimate(make_layer([straight()]), MODEL=[str(path)])


def test_a_missing_folder_is_refused_before_the_work(estimate, tmp_path):
    with pytest.raises(QgsProcessingException, match="does not exist"):
        estimate(make_layer([straight()]), WINDOWS=str(tmp_path / "none" / "out.gpkg"))


def test_one_file_for_two_outputs_is_refused(estimate, tmp_path):
    path = str(tmp_path / "out.gpkg")
    with pytest.raises(QgsProcessingException, match=r"Traces .* is the output Windows with KE"):
        estimate(make_layer([straight()]), WINDOWS=path, TRACES_OUT=path)
    assert list(tmp_path.iterdir()) == []


def test_the_dialog_hears_of_a_missing_crs_before_the_run(qgis):
    algorithm = qgis.processingRegistry().createAlgorithmById("ssf:estimateke")
    parameters = {
        "TRACES": without_crs(make_layer([straight()])),
        "WINDOWS": "memory:",
        "TRACES_OUT": "memory:",
    }
    good, message = algorithm.checkParameterValues(parameters, QgsProcessingContext())
    assert not good
    assert "no coordinate reference system" in message


def test_a_run_that_was_not_checked_is_refused_all_the_same(qgis, tmp_path):
    """As 3.22's qgis_process may run it: before the work, so that no other output is there."""
    algorithm = qgis.processingRegistry().createAlgorithmById("ssf:estimateke")
    parameters = {
        "TRACES": make_layer([straight()]),
        "WINDOWS": str(tmp_path / "windows.gpkg"),
        "REPORT": str(tmp_path / "report.pdf"),
    }
    listener = Listener()
    _, worked = algorithm.run(parameters, QgsProcessingContext(), listener)
    assert not worked
    assert "must end with .html or .htm" in "\n".join(listener.said)
    assert list(tmp_path.iterdir()) == []
