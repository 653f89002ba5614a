"""The verb `trace`: a raster of faults to lines, which the other verbs read."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
import rasterio
import shapely

from ssf_model.drawing.vectorizing import map_lines
from ssf_model.errors import InputError, counted
from ssf_model.geometry.frames import LocalFrame
from ssf_model.headless.formats import whole_result, written
from ssf_model.headless.job import check_outputs
from ssf_model.headless.map_places import first_line
from ssf_model.headless.raster_file import opened_raster
from ssf_model.headless.writing import write_features
from ssf_model.tables.fields import Field

LINE_FIELDS = (Field("line", "int", "Number of the line in the raster, from 1"),)
NOWHERE = LocalFrame(0.0, 0.0)  # where a map lies that says no place


def add_options(parser: argparse.ArgumentParser) -> None:
    """Options of `trace`."""
    add = parser.add_argument
    add("traces", metavar="RASTER", help="GeoTIFF or whatever else GDAL reads")
    add("--band", type=int, default=1, metavar="N", help="its band (1)")
    add("--value", type=float, metavar="V", help="value of a fault pixel (else: all but 0)")
    add("--ground-pixel", type=float, metavar="M", help="metres a pixel, for rasters without a CRS")
    add(
        "--out",
        type=Path,
        required=True,
        metavar="LINES.gpkg",
        help="or .geojson, .fgb, .kml: layer lines",
    )
    add("--overwrite", action="store_true", help="replace an output that exists")


def run(args: argparse.Namespace) -> None:
    """Run the verb."""
    check_outputs(args)
    pixels, transform, crs = _read(args)
    faults = pixels == args.value if args.value is not None else pixels.filled(0) != 0
    found = map_lines(np.ma.filled(faults, False))
    if not found:
        message = f"{args.traces}: no pixel is a fault; say with --value which value one has."
        raise InputError(message)
    lines = [np.column_stack(transform * tuple(line.T)) for line in found]
    shapes = shapely.to_wkb(np.array([shapely.linestrings(line) for line in lines], dtype=object))
    rows = [(number,) for number in range(1, len(lines) + 1)]
    with whole_result(args.out, overwrite=args.overwrite) as aside:
        write_features(aside, "lines", shapes, {}, LINE_FIELDS, rows, crs=crs)
    print(f"{counted(len(lines), 'line')}.", file=sys.stderr)
    print(f"Written: {written(args.out)}")


def _read(args: argparse.Namespace) -> tuple[np.ma.MaskedArray, rasterio.Affine, str]:
    """The band, its way from pixels to coordinates, and their CRS."""
    try:
        with opened_raster(args.traces) as raster:
            if not 1 <= args.band <= raster.count:
                message = f"{args.traces} has no band {args.band}; it has {raster.count}."
                raise InputError(message)
            pixels = raster.read(args.band, masked=True)
            transform, crs = raster.transform, raster.crs
    except rasterio.RasterioIOError as error:
        message = f"{args.traces} is no raster that GDAL can read ({first_line(error)})."
        raise InputError(message) from error
    if not np.isfinite(transform).all():
        message = f"{args.traces}: where its pixels lie is not told in numbers. Georeference it."
        raise InputError(message)
    if crs is not None:
        return pixels, transform, crs.to_wkt()
    if args.ground_pixel is None or not args.ground_pixel > 0:
        message = (
            f"{args.traces} has no coordinate reference system, so its scale is unknown; say with "
            "--ground-pixel how many crustal metres the side of a pixel is."
        )
        raise InputError(message)
    size_m = args.ground_pixel
    return pixels, rasterio.Affine(size_m, 0.0, 0.0, 0.0, -size_m, 0.0), NOWHERE.crs
