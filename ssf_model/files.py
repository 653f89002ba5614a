"""The headless edge: vector files in, GeoPackage and GeoTIFF out.

Outputs appear whole: they are written beside their place and then renamed.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyogrio
import rasterio
import rasterio.warp
import shapely
from pyogrio.errors import DataLayerError, DataSourceError
from rasterio._err import CPLE_BaseError  # what GDAL says; not derived from RasterioError

from ssf_model.attributes import (
    STATEMENT,
    TRACE_FIELDS,
    WINDOW_FIELDS,
    Field,
    free_names,
    trace_values,
    window_values,
)
from ssf_model.errors import InputError
from ssf_model.estimate import StripEstimate, WindowEstimate
from ssf_model.frames import unbroken_longitudes
from ssf_model.tally import TraceEstimate
from ssf_model.traces import Traces, make_traces

WGS84 = "EPSG:4326"
LINES = (shapely.GeometryType.LINESTRING, shapely.GeometryType.MULTILINESTRING)
DTYPES = {"int": np.int64, "float": np.float64, "str": object}


@dataclass(frozen=True)
class TraceFile:
    """A layer of fault traces as read, with all that is needed to write it again.

    `geometry` holds (n,) WKB; `columns` the attributes, name -> (n,) array, in order.
    """

    traces: Traces
    crs: str
    geometry: np.ndarray
    columns: dict[str, np.ndarray]


def read_traces(path: Path, *, layer: str | None, zone_field: str | None) -> TraceFile:
    """Read fault traces from a GeoPackage, GeoJSON, Shapefile or other vector file.

    Parameters
    ----------
    path : Path
        The file.
    layer : str, optional
        Name of the layer; a file with several needs it.
    zone_field : str, optional
        Field with the fault zone of each feature.

    Returns
    -------
    file : TraceFile
        The traces in WGS 84 beside the layer as it was.

    Raises
    ------
    InputError
        If the file, its CRS, a geometry or a field cannot be used.
    """
    path = Path(path)
    layer = _layer_name(path, layer)
    meta, fids, geometry, values = _read(path, layer)
    label = f"{path.name}, layer '{layer}'"
    crs = _checked_crs(meta["crs"], label)
    columns = dict(zip((str(name) for name in meta["fields"]), values))
    zones = None
    if zone_field is not None:
        if zone_field not in columns:
            message = (
                f"{label} has no field '{zone_field}'; its fields are: "
                f"{', '.join(columns) or 'none'}."
            )
            raise InputError(message)
        zones = [_text(value) for value in columns[zone_field]]
    names = [f"{label}, feature {fid}" for fid in fids]
    parts = _wgs84_lines(geometry, names, crs, label)
    return TraceFile(make_traces(parts, names=names, zone_names=zones), crs, geometry, columns)


def read_guides(path: Path) -> list[np.ndarray]:
    """Read guide lines, each (n, 2) longitude and latitude; refuses what `read_traces` does."""
    path = Path(path)
    if path.exists() and len(_layers(path)) > 1:
        message = f"{path.name} holds several layers; give the guide lines a file of their own."
        raise InputError(message)
    return list(read_traces(path, layer=None, zone_field=None).traces.lines)


@contextmanager
def written_aside(path: Path, *, overwrite: bool) -> Iterator[Path]:
    """Give a temporary path beside `path`, which takes its place when the block succeeds.

    Raises
    ------
    InputError
        If the output exists and may not be overwritten, or its folder does not exist.
    """
    path = Path(path)
    check_output(path, overwrite=overwrite)
    aside = path.with_name(f".{path.stem}.{os.getpid()}.part{path.suffix}")
    try:
        yield aside
        os.replace(aside, path)
    finally:
        for rest in path.parent.glob(aside.name + "*"):
            rest.unlink()


def check_output(path: Path, *, overwrite: bool) -> None:
    """Refuse an output that could not be written, before any work is done."""
    if not path.parent.is_dir():
        message = f"The folder {path.parent} does not exist; make it, or choose another output."
        raise InputError(message)
    if path.is_dir():
        message = f"{path} is a folder; name a file."
        raise InputError(message)
    if path.exists() and not overwrite:
        message = f"{path} exists already; give --overwrite to replace it, or another name."
        raise InputError(message)


def write_windows(path: Path, windows: Sequence[WindowEstimate], *, crs: str) -> None:
    """Add windows to the layer `windows` of a GeoPackage, in the CRS of the traces."""
    corners = np.concatenate([window.footprint for window in windows])
    x, y = _transformed(corners, WGS84, crs, "the windows")
    rings = np.column_stack([x, y]).reshape(len(windows), -1, 2)
    if rasterio.crs.CRS.from_user_input(crs).is_geographic:
        rings[:, :, 0] = unbroken_longitudes(rings[:, :, 0])
    rows = [window_values(window) for window in windows]
    arrays, masks = _columns(WINDOW_FIELDS, rows)
    pyogrio.raw.write(
        path,
        shapely.to_wkb(shapely.polygons(rings)),
        arrays,
        [field.name for field in WINDOW_FIELDS],
        field_mask=masks,
        layer="windows",
        driver="GPKG",
        geometry_type="Polygon",
        crs=crs,
        append=path.exists(),
        layer_options={"DESCRIPTION": STATEMENT},
    )


def write_traces(path: Path, file: TraceFile, estimates: Sequence[TraceEstimate]) -> None:
    """Add the layer `traces`: the traces as they were, with KE and its kin."""
    source = {name: values for name, values in file.columns.items() if name.lower() != "fid"}
    names = free_names(TRACE_FIELDS, source)
    arrays, masks = _columns(TRACE_FIELDS, [trace_values(one) for one in estimates])
    shapes = shapely.from_wkb(file.geometry)
    multi = bool((shapely.get_type_id(shapes) == shapely.GeometryType.MULTILINESTRING).any())
    shape_name = "MultiLineString" if multi else "LineString"
    pyogrio.raw.write(
        path,
        file.geometry,
        [*source.values(), *arrays],
        [*source, *names],
        field_mask=[*(_missing(values) for values in source.values()), *masks],
        layer="traces",
        driver="GPKG",
        geometry_type=shape_name + (" Z" if bool(shapely.has_z(shapes).any()) else ""),
        promote_to_multi=multi,
        crs=file.crs,
        append=path.exists(),
        layer_options={"DESCRIPTION": STATEMENT},
    )


def write_strip_raster(
    path: Path, estimate: StripEstimate, *, thickness_px: Sequence[float], overwrite: bool
) -> None:
    """Write a strip as a GeoTIFF, one band a thickness: exactly what the network saw.

    Its CRS is a plane of its own around the strip, its grid turned along strike.
    """
    strip = estimate.strip
    bands, rows, cols = estimate.maps.shape
    with (
        written_aside(path, overwrite=overwrite) as aside,
        rasterio.open(
            aside,
            "w",
            driver="GTiff",
            width=cols,
            height=rows,
            count=bands,
            dtype="uint8",
            crs=strip.frame.crs,
            transform=rasterio.Affine.from_gdal(*strip.geotransform),
            compress="deflate",
        ) as image,
    ):
        image.write(estimate.maps)
        image.update_tags(zone=strip.zone, strip=strip.number, trend_deg=f"{strip.trend_deg:.3f}")
        for band, thickness in enumerate(thickness_px, start=1):
            image.set_band_description(band, f"{thickness:g} px")


def _layer_name(path: Path, layer: str | None) -> str:
    """The layer to read, refused where it is not there or not told."""
    if not path.exists():
        message = f"{path} does not exist."
        raise InputError(message)
    layers = _layers(path)
    if layer is None and len(layers) == 1:
        return layers[0]
    if layer not in layers:
        asked = "holds several layers" if layer is None else f"has no layer '{layer}'"
        message = f"{path.name} {asked}; --layer takes one of: {', '.join(layers) or 'none'}."
        raise InputError(message)
    return layer


def _layers(path: Path) -> list[str]:
    """Names of a file's layers."""
    try:
        return [str(name) for name in pyogrio.list_layers(path)[:, 0]]
    except DataSourceError as error:
        message = f"{path.name} is no vector file that GDAL can read ({_first_line(error)})."
        raise InputError(message) from error


