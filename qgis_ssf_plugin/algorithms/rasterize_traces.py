"""ssf:rasterizetraces: the strips that the network sees, as GeoTIFF."""

import os
import re
import shutil
import tempfile
from pathlib import Path

from osgeo import gdal, osr
from qgis.core import (
    QgsProcessingAlgorithm,
    QgsProcessingException,
    QgsProcessingOutputMultipleLayers,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFolderDestination,
    QgsProcessingParameterNumber,
)
from qgis.PyQt.QtGui import QIcon

from ssf_model import __version__
from ssf_model.errors import SsfError
from ssf_model.options import MAX_THICKNESS_PX
from ssf_model.scale import ExperimentScale
from ssf_model.zones.strips import burn_strip

from ..door import PLUGIN_FOLDER
from ..help import RASTERIZE_HELP
from ..parameters import (
    HELP_URL,
    PIXEL_SIZE,
    PLANNING_SHARE,
    THICKNESS,
    add_advanced,
    add_map_parameters,
    given_number,
    map_problem,
    pixel_size_parameter,
    planned_strips,
    tr,
    trace_source,
)

FOLDER, STRIPS, N_STRIPS = "FOLDER", "STRIPS", "N_STRIPS"
CREATION_OPTIONS = ["COMPRESS=DEFLATE"]


class RasterizeTraces(QgsProcessingAlgorithm):
    """Fault traces as binary rasters, one a strip."""

    def name(self):
        """Part of the id; never changes."""
        return "rasterizetraces"

    def displayName(self):
        """Name in the toolbox."""
        return tr("Rasterize fault traces into strips")

    def group(self):
        """Heading in the toolbox."""
        return tr("Fault maps")

    def groupId(self):
        """Id of the heading."""
        return "faultmaps"

    def tags(self):
        """Words that find the algorithm."""
        return ["fault", "strike-slip", "raster", "burn", "GeoTIFF", "strip", "neural network"]

    def shortHelpString(self):
        """Help beside the dialog."""
        return RASTERIZE_HELP

    def helpUrl(self):
        """Where there is more."""
        return HELP_URL

    def icon(self):
        """The plugin's."""
        return QIcon(str(PLUGIN_FOLDER / "icon.svg"))

    def createInstance(self):
        """A fresh one for each run."""
        return RasterizeTraces()

    def initAlgorithm(self, configuration=None):
        """Declare parameters and outputs."""
        add_map_parameters(self)
        self.addParameter(
            QgsProcessingParameterNumber(
                THICKNESS,
                tr("Line thickness in pixels"),
                QgsProcessingParameterNumber.Type.Double,
                defaultValue=3,
                minValue=0.1,
                maxValue=MAX_THICKNESS_PX,
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
        self.addOutput(QgsProcessingOutputMultipleLayers(STRIPS, tr("Strips")))
        self.addOutput(QgsProcessingOutputNumber(N_STRIPS, tr("Number of strips")))

    def checkParameterValues(self, parameters, context):
        """What can be refused without a run."""
        problem = map_problem(self, parameters, context)
        if problem is not None:
            return False, problem
        return super().checkParameterValues(parameters, context)

    def processAlgorithm(self, parameters, context, feedback):
        """Plan the strips, write them aside, and give them their names at the end."""
        trace_source(self, parameters, context)
        problem = map_problem(self, parameters, context)
        if problem is not None:
            raise QgsProcessingException(problem)
        pixel_size_m = given_number(self, parameters, PIXEL_SIZE, context)
        scale = ExperimentScale() if pixel_size_m is None else ExperimentScale(pixel_size_m)
        thickness_px = self.parameterAsDouble(parameters, THICKNESS, context)
        folder = Path(self.parameterAsString(parameters, FOLDER, context))
        try:
            traces, strips = planned_strips(self, parameters, context, feedback, scale=scale)
            names = strip_names(strips)
            _refuse_existing(folder, names)
            if feedback.isCanceled():
                return {}
            folder.mkdir(parents=True, exist_ok=True)
            aside = Path(tempfile.mkdtemp(prefix=".ssf-", dir=folder))
            try:
                for done, (strip, name) in enumerate(zip(strips, names), start=1):
                    if feedback.isCanceled():
                        return {}
                    pixels = burn_strip(traces, strip, thickness_px=(thickness_px,))[0]
                    write_strip(aside / name, pixels, strip, thickness_px)
                    feedback.setProgress(
                        PLANNING_SHARE + (100 - PLANNING_SHARE) * done / len(strips)
                    )
                for name in names:
                    os.replace(aside / name, folder / name)
            finally:
                shutil.rmtree(aside, ignore_errors=True)
        except (SsfError, OSError) as error:
            raise QgsProcessingException(str(error)) from error
        paths = [str(folder / name) for name in names]
        feedback.pushInfo(tr("{count} strips in {folder}").format(count=len(paths), folder=folder))
        return {FOLDER: str(folder), STRIPS: paths, N_STRIPS: len(paths)}


def strip_names(strips):
    """A file name for each strip, from its zone and its number in the zone."""
    names, taken = [], set()
    for strip in strips:
        zone = re.sub(r"[^\w-]+", "_", strip.zone).strip("_") or "zone"
        stem = base = f"{zone}_strip_{strip.number}"
        copy = 2
        while stem.lower() in taken:  # two zones' names may differ in signs only
            stem, copy = f"{base}_{copy}", copy + 1
        taken.add(stem.lower())
        names.append(f"{stem}.tif")
    return names


def write_strip(path, pixels, strip, thickness_px):
    """Write one strip as a GeoTIFF of 0 and 1.

    Parameters
    ----------
    path : Path
        The file, which must not exist.
    pixels : (rows, cols) uint8 array
        1 on a trace.
    strip : Strip
        Where it lies.
    thickness_px : float
        Width of the drawn lines, for the file's tags.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    rows, cols = pixels.shape
    srs = osr.SpatialReference()
    srs.SetFromUserInput(strip.frame.crs)
    driver = gdal.GetDriverByName("GTiff")
    raster = driver.Create(str(path), cols, rows, 1, gdal.GDT_Byte, CREATION_OPTIONS)
    if raster is None:
        message = f"{path}: cannot be written ({gdal.GetLastErrorMsg()})."
        raise OSError(message)
    raster.SetProjection(srs.ExportToWkt())
    raster.SetGeoTransform(strip.geotransform)
    raster.SetMetadata(
        {
            "SSF_VERSION": __version__,
            "SSF_ZONE": strip.zone,
            "SSF_STRIP": str(strip.number),
            "SSF_TREND_DEG": f"{strip.trend_deg:.2f}",
            "SSF_THICKNESS_PX": f"{thickness_px:g}",
        }
    )
    band = raster.GetRasterBand(1)
    band.SetDescription("fault trace")
    failed = band.WriteRaster(0, 0, cols, rows, pixels.tobytes())
    raster.FlushCache()
    if failed or gdal.GetLastErrorType() >= gdal.CE_Failure:
        message = f"{path}: cannot be written ({gdal.GetLastErrorMsg()})."
        raise OSError(message)


def _refuse_existing(folder, names):
    """Refuse where a strip's file is there already."""
    there = [name for name in names if (folder / name).exists()]
    if there:
        message = (
            f"{len(there)} of the strips' files exist in {folder}, the first is {there[0]}. "
            "Choose an empty folder."
        )
        raise QgsProcessingException(message)
