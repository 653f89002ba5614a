"""ssf:explainke: what each part of a fault map does to kinematic efficiency."""

from qgis.core import (
    QgsProcessing,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterNumber,
)
from qgis.PyQt.QtCore import QT_TRANSLATE_NOOP

from ssf_model.errors import InputError
from ssf_model.options import STRETCH_M

from ..ensemble import add_ensemble_parameters, ensemble_options, opened_models
from ..language import counted, tr
from ..outputs import wanted
from ..parameters import (
    add_map_parameters,
    add_slip_parameters,
    trace_source,
)
from .base import FaultMapAlgorithm, followed

CONTRIBUTIONS, COLUMNS, STRETCHES = "CONTRIBUTIONS", "COLUMNS", "STRETCHES"
STRETCH = "STRETCH"
N_WINDOWS, MOST_LOST = "N_WINDOWS", "MOST_LOST"
SHOWN = 5  # windows named in the log


class ExplainKe(FaultMapAlgorithm):
    """Which step, gap or strand the KE of each window comes from."""

    NAME = "explainke"
    TITLE = QT_TRANSLATE_NOOP(
        "ssf", "Explain kinematic efficiency: what each step, gap and strand does"
    )
    TAGS = ("attribution", "step-over", "gap", "sensitivity", "why")

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

    def check(self, parameters, context):
        """Refuse what needs no run to be refused."""
        super().check(parameters, context)
        if not _asked_for(parameters):
            message = tr("No output is asked for. Choose at least one of the three layers.")
            raise InputError(message)
        ensemble_options(self, parameters, context)

    def results(self, parameters, context, feedback):
        """Estimate, explain, and only then write."""
        from ssf_model.estimate.estimating import estimate_strips
        from ssf_model.explain.explaining import explain_strips
        from ssf_model.tables.explanations import (
            COLUMN_FIELDS,
            CONTRIBUTION_FIELDS,
            STRETCH_FIELDS,
            column_rows,
            contribution_rows,
            stretch_rows,
            window_losses,
        )

        from ..maps import planned_strips
        from ..rows_out import write_lines, write_polygons

        crs = trace_source(self, parameters, context).sourceCrs()
        keys = _asked_for(parameters)
        told = {key: [] for key in keys}
        losses, n_windows = [], 0
        options = ensemble_options(self, parameters, context)
        models, scale = opened_models(self, parameters, context, feedback)
        traces, strips = planned_strips(self, parameters, context, feedback, scale=scale)
        estimates = estimate_strips(
            traces, strips, models, options=options, cancelled=feedback.isCanceled
        )
        stretch_m = self.parameterAsDouble(parameters, STRETCH, context)
        explanations = explain_strips(
            estimates,
            models,
            scale=scale,
            options=options,
            stretch_m=stretch_m if STRETCHES in keys else None,
            contributions=CONTRIBUTIONS in keys or COLUMNS in keys,
            cancelled=feedback.isCanceled,
        )
        for explanation in followed(explanations, strips, feedback):
            rows_of = {
                CONTRIBUTIONS: contribution_rows(explanation),
                COLUMNS: column_rows(explanation),
                STRETCHES: stretch_rows(explanation, traces),
            }
            for key in keys:
                told[key].extend(rows_of[key])
            losses.extend(window_losses(explanation))
            n_windows += sum(each.ke is not None for each in explanation.estimate.windows)
        if feedback.isCanceled():
            return {}
        shapes = {
            CONTRIBUTIONS: (CONTRIBUTION_FIELDS, write_polygons),
            COLUMNS: (COLUMN_FIELDS, write_polygons),
            STRETCHES: (STRETCH_FIELDS, write_lines),
        }
        results = {}
        for key in keys:
            fields, write = shapes[key]
            look = key.lower()
            results.update(
                write(self, parameters, context, key, fields, told[key], crs=crs, look=look)
            )
        _report(losses, n_windows, feedback)
        results[N_WINDOWS] = n_windows
        results[MOST_LOST] = max((loss.lost for loss in losses), default=None)
        return results


def _asked_for(parameters):
    """The layers that are wanted."""
    return [key for key in (CONTRIBUTIONS, COLUMNS, STRETCHES) if wanted(parameters, key)]


def _report(losses, n_windows, feedback):
    """Say which windows lose most, and where."""
    from ssf_model.tables.fields import STATEMENT

    one, many = tr("{count} window with KE."), tr("{count} windows with KE.")
    feedback.pushInfo(counted(n_windows, one, many))
    lost = [loss for loss in losses if loss.lost > 0]
    for loss in sorted(lost, key=lambda loss: loss.lost, reverse=True)[:SHOWN]:
        feedback.pushInfo(
            tr(
                "{zone}, strip {strip}, window {window}: KE {ke:.2f}, {lost:.2f} less than a "
                "straight fault would have; the column that loses most, {most:.2f}, is at km "
                "{place:.1f} along the zone"
            ).format(
                zone=loss.zone,
                strip=loss.strip,
                window=loss.window,
                ke=loss.ke,
                lost=loss.lost,
                most=loss.most,
                place=loss.most_at_km,
            )
        )
    feedback.pushInfo(tr(STATEMENT))
