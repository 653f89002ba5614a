"""ssf:estimatefromraster: a fault map that is in pixels already, and KE of its windows."""

from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsGeometry,
    QgsPointXY,
    QgsProcessing,
    QgsProcessingException,
    QgsProcessingOutputNumber,
    QgsProcessingParameterBand,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterNumber,
    QgsProcessingParameterRasterLayer,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QT_TRANSLATE_NOOP

from ssf_model.errors import InputError

from ..documents import REPORT, check_page, report_parameter
from ..ensemble import add_ensemble_parameters, ensemble_options
from ..language import counted, tr
from ..parameters import GUIDES, TREND, given, given_number
from .base import FaultMapAlgorithm

RASTER, BAND, VALUE, GROUND_PIXEL = "RASTER", "BAND", "VALUE", "GROUND_PIXEL"
WINDOWS, TRACES_OUT = "WINDOWS", "TRACES_OUT"
MEAN_KE, N_WINDOWS = "MEAN_KE", "N_WINDOWS"
ESTIMATE = "ssf:estimateke"
NOWHERE = (0.0, 0.0)  # longitude and latitude of a map that says no place


class EstimateFromRaster(FaultMapAlgorithm):
    """KE of a map in pixels: its faults become lines, which are estimated as traces are."""

    NAME = "estimatefromraster"
    TITLE = QT_TRANSLATE_NOOP("ssf", "Estimate kinematic efficiency from a raster of faults")
    TAGS = ("raster", "pixels", "laboratory", "experiment", "vectorize", "skeleton", "scan")
    MAPS = ()

    def initAlgorithm(self, configuration=None):
        """Declare parameters and outputs."""
        number = QgsProcessingParameterNumber.Type.Double
        kinds = QgsProcessing.SourceType
        for parameter in (
            QgsProcessingParameterRasterLayer(RASTER, tr("Raster of faults")),
            QgsProcessingParameterBand(
                BAND, tr("Band (none: the first)"), None, RASTER, optional=True
            ),
            QgsProcessingParameterNumber(
                VALUE, tr("Value of a fault pixel (none: all but 0)"), number, optional=True
            ),
            QgsProcessingParameterNumber(
                GROUND_PIXEL,
                tr("Side of a raster pixel in crustal metres (for rasters without a CRS)"),
                number,
                optional=True,
                minValue=0.001,
            ),
            QgsProcessingParameterFeatureSource(
                GUIDES,
                tr("Guide lines along the fault zones"),
                [kinds.TypeVectorLine],
                optional=True,
            ),
            QgsProcessingParameterNumber(
                TREND,
                tr("Trend of the fault zones, degrees clockwise from north"),
                number,
                optional=True,
                minValue=-360,
                maxValue=360,
            ),
        ):
            self.addParameter(parameter)
        add_ensemble_parameters(self)
        for key, label, kind in (
            (WINDOWS, tr("Windows with KE and OFD"), kinds.TypeVectorPolygon),
            (TRACES_OUT, tr("Lines with KE and OFD"), kinds.TypeVectorLine),
        ):
            self.addParameter(
                QgsProcessingParameterFeatureSink(key, label, kind, optional=key != WINDOWS)
            )
        self.addParameter(report_parameter())
        self.addOutput(QgsProcessingOutputNumber(MEAN_KE, tr("Mean KE of all windows")))
        self.addOutput(QgsProcessingOutputNumber(N_WINDOWS, tr("Number of windows")))

    def check(self, parameters, context):
        """Refuse what needs no run to be refused."""
        super().check(parameters, context)
        check_page(self, parameters, REPORT)
        ensemble_options(self, parameters, context)
        layer = self.parameterAsRasterLayer(parameters, RASTER, context)
        if layer is not None and not layer.crs().isValid() and not given(parameters, GROUND_PIXEL):
            message = tr(
                "The raster has no coordinate reference system, so its scale is unknown. Set it, "
                "or say how many crustal metres the side of a pixel is."
            )
            raise InputError(message)

    def results(self, parameters, context, feedback):
        """Make lines of the raster, and have them estimated as any others."""
        raster = self.parameterAsRasterLayer(parameters, RASTER, context)
        if raster is None:
            raise QgsProcessingException(self.invalidRasterError(parameters, RASTER))
        feedback.setProgressText(tr("Reducing faults to lines ..."))
        lines = self._lines(raster, parameters, context)
        one, many = tr("{count} line in the raster."), tr("{count} lines in the raster.")
        feedback.pushInfo(counted(len(lines), one, many))
        if not lines:
            message = tr("No pixel of the raster is a fault. Say which value a fault pixel has.")
            raise InputError(message)
        if feedback.isCanceled():
            return {}
        traces = self._as_layer(raster, lines, parameters, context)
        algorithm = QgsApplication.processingRegistry().createAlgorithmById(ESTIMATE)
        own = {definition.name() for definition in algorithm.parameterDefinitions()}
        child = {key: value for key, value in parameters.items() if key in own}
        results, worked = algorithm.run({**child, "TRACES": traces}, context, feedback)
        if not worked:
            raise QgsProcessingException(tr("The lines of the raster could not be estimated."))
        return results

    def _lines(self, raster, parameters, context):
        """The raster's lines in its own coordinates, (n, 2) each."""
        import numpy as np
        from osgeo import gdal

        from ssf_model.drawing.vectorizing import map_lines

        source = gdal.Open(raster.source())
        if source is None:
            message = tr("{name}: GDAL cannot read this raster. Save it as a GeoTIFF.")
            raise InputError(message.format(name=raster.name()))
        number = self.parameterAsInt(parameters, BAND, context) if given(parameters, BAND) else 1
        band = source.GetRasterBand(number)
        if band is None:
            message = tr("The raster has no band {number}; it has {count}.")
            raise InputError(message.format(number=number, count=source.RasterCount))
        pixels = band.ReadAsArray()
        nodata = band.GetNoDataValue()
        value = given_number(self, parameters, VALUE, context)
        if value is None:
            faults = (pixels != 0) & ~np.isnan(pixels.astype(float))
            faults &= pixels != nodata if nodata is not None else True
        else:
            faults = pixels == value
        ground_m = given_number(self, parameters, GROUND_PIXEL, context)
        placed = raster.crs().isValid()
        x0, dx, rx, y0, ry, dy = (
            source.GetGeoTransform() if placed else (0.0, ground_m, 0.0, 0.0, 0.0, -ground_m)
        )
        return [
            np.column_stack(
                [
                    x0 + line[:, 0] * dx + line[:, 1] * rx,
                    y0 + line[:, 0] * ry + line[:, 1] * dy,
                ]
            )
            for line in map_lines(faults)
        ]

    def _as_layer(self, raster, lines, parameters, context):
        """The lines as a layer in memory, with the raster's name and CRS."""
        from ssf_model.geometry.frames import LocalFrame

        layer = QgsVectorLayer("LineString?field=line:integer", raster.name(), "memory")
        crs = raster.crs()
        if not crs.isValid():
            crs = QgsCoordinateReferenceSystem.fromProj(LocalFrame(*NOWHERE).crs)
        layer.setCrs(crs)
        features = []
        for number, line in enumerate(lines, start=1):
            feature = QgsFeature(layer.fields())
            feature.setGeometry(
                QgsGeometry.fromPolylineXY([QgsPointXY(x, y) for x, y in line.tolist()])
            )
            feature.setAttributes([number])
            features.append(feature)
        layer.dataProvider().addFeatures(features)
        context.temporaryLayerStore().addMapLayer(layer)
        return layer
