"""From QGIS features to the core's arrays, and back."""

import math

import numpy as np
import pytest
from qgis.core import (
    NULL,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransformContext,
    QgsFields,
    QgsGeometry,
    QgsLineString,
    QgsProcessingContext,
    QgsProcessingUtils,
)

from makers.hand_made_layers import UTM11, make_layer, straight

CONTEXT = QgsCoordinateTransformContext()
EARTH_RADIUS_M = 6378137.0  # of the sphere of EPSG:3857
LOCAL_CRS = 'LOCAL_CS["clay box",UNIT["metre",1],AXIS["x",EAST],AXIS["y",NORTH]]'


@pytest.fixture
def layers(qgis):
    from qgis_ssf_plugin import layers

    return layers


@pytest.fixture
def reading(qgis):
    from qgis_ssf_plugin import reading

    return reading


def source_of(layer):
    """The layer as algorithms get it; the caller keeps the layer alive."""
    return QgsProcessingUtils.variantToSource(layer, QgsProcessingContext())


def read(reading, layer, *, zone_field=None):
    return reading.read_traces(
        source_of(layer), CONTEXT, zone_field=zone_field, cancelled=lambda: False
    )


def test_vertices_become_longitude_and_latitude(reading):
    """Oracle: the closed form of the spherical Mercator projection."""
    x, y = -13_000_000.0, 4_000_000.0
    layer = make_layer([f"LineString ({x} {y}, {x + 1000} {y - 2000})"], crs="EPSG:3857")
    expected = [
        (
            math.degrees(east / EARTH_RADIUS_M),
            math.degrees(math.atan(math.sinh(north / EARTH_RADIUS_M))),
        )
        for east, north in ((x, y), (x + 1000, y - 2000))
    ]
    np.testing.assert_allclose(read(reading, layer).lines[0], expected, rtol=0, atol=1e-9)


@pytest.mark.parametrize(
    ("kind", "shape"),
    [
        ("LineStringZ", "LineStringZ (1 2 99, 3 4 98)"),
        ("LineStringM", "LineStringM (1 2 99, 3 4 98)"),
        ("LineStringZM", "LineStringZM (1 2 99 7, 3 4 98 8)"),
    ],
)
def test_heights_and_measures_are_left_out(reading, kind, shape):
    lines = read(reading, make_layer([shape], crs="EPSG:4326", kind=kind)).lines
    np.testing.assert_array_equal(lines[0], [[1, 2], [3, 4]])


def test_parts_belong_to_their_feature(reading):
    layer = make_layer(
        ["MultiLineString ((0 0, 1 1), (2 2, 3 3, 4 4))", None, "MultiLineString ((5 5, 6 6))"],
        crs="EPSG:4326",
        kind="MultiLineString",
    )
    traces = read(reading, layer)
    assert [line.tolist()[0] for line in traces.lines] == [[0, 0], [2, 2], [5, 5]]
    assert traces.features.tolist() == [0, 0, 2]
    assert traces.n_features == 3


def test_an_arc_is_followed(reading):
    """A half circle around (1, 0): every vertex lies on it, and none is far from the next."""
    layer = make_layer(
        ["CompoundCurve (CircularString (0 0, 1 1, 2 0), (2 0, 3 0))"],
        crs="EPSG:4326",
        kind="CompoundCurve",
    )
    line = read(reading, layer).lines[0]
    np.testing.assert_array_equal(line[-1], [3, 0])
    arc = line[:-1]
    np.testing.assert_allclose(np.hypot(arc[:, 0] - 1, arc[:, 1]), 1, atol=1e-9)
    # QGIS cuts arcs at one degree or finer: chords of at most 2 sin(0.5 degrees).
    assert np.linalg.norm(np.diff(arc, axis=0), axis=1).max() <= 0.01746


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_a_vertex_that_is_not_finite_is_refused_by_its_feature(reading, bad):
    shapes = [straight(), QgsGeometry(QgsLineString([0.0, bad], [0.0, 1.0]))]
    with pytest.raises(reading.InputError, match="Feature 2: a vertex is not finite"):
        read(reading, make_layer(shapes))


def test_infinity_is_refused_before_a_projection_makes_a_pole_of_it(reading):
    """PROJ turns y = -inf of the Mercator projection into the latitude -90."""
    layer = make_layer([QgsGeometry(QgsLineString([0.0, 0.0], [0.0, -math.inf]))], crs="EPSG:3857")
    with pytest.raises(reading.InputError, match="Feature 1: a vertex is not finite"):
        read(reading, layer)


def test_lines_of_one_vertex_and_without_length_are_skipped(reading):
    dot = QgsGeometry(QgsLineString([5e5], [4e6]))
    layer = make_layer([straight(), dot, "LineString (500000 4000000, 500000 4000000)"])
    traces = read(reading, layer)
    assert (traces.n_features, traces.features.tolist()) == (3, [0])


def test_an_empty_layer_is_refused(reading):
    with pytest.raises(reading.InputError, match="holds no fault trace"):
        read(reading, make_layer([]))


def test_features_without_geometry_alone_are_refused(reading):
    with pytest.raises(reading.InputError, match="holds no fault trace"):
        read(reading, make_layer([None, None]))


@pytest.mark.parametrize("kind", ["Point", "Polygon", "None"])
def test_what_is_no_line_layer_is_refused(reading, kind):
    with pytest.raises(reading.InputError, match=r"holds no lines but (point|polygon|no geometry)"):
        read(reading, make_layer([None], kind=kind))


