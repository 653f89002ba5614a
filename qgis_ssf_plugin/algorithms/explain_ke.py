"""ssf:explainke: what each part of a fault map does to kinematic efficiency."""

from qgis.core import (
    QgsFeatureSink,
    QgsProcessing,
    QgsProcessingAlgorithm,
    QgsProcessingException,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterNumber,
    QgsWkbTypes,
)
from qgis.PyQt.QtGui import QIcon

from ssf_model.errors import InputError, SsfError
from ssf_model.estimate.estimating import estimate_strips
from ssf_model.explain.explaining import explain_strips
from ssf_model.explain.stretches import STRETCH_M
from ssf_model.tables.explanations import (
    COLUMN_FIELDS,
    CONTRIBUTION_FIELDS,
    STRETCH_FIELDS,
    column_rows,
    contribution_rows,
    stretch_rows,
    window_losses,
)
from ssf_model.tables.fields import STATEMENT

from ..door import PLUGIN_FOLDER
from ..ensemble import add_ensemble_parameters, ensemble_options, opened_models
from ..help import EXPLAIN_HELP
from ..layers import footprint_geometry, line_geometry, make_feature, output_fields
from ..parameters import (
    HELP_URL,
    PLANNING_SHARE,
    add_map_parameters,
    add_slip_parameters,
    map_problem,
    output_problem,
    planned_strips,
    tr,
    trace_source,
)
from ..styling import style_result

CONTRIBUTIONS, COLUMNS, STRETCHES = "CONTRIBUTIONS", "COLUMNS", "STRETCHES"
STRETCH = "STRETCH"
N_WINDOWS, MOST_LOST = "N_WINDOWS", "MOST_LOST"
SHOWN = 5  # windows named in the log

# Output, its fields, what makes its shapes, their kind, its style.
LAYERS = {
    CONTRIBUTIONS: (
        CONTRIBUTION_FIELDS,
        footprint_geometry,
        QgsWkbTypes.Type.Polygon,
        "contributions.qml",
    ),
    COLUMNS: (COLUMN_FIELDS, footprint_geometry, QgsWkbTypes.Type.Polygon, "columns.qml"),
    STRETCHES: (STRETCH_FIELDS, line_geometry, QgsWkbTypes.Type.MultiLineString, "stretches.qml"),
}


