"""The headless edge, inward: fault traces and guide lines from vector files."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import shapely

from ssf_model.errors import InputError
from ssf_model.faults.gathering import MapFields, gather_traces
from ssf_model.faults.traces import Traces
from ssf_model.headless.columns import Column, changed_kinds, joined_columns
from ssf_model.headless.layer_file import Layer, read_layer
from ssf_model.headless.map_places import chosen_layers, find_place
from ssf_model.headless.transforming import WGS84, transformed
from ssf_model.headless.wkb_lines import lines_of, shapes_of
from ssf_model.tables.fields import Field, names_in_words


@dataclass(frozen=True)
class TraceFile:
    """A layer of fault traces as read, with all that is needed to write it again.

    Attributes
    ----------
    traces : Traces
        In WGS 84.
    crs : str
        Of `geometry`.
    geometry : (n,) array
        WKB of every feature.
    columns : dict of str to Column
        The attributes, in order.
    drawable : (n,) bool array
        Which features a layer of lines can hold; no points, for example.
    label : str
        What messages call the map.
    remarks : list of str
        What the user should know of how it was read, a sentence each.
    """

    traces: Traces
    crs: str
    geometry: np.ndarray
    columns: dict[str, Column]
    drawable: np.ndarray
    label: str = ""
    remarks: list[str] = field(default_factory=list)

    def written_otherwise(self, ours: Sequence[Field]) -> list[str]:
        """Say which attributes cannot be written as they were, or under their names.

        `ours` are the columns that will stand behind them.
        """
        return [*changed_kinds(self.columns), *names_in_words(list(self.columns), ours)]


def read_traces(
    path: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
    *,
    layer: str | Sequence[str] | None = None,
    zone_field: str | None = None,
    zone_label: str | None = None,
    rake_field: str | None = None,
    dip_field: str | None = None,
    slip_type_field: str | None = None,
    slip_words: Mapping[str, tuple[int, int]] | None = None,
    crs: str | None = None,
    where: str | None = None,
    encoding: str | None = None,
    strict: bool = False,
    follow_vrt: bool = False,
    layer_option: str = "--layer",
) -> TraceFile:
    """Read fault traces from a GeoPackage, GeoJSON, Shapefile or other vector file.

    Parameters
    ----------
    path : path, or sequence of paths
        The file, or several that are one map; "faults.gpkg|layername=active" names a layer, too.
    layer : str or sequence of str, optional
        Name of the layer; a file with several needs it. Several are one map.
    zone_field : str, optional
        Field with the fault zone of each feature; where it is empty zones are found.
    zone_label : str, optional
        Field that names zones which are found, without making them.
    rake_field, dip_field, slip_type_field : str, optional
        Fields that tell how each feature slips; see `ssf_model.faults.slip_fields`.
    slip_words : mapping, optional
        Words of slip types of your own, from `ssf_model.faults.slip_words.read_slip_words`.
    crs : str, optional
        Coordinate reference system of the coordinates, whatever the file says.
    where : str, optional
        Filter of attributes in SQL, such as "activity = 'active'".
    encoding : str, optional
        How the file's text is written, where it does not say so.
    strict : bool
        Whether to refuse what would be skipped or unknown otherwise.
    follow_vrt : bool
        Whether a VRT, which names other files, may be read.
    layer_option : str
        What a message calls the option that names the layer.

    Returns
    -------
    file : TraceFile
        The traces in WGS 84 beside the layer as it was, and what could not be used of it.

    Raises
    ------
    InputError
        If the file, its CRS, a geometry or a field cannot be used.
    """
    given = [path] if isinstance(path, (str, os.PathLike)) else list(path)
    asked = [layer] if isinstance(layer, str) else layer
    layers = [
        read_layer(place, name, crs=crs, where=where, encoding=encoding, follow_vrt=follow_vrt)
        for place in (find_place(one, follow_vrt=follow_vrt) for one in given)
        for name in chosen_layers(place, asked, option=layer_option)
    ]
    whole, remarks = _joined(layers)
    fields = MapFields(zone_field, zone_label, rake_field, slip_type_field, dip_field)
    values = {name: _values(whole, name) for name in fields.given().values()}
    parts, kinds, shapes = _wgs84_lines(whole)
    traces, told = gather_traces(
        parts,
        whole.names,
        values,
        fields=fields,
        kinds=kinds,
        label=whole.label,
        own_words=slip_words,
        strict=strict,
    )
    drawable = np.array([number not in kinds for number in range(len(whole.names))])
    return TraceFile(
        traces, whole.crs, shapes, whole.columns, drawable, whole.label, [*remarks, *told]
    )


def read_guides(
    path: str | os.PathLike[str], *, crs: str | None = None, follow_vrt: bool = False
) -> list[np.ndarray]:
    """Read guide lines, each (n, 2) longitude and latitude; refuses all that is no line.

    `crs` is theirs where their file does not say one.
    """
    place = find_place(path, follow_vrt=follow_vrt)
    names = chosen_layers(
        place, None, option="give the guide lines a file of their own, or FILE|layername="
    )
    layer, _ = _joined(
        [read_layer(place, n, crs=crs, crs_wins=False, follow_vrt=follow_vrt) for n in names]
    )
    parts, kinds, _ = _wgs84_lines(layer)
    traces, _ = gather_traces(
        parts, layer.names, {}, fields=MapFields(), kinds=kinds, label=layer.label, strict=True
    )
    return list(traces.lines)


def _joined(layers: Sequence[Layer]) -> tuple[Layer, list[str]]:
    """Layers as one, in the CRS of the first one."""
    first = layers[0]
    if len(layers) == 1:
        return first, list(first.remarks)
    remarks = [f"{len(layers)} layers are read as one map: {', '.join(n.label for n in layers)}."]
    remarks += [f"{one.label}: {remark}" for one in layers for remark in one.remarks]
    columns, changed = joined_columns(
        [one.columns for one in layers], [len(one.geometry) for one in layers]
    )
    geometry = [first.geometry]
    for one in layers[1:]:
        geometry.append(_in_crs(one, first.crs))
    names = [name for one in layers for name in one.names]
    label = f"{first.label}, and {len(layers) - 1} more"
    whole = Layer(label, first.crs, names, np.concatenate(geometry), columns, [])
    return whole, [*remarks, *changed]


def _in_crs(layer: Layer, crs: str) -> np.ndarray:
    """WKB of a layer in another CRS."""
    if layer.crs == crs:
        return layer.geometry
    shapes = shapes_of(layer.geometry)

    def turned(places: np.ndarray) -> np.ndarray:
        return np.column_stack(transformed(places, layer.crs, crs, layer.label))

    turned_shapes = shapely.transform(shapes, turned)
    return np.asarray(shapely.to_wkb(turned_shapes), dtype=object)


def _values(layer: Layer, name: str) -> list[object]:
    """A field's values, refused where the field is not there."""
    if name not in layer.columns:
        message = (
            f"{layer.label} has no field '{name}'; its fields are: "
            f"{', '.join(layer.columns) or 'none'}."
        )
        raise InputError(message)
    return layer.columns[name].plain()


def _wgs84_lines(layer: Layer) -> tuple[list[list[np.ndarray]], dict[int, str], np.ndarray]:
    """The lines of every feature in degrees, what others are, and WKB of lines alone."""
    lines, kinds, wkb = lines_of(layer.geometry)
    flat = [line for feature in lines for line in feature]
    if not flat:
        return lines, kinds, wkb
    owner = np.repeat(np.arange(len(lines)), [sum(map(len, feature)) for feature in lines])
    xy = np.concatenate(flat)
    broken = np.flatnonzero(~np.isfinite(xy).all(axis=1))
    if len(broken):
        name = layer.names[owner[broken[0]]]
        message = f"{name}: a vertex is not finite (NaN or infinite). Mend or remove it."
        raise InputError(message)
    lonlat = np.column_stack(transformed(xy, layer.crs, WGS84, layer.label))
    stops = np.cumsum([len(line) for line in flat])
    placed = iter(np.split(lonlat, stops[:-1]))
    return [[next(placed) for _ in feature] for feature in lines], kinds, wkb