def test_a_layer_without_crs_is_refused(reading):
    layer = make_layer([straight()])
    layer.setCrs(QgsCoordinateReferenceSystem())
    with pytest.raises(reading.InputError, match="no coordinate reference system"):
        read(reading, layer)


def test_a_local_crs_is_refused(reading):
    layer = make_layer([straight()])
    layer.setCrs(QgsCoordinateReferenceSystem.fromWkt(LOCAL_CRS))
    assert layer.crs().isValid()
    with pytest.raises(reading.InputError, match=r"clay box.*cannot be placed on Earth"):
        read(reading, layer)


def test_metres_in_a_crs_of_degrees_are_refused(reading):
    with pytest.raises(reading.InputError, match="no place on Earth"):
        read(reading, make_layer([straight()], crs="EPSG:4326"))


def test_zones_come_from_the_field(reading):
    layer = make_layer(
        [straight(), straight(), None],
        fields=["zone:integer"],
        attributes=[[7], [8], [NULL]],
    )
    assert read(reading, layer, zone_field="zone").zone_names == ("7", "8", None)


def test_a_trace_without_zone_has_no_zone_name(reading):
    layer = make_layer([straight(), straight()], fields=["zone:string"], attributes=[["a"], [NULL]])
    assert read(reading, layer, zone_field="zone").zone_names == ("a", None)


def test_a_zone_field_that_is_not_there_is_refused(reading):
    with pytest.raises(reading.InputError, match="no field 'zone'"):
        read(reading, make_layer([straight()]), zone_field="zone")


def test_an_empty_layer_of_guides_is_refused(reading):
    layer = make_layer([])
    with pytest.raises(reading.InputError, match="guide lines is empty"):
        reading.read_guides(source_of(layer), CONTEXT, cancelled=lambda: False)


def test_a_guide_without_length_is_refused_by_its_feature(reading):
    layer = make_layer(["LineString (500000 4000000, 500000 4000000)"])
    with pytest.raises(reading.InputError, match=r"Guide line, Feature 1 has no length"):
        reading.read_guides(source_of(layer), CONTEXT, cancelled=lambda: False)


def test_our_fields_give_way_to_the_sources_own(layers):
    from qgis.core import QgsField
    from qgis.PyQt.QtCore import QVariant

    from ssf_model.tables.estimates import TRACE_FIELDS

    own = QgsFields()
    for name in ("KE", "ssf_ke", "note"):
        own.append(QgsField(name, QVariant.String))
    names = layers.output_fields(TRACE_FIELDS, before=own).names()
    assert names[:3] == ["KE", "ssf_ke", "note"]
    assert "ssf_ssf_ke" in names
    assert "ke" not in names
    assert "ofd" in names


def test_none_becomes_null_and_numpy_numbers_become_plain(layers):
    from ssf_model.tables.estimates import WINDOW_FIELDS

    fields = layers.output_fields(WINDOW_FIELDS)
    values = [None if field.kind == "str" else np.float32(2) for field in WINDOW_FIELDS]
    feature = layers.make_feature(fields, QgsGeometry(), values)
    for field, value in zip(WINDOW_FIELDS, feature.attributes()):
        if field.kind == "str":
            assert value == NULL
        else:
            assert value == 2
            assert type(value) in (int, float)


def test_a_footprint_lands_in_the_layers_crs(layers):
    """On the central meridian of UTM zone 11 the easting is 500 km, by definition."""
    ring = np.array([[-117, 34], [-117, 35], [-116.9, 35], [-116.9, 34], [-117, 34]], dtype=float)
    crs = QgsCoordinateReferenceSystem(UTM11)
    polygon = layers.footprint_geometry(ring, crs, CONTEXT).asPolygon()[0]
    np.testing.assert_allclose([polygon[0].x(), polygon[1].x()], 500_000, atol=1e-3)
    # 0.9996 times the meridian's 110.9 km between 34 and 35 degrees north
    assert polygon[1].y() - polygon[0].y() == pytest.approx(110_880, abs=100)


@pytest.mark.parametrize("authid", ["EPSG:4326", "EPSG:4269", "EPSG:4258"])
def test_a_footprint_across_the_antimeridian_stays_in_one_piece(layers, authid):
    ring = np.array([[179.9, 50], [180.1, 50], [180.1, 50.1], [179.9, 50.1], [179.9, 50]])
    geometry = layers.footprint_geometry(ring, QgsCoordinateReferenceSystem(authid), CONTEXT)
    assert geometry.boundingBox().width() == pytest.approx(0.2, abs=1e-4)
    assert geometry.area() == pytest.approx(0.2 * 0.1, rel=1e-3)


@pytest.mark.parametrize("authid", ["EPSG:3857", "ESRI:54030", "EPSG:3460"])
def test_a_footprint_across_the_maps_edge_does_not_span_the_map(layers, authid):
    """A window of 10 x 10 km on Fiji; no map of ours stretches it more than threefold."""
    ring = np.array([[179.95, -17], [180.05, -17], [180.05, -16.9], [179.95, -16.9], [179.95, -17]])
    crs = QgsCoordinateReferenceSystem(authid)
    assert crs.isValid()
    for geometry in (
        layers.footprint_geometry(ring, crs, CONTEXT),
        layers.line_geometry([ring[:2], ring[2:]], crs, CONTEXT),
    ):
        assert 5_000 < geometry.boundingBox().width() < 30_000
        assert 5_000 < geometry.boundingBox().height() < 30_000
