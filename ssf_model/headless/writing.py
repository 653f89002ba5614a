"""The headless edge, outward: layers and tables of a GeoPackage.

Outputs appear whole: they are written beside their place and then renamed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import rasterio
import shapely

from ssf_model.compare.comparing import WindowComparison
from ssf_model.estimate.estimating import StripEstimate, WindowEstimate
from ssf_model.geometry.outlines import in_one_piece
from ssf_model.headless.columns import Column
from ssf_model.headless.geopackage import add_rows
from ssf_model.headless.reading import TraceFile
from ssf_model.headless.transforming import WGS84, transformed
from ssf_model.headless.wkb_lines import shapes_of
from ssf_model.tables.comparisons import COMPARISON_FIELDS, comparison_values
from ssf_model.tables.estimates import (
    GENERALIZED_FIELDS,
    MEMBER_FIELDS,
    TRACE_FIELDS,
    WINDOW_FIELDS,
    ZONE_FIELDS,
    generalized_rows,
    member_rows,
    trace_values,
    window_values,
    zone_values,
)
from ssf_model.tables.fields import Field, free_names, kept_names
from ssf_model.tables.ribbon import RIBBON_FIELDS, ribbon_rows
from ssf_model.tables.trace_tally import TraceEstimate
from ssf_model.tables.zone_summary import ZoneSummary

DTYPES = {"int": np.int64, "float": np.float64, "str": object}


def write_windows(path: Path, windows: Sequence[WindowEstimate], *, crs: str) -> None:
    """Add windows to the layer `windows` of a GeoPackage, in the CRS of the traces."""
    rows = [window_values(window) for window in windows]
    footprints = [window.footprint for window in windows]
    write_polygons(path, "windows", WINDOW_FIELDS, rows, footprints, crs=crs)


def write_comparison(path: Path, windows: Sequence[WindowComparison], *, crs: str) -> None:
    """Add compared windows to the layer `windows` of a GeoPackage, in a CRS."""
    rows = [comparison_values(window) for window in windows]
    footprints = [window.a.footprint for window in windows]
    write_polygons(path, "windows", COMPARISON_FIELDS, rows, footprints, crs=crs, look="comparison")


def write_polygons(
    path: Path,
    layer: str,
    fields: Sequence[Field],
    rows: Sequence[tuple],
    rings: Sequence[np.ndarray],
    *,
    crs: str,
    look: str | None = None,
) -> None:
    """Add polygons to a layer of a GeoPackage.

    Parameters
    ----------
    path : Path
        The file; it and the layer are made where they do not exist.
    layer : str
        Name of the layer.
    fields, rows : sequences
        Columns, and a value for each in every row.
    rings : sequence of (5, 2) float arrays
        Closed rings of longitude and latitude.
    crs : str
        CRS of the layer.
    look : str, optional
        Its style; that of the layer's name where it is not given.
    """
    owner = np.repeat(np.arange(len(rings)), [len(ring) for ring in rings])
    points = _in_crs(rings, owner, crs, f"the {layer}")
    shapes = shapely.polygons(shapely.linearrings(points, indices=owner)) if len(rings) else []
    _write_layer(
        path, layer, fields, rows, shapes, geometry_type="Polygon", crs=crs, look=look or layer
    )


def write_lines(
    path: Path,
    layer: str,
    fields: Sequence[Field],
    rows: Sequence[tuple],
    lines: Sequence[Sequence[np.ndarray]],
    *,
    crs: str,
    look: str | None = None,
) -> None:
    """Add multipart lines, each a sequence of (n, 2) degrees, to a layer; see `write_polygons`."""
    parts = [line for feature in lines for line in feature]
    feature = np.repeat(np.arange(len(lines)), [len(feature) for feature in lines])
    part = np.repeat(np.arange(len(parts)), [len(line) for line in parts])
    points = _in_crs(parts, feature[part], crs, f"the {layer}")
    shapes = []
    if len(parts):
        shapes = shapely.multilinestrings(
            shapely.linestrings(points, indices=part), indices=feature
        )
    _write_layer(
        path,
        layer,
        fields,
        rows,
        shapes,
        geometry_type="MultiLineString",
        crs=crs,
        look=look or layer,
    )


def write_points(
    path: Path,
    layer: str,
    fields: Sequence[Field],
    rows: Sequence[tuple],
    places: Sequence[np.ndarray],
    *,
    crs: str,
    look: str | None = None,
) -> None:
    """Add points, each (1, 2) degrees, to a layer; see `write_polygons`."""
    shapes = []
    if len(places):
        x, y = transformed(np.concatenate(places), WGS84, crs, f"the {layer}")
        shapes = shapely.points(x, y)
    _write_layer(
        path, layer, fields, rows, shapes, geometry_type="Point", crs=crs, look=look or layer
    )


def write_members(path: Path, estimates: Sequence[StripEstimate]) -> None:
    """Add the answers of all members for some strips to the table `members` of a GeoPackage."""
    rows = [row for estimate in estimates for row in member_rows(estimate)]
    _write_table(path, "members", MEMBER_FIELDS, rows)


def write_generalized(path: Path, estimates: Sequence[StripEstimate], *, crs: str) -> None:
    """Add generalized lines of some strips to the layer `generalized`; no layer without any."""
    told = [row for estimate in estimates for row in generalized_rows(estimate)]
    if told:
        rows, lines = [row for row, _ in told], [line for _, line in told]
        write_lines(path, "generalized", GENERALIZED_FIELDS, rows, lines, crs=crs)


def write_ribbon(path: Path, estimates: Sequence[StripEstimate], *, crs: str) -> None:
    """Add stretches of guide lines with the KE of some strips to the layer `ribbon`."""
    told = [row for estimate in estimates for row in ribbon_rows(estimate)]
    rows, lines = [row for row, _ in told], [line for _, line in told]
    write_lines(path, "ribbon", RIBBON_FIELDS, rows, lines, crs=crs)


def write_zones(path: Path, zones: Sequence[ZoneSummary]) -> None:
    """Add the table `zones` to a GeoPackage."""
    _write_table(path, "zones", ZONE_FIELDS, [zone_values(zone) for zone in zones])


def write_traces(path: Path, file: TraceFile, estimates: Sequence[TraceEstimate]) -> None:
    """Add the layer `traces`: the traces as they were, with KE and its kin."""
    write_joined(path, "traces", file, TRACE_FIELDS, [trace_values(one) for one in estimates])


def write_joined(
    path: Path,
    layer: str,
    file: TraceFile,
    fields: Sequence[Field],
    told: Sequence[tuple],
    *,
    look: str | None = None,
) -> None:
    """Add the features of a file as they were, each with a row of columns of ours behind its own.

    Columns are called as `kept_names` has it, ours as `free_names` does. Features that a layer of
    lines cannot hold, such as points, are left out.
    """
    rows = np.flatnonzero(file.drawable)
    columns = {name: column.picked(rows) for name, column in file.columns.items()}
    drawn = [values for values, drawable in zip(told, file.drawable) if drawable]
    write_features(
        path, layer, file.geometry[rows], columns, fields, drawn, crs=file.crs, look=look
    )


def write_features(
    path: Path,
    layer: str,
    geometry: np.ndarray,
    columns: Mapping[str, Column],
    fields: Sequence[Field],
    rows: Sequence[tuple],
    *,
    crs: str,
    look: str | None = None,
) -> None:
    """Add features, (n,) WKB of points or of lines, with their columns and a row of ours behind."""
    kept = kept_names(list(columns))
    source = {name: each.writable() for name, each in zip(kept, columns.values())}
    names = free_names(fields, source)
    arrays, masks = _columns(fields, rows)
    shapes = shapes_of(geometry)
    kinds = set(shapely.get_type_id(shapes).tolist()) - {-1}
    points = {int(shapely.GeometryType.POINT), int(shapely.GeometryType.MULTIPOINT)}
    base = "Point" if kinds and kinds <= points else "LineString"
    multi = bool(kinds - {int(shapely.GeometryType[base.upper()])})
    zones = {name: column.zones for name, column in source.items() if column.zones is not None}
    kind = ("Multi" if multi else "") + base
    add_rows(
        path,
        layer,
        geometry,
        [*(column.values for column in source.values()), *arrays],
        [*source, *names],
        field_mask=[*(column.missing for column in source.values()), *masks],
        geometry_type=kind + (" Z" if bool(shapely.has_z(shapes).any()) else ""),
        promote_to_multi=multi,
        crs=crs,
        gdal_tz_offsets=zones or None,
        look=(look or layer) + ("_points" if base == "Point" else ""),
        given=dict(zip((field.name for field in fields), names)),
    )


def _in_crs(lines: Sequence[np.ndarray], feature: np.ndarray, crs: str, label: str) -> np.ndarray:
    """Vertices in a layer's CRS, (n, 2); `feature` says whose each is, in order."""
    if not len(lines):
        return np.empty((0, 2))
    return in_one_piece(
        np.concatenate(lines),
        feature,
        lambda lonlat: np.column_stack(transformed(lonlat, WGS84, crs, label)),
        geographic=rasterio.crs.CRS.from_user_input(crs).is_geographic,
    )