def _read(path: Path, layer: str) -> tuple[dict, np.ndarray, np.ndarray, list[np.ndarray]]:
    """All of a layer: its description, feature ids, WKB and columns."""
    try:
        meta, fids, geometry, values = pyogrio.raw.read(
            path, layer=layer, return_fids=True, datetime_as_string=True
        )
    except (DataSourceError, DataLayerError) as error:
        message = f"{path.name}, layer '{layer}' cannot be read ({_first_line(error)})."
        raise InputError(message) from error
    if geometry is None:
        message = (
            f"{path.name}, layer '{layer}' is a table without geometry; fault traces are lines."
        )
        raise InputError(message)
    if not len(geometry):
        message = f"{path.name}, layer '{layer}' is empty: it holds no fault trace."
        raise InputError(message)
    return meta, fids, geometry, values


def _checked_crs(crs: str | None, label: str) -> str:
    """The layer's CRS, refused where it cannot be placed on Earth."""
    if not crs:
        message = (
            f"{label} has no coordinate reference system, so its scale is unknown. Assign the "
            "right one, for example in QGIS, and save it."
        )
        raise InputError(message)
    try:
        known = rasterio.crs.CRS.from_user_input(crs)
        usable = known.is_geographic or known.is_projected
    except rasterio.errors.CRSError as error:
        message = (
            f"{label}: its coordinate reference system is not understood ({_first_line(error)})."
        )
        raise InputError(message) from error
    if not usable:
        message = (
            f"{label} has a local coordinate reference system that cannot be placed on Earth. "
            "Georeference it to a projected or geographic one."
        )
        raise InputError(message)
    return crs


