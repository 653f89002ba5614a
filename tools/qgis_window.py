"""What programs that take pictures of a real window of QGIS share; they run inside of QGIS."""

import os
import sys
import traceback
from pathlib import Path

import numpy as np
from qgis.core import (
    QgsApplication,
    QgsLineSymbol,
    QgsProject,
    QgsSingleSymbolRenderer,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QEventLoop, Qt, QTimer
from qgis.PyQt.QtGui import QImage, QPainter
from qgis.PyQt.QtSvg import QSvgRenderer
from qgis.PyQt.QtWidgets import QDockWidget
from qgis.utils import iface, plugins

CHECKOUT = Path(os.environ.get("CHECKOUT", os.getcwd()))
OUT = Path(os.environ.get("PICTURES", CHECKOUT / "docs"))
KEPT_DOCKS = {"Layers"}
WINDOW = (1420, 760)
LAYERS_WIDTH = 510  # the longest name of a layer or group, whole
DIALOG = (1000, 700)
COLOURS = 256
COMMONEST = 192  # of them


def wait(milliseconds):
    """Let QGIS work."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def grab(widget, name):
    """Save a picture of a widget."""
    wait(1_500)
    iface.messageBar().clearWidgets()  # such as that a font cannot be fetched
    wait(500)
    save(widget.grab().toImage(), name)


def save(image, name):
    """Save a picture in few colours: the commonest and the most unlike, others as the nearest."""
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    height, width = image.height(), image.width()
    bits = np.frombuffer(image.constBits().asstring(4 * width * height), np.uint8)
    pixels = bits.reshape(height, width, 4)[:, :, 2::-1].astype(np.int32)
    found, where, counts = np.unique(
        pixels @ [65_536, 256, 1], return_inverse=True, return_counts=True
    )
    kept = found[np.argsort(counts)[::-1][:COMMONEST]]
    apart = _apart(found, kept)
    while len(kept) < min(COLOURS, len(found)):  # a thin line of a legend has few pixels
        rare = found[np.argmax(apart.min(axis=1) * np.minimum(counts, 4)), None]
        kept, apart = np.append(kept, rare), np.append(apart, _apart(found, rare), axis=1)
    nearest = np.argmin(apart, axis=1).astype(np.uint8)
    indices = np.zeros((height, -(-width // 4) * 4), np.uint8)  # Qt's lines begin at whole words
    indices[:, :width] = nearest[where.reshape(height, width)]
    few = QImage(indices.tobytes(), width, height, indices.shape[1], QImage.Format.Format_Indexed8)
    few.setColorTable([int(code) | 0xFF000000 for code in kept])
    few.save(str(OUT / f"{name}.png"), "PNG", 0)  # 0: as small as it gets


def _apart(some, others):
    """How far colours are from others, squared, (n, m)."""
    return ((_parts(some)[:, None, :] - _parts(others)[None, :, :]) ** 2).sum(axis=2)


def _parts(codes):
    """Red, green and blue of colours in one number."""
    return np.stack([codes >> 16, (codes >> 8) & 255, codes & 255], axis=-1)


def run(algorithm_id, parameters, *, picture=None):
    """Run an algorithm from its dialog, of which a picture may be taken."""
    from processing.gui.AlgorithmDialog import AlgorithmDialog

    algorithm = QgsApplication.processingRegistry().createAlgorithmById(algorithm_id)
    dialog = AlgorithmDialog(algorithm.create(), False, iface.mainWindow())
    dialog.setParameters(parameters)
    dialog.show()
    dialog.resize(*DIALOG)  # once it is shown: QGIS gives it the size of the last one
    if picture:
        grab(dialog, picture)
    before = len(QgsProject.instance().mapLayers())
    dialog.runAlgorithm()
    while not dialog.wasExecuted() or len(QgsProject.instance().mapLayers()) == before:
        wait(300)
    wait(3_000)
    dialog.close()


def show(extent=None, scale=None):
    """Set what the map shows: all, or an extent or scale."""
    canvas = iface.mapCanvas()
    if extent is not None:
        canvas.setExtent(extent)
    else:
        canvas.zoomToFullExtent()
    if scale is not None:
        canvas.zoomScale(scale)
    canvas.refresh()
    wait(4_000)


def expand(*beginnings):
    """Show the legends of layers whose names begin so, and of no others."""
    layers = QgsProject.instance().layerTreeRoot().findLayers()
    for node in layers:
        node.setExpanded(False)
    wait(500)
    for node in layers:
        node.setExpanded(node.name().startswith(beginnings))


def load(path, name):
    """Load a map as thin dark lines."""
    layer = QgsVectorLayer(str(path), name, "ogr")
    return darken(QgsProject.instance().addMapLayer(layer))


def darken(layer):
    """Draw a map's lines dark: QGIS draws lots for their colour, another one each time."""
    lines = QgsLineSymbol.createSimple({"line_color": "#444444", "line_width": "0.4"})
    layer.setRenderer(QgsSingleSymbolRenderer(lines))
    layer.triggerRepaint()
    iface.layerTreeView().refreshLayerSymbology(layer.id())
    return layer


def draw_plot(page, name):
    """Save the first plot of a page of ssf:profileplot, as a browser shows it."""
    text = Path(page).read_text(encoding="utf-8")
    svg = text[text.index("<svg") : text.index("</svg>") + 6]
    renderer = QSvgRenderer(svg.encode("utf-8"))
    image = QImage(renderer.defaultSize() * 1.4, QImage.Format.Format_RGB32)
    image.fill(0xFFFFFFFF)
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    save(image, name)


def layer_named(beginning):
    """The layer of the project whose name begins so."""
    (layer,) = [
        layer
        for layer in QgsProject.instance().mapLayers().values()
        if layer.name().startswith(beginning)
    ]
    return layer


def take(pictures):
    """Start the plugin of this checkout, take the pictures, and end QGIS at last."""

    def main():
        code = 1
        try:
            sys.path.insert(0, str(CHECKOUT))
            from qgis_ssf_plugin import classFactory

            plugin = classFactory(iface)
            plugin.initGui()
            plugins["qgis_ssf_plugin"] = plugin
            window = iface.mainWindow()
            window.resize(*WINDOW)
            for dock in window.findChildren(QDockWidget):
                dock.setVisible(dock.objectName() in KEPT_DOCKS)
                if dock.objectName() in KEPT_DOCKS:
                    window.resizeDocks([dock], [LAYERS_WIDTH], Qt.Orientation.Horizontal)
            pictures(window)
            code = 0
        except Exception:  # nobody reads a window without a screen
            (OUT / "qgis_pictures.log").write_text(traceback.format_exc(), encoding="utf-8")
        os._exit(code)

    QTimer.singleShot(3_000, main)
