"""The processing provider `ssf`."""

from qgis.core import QgsProcessingProvider
from qgis.PyQt.QtGui import QIcon

from ssf_model import __version__

from .algorithms.check_traces import CheckTraces
from .algorithms.compare_traces import CompareTraces
from .algorithms.estimate_from_raster import EstimateFromRaster
from .algorithms.estimate_ke import EstimateKe
from .algorithms.explain_ke import ExplainKe
from .algorithms.join_ke import JoinKe
from .algorithms.make_windows import MakeWindows
from .algorithms.model_info import ModelInfo
from .algorithms.profile_plot import ProfilePlot
from .algorithms.rasterize_traces import RasterizeTraces
from .door import PLUGIN_FOLDER
from .language import tr

ALGORITHMS = (
    CheckTraces,
    CompareTraces,
    EstimateFromRaster,
    EstimateKe,
    ExplainKe,
    JoinKe,
    MakeWindows,
    ModelInfo,
    ProfilePlot,
    RasterizeTraces,
)


class SsfProvider(QgsProcessingProvider):
    """Lists the algorithms."""

    def id(self):
        """Part of every algorithm's id; never changes."""
        return "ssf"

    def name(self):
        """Heading in the toolbox."""
        return tr("Strike-slip faults (ssf)")

    def versionInfo(self):
        """Version of the plugin."""
        return __version__

    def icon(self):
        """Echelon faults."""
        return QIcon(str(PLUGIN_FOLDER / "icon.svg"))

    def loadAlgorithms(self):
        """Register a new instance of each."""
        for algorithm in ALGORITHMS:
            self.addAlgorithm(algorithm())
