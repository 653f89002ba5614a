"""Print an estimate as a table and draw it as a map, with QGIS: render_result.py GPKG PNG.

Takes any GeoPackage that `estimate` wrote. Where zones lie too close for all names the longer ones
have theirs; a result in degrees is drawn in a plane around its middle, so that its scale is true.
Runs under the Python that can import `qgis`; QT_QPA_PLATFORM=offscreen needs no display.
"""

from __future__ import annotations

import os
import statistics
import sys
from pathlib import Path

from qgis.core import (
    NULL,
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsFeature,
    QgsGeometry,
    QgsLayoutExporter,
    QgsLayoutItemLabel,
    QgsLayoutItemLegend,
    QgsLayoutItemMap,
    QgsLayoutItemPicture,
    QgsLayoutItemScaleBar,
    QgsLayoutPoint,
    QgsLayoutSize,
    QgsLineSymbol,
    QgsPalLayerSettings,
    QgsPrintLayout,
    QgsProject,
    QgsProperty,
    QgsRectangle,
    QgsSingleSymbolRenderer,
    QgsTextBufferSettings,
    QgsTextFormat,
    QgsUnitTypes,
    QgsVectorLayer,
    QgsVectorLayerSimpleLabeling,
)
from qgis.PyQt.QtGui import QColor, QFont

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from qgis_ssf_plugin.looks.dressing import dress  # needs the line above

MAP_MM = (10, 24, 200, 176)  # left, top, width, height on an A4 page
SIDE_MM = 216  # left edge of what stands beside the map
MARGIN = 1.08
DPI = 150
COLUMNS = ("zone", "window", "KE", "OFD", "p05-p95", "flags")
NOTE = (
    "Screening estimate from the map pattern\n"
    "of fault traces, learned from one analogue\n"
    "material; not an input to hazard analysis."
)
SEGMENTS_M = [step * 10**power for power in range(7) for step in (1, 2, 5)]  # of a scale bar
SEGMENTS_A_MAP = 8  # at least: so wide is a segment of the bar at most


def main() -> int:
    """Run the command line."""
    if len(sys.argv) != 3:
        print(__doc__, file=sys.stderr)
        return 2
    result, picture = Path(sys.argv[1]), Path(sys.argv[2])
    application = QgsApplication([], True)
    application.initQgis()
    windows, traces = (open_layer(result, name) for name in ("windows", "traces"))
    print_table(windows)
    draw(windows, traces, picture)
    return 0


def open_layer(path: Path, name: str) -> QgsVectorLayer:
    """A layer of the GeoPackage."""
    layer = QgsVectorLayer(f"{path}|layername={name}", name)
    if not layer.isValid():
        sys.exit(f"{path} has no layer '{name}'.")
    return layer


def print_table(windows: QgsVectorLayer) -> None:
    """Print a line for each window."""
    table = [COLUMNS]
    for row in windows.getFeatures():
        table.append(
            (
                row["zone"],
                f"{row['strip']}.{row['window']}",
                number(row["ke"]),
                number(row["ofd"]),
                f"{number(row['ke_p05'])}-{number(row['ke_p95'])}" if row["ke"] != NULL else "",
                row["flags"] or "",
            )
        )
    widths = [max(len(line[column]) for line in table) for column in range(len(COLUMNS))]
    for line in table:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip())


def number(value: float) -> str:
    """Two decimals, or NULL."""
    return "NULL" if value == NULL else f"{value:.2f}"


