"""Which outputs are asked for, and where they are to go."""

import re
from pathlib import Path

from qgis.core import (
    NULL,
    QgsProcessing,
    QgsProcessingOutputLayerDefinition,
    QgsProperty,
    QgsVectorFileWriter,
)

TEMPORARY_OUTPUT = QgsProcessing.TEMPORARY_OUTPUT
FILE_ENDINGS = (  # the first is QGIS's own choice
    *(".gpkg", ".geojson", ".json", ".shp", ".fgb", ".gml", ".kml", ".csv", ".xlsx", ".ods"),
    *(".tab", ".jml", ".dxf", ".gpx"),  # of which the last two take no table of ours
)
TABLE_PREFIX = "ogr:"  # has QGIS add a table to a database


def wanted(parameters, key):
    """Whether an output is asked for; batch runs and models say "no" by a place without a text."""
    place = _place(parameters.get(key))
    worked_out = isinstance(place, QgsProperty)  # QGIS does that
    return worked_out or not (place is None or place == NULL or place == "")


def destination(value, context=None):
    """The text that says where an output goes; empty where there is none.

    Expressions are worked out where a `context` is given.
    """
    place = _place(value)
    if isinstance(place, QgsProperty) and context is not None:
        place = place.valueAsString(context.expressionContext())[0]
    return place if isinstance(place, str) else ""


def layer_place(value, context=None):
    """As `destination`, for a layer: with the ending that QGIS gives a file's name without one."""
    place = destination(value, context)
    elsewhere = place in ("", TEMPORARY_OUTPUT) or re.match(r".{3,}?:", place)  # as QGIS reads it
    if elsewhere or QgsVectorFileWriter.driverForExtension(place.rpartition(".")[2]):
        return place
    return place + FILE_ENDINGS[0]


def plain_file(place):
    """The file of its own that a layer goes to; None for a table of a database, or in memory."""
    alone = place.lower().endswith(FILE_ENDINGS) and not place.startswith(TABLE_PREFIX)
    return Path(place).absolute() if alone else None


def _place(value):
    """What stands in an output's parameter; a QgsProperty where an expression gives it."""
    if isinstance(value, QgsProcessingOutputLayerDefinition):
        value = value.sink
    if isinstance(value, QgsProperty) and not (value.expressionString() or value.field()):
        value = value.staticValue()
    return value