def _wgs84_lines(
    geometry: np.ndarray, names: list[str], crs: str, label: str
) -> list[list[np.ndarray]]:
    """The lines of every feature as longitude and latitude; none for a missing geometry."""
    shapes = shapely.from_wkb(geometry, on_invalid="ignore")
    unread = [shape is None and wkb is not None for shape, wkb in zip(shapes, geometry)]
    if any(unread):
        name = names[unread.index(True)]
        message = f"{name} has a broken geometry, such as a line of one vertex. Mend or remove it."
        raise InputError(message)
    kinds = shapely.get_type_id(shapes)
    wrong = np.flatnonzero(~np.isin(kinds, [-1, *(int(kind) for kind in LINES)]))
    if len(wrong):
        kind = shapely.GeometryType(int(kinds[wrong[0]])).name.lower()
        message = f"{names[wrong[0]]} is a {kind}; fault traces are lines."
        raise InputError(message)
    parts, owner = shapely.get_parts(shapes, return_index=True)
    if not len(parts):
        message = f"{label} is empty: none of its features has a geometry."
        raise InputError(message)
    xy, part = shapely.get_coordinates(parts, return_index=True)
    broken = np.flatnonzero(~np.isfinite(xy).all(axis=1))
    if len(broken):
        name = names[owner[part[broken[0]]]]
        message = f"{name}: a vertex is not finite (NaN or infinite). Mend or remove it."
        raise InputError(message)
    lonlat = np.column_stack(_transformed(xy, crs, WGS84, label))
    lines: list[list[np.ndarray]] = [[] for _ in names]
    stops = np.cumsum(np.bincount(part, minlength=len(parts)))
    for number, line in zip(owner, np.split(lonlat, stops[:-1])):
        lines[number].append(line)
    return lines


def _transformed(
    xy: np.ndarray, from_crs: str, to_crs: str, label: str
) -> tuple[np.ndarray, np.ndarray]:
    """Places in another CRS; refused where one has no place there."""
    if from_crs == to_crs:
        return xy[:, 0], xy[:, 1]
    try:
        x, y = rasterio.warp.transform(from_crs, to_crs, xy[:, 0], xy[:, 1])
    except (rasterio.errors.RasterioError, CPLE_BaseError) as error:
        message = f"{label}: coordinates cannot be transformed ({_first_line(error)})."
        raise InputError(message) from error
    x, y = np.asarray(x), np.asarray(y)
    lost = np.flatnonzero(~(np.isfinite(x) & np.isfinite(y)))
    if len(lost):
        place = f"x = {xy[lost[0], 0]:.6g}, y = {xy[lost[0], 1]:.6g}"
        message = f"{label}: {place} lies outside of what its coordinate reference system can hold."
        raise InputError(message)
    return x, y


def _columns(fields: Sequence[Field], rows: Sequence[tuple]) -> tuple[list, list]:
    """Arrays of values and masks of NULLs, one a field."""
    arrays, masks = [], []
    for field, values in zip(fields, zip(*rows)):
        mask = np.array([value is None for value in values])
        blank = {"int": 0, "float": np.nan, "str": None}[field.kind]
        filled = [blank if value is None else value for value in values]
        arrays.append(np.array(filled, dtype=DTYPES[field.kind]))
        masks.append(mask if mask.any() else None)
    return arrays, masks


def _missing(values: np.ndarray) -> np.ndarray | None:
    """Which values of a column as read are NULL."""
    if values.dtype == object:
        mask = np.array([value is None for value in values])
        return mask if mask.any() else None
    return None


def _text(value: object) -> str | None:
    """An attribute's value as the name of a zone; None where there is none."""
    if value is None or value != value:  # NaN stands for NULL in a column of numbers
        return None
    return f"{value:g}" if isinstance(value, float) else str(value)


def _first_line(error: Exception) -> str:
    """What an error of another library says, in one line."""
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
