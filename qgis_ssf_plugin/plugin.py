"""What QGIS loads: it adds the processing provider, and a menu where there is a window."""

from qgis.core import Qgis, QgsApplication, QgsMessageLog
from qgis.PyQt.QtCore import QCoreApplication


class SsfPlugin:
    """The plugin in QGIS's main window, and in qgis_process, which has no window."""

    def __init__(self, iface):
        self._iface = iface
        self._provider = None
        self._translator = None
        self.menu = None

    def initProcessing(self):
        """Register the algorithms; qgis_process calls this alone."""
        try:
            from .door import load

            load()  # before anything that imports ssf_model by its name
            from .language import make_translator

            self._translator = make_translator()
            if self._translator is not None:
                QCoreApplication.installTranslator(self._translator)
            from .provider import SsfProvider
        except ImportError as error:
            self._complain(f"The ssf plugin cannot start: {error}")
            return
        self._provider = SsfProvider()
        QgsApplication.processingRegistry().addProvider(self._provider)

    def initGui(self):
        """Register the algorithms in the main window, and add the menu."""
        self.initProcessing()
        if self._provider is not None and self._iface is not None:
            from .menu import Menu

            self.menu = Menu(self._iface)
            self.menu.show()

    def unload(self):
        """Take the menu and the algorithms away again."""
        if self.menu is not None:
            self.menu.remove()
            self.menu = None
        if self._provider is None:
            return
        QgsApplication.processingRegistry().removeProvider(self._provider)
        self._provider = None
        if self._translator is not None:
            QCoreApplication.removeTranslator(self._translator)
            self._translator = None
        from .door import forget

        forget()

    def _complain(self, message):
        """Say what is wrong where the user looks: the log, and the message bar if there is one."""
        QgsMessageLog.logMessage(message, "ssf", Qgis.MessageLevel.Critical)
        if self._iface is not None:
            self._iface.messageBar().pushMessage("ssf", message, Qgis.MessageLevel.Critical, 0)