def _write_layer(
    path: Path,
    layer: str,
    fields: Sequence[Field],
    rows: Sequence[tuple],
    shapes: Sequence,
    *,
    geometry_type: str,
    crs: str,
    look: str,
) -> None:
    """Add rows with shapes to a layer."""
    arrays, masks = _columns(fields, rows)
    add_rows(
        path,
        layer,
        shapely.to_wkb(np.asarray(shapes, dtype=object)),
        arrays,
        [field.name for field in fields],
        field_mask=masks,
        geometry_type=geometry_type,
        crs=crs,
        look=look,
        given={field.name: field.name for field in fields},
    )


def _write_table(path: Path, layer: str, fields: Sequence[Field], rows: Sequence[tuple]) -> None:
    """Add rows to a table without geometry."""
    arrays, masks = _columns(fields, rows)
    names = [field.name for field in fields]
    add_rows(path, layer, None, arrays, names, field_mask=masks, geometry_type=None)


def _columns(fields: Sequence[Field], rows: Sequence[tuple]) -> tuple[list, list]:
    """Arrays of values and masks of NULLs, one a field."""
    arrays, masks = [], []
    for field, values in zip(fields, zip(*rows) if rows else [()] * len(fields)):
        mask = np.array([value is None for value in values], dtype=bool)
        blank = {"int": 0, "float": np.nan, "str": None}[field.kind]
        filled = [blank if value is None else value for value in values]
        arrays.append(np.array(filled, dtype=DTYPES[field.kind]))
        masks.append(mask if mask.any() else None)
    return arrays, masks
