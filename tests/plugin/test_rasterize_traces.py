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

from makers.full_disk import full_disk
from makers.hand_made_layers import NORTHING, UTM11, bent, make_layer, opened_raster, straight


def test_pixels_lie_on_the_trace_and_nowhere_else(rasterize):
    """Oracle: QGIS measures each pixel centre's distance to the trace in UTM.

    Pixels whose centre lies within 15 m of the line's edge may fall to either side: UTM's
    scale (0.9996) and the bow of a 26 km chord make that much.
    """
    results = rasterize(make_layer([straight(20_000, azimuth_deg=60)]), THICKNESS=3)
    (path,) = results["STRIPS"]
    raster = opened_raster(path)
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
    thin = opened_raster(rasterize(layer, THICKNESS=2, FOLDER=str(tmp_path / "thin"))["STRIPS"][0])
    wide = opened_raster(rasterize(layer, THICKNESS=6, FOLDER=str(tmp_path / "wide"))["STRIPS"][0])
    assert wide.ReadAsArray().sum() / thin.ReadAsArray().sum() == pytest.approx(3, abs=0.3)
    fine = rasterize(layer, PIXEL_SIZE=50, FOLDER=str(tmp_path / "fine"))
    assert np.hypot(
        *np.take(opened_raster(fine["STRIPS"][0]).GetGeoTransform(), [1, 4])
    ) == pytest.approx(50)


def test_thicknesses_are_bands_in_their_order(rasterize, tmp_path):
    """Each band is what it is when drawn alone; without a list they are the study's 2, 3 and 4."""
    layer = make_layer([bent()])
    alone = {
        number: opened_raster(
            rasterize(layer, THICKNESS=number, FOLDER=str(tmp_path / f"{number}"))["STRIPS"][0]
        ).ReadAsArray()
        for number in (2, 3, 4)
    }
    for text, order in (("4,2", (4, 2)), ("", (2, 3, 4))):
        folder = str(tmp_path / f"bands{len(order)}")
        raster = opened_raster(rasterize(layer, THICKNESS=text, FOLDER=folder)["STRIPS"][0])
        assert raster.RasterCount == len(order)
        for number, thickness in enumerate(order, start=1):
            band = raster.GetRasterBand(number)
            assert band.GetDescription() == f"{thickness} px"
            np.testing.assert_array_equal(band.ReadAsArray(), alone[thickness])
        assert raster.GetMetadata()["SSF_THICKNESS_PX"] == ",".join(map(str, order))


def test_scripts_that_name_no_thickness_get_one_band_of_three_pixels(rasterize):
    raster = opened_raster(rasterize(make_layer([straight()]))["STRIPS"][0])
    assert raster.RasterCount == 1
    assert raster.GetRasterBand(1).GetDescription() == "3 px"


@pytest.mark.parametrize("thickness", ["thick", "0", 17, "2;;3"])
def test_a_thickness_that_is_none_is_refused(rasterize, tmp_path, thickness):
    with pytest.raises(QgsProcessingException, match="such as 2,3,4"):
        rasterize(make_layer([straight()]), THICKNESS=thickness)
    assert list(tmp_path.iterdir()) == []


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
    tags = opened_raster(results["STRIPS"][0]).GetMetadata()
    assert tags["SSF_ZONE"] == "San Andreas / Mecca"
    assert tags["SSF_STRIP"] == "1"
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
    with pytest.raises(QgsProcessingException, match="no fault trace"):
        rasterize(make_layer([]))
    assert not (tmp_path / "strips").exists()


def test_a_folder_that_cannot_be_made_is_an_error(rasterize, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(QgsProcessingException, match="file"):
        rasterize(make_layer([straight()]), FOLDER=str(tmp_path / "file" / "strips"))


@pytest.fixture(params=[False, True], ids=["errors", "exceptions"])
def gdal_of_others(request):
    """GDAL as QGIS has it, and as another plugin may leave it behind."""
    former = gdal.GetUseExceptions()
    gdal.UseExceptions() if request.param else gdal.DontUseExceptions()
    yield
    gdal.UseExceptions() if former else gdal.DontUseExceptions()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # GDAL's own
@pytest.mark.parametrize("room_bytes", [0, 8, 500])
def test_a_full_disk_is_an_error_and_leaves_no_strip(
    rasterize, tmp_path, gdal_of_others, room_bytes
):
    """GDAL writes these small files as it closes them, and only logs that it could not."""
    with full_disk(room_bytes), pytest.raises(QgsProcessingException, match="written") as raised:
        rasterize(make_layer([straight()]))
    assert "zone_1_strip_1.tif" in str(raised.value)
    assert "Traceback" not in str(raised.value)
    assert not (tmp_path / "strips").exists()


class Proxy:
    """Is another object but for what it is given."""

    def __init__(self, other, **changed):
        self._other = other
        vars(self).update(changed)

    def __getattr__(self, name):
        return getattr(self._other, name)


def test_a_write_that_fails_at_once_is_an_error(rasterize, tmp_path, monkeypatch):

    def create(*arguments):
        raster = gdal.GetDriverByName("GTiff").Create(*arguments)
        fails = {"WriteRaster": lambda *pixels: gdal.CE_Failure}
        return Proxy(raster, GetRasterBand=lambda band: Proxy(raster.GetRasterBand(band), **fails))

    driver = Proxy(None, Create=create)
    monkeypatch.setattr("osgeo.gdal", Proxy(gdal, GetDriverByName=lambda name: driver))
    with pytest.raises(QgsProcessingException, match=r"^zone_1_strip_1\.tif could not be written"):
        rasterize(make_layer([straight()]))
    assert not (tmp_path / "strips").exists()
