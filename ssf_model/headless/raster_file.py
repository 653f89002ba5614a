"""Rasters as GDAL opens them, without its warnings."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import rasterio

from ssf_model.headless.map_places import unwarned


@contextmanager
def opened_raster(path: str | os.PathLike[str]) -> Iterator[rasterio.DatasetReader]:
    """Open a raster; that it says no place on Earth is the caller's to see, and to tell."""
    with unwarned(), rasterio.open(path) as raster:
        yield raster
