"""Maps as people have them, through QGIS: the same as on the command line."""

import pytest
from qgis.core import (
    QgsCoordinateTransformContext,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingUtils,
    QgsVectorLayer,
    QgsWkbTypes,
)

from makers import field_maps
from makers.field_maps import ZONES, geojson, line
from makers.hand_made_layers import rows

QUICK = {"THICKNESS": "3", "SHIFT": 0}


def opened(path):
    layer = QgsVectorLayer(path, "map", "ogr")
    assert layer.isValid()
    return layer


@pytest.fixture
def read(qgis):
    """A reader of a file as QGIS sees it: the map and what is said of it."""
    from qgis_ssf_plugin import reading

    def read_file(path, **options):
        layer, remarks = opened(path), []
        source = QgsProcessingUtils.variantToSource(layer, QgsProcessingContext())
        options = {"zone_field": None, **options}
        traces = reading.read_traces(
            source,
            QgsCoordinateTransformContext(),
            cancelled=lambda: False,
            tell=remarks.append,
            **options,
        )
        return traces, remarks

    return read_file


@pytest.mark.parametrize("field", ZONES)
def test_values_name_zones_exactly(read, tmp_path, field):
    from ssf_model.zones.grouping import find_zones

    values, names = ZONES[field]
    path = geojson(tmp_path / "map.geojson", [line(0), line(1)], **{field: values})
    traces, _ = read(path, zone_field=field)
    assert [zone.name for zone in find_zones(traces)] == names


def test_what_holds_no_trace_is_skipped(read, tmp_path):
    traces, remarks = read(geojson(tmp_path / "map.geojson", field_maps.STRAYS))
    assert traces.features.tolist() == field_maps.LINES_OF_STRAYS
    assert remarks[0].startswith(field_maps.SKIPPED)
    assert remarks[1:] == [field_maps.LEFT_OUT]


def test_strict_refuses_what_would_be_skipped(estimate, tmp_path):
    layer = opened(geojson(tmp_path / "map.geojson", field_maps.STRAYS))
    with pytest.raises(QgsProcessingException, match="is a point; fault traces are lines"):
        estimate(layer, STRICT=True, **QUICK)


def test_what_no_layer_of_lines_can_hold_is_left_out_of_the_traces(estimate, tmp_path):
    path = geojson(tmp_path / "map.geojson", field_maps.STRAYS, n=list(range(9)))
    results = estimate(opened(path), **QUICK)
    assert field_maps.SKIPPED in results["said"]
    traces = rows(results["TRACES_OUT"])
    assert [row["n"] for row in traces] == [0, 3, 4, 5, 6, 7, 8]
    assert [row["ke"] is None for row in traces] == [False, True, True, True, True, False, False]


def test_lists_and_json_come_out_as_text(estimate, tmp_path):
    columns = {"lst": [[1, 2], None], "obj": [{"a": 1}, None], "b": [True, None]}
    layer = opened(geojson(tmp_path / "map.geojson", [line(0), line(1)], **columns))
    results = estimate(layer, TRACES_OUT=str(tmp_path / "traces.gpkg"), **QUICK)
    assert "Written as text: lst, obj." in results["said"]
    first, second = rows(opened(results["TRACES_OUT"]))
    assert (first["lst"], first["obj"], first["b"]) == ("[1, 2]", '{"a": 1}', True)
    assert (second["lst"], second["obj"], second["b"]) == (None, None, None)


def test_words_of_ones_own_and_labels(estimate, tmp_path):
    words = tmp_path / "words.txt"
    words.write_text("kuzey tipi = dextral", encoding="utf-8")
    columns = {"type": ["Kuzey Tipi", "striek"], "name": ["North", None]}
    layer = opened(geojson(tmp_path / "map.geojson", [line(0), line(1)], **columns))
    results = estimate(
        layer,
        SLIP_TYPE_FIELD="type",
        SLIP_WORDS=str(words),
        ZONE_LABEL="name",
        SENSE="auto",
        **QUICK,
    )
    assert "'type' of 1 of 2 features is not understood" in results["said"]
    assert "'striek' (1)" in results["said"]
    windows = rows(results["WINDOWS"])
    assert {row["zone"] for row in windows} == {"North", "zone 1"}
    unknown = {row["zone"] for row in windows if "sense_unknown" in row["flags"]}
    assert unknown == {"zone 1"}


@pytest.mark.parametrize("algorithm", ["ssf:estimateke", "ssf:makewindows"])
def test_simple_and_multipart_lines_of_one_layer_come_out_as_multipart_ones(
    run, tmp_path, algorithm
):
    """QGIS calls a GeoJSON by its first feature; an output of that kind would be a broken one."""
    both = {"type": "MultiLineString", "coordinates": [line(n)["coordinates"] for n in (1, 2)]}
    path, out = geojson(tmp_path / "f.geojson", [line(), both]), tmp_path / "t.gpkg"
    assert opened(path).wkbType() == QgsWkbTypes.Type.LineString
    quick = QUICK if algorithm == "ssf:estimateke" else {}
    run(algorithm, TRACES=path, **quick, WINDOWS="TEMPORARY_OUTPUT", TRACES_OUT=str(out))
    written = opened(str(out))
    assert written.wkbType() == QgsWkbTypes.Type.MultiLineString
    found = [feature.geometry().constGet().numGeometries() for feature in written.getFeatures()]
    assert found == [1, 2]
