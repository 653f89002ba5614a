"""Symbols and rules out of which the looks of results are made."""

from qgis.core import (
    QgsCentroidFillSymbolLayer,
    QgsFillSymbol,
    QgsLinePatternFillSymbolLayer,
    QgsLineSymbol,
    QgsMarkerSymbol,
    QgsPalLayerSettings,
    QgsProperty,
    QgsRuleBasedRenderer,
    QgsSimpleFillSymbolLayer,
    QgsSimpleLineSymbolLayer,
    QgsSymbolLayer,
    QgsTextBufferSettings,
    QgsTextFormat,
    QgsVectorLayerSimpleLabeling,
)
from qgis.PyQt.QtGui import QColor

OUTLINE = "60,60,60,255"
LABELS_FROM = 750_000  # scale below which windows are too small for numbers, but not for a dot
DASHED = "if(coalesce({flags}, '') = '', 'solid', 'dash')"
# A legend, which on paper has its map's scale, shows no feature.
LEGEND = "$id IS NULL"
# A window's dashes cannot be seen where it is two millimetres long.
DOT_MM = f"if({LEGEND} OR coalesce(@map_scale, 1e9) > {LABELS_FROM}, 1.5, 0)"
IN_LEGEND = f"if({LEGEND}, 'dash', 'no')"  # on the map the windows have their own dashes
DOTS_IN_LEGEND = f"if({LEGEND}, '#808080', 'white')"  # white on white nobody sees


def quoted(name):
    """A field's name as expressions take it."""
    return '"' + name.replace('"', '""') + '"'


def rules(classes, *, levels=False):
    """A renderer of (label, expression, symbol), the first class first in the legend."""
    root = QgsRuleBasedRenderer.Rule(None)
    for label, expression, symbol in classes:
        root.appendChild(QgsRuleBasedRenderer.Rule(symbol, filterExp=expression, label=label))
    renderer = QgsRuleBasedRenderer(root)
    renderer.setUsingSymbolLevels(levels)
    return renderer


def plain_fill(colour):
    """A polygon of one colour without an outline."""
    return QgsFillSymbol.createSimple({"color": colour, "outline_style": "no"})


def window_fill(colour, flags):
    """A window with its outline, dashed where `flags`, an expression, gives any."""
    symbol = plain_fill(colour)
    outline = QgsSimpleLineSymbolLayer(QColor(60, 60, 60), 0.3)
    outline.setDataDefinedProperty(
        QgsSymbolLayer.Property.PropertyStrokeStyle,
        QgsProperty.fromExpression(DASHED.format(flags=flags)),
    )
    symbol.appendSymbolLayer(outline)
    symbol.symbolLayer(0).setRenderingPass(1)
    symbol.symbolLayer(1).setRenderingPass(2)
    return symbol


def unknown_fill():
    """A window without KE: pale and hatched, drawn below all others."""
    symbol = QgsFillSymbol()
    symbol.changeSymbolLayer(
        0,
        QgsSimpleFillSymbolLayer.create(
            {
                "color": "200,200,200,60",
                "outline_style": "dash",
                "outline_color": "130,130,130,255",
                "outline_width": "0.2",
            }
        ),
    )
    hatching = QgsLinePatternFillSymbolLayer()
    hatching.setLineAngle(45)
    hatching.setDistance(2.5)
    hatching.setSubSymbol(
        QgsLineSymbol.createSimple({"line_color": "130,130,130,255", "line_width": "0.15"})
    )
    symbol.appendSymbolLayer(hatching)
    return symbol


def flagged_mark():
    """What marks a flagged window at any scale: a dashed outline, and a dot where it is small."""
    symbol = QgsFillSymbol()
    symbol.changeSymbolLayer(
        0, QgsSimpleLineSymbolLayer.create({"line_style": "dash", "line_color": OUTLINE})
    )
    symbol.symbolLayer(0).setDataDefinedProperty(
        QgsSymbolLayer.Property.PropertyStrokeStyle, QgsProperty.fromExpression(IN_LEGEND)
    )
    dot = QgsCentroidFillSymbolLayer()
    dot.setPointOnSurface(True)
    marker = QgsMarkerSymbol.createSimple(
        {"name": "circle", "color": "white", "outline_color": "20,20,20,255", "size": "1.5"}
    )
    marker.symbolLayer(0).setDataDefinedProperty(
        QgsSymbolLayer.Property.PropertySize, QgsProperty.fromExpression(DOT_MM)
    )
    dot.setSubSymbol(marker)
    symbol.appendSymbolLayer(dot)
    for part in symbol.symbolLayers():
        part.setRenderingPass(3)
    return symbol


def point_mark(colour):
    """A place to look at."""
    return QgsMarkerSymbol.createSimple(
        {"name": "circle", "color": colour, "outline_color": "white", "size": "3"}
    )


def cased_line(colour, *, width_mm=0.8, cap="round"):
    """A line of one colour within a dark one."""
    symbol = plain_line("40,40,40,255", width_mm=width_mm + 0.5, cap=cap)
    inner = plain_line(colour, width_mm=width_mm, cap=cap).takeSymbolLayer(0)
    inner.setRenderingPass(1)
    symbol.appendSymbolLayer(inner)
    return symbol


def dotted_line():
    """What marks a flagged stretch: white dots along it."""
    symbol = plain_line("white", style="dot", colour_expression=DOTS_IN_LEGEND)
    symbol.symbolLayer(0).setRenderingPass(2)
    return symbol


def plain_line(
    colour,
    *,
    width_mm=0.4,
    style="solid",
    cap="round",
    width_expression=None,
    colour_expression=None,
):
    """A line of one colour; its width and colour may be expressions."""
    symbol = QgsLineSymbol.createSimple(
        {
            "line_color": colour,
            "line_width": f"{width_mm:g}",
            "line_style": style,
            "capstyle": cap,
            "joinstyle": "round",
        }
    )
    if width_expression is not None:
        symbol.symbolLayer(0).setDataDefinedProperty(
            QgsSymbolLayer.Property.PropertyStrokeWidth,
            QgsProperty.fromExpression(width_expression),
        )
    if colour_expression is not None:
        symbol.symbolLayer(0).setDataDefinedProperty(
            QgsSymbolLayer.Property.PropertyStrokeColor,
            QgsProperty.fromExpression(colour_expression),
        )
    return symbol


def names_along(expression):
    """Names along lines, at any scale."""
    labeling = numbers(expression)
    settings = labeling.settings()
    settings.scaleVisibility = False
    settings.placement = QgsPalLayerSettings.Placement.Curved
    return QgsVectorLayerSimpleLabeling(settings)


def numbers(expression):
    """Labels of windows, in the letters that QGIS writes with on this machine."""
    text = QgsTextFormat()
    text.setSize(8)
    text.setColor(QColor(20, 20, 20))
    halo = QgsTextBufferSettings()
    halo.setEnabled(True)
    halo.setSize(0.6)
    halo.setColor(QColor(255, 255, 255, 200))
    text.setBuffer(halo)
    settings = QgsPalLayerSettings()
    settings.setFormat(text)
    settings.fieldName = expression
    settings.isExpression = True
    settings.scaleVisibility = True
    settings.minimumScale = LABELS_FROM
    settings.maximumScale = 0
    return QgsVectorLayerSimpleLabeling(settings)
