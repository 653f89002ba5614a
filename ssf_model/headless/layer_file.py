"""One layer of a vector file as GDAL reads it, with all that it holds."""

from __future__ import annotations

import codecs
import os
import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyogrio
import rasterio
from pyogrio.errors import DataLayerError, DataSourceError

from ssf_model.declared import check_count, check_whole, says_encoding
from ssf_model.errors import InputError, counted
from ssf_model.faults.attributes import unread_texts
from ssf_model.headless.columns import Column, make_column
from ssf_model.headless.map_places import Place, driver_of, first_line, unwarned

INDIRECT = ("OGR_VRT", "GDALG", "WFS")
GUESSED = (
    "The .dbf does not say how its text is written (there is no .cpg); it was read as Western "
    "(ISO-8859-1), which is a guess. If letters are wrong, --encoding names the right one."
)
SQLITE_HEAD = b"SQLite format 3\0"
QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
SHOWN = 3  # different warnings of GDAL that are passed on


@dataclass(frozen=True)
class Layer:
    """A layer as read: `geometry` holds (n,) WKB, `columns` the attributes in order."""

    label: str
    crs: str
    names: list[str]
    geometry: np.ndarray
    columns: dict[str, Column]
    remarks: list[str]


def read_layer(
    place: Place,
    layer: str,
    *,
    crs: str | None = None,
    crs_wins: bool = True,
    where: str | None = None,
    encoding: str | None = None,
    follow_vrt: bool = False,
    wanted: str = "fault traces are lines",
) -> Layer:
    """Read a layer of lines.

    Parameters
    ----------
    place : Place
        The file.
    layer : str
        Name of the layer.
    crs : str, optional
        Its coordinate reference system.
    crs_wins : bool
        Whether that holds whatever the file says, and not only where it says none.
    where : str, optional
        Filter of attributes in SQL: features for which it is not true are left out.
    encoding : str, optional
        How its text is written.
    follow_vrt : bool
        Whether the file may name others.
    wanted : str
        What a message says of the shapes that it ought to have.

    Returns
    -------
    layer : Layer
        With what the user should know of it as remarks.

    Raises
    ------
    InputError
        If the file, an option or its CRS cannot be used.
    """
    label = f"{place.name}, layer '{layer}'"
    if where is not None and ";" in QUOTED.sub("", where):
        message = f"The filter {where!r} holds more than one statement; write what follows WHERE."
        raise InputError(message)
    if place.packed and not follow_vrt and driver_of(place, layer) in INDIRECT:
        message = f"{place.name} is a VRT, which names other files; --follow-vrt allows it."
        raise InputError(message)
    check_whole(place.path)
    _check_count(place, layer, label)
    encoding = None if encoding is None else _known_encoding(encoding)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        meta, fids, geometry, values = _read(place, layer, where, encoding)
        columns = _columns(place, layer, meta, fids, values, where, encoding)
    if geometry is None:
        _refuse_utf16(place)
        message = f"{label} is a table without geometry; {wanted}."
        raise InputError(message)
    if not len(geometry):
        asked = "" if where is None else f" for which {where}"
        message = f"{label} is empty: it holds no fault trace{asked}."
        raise InputError(message)
    remarks = _passed_on([str(one.message) for one in caught])
    if encoding is None and not _says_encoding(place, columns):
        remarks.append(GUESSED)
    remarks += unread_texts(value for column in columns.values() for value in column.values)
    if where is not None:
        remarks.insert(
            0,
            f"{counted(len(geometry), 'feature is that', 'features are those')} for which {where}.",
        )
    given = crs if crs_wins or not meta["crs"] else None
    known = _checked_crs(meta["crs"], label, given, remarks)
    names = [f"{label}, feature {fid}" for fid in fids]
    return Layer(label, known, names, geometry, columns, remarks)


def _refuse_utf16(place: Place) -> None:
    """Refuse a text that begins with UTF-16's mark, or as such text does without one."""
    try:
        with open(place.path, "rb") as file:
            begin = file.read(64)
    except OSError:  # in an archive, or a database
        return
    marked = begin.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    halves = begin[::2], begin[1::2]  # of Latin letters one is 0, the other never
    pairs = (halves, halves[::-1]) if len(begin) > 3 else ()
    if marked or any(all(letters) and not any(zeros) for letters, zeros in pairs):
        message = (
            f"{place.name} is written in UTF-16, which GDAL does not read as a map: save it as "
            "UTF-8 (in a spreadsheet: CSV UTF-8)."
        )
        raise InputError(message)


def _read(
    place: Place, layer: str, where: str | None, encoding: str | None
) -> tuple[dict, np.ndarray, np.ndarray, list[np.ndarray]]:
    """All of a layer: its description, feature ids, WKB and columns."""
    try:
        return pyogrio.raw.read(
            place.source,
            layer=layer,
            return_fids=True,
            datetime_as_string=True,
            where=where,
            encoding=encoding,
        )
    except UnicodeError as error:
        _refuse_utf16(place)
        told = "is not UTF-8" if encoding is None else f"is not {encoding}"
        message = (
            f"{place.name}, layer '{layer}' holds text that {told}; --encoding says how it is "
            "written, such as cp1252 (Western), cp1254 (Turkish), cp1251, gbk or shift_jis. In "
            "QGIS the layer's properties have it under Source."
        )
        raise InputError(message) from error
    except (DataSourceError, DataLayerError, ValueError) as error:
        if where is None:
            message = f"{place.name}, layer '{layer}' cannot be read ({first_line(error)})."
        else:
            with unwarned():
                fields = pyogrio.read_info(place.source, layer=layer)["fields"]
            message = (
                f"{place.name}, layer '{layer}': the filter {where!r} is not understood. It is "
                "what follows WHERE in SQL, such as \"slip_type = 'Dextral'\"; the fields are: "
                f"{', '.join(map(str, fields)) or 'none'}."
            )
        raise InputError(message) from error


