"""Outputs that could not be written, or are inputs, are refused before any work."""

from qgis.core import (
    QgsDataSourceUri,
    QgsMapLayer,
    QgsProcessingFeatureSourceDefinition,
    QgsProperty,
    QgsProviderRegistry,
    QgsVirtualLayerDefinition,
)
from qgis.PyQt.QtCore import QUrl

from ssf_model.databases import DATABASES, check_takes_tables
from ssf_model.errors import InputError
from ssf_model.places import check_apart, files_of
from ssf_model.whole_files import check_output

from .language import tr
from .outputs import TABLE_PREFIX, destination, layer_place, plain_file
from .parameters import label_of

READ = ("source", "vector", "layer", "multilayer", "file")  # types of parameters


def check_outputs(algorithm, parameters, context):
    """Refuse output files that cannot be written, before any work is done.

    Raises
    ------
    InputError
        If a folder does not exist or takes no file, or an output is an input or another output, or
        would be a table without a name.
    """
    outputs, to_be_written, to_be_added_to = [], [], []
    for definition in algorithm.destinationParameterDefinitions():
        key = definition.name()
        told = layer_place if definition.type() == "sink" else destination
        place = told(parameters.get(key), context)
        if place:
            _check_table(label_of(algorithm, key), destination(parameters.get(key), context))
            outputs.append((label_of(algorithm, key), place))
        file = plain_file(place)
        to_be_written += [file] if file else _databases(place, there=False)
        to_be_added_to += [] if file else _databases(place, there=True)
    inputs = [
        (label_of(algorithm, definition.name()), place)
        for definition in algorithm.parameterDefinitions()
        if not definition.isDestination() and definition.type() in READ
        for place in read_places(parameters.get(definition.name()), context)
    ]
    check_apart(outputs, inputs)
    for path in to_be_written:
        check_output(path, overwrite=True)
    for path in to_be_added_to:
        check_takes_tables(path)


def _check_table(label, place):
    """Refuse a table that QGIS would write, and could not find again (InputError)."""
    told = QgsDataSourceUri(place[len(TABLE_PREFIX) :])
    found_again = told.table() and told.database().lower().endswith(DATABASES)
    if "|layername=" in place or (place.startswith(TABLE_PREFIX) and not found_again):
        message = tr(
            "{label}: {place} is no table of a GeoPackage. Name a file, or write "
            "ogr:dbname='FILE.gpkg' table=\"NAME\" (geom)."
        )
        raise InputError(message.format(label=label, place=place))


def _databases(place, *, there):
    """The database of a table, where it is there already (QGIS may have it open), or is not."""
    is_table = place.startswith(TABLE_PREFIX)
    return [file.absolute() for file in files_of(place) if is_table and file.exists() is there]


def read_places(value, context):
    """Where a parameter's files and layers lie, as texts; none for what is in memory."""
    if isinstance(value, QgsProcessingFeatureSourceDefinition):
        value = value.source
    if isinstance(value, QgsProperty):
        value = value.valueAsString(context.expressionContext())[0]
    if isinstance(value, (list, tuple)):
        return [place for each in value for place in read_places(each, context)]
    layer = value if isinstance(value, QgsMapLayer) else None
    if isinstance(value, str):
        layer = context.getMapLayer(value) or _project_layers(context).get(value)
        if layer is None:
            return [value]
    if layer is None:
        return []
    if layer.providerType() == "virtual":
        return _places_of_query(layer, context)
    parts = QgsProviderRegistry.instance().decodeUri(layer.providerType(), layer.source())
    return [parts.get("path") or layer.source()]


def _project_layers(context):
    """Layers of the project by id; none in qgis_process, which has no project unless told."""
    project = context.project()
    return {} if project is None else project.mapLayers()


def _places_of_query(layer, context):
    """Where the layers lie that a virtual layer is made of, as far as its query names them."""
    made_of = QgsVirtualLayerDefinition.fromUrl(QUrl(layer.source()))
    named = [each.reference() or each.source() for each in made_of.sourceLayers()]
    for other in _project_layers(context).values():
        if other is not layer and any(
            name in made_of.query() for name in (other.id(), other.name())
        ):
            named.append(other)
    return read_places(named, context)
