"""ssf:estimateke: from a layer of fault traces to kinematic efficiency, window by window."""

import statistics
from collections import Counter

from qgis.core import (
    QgsProcessing,
    QgsProcessingAlgorithm,
    QgsProcessingException,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFeatureSink,
    QgsWkbTypes,
)
from qgis.PyQt.QtGui import QIcon

from ssf_model.errors import InputError, SsfError
from ssf_model.estimate.estimating import estimate_strips
from ssf_model.tables.estimates import (
    MEMBER_FIELDS,
    TRACE_FIELDS,
    WINDOW_FIELDS,
    member_rows,
    trace_values,
    window_values,
)
from ssf_model.tables.fields import STATEMENT
from ssf_model.tables.trace_tally import TraceTally

from ..documents import (
    PROFILE,
    ZONES,
    add_document_parameters,
    add_feature,
    documents_problem,
    gathered_zones,
    write_documents,
    write_table,
)
from ..door import PLUGIN_FOLDER
from ..ensemble import add_ensemble_parameters, ensemble_options, opened_models
from ..help import ESTIMATE_HELP
from ..layers import footprint_geometry, make_feature, output_fields
from ..parameters import (
    HELP_URL,
    PLANNING_SHARE,
    add_advanced,
    add_map_parameters,
    add_slip_parameters,
    map_problem,
    output_problem,
    planned_strips,
    tr,
    trace_source,
)
from ..styling import style_result

WINDOWS, TRACES_OUT, MEMBERS = "WINDOWS", "TRACES_OUT", "MEMBERS"
MEAN_KE, N_WINDOWS = "MEAN_KE", "N_WINDOWS"


class EstimateKe(QgsProcessingAlgorithm):
    """Kinematic efficiency and off-fault deformation along mapped strike-slip faults."""

    def name(self):
        """Part of the id; never changes."""
        return "estimateke"

    def displayName(self):
        """Name in the toolbox."""
        return tr("Estimate kinematic efficiency (KE) and off-fault deformation (OFD)")

    def group(self):
        """Heading in the toolbox."""
        return tr("Fault maps")

    def groupId(self):
        """Id of the heading."""
        return "faultmaps"

    def tags(self):
        """Words that find the algorithm."""
        return ["fault", "strike-slip", "deformation", "slip", "tectonics", "neural network"]

    def shortHelpString(self):
        """Help beside the dialog."""
        return ESTIMATE_HELP

    def helpUrl(self):
        """Where there is more."""
        return HELP_URL

    def icon(self):
        """The plugin's."""
        return QIcon(str(PLUGIN_FOLDER / "icon.svg"))

    def createInstance(self):
        """A fresh one for each run."""
        return EstimateKe()

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
        self.addOutput(QgsProcessingOutputNumber(MEAN_KE, tr("Mean KE of all windows")))
        self.addOutput(QgsProcessingOutputNumber(N_WINDOWS, tr("Number of windows")))

    def checkParameterValues(self, parameters, context):
        """What can be refused without a run."""
        problem = self._problem(parameters, context)
        if problem is not None:
            return False, problem
        return super().checkParameterValues(parameters, context)

    def processAlgorithm(self, parameters, context, feedback):
        """Plan, estimate, and only then write, so that an error leaves nothing behind."""
        source = trace_source(self, parameters, context)
        problem = self._problem(parameters, context)
        if problem is not None:
            raise QgsProcessingException(problem)
        features = []
        try:
            models, scale = opened_models(self, parameters, context, feedback)
            traces, strips = planned_strips(
                self,
                parameters,
                context,
                feedback,
                scale=scale,
                keep=features.append,
            )
            album = gathered_zones(self, parameters, context, traces=traces, strips=strips)
            options = ensemble_options(self, parameters, context)
            estimates = estimate_strips(
                traces, strips, models, options=options, cancelled=feedback.isCanceled
            )
            tally = TraceTally(traces)
            wants_members = parameters.get(MEMBERS) not in (None, "")
            windows, members = [], []
            for done, estimate in enumerate(estimates, start=1):
                tally.add(estimate)
                windows.extend(estimate.windows)
                if album is not None:
                    album.add(estimate.windows)
                if wants_members:
                    members.extend(member_rows(estimate))
                feedback.setProgress(
                    PLANNING_SHARE + (100 - PLANNING_SHARE) * done / max(1, len(strips))
                )
                if feedback.isCanceled():
                    break
        except SsfError as error:
            raise QgsProcessingException(str(error)) from error
        if feedback.isCanceled():
            return {}
        results = self._write_windows(windows, source.sourceCrs(), parameters, context)
        results.update(self._write_traces(features, tally, source, parameters, context))
        if wants_members:
            results.update(write_table(self, parameters, context, MEMBERS, MEMBER_FIELDS, members))
        try:
            documents = write_documents(
                self,
                parameters,
                context,
                windows=windows,
                album=album,
                source=source,
                models=models,
                scale=scale,
                options=options,
            )
        except SsfError as error:
            raise QgsProcessingException(str(error)) from error
        results.update(documents)
        kes = [window.ke for window in windows if window.ke is not None]
        _report(windows, kes, feedback)
        results[MEAN_KE] = statistics.fmean(kes) if kes else None
        results[N_WINDOWS] = len(windows)
        return results

    def _problem(self, parameters, context):
        """Say what is wrong with the parameters; None if nothing."""
        problem = (
            map_problem(self, parameters, context)
            or output_problem(parameters, (WINDOWS, TRACES_OUT, MEMBERS, ZONES, PROFILE))
            or documents_problem(self, parameters, context)
        )
        if problem is not None:
            return problem
        try:
            ensemble_options(self, parameters, context)
        except InputError as error:
            return str(error)
        return None

    def _write_windows(self, windows, crs, parameters, context):
        """Write the windows' polygons in the traces' CRS."""
        fields = output_fields(WINDOW_FIELDS)
        sink, sink_id = self.parameterAsSink(
            parameters, WINDOWS, context, fields, QgsWkbTypes.Type.Polygon, crs
        )
        if sink is None:
            raise QgsProcessingException(self.invalidSinkError(parameters, WINDOWS))
        for window in windows:
            geometry = footprint_geometry(window.footprint, crs, context.transformContext())
            polygon = make_feature(fields, geometry, window_values(window))
            add_feature(self, sink, polygon, parameters, WINDOWS)
        style_result(context, sink_id, "windows.qml")
        return {WINDOWS: sink_id}

    def _write_traces(self, features, tally, source, parameters, context):
        """Write the traces with their own attributes first and ours after them."""
        fields = output_fields(TRACE_FIELDS, before=source.fields())
        sink, sink_id = self.parameterAsSink(
            parameters, TRACES_OUT, context, fields, source.wkbType(), source.sourceCrs()
        )
        if sink is None:
            if parameters.get(TRACES_OUT) in (None, ""):
                return {}
            raise QgsProcessingException(self.invalidSinkError(parameters, TRACES_OUT))
        for feature, estimate in zip(features, tally.estimates()):
            values = (*feature.attributes(), *trace_values(estimate))
            traced = make_feature(fields, feature.geometry(), values)
            add_feature(self, sink, traced, parameters, TRACES_OUT)
        style_result(context, sink_id, "traces.qml")
        return {TRACES_OUT: sink_id}


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
