"""Draw what explains KE, three maps one below the other, with QGIS.

render_explained.py TRACES EXPLAINED.gpkg PNG. Runs under the Python that can import `qgis`;
QT_QPA_PLATFORM=offscreen needs no display.
"""

from __future__ import annotations

import sys
from pathlib import Path

from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsLineSymbol,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsProject,
    QgsSingleSymbolRenderer,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor, QImage, QPainter

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from qgis_ssf_plugin.looks.dressing import dress  # needs the line above

LAYERS = {
    "contributions": "What each cell adds to KE",
    "columns": "KE lost against a straight fault",
    "stretches": "KE without each stretch of trace",
}
MAP_PX, LEGEND_PX = (1180, 290), 330  # width and height of a map, width of its legend
LINE_PX = 21  # of the legend
MARGIN_DEG = 0.012


def main() -> int:
    """Run the command line."""
    if len(sys.argv) != 4:
        print(__doc__, file=sys.stderr)
        return 2
    application = QgsApplication([], True)
    application.initQgis()
    traces = QgsVectorLayer(sys.argv[1], "traces")
    line = QgsLineSymbol.createSimple({"line_color": "black", "line_width": "0.3"})
    traces.setRenderer(QgsSingleSymbolRenderer(line))
    width, height = MAP_PX
    picture = QImage(LEGEND_PX + width, len(LAYERS) * height, QImage.Format.Format_ARGB32)
    picture.fill(QColor("white"))
    painter = QPainter(picture)
    for number, (name, title) in enumerate(LAYERS.items()):
        layer = QgsVectorLayer(f"{sys.argv[2]}|layername={name}", name)
        if not layer.isValid():
            sys.exit(f"{sys.argv[2]} has no layer '{name}'.")
        dress(layer, name)
        painter.drawImage(LEGEND_PX, number * height, drawn(traces, layer))
        draw_legend(painter, layer, title, number * height + 20)
    painter.end()
    return 0 if picture.save(sys.argv[3]) else 1


def drawn(traces: QgsVectorLayer, layer: QgsVectorLayer) -> QImage:
    """A map of the traces over one layer, in a plane around them."""
    extent = traces.extent()
    middle = extent.center()
    plane = QgsCoordinateReferenceSystem.fromProj(
        f"+proj=aeqd +lat_0={middle.y()} +lon_0={middle.x()} +datum=WGS84 +units=m"
    )
    extent.grow(MARGIN_DEG)
    to_plane = QgsCoordinateTransform(traces.crs(), plane, QgsProject.instance())
    settings = QgsMapSettings()
    settings.setLayers([traces, layer])
    settings.setDestinationCrs(plane)
    settings.setExtent(to_plane.transformBoundingBox(extent))
    settings.setOutputSize(QSize(*MAP_PX))
    settings.setBackgroundColor(QColor("white"))
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    return job.renderedImage()


def draw_legend(painter: QPainter, layer: QgsVectorLayer, title: str, top: int) -> None:
    """The classes of a layer below its title."""
    painter.drawText(8, top, title)
    for number, item in enumerate(layer.renderer().legendSymbolItems(), start=1):
        painter.drawImage(8, top + number * LINE_PX - 8, item.symbol().asImage(QSize(22, 12)))
        painter.drawText(38, top + number * LINE_PX + 3, item.label())


if __name__ == "__main__":
    sys.exit(main())
