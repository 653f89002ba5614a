"""ssf:rasterizetraces: the GeoTIFFs against the map they were drawn from."""

import numpy as np
import pytest
from osgeo import gdal
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCoordinateTransformContext,
    QgsGeometry,
    QgsPointXY,
    QgsProcessingException,
)

from makers.hand_made_layers import NORTHING, UTM11, make_layer, straight


@pytest.fixture
def rasterize(run, tmp_path):
    def rasterize_layer(layer, **parameters):
        folder = {"FOLDER": str(tmp_path / "strips")}
        return run("ssf:rasterizetraces", TRACES=layer, **{**folder, **parameters})

    return rasterize_layer


def opened(path):
    raster = gdal.Open(path)
    assert raster is not None
    return raster


def test_pixels_lie_on_the_trace_and_nowhere_else(rasterize):
    """Oracle: QGIS measures each pixel centre's distance to the trace in UTM.

    Pixels whose centre lies within 15 m of the line's edge may fall to either side: UTM's
    scale (0.9996) and the bow of a 26 km chord make that much.
    """
    results = rasterize(make_layer([straight(20_000, azimuth_deg=60)]), THICKNESS=3)
    (path,) = results["STRIPS"]
    raster = opened(path)
    pixels = raster.ReadAsArray()
    assert (raster.RasterYSize, raster.RasterXSize) == (128, 64 + 2 * 50)
    assert raster.GetRasterBand(1).DataType == gdal.GDT_Byte
    assert np.unique(pixels).tolist() == [0, 1]
    to_utm = QgsCoordinateTransform(
        QgsCoordinateReferenceSystem.fromWkt(raster.GetProjection()),
        QgsCoordinateReferenceSystem(UTM11),
        QgsCoordinateTransformContext(),
    )
    trace = QgsGeometry.fromWkt(straight(20_000, azimuth_deg=60))
    x0, dx, rx, y0, ry, dy = raster.GetGeoTransform()
    for row in range(54, 74):
        for col in range(0, pixels.shape[1], 3):
            centre = QgsPointXY(
                x0 + (col + 0.5) * dx + (row + 0.5) * rx, y0 + (col + 0.5) * ry + (row + 0.5) * dy
            )
            distance = QgsGeometry.fromPointXY(to_utm.transform(centre)).distance(trace)
            if abs(distance - 150) > 15:
                assert pixels[row, col] == (distance < 150), (row, col, distance)
    assert not pixels[:54].any()
    assert not pixels[74:].any()


def test_thickness_and_pixel_size_are_those_asked_for(rasterize, tmp_path):
    layer = make_layer([straight(20_000)])
    thin = opened(rasterize(layer, THICKNESS=2, FOLDER=str(tmp_path / "thin"))["STRIPS"][0])
    wide = opened(rasterize(layer, THICKNESS=6, FOLDER=str(tmp_path / "wide"))["STRIPS"][0])
    assert wide.ReadAsArray().sum() / thin.ReadAsArray().sum() == pytest.approx(3, abs=0.3)
    fine = rasterize(layer, PIXEL_SIZE=50, FOLDER=str(tmp_path / "fine"))
    assert np.hypot(*np.take(opened(fine["STRIPS"][0]).GetGeoTransform(), [1, 4])) == pytest.approx(
        50
    )


def test_files_say_what_they_are(rasterize):
    layer = make_layer(
        [straight(), straight(north=NORTHING + 30_000)],
        fields=["zone:string"],
        attributes=[["San Andreas / Mecca"], ["b"]],
    )
    results = rasterize(layer, ZONE_FIELD="zone")
    names = [path.rsplit("/", 1)[1] for path in results["STRIPS"]]
    assert names == ["San_Andreas_Mecca_strip_1.tif", "b_strip_1.tif"]
    assert results["N_STRIPS"] == 2
    tags = opened(results["STRIPS"][0]).GetMetadata()
    assert tags["SSF_ZONE"] == "San Andreas / Mecca"
    assert tags["SSF_THICKNESS_PX"] == "3"
    assert float(tags["SSF_TREND_DEG"]) == pytest.approx(60, abs=0.1)


def test_zones_that_differ_in_signs_only_get_files_of_their_own(rasterize):
    layer = make_layer(
        [straight(), straight(north=NORTHING + 30_000)],
        fields=["zone:string"],
        attributes=[["a/b"], ["a b"]],
    )
    assert len(set(rasterize(layer, ZONE_FIELD="zone")["STRIPS"])) == 2


def test_existing_files_are_never_overwritten(rasterize, tmp_path):
    layer = make_layer([straight()])
    (path,) = rasterize(layer)["STRIPS"]
    with open(path, "wb") as file:
        file.write(b"mine")
    with pytest.raises(QgsProcessingException, match="Choose an empty folder"):
        rasterize(layer)
    with open(path, "rb") as file:
        assert file.read() == b"mine"


def test_cancelling_leaves_no_file(rasterize, tmp_path):
    lines = [straight(north=NORTHING + 40_000 * i) for i in range(3)]
    results = rasterize(make_layer(lines), cancel_at=30)
    assert "STRIPS" not in results
    folder = tmp_path / "strips"
    assert not folder.exists() or list(folder.iterdir()) == []


def test_bad_maps_are_refused_and_leave_no_folder(rasterize, tmp_path):
    layer = make_layer([straight()])
    layer.setCrs(QgsCoordinateReferenceSystem())
    with pytest.raises(QgsProcessingException, match="no coordinate reference system"):
        rasterize(layer)
    with pytest.raises(QgsProcessingException, match="no fault traces"):
        rasterize(make_layer([]))
    assert not (tmp_path / "strips").exists()


def test_a_folder_that_cannot_be_made_is_an_error(rasterize, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(QgsProcessingException, match="file"):
        rasterize(make_layer([straight()]), FOLDER=str(tmp_path / "file" / "strips"))
