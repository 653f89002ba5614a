"""The headless edge, outward: the GeoTIFF of a strip."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import rasterio

from ssf_model.estimate.estimating import StripEstimate
from ssf_model.headless.raster_file import opened_raster
from ssf_model.tables.strip_raster import NO_TRACE, band_names, raster_tags


def write_strip_raster(
    path: Path, estimate: StripEstimate, *, thickness_px: Sequence[float]
) -> None:
    """Write a strip as a GeoTIFF, one band a thickness: exactly what the network saw.

    Its CRS is a plane of its own around the strip, its grid turned along strike.

    Raises
    ------
    OSError
        If it cannot be written, or does not hold what was written: a disk may be full.
    """
    strip = estimate.strip
    bands, rows, cols = estimate.maps.shape
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        width=cols,
        height=rows,
        count=bands,
        dtype="uint8",
        crs=strip.frame.crs,
        transform=rasterio.Affine.from_gdal(*strip.geotransform),
        compress="deflate",
        nodata=NO_TRACE,
    ) as image:
        image.write(estimate.maps)
        image.update_tags(**raster_tags(strip, thickness_px))
        image.descriptions = band_names(thickness_px)
        if bands == 1:
            image.write_colormap(1, {NO_TRACE: (255, 255, 255, 0), 1: (20, 20, 20, 255)})
    if not _holds(path, estimate.maps):
        message = f"{path.name} could not be written whole. Is the disk full?"
        raise OSError(message)


def is_strip_raster(path: Path) -> bool:
    """Whether a file is a GeoTIFF that `write_strip_raster` made."""
    try:
        with opened_raster(path) as image:
            return "SSF_STRIP" in image.tags()
    except rasterio.RasterioIOError:
        return False


def _holds(path: Path, maps: np.ndarray) -> bool:
    """Read a GeoTIFF back: rasterio keeps quiet where closing it fails, as on a full disk."""
    try:
        with opened_raster(path) as image:
            return np.array_equal(image.read(), maps)
    except rasterio.RasterioIOError:
        return False
