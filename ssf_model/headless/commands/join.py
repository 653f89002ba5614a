"""The verb `join`: KE of windows to points or lines of any other layer, by place."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
import shapely

from ssf_model.errors import InputError, counted
from ssf_model.estimate.by_place import WindowFinder
from ssf_model.estimate.estimating import WindowEstimate
from ssf_model.headless.formats import whole_result, written
from ssf_model.headless.job import check_outputs
from ssf_model.headless.layer_file import Layer, read_layer
from ssf_model.headless.map_options import tell
from ssf_model.headless.map_places import chosen_layers, find_place, layer_names
from ssf_model.headless.transforming import WGS84, transformed
from ssf_model.headless.wkb_lines import shapes_of
from ssf_model.headless.writing import write_features
from ssf_model.tables.estimates import WINDOW_FIELDS
from ssf_model.tables.fields import names_in_words
from ssf_model.tables.join_table import JOIN_FIELDS, join_values
from ssf_model.tables.windows_back import check_columns, window_from_row

WINDOWS = "windows"  # the layer of a result
KINDS = tuple(
    int(kind)
    for kind in (
        shapely.GeometryType.POINT,
        shapely.GeometryType.MULTIPOINT,
        shapely.GeometryType.LINESTRING,
        shapely.GeometryType.MULTILINESTRING,
    )
)


def add_options(parser: argparse.ArgumentParser) -> None:
    """Options of `join`."""
    add = parser.add_argument
    add("traces", metavar="WINDOWS", help="result of an estimate; its layer windows is read")
    add("other", metavar="PLACES", help="points or lines; FILE|layername=L names a layer")
    add("--layer-b", metavar="L", help="layer of PLACES, where it has several")
    add(
        "--out",
        type=Path,
        required=True,
        metavar="JOINED.gpkg",
        help="or .geojson, .fgb, .kml: layer joined",
    )
    add("--overwrite", action="store_true", help="replace an output that exists")


def run(args: argparse.Namespace) -> None:
    """Run the verb."""
    check_outputs(args)
    finder = WindowFinder(_windows(args.traces))
    place = find_place(args.other)
    asked = None if args.layer_b is None else [args.layer_b]
    (name,) = _one(chosen_layers(place, asked, option="--layer-b"), args.other)
    layer = read_layer(place, name, wanted="KE is joined to points and lines")
    tell(layer.label, names_in_words(list(layer.columns), JOIN_FIELDS))
    told = [join_values(finder.estimate(lines)) for lines in _lines(layer)]
    with whole_result(args.out, overwrite=args.overwrite) as aside:
        write_features(
            aside, "joined", layer.geometry, layer.columns, JOIN_FIELDS, told, crs=layer.crs
        )
    ke = [field.name for field in JOIN_FIELDS].index("ke")
    known = sum(row[ke] is not None for row in told)
    have = "has" if known == 1 else "have"
    print(f"{known} of {counted(len(told), 'feature')} {have} a KE.", file=sys.stderr)
    print(f"Written: {written(args.out)}")


def _windows(path: str) -> list[WindowEstimate]:
    """The windows of a result."""
    place = find_place(path)
    names = layer_names(place)
    name = place.layer or (names[0] if len(names) == 1 else WINDOWS)
    if name not in names:
        message = (
            f"{place.name} has no layer '{name}' (its layers: {', '.join(names) or 'none'}), so it "
            "is no result of an estimate. WINDOWS is what `estimate` or `batch` wrote, or "
            "FILE|layername=L for a layer of windows of another name."
        )
        raise InputError(message)
    layer = read_layer(place, name, wanted="windows are polygons")
    check_columns(layer.columns, layer.label)
    there = [field.name for field in WINDOW_FIELDS if field.name in layer.columns]
    columns = {name: layer.columns[name].plain() for name in there}
    rings = []
    for name, shape in zip(layer.names, shapes_of(layer.geometry, on_invalid="raise")):
        if shape is None or shape.geom_type != "Polygon":
            message = f"{name} is no window: a window is one polygon."
            raise InputError(message)
        xy = shapely.get_coordinates(shape.exterior)
        rings.append(np.column_stack(transformed(xy, layer.crs, WGS84, layer.label)))
    return [
        window_from_row({field: columns[field][number] for field in there}, ring)
        for number, ring in enumerate(rings)
    ]


def _lines(layer: Layer) -> list[list[np.ndarray]]:
    """For each feature its points or lines, (n, 2) degrees."""
    shapes = shapes_of(layer.geometry, on_invalid="raise")
    found: list[list[np.ndarray]] = []
    for name, shape in zip(layer.names, shapes):
        if shape is not None and shapely.get_type_id(shape) not in KINDS:
            message = f"{name} is a {shape.geom_type.lower()}; KE is joined to points and lines."
            raise InputError(message)
        parts = [] if shape is None else shapely.get_parts(shape)
        found.append(
            [
                np.column_stack(
                    transformed(shapely.get_coordinates(part), layer.crs, WGS84, layer.label)
                )
                for part in parts
            ]
        )
    return found


def _one(names: list[str], given: str) -> list[str]:
    """The one layer that is meant."""
    if len(names) != 1:
        message = f"{given} has several layers; name one with --layer-b."
        raise InputError(message)
    return names
