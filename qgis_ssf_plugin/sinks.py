"""Layers that are written whole or not at all."""

import shutil
import struct
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsDataSourceUri,
    QgsException,
    QgsFeatureSink,
    QgsProcessingException,
    QgsProcessingOutputLayerDefinition,
    QgsProviderConnectionException,
    QgsProviderRegistry,
    QgsVectorLayer,
)

from ssf_model.databases import drop_sidecars, sidecars
from ssf_model.places import files_of
from ssf_model.whole_files import whole_files

from .language import tr
from .layers import as_cells, as_xml, plain_cell
from .outputs import FILE_ENDINGS, TABLE_PREFIX, layer_place, plain_file
from .styling import store_style, style_result

XML = (".kml", ".gml")
SPREADSHEETS = (".csv", ".xlsx", ".ods")  # what opens there may be taken for a formula


def write_layer(
    algorithm, parameters, context, key, fields, features, *, kind, told, crs=None, look="table"
):
    """Write features to an output, with its style.

    Parameters
    ----------
    algorithm, parameters, context
        Of the run.
    key : str
        Name of the output.
    fields : QgsFields
        Its fields.
    features : iterable of QgsFeature
        Asked for one by one.
    kind : QgsWkbTypes.Type
        Of the geometries.
    told : sequence of Field
        The core's, which are the last of `fields`, by whatever names.
    crs : QgsCoordinateReferenceSystem, optional
        None for a table.
    look : str, optional
        Key of `LOOKS`.

    Returns
    -------
    results : dict
        The output's id by its key.

    Raises
    ------
    QgsProcessingException
        If the output cannot be opened or written.
    """
    crs = crs or QgsCoordinateReferenceSystem()
    given = dict(zip((field.name for field in told), fields.names()[-len(told) :]))
    place = layer_place(parameters.get(key), context)
    if place.lower().endswith(SPREADSHEETS):
        fields, features = as_cells(fields, features)
    if place.lower().endswith(XML):
        fields, features = as_xml(fields, features)
    rows = []
    with _beside(parameters, context, key) as (moved, back):
        sink, sink_id = algorithm.parameterAsSink(moved, key, context, fields, kind, crs)
        if sink is None:
            raise QgsProcessingException(algorithm.invalidSinkError(parameters, key))
        count = 0
        for feature in features:
            add_feature(algorithm, sink, feature, parameters, key)
            count += 1
            if place.lower().endswith(".csv"):
                rows.append([plain_cell(value) for value in feature.attributes()])
        if not sink.flushBuffer():
            raise QgsProcessingException(algorithm.writeFeatureError(sink, parameters, key))
        del sink  # closes the file, which is when drivers write most of it
        if rows and moved is not parameters:  # to what is there already, rows were added
            _write_csv(Path(sink_id), fields.names(), rows, place)
        _check_written(sink_id, count, key, look=look, given=given)
    sink_id = back(sink_id)
    style_result(context, sink_id, look, given=given, group=algorithm.run_title)
    return {key: sink_id}


@contextmanager
def _beside(parameters, context, key):
    """Have a file written beside its place, which it takes at the end with all its kin.

    Gives the parameters of that and what turns the layer's id into that of its place. Layers in
    memory, in a database or appended to an existing file go where they go.
    """
    value = parameters.get(key)
    place = layer_place(value, context)
    appended = isinstance(value, QgsProcessingOutputLayerDefinition) and value.useRemapping()
    path = plain_file(place)
    if appended or path is None:
        with nullcontext() if appended else _no_half_table(place):
            yield parameters, lambda layer_id: layer_id
        return
    aside = []

    def back(layer_id):
        final = layer_id.replace(str(aside[0]), place)
        to_load = context.layersToLoadOnCompletion()
        if layer_id in to_load:
            to_load[final] = to_load.pop(layer_id)
            context.setLayersToLoadOnCompletion(to_load)
        return final

    former = [file for file in files_of(path) if file.exists()]
    with whole_files(path.parent, former, name=path.name) as folder:
        aside.append(folder / path.name)
        look = path.with_suffix(".qml")
        if look.exists():  # a style that somebody saved there stays
            shutil.copy(look, folder / look.name)
        try:
            yield {**parameters, key: _moved(value, aside[0])}, back
        except QgsProcessingException as error:  # names the file that was there for a while
            raise QgsProcessingException(str(error).replace(str(aside[0]), place)) from error
        drop_sidecars(path)


@contextmanager
def _no_half_table(place):
    """Have a table that could not be written away again, with its database if that is new."""
    table = QgsDataSourceUri(place[len(TABLE_PREFIX) :])
    path = Path(table.database()).absolute()
    is_table, there = place.startswith(TABLE_PREFIX), path.exists()
    try:
        yield
    except Exception:
        if is_table and there:
            with suppress(QgsException, QgsProviderConnectionException):
                ogr = QgsProviderRegistry.instance().providerMetadata("ogr")
                ogr.createConnection(str(path), {}).dropVectorTable("", table.table())
        elif is_table:
            for file in (path, *sidecars(path)):
                file.unlink(missing_ok=True)
        raise


def _moved(value, path):
    """An output's parameter with another place."""
    if not isinstance(value, QgsProcessingOutputLayerDefinition):
        return str(path)
    moved = QgsProcessingOutputLayerDefinition(str(path), value.destinationProject)
    moved.destinationName = value.destinationName
    moved.createOptions = value.createOptions
    return moved


def _write_csv(path, names, rows, place):
    """Write a table again as the command line does: QGIS has whole numbers in quotation marks."""
    from ssf_model.tables.fields import rows_as_csv

    try:
        with open(path, "w", encoding="utf-8", newline="") as file:
            file.write(rows_as_csv([names, *rows]))
    except OSError as error:
        error.filename = place  # a full disk names nothing
        raise


def add_feature(algorithm, sink, feature, parameters, key):
    """Add a feature; a full disk must not pass for a result."""
    if not sink.addFeature(feature, QgsFeatureSink.Flag.FastInsert):
        raise QgsProcessingException(algorithm.writeFeatureError(sink, parameters, key))


def _check_written(sink_id, count, key, *, look, given):
    """Read a file back: QGIS keeps to itself what goes wrong as it is closed. Store its style."""
    path = sink_id.split("|")[0]
    if not path.lower().endswith(FILE_ENDINGS):
        return
    options = QgsVectorLayer.LayerOptions(False)  # without a style
    options.skipCrsValidation = True  # which might ask the user
    layer = QgsVectorLayer(sink_id, key, "ogr", options)
    there = sum(1 for _ in layer.getFeatures()) if layer.isValid() else 0
    if there and path.lower().endswith(".csv"):
        there -= not Path(path).read_bytes().endswith(b"\n")  # the last line is cut off
    if there and path.lower().endswith(".shp"):
        there = min(there, _rows_of_dbf(Path(path).with_suffix(".dbf")))
    if there != count:
        message = tr(
            "{key}: {file} could not be written whole, {there} of {count} features are there. Is "
            "the disk full?"
        )
        told = {"key": key, "file": Path(path).name, "there": there, "count": count}
        raise QgsProcessingException(message.format(**told))
    if look != "table":
        store_style(layer, look, given)


def _rows_of_dbf(path):
    """How many rows of attributes a Shapefile has whole, whatever its head says."""
    head, row = struct.unpack("<8xHH", path.read_bytes()[:12].ljust(12, b"\0"))
    if not (head and row):  # the head is written as the file is closed
        return 0
    return max(0, path.stat().st_size - head) // row
