"""ssf:comparetraces: two maps of the same faults, compared window by window."""

from qgis.core import (
    QgsFeatureSink,
    QgsProcessing,
    QgsProcessingAlgorithm,
    QgsProcessingException,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterField,
    QgsWkbTypes,
)
from qgis.PyQt.QtGui import QIcon

from ssf_model.compare.comparing import compare_strips
from ssf_model.compare.counterpart import check_zones, count_left_out, counterpart_strips
from ssf_model.errors import InputError, SsfError
from ssf_model.tables.comparisons import (
    COMPARISON_FIELDS,
    SAME_EVERYWHERE,
    ComparisonSummary,
    comparison_values,
)
from ssf_model.tables.fields import STATEMENT

from ..door import PLUGIN_FOLDER
from ..ensemble import add_ensemble_parameters, ensemble_options, opened_models
from ..help import COMPARE_HELP
from ..layers import footprint_geometry, make_feature, output_fields
from ..parameters import (
    GUIDES,
    HELP_URL,
    PLANNING_SHARE,
    TRACES,
    add_map_parameters,
    add_slip_parameters,
    drawn_guides,
    lay_strips,
    map_problem,
    output_problem,
    read_map,
    tr,
    trace_source,
)
from ..styling import style_result

TRACES_B, ZONE_FIELD_B = "TRACES_B", "ZONE_FIELD_B"
WINDOWS = "WINDOWS"
MEAN_CHANGE, N_WINDOWS, N_COMPARED = "MEAN_CHANGE", "N_WINDOWS", "N_COMPARED"


