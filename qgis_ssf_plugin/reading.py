"""QGIS layers to the core's arrays: fault traces and guide lines."""

import numpy as np
from qgis.core import (
    NULL,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCsException,
    QgsCurve,
    QgsFeatureRequest,
    QgsGeometry,
    QgsGeometryCollection,
    QgsProcessingFeatureSource,
    QgsWkbTypes,
)
from qgis.PyQt.QtCore import QByteArray, QDate, QDateTime, QTime

from ssf_model.errors import InputError
from ssf_model.faults.attributes import UNREAD_LETTER, unread_texts
from ssf_model.faults.gathering import MapFields, gather_traces

WGS84 = "EPSG:4326"


def source_problem(source, transform_context):
    """Say why a layer holds no lines that can be placed on Earth; None if it may; see below."""
    kind = QgsWkbTypes.geometryType(source.wkbType())
    if kind not in (
        QgsWkbTypes.GeometryType.LineGeometry,
        QgsWkbTypes.GeometryType.UnknownGeometry,
    ):
        kind_name = QgsWkbTypes.geometryDisplayString(kind).lower()
        return f"The layer holds no lines but {kind_name}. Fault traces and guides are lines."
    return crs_problem(source, transform_context)


def crs_problem(source, transform_context):
    """Say why a layer cannot be placed on Earth; None if it may.

    Parameters
    ----------
    source : QgsProcessingFeatureSource
        The layer.
    transform_context : QgsCoordinateTransformContext
        The project's choice of datum transformations.
    """
    crs = source.sourceCrs()
    if not crs.isValid():
        return (
            "The layer has no coordinate reference system, so its scale is unknown. "
            "Set it in the layer's properties."
        )
    if not _to_wgs84(crs, transform_context).isValid() or "+proj=geocent" in crs.toProj():
        return (
            f"The layer's coordinate reference system ({crs.description() or crs.authid()}) is a "
            "local or geocentric one: its map cannot be placed on Earth. Georeference the layer, "
            "or set its true CRS."
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
    kinds : dict of int to str
        Number of a feature that is no line -> what it is, such as "point".

    Raises
    ------
    InputError
        If the CRS or a coordinate cannot be used.
    """
    problem = source_problem(source, transform_context)
    if problem is not None:
        raise InputError(problem)
    transform = _to_wgs84(source.sourceCrs(), transform_context)
    parts, names, kinds = [], [], {}
    # Our own checks name what is wrong; QGIS's would only say "invalid geometry".
    unchecked = QgsProcessingFeatureSource.Flag.FlagSkipGeometryValidityChecks
    for feature in source.getFeatures(QgsFeatureRequest(), unchecked):
        if cancelled():
            break
        name = f"Feature {feature.id()}"
        geometry = feature.geometry()
        if not holds_lines(geometry):
            kind = QgsWkbTypes.displayString(QgsWkbTypes.flatType(geometry.wkbType()))
            kinds[len(names)] = kind.lower().replace("geometry", "")
        parts.append(_lines(geometry, transform, name))
        names.append(name)
        if keep is not None:
            keep(feature)
    return parts, names, kinds


def holds_lines(geometry):
    """Whether a geometry is, or holds, lines; so does none at all, and an empty one."""
    return (
        geometry.isNull()
        or geometry.type() == QgsWkbTypes.GeometryType.LineGeometry
        or bool(_line_parts(geometry.constGet()))
    )


def lines_alone(geometry):
    """A geometry, or the lines in a collection as a multipart line."""
    if geometry.isNull() or geometry.type() == QgsWkbTypes.GeometryType.LineGeometry:
        return geometry
    parts = _line_parts(geometry.constGet())
    return QgsGeometry.collectGeometry([QgsGeometry(part) for part in parts])


def read_traces(
    source,
    transform_context,
    *,
    zone_field,
    cancelled,
    keep=None,
    tell=None,
    zone_label=None,
    rake_field=None,
    dip_field=None,
    slip_type_field=None,
    slip_words=None,
    strict=False,
):
    """Read a trace layer into the core's `Traces`; see `read_lines` and `gather_traces`.

    `zone_field` is the name of the field with the fault zones, or None; `zone_label` one that
    only names zones; `rake_field`, `dip_field` and `slip_type_field` those that tell how each
    feature slips. `tell` is called with each sentence about what could not be used.
    """
    purposes = {
        zone_field: "name their zones",
        zone_label: "name the zones that are found",
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
    texts = []

    def visit(feature):
        attributes = feature.attributes()
        texts.extend(v for v in attributes if isinstance(v, str) and UNREAD_LETTER in v)
        for field, index in indices.items():
            value = attributes[index]
            columns[field].append(plain_value(value))
        if keep is not None:
            keep(feature)

    parts, names, kinds = read_lines(source, transform_context, cancelled=cancelled, keep=visit)
    traces, remarks = gather_traces(
        parts,
        names,
        columns,
        fields=MapFields(zone_field, zone_label, rake_field, slip_type_field, dip_field),
        kinds=kinds,
        label="The layer or selection",
        own_words=slip_words,
        strict=strict,
    )
    remarks += unread_texts(texts)
    for remark in remarks if tell is not None else ():
        tell(remark)
    return traces


def read_guides(source, transform_context, *, cancelled):
    """Read a layer of guide lines as a list of (n, 2) longitude and latitude; see `read_lines`."""
    parts, names, kinds = read_lines(source, transform_context, cancelled=cancelled)
    if not any(parts):
        message = "The layer or selection of guide lines is empty."
        raise InputError(message)
    traces, _ = gather_traces(
        parts,
        [f"Guide line, {name}" for name in names],
        {},
        fields=MapFields(),
        kinds=kinds,
        strict=True,
    )
    return list(traces.lines)


def plain_value(value):
    """An attribute's value as Python's own, as the core takes it."""
    if value is None or value == NULL:
        return None
    if isinstance(value, QDateTime):
        return value.toPyDateTime()
    if isinstance(value, QDate):
        return value.toPyDate()
    if isinstance(value, QTime):
        return value.toPyTime()
    return bytes(value) if isinstance(value, QByteArray) else value


def _to_wgs84(crs, transform_context):
    """The way from a CRS to longitude and latitude."""
    return QgsCoordinateTransform(crs, QgsCoordinateReferenceSystem(WGS84), transform_context)


def _lines(geometry, transform, name):
    """The lines of one geometry in degrees, a list of (n, 2) float arrays."""
    if geometry.isNull() or geometry.isEmpty():
        return []
    if geometry.type() != QgsWkbTypes.GeometryType.LineGeometry:
        parts = _line_parts(geometry.constGet())
        return [line for part in parts for line in _lines(QgsGeometry(part), transform, name)]
    geometry = QgsGeometry(geometry)
    geometry.convertToStraightSegment()
    for vertices in _vertices(geometry):
        # Here, because a transformation can turn what is not finite into a place.
        if not np.isfinite(vertices).all():
            message = f"{name}: a vertex is not finite (NaN or infinite). Mend or remove it."
            raise InputError(message)
    message = (
        f"{name} has a place outside the area of its coordinate reference system. "
        "Check the layer's CRS."
    )
    transform_geometry(geometry, transform, message)
    return _vertices(geometry)


def transform_geometry(geometry, transform, message):
    """Move a geometry to another CRS; InputError with a message where that cannot be."""
    try:
        moved = geometry.transform(transform)
    except QgsCsException as error:
        raise InputError(message) from error
    if moved != QgsGeometry.OperationResult.Success:
        raise InputError(message)


def _line_parts(shape):
    """Copies of the lines in a collection, however deep they lie; none of another geometry."""
    if not isinstance(shape, QgsGeometryCollection):
        return [shape.clone()] if isinstance(shape, QgsCurve) else []
    parts = [shape.geometryN(number) for number in range(shape.numGeometries())]
    return [line for part in parts for line in _line_parts(part)]


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
