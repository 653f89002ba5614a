"""ssf:profileplot: KE and OFD along strike out of a layer of windows, for the Results Viewer."""

from pathlib import Path

from qgis.core import (
    QgsProcessing,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterString,
)
from qgis.PyQt.QtCore import QT_TRANSLATE_NOOP

from ..documents import SHOW_ZONES, check_page, html_files, shown_zones
from ..language import tr
from ..parameters import check_places, trace_source
from .base import FaultMapAlgorithm

WINDOWS, PLOT, N_ZONES = "WINDOWS", "PLOT", "N_ZONES"


class ProfilePlot(FaultMapAlgorithm):
    """A profile of each fault zone."""

    NAME = "profileplot"
    TITLE = QT_TRANSLATE_NOOP("ssf", "Plot kinematic efficiency along strike")
    TAGS = ("plot", "profile", "chart", "graph", "along strike", "figure")
    GROUP = QT_TRANSLATE_NOOP("ssf", "Results")
    GROUP_ID = "results"
    MAPS = ()
    NAMED_AFTER = WINDOWS

    def initAlgorithm(self, configuration=None):
        """Declare parameters and outputs."""
        self.addParameter(
            QgsProcessingParameterFeatureSource(
                WINDOWS, tr("Windows with KE"), [QgsProcessing.SourceType.TypeVectorPolygon]
            )
        )
        self.addParameter(
            QgsProcessingParameterString(
                SHOW_ZONES,
                tr("Zones to plot, semicolons between their names (none: the longest)"),
                optional=True,
            )
        )
        self.addParameter(
            QgsProcessingParameterFileDestination(
                PLOT, tr("Profiles of KE and OFD"), fileFilter=html_files()
            )
        )
        self.addOutput(QgsProcessingOutputNumber(N_ZONES, tr("Number of zones plotted")))

    def check(self, parameters, context):
        """Refuse what needs no run to be refused."""
        super().check(parameters, context)
        check_page(self, parameters, PLOT)
        check_places(self, parameters, context, keys=(WINDOWS,))

    def results(self, parameters, context, feedback):
        """Read the windows and draw."""
        from ssf_model.report.plot_page import plot_page, zones_to_plot
        from ssf_model.whole_files import write_text

        from ..windows_back import read_windows

        source = trace_source(self, parameters, context, key=WINDOWS)
        windows = read_windows(source, context.transformContext(), cancelled=feedback.isCanceled)
        if feedback.isCanceled():
            return {}
        zones = zones_to_plot(windows, shown_zones(self, parameters, context))
        path = self.parameterAsFileOutput(parameters, PLOT, context)
        write_text(Path(path), plot_page(source.sourceName(), zones), overwrite=True)
        return {PLOT: path, N_ZONES: len(zones)}
