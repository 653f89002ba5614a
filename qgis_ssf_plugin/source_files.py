"""The files behind layers: whole or not, how their text was read, and folders that are one map.

Algorithms run in a thread of their own, and layers are opened and closed there. So no provider is
ever given a name here: PyQt hears of the end of an earlier one in the main thread, late, and then
takes one that has got the same address for it ("has been deleted").
"""

from pathlib import Path

from qgis.core import (
    QgsFeature,
    QgsFeatureRequest,
    QgsFields,
    QgsProcessingFeatureSourceDefinition,
    QgsProviderRegistry,
    QgsVectorLayer,
    QgsWkbTypes,
)

from ssf_model.declared import check_count, check_whole, says_encoding

FOLDER_FORMS = ("KML", "LIBKML")  # a layer for each folder of a file
NO_GEOMETRY = QgsFeatureRequest.Flag.NoGeometry


def check_file(algorithm, parameters, key, context):
    """Hold the file of a layer against what it says of itself.

    Parameters
    ----------
    algorithm, parameters, context
        Of the run.
    key : str
        Name of the parameter with the layer; where that is no file nothing is checked.

    Returns
    -------
    remark : str or None
        What the user should know of how its text was read.

    Raises
    ------
    InputError
        If the file is cut short, or its counts differ.
    """
    given = _given_layer(algorithm, parameters, key, context)
    layer = _opened(given.source()) if given is not None and _is_file(given) else None
    if layer is None:
        return None
    path = _path(layer.source())
    check_whole(path)
    if layer.storageType() == "GPKG" and not layer.subsetString():
        request = QgsFeatureRequest().setFlags(NO_GEOMETRY).setSubsetOfAttributes([])
        found = sum(1 for _ in layer.getFeatures(request))
        check_count(given.name(), layer.featureCount(), found)
    if layer.storageType() != "ESRI Shapefile" or says_encoding(path):
        return None
    request = QgsFeatureRequest().setFlags(NO_GEOMETRY)
    values = (value for feature in layer.getFeatures(request) for value in feature.attributes())
    if all(value.isascii() for value in values if isinstance(value, str)):
        return None
    return (
        "The .dbf does not say how its text is written (there is no .cpg); it was read as "
        f"{layer.dataProvider().encoding()}, which is a guess. If letters are wrong, set the "
        "encoding in the layer's properties, under Source."
    )


class Folders:
    """All folders of a KML file as one source of features, as far as ssf asks sources."""

    def __init__(self, name, layers):
        self._name, self._layers, self._fields = name, layers, QgsFields()
        for layer in layers:
            for field in layer.fields():
                if self._fields.indexOf(field.name()) < 0:
                    self._fields.append(field)

    def sourceName(self):
        """Name of the layer that stood for the file."""
        return self._name

    def sourceCrs(self):
        """CRS of the file."""
        return self._layers[0].crs()

    def wkbType(self):
        """A kind that holds every line."""
        return QgsWkbTypes.Type.MultiLineStringZ

    def fields(self):
        """Fields of all folders."""
        return self._fields

    def featureCount(self):
        """Features of all folders."""
        return sum(layer.featureCount() for layer in self._layers)

    def getFeatures(self, request, flags):
        """Features folder by folder, numbered through."""
        number = 0
        for layer in self._layers:
            for feature in layer.getFeatures(request):
                number += 1
                copy = QgsFeature(self._fields, number)
                copy.setGeometry(feature.geometry())
                for field in layer.fields():
                    copy[field.name()] = feature[field.name()]
                yield copy


def all_folders(algorithm, parameters, key, context):
    """Give all folders of a KML file that is named as a whole, of which QGIS opens the first alone.

    Returns
    -------
    source : Folders or None
        None where the layer is none of a KML file, says its folder, or has but one.
    """
    given = _given_layer(algorithm, parameters, key, context)
    layer = _opened(given.source()) if given is not None and _is_file(given) else None
    if layer is None or layer.storageType() not in FOLDER_FORMS:
        return None
    told = QgsProviderRegistry.instance().decodeUri("ogr", layer.source())
    folders = QgsProviderRegistry.instance().querySublayers(told["path"])
    names = list(dict.fromkeys(folder.name() for folder in folders))
    if told.get("layerName") or told.get("layerId") is not None or len(names) < 2:
        return None
    folders = [_opened(f"{told['path']}|layername={name}") for name in names]
    return Folders(given.name(), [folder for folder in folders if folder is not None])


def _given_layer(algorithm, parameters, key, context):
    """The layer that a source is made of; None where that is no vector layer."""
    value = parameters.get(key)
    if isinstance(value, QgsProcessingFeatureSourceDefinition):
        parameters = {**parameters, key: value.source}
    return algorithm.parameterAsVectorLayer(parameters, key, context)


def _is_file(layer):
    """Whether a layer is read from a file."""
    return layer.providerType() == "ogr" and _path(layer.source()).exists()


def _path(source):
    """The file of a layer of OGR."""
    return Path(QgsProviderRegistry.instance().decodeUri("ogr", source).get("path") or "")


def _opened(source):
    """A layer of one's own, since others belong to another thread; None where it cannot be."""
    options = QgsVectorLayer.LayerOptions(False)  # without a style
    options.skipCrsValidation = True  # which might ask the user
    layer = QgsVectorLayer(source, "map", "ogr", options)
    return layer if layer.isValid() else None
