"""`ssf trace`: rasters to lines that an estimate reads."""

import numpy as np
import pytest
import rasterio
import shapely

from makers.map_files import ORIGIN, STRAIGHT, UTM, read
from ssf_model.__main__ import main
from ssf_model.drawing.raster import burn_traces

SIZE_M = 100.0


@pytest.fixture
def raster(tmp_path):
    """A writer of a raster of a fault of 24 km, four pixels wide."""

    def write(name, crs):
        corner = ORIGIN - [15_000, 6_000]
        (pixels,) = burn_traces(
            [STRAIGHT + ORIGIN - corner], (120, 300), pixel_size_m=SIZE_M, thickness_px=[4.0]
        )
        place = rasterio.Affine(SIZE_M, 0, corner[0], 0, -SIZE_M, corner[1] + 120 * SIZE_M)
        path = tmp_path / name
        kind = {"driver": "GTiff", "count": 1, "dtype": "uint8", "width": 300, "height": 120}
        with rasterio.open(path, "w", crs=crs, transform=place, **kind) as image:
            image.write(pixels * 5, 1)
        return str(path)

    return write


def test_the_lines_lie_on_the_fault_and_can_be_estimated(raster, model, tmp_path):
    lines = tmp_path / "lines.gpkg"
    assert main(["trace", raster("map.tif", UTM), "--out", str(lines)]) == 0
    columns, shapes, crs = read(lines, "lines")
    assert columns["line"].tolist() == [1]
    assert rasterio.crs.CRS.from_user_input(crs).to_epsg() == 32611
    away = shapely.hausdorff_distance(shapes[0], shapely.linestrings(STRAIGHT + ORIGIN))
    assert away < 3 * SIZE_M  # half its width and a pixel
    out = str(tmp_path / "out.gpkg")
    assert main(["estimate", str(lines), "--model", model, "--out", out]) == 0
    assert len(read(out, "windows")[1]) == 4


def test_a_map_without_a_place_needs_the_size_of_its_pixels(raster, tmp_path, capsys):
    path, out = raster("photo.tif", None), str(tmp_path / "lines.gpkg")
    assert main(["trace", path, "--out", out]) == 1
    assert "--ground-pixel" in capsys.readouterr().err
    assert main(["trace", path, "--ground-pixel", "100", "--out", out]) == 0
    ((shape,), length_m) = read(out, "lines")[1], np.hypot(*np.diff(STRAIGHT, axis=0).T).sum()
    assert shapely.length(shape) == pytest.approx(length_m, rel=0.03)


def test_what_cannot_be_traced_is_refused(raster, tmp_path, capsys):
    path, out = raster("map.tif", UTM), str(tmp_path / "lines.gpkg")
    for words, match in (
        ([path, "--value", "4"], "no pixel is a fault"),
        ([path, "--band", "2"], "no band 2"),
        ([__file__], "no raster that GDAL can read"),
    ):
        assert main(["trace", *words, "--out", out]) == 1
        assert match in capsys.readouterr().err
    assert [entry.name for entry in tmp_path.iterdir()] == ["map.tif"]
