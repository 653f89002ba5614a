"""ssf:estimateke: from a layer of fault traces to kinematic efficiency, window by window."""

import statistics
from collections import Counter

from qgis.core import (
    QgsProcessing,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFeatureSink,
    QgsWkbTypes,
)
from qgis.PyQt.QtCore import QT_TRANSLATE_NOOP

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
from ssf_model.tables.fields import STATEMENT
from ssf_model.tables.trace_tally import TraceTally

from ..documents import (
    add_document_parameters,
    check_documents,
    gathered_zones,
    write_documents,
)
from ..ensemble import add_ensemble_parameters, ensemble_options, opened_models
from ..help import ESTIMATE_HELP
from ..layers import (
    footprint_geometry,
    line_geometry,
    make_feature,
    output_fields,
    storable_fields,
    storable_values,
)
from ..parameters import (
    add_advanced,
    add_map_parameters,
    add_slip_parameters,
    planned_strips,
    tr,
    trace_source,
)
from ..reading import holds_lines, lines_alone
from ..sinks import wanted, write_layer, write_table
from .base import FaultMapAlgorithm, followed

WINDOWS, TRACES_OUT, MEMBERS = "WINDOWS", "TRACES_OUT", "MEMBERS"
GENERALIZED = "GENERALIZED"
MEAN_KE, N_WINDOWS = "MEAN_KE", "N_WINDOWS"


class EstimateKe(FaultMapAlgorithm):
    """Kinematic efficiency and off-fault deformation along mapped strike-slip faults."""

    NAME = "estimateke"
    TITLE = QT_TRANSLATE_NOOP(
        "ssf", "Estimate kinematic efficiency (KE) and off-fault deformation (OFD)"
    )
    HELP = ESTIMATE_HELP
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
        windows, members, generalized = [], [], []
        for estimate in followed(estimates, strips, feedback):
            tally.add(estimate)
            windows.extend(estimate.windows)
            if gathered is not None:
                gathered.add(estimate.windows)
            if wanted(parameters, MEMBERS):
                members.extend(member_rows(estimate))
            if wanted(parameters, GENERALIZED):
                generalized.extend(generalized_rows(estimate))
        if feedback.isCanceled():
            return {}
        results = self._write_windows(windows, source.sourceCrs(), parameters, context)
        if wanted(parameters, TRACES_OUT):
            results.update(
                self._write_traces(features, tally, source, parameters, context, feedback)
            )
        if wanted(parameters, MEMBERS):
            results.update(write_table(self, parameters, context, MEMBERS, MEMBER_FIELDS, members))
        if wanted(parameters, GENERALIZED):
            results.update(
                self._write_generalized(generalized, source.sourceCrs(), parameters, context)
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
        results[MEAN_KE] = statistics.fmean(kes) if kes else None
        results[N_WINDOWS] = len(windows)
        return results

    def _write_windows(self, windows, crs, parameters, context):
        """Write the windows' polygons in the traces' CRS."""
        fields = output_fields(WINDOW_FIELDS)
        polygons = (
            make_feature(
                fields,
                footprint_geometry(window.footprint, crs, context.transformContext()),
                window_values(window),
            )
            for window in windows
        )
        return write_layer(
            self, parameters, context, WINDOWS, fields, polygons,
            kind=QgsWkbTypes.Type.Polygon, crs=crs, told=WINDOW_FIELDS, look="windows",
        )  # fmt: skip

    def _write_generalized(self, told, crs, parameters, context):
        """Write the lines of strips that were generalized, in the traces' CRS."""
        fields = output_fields(GENERALIZED_FIELDS)
        lines = (
            make_feature(fields, line_geometry(line, crs, context.transformContext()), values)
            for values, line in told
        )
        return write_layer(
            self, parameters, context, GENERALIZED, fields, lines,
            kind=QgsWkbTypes.Type.MultiLineString, crs=crs, told=GENERALIZED_FIELDS,
            look="generalized",
        )  # fmt: skip

    def _write_traces(self, features, tally, source, parameters, context, feedback):
        """Write the traces with their own attributes first and ours after them."""
        own, changed = storable_fields(source.fields())
        if changed:
            feedback.pushInfo(tr("Written as text: {names}.").format(names=", ".join(changed)))
        fields = output_fields(TRACE_FIELDS, before=own)
        lines = (
            make_feature(
                fields,
                lines_alone(feature.geometry()),
                (*storable_values(feature.attributes()), *trace_values(estimate)),
            )
            for feature, estimate in zip(features, tally.estimates())
            if holds_lines(feature.geometry())
        )
        return write_layer(
            self, parameters, context, TRACES_OUT, fields, lines,
            kind=source.wkbType(), crs=source.sourceCrs(), told=TRACE_FIELDS, look="traces",
        )  # fmt: skip


def _report(windows, kes, feedback):
    """Say what came out, and what to look at twice."""
    feedback.pushInfo(
        tr("{count} windows, {known} with KE.").format(count=len(windows), known=len(kes))
    )
    counts = Counter(flag for window in windows for flag in window.flags)
    if counts:
        listed = ", ".join(f"{flag} in {count}" for flag, count in sorted(counts.items()))
        feedback.pushWarning(tr("Flagged windows, see the help: {flags}.").format(flags=listed))
    feedback.pushInfo(tr(STATEMENT))
