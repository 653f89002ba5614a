"""Take the pictures of docs/tutorial.md in a real window of QGIS, as tools/qgis_pictures.py does.

xvfb-run -a qgis.bin --nologo --profiles-path EMPTY_FOLDER --code tools/tutorial_pictures.py
"""

import os
import shutil
import sys
import tempfile
from pathlib import Path

import processing
from osgeo import gdal
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsProcessing,
    QgsProject,
    QgsRasterLayer,
    QgsRectangle,
    QgsSettings,
    QgsVectorLayer,
)
from qgis.gui import QgsProjectionSelectionWidget
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QTimer
from qgis.PyQt.QtWidgets import (
    QAction,
    QApplication,
    QCheckBox,
    QComboBox,
    QDialogButtonBox,
    QDockWidget,
    QFileDialog,
    QLineEdit,
    QMainWindow,
    QWidget,
)
from qgis.utils import iface

sys.path.insert(0, os.environ.get("CHECKOUT", os.getcwd()))
from tools.qgis_window import CHECKOUT, draw_plot, grab, layer_named, run, show, take, wait

TUTORIAL = CHECKOUT / "examples" / "tutorial"
TEMPORARY = QgsProcessing.TEMPORARY_OUTPUT
CRS = "EPSG:32611"
STEP_AND_GAP = QgsRectangle(510_500, 3_840_500, 522_500, 3_848_000)


def pictures(window):
    """Take all of them."""
    with tempfile.TemporaryDirectory() as folder:
        georeferencer()
        scan = placed_scan(Path(folder) / "scan.tif")
        QgsProject.instance().addMapLayer(scan)
        drawn = lines("digitized")
        iface.setActiveLayer(drawn)
        QgsSettings().setValue("qgis/digitizing/marker_only_for_selected", False)
        drawn.startEditing()
        iface.actionVertexTool().trigger()
        wait(2_000)
        window.findChild(QDockWidget, "VertexEditor").setVisible(False)
        show(STEP_AND_GAP)
        grab(window, "tutorial_digitizing")
        drawn.rollBack()
        iface.actionPan().trigger()
        run("ssf:checktraces", {"TRACES": drawn, "ZONE_FIELD": "zone"})
        show(STEP_AND_GAP)
        grab(window, "tutorial_check")
        keep_only(scan)
        mended = lines("mended")
        run("ssf:estimateke", {"TRACES": mended, "ZONE_FIELD": "zone"}, picture="tutorial_dialog")
        show()
        grab(window, "tutorial_result")
        plots = processing.run(
            "ssf:profileplot", {"WINDOWS": layer_named("Windows"), "PLOT": TEMPORARY}
        )
        draw_plot(plots["PLOT"], "tutorial_profile")
        keep_only(scan)
        before, after = lines("digitized"), lines("mended")
        maps = {"TRACES": before, "ZONE_FIELD": "zone", "TRACES_B": after, "ZONE_FIELD_B": "zone"}
        run("ssf:comparetraces", maps)
        show()
        grab(window, "tutorial_compare")


def georeferencer():
    """The scan and its four points in the georeferencer, and the settings of the transformation."""
    iface.mainWindow().findChild(QAction, "mActionShowGeoreferencer").trigger()
    wait(1_000)
    (window,) = [
        one
        for one in QApplication.topLevelWidgets()
        if isinstance(one, QMainWindow) and one.windowTitle().startswith("Georeferencer")
    ]
    window.resize(1000, 700)
    QTimer.singleShot(1_500, lambda: name_file(TUTORIAL / "scan.png"))
    window.findChild(QAction, "mActionOpenRaster").trigger()
    wait(2_500)
    QTimer.singleShot(1_500, settings)
    window.findChild(QAction, "mActionTransformSettings").trigger()
    wait(500)
    window.findChild(QAction, "mActionZoomToLayer").trigger()
    window.statusBar().clearMessage()
    grab(window, "tutorial_georeferencer")
    window.close()


def name_file(path):
    """Give the dialog that is open a file."""
    dialog = QApplication.activeModalWidget()
    if isinstance(dialog, QFileDialog):
        dialog.findChild(QLineEdit, "fileNameEdit").setText(str(path))
        dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Open).click()


def settings():
    """Set the transformation as the tutorial tells it, and take a picture."""
    dialog = QApplication.activeModalWidget()
    for box in dialog.findChildren(QComboBox):
        for wanted in ("Polynomial 1", "Linear"):
            if box.findText(wanted) > 0:
                box.setCurrentIndex(box.findText(wanted))
                break
    for widget in dialog.findChildren(QWidget):
        if widget.metaObject().className() == "QgsProjectionSelectionWidget":
            chosen = QgsCoordinateReferenceSystem(CRS)
            sip.cast(widget, QgsProjectionSelectionWidget).setCrs(chosen)
    for line in dialog.findChildren(QLineEdit):
        if line.text().endswith(".tif"):
            line.setText(str(Path(tempfile.gettempdir()) / "scan.tif"))
    for box in dialog.findChildren(QCheckBox):
        if box.text() == "Load in QGIS when done":
            box.setChecked(True)
    dialog.resize(540, dialog.height())  # where the system's whole name is to be read
    grab(dialog, "tutorial_settings")
    dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Ok).click()


def placed_scan(path):
    """The georeferenced scan as a layer, by the same points and transformation."""
    points = []
    for row in (TUTORIAL / "scan.png.points").read_text(encoding="utf-8").splitlines()[1:]:
        east, north, column, height = map(float, row.split(",")[:4])
        points.append(gdal.GCP(east, north, 0, column, -height))
    source = gdal.Translate(
        "", str(TUTORIAL / "scan.png"), format="MEM", GCPs=points, rgbExpand="rgb"
    )
    gdal.Warp(str(path), source, dstSRS=CRS, polynomialOrder=1, dstAlpha=True)
    return QgsRasterLayer(str(path), "scan")


def lines(name):
    """A layer of the tutorial's traces, added to the map: a copy, since QGIS writes as it reads."""
    copy = shutil.copy(TUTORIAL / f"{name}.gpkg", tempfile.mkdtemp())
    layer = QgsVectorLayer(f"{copy}|layername=faults", f"{name} faults", "ogr")
    QgsProject.instance().addMapLayer(layer)
    layer.renderer().symbol().setColor(layer.renderer().symbol().color().fromRgb(200, 30, 30))
    layer.renderer().symbol().setWidth(0.5)
    iface.layerTreeView().refreshLayerSymbology(layer.id())
    return layer


def keep_only(layer):
    """Drop all other layers and groups."""
    root = QgsProject.instance().layerTreeRoot()
    others = [one for one in QgsProject.instance().mapLayers() if one != layer.id()]
    QgsProject.instance().removeMapLayers(others)
    root.removeChildrenGroupWithoutLayers()


take(pictures)
