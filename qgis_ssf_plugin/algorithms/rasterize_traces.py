"""ssf:rasterizetraces: the strips that the network sees, as GeoTIFF."""

from pathlib import Path

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingOutputMultipleLayers,
    QgsProcessingOutputNumber,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFolderDestination,
    QgsProcessingParameterString,
)
from qgis.PyQt.QtCore import QT_TRANSLATE_NOOP

from ssf_model.errors import InputError
from ssf_model.options import parse_thickness
from ssf_model.scale import DRAWN_THICKNESS_PX, ExperimentScale

from ..language import counted, tr
from ..outputs import destination, wanted
from ..parameters import (
    PIXEL_SIZE,
    THICKNESS,
    add_advanced,
    add_map_parameters,
    given_number,
    pixel_size_parameter,
    several_numbers,
    trace_source,
)
from .base import FaultMapAlgorithm, followed

FOLDER, STRIPS, N_STRIPS = "FOLDER", "STRIPS", "N_STRIPS"
FOOTPRINTS, LOAD = "FOOTPRINTS", "LOAD"
CREATION_OPTIONS = ["COMPRESS=DEFLATE"]
MANY = 30  # rasters to load, above which the user hears that they are many
LINE_COLOUR = (20, 20, 20, 255)


class RasterizeTraces(FaultMapAlgorithm):
    """Fault traces as binary rasters, one a strip."""

    NAME = "rasterizetraces"
    TITLE = QT_TRANSLATE_NOOP("ssf", "Rasterize fault traces into strips")
    TAGS = ("raster", "burn", "GeoTIFF", "strip", "pixels", "image")

    def initAlgorithm(self, configuration=None):
        """Declare parameters and outputs."""
        add_map_parameters(self)
        drawn = ";".join(f"{thickness:g}" for thickness in DRAWN_THICKNESS_PX)
        self.addParameter(
            QgsProcessingParameterString(
                THICKNESS,
                tr("Line thicknesses in pixels, a band each (none: {drawn})").format(drawn=drawn),
                defaultValue="3",  # QGIS shows one band in black and white, three nearly black
                optional=True,
            )
        )
        scale = ExperimentScale()
        add_advanced(
            self,
            pixel_size_parameter(
                tr("Size of a pixel on the ground, metres (none: {size:g})").format(
                    size=scale.pixel_size_m
                )
            ),
        )
        self.addParameter(
            QgsProcessingParameterFolderDestination(FOLDER, tr("Folder for the GeoTIFFs"))
        )
        self.addParameter(
            QgsProcessingParameterFeatureSink(
                FOOTPRINTS,
                tr("Outlines of the strips"),
                QgsProcessing.SourceType.TypeVectorPolygon,
                optional=True,
            )
        )
        self.addParameter(
            QgsProcessingParameterBoolean(
                LOAD, tr("Load the GeoTIFFs into the project"), defaultValue=False, optional=True
            )
        )
        self.addOutput(QgsProcessingOutputMultipleLayers(STRIPS, tr("Strips")))
        self.addOutput(QgsProcessingOutputNumber(N_STRIPS, tr("Number of strips")))

    def check(self, parameters, context):
        """Refuse what needs no run to be refused."""
        from ssf_model.tables.strip_raster import RASTER_PATTERN

        super().check(parameters, context)
        self._thickness_px(parameters, context)
        folder = Path(destination(parameters.get(FOLDER), context))
        for path in sorted(folder.glob(RASTER_PATTERN))[:1]:
            message = tr("{folder} holds strips already, such as {name}. Choose an empty folder.")
            raise InputError(message.format(folder=folder, name=path.name))

    def results(self, parameters, context, feedback):
        """Write the strips aside, and put them in their places at the end, all of them or none."""
        from ssf_model.tables.strip_raster import STRIP_FIELDS, raster_names, strip_values
        from ssf_model.whole_files import whole_files
        from ssf_model.zones.strips import burn_strip

        from ..maps import planned_strips
        from ..rows_out import write_polygons

        pixel_size_m = given_number(self, parameters, PIXEL_SIZE, context)
        scale = ExperimentScale() if pixel_size_m is None else ExperimentScale(pixel_size_m)
        thickness_px = self._thickness_px(parameters, context)
        folder = Path(self.parameterAsString(parameters, FOLDER, context))
        traces, strips = planned_strips(self, parameters, context, feedback, scale=scale)
        names = raster_names(strips)
        if feedback.isCanceled():
            return {}
        with whole_files(folder, []) as aside:
            for strip, name in followed(zip(strips, names), strips, feedback):
                maps = burn_strip(traces, strip, thickness_px=thickness_px)
                write_strip(aside / name, maps, strip, thickness_px)
            if feedback.isCanceled():
                for path in aside.iterdir():
                    path.unlink()
                return {}
        paths = [str(folder / name) for name in names]
        one, many = tr("{count} strip in {folder}"), tr("{count} strips in {folder}")
        feedback.pushInfo(counted(len(paths), one, many, folder=folder))
        results = {FOLDER: str(folder), STRIPS: paths, N_STRIPS: len(paths)}
        if wanted(parameters, FOOTPRINTS):
            told = (
                (strip_values(strip, name), strip.outline) for strip, name in zip(strips, names)
            )
            crs = trace_source(self, parameters, context).sourceCrs()
            results.update(
                write_polygons(
                    self, parameters, context, FOOTPRINTS, STRIP_FIELDS, told,
                    crs=crs, look="strips",
                )
            )  # fmt: skip
        if self.parameterAsBool(parameters, LOAD, context):
            self._load(paths, context, feedback)
        return results

    def _load(self, paths, context, feedback):
        """Have QGIS load the rasters, in the group of the run."""
        from ..styling import style_result

        if len(paths) > MANY:
            feedback.pushWarning(tr("{count} rasters will be loaded.").format(count=len(paths)))
        for path in paths:
            details = QgsProcessingContext.LayerDetails(Path(path).stem, context.project(), STRIPS)
            context.addLayerToLoadOnCompletion(path, details)
            style_result(context, path, "raster", group=self.run_title)

    def _thickness_px(self, parameters, context):
        """The widths of lines; InputError where they are none."""
        given = several_numbers(self, parameters, THICKNESS, context, parse_thickness)
        return given or DRAWN_THICKNESS_PX


