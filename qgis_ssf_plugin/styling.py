"""How results are loaded: dressed, described, in one group a run, lines above areas."""

from pathlib import Path

from qgis.core import (
    Qgis,
    QgsLayerMetadata,
    QgsPalettedRasterRenderer,
    QgsProcessingLayerPostProcessorInterface,
    QgsVectorLayer,
)
from qgis.PyQt.QtGui import QColor

from ssf_model import __version__
from ssf_model.tables.fields import STATEMENT

from .language import tr
from .looks.dressing import LOOKS, dress

RANK = "ssf/rank"  # custom property of a node of the layer tree: its place from the top
RUN = "ssf/run"  # custom property of the group of a run
STYLE = "ssf"  # name of the style that a GeoPackage keeps
SIDECARS = (".shp", ".geojson", ".json", ".fgb", ".gml", ".kml")  # what keeps its style beside it
_LIVING = []  # QGIS keeps no Python object alive while it waits to load a layer


class _Receive(QgsProcessingLayerPostProcessorInterface):
    """Dresses a loaded result and puts it in its place."""

    def __init__(self, look, given, group):
        super().__init__()
        self._look, self._given, self._group = look, given, group

    def postProcessLayer(self, layer, context, feedback):
        """What QGIS calls once the layer is loaded."""
        try:
            if isinstance(layer, QgsVectorLayer):
                dress(layer, self._look, self._given)
            else:
                dress_raster(layer)
            describe(layer, self._group)
            place(context.project(), layer, self._group, rank=LOOKS[self._look][2])
            layer.triggerRepaint()
        finally:
            if self in _LIVING:
                _LIVING.remove(self)


def style_result(context, layer_id, look, *, given=None, group=None):
    """Have an output layer dressed and placed, should QGIS load it.

    Parameters
    ----------
    context : QgsProcessingContext
        Of the run.
    layer_id : str
        What the sink was called.
    look : str
        A key of `LOOKS`.
    given : dict, optional
        The names that our columns were given.
    group : str, optional
        Heading in the list of layers, a run's own.
    """
    if not context.willLoadLayerOnCompletion(layer_id):
        return
    post_processor = _Receive(look, given, group)
    _LIVING.append(post_processor)
    context.layerToLoadOnCompletionDetails(layer_id).setPostProcessor(post_processor)


def store_style(layer, look, given):
    """Keep a look with the file of an output, so that it has it wherever it is opened.

    A GeoPackage holds it, other formats have a `.qml` beside them. A style that somebody saved
    there stays.
    """
    path = Path(layer.source().split("|")[0])
    dress(layer, look, given)
    if path.suffix.lower() == ".gpkg":
        _, ids, names, _, _ = layer.listStylesInDatabase()
        for number, name in zip(ids, names):  # QGIS would ask before it replaced one
            if name == STYLE:
                layer.deleteStyleFromDatabase(number)
        only = not [name for name in names if name != STYLE]
        layer.saveStyleToDatabase(STYLE, f"ssf {__version__}", only, "")
    elif path.suffix.lower() in SIDECARS and not path.with_suffix(".qml").exists():
        layer.saveNamedStyle(str(path.with_suffix(".qml")))


def dress_raster(layer):
    """Draw a strip's middle thickness: lines dark, the rest clear."""
    band = (layer.bandCount() + 1) // 2
    classes = [QgsPalettedRasterRenderer.Class(1, QColor(20, 20, 20), layer.bandName(band))]
    layer.setRenderer(QgsPalettedRasterRenderer(layer.dataProvider(), band, classes))


def describe(layer, title):
    """Say in a layer's properties what it is."""
    metadata = QgsLayerMetadata(layer.metadata())
    metadata.setTitle(f"{layer.name()} ({title})" if title else layer.name())
    metadata.setAbstract(tr(STATEMENT))
    metadata.setKeywords({"gmd:topicCategory": ["geoscientificInformation"]})
    metadata.setHistory([f"ssf {__version__} in QGIS {Qgis.QGIS_VERSION}"])
    metadata.setCrs(layer.crs())
    layer.setMetadata(metadata)


def place(project, layer, group, *, rank):
    """Put a loaded layer into its run's group, above what has a greater rank."""
    node = None if project is None else project.layerTreeRoot().findLayer(layer.id())
    if node is None or not group:
        return
    parent = node.parent()
    above = parent  # the root, or the group that the user chose for results
    while above.customProperty(RUN) is not None:
        above = above.parent()
    home = above.findGroup(group) or above.insertGroup(0, group)
    home.setCustomProperty(RUN, True)
    behind = [
        number
        for number, sibling in enumerate(home.children())
        if int(sibling.customProperty(RANK, 0)) > rank
    ]
    moved = node.clone()
    moved.setCustomProperty(RANK, rank)
    home.insertChildNode(behind[0] if behind else len(home.children()), moved)
    parent.removeChildNode(node)
