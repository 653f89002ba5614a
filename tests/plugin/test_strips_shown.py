"""The rasters of ssf:rasterizetraces as QGIS shows them, and the outlines of the strips."""

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCoordinateTransformContext,
    QgsGeometry,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsPointXY,
    QgsProcessingContext,
    QgsProject,
    QgsRasterLayer,
)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor

from makers.hand_made_layers import UTM11, Listener, make_layer, opened_raster, rows, straight


def test_what_is_no_trace_is_clear_and_lines_are_dark(rasterize, tmp_path):
    """Opened by hand, without the plugin: black squares before."""
    (path,) = rasterize(make_layer([straight()]))["STRIPS"]
    raster = opened_raster(path)
    band = raster.GetRasterBand(1)
    assert band.GetNoDataValue() == 0
    colours = band.GetColorTable()
    assert colours.GetColorEntry(0)[3] == 0
    assert max(colours.GetColorEntry(1)[:3]) < 60
    image = drawn_alone(QgsRasterLayer(path, "strip"))
    clear = sum(image.pixelColor(x, y).alpha() == 0 for x in range(100) for y in range(100))
    assert 8_000 < clear < 10_000


def drawn_alone(layer):
    """A picture of a layer, 100 pixels wide and high, on nothing."""
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setDestinationCrs(layer.crs())
    settings.setExtent(layer.extent())
    settings.setOutputSize(QSize(100, 100))
    settings.setBackgroundColor(QColor(0, 0, 0, 0))
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    return job.renderedImage()


def test_rasters_are_loaded_on_demand_and_drawn_as_lines(qgis, tmp_path):
    """With three bands, which QGIS would take for red, green and blue."""
    loaded = {}
    for load in (False, True):
        algorithm = qgis.processingRegistry().createAlgorithmById("ssf:rasterizetraces")
        context = QgsProcessingContext()
        project = QgsProject()
        context.setProject(project)
        parameters = {
            "TRACES": make_layer([straight()]),
            "FOLDER": str(tmp_path / str(load)),
            "THICKNESS": "",
            "LOAD": load,
        }
        results, good = algorithm.run(parameters, context, Listener())
        assert good
        loaded[load] = context.layersToLoadOnCompletion()
        if load:
            (path,) = results["STRIPS"]
            layer = QgsRasterLayer(path, "strip")
            project.addMapLayer(layer)
            loaded[load][path].postProcessor().postProcessLayer(layer, context, Listener())
            image = drawn_alone(layer)
            (group,) = project.layerTreeRoot().children()
            assert group.name().startswith("ssf: traces, ")
    assert not loaded[False]
    assert list(loaded[True]) == [path]
    colours = {image.pixelColor(x, y).name(QColor.HexArgb) for x in range(100) for y in range(100)}
    assert {"#ff141414"} <= colours <= {"#ff141414", "#00000000"}


def test_the_outlines_are_those_of_the_rasters(rasterize):
    """Oracle: GDAL's corners, in the strip's own plane, moved to UTM by QGIS."""
    results = rasterize(make_layer([straight()]), FOOTPRINTS="TEMPORARY_OUTPUT")
    (path,) = results["STRIPS"]
    raster = opened_raster(path)
    to_utm = QgsCoordinateTransform(
        QgsCoordinateReferenceSystem.fromWkt(raster.GetProjection()),
        QgsCoordinateReferenceSystem(UTM11),
        QgsCoordinateTransformContext(),
    )
    x0, dx, rx, y0, ry, dy = raster.GetGeoTransform()
    corners = [
        to_utm.transform(QgsPointXY(x0 + col * dx + row * rx, y0 + col * ry + row * dy))
        for col, row in ((0, 0), (raster.RasterXSize, 0), (raster.RasterXSize, 128), (0, 128))
    ]
    (row,) = rows(results["FOOTPRINTS"])
    assert (row["zone"], row["strip"], row["n_windows"]) == ("zone 1", 1, 3)
    assert path.endswith("/" + row["file"])
    (feature,) = results["FOOTPRINTS"].getFeatures()
    apart = feature.geometry().symDifference(QgsGeometry.fromPolygonXY([corners])).area()
    assert apart < 1e-6 * feature.geometry().area()
