"""ssf:comparetraces: two maps of the same faults, compared window by window."""

from qgis.core import (
    QgsProcessing,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterField,
)
from qgis.PyQt.QtCore import QT_TRANSLATE_NOOP

from ssf_model.errors import InputError

from ..ensemble import add_ensemble_parameters, ensemble_options, opened_models
from ..language import counted, tr
from ..parameters import (
    READING_SHARE,
    TRACES,
    add_map_parameters,
    add_slip_parameters,
    trace_source,
)
from .base import FaultMapAlgorithm, followed

TRACES_B, ZONE_FIELD_B = "TRACES_B", "ZONE_FIELD_B"
WINDOWS = "WINDOWS"
MEAN_CHANGE, N_WINDOWS, N_COMPARED = "MEAN_CHANGE", "N_WINDOWS", "N_COMPARED"


class CompareTraces(FaultMapAlgorithm):
    """How kinematic efficiency changes from one map of the same faults to another."""

    NAME = "comparetraces"
    TITLE = QT_TRANSLATE_NOOP("ssf", "Compare kinematic efficiency of two fault maps")
    TAGS = ("what-if", "alternative", "difference", "linkage", "step")
    MAPS = (TRACES, TRACES_B)

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

    def check(self, parameters, context):
        """Refuse what needs no run to be refused."""
        super().check(parameters, context)
        ensemble_options(self, parameters, context)

    def results(self, parameters, context, feedback):
        """Compare, and only then write."""
        from ssf_model.tables.comparisons import (
            COMPARISON_FIELDS,
            SAME_EVERYWHERE,
            ComparisonSummary,
            comparison_values,
        )
        from ssf_model.tables.fields import STATEMENT

        from ..rows_out import write_polygons

        crs = trace_source(self, parameters, context).sourceCrs()
        windows = self._compared(parameters, context, feedback)
        if feedback.isCanceled():
            return {}
        told = ((comparison_values(window), window.a.footprint) for window in windows)
        results = write_polygons(
            self, parameters, context, WINDOWS, COMPARISON_FIELDS, told, crs=crs, look="comparison"
        )
        summary = ComparisonSummary()
        summary.add(windows)
        counts = summary.as_dict()
        windows = counted(counts["n_windows"], tr("{count} window"), tr("{count} windows"))
        feedback.pushInfo(
            tr(
                "{windows}, {n_compared} with KE on both maps; the maps differ in {n_redrawn}. "
                "In {n_agreed} all members see KE change to the same side."
            ).format(windows=windows, **counts)
        )
        if not counts["n_redrawn"]:
            feedback.pushWarning(tr(SAME_EVERYWHERE))
        feedback.pushInfo(tr(STATEMENT))
        results[MEAN_CHANGE] = counts["mean_ke_change"]
        results[N_WINDOWS], results[N_COMPARED] = counts["n_windows"], counts["n_compared"]
        return results

    def _compared(self, parameters, context, feedback):
        """Both maps' windows; not all of them where the run was cancelled."""
        from ssf_model.compare.comparing import compare_strips
        from ssf_model.compare.counterpart import check_zones, count_left_out, counterpart_strips

        from ..maps import drawn_guides, lay_strips, read_map

        models, scale = opened_models(self, parameters, context, feedback)
        half = READING_SHARE / 2
        traces_a = read_map(self, parameters, context, feedback, shares=(0, half))
        if feedback.isCanceled():
            return []
        traces_b = self._read_other(parameters, context, feedback)
        if feedback.isCanceled():
            return []
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
            message = tr("Lines of map B that belong to no window of map A: {count} of {total}.")
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
        for comparison in followed(comparisons, strips_a, feedback):
            windows.extend(comparison.windows)
        return windows

    def _read_other(self, parameters, context, feedback):
        """Map B, whose errors say so."""
        from ..maps import read_map

        try:
            return read_map(
                self, parameters, context, feedback, key=TRACES_B, zone_key=ZONE_FIELD_B,
                shares=(READING_SHARE / 2, READING_SHARE),
            )  # fmt: skip
        except InputError as error:
            message = tr("Map B: {error}").format(error=error)
            raise InputError(message) from error
