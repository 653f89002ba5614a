"""Take the pictures of docs/qgis.md in a real window of QGIS.

    xvfb-run -a -s "-screen 0 1600x1000x24" qgis.bin --nologo --noversioncheck \
        --profiles-path EMPTY_FOLDER --code tools/qgis_pictures.py

`PICTURES` names the folder to write to (docs), `PREFIX` what the files' names begin with (qgis_),
and `CHECKOUT` this checkout where it is not the working folder. Of two maps, where they are given,
pictures are taken at two scales: `CALIFORNIA`, a GeoJSON of the named California sections (public
domain, U.S. Geological Survey), and `RUPTURE`, one of the surface rupture of the Hector Mine
earthquake.
"""

import os
import sys

from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsProcessing,
    QgsProject,
    QgsRectangle,
)
from qgis.PyQt.QtWidgets import QDockWidget, QLineEdit, QTextBrowser
from qgis.utils import iface, plugins

sys.path.insert(0, os.environ.get("CHECKOUT", os.getcwd()))
from tools.qgis_window import (
    CHECKOUT,
    darken,
    draw_plot,
    expand,
    grab,
    layer_named,
    load,
    run,
    show,
    take,
    wait,
)

PREFIX = os.environ.get("PREFIX", "qgis_")
TEMPORARY = QgsProcessing.TEMPORARY_OUTPUT
RIBBON_FROM = 750_000  # the scale at which the ribbon hides itself
# In degrees: the eastern California shear zone, and a bend of the rupture of 1999.
NEAR_BY = QgsRectangle(-117.2, 33.9, -116.0, 34.8)
BEND = QgsRectangle(-116.36, 34.50, -116.22, 34.62)


def batch(maps):
    """A picture of a batch of a row for each layer and zone field."""
    from processing.gui.BatchAlgorithmDialog import BatchAlgorithmDialog
    from processing.tools.dataobjects import createContext

    algorithm = QgsApplication.processingRegistry().createAlgorithmById("ssf:estimateke")
    dialog = BatchAlgorithmDialog(algorithm.create(), iface.mainWindow())
    panel = dialog.mainWidget()
    for _ in maps[1:]:
        panel.addRow()
    context = createContext()
    for row, (layer, zones) in enumerate(maps):
        panel.wrappers[row][0].setParameterValue(layer, context)
        panel.wrappers[row][1].setParameterValue(zones, context)
    dialog.show()
    dialog.resize(1_200, 380)
    panel.tblParameters.setColumnWidth(0, 400)
    grab(dialog, f"{PREFIX}batch")
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
    grab(panel, f"{PREFIX}help")
    dialog.close()


def toolbox():
    """A picture of the toolbox, searched for a word of the trade."""
    dock = iface.mainWindow().findChild(QDockWidget, "ProcessingToolbox")
    dock.setVisible(True)
    dock.setFloating(True)
    dock.resize(640, 400)
    dock.findChild(QLineEdit).setText("rupture")
    grab(dock, f"{PREFIX}toolbox")
    dock.setFloating(False)
    dock.setVisible(False)


def pictures(window):
    """Take all of them."""
    toolbox()
    help_panel()
    steps = load(CHECKOUT / "examples" / "steps.geojson", "steps")
    plugins["qgis_ssf_plugin"].menu.load_sample()
    sample = darken(iface.activeLayer())
    batch([(sample, "zone_name"), (sample, ""), (steps, "")])
    QgsProject.instance().removeMapLayer(steps.id())
    run("ssf:makewindows", {"TRACES": sample, "ZONE_FIELD": "zone_name"})
    picture_of(window, "windows", "Traces")
    only_sample(sample)
    dialog = f"{PREFIX}dialog"
    run("ssf:estimateke", {"TRACES": sample, "ZONE_FIELD": "zone_name"}, picture=dialog)
    picture_of(window, "result", "Windows")
    profile()
    QgsProject.instance().clear()
    run("ssf:checktraces", {"TRACES": load(CHECKOUT / "examples" / "steps.geojson", "steps")})
    picture_of(window, "check", "Places", "Flags")
    for variable, title, zone_field, names, extent in (
        ("CALIFORNIA", "California sections", "FaultName", ("ribbon", "region"), NEAR_BY),
        ("RUPTURE", "Hector Mine 1999", None, ("rupture", "rupture_near"), BEND),
    ):
        if os.environ.get(variable):
            QgsProject.instance().clear()
            layer = load(os.environ[variable], title)
            run("ssf:estimateke", {"TRACES": layer, "ZONE_FIELD": zone_field, "RIBBON": TEMPORARY})
            two_scales(window, names, extent)


def picture_of(window, name, *legends):
    """A picture of the window with the whole map and the legends of some layers."""
    show()
    expand(*legends)
    grab(window, f"{PREFIX}{name}")


def profile():
    """The first plot of ssf:profileplot of the sample's windows."""
    import processing

    windows = layer_named("Windows")
    plots = processing.run(
        "ssf:profileplot", {"WINDOWS": windows, "SHOW_ZONES": "linking", "PLOT": TEMPORARY}
    )
    draw_plot(plots["PLOT"], f"{PREFIX}profile")


def only_sample(sample):
    """Drop the groups of earlier runs."""
    root = QgsProject.instance().layerTreeRoot()
    for node in root.children():
        if node.name() != sample.name():
            QgsProject.instance().removeMapLayers([leaf.layerId() for leaf in node.findLayers()])
            root.removeChildNode(node)


def two_scales(window, names, extent):
    """A map from afar, where the ribbon tells KE if it is a large one, and from near by."""
    show()
    large = iface.mapCanvas().scale() > RIBBON_FROM
    picture_of(window, names[0], "Ribbon" if large else "Windows")
    degrees = QgsCoordinateReferenceSystem("EPSG:4326")
    shown = iface.mapCanvas().mapSettings().destinationCrs()
    there = QgsCoordinateTransform(degrees, shown, QgsProject.instance())
    show(there.transformBoundingBox(extent))
    expand("Windows")
    grab(window, f"{PREFIX}{names[1]}")


take(pictures)
