"""Rows of the core's tables as layers: polygons, lines, points, traces, and plain tables."""

from qgis.core import QgsGeometry, QgsWkbTypes

from ssf_model.tables.fields import kept_names, names_in_words

from .language import tr
from .layers import (
    as_kind,
    footprint_geometry,
    kind_for_all,
    line_geometry,
    make_feature,
    output_fields,
    point_geometry,
    renamed_fields,
    storable_fields,
    storable_values,
)
from .parameters import TRACES
from .reading import holds_lines, lines_alone
from .sinks import write_layer


def write_polygons(*args, **details):
    """Write (values, ring in degrees) as polygons in a CRS; see `_write_shapes`."""
    return _write_shapes(*args, **details, shape=footprint_geometry, kind=QgsWkbTypes.Type.Polygon)


def write_lines(*args, **details):
    """Write (values, lines in degrees) as multipart lines in a CRS; see `_write_shapes`."""
    kind = QgsWkbTypes.Type.MultiLineString
    return _write_shapes(*args, **details, shape=line_geometry, kind=kind)


def write_points(*args, **details):
    """Write (values, place in degrees) as points in a CRS; see `_write_shapes`."""
    return _write_shapes(*args, **details, shape=point_geometry, kind=QgsWkbTypes.Type.Point)


def _write_shapes(
    algorithm, parameters, context, key, core_fields, told, *, crs, look, shape, kind
):
    """Write rows of a table, each with what `shape` makes its geometry of; see `write_layer`."""
    fields = output_fields(core_fields)
    features = (
        make_feature(fields, shape(degrees, crs, context.transformContext()), values)
        for values, degrees in told
    )
    return write_layer(
        algorithm, parameters, context, key, fields, features,
        kind=kind, told=core_fields, crs=crs, look=look,
    )  # fmt: skip


def write_joined(
    algorithm, parameters, context, feedback, key, core_fields, features, rows, *, source, look
):
    """Write features as they are, each with a row of our columns behind its own.

    What a layer of lines cannot hold is left out, and columns that files cannot hold become text.
    """
    own = kept_fields(algorithm, parameters, context, feedback, source, ours=core_fields)
    fields = output_fields(core_fields, before=own)
    kind = kind_for_all(source.wkbType(), features)
    joined = (
        make_feature(
            fields,
            as_kind(lines_alone(feature.geometry()), kind),
            (*storable_values(feature.attributes()), *row),
        )
        for feature, row in zip(features, rows)
        if holds_lines(feature.geometry())
    )
    return write_layer(
        algorithm, parameters, context, key, fields, joined,
        kind=kind, told=core_fields, crs=source.sourceCrs(), look=look,
    )  # fmt: skip


def kept_fields(algorithm, parameters, context, feedback, source, *, ours, key=TRACES):
    """Give the fields of a parameter's layer as any output can hold them, and say what changed.

    `ours` are the core's columns that will stand behind them.
    """
    fields, changed = storable_fields(source.fields())
    if changed:
        feedback.pushInfo(tr("Written as text: {names}.").format(names=", ".join(changed)))
    layer = algorithm.parameterAsVectorLayer(parameters, key, context)
    keys = [] if layer is None else layer.primaryKeyAttributes()
    numbers = layer.fields().at(keys[0]).name() if len(keys) == 1 else None
    for remark in names_in_words(fields.names(), ours, key=numbers):
        feedback.pushInfo(remark)
    return renamed_fields(fields, kept_names(fields.names(), key=numbers))


def write_table(algorithm, parameters, context, key, core_fields, rows):
    """Write rows as a table without geometry; see `write_layer`."""
    fields = output_fields(core_fields)
    features = (make_feature(fields, QgsGeometry(), row) for row in rows)
    kind = QgsWkbTypes.Type.NoGeometry
    return write_layer(
        algorithm, parameters, context, key, fields, features, kind=kind, told=core_fields
    )
