"""ssf:estimateke: from a layer of fault traces to kinematic efficiency, window by window."""

from collections import Counter

from qgis.core import (
    QgsProcessing,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFeatureSink,
)
from qgis.PyQt.QtCore import QT_TRANSLATE_NOOP

from ..documents import (
    add_document_parameters,
    check_documents,
    gathered_zones,
    write_documents,
)
from ..ensemble import add_ensemble_parameters, ensemble_options, opened_models
from ..language import counted, tr
from ..outputs import wanted
from ..parameters import (
    add_advanced,
    add_map_parameters,
    add_slip_parameters,
    trace_source,
)
from .base import FaultMapAlgorithm, followed

RIBBON = "RIBBON"
WINDOWS, TRACES_OUT, MEMBERS = "WINDOWS", "TRACES_OUT", "MEMBERS"
GENERALIZED = "GENERALIZED"
MEAN_KE, N_WINDOWS = "MEAN_KE", "N_WINDOWS"


class EstimateKe(FaultMapAlgorithm):
    """Kinematic efficiency and off-fault deformation along mapped strike-slip faults."""

    NAME = "estimateke"
    TITLE = QT_TRANSLATE_NOOP(
        "ssf", "Estimate kinematic efficiency (KE) and off-fault deformation (OFD)"
    )
    TAGS = ("deformation", "slip", "off-fault", "damage", "step-over")

    def initAlgorithm(self, configuration=None):
        """Declare parameters and outputs."""
        add_map_parameters(self)
        add_ensemble_parameters(self)
        add_slip_parameters(self)
        self.addParameter(
            QgsProcessingParameterFeatureSink(
                WINDOWS, tr("Windows with KE and OFD"), QgsProcessing.SourceType.TypeVectorPolygon
            )
        )
        self.addParameter(
            QgsProcessingParameterFeatureSink(
                TRACES_OUT,
                tr("Traces with KE and OFD"),
                QgsProcessing.SourceType.TypeVectorLine,
                optional=True,
            )
        )
        self.addParameter(
            QgsProcessingParameterFeatureSink(
                RIBBON,
                tr("Ribbon: KE along each zone, for maps at small scale"),
                QgsProcessing.SourceType.TypeVectorLine,
                optional=True,
                createByDefault=False,
            )
        )
        members = QgsProcessingParameterFeatureSink(
            MEMBERS,
            tr("Every member's answer"),
            QgsProcessing.SourceType.TypeVector,
            optional=True,
            createByDefault=False,
        )
        add_document_parameters(self)
        add_advanced(self, members)
        generalized = QgsProcessingParameterFeatureSink(
            GENERALIZED,
            tr("Generalized lines"),
            QgsProcessing.SourceType.TypeVectorLine,
            optional=True,
            createByDefault=False,
        )
        add_advanced(self, generalized)
        self.addOutput(QgsProcessingOutputNumber(MEAN_KE, tr("Mean KE of all windows")))
        self.addOutput(QgsProcessingOutputNumber(N_WINDOWS, tr("Number of windows")))

    def check(self, parameters, context):
        """Refuse what needs no run to be refused."""
        super().check(parameters, context)
        check_documents(self, parameters, context)
        ensemble_options(self, parameters, context)

    def results(self, parameters, context, feedback):
        """Estimate, and only then write."""
        from ssf_model.estimate.estimating import estimate_strips
        from ssf_model.tables.estimates import (
            GENERALIZED_FIELDS,
            MEMBER_FIELDS,
            TRACE_FIELDS,
            WINDOW_FIELDS,
            generalized_rows,
            member_rows,
            trace_values,
            window_values,
        )
        from ssf_model.tables.ribbon import RIBBON_FIELDS, ribbon_rows
        from ssf_model.tables.trace_tally import TraceTally

        from ..maps import planned_strips
        from ..rows_out import write_joined, write_lines, write_polygons, write_table

        source = trace_source(self, parameters, context)
        options = ensemble_options(self, parameters, context)
        models, scale = opened_models(self, parameters, context, feedback)
        features = []
        traces, strips = planned_strips(
            self, parameters, context, feedback, scale=scale, keep=features.append
        )
        gathered = gathered_zones(self, parameters, context, traces=traces, strips=strips)
        estimates = estimate_strips(
            traces, strips, models, options=options, cancelled=feedback.isCanceled
        )
        tally = TraceTally(traces)
        windows, members, generalized, ribbon = [], [], [], []
        for estimate in followed(estimates, strips, feedback):
            tally.add(estimate)
            windows.extend(estimate.windows)
            if gathered is not None:
                gathered.add(estimate.windows)
            if wanted(parameters, MEMBERS):
                members.extend(member_rows(estimate))
            if wanted(parameters, RIBBON):
                ribbon.extend(ribbon_rows(estimate))
            if wanted(parameters, GENERALIZED):
                generalized.extend(generalized_rows(estimate))
        if feedback.isCanceled():
            return {}
        told = ((window_values(window), window.footprint) for window in windows)
        results = write_polygons(
            self, parameters, context, WINDOWS, WINDOW_FIELDS, told,
            crs=source.sourceCrs(), look="windows",
        )  # fmt: skip
        if wanted(parameters, TRACES_OUT):
            results.update(
                write_joined(
                    self, parameters, context, feedback, TRACES_OUT, TRACE_FIELDS, features,
                    map(trace_values, tally.estimates()), source=source, look="traces",
                )
            )  # fmt: skip
        if wanted(parameters, MEMBERS):
            results.update(write_table(self, parameters, context, MEMBERS, MEMBER_FIELDS, members))
        for key, fields, told, look in (
            (RIBBON, RIBBON_FIELDS, ribbon, "ribbon"),
            (GENERALIZED, GENERALIZED_FIELDS, generalized, "generalized"),
        ):
            if wanted(parameters, key):
                crs = source.sourceCrs()
                results.update(
                    write_lines(self, parameters, context, key, fields, told, crs=crs, look=look)
                )
        documents = write_documents(
            self,
            parameters,
            context,
            windows=windows,
            gathered=gathered,
            source=source,
            models=models,
            scale=scale,
            options=options,
        )
        results.update(documents)
        kes = [window.ke for window in windows if window.ke is not None]
        _report(windows, kes, feedback)
        results[MEAN_KE] = sum(kes) / len(kes) if kes else None
        results[N_WINDOWS] = len(windows)
        return results


def _report(windows, kes, feedback):
    """Say what came out, and what to look at twice."""
    from ssf_model.tables.fields import STATEMENT

    one, many = tr("{count} window, {known} with KE."), tr("{count} windows, {known} with KE.")
    feedback.pushInfo(counted(len(windows), one, many, known=len(kes)))
    counts = Counter(flag for window in windows for flag in window.flags)
    if counts:
        how_many = tr("{flag} in {count}")
        listed = ", ".join(
            how_many.format(flag=flag, count=count) for flag, count in sorted(counts.items())
        )
        feedback.pushWarning(tr("Flagged windows, see the help: {flags}.").format(flags=listed))
    feedback.pushInfo(tr(STATEMENT))
