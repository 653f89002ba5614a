"""The headless edge, inward: fault traces and guide lines from vector files."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyogrio
import rasterio
import rasterio.warp
import shapely
from pyogrio.errors import DataLayerError, DataSourceError
from rasterio._err import CPLE_BaseError  # what GDAL says; not derived from RasterioError

from ssf_model.errors import InputError
from ssf_model.faults.slip import slip_of_features
from ssf_model.faults.traces import Traces, make_traces

WGS84 = "EPSG:4326"
LINES = (shapely.GeometryType.LINESTRING, shapely.GeometryType.MULTILINESTRING)


@dataclass(frozen=True)
class TraceFile:
    """A layer of fault traces as read, with all that is needed to write it again.

    `geometry` holds (n,) WKB; `columns` the attributes, name -> (n,) array, in order.
    """

    traces: Traces
    crs: str
    geometry: np.ndarray
    columns: dict[str, np.ndarray]


def read_traces(
    path: str | os.PathLike[str],
    *,
    layer: str | None = None,
    zone_field: str | None = None,
    rake_field: str | None = None,
    dip_field: str | None = None,
    slip_type_field: str | None = None,
    layer_option: str = "--layer",
) -> TraceFile:
    """Read fault traces from a GeoPackage, GeoJSON, Shapefile or other vector file.

    Parameters
    ----------
    path : path
        The file.
    layer : str, optional
        Name of the layer; a file with several needs it.
    zone_field : str, optional
        Field with the fault zone of each feature.
    rake_field, dip_field, slip_type_field : str, optional
        Fields that tell how each feature slips; see `ssf_model.faults.slip`.
    layer_option : str
        What a message calls the option that names the layer.

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
    layer = _layer_name(path, layer, layer_option)
    meta, fids, geometry, values = _read(path, layer)
    label = f"{path.name}, layer '{layer}'"
    crs = _checked_crs(meta["crs"], label)
    columns = dict(zip((str(name) for name in meta["fields"]), values))
    slip_fields = {
        "rake_field": rake_field,
        "dip_field": dip_field,
        "slip_type_field": slip_type_field,
    }
    for field in (zone_field, *slip_fields.values()):
        if field is not None and field not in columns:
            message = (
                f"{label} has no field '{field}'; its fields are: {', '.join(columns) or 'none'}."
            )
            raise InputError(message)
    zones = None if zone_field is None else [_text(value) for value in columns[zone_field]]
    names = [f"{label}, feature {fid}" for fid in fids]
    slip = slip_of_features(names, columns, **slip_fields)
    parts = _wgs84_lines(geometry, names, crs, label)
    traces = make_traces(parts, names=names, zone_names=zones, slip=slip)
    return TraceFile(traces, crs, geometry, columns)


def read_guides(path: Path) -> list[np.ndarray]:
    """Read guide lines, each (n, 2) longitude and latitude; refuses what `read_traces` does."""
    path = Path(path)
    if path.exists() and len(_layers(path)) > 1:
        message = f"{path.name} holds several layers; give the guide lines a file of their own."
        raise InputError(message)
    return list(read_traces(path).traces.lines)


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
        message = f"{label}: coordinates cannot be transformed ({_first_line(error)})."
        raise InputError(message) from error
    x, y = np.asarray(x), np.asarray(y)
    lost = np.flatnonzero(~(np.isfinite(x) & np.isfinite(y)))
    if len(lost):
        place = f"x = {xy[lost[0], 0]:.6g}, y = {xy[lost[0], 1]:.6g}"
        message = f"{label}: {place} lies outside of what its coordinate reference system can hold."
        raise InputError(message)
    return x, y


def _layer_name(path: Path, layer: str | None, option: str) -> str:
    """The layer to read, refused where it is not there or not told."""
    if not path.exists():
        message = f"{path} does not exist."
        raise InputError(message)
    layers = _layers(path)
    if layer is None and len(layers) == 1:
        return layers[0]
    if layer not in layers:
        asked = "holds several layers" if layer is None else f"has no layer '{layer}'"
        message = f"{path.name} {asked}; {option} takes one of: {', '.join(layers) or 'none'}."
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
    lonlat = np.column_stack(transformed(xy, crs, WGS84, label))
    lines: list[list[np.ndarray]] = [[] for _ in names]
    stops = np.cumsum(np.bincount(part, minlength=len(parts)))
    for number, line in zip(owner, np.split(lonlat, stops[:-1])):
        lines[number].append(line)
    return lines


def _text(value: object) -> str | None:
    """An attribute's value as the name of a zone; None where there is none."""
    if value is None or value != value:  # NaN stands for NULL in a column of numbers
        return None
    return f"{value:g}" if isinstance(value, float) else str(value)


def _first_line(error: Exception) -> str:
    """What an error of another library says, in one line."""
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