def draw(windows: QgsVectorLayer, traces: QgsVectorLayer, picture: Path) -> None:
    """Draw the map with title, legend and scale bar into a PNG, which appears whole."""
    dress(windows, "windows")
    windows.setName("Windows: KE (dashed: flagged)")
    traces.setName("Fault traces")
    symbol = QgsLineSymbol.createSimple({"color": "20,20,20,255", "width": "0.35"})
    traces.setRenderer(QgsSingleSymbolRenderer(symbol))
    names = zone_names(windows)
    project = QgsProject.instance()
    project.setCrs(plane_of(windows))
    project.addMapLayers([windows, traces, names])
    layout = QgsPrintLayout(project)
    layout.initializeDefaults()
    page_map = add_map(layout, [names, traces, windows])
    add_label(layout, f"Kinematic efficiency: {picture.stem}", (10, 8), size=18, bold=True)
    add_legend(layout, page_map, [windows, traces])
    add_scale_bar(layout, page_map)
    add_north(layout)
    add_label(layout, NOTE, (SIDE_MM, 168), size=8)
    aside = picture.with_name(f".{picture.name}")
    settings = QgsLayoutExporter.ImageExportSettings()
    settings.dpi = DPI
    # The exporter takes the format from the name's end.
    if (
        QgsLayoutExporter(layout).exportToImage(str(aside), settings)
        != QgsLayoutExporter.ExportResult.Success
    ):
        sys.exit(f"{picture} cannot be written.")
    os.replace(aside, picture)


def plane_of(layer: QgsVectorLayer) -> QgsCoordinateReferenceSystem:
    """The layer's CRS, or an equal-area plane around its middle where that is in degrees."""
    if not layer.crs().isGeographic():
        return layer.crs()
    middle = layer.extent().center()
    words = f"+proj=laea +lat_0={middle.y():.4f} +lon_0={middle.x():.4f} +datum=WGS84 +units=m"
    return QgsCoordinateReferenceSystem.fromProj(words)


def zone_names(windows: QgsVectorLayer) -> QgsVectorLayer:
    """Points beside the zones, labelled with name, KE and OFD."""
    layer = QgsVectorLayer("Point?field=text:string&field=windows:integer", "zones", "memory")
    layer.setCrs(windows.crs())
    zones = {}
    for row in windows.getFeatures():
        zones.setdefault(row["zone"], []).append(row)
    features = []
    for zone, rows in zones.items():
        kes = [row["ke"] for row in rows if row["ke"] != NULL]
        text = zone
        if kes:
            ke = statistics.median(kes)
            text += f"\nKE {ke:.2f}, OFD {1 - ke:.2f}"
        box = QgsGeometry.unaryUnion([row.geometry() for row in rows]).boundingBox()
        feature = QgsFeature(layer.fields())
        feature.setGeometry(QgsGeometry.fromWkt(f"Point ({box.xMinimum()} {box.yMinimum()})"))
        feature.setAttributes([text, len(rows)])
        features.append(feature)
    layer.dataProvider().addFeatures(features)
    layer.renderer().symbol().setOpacity(0)
    settings = QgsPalLayerSettings()
    settings.fieldName = "text"
    settings.placement = QgsPalLayerSettings.Placement.OverPoint
    settings.quadOffset = QgsPalLayerSettings.QuadrantPosition.QuadrantAboveRight
    longest = max(len(rows) for rows in zones.values())
    priority = QgsProperty.fromExpression(f'10.0 * "windows" / {longest}')
    settings.dataDefinedProperties().setProperty(QgsPalLayerSettings.Property.Priority, priority)
    settings.setFormat(text_format(10, bold=True, halo=True))
    layer.setLabeling(QgsVectorLayerSimpleLabeling(settings))
    layer.setLabelsEnabled(True)
    return layer


def text_format(size: float, *, bold: bool = False, halo: bool = False) -> QgsTextFormat:
    """Dark text of a size in points, on white if `halo`."""
    text = QgsTextFormat()
    font = QFont("DejaVu Sans")
    font.setBold(bold)
    text.setFont(font)
    text.setSize(size)
    text.setColor(QColor(25, 25, 25))
    buffer = QgsTextBufferSettings()
    buffer.setEnabled(halo)
    buffer.setColor(QColor("white"))
    text.setBuffer(buffer)
    return text


