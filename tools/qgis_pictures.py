"""Take the pictures of docs/qgis.md in a real window of QGIS.

    xvfb-run -a -s "-screen 0 1400x900x24" qgis.bin --nologo --noversioncheck \
        --profiles-path EMPTY_FOLDER --code tools/qgis_pictures.py

`PICTURES` names the folder to write to (docs), `CHECKOUT` this checkout where it is not the
working folder, and `CALIFORNIA`, if given, a GeoJSON of the named California sections (public
domain, U.S. Geological Survey), of which two pictures are taken.
"""

import os
import sys
import traceback
from pathlib import Path

from qgis.core import (
    QgsApplication,
    QgsCoordinateTransform,
    QgsProcessing,
    QgsProject,
    QgsRectangle,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QEventLoop, QTimer
from qgis.PyQt.QtGui import QImage, QPainter
from qgis.PyQt.QtSvg import QSvgRenderer
from qgis.PyQt.QtWidgets import QDockWidget, QLineEdit
from qgis.utils import iface, plugins

CHECKOUT = Path(os.environ.get("CHECKOUT", os.getcwd()))
OUT = Path(os.environ.get("PICTURES", CHECKOUT / "docs"))
KEPT_DOCKS = {"Layers"}
WINDOW = (1120, 700)
TEMPORARY = QgsProcessing.TEMPORARY_OUTPUT


def wait(milliseconds):
    """Let QGIS work."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def grab(widget, name):
    """Save a picture of a widget."""
    wait(1_500)
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    image.save(str(OUT / f"qgis_{name}.png"), "PNG", 0)  # 0: as small as it gets


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


def batch(layer):
    """A picture of a batch of three rows."""
    from processing.gui.BatchAlgorithmDialog import BatchAlgorithmDialog
    from processing.tools.dataobjects import createContext

    algorithm = QgsApplication.processingRegistry().createAlgorithmById("ssf:estimateke")
    dialog = BatchAlgorithmDialog(algorithm.create(), iface.mainWindow())
    panel = dialog.mainWidget()
    for _ in range(2):
        panel.addRow()
    context = createContext()
    for row, zones in enumerate(("zone_name", "", "zone_name")):
        panel.wrappers[row][0].setParameterValue(layer, context)
        panel.wrappers[row][1].setParameterValue(zones, context)
    dialog.resize(1_000, 420)
    dialog.show()
    grab(dialog, "batch")
    dialog.close()


def toolbox():
    """A picture of the toolbox, searched for a word of the trade."""
    dock = iface.mainWindow().findChild(QDockWidget, "ProcessingToolbox")
    dock.setVisible(True)
    dock.setFloating(True)
    dock.resize(520, 400)
    dock.findChild(QLineEdit).setText("rupture")
    grab(dock, "toolbox")
    dock.setFloating(False)
    dock.setVisible(False)


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


def pictures():
    """Take all of them."""
    window = iface.mainWindow()
    window.resize(*WINDOW)
    for dock in window.findChildren(QDockWidget):
        dock.setVisible(dock.objectName() in KEPT_DOCKS)
    plugins["qgis_ssf_plugin"].menu.load_sample()
    sample = iface.activeLayer()
    toolbox()
    batch(sample)
    run("ssf:makewindows", {"TRACES": sample, "ZONE_FIELD": "zone_name"})
    show()
    grab(window, "windows")
    only_sample(sample)
    run("ssf:estimateke", {"TRACES": sample, "ZONE_FIELD": "zone_name"}, picture="dialog")
    show()
    grab(window, "result")
    profile()
    QgsProject.instance().clear()
    steps = QgsVectorLayer(str(CHECKOUT / "examples" / "steps.geojson"), "steps", "ogr")
    QgsProject.instance().addMapLayer(steps)
    run("ssf:checktraces", {"TRACES": steps})
    show()
    grab(window, "check")
    if os.environ.get("CALIFORNIA"):
        california(window)


def profile():
    """The first plot of ssf:profileplot of the sample's windows, as a browser shows it."""
    import processing

    (windows,) = [
        layer
        for layer in QgsProject.instance().mapLayers().values()
        if layer.name().startswith("Windows")
    ]
    plots = processing.run(
        "ssf:profileplot", {"WINDOWS": windows, "SHOW_ZONES": "linking", "PLOT": TEMPORARY}
    )
    page = Path(plots["PLOT"]).read_text(encoding="utf-8")
    svg = page[page.index("<svg") : page.index("</svg>") + 6]
    renderer = QSvgRenderer(svg.encode("utf-8"))
    image = QImage(renderer.defaultSize() * 1.4, QImage.Format.Format_RGB32)
    image.fill(0xFFFFFFFF)
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    image.save(str(OUT / "qgis_profile.png"))


def only_sample(sample):
    """Drop the groups of earlier runs."""
    root = QgsProject.instance().layerTreeRoot()
    for node in root.children():
        if node.name() != sample.name():
            QgsProject.instance().removeMapLayers([leaf.layerId() for leaf in node.findLayers()])
            root.removeChildNode(node)


def california(window):
    """Two scales of a map of a region: the ribbon from afar, windows near by."""
    QgsProject.instance().clear()
    layer = QgsVectorLayer(os.environ["CALIFORNIA"], "California sections", "ogr")
    QgsProject.instance().addMapLayer(layer)
    run("ssf:estimateke", {"TRACES": layer, "ZONE_FIELD": "FaultName", "RIBBON": TEMPORARY})
    show()
    grab(window, "ribbon")
    shown = iface.mapCanvas().mapSettings().destinationCrs()
    there = QgsCoordinateTransform(layer.crs(), shown, QgsProject.instance())
    show(there.transformBoundingBox(QgsRectangle(-117.2, 33.9, -116.0, 34.8)), 700_000)
    grab(window, "region")


def main():
    """Start the plugin of this checkout, and end QGIS at last."""
    code = 1
    try:
        sys.path.insert(0, str(CHECKOUT))
        from qgis_ssf_plugin import classFactory

        plugin = classFactory(iface)
        plugin.initGui()
        plugins["qgis_ssf_plugin"] = plugin
        pictures()
        code = 0
    except Exception:  # nobody reads a window without a screen
        (OUT / "qgis_pictures.log").write_text(traceback.format_exc(), encoding="utf-8")
    os._exit(code)


QTimer.singleShot(3_000, main)