def _check_count(place: Place, layer: str, label: str) -> None:
    """Refuse a layer of a GeoPackage whose count is stale: no more than that is read of it."""
    with open(os.devnull if place.path.is_dir() else place.path, "rb") as file:
        head = file.read(len(SQLITE_HEAD))
    if head != SQLITE_HEAD or driver_of(place, layer) != "GPKG":
        return
    quoted = layer.replace('"', '""')
    try:
        count = f'SELECT COUNT(*) AS n FROM "{quoted}"'  # noqa: S608 # nosec B608 - it is quoted
        with unwarned():
            declared = int(pyogrio.read_info(place.source, layer=layer)["features"])
            counted = pyogrio.raw.read(place.source, sql=count, read_geometry=False)
    except (RuntimeError, ValueError) as error:
        message = f"{label} cannot be read ({first_line(error)})."
        raise InputError(message) from error
    check_count(label, declared, int(counted[3][0][0]))


def _says_encoding(place: Place, columns: dict[str, Column]) -> bool:
    """Whether a file says how its text is written, or has only letters that all ways share."""
    if place.path.suffix.lower() != ".shp" or says_encoding(place.path):
        return True
    texts = [*columns, *(value for column in columns.values() for value in column.values)]
    return all(text.isascii() for text in texts if isinstance(text, str))


def _columns(
    place: Place,
    layer: str,
    meta: dict,
    fids: np.ndarray,
    values: list[np.ndarray],
    where: str | None,
    encoding: str | None,
) -> dict[str, Column]:
    """The attributes with the kinds that the file gives them."""
    fields = [str(name) for name in meta["fields"]]
    subtypes = meta.get("ogr_subtypes", [""] * len(fields))

    def exact(field: str) -> Callable[[], np.ndarray]:
        """Read a field again where it has a value, since NULL makes real numbers of whole ones."""

        def read() -> np.ndarray:
            quoted = field.replace('"', '\\"')
            _, some, _, (found,) = pyogrio.raw.read(
                place.source,
                layer=layer,
                columns=[field],
                read_geometry=False,
                return_fids=True,
                where=f'"{quoted}" IS NOT NULL',
                encoding=encoding,
            )
            whole = dict(zip(some.tolist(), found.tolist()))
            return np.array([whole.get(fid, 0) for fid in fids.tolist()])

        return read

    return {
        field: make_column(column, str(dtype), str(subtype), exact=exact(field))
        for field, column, dtype, subtype in zip(fields, values, meta["dtypes"], subtypes)
    }


def _known_encoding(encoding: str) -> str:
    """The name of an encoding, refused where it is not known."""
    try:
        codecs.lookup(encoding)
    except LookupError as error:
        message = (
            f"The encoding {encoding!r} is not known; such names are utf-8, cp1252, cp1254, gbk."
        )
        raise InputError(message) from error
    return encoding


def _passed_on(warned: list[str]) -> list[str]:
    """What GDAL warned of, as remarks: each once, the first few."""
    told = [" ".join(text.split()) for text in dict.fromkeys(warned)]
    rest = len(told) - SHOWN
    more = [f"And {counted(rest, 'other warning')} of GDAL."] if rest > 0 else []
    return [f"GDAL says: {text.rstrip('.')}." for text in told[:SHOWN]] + more


def _checked_crs(crs: str | None, label: str, given: str | None, remarks: list[str]) -> str:
    """The layer's CRS, or the one given; refused where it cannot be placed on Earth."""
    if given is not None:
        if crs and not _same(crs, given):
            remarks.append(f"Coordinates are taken as {given}, which is not what the file says.")
        crs = given
    if not crs:
        message = (
            f"{label} has no coordinate reference system, so its scale is unknown. Assign the "
            f"right one, for example in QGIS, and save it; or give it, such as --crs EPSG:4326."
        )
        raise InputError(message)
    try:
        with rasterio.Env():  # without it PROJ prints its own lines
            known = rasterio.crs.CRS.from_user_input(crs)
        usable = known.is_geographic or known.is_projected
    except rasterio.errors.CRSError as error:
        message = (
            f"{label}: its coordinate reference system is not understood ({first_line(error)})."
        )
        raise InputError(message) from error
    if not usable:
        message = (
            f"{label} has a local or geocentric coordinate reference system: its map cannot be "
            "placed on Earth. Georeference it to a projected or geographic one."
        )
        raise InputError(message)
    return crs


def _same(crs: str, given: str) -> bool:
    """Whether two texts name one CRS; not where one is not understood."""
    try:
        with rasterio.Env():
            known = rasterio.crs.CRS.from_user_input
            return bool(known(crs) == known(given))
    except rasterio.errors.CRSError:
        return False
