"""The strips of one map as GeoTIFFs, from the installed plugin and from the command line."""

import subprocess

import numpy as np
import pytest

from makers.places import REPOSITORY
from ssf_model import __version__

COMMAND_LINE = REPOSITORY / ".venv" / "bin" / "python"


@pytest.fixture(scope="module")
def folders(qgis_process, fault_map, tmp_path_factory):
    """What each road wrote of the map drawn by hand, at two thicknesses."""
    if not COMMAND_LINE.exists():
        pytest.skip("the headless environment .venv is not set up")
    folder = tmp_path_factory.mktemp("strips")
    done = qgis_process(
        "run", "ssf:rasterizetraces", "--",
        f"TRACES={fault_map}", "ZONE_FIELD=zone", "THICKNESS=4,2", f"FOLDER={folder / 'qgis'}",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    ran = subprocess.run(
        [
            COMMAND_LINE, "-m", "ssf_model", "estimate", fault_map, "--zone-field", "zone",
            "--thickness", "4,2", "--out", folder / "r.gpkg", "--raster", folder / "headless",
        ],
        cwd=REPOSITORY, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    return folder / "qgis", folder / "headless"


def opened(path):
    from osgeo import gdal

    raster = gdal.Open(str(path))
    assert raster is not None
    return raster


def bands_of(raster):
    return [raster.GetRasterBand(number + 1) for number in range(raster.RasterCount)]


def test_both_roads_give_the_same_files(folders):
    """Named, tagged and described as is written here."""
    names = ["echelon_strip_1.tif", "through_strip_1.tif"]
    for folder in folders:
        assert sorted(path.name for path in folder.iterdir()) == names
        for name, zone in zip(names, ("echelon", "through")):
            raster = opened(folder / name)
            tags = raster.GetMetadata()
            assert 80 < float(tags.pop("SSF_TREND_DEG")) < 100  # both zones run east
            assert tags == {
                "AREA_OR_POINT": "Area",
                "SSF_VERSION": __version__,
                "SSF_ZONE": zone,
                "SSF_STRIP": "1",
                "SSF_THICKNESS_PX": "4,2",
            }
            assert [band.GetDescription() for band in bands_of(raster)] == ["4 px", "2 px"]


def test_both_roads_draw_the_same_pixels_in_the_same_place(folders):
    """Two builds of GDAL and PROJ; the map is in degrees, so that neither has to move it."""
    for path in folders[0].iterdir():
        ours, theirs = opened(path), opened(folders[1] / path.name)
        np.testing.assert_array_equal(ours.ReadAsArray(), theirs.ReadAsArray())
        assert [band.DataType for band in bands_of(ours)] == [
            band.DataType for band in bands_of(theirs)
        ]
        assert ours.ReadAsArray()[0].sum() > ours.ReadAsArray()[1].sum() > 0
        np.testing.assert_allclose(ours.GetGeoTransform(), theirs.GetGeoTransform(), atol=1e-6)
        assert ours.GetSpatialRef().IsSame(theirs.GetSpatialRef())
        tags = [raster.GetMetadata()["SSF_TREND_DEG"] for raster in (ours, theirs)]
        assert float(tags[0]) == pytest.approx(float(tags[1]), abs=0.011)  # its last digit
