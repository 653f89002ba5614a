"""The styles that results are loaded with."""

from qgis.core import QgsProcessingLayerPostProcessorInterface

from .door import PLUGIN_FOLDER

STYLES = PLUGIN_FOLDER / "styles"
_LIVING = []  # QGIS keeps no Python object alive while it waits to load a layer


class _LoadStyle(QgsProcessingLayerPostProcessorInterface):
    """Gives a loaded result its style."""

    def __init__(self, style):
        super().__init__()
        self._style = style

    def postProcessLayer(self, layer, context, feedback):
        """What QGIS calls once the layer is loaded."""
        message, loaded = layer.loadNamedStyle(str(STYLES / self._style))
        if not loaded:
            feedback.pushWarning(message)
        layer.triggerRepaint()
        if self in _LIVING:
            _LIVING.remove(self)


def style_result(context, layer_id, style):
    """Have an output layer styled with a file of `styles/`, should QGIS load it."""
    if not context.willLoadLayerOnCompletion(layer_id):
        return
    post_processor = _LoadStyle(style)
    _LIVING.append(post_processor)
    context.layerToLoadOnCompletionDetails(layer_id).setPostProcessor(post_processor)
