"""Results in the format that their file's ending names, from the GeoPackage that they are made as.

A GeoPackage holds all layers, a KML file all that have shapes. Others hold one: RESULT.geojson has
the first layer, RESULT_traces.geojson and so on the others. Tables come out as RESULT_zones.csv.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np
import pyogrio
import shapely

from ssf_model.errors import InputError, in_words
from ssf_model.headless.geopackage import WRITE_ERRORS
from ssf_model.headless.layer_file import read_layer
from ssf_model.headless.map_places import find_place
from ssf_model.headless.transforming import WGS84, transformed
from ssf_model.headless.wkb_lines import shapes_of
from ssf_model.tables.cells import held_by_xml, name_in_xml
from ssf_model.tables.fields import Field, kept_names, to_csv
from ssf_model.whole_files import refuse_existing, whole_file, whole_files

GEOPACKAGE = ".gpkg"
# Ending -> GDAL's driver, whether it is for degrees alone, whether a file holds several layers.
FORMATS = {
    ".geojson": ("GeoJSON", True, False),
    ".json": ("GeoJSON", True, False),
    ".fgb": ("FlatGeobuf", False, False),
    ".kml": ("LIBKML", True, True),
}
# Every layer and table of a result; the first one that is there gets the name of the result.
LAYERS = (
    *("windows", "contributions", "joined", "lines", "traces", "columns", "stretches"),
    *("strips", "guides", "generalized", "ribbon", "points", "zones", "members"),
)
STYLES = "layer_styles"
XML_DRIVERS = ("LIBKML",)


def check_result(path: Path, *, overwrite: bool) -> list[Path]:
    """Refuse a result in a format that is not known, or that would replace files unasked.

    Parameters
    ----------
    path : Path
        The result.
    overwrite : bool
        Whether existing files may be replaced.

    Returns
    -------
    files : list of Path
        Every file that it may have, itself first.

    Raises
    ------
    InputError
        If one is there and may not be replaced, or the ending is another.
    """
    ending = path.suffix.lower()
    if ending != GEOPACKAGE and ending not in FORMATS:
        known = ", ".join([GEOPACKAGE, *FORMATS])
        message = f"Results have a name that ends with {known} (the format), not {path}."
        raise InputError(message)
    files = result_files(path)
    for file in files:
        refuse_existing(file, overwrite=overwrite)
    return files


def result_files(path: Path) -> list[Path]:
    """Every file that a result may have, itself first."""
    if path.suffix.lower() == GEOPACKAGE:
        return [path]
    several = FORMATS[path.suffix.lower()][2]
    endings = [".csv"] if several else [path.suffix, ".csv"]
    return [
        path,
        *(path.with_name(f"{path.stem}_{layer}{end}") for layer in LAYERS for end in endings),
    ]


def written_files(path: Path) -> list[Path]:
    """The files of a result that are there."""
    return [file for file in result_files(path) if file.exists()]


def written(path: Path) -> str:
    """Name the files of a result, with commas between them."""
    return ", ".join(map(str, written_files(path)))


@contextmanager
def whole_result(path: Path, *, overwrite: bool) -> Iterator[Path]:
    """Give a GeoPackage to write, which becomes the result at the end; refuses as `whole_file`."""
    if path.suffix.lower() == GEOPACKAGE:
        with whole_file(path, overwrite=overwrite) as new:
            yield new
        return
    files = check_result(path, overwrite=overwrite)
    former = [file for file in files if file.exists()]
    with whole_files(path.parent, former, name=path.name) as folder:
        made = folder / "result.gpkg"
        yield made
        _convert(made, folder / path.name, keep=path.with_suffix(".qml").exists())
        made.unlink()


def _convert(made: Path, path: Path, *, keep: bool) -> None:
    """Write all layers of a GeoPackage in the format of a path, styles beside unless `keep`."""
    driver, degrees, several = FORMATS[path.suffix.lower()]
    shapes = {str(name): kind for name, kind in pyogrio.list_layers(made)}
    names = [name for name in LAYERS if name in shapes and _count(made, name)]
    first = next(name for name in names if shapes[name] is not None)
    for name in names:
        if shapes[name] is None:
            _write_csv(made, name, path.with_name(f"{path.stem}_{name}.csv"))
            continue
        alone = path if several or name == first else path.with_stem(f"{path.stem}_{name}")
        try:
            _write_layer(made, name, alone, driver, degrees=degrees)
        except WRITE_ERRORS as error:
            message = f"The layer {name} cannot be written ({in_words(error)}). Is the disk full?"
            raise OSError(message) from error
        if not several and not (keep and name == first):
            _write_style(made, name, alone.with_suffix(".qml"))


def _write_layer(made: Path, name: str, path: Path, driver: str, *, degrees: bool) -> None:
    """Write a layer of a GeoPackage into another file."""
    layer = read_layer(find_place(made), name)
    geometry, crs = layer.geometry, layer.crs
    if degrees and crs != WGS84:
        geometry, crs = _in_degrees(geometry, crs, name), WGS84
    columns = layer.columns
    zones = {key: column.zones for key, column in columns.items() if column.zones is not None}
    names, values = list(columns), [column.values for column in columns.values()]
    if driver in XML_DRIVERS:
        names = kept_names([name_in_xml(key) for key in names])
        values = [_held_by_xml(column) for column in values]
    pyogrio.raw.write(
        path,
        geometry,
        values,
        names,
        field_mask=[column.missing for column in columns.values()],
        layer=name,
        driver=driver,
        geometry_type=pyogrio.read_info(made, layer=name)["geometry_type"],
        crs=crs,
        append=path.exists(),
        gdal_tz_offsets=zones or None,
    )
    if _count(path, name) != len(geometry):
        message = "not all features are there"
        raise OSError(message)


def _held_by_xml(values: np.ndarray) -> np.ndarray:
    """Attributes, (n,), without letters that XML cannot hold."""
    if values.dtype != object:
        return values
    held = np.empty_like(values)
    held[:] = [held_by_xml(value) for value in values]
    return held


def _in_degrees(geometry: np.ndarray, crs: str, name: str) -> np.ndarray:
    """Shapes, (n,) WKB, in degrees, each in one piece: past 180 degrees where need be."""
    shapes = shapes_of(geometry)
    xy, owner = shapely.get_coordinates(shapes, return_index=True)
    lon, lat = transformed(xy, crs, WGS84, f"the {name}")
    first = lon[np.searchsorted(owner, owner)]
    lon = lon - 360 * np.round((lon - first) / 360)
    return shapely.to_wkb(shapely.set_coordinates(shapes, np.column_stack([lon, lat])))


def _write_csv(made: Path, name: str, path: Path) -> None:
    """Write a table of a GeoPackage as CSV."""
    with closing(sqlite3.connect(made)) as database:
        rows = f'SELECT * FROM "{name}"'  # noqa: S608 # nosec B608 - a name of LAYERS
        found = database.execute(rows)
        fields = [Field(told[0], "str", "") for told in found.description[1:]]
        with open(path, "w", encoding="utf-8", newline="") as file:
            file.write(to_csv(fields, (row[1:] for row in found)))


def _write_style(made: Path, name: str, path: Path) -> None:
    """Write the style of a layer beside it, where QGIS looks for it."""
    with closing(sqlite3.connect(made)) as database:
        found = database.execute(
            "SELECT styleQML FROM layer_styles WHERE f_table_name = ?", (name,)
        ).fetchone()
    if found is not None:
        path.write_text(found[0], encoding="utf-8")


def _count(path: Path, name: str) -> int:
    """How many rows a layer has."""
    return pyogrio.read_info(path, layer=name, force_feature_count=True)["features"]
