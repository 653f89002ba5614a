"""ssf:joinke: KE of windows to points or lines of any other layer, by place."""

from qgis.core import (
    QgsProcessing,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFeatureSource,
)
from qgis.PyQt.QtCore import QT_TRANSLATE_NOOP

from ..language import tr
from ..parameters import check_places, trace_source
from .base import FaultMapAlgorithm

WINDOWS, PLACES, JOINED = "WINDOWS", "PLACES", "JOINED"
N_JOINED = "N_JOINED"
WINDOWS_SHARE = 20  # per cent of the progress bar for reading the windows


class JoinKe(FaultMapAlgorithm):
    """What KE is where somebody measured something else."""

    NAME = "joinke"
    TITLE = QT_TRANSLATE_NOOP("ssf", "Join kinematic efficiency to points or lines, by place")
    TAGS = ("join", "displacement", "offset", "measurement", "validation", "spatial join", "sample")
    GROUP = QT_TRANSLATE_NOOP("ssf", "Results")
    GROUP_ID = "results"
    MAPS = ()
    NAMED_AFTER = PLACES

    def initAlgorithm(self, configuration=None):
        """Declare parameters and outputs."""
        kinds = QgsProcessing.SourceType
        self.addParameter(
            QgsProcessingParameterFeatureSource(
                WINDOWS, tr("Windows with KE"), [kinds.TypeVectorPolygon]
            )
        )
        self.addParameter(
            QgsProcessingParameterFeatureSource(
                PLACES,
                tr("Points or lines that are to have a KE"),
                [kinds.TypeVectorPoint, kinds.TypeVectorLine],
            )
        )
        self.addParameter(
            QgsProcessingParameterFeatureSink(
                JOINED, tr("Points or lines with KE"), kinds.TypeVectorAnyGeometry
            )
        )
        self.addOutput(QgsProcessingOutputNumber(N_JOINED, tr("Features with a KE")))

    def check(self, parameters, context):
        """Refuse what needs no run to be refused."""
        super().check(parameters, context)
        check_places(self, parameters, context, keys=(WINDOWS, PLACES))

    def results(self, parameters, context, feedback):
        """Read the windows, ask for every feature, and only then write."""
        from ssf_model.estimate.by_place import WindowFinder
        from ssf_model.tables.join_table import JOIN_FIELDS, join_values

        from ..layers import as_kind, kind_for_all, make_feature, output_fields, storable_values
        from ..rows_out import kept_fields
        from ..sinks import write_layer
        from ..windows_back import places_of, read_windows

        windows = trace_source(self, parameters, context, key=WINDOWS)
        source = trace_source(self, parameters, context, key=PLACES)
        transforms = context.transformContext()
        known = read_windows(windows, transforms, cancelled=feedback.isCanceled)
        if feedback.isCanceled():
            return {}
        finder = WindowFinder(known)
        feedback.setProgress(WINDOWS_SHARE)
        own = kept_fields(self, parameters, context, feedback, source, ours=JOIN_FIELDS, key=PLACES)
        fields = output_fields(JOIN_FIELDS, before=own)
        joined, known, total = [], 0, max(1, source.featureCount())
        for done, (feature, lines) in enumerate(places_of(source, transforms), start=1):
            place = finder.estimate(lines)
            known += place.ke is not None
            values = (*storable_values(feature.attributes()), *join_values(place))
            joined.append((feature, values))
            share = WINDOWS_SHARE + (100 - WINDOWS_SHARE) * min(1, done / total)
            feedback.setProgress(share)
            if feedback.isCanceled():
                return {}
        kind = kind_for_all(source.wkbType(), [feature for feature, _ in joined])
        features = (
            make_feature(fields, as_kind(feature.geometry(), kind), values)
            for feature, values in joined
        )
        results = write_layer(
            self, parameters, context, JOINED, fields, features,
            kind=kind, told=JOIN_FIELDS, crs=source.sourceCrs(), look="joined",
        )  # fmt: skip
        feedback.pushInfo(
            tr("Features with a KE: {known} of {total}.").format(known=known, total=len(joined))
        )
        results[N_JOINED] = known
        return results
