"""A layer of windows, as an estimate wrote it, read again."""

import numpy as np
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsFeatureRequest,
    QgsGeometry,
    QgsWkbTypes,
)

from ssf_model.errors import InputError
from ssf_model.tables.estimates import WINDOW_FIELDS
from ssf_model.tables.windows_back import check_columns, window_from_row

from .language import tr
from .looks.dressing import given_names
from .reading import WGS84, plain_value, transform_geometry


def read_windows(source, transform_context, *, cancelled):
    """Read a source's windows, in its order.

    Raises
    ------
    InputError
        If a polygon or the columns are no windows'.
    """
    name = given_names(source.fields().names())
    there = source.fields().names()
    ours = [field.name for field in WINDOW_FIELDS if name(field.name) in there]
    check_columns(ours, source.sourceName())
    transform = QgsCoordinateTransform(
        source.sourceCrs(), QgsCoordinateReferenceSystem(WGS84), transform_context
    )
    windows = []
    for feature in source.getFeatures(QgsFeatureRequest()):
        if cancelled():
            break
        row = {each: plain_value(feature[name(each)]) for each in ours}
        windows.append(window_from_row(row, _ring(feature, transform)))
    return windows


def places_of(source, transform_context):
    """Go through a source of points or lines: each feature, and its parts in degrees, (n, 2) each.

    Raises
    ------
    InputError
        If a feature is neither, or lies nowhere on Earth.
    """
    transform = QgsCoordinateTransform(
        source.sourceCrs(), QgsCoordinateReferenceSystem(WGS84), transform_context
    )
    for feature in source.getFeatures(QgsFeatureRequest()):
        geometry = QgsGeometry(feature.geometry())
        if geometry.isNull() or geometry.isEmpty():
            yield feature, []
            continue
        if geometry.type() == QgsWkbTypes.GeometryType.PolygonGeometry:
            message = tr("Feature {number} is a polygon; KE is joined to points and lines.")
            raise InputError(message.format(number=feature.id()))
        geometry.convertToStraightSegment()
        geometry = _in_degrees(geometry, transform, feature)
        yield (
            feature,
            [
                np.array([(vertex.x(), vertex.y()) for vertex in part.vertices()])
                for part in geometry.constParts()
            ],
        )


def _in_degrees(geometry, transform, feature):
    """A geometry moved to longitude and latitude."""
    message = tr("Feature {number} has a place outside the area of its CRS.")
    transform_geometry(geometry, transform, message.format(number=feature.id()))
    return geometry


def _ring(feature, transform):
    """The outline of a polygon in degrees, closed, (n, 2)."""
    geometry = _in_degrees(QgsGeometry(feature.geometry()), transform, feature)
    polygons = geometry.asMultiPolygon() if geometry.isMultipart() else [geometry.asPolygon()]
    if len(polygons) != 1 or not polygons[0]:
        message = tr("Feature {number} is no window: a window is one polygon.")
        raise InputError(message.format(number=feature.id()))
    return np.array([(point.x(), point.y()) for point in polygons[0][0]])
