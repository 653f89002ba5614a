"""The GeoTIFF of a strip on a disk with and without room."""

from types import SimpleNamespace

import numpy as np
import pytest
import rasterio

from makers.drawn_maps import traces_of
from makers.full_disk import full_disk
from ssf_model.headless.strip_file import write_strip_raster
from ssf_model.scale import ExperimentScale
from ssf_model.whole_files import whole_files
from ssf_model.zones.planning import plan_strips

THICKNESS_PX = (2.0, 4.0)


@pytest.fixture
def estimate():
    """A strip with scattered pixels, which fill some kilobytes."""
    (strip,) = plan_strips(traces_of([[-8_000, 0], [8_000, 0]]), scale=ExperimentScale())
    maps = np.random.default_rng(0).integers(0, 2, (2, *strip.shape), dtype=np.uint8)
    return SimpleNamespace(strip=strip, maps=maps)


def test_the_file_holds_what_was_drawn(estimate, tmp_path):
    path = tmp_path / "a.tif"
    write_strip_raster(path, estimate, thickness_px=THICKNESS_PX)
    with rasterio.open(path) as image:
        np.testing.assert_array_equal(image.read(), estimate.maps)
        assert image.transform.to_gdal() == pytest.approx(estimate.strip.geotransform)


def test_one_map_has_colours(estimate, tmp_path):
    """Nothing shows where there is no trace, and nothing through one."""
    path = tmp_path / "a.tif"
    one = SimpleNamespace(strip=estimate.strip, maps=estimate.maps[:1])
    write_strip_raster(path, one, thickness_px=THICKNESS_PX[:1])
    with rasterio.open(path) as image:
        colours = image.colormap(1)
    assert colours[0][3] == 0
    assert colours[1] == (20, 20, 20, 255)


@pytest.mark.parametrize("room_bytes", [0, 8, 600, 3_000])
def test_a_full_disk_is_an_error_and_leaves_nothing(estimate, tmp_path, room_bytes, capsys):
    """GDAL writes most of such a file as it closes it, and rasterio says nothing of it."""

    def write():
        with whole_files(tmp_path, []) as folder:
            write_strip_raster(folder / "a.tif", estimate, thickness_px=THICKNESS_PX)

    with full_disk(room_bytes), pytest.raises(OSError, match=r"a\.tif could not be written whole"):
        write()
    assert list(tmp_path.iterdir()) == []