def place(item, left: float, top: float, width: float, height: float) -> None:
    """Put an item on the page, in millimetres."""
    item.attemptMove(QgsLayoutPoint(left, top, QgsUnitTypes.LayoutUnit.LayoutMillimeters))
    item.attemptResize(QgsLayoutSize(width, height, QgsUnitTypes.LayoutUnit.LayoutMillimeters))


def add_map(layout: QgsPrintLayout, layers: list[QgsVectorLayer]) -> QgsLayoutItemMap:
    """The map, with a margin around the windows."""
    item = QgsLayoutItemMap(layout)
    item.setLayers(layers)
    item.setKeepLayerSet(True)
    crs = QgsProject.instance().crs()
    item.setCrs(crs)
    place(item, *MAP_MM)
    turned = QgsCoordinateTransform(layers[-1].crs(), crs, QgsProject.instance())
    extent = turned.transformBoundingBox(layers[-1].extent())
    # The item would change its height to fit an extent of another shape.
    width = MARGIN * max(extent.width(), extent.height() * MAP_MM[2] / MAP_MM[3])
    height = width * MAP_MM[3] / MAP_MM[2]
    item.setExtent(QgsRectangle.fromCenterAndSize(extent.center(), width, height))
    item.setFrameEnabled(True)
    item.setBackgroundColor(QColor(250, 249, 245))
    layout.addLayoutItem(item)
    return item


def add_label(
    layout: QgsPrintLayout,
    text: str,
    corner: tuple[float, float],
    *,
    size: float,
    bold: bool = False,
) -> None:
    """A text on the page."""
    item = QgsLayoutItemLabel(layout)
    item.setText(text)
    font = QFont("DejaVu Sans")
    font.setPointSizeF(size)
    font.setBold(bold)
    item.setFont(font)
    place(item, *corner, 297 - corner[0] - 5, 40)
    layout.addLayoutItem(item)


def add_legend(
    layout: QgsPrintLayout, page_map: QgsLayoutItemMap, layers: list[QgsVectorLayer]
) -> None:
    """Classes of KE and the traces' line."""
    item = QgsLayoutItemLegend(layout)
    item.setLinkedMap(page_map)
    item.setAutoUpdateModel(False)
    root = item.model().rootGroup()
    root.removeAllChildren()
    for layer in layers:
        root.addLayer(layer)
    layout.addLayoutItem(item)
    item.attemptMove(QgsLayoutPoint(SIDE_MM - 2, 40, QgsUnitTypes.LayoutUnit.LayoutMillimeters))


def add_scale_bar(layout: QgsPrintLayout, page_map: QgsLayoutItemMap) -> None:
    """A bar in kilometres."""
    item = QgsLayoutItemScaleBar(layout)
    item.setStyle("Single Box")
    item.setLinkedMap(page_map)
    item.setUnits(QgsUnitTypes.DistanceUnit.DistanceKilometers)
    item.setUnitLabel("km")
    item.setNumberOfSegments(2)
    item.setNumberOfSegmentsLeft(0)
    metres = QgsUnitTypes.fromUnitToUnitFactor(
        page_map.crs().mapUnits(), QgsUnitTypes.DistanceUnit.DistanceMeters
    )
    wide_m = page_map.extent().width() * metres / SEGMENTS_A_MAP
    segment_m = max(size for size in SEGMENTS_M if size <= max(wide_m, SEGMENTS_M[0]))
    item.setUnitsPerSegment(segment_m / 1000)
    layout.addLayoutItem(item)
    item.attemptMove(QgsLayoutPoint(SIDE_MM, 145, QgsUnitTypes.LayoutUnit.LayoutMillimeters))


def add_north(layout: QgsPrintLayout) -> None:
    """An arrow to the north."""
    item = QgsLayoutItemPicture(layout)
    item.setPicturePath(":/images/north_arrows/layout_default_north_arrow.svg")
    place(item, SIDE_MM, 24, 12, 14)
    layout.addLayoutItem(item)


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    os._exit(code)  # Qt's own tear-down crashes now and then, after all is done
