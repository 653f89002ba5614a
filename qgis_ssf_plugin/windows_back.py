"""A layer of windows, as an estimate wrote it, read again."""

import numpy as np
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCsException,
    QgsFeatureRequest,
    QgsGeometry,
)

from ssf_model.errors import InputError
from ssf_model.tables.estimates import WINDOW_FIELDS
from ssf_model.tables.windows_back import window_from_row

from .looks.dressing import given_names
from .reading import WGS84, plain_value


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


def _ring(feature, transform):
    """The outline of a polygon in degrees, closed, (n, 2)."""
    geometry = QgsGeometry(feature.geometry())
    try:
        geometry.transform(transform)
    except QgsCsException as error:
        message = f"Feature {feature.id()} has a place outside the area of its CRS."
        raise InputError(message) from error
    polygons = geometry.asMultiPolygon() if geometry.isMultipart() else [geometry.asPolygon()]
    if len(polygons) != 1 or not polygons[0]:
        message = f"Feature {feature.id()} is no window: a window is one polygon."
        raise InputError(message)
    return np.array([(point.x(), point.y()) for point in polygons[0][0]])
