"""ssf:makewindows: zones, guide lines, strips and windows as layers, before any estimate."""

from qgis.core import (
    QgsProcessing,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFeatureSink,
)
from qgis.PyQt.QtCore import QT_TRANSLATE_NOOP

from ssf_model.scale import ExperimentScale

from ..language import counted, tr
from ..outputs import wanted
from ..parameters import (
    PIXEL_SIZE,
    add_advanced,
    add_map_parameters,
    given_number,
    pixel_size_parameter,
    trace_source,
)
from .base import FaultMapAlgorithm

WINDOWS, STRIPS, GUIDES_OUT, TRACES_OUT = "WINDOWS", "STRIPS", "GUIDES_OUT", "TRACES_OUT"
N_ZONES, N_WINDOWS = "N_ZONES", "N_WINDOWS"


class MakeWindows(FaultMapAlgorithm):
    """How a map will be cut into windows, to look at and to edit."""

    NAME = "makewindows"
    TITLE = QT_TRANSLATE_NOOP("ssf", "Make zones, guide lines and windows, without estimating")
    TAGS = ("window", "strip", "guide", "trend", "zone", "plan", "edit")

    def initAlgorithm(self, configuration=None):
        """Declare parameters and outputs."""
        add_map_parameters(self)
        add_advanced(
            self,
            pixel_size_parameter(tr("Size of a pixel on the ground, metres (none: 100)")),
        )
        line = QgsProcessing.SourceType.TypeVectorLine
        polygon = QgsProcessing.SourceType.TypeVectorPolygon
        for key, label, kind, by_default in (
            (GUIDES_OUT, tr("Guide lines, to be edited and given back"), line, True),
            (WINDOWS, tr("Windows"), polygon, True),
            (STRIPS, tr("Outlines of the strips"), polygon, False),
            (TRACES_OUT, tr("Traces with their zones"), line, True),
        ):
            self.addParameter(
                QgsProcessingParameterFeatureSink(
                    key, label, kind, optional=True, createByDefault=by_default
                )
            )
        self.addOutput(QgsProcessingOutputNumber(N_ZONES, tr("Number of guide lines")))
        self.addOutput(QgsProcessingOutputNumber(N_WINDOWS, tr("Number of windows")))

    def results(self, parameters, context, feedback):
        """Plan, and only then write."""
        from ssf_model.tables.plan import (
            GUIDE_FIELDS,
            PLAN_WINDOW_FIELDS,
            TRACE_ZONE_FIELDS,
            guide_rows,
            plan_window_rows,
            zones_of_features,
        )
        from ssf_model.tables.strip_raster import STRIP_FIELDS, strip_values

        from ..maps import planned_strips
        from ..rows_out import write_joined, write_lines, write_polygons

        source = trace_source(self, parameters, context)
        size_m = given_number(self, parameters, PIXEL_SIZE, context)
        scale = ExperimentScale() if size_m is None else ExperimentScale(size_m)
        features = []
        traces, strips = planned_strips(
            self, parameters, context, feedback, scale=scale, keep=features.append
        )
        if feedback.isCanceled():
            return {}
        windows = [row for strip in strips for row in plan_window_rows(strip)]
        outlines = [(strip_values(strip), strip.outline) for strip in strips]
        guides = list(guide_rows(strips))
        results = {}
        crs = source.sourceCrs()
        for key, fields, told, write, look in (
            (WINDOWS, PLAN_WINDOW_FIELDS, windows, write_polygons, "planned"),
            (STRIPS, STRIP_FIELDS, outlines, write_polygons, "strips"),
            (GUIDES_OUT, GUIDE_FIELDS, guides, write_lines, "guides"),
        ):
            if wanted(parameters, key):
                results.update(
                    write(self, parameters, context, key, fields, told, crs=crs, look=look)
                )
        if wanted(parameters, TRACES_OUT):
            zones = ((zone,) for zone in zones_of_features(traces, strips))
            results.update(
                write_joined(
                    self, parameters, context, feedback, TRACES_OUT, TRACE_ZONE_FIELDS,
                    features, zones, source=source, look="zoned",
                )
            )  # fmt: skip
        feedback.pushInfo(
            tr("{guides}, {strips}, {windows}.").format(
                guides=counted(len(guides), tr("{count} guide line"), tr("{count} guide lines")),
                strips=counted(len(strips), tr("{count} strip"), tr("{count} strips")),
                windows=counted(len(windows), tr("{count} window"), tr("{count} windows")),
            )
        )
        results[N_ZONES], results[N_WINDOWS] = len(guides), len(windows)
        return results