class ExplainKe(QgsProcessingAlgorithm):
    """Which step, gap or strand the KE of each window comes from."""

    def name(self):
        """Part of the id; never changes."""
        return "explainke"

    def displayName(self):
        """Name in the toolbox."""
        return tr("Explain kinematic efficiency: what each step, gap and strand does")

    def group(self):
        """Heading in the toolbox."""
        return tr("Fault maps")

    def groupId(self):
        """Id of the heading."""
        return "faultmaps"

    def tags(self):
        """Words that find the algorithm."""
        return ["fault", "strike-slip", "attribution", "step-over", "gap", "sensitivity", "why"]

    def shortHelpString(self):
        """Help beside the dialog."""
        return EXPLAIN_HELP

    def helpUrl(self):
        """Where there is more."""
        return HELP_URL

    def icon(self):
        """The plugin's."""
        return QIcon(str(PLUGIN_FOLDER / "icon.svg"))

    def createInstance(self):
        """A fresh one for each run."""
        return ExplainKe()

    def initAlgorithm(self, configuration=None):
        """Declare parameters and outputs."""
        add_map_parameters(self)
        self.addParameter(
            QgsProcessingParameterNumber(
                STRETCH,
                tr("Length of the stretches of trace that are taken away, metres"),
                QgsProcessingParameterNumber.Type.Double,
                defaultValue=STRETCH_M,
                minValue=0.001,
            )
        )
        add_ensemble_parameters(self)
        add_slip_parameters(self)
        polygons = QgsProcessing.SourceType.TypeVectorPolygon
        lines = QgsProcessing.SourceType.TypeVectorLine
        for key, help_text, kind in (
            (CONTRIBUTIONS, tr("Contributions of cells to KE"), polygons),
            (COLUMNS, tr("KE lost, column by column"), polygons),
            (STRETCHES, tr("KE without each stretch of trace"), lines),
        ):
            self.addParameter(
                QgsProcessingParameterFeatureSink(key, help_text, kind, optional=True)
            )
        self.addOutput(QgsProcessingOutputNumber(N_WINDOWS, tr("Number of windows with KE")))
        self.addOutput(
            QgsProcessingOutputNumber(
                MOST_LOST, tr("Most KE that a window loses to steps and gaps")
            )
        )

    def checkParameterValues(self, parameters, context):
        """What can be refused without a run."""
        problem = self._problem(parameters, context)
        if problem is not None:
            return False, problem
        return super().checkParameterValues(parameters, context)

    def processAlgorithm(self, parameters, context, feedback):
        """Plan, estimate, explain, and only then write, so that an error leaves nothing behind."""
        source = trace_source(self, parameters, context)
        problem = self._problem(parameters, context)
        if problem is not None:
            raise QgsProcessingException(problem)
        wanted = _wanted(parameters)
        told = {key: [] for key in wanted}
        losses, n_windows = [], 0
        try:
            options = ensemble_options(self, parameters, context)
            models, scale = opened_models(self, parameters, context, feedback)
            traces, strips = planned_strips(self, parameters, context, feedback, scale=scale)
            estimates = estimate_strips(
                traces, strips, models, options=options, cancelled=feedback.isCanceled
            )
            explanations = explain_strips(
                estimates,
                models,
                scale=scale,
                options=options,
                stretch_m=self._stretch_m(parameters, context),
                contributions=CONTRIBUTIONS in wanted or COLUMNS in wanted,
                cancelled=feedback.isCanceled,
            )
            for done, explanation in enumerate(explanations, start=1):
                rows_of = {
                    CONTRIBUTIONS: contribution_rows(explanation),
                    COLUMNS: column_rows(explanation),
                    STRETCHES: stretch_rows(explanation, traces),
                }
                for key in wanted:
                    told[key].extend(rows_of[key])
                losses.extend(window_losses(explanation))
                n_windows += sum(each.ke is not None for each in explanation.estimate.windows)
                feedback.setProgress(
                    PLANNING_SHARE + (100 - PLANNING_SHARE) * done / max(1, len(strips))
                )
        except SsfError as error:
            raise QgsProcessingException(str(error)) from error
        if feedback.isCanceled():
            return {}
        results = {}
        for key in wanted:
            results[key] = self._write(key, told[key], source.sourceCrs(), parameters, context)
        _report(losses, n_windows, feedback)
        results[N_WINDOWS] = n_windows
        results[MOST_LOST] = max((loss.lost for loss in losses), default=None)
        return results

    def _problem(self, parameters, context):
        """Say what is wrong with the parameters; None if nothing."""
        problem = map_problem(self, parameters, context) or output_problem(parameters, LAYERS)
        if problem is not None:
            return problem
        if not _wanted(parameters):
            return tr("No output is asked for. Choose at least one of the three layers.")
        try:
            ensemble_options(self, parameters, context)
        except InputError as error:
            return str(error)
        return None

    def _stretch_m(self, parameters, context):
        """Length of stretches, None where they are not asked for."""
        if STRETCHES not in _wanted(parameters):
            return None
        return self.parameterAsDouble(parameters, STRETCH, context)

    def _write(self, key, told, crs, parameters, context):
        """Write one layer in the traces' CRS; its id."""
        core_fields, geometry_of, kind, style = LAYERS[key]
        fields = output_fields(core_fields)
        sink, sink_id = self.parameterAsSink(parameters, key, context, fields, kind, crs)
        if sink is None:
            raise QgsProcessingException(self.invalidSinkError(parameters, key))
        for values, shape in told:
            geometry = geometry_of(shape, crs, context.transformContext())
            feature = make_feature(fields, geometry, values)
            if not sink.addFeature(feature, QgsFeatureSink.Flag.FastInsert):
                raise QgsProcessingException(self.writeFeatureError(sink, parameters, key))
        style_result(context, sink_id, style)
        return sink_id


def _wanted(parameters):
    """The layers that are asked for."""
    return [key for key in LAYERS if parameters.get(key) not in (None, "")]


def _report(losses, n_windows, feedback):
    """Say which windows lose most, and where."""
    feedback.pushInfo(tr("{count} windows with KE.").format(count=n_windows))
    for loss in sorted(losses, key=lambda loss: loss.lost, reverse=True)[:SHOWN]:
        feedback.pushInfo(
            tr(
                "{zone}, strip {strip}, window {window}: KE {ke:.2f}, {lost:.2f} less than a "
                "straight fault would have, most of it at km {place:.1f}"
            ).format(
                zone=loss.zone,
                strip=loss.strip,
                window=loss.window,
                ke=loss.ke,
                lost=loss.lost,
                place=loss.most_at_km,
            )
        )
    feedback.pushInfo(tr(STATEMENT))