class CompareTraces(QgsProcessingAlgorithm):
    """How kinematic efficiency changes from one map of the same faults to another."""

    def name(self):
        """Part of the id; never changes."""
        return "comparetraces"

    def displayName(self):
        """Name in the toolbox."""
        return tr("Compare kinematic efficiency of two fault maps")

    def group(self):
        """Heading in the toolbox."""
        return tr("Fault maps")

    def groupId(self):
        """Id of the heading."""
        return "faultmaps"

    def tags(self):
        """Words that find the algorithm."""
        return ["fault", "strike-slip", "what-if", "alternative", "difference", "linkage", "step"]

    def shortHelpString(self):
        """Help beside the dialog."""
        return COMPARE_HELP

    def helpUrl(self):
        """Where there is more."""
        return HELP_URL

    def icon(self):
        """The plugin's."""
        return QIcon(str(PLUGIN_FOLDER / "icon.svg"))

    def createInstance(self):
        """A fresh one for each run."""
        return CompareTraces()

    def initAlgorithm(self, configuration=None):
        """Declare parameters and outputs."""
        add_map_parameters(self, traces_label=tr("Map A: active strike-slip fault traces"))
        line = QgsProcessing.SourceType.TypeVectorLine
        self.addParameter(
            QgsProcessingParameterFeatureSource(
                TRACES_B, tr("Map B: the same faults, mapped otherwise"), [line]
            )
        )
        self.addParameter(
            QgsProcessingParameterField(
                ZONE_FIELD_B,
                tr("Field of map B with the same zones' names (none: the nearest traces' zone)"),
                parentLayerParameterName=TRACES_B,
                optional=True,
            )
        )
        add_ensemble_parameters(self)
        add_slip_parameters(self)
        polygon = QgsProcessing.SourceType.TypeVectorPolygon
        self.addParameter(
            QgsProcessingParameterFeatureSink(WINDOWS, tr("Windows with the change of KE"), polygon)
        )
        self.addOutput(QgsProcessingOutputNumber(MEAN_CHANGE, tr("Mean change of KE")))
        self.addOutput(QgsProcessingOutputNumber(N_WINDOWS, tr("Number of windows")))
        self.addOutput(QgsProcessingOutputNumber(N_COMPARED, tr("Windows with KE on both maps")))

    def checkParameterValues(self, parameters, context):
        """What can be refused without a run."""
        problem = self._problem(parameters, context)
        if problem is not None:
            return False, problem
        return super().checkParameterValues(parameters, context)

    def processAlgorithm(self, parameters, context, feedback):
        """Plan, compare, and only then write, so that an error leaves nothing behind."""
        source = trace_source(self, parameters, context)
        trace_source(self, parameters, context, key=TRACES_B)
        problem = self._problem(parameters, context)
        if problem is not None:
            raise QgsProcessingException(problem)
        try:
            windows = self._compared(parameters, context, feedback)
        except SsfError as error:
            raise QgsProcessingException(str(error)) from error
        if feedback.isCanceled():
            return {}
        results = self._write(windows, source.sourceCrs(), parameters, context)
        summary = ComparisonSummary()
        summary.add(windows)
        counts = summary.as_dict()
        feedback.pushInfo(
            tr(
                "{n_windows} windows, {n_compared} with KE on both maps; the maps differ in "
                "{n_redrawn}. In {n_agreed} all members see KE change to the same side."
            ).format(**counts)
        )
        if not counts["n_redrawn"]:
            feedback.pushWarning(tr(SAME_EVERYWHERE))
        feedback.pushInfo(tr(STATEMENT))
        results[MEAN_CHANGE] = counts["mean_ke_change"]
        results[N_WINDOWS], results[N_COMPARED] = counts["n_windows"], counts["n_compared"]
        return results

    def _problem(self, parameters, context):
        """Say what is wrong with the parameters; None if nothing."""
        keys = (TRACES, TRACES_B, GUIDES)
        problem = map_problem(self, parameters, context, keys=keys)
        problem = problem or output_problem(parameters, (WINDOWS,))
        if problem is not None:
            return problem
        try:
            ensemble_options(self, parameters, context)
        except InputError as error:
            return str(error)
        return None

    def _compared(self, parameters, context, feedback):
        """Both maps' windows; not all of them where the run was cancelled."""
        models, scale = opened_models(self, parameters, context, feedback)
        traces_a = read_map(self, parameters, context, feedback)
        traces_b = self._read_other(parameters, context, feedback)
        guides = drawn_guides(self, parameters, context, feedback)
        if feedback.isCanceled():
            return []
        check_zones(traces_a, traces_b, guides=guides)
        strips_a = lay_strips(
            self, parameters, context, feedback, traces=traces_a, guides=guides, scale=scale
        )
        if feedback.isCanceled():
            return []
        strips_b = counterpart_strips(
            strips_a, traces_a, traces_b, guides=guides, cancelled=feedback.isCanceled
        )
        if feedback.isCanceled():
            return []
        left_out = count_left_out(strips_b, traces_b)
        if left_out:
            message = tr("{count} of {total} lines of map B belong to no window of map A.")
            feedback.pushWarning(message.format(count=left_out, total=len(traces_b.lines)))
        comparisons = compare_strips(
            traces_a,
            strips_a,
            traces_b,
            strips_b,
            models,
            options=ensemble_options(self, parameters, context),
            cancelled=feedback.isCanceled,
        )
        windows = []
        for done, comparison in enumerate(comparisons, start=1):
            windows.extend(comparison.windows)
            feedback.setProgress(PLANNING_SHARE + (100 - PLANNING_SHARE) * done / len(strips_a))
        return windows

    def _read_other(self, parameters, context, feedback):
        """Map B, whose errors say so."""
        try:
            return read_map(
                self, parameters, context, feedback, key=TRACES_B, zone_key=ZONE_FIELD_B
            )
        except InputError as error:
            message = f"Map B: {error}"
            raise InputError(message) from error

    def _write(self, windows, crs, parameters, context):
        """Write the windows' polygons in the CRS of map A."""
        fields = output_fields(COMPARISON_FIELDS)
        sink, sink_id = self.parameterAsSink(
            parameters, WINDOWS, context, fields, QgsWkbTypes.Type.Polygon, crs
        )
        if sink is None:
            raise QgsProcessingException(self.invalidSinkError(parameters, WINDOWS))
        for window in windows:
            geometry = footprint_geometry(window.a.footprint, crs, context.transformContext())
            polygon = make_feature(fields, geometry, comparison_values(window))
            if not sink.addFeature(polygon, QgsFeatureSink.Flag.FastInsert):
                raise QgsProcessingException(self.writeFeatureError(sink, parameters, WINDOWS))
        style_result(context, sink_id, "comparison.qml")
        return {WINDOWS: sink_id}
