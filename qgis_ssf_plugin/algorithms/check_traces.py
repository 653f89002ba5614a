"""ssf:checktraces: what is wrong or doubtful in a fault layer, before any estimate."""

from qgis.core import (
    QgsProcessing,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterFeatureSink,
)
from qgis.PyQt.QtCore import QT_TRANSLATE_NOOP

from ..ensemble import add_ensemble_parameters, ensemble_options, opened_models
from ..language import tr
from ..outputs import wanted
from ..parameters import (
    PLANNING_SHARE,
    add_map_parameters,
    add_slip_parameters,
    trace_source,
)
from .base import FaultMapAlgorithm

POINTS, LINES, WINDOWS = "POINTS", "LINES", "WINDOWS"
N_FINDINGS, SUMMARY = "N_FINDINGS", "SUMMARY"


class CheckTraces(FaultMapAlgorithm):
    """What to mend or to know before an estimate, as points and lines with reasons."""

    NAME = "checktraces"
    TITLE = QT_TRANSLATE_NOOP("ssf", "Check fault traces before estimating")
    TAGS = ("check", "topology", "gap", "duplicate", "snap", "quality", "digitize", "flags")

    def initAlgorithm(self, configuration=None):
        """Declare parameters and outputs."""
        add_map_parameters(self)
        add_ensemble_parameters(self)
        add_slip_parameters(self)
        for key, label, kind in (
            (POINTS, tr("Places to look at"), QgsProcessing.SourceType.TypeVectorPoint),
            (LINES, tr("Lines to look at"), QgsProcessing.SourceType.TypeVectorLine),
            (WINDOWS, tr("Flags to come"), QgsProcessing.SourceType.TypeVectorPolygon),
        ):
            self.addParameter(QgsProcessingParameterFeatureSink(key, label, kind, optional=True))
        self.addOutput(QgsProcessingOutputNumber(N_FINDINGS, tr("Number of findings")))
        self.addOutput(QgsProcessingOutputString(SUMMARY, tr("Summary")))

    def check(self, parameters, context):
        """Refuse what needs no run to be refused."""
        super().check(parameters, context)
        ensemble_options(self, parameters, context)

    def results(self, parameters, context, feedback):
        """Check, and only then write."""
        from ssf_model.check.checking import check_map
        from ssf_model.tables.check_table import (
            FINDING_FIELDS,
            FORESEEN_FIELDS,
            check_in_words,
            finding_values,
            foreseen_values,
        )
        from ssf_model.tables.plan import zones_of_features

        from ..maps import planned_strips
        from ..rows_out import write_lines, write_points, write_polygons

        crs = trace_source(self, parameters, context).sourceCrs()
        options = ensemble_options(self, parameters, context)
        models, scale = opened_models(self, parameters, context, feedback)
        traces, strips = planned_strips(self, parameters, context, feedback, scale=scale)
        if feedback.isCanceled():
            return {}

        def progress(done, total):
            feedback.setProgress(PLANNING_SHARE + (100 - PLANNING_SHARE) * done / total)

        check = check_map(
            traces,
            strips,
            models,
            options=options,
            zones=zones_of_features(traces, strips),
            cancelled=feedback.isCanceled,
            progress=progress,
        )
        if feedback.isCanceled():
            return {}
        told = {
            POINTS: [(finding_values(f), f.lines[0][0]) for f in check.findings if f.is_place],
            LINES: [(finding_values(f), f.lines) for f in check.findings if not f.is_place],
            WINDOWS: [
                (foreseen_values(window), window.strip.footprint(window.number))
                for window in check.windows
            ],
        }
        results = {}
        for key, fields, write, look in (
            (POINTS, FINDING_FIELDS, write_points, "places"),
            (LINES, FINDING_FIELDS, write_lines, "found_lines"),
            (WINDOWS, FORESEEN_FIELDS, write_polygons, "foreseen"),
        ):
            if wanted(parameters, key):
                results.update(
                    write(self, parameters, context, key, fields, told[key], crs=crs, look=look)
                )
        summary = check_in_words(check)
        feedback.pushInfo(summary)
        results[N_FINDINGS], results[SUMMARY] = len(check.findings), summary
        return results
