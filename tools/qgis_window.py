"""What programs that take pictures of a real window of QGIS share; they run inside of QGIS.

Pillow (python3-pil) makes the pictures small.
"""

import os
import sys
import traceback
from pathlib import Path

from PIL import Image
from qgis.core import QgsApplication, QgsProject
from qgis.PyQt.QtCore import QEventLoop, QTimer
from qgis.PyQt.QtGui import QImage, QPainter
from qgis.PyQt.QtSvg import QSvgRenderer
from qgis.PyQt.QtWidgets import QDockWidget
from qgis.utils import iface, plugins

CHECKOUT = Path(os.environ.get("CHECKOUT", os.getcwd()))
OUT = Path(os.environ.get("PICTURES", CHECKOUT / "docs"))
KEPT_DOCKS = {"Layers"}
WINDOW = (1120, 700)


def wait(milliseconds):
    """Let QGIS work."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def grab(widget, name):
    """Save a picture of a widget."""
    wait(1_500)
    save(widget.grab().toImage(), name)


def save(image, name):
    """Save a picture with 256 colours, which no eye tells from all."""
    path = OUT / f"{name}.png"
    image.convertToFormat(QImage.Format.Format_RGB888).save(str(path))
    with Image.open(path) as whole:
        small = whole.quantize(256, dither=Image.Dither.NONE)
    small.save(path, optimize=True)


def run(algorithm_id, parameters, *, picture=None):
    """Run an algorithm from its dialog, of which a picture may be taken."""
    from processing.gui.AlgorithmDialog import AlgorithmDialog

    algorithm = QgsApplication.processingRegistry().createAlgorithmById(algorithm_id)
    dialog = AlgorithmDialog(algorithm.create(), False, iface.mainWindow())
    dialog.setParameters(parameters)
    dialog.resize(900, 640)
    dialog.show()
    if picture:
        grab(dialog, picture)
    dialog.runAlgorithm()
    while not dialog.wasExecuted():
        wait(300)
    wait(2_000)
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
    wait(3_000)


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
            pictures(window)
            code = 0
        except Exception:  # nobody reads a window without a screen
            (OUT / "qgis_pictures.log").write_text(traceback.format_exc(), encoding="utf-8")
        os._exit(code)

    QTimer.singleShot(3_000, main)