def write_strip(path, maps, strip, thickness_px):
    """Write one strip as a GeoTIFF of 0 and 1, a band a thickness.

    Parameters
    ----------
    path : Path
        The file, which must not exist.
    maps : (n_thickness, rows, cols) uint8 array
        1 on a trace.
    strip : Strip
        Where it lies.
    thickness_px : sequence of float
        Widths of the drawn lines.

    Raises
    ------
    OSError
        If the file cannot be written, or does not hold what was written: a disk may be full.
    """
    from osgeo import gdal

    try:
        _write(path, maps, strip, thickness_px)
        raster = gdal.Open(str(path))  # what goes wrong as a file is closed GDAL only logs
        whole = raster is not None and bytes(raster.ReadRaster() or b"") == maps.tobytes()
    except RuntimeError as error:  # where somebody asked GDAL for exceptions
        message = tr("{path} cannot be written ({error}).").format(path=path.name, error=error)
        raise OSError(message) from error
    if not whole:
        message = tr("{path} could not be written whole. Is the disk full?").format(path=path.name)
        raise OSError(message)


def _write(path, maps, strip, thickness_px):
    """Write the file and close it."""
    from osgeo import gdal, osr

    from ssf_model.tables.strip_raster import NO_TRACE, band_names, raster_tags

    bands, rows, cols = maps.shape
    srs = osr.SpatialReference()
    srs.SetFromUserInput(strip.frame.crs)
    driver = gdal.GetDriverByName("GTiff")
    raster = driver.Create(str(path), cols, rows, bands, gdal.GDT_Byte, CREATION_OPTIONS)
    if raster is None:
        raise RuntimeError(gdal.GetLastErrorMsg())
    raster.SetProjection(srs.ExportToWkt())
    raster.SetGeoTransform(strip.geotransform)
    raster.SetMetadata(raster_tags(strip, thickness_px))
    for number, name in enumerate(band_names(thickness_px), start=1):
        band = raster.GetRasterBand(number)
        band.SetDescription(name)
        band.SetNoDataValue(NO_TRACE)
        if bands == 1:  # with more QGIS takes them for red, green and blue
            band.SetColorTable(_colours())
        band.WriteRaster(0, 0, cols, rows, maps[number - 1].tobytes())


def _colours():
    """What the pixels of a band look like: lines dark, the rest clear."""
    from osgeo import gdal

    from ssf_model.tables.strip_raster import NO_TRACE

    table = gdal.ColorTable()
    table.SetColorEntry(NO_TRACE, (255, 255, 255, 0))
    table.SetColorEntry(1, LINE_COLOUR)
    return table
