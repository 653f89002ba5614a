"""What QGIS draws, read off."""

from qgis.core import QgsExpressionContext, QgsExpressionContextUtils, QgsRenderContext


def colours_of(layer):
    """The colours in which lines are drawn, expressions worked out, as a set of names."""
    context = QgsRenderContext()
    context.setExpressionContext(
        QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    )
    renderer = layer.renderer()
    renderer.startRender(context, layer.fields())
    found = set()
    for feature in layer.getFeatures():
        context.expressionContext().setFeature(feature)
        (symbol,) = renderer.symbolsForFeature(feature, context)
        part = symbol.symbolLayer(0)
        colour = part.dataDefinedProperties().property(part.PropertyStrokeColor)
        value, known = colour.valueAsColor(context.expressionContext(), part.color())
        assert known
        found.add(value.name())
    renderer.stopRender(context)
    return found
