"""The plugin's menu: the sample map, an example model, the style of results, the help."""

import shutil
from pathlib import Path

from qgis.core import Qgis, QgsApplication, QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import QUrl
from qgis.PyQt.QtGui import QDesktopServices, QIcon
from qgis.PyQt.QtWidgets import QAction, QDialog, QTextBrowser, QVBoxLayout

from .addresses import help_url
from .door import PLUGIN_FOLDER
from .language import tr

MENU = "ssf"
SAMPLE = "sample_faults.gpkg"
# In the zip the sample lies in the plugin's folder, in a checkout among the examples.
SAMPLE_PLACES = (PLUGIN_FOLDER / SAMPLE, PLUGIN_FOLDER.parent / "examples" / SAMPLE)
MODEL = PLUGIN_FOLDER / "models" / "check_estimate_plot.model3"  # by tools/make_example_model.py


class Menu:
    """Actions in *Plugins > ssf* of QGIS's window."""

    def __init__(self, iface):
        self._iface = iface
        self._actions = []
        self._dialog = None

    def show(self):
        """Add the actions."""
        icon = QIcon(str(PLUGIN_FOLDER / "icon.svg"))
        for text, run in (
            (tr("Load the sample map"), self.load_sample),
            (tr("Add the example model to the toolbox"), self.add_model),
            (tr("Apply ssf style to the selected layers"), self.apply_style),
            (tr("About the model"), self.show_model),
            (tr("Help"), self.open_help),
        ):
            action = QAction(icon, text, self._iface.mainWindow())
            action.triggered.connect(lambda checked=False, run=run: run())
            self._iface.addPluginToMenu(MENU, action)
            self._actions.append(action)

    def remove(self):
        """Take the actions away again."""
        for action in self._actions:
            self._iface.removePluginMenu(MENU, action)
        self._actions = []

    def load_sample(self):
        """Load a copy of the sample map, so that the plugin's own stays as it is."""
        folder = Path(QgsApplication.qgisSettingsDirPath()) / "ssf"
        source = next((place for place in SAMPLE_PLACES if place.is_file()), None)
        if source is None:
            self._tell(tr("The sample map is not there. Install the plugin again."), bad=True)
            return
        copy = folder / SAMPLE
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if not copy.exists():
                shutil.copyfile(source, copy)
        except OSError as error:
            self._tell(str(error), bad=True)
            return
        layer = QgsVectorLayer(f"{copy}|layername=faults", tr("Sample faults (made up)"), "ogr")
        if QgsProject.instance().addMapLayer(layer) is None:
            self._tell(tr("The sample map cannot be opened: {path}").format(path=copy), bad=True)
            return
        self._tell(tr("Zone field of the sample: zone_name. Try ssf in the Processing toolbox."))

    def add_model(self):
        """Put a copy of the example model among the user's own, where it can be edited."""
        from processing.modeler.ModelerUtils import ModelerUtils

        copy = Path(ModelerUtils.modelsFolders()[0]) / MODEL.name
        try:
            if not copy.exists():  # it may be changed by now
                shutil.copyfile(MODEL, copy)
        except OSError as error:
            self._tell(str(error), bad=True)
            return
        provider = QgsApplication.processingRegistry().providerById("model")
        if provider is not None:
            provider.refreshAlgorithms()
        self._tell(
            tr("In the Processing toolbox, under Models, Examples: {path}").format(path=copy)
        )

    def apply_style(self):
        """Dress the selected layers as results of ssf, those that are such."""
        from .looks.dressing import dress, look_of

        dressed = 0
        for layer in self._iface.layerTreeView().selectedLayers():
            look = look_of(layer) if isinstance(layer, QgsVectorLayer) else None
            if look is not None:
                dress(layer, look)
                layer.triggerRepaint()
                layer.emitStyleChanged()
                dressed += 1
        if dressed:
            self._tell(tr("Layers with the style of ssf: {count}.").format(count=dressed))
        else:
            self._tell(tr("Select layers that ssf made: their columns tell the style."), bad=True)

    def show_model(self):
        """Show what the shipped model says of itself."""
        from ssf_model.estimate.ensemble import open_models
        from ssf_model.report.model_page import model_page

        models, _ = open_models([], pixel_size_m=None)
        browser = QTextBrowser()
        browser.setOpenExternalLinks(True)
        browser.setHtml(
            "".join(model_page([one.card for one in models], [one.engine for one in models]))
        )
        self._dialog = QDialog(self._iface.mainWindow())
        self._dialog.setWindowTitle(tr("The model of ssf"))
        self._dialog.resize(900, 700)
        QVBoxLayout(self._dialog).addWidget(browser)
        self._dialog.show()

    def open_help(self):
        """Open the help in the browser."""
        QDesktopServices.openUrl(QUrl(help_url()))

    def _tell(self, message, *, bad=False):
        """Say something in the bar above the map."""
        level = Qgis.MessageLevel.Warning if bad else Qgis.MessageLevel.Info
        self._iface.messageBar().pushMessage("ssf", message, level, 8)
