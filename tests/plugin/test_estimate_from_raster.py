"""ssf:estimatefromraster on rasters burned from lines drawn by hand."""

import numpy as np
import pytest
from osgeo import gdal, osr
from qgis.core import QgsPointXY, QgsProcessingException, QgsRasterLayer

from makers.hand_made_layers import EASTING, NORTHING, bent, make_layer, rows

TEMPORARY = "TEMPORARY_OUTPUT"
SIZE_M = 50.0


def burned(path, layer, *, crs=32611, value=1, background=0, rows_px=300, cols_px=500):
    """A raster of a layer's lines, three pixels wide, by GDAL."""
    raster = gdal.GetDriverByName("GTiff").Create(str(path), cols_px, rows_px, 1, gdal.GDT_Byte)
    if crs:
        srs = osr.SpatialReference()
        srs.ImportFromEPSG(crs)
        raster.SetProjection(srs.ExportToWkt())
        raster.SetGeoTransform(
            (EASTING - cols_px / 2 * SIZE_M, SIZE_M, 0, NORTHING + rows_px / 2 * SIZE_M, 0, -SIZE_M)
        )
    pixels = np.full((rows_px, cols_px), background, dtype=np.uint8)
    for feature in layer.getFeatures():
        wide = feature.geometry().buffer(1.5 * SIZE_M, 8)
        for row in range(rows_px):
            for col in range(cols_px):
                if not (80 < row < 220):
                    continue  # the fault is far
                x = EASTING + (col + 0.5 - cols_px / 2) * SIZE_M
                y = NORTHING - (row + 0.5 - rows_px / 2) * SIZE_M
                if wide.contains(QgsPointXY(x, y)):
                    pixels[row, col] = value
    raster.GetRasterBand(1).WriteRaster(0, 0, cols_px, rows_px, pixels.tobytes())
    return str(path)


@pytest.fixture(scope="module")
def fault():
    return lambda: make_layer([bent(azimuth_deg=75)])


def test_a_raster_gives_the_ke_of_the_lines_that_it_shows(run, estimate, fault, tmp_path):
    """Vertices every 50 m on a smoothed staircase move KE by what drawing moves it."""
    path = burned(tmp_path / "faults.tif", fault())
    results = run("ssf:estimatefromraster", RASTER=path, WINDOWS=TEMPORARY, TRACES_OUT=TEMPORARY)
    windows, direct = rows(results["WINDOWS"]), rows(estimate(fault())["WINDOWS"])
    assert len(windows) == len(direct) == results["N_WINDOWS"]
    for one, two in zip(windows, direct):
        assert one["ke"] == pytest.approx(two["ke"], abs=0.1)
    (line,) = [feature.geometry() for feature in results["TRACES_OUT"].getFeatures()]
    (drawn,) = [feature.geometry() for feature in fault().getFeatures()]
    assert line.hausdorffDistance(drawn) < 3 * SIZE_M


def test_the_fault_value_can_be_told(run, fault, tmp_path):
    path = burned(tmp_path / "faults.tif", fault(), value=7, background=3)
    with pytest.raises(QgsProcessingException, match="Say which value"):
        run("ssf:estimatefromraster", RASTER=path, WINDOWS=TEMPORARY)
    results = run("ssf:estimatefromraster", RASTER=path, VALUE=7, WINDOWS=TEMPORARY)
    assert results["N_WINDOWS"] == 3
    with pytest.raises(QgsProcessingException, match="No pixel of the raster is a fault"):
        run("ssf:estimatefromraster", RASTER=path, VALUE=9, WINDOWS=TEMPORARY)


def test_a_map_without_a_place_needs_the_size_of_its_pixels(run, estimate, fault, tmp_path):
    path = burned(tmp_path / "photo.tif", fault(), crs=None)
    layer = QgsRasterLayer(path, "photo")
    with pytest.raises(QgsProcessingException, match="its scale is unknown"):
        run("ssf:estimatefromraster", RASTER=layer, WINDOWS=TEMPORARY)
    results = run("ssf:estimatefromraster", RASTER=layer, GROUND_PIXEL=SIZE_M, WINDOWS=TEMPORARY)
    windows, direct = rows(results["WINDOWS"]), rows(estimate(fault())["WINDOWS"])
    assert [row["ke"] for row in windows] == pytest.approx([row["ke"] for row in direct], abs=0.1)
