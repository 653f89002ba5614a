"""The core's estimates to QGIS features."""

import numpy as np
from qgis.core import (
    NULL,
    Qgis,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsFeature,
    QgsField,
    QgsFields,
    QgsGeometry,
    QgsPointXY,
    QgsWkbTypes,
)
from qgis.PyQt.QtCore import QMetaType, QVariant

from ssf_model.faults.attributes import text_of
from ssf_model.geometry.outlines import in_one_piece
from ssf_model.tables.cells import guarded, held_by_xml, name_in_xml
from ssf_model.tables.fields import free_names, kept_names

from .reading import WGS84, plain_value

KINDS = (
    {"int": QMetaType.Type.LongLong, "float": QMetaType.Type.Double, "str": QMetaType.Type.QString}
    if Qgis.QGIS_VERSION_INT >= 33800
    else {"int": QVariant.LongLong, "float": QVariant.Double, "str": QVariant.String}
)
# Kinds that few forms of files hold: lists and JSON.
MADE_KINDS = (QMetaType.Type.QVariantList, QMetaType.Type.QVariantMap, QMetaType.Type.QStringList)


def output_fields(core_fields, *, before=None):
    """Make QGIS fields of the core's, after the source's own.

    Parameters
    ----------
    core_fields : sequence of Field
        Name, kind and meaning.
    before : QgsFields, optional
        Fields that come first; one of ours whose name is taken there is renamed.

    Returns
    -------
    fields : QgsFields
        All of them, with our meanings as comments.
    """
    fields = QgsFields() if before is None else QgsFields(before)
    for field, name in zip(core_fields, free_names(core_fields, fields.names())):
        fields.append(QgsField(name, KINDS[field.kind], comment=field.meaning))
    return fields


def make_feature(fields, geometry, values):
    """Make a feature of a geometry and of attribute values, None being NULL."""
    feature = QgsFeature(fields)
    feature.setGeometry(geometry)
    feature.setAttributes([_attribute(value) for value in values])
    return feature


def kind_for_all(kind, features):
    """The kind of geometries that a layer of features must be declared to hold.

    A layer of simple lines may hold multipart ones as well; an output may not.
    """
    parts = any(feature.geometry().isMultipart() for feature in features)
    return QgsWkbTypes.multiType(kind) if parts and QgsWkbTypes.isSingleType(kind) else kind


def as_kind(geometry, kind):
    """A geometry as a layer of a kind holds it: multipart among multipart ones."""
    if geometry.isNull() or geometry.isMultipart() or not QgsWkbTypes.isMultiType(kind):
        return geometry
    parts = QgsGeometry(geometry)
    return parts if parts.convertToMultiType() else geometry


def storable_fields(fields):
    """Give a source's fields as any output can hold them: lists and JSON become text.

    Returns
    -------
    fields : QgsFields
        Otherwise as given.
    changed : list of str
        Names of those that became text.
    """
    found, changed = QgsFields(), []
    for field in fields:
        if field.type() in MADE_KINDS:
            changed.append(field.name())
            field = QgsField(field.name(), KINDS["str"], comment=field.comment())
        found.append(field)
    return found, changed


def renamed_fields(fields, names):
    """Give fields by other names."""
    found = QgsFields()
    for field, name in zip(fields, names):
        field = QgsField(field)
        field.setName(name)
        found.append(field)
    return found


def storable_values(values):
    """Give a source's values for fields of `storable_fields`: lists and JSON as JSON's text."""
    return [
        text_of(plain_value(value)) if isinstance(value, (list, dict)) else value
        for value in values
    ]


def as_cells(fields, features):
    """Give fields and features as a spreadsheet may open them: no name or text is a formula."""
    named = renamed_fields(fields, map(guarded, fields.names()))
    return named, (
        make_feature(named, feature.geometry(), map(guarded, feature.attributes()))
        for feature in features
    )


def plain_cell(value):
    """An attribute's value as CSV may hold it: a number, a text or None; dates as their texts."""
    value = plain_value(value)
    known = isinstance(value, (int, float, str)) and not isinstance(value, bool)
    return value if known else text_of(value)


def as_xml(fields, features):
    """Give fields and features as KML and GML can hold them: without control characters."""
    named = renamed_fields(fields, kept_names([name_in_xml(name) for name in fields.names()]))
    return named, (
        make_feature(named, feature.geometry(), map(held_by_xml, feature.attributes()))
        for feature in features
    )


def _attribute(value):
    """A value as QGIS takes it: NumPy's numbers are strangers to Qt."""
    if value is None:
        return NULL
    return value.item() if isinstance(value, np.generic) else value


def footprint_geometry(ring, crs, transform_context):
    """Turn a window's footprint into a polygon in the layer's CRS.

    Parameters
    ----------
    ring : (5, 2) float array
        Closed ring of longitude and latitude in degrees.
    crs : QgsCoordinateReferenceSystem
        CRS of the polygon.
    transform_context : QgsCoordinateTransformContext
        The project's choice of datum transformations.

    Returns
    -------
    geometry : QgsGeometry
        One polygon; across the antimeridian it goes on past the edge of the map.
    """
    (outline,) = _in_crs([np.asarray(ring, dtype=float)], crs, transform_context)
    return QgsGeometry.fromPolygonXY([[QgsPointXY(x, y) for x, y in outline.tolist()]])


def line_geometry(lines, crs, transform_context):
    """Turn lines of longitude and latitude into one multipart line in the layer's CRS.

    Parameters
    ----------
    lines : sequence of (n, 2) float arrays
        Degrees; longitudes run on past 180 rather than jump.
    crs, transform_context
        As for `footprint_geometry`.

    Returns
    -------
    geometry : QgsGeometry
        Across the antimeridian it goes on past the edge of the map, too.
    """
    parts = _in_crs([np.asarray(line, dtype=float) for line in lines], crs, transform_context)
    return QgsGeometry.fromMultiPolylineXY(
        [[QgsPointXY(x, y) for x, y in part.tolist()] for part in parts]
    )


def point_geometry(place, crs, transform_context):
    """Turn a longitude and latitude into a point in the layer's CRS; see `footprint_geometry`."""
    to_layer = QgsCoordinateTransform(QgsCoordinateReferenceSystem(WGS84), crs, transform_context)
    return QgsGeometry.fromPointXY(to_layer.transform(QgsPointXY(float(place[0]), float(place[1]))))


def _in_crs(lines, crs, transform_context):
    """The lines of one feature, each (n, 2) degrees, in a CRS, without a jump at its map's edge."""
    to_layer = QgsCoordinateTransform(QgsCoordinateReferenceSystem(WGS84), crs, transform_context)

    def project(lonlat):
        points = [to_layer.transform(QgsPointXY(lon, lat)) for lon, lat in lonlat.tolist()]
        return np.array([(point.x(), point.y()) for point in points])

    vertices = np.concatenate(lines)
    places = in_one_piece(
        vertices, np.zeros(len(vertices), dtype=int), project, geographic=crs.isGeographic()
    )
    return np.split(places, np.cumsum([len(line) for line in lines])[:-1])
