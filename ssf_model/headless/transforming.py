"""Places from one coordinate reference system to another."""

from __future__ import annotations

import numpy as np
import rasterio
import rasterio.warp
from rasterio._err import CPLE_BaseError  # what GDAL says; not derived from RasterioError

from ssf_model.errors import InputError
from ssf_model.headless.map_places import first_line

WGS84 = "EPSG:4326"
CHECK_CRS = "Check that it is the right one."


def transformed(
    xy: np.ndarray, from_crs: str, to_crs: str, label: str
) -> tuple[np.ndarray, np.ndarray]:
    """Turn places, (n, 2), into another CRS: x and y, each (n,).

    Raises
    ------
    InputError
        If a place has none there; `label` says whose places they are.
    """
    if from_crs == to_crs:
        return xy[:, 0], xy[:, 1]
    try:
        x, y = rasterio.warp.transform(from_crs, to_crs, xy[:, 0], xy[:, 1])
    except (rasterio.errors.RasterioError, CPLE_BaseError) as error:
        message = f"{label}: coordinates cannot be transformed ({first_line(error)}). {CHECK_CRS}"
        raise InputError(message) from error
    x, y = np.asarray(x), np.asarray(y)
    lost = np.flatnonzero(~(np.isfinite(x) & np.isfinite(y)))
    if len(lost):
        place = f"x = {xy[lost[0], 0]:.6g}, y = {xy[lost[0], 1]:.6g}"
        message = (
            f"{label}: {place} lies outside of what its coordinate reference system can hold. "
            f"{CHECK_CRS}"
        )
        raise InputError(message)
    return x, y
