"""QGIS layers to the core's arrays, and the core's estimates to QGIS features."""

import numpy as np
from qgis.core import (
    NULL,
    Qgis,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCsException,
    QgsFeature,
    QgsFeatureRequest,
    QgsField,
    QgsFields,
    QgsGeometry,
    QgsPointXY,
    QgsProcessingFeatureSource,
    QgsWkbTypes,
)
from qgis.PyQt.QtCore import QMetaType, QVariant

from ssf_model.errors import InputError
from ssf_model.faults.slip import slip_of_features
from ssf_model.faults.traces import make_traces
from ssf_model.geometry.outlines import in_one_piece
from ssf_model.tables.fields import free_names

WGS84 = "EPSG:4326"
KINDS = (
    {"int": QMetaType.Type.LongLong, "float": QMetaType.Type.Double, "str": QMetaType.Type.QString}
    if Qgis.QGIS_VERSION_INT >= 33800
    else {"int": QVariant.LongLong, "float": QVariant.Double, "str": QVariant.String}
)


def source_problem(source, transform_context):
    """Say why a layer holds no lines that can be placed on Earth; None if it may.

    Parameters
    ----------
    source : QgsProcessingFeatureSource
        The layer.
    transform_context : QgsCoordinateTransformContext
        The project's choice of datum transformations.
    """
    kind = QgsWkbTypes.geometryType(source.wkbType())
    if kind not in (
        QgsWkbTypes.GeometryType.LineGeometry,
        QgsWkbTypes.GeometryType.UnknownGeometry,
    ):
        kind_name = QgsWkbTypes.geometryDisplayString(kind).lower()
        return f"The layer holds no lines but {kind_name}. Fault traces and guides are lines."
    crs = source.sourceCrs()
    if not crs.isValid():
        return (
            "The layer has no coordinate reference system, so its scale is unknown. "
            "Set it in the layer's properties."
        )
    if not _to_wgs84(crs, transform_context).isValid():
        return (
            f"The layer's coordinate reference system ({crs.description() or crs.authid()}) is a "
            "local one that cannot be placed on Earth. Georeference the layer, or set its true CRS."
        )
    return None


def read_lines(source, transform_context, *, cancelled, keep=None):
    """Read a source's lines as WGS 84 longitude and latitude.

    Parameters
    ----------
    source : QgsProcessingFeatureSource
        Lines of any kind; curves are cut into straight pieces, z and m are left out.
    transform_context : QgsCoordinateTransformContext
        The project's choice of datum transformations.
    cancelled : callable
        Asked now and then; where it answers True what was read so far comes back.
    keep : callable, optional
        Called with each feature, in order.

    Returns
    -------
    parts : list of lists of (n, 2) float arrays
        For each feature its lines in degrees; none for a feature without geometry.
    names : list of str
        For each feature what messages call it.

    Raises
    ------
    InputError
        If the CRS, a geometry or a coordinate cannot be used.
    """
    problem = source_problem(source, transform_context)
    if problem is not None:
        raise InputError(problem)
    transform = _to_wgs84(source.sourceCrs(), transform_context)
    parts, names = [], []
    # Our own checks name what is wrong; QGIS's would only say "invalid geometry".
    unchecked = QgsProcessingFeatureSource.Flag.FlagSkipGeometryValidityChecks
    for feature in source.getFeatures(QgsFeatureRequest(), unchecked):
        if cancelled():
            break
        name = f"Feature {feature.id()}"
        parts.append(_lines(feature.geometry(), transform, name))
        names.append(name)
        if keep is not None:
            keep(feature)
    return parts, names


def read_traces(
    source,
    transform_context,
    *,
    zone_field,
    cancelled,
    keep=None,
    rake_field=None,
    dip_field=None,
    slip_type_field=None,
):
    """Read a trace layer into the core's `Traces`; see `read_lines`.

    `zone_field` is the name of the field with the fault zones, or None; `rake_field`,
    `dip_field` and `slip_type_field` name those that tell how each feature slips.
    """
    purposes = {
        zone_field: "name their zones",
        rake_field: "tell their rake",
        dip_field: "tell their dip",
        slip_type_field: "tell their slip type",
    }
    indices = {}
    for field in filter(None, purposes):
        indices[field] = source.fields().lookupField(field)
        if indices[field] < 0:
            message = f"The traces have no field '{field}' to {purposes[field]}."
            raise InputError(message)
    columns = {field: [] for field in indices}

    def visit(feature):
        attributes = feature.attributes()
        for field, index in indices.items():
            value = attributes[index]
            columns[field].append(None if value is None or value == NULL else value)
        if keep is not None:
            keep(feature)

    parts, names = read_lines(source, transform_context, cancelled=cancelled, keep=visit)
    zones = None
    if zone_field is not None:
        zones = [None if value is None else str(value) for value in columns[zone_field]]
    slip = slip_of_features(
        names,
        columns,
        rake_field=rake_field,
        dip_field=dip_field,
        slip_type_field=slip_type_field,
    )
    return make_traces(parts, names=names, zone_names=zones, slip=slip)


def read_guides(source, transform_context, *, cancelled):
    """Read a layer of guide lines as a list of (n, 2) longitude and latitude; see `read_lines`."""
    parts, names = read_lines(source, transform_context, cancelled=cancelled)
    if not any(parts):
        message = "The layer or selection of guide lines is empty."
        raise InputError(message)
    return list(make_traces(parts, names=[f"Guide line, {name}" for name in names]).lines)


def _to_wgs84(crs, transform_context):
    """The way from a CRS to longitude and latitude."""
    return QgsCoordinateTransform(crs, QgsCoordinateReferenceSystem(WGS84), transform_context)


def _lines(geometry, transform, name):
    """The lines of one geometry in degrees, a list of (n, 2) float arrays."""
    if geometry.isNull() or geometry.isEmpty():
        return []
    if geometry.type() != QgsWkbTypes.GeometryType.LineGeometry:
        message = f"{name} is no line; fault traces are lines."
        raise InputError(message)
    geometry = QgsGeometry(geometry)
    geometry.convertToStraightSegment()
    for vertices in _vertices(geometry):
        # Here, because a transformation can turn what is not finite into a place.
        if not np.isfinite(vertices).all():
            message = f"{name}: a vertex is not finite (NaN or infinite). Mend or remove it."
            raise InputError(message)
    try:
        geometry.transform(transform)
    except QgsCsException as error:
        message = (
            f"{name} has a place outside the area of its coordinate reference system. "
            "Check the layer's CRS."
        )
        raise InputError(message) from error
    return _vertices(geometry)


def _vertices(geometry):
    """The x and y of every straight line in a geometry, as (n, 2) float arrays."""
    found = []
    for part in geometry.constParts():
        if part.isEmpty():
            continue
        wkb = bytes(part.asWkb())  # byte order, type, number of vertices, then the vertices
        order = "<" if wkb[0] else ">"
        ordinates = 2 + part.is3D() + part.isMeasure()
        found.append(np.frombuffer(wkb, order + "f8", offset=9).reshape(-1, ordinates)[:, :2])
    return [vertices.astype(float) for vertices in found]


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
