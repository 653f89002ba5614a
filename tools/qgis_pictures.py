"""Take the pictures of docs/qgis.md in a real window of QGIS.

    xvfb-run -a -s "-screen 0 1400x900x24" qgis.bin --nologo --noversioncheck \
        --profiles-path EMPTY_FOLDER --code tools/qgis_pictures.py

`PICTURES` names the folder to write to (docs), `CHECKOUT` this checkout where it is not the
working folder, and `CALIFORNIA`, if given, a GeoJSON of the named California sections (public
domain, U.S. Geological Survey), of which two pictures are taken.
"""

import os
import sys

from qgis.core import (
    QgsApplication,
    QgsCoordinateTransform,
    QgsProcessing,
    QgsProject,
    QgsRectangle,
    QgsVectorLayer,
)
from qgis.PyQt.QtWidgets import QDockWidget, QLineEdit, QTextBrowser
from qgis.utils import iface, plugins

sys.path.insert(0, os.environ.get("CHECKOUT", os.getcwd()))
from tools.qgis_window import CHECKOUT, draw_plot, grab, layer_named, run, show, take, wait

TEMPORARY = QgsProcessing.TEMPORARY_OUTPUT


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
    grab(dialog, "qgis_batch")
    dialog.close()


def help_panel():
    """A picture of the help beside a dialog, where its two pictures are."""
    from processing.gui.AlgorithmDialog import AlgorithmDialog

    algorithm = QgsApplication.processingRegistry().createAlgorithmById("ssf:estimateke")
    dialog = AlgorithmDialog(algorithm.create(), False, iface.mainWindow())
    dialog.resize(900, 760)
    dialog.show()
    wait(1_500)
    panel = dialog.findChild(QTextBrowser)
    panel.verticalScrollBar().setValue(430)
    grab(panel, "qgis_help")
    dialog.close()


def toolbox():
    """A picture of the toolbox, searched for a word of the trade."""
    dock = iface.mainWindow().findChild(QDockWidget, "ProcessingToolbox")
    dock.setVisible(True)
    dock.setFloating(True)
    dock.resize(520, 400)
    dock.findChild(QLineEdit).setText("rupture")
    grab(dock, "qgis_toolbox")
    dock.setFloating(False)
    dock.setVisible(False)


def pictures(window):
    """Take all of them."""
    plugins["qgis_ssf_plugin"].menu.load_sample()
    sample = iface.activeLayer()
    toolbox()
    help_panel()
    batch(sample)
    run("ssf:makewindows", {"TRACES": sample, "ZONE_FIELD": "zone_name"})
    show()
    grab(window, "qgis_windows")
    only_sample(sample)
    run("ssf:estimateke", {"TRACES": sample, "ZONE_FIELD": "zone_name"}, picture="qgis_dialog")
    show()
    grab(window, "qgis_result")
    profile()
    QgsProject.instance().clear()
    steps = QgsVectorLayer(str(CHECKOUT / "examples" / "steps.geojson"), "steps", "ogr")
    QgsProject.instance().addMapLayer(steps)
    run("ssf:checktraces", {"TRACES": steps})
    show()
    grab(window, "qgis_check")
    if os.environ.get("CALIFORNIA"):
        california(window)


def profile():
    """The first plot of ssf:profileplot of the sample's windows."""
    import processing

    windows = layer_named("Windows")
    plots = processing.run(
        "ssf:profileplot", {"WINDOWS": windows, "SHOW_ZONES": "linking", "PLOT": TEMPORARY}
    )
    draw_plot(plots["PLOT"], "qgis_profile")


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
    grab(window, "qgis_ribbon")
    shown = iface.mapCanvas().mapSettings().destinationCrs()
    there = QgsCoordinateTransform(layer.crs(), shown, QgsProject.instance())
    show(there.transformBoundingBox(QgsRectangle(-117.2, 33.9, -116.0, 34.8)), 700_000)
    grab(window, "qgis_region")


take(pictures)
