"""What QGIS loads: it only adds the processing provider."""

from qgis.core import Qgis, QgsApplication, QgsMessageLog


class SsfPlugin:
    """The plugin in QGIS's main window, and in qgis_process, which has no window."""

    def __init__(self, iface):
        self._iface = iface
        self._provider = None

    def initProcessing(self):
        """Register the algorithms; qgis_process calls this alone."""
        try:
            from .door import load

            load()  # before anything that imports ssf_model by its name
            from .provider import SsfProvider
        except ImportError as error:
            self._complain(f"The ssf plugin cannot start: {error}")
            return
        self._provider = SsfProvider()
        QgsApplication.processingRegistry().addProvider(self._provider)

    def initGui(self):
        """Register the algorithms in the main window."""
        self.initProcessing()

    def unload(self):
        """Take the algorithms away again."""
        if self._provider is None:
            return
        QgsApplication.processingRegistry().removeProvider(self._provider)
        self._provider = None
        from .door import forget

        forget()

    def _complain(self, message):
        """Say what is wrong where the user looks: the log, and the message bar if there is one."""
        QgsMessageLog.logMessage(message, "ssf", Qgis.MessageLevel.Critical)
        if self._iface is not None:
            self._iface.messageBar().pushMessage("ssf", message, Qgis.MessageLevel.Critical, 0)
