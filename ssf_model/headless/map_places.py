"""Where fault maps lie: files, layers of files, GDAL's own names; never places on a network."""

from __future__ import annotations

import os
import re
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyogrio
from pyogrio.errors import DataSourceError

from ssf_model.errors import InputError

MAP_ENDINGS = (".shp", ".gpkg", ".geojson", ".json", ".fgb", ".kml", ".gml", ".tab", ".mif")
ARCHIVES = ("/vsizip/", "/vsitar/", "/vsigzip/", "/vsi7z/", "/vsirar/")
# Endings of packed files that GDAL does not look into by itself.
PACKED = {".tar.gz": "/vsitar/", ".tgz": "/vsitar/", ".tar": "/vsitar/", ".gz": "/vsigzip/"}
URL = re.compile(r"[a-z][a-z0-9+.-]+:/", re.IGNORECASE)
DRIVER = re.compile(r'([A-Za-z][A-Za-z0-9_]+):"?(.+?)"?')
DATABASE_DRIVERS = (
    "pg mysql mssql oci mongodb mongodbv3 wfs oapif wfs3 csw gmlas odbc hana couchdb dods elastic "
    "es carto amigocloud ngw plscenes eeda sde idb"
)
DATABASES = frozenset(DATABASE_DRIVERS.split())
IN_BRACES = re.compile(r"^\{(.*)\}")  # how GDAL tells an archive's name from what is inside
LONGEST = 200  # letters of another library's message
MARKS = (b"<OGRVRTDataSource", b"<OGRWFSDataSource", b"gdal_streamed_alg")  # as such files begin
VRT_HEAD = 1 << 20  # bytes of a file in which GDAL might find it
LINE_KINDS = ("LineString", "MultiLineString", "CompoundCurve", "MultiCurve", "CircularString")
# A file of these has a layer for each of its folders: together they are the map.
FOLDER_DRIVERS = frozenset(("KML", "LIBKML"))

# Nothing is asked of a network, whatever a file names: what is not there cannot be reached.
pyogrio.set_gdal_config_options(
    {"CPL_VSIL_CURL_ALLOWED_FILENAME": "none", "GDAL_HTTP_PROXY": "127.0.0.1:9"}
)


@dataclass(frozen=True)
class Place:
    """A file as it was named.

    Attributes
    ----------
    source : str
        What GDAL is asked to open.
    name : str
        What messages call it.
    path : Path
        The local file that holds it.
    layer : str or None
        The layer, where the name says it ("faults.gpkg|layername=active").
    """

    source: str
    name: str
    path: Path
    layer: str | None = None

    @property
    def packed(self) -> bool:
        """Whether it lies in an archive or a folder, whose files GDAL alone has seen."""
        if self.source.startswith(ARCHIVES) or self.path.is_dir():
            return True
        return zipfile.is_zipfile(self.path)


def find_place(given: str | os.PathLike[str], *, follow_vrt: bool = False) -> Place:
    """Find the file that a name means.

    Parameters
    ----------
    given : str or path
        A path, a path with "|layername=" as QGIS writes it, a file in an archive
        ("/vsizip/maps.zip/faults.shp"), or one of GDAL's drivers before a path ("CSV:faults.txt").
    follow_vrt : bool
        Whether a file may name others that hold the map.

    Returns
    -------
    place : Place
        Of a local file that exists.

    Raises
    ------
    InputError
        If there is no such file, it lies on a network, or it is a VRT unasked.
    """
    text = str(given)
    layer = None
    if "|" in text and not Path(text).exists():
        text, layer = _without_layer(text)
    path = _local_file(text)
    if not path.exists():
        message = f"{text} does not exist."
        raise InputError(message)
    if not follow_vrt and _names_others(path):
        message = (
            f"{path.name} is a VRT: it names other files or places on a network that hold the "
            "map. Name those files, or give --follow-vrt where you trust it."
        )
        raise InputError(message)
    archive = next((how for ending, how in PACKED.items() if text.lower().endswith(ending)), "")
    source = archive + text if path == Path(text) else text
    return Place(source, Path(text).name or text, path, layer)


def result_name(given: str) -> str:
    """What the result of a map is called: as its file, and its layer where the name says it."""
    base, layer = (given, None) if Path(given).exists() else _without_layer(given)
    stem = Path(base).stem
    if layer is None:
        return stem
    return stem + "_" + re.sub(r"[^\w.-]+", "_", layer)


def layer_names(place: Place) -> list[str]:
    """Names of a file's layers."""
    return [name for name, _ in _layers(place)]


def chosen_layers(
    place: Place, layers: Sequence[str] | None, *, option: str = "--layer"
) -> list[str]:
    """The layers to read, those asked for or the only one that may hold lines.

    Parameters
    ----------
    place : Place
        The file.
    layers : sequence of str, optional
        Names of layers.
    option : str
        What a message calls the option that names layers.

    Raises
    ------
    InputError
        If a layer is not there, or none is told where there are several.
    """
    there = _layers(place)
    names = [name for name, _ in there]
    asked = list(layers or ()) or ([place.layer] if place.layer is not None else [])
    for layer in asked:
        if layer not in names:
            message = (
                f"{place.name} has no layer '{layer}'; {option} takes one of: "
                f"{', '.join(names) or 'none'}."
            )
            raise InputError(message)
    if asked:
        return asked
    with_geometry = [(name, kind) for name, kind in there if kind is not None]
    lines = [name for name, kind in with_geometry if _may_hold_lines(kind)]
    for candidates in (lines, [name for name, _ in with_geometry], names):
        if len(candidates) == 1:
            return candidates
        if candidates:
            break
    if candidates and driver_of(place, candidates[0]) in FOLDER_DRIVERS:
        return candidates
    message = (
        f"{place.name} holds several layers; {option} takes one or more of: "
        f"{', '.join(candidates) or 'none'}."
    )
    raise InputError(message)


def driver_of(place: Place, layer: str) -> str:
    """GDAL's name for the form of a file."""
    try:
        with unwarned():
            return str(pyogrio.read_info(place.source, layer=layer)["driver"])
    except (RuntimeError, ValueError):
        return ""


@contextmanager
def unwarned() -> Iterator[None]:
    """Leave out what libraries warn of: of a file, what reading its layers will say again."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def first_line(error: Exception) -> str:
    """What an error of another library says, in one line of bounded length, without any JSON.

    GDAL and PROJ quote whole coordinate reference systems.
    """
    text = str(error).strip().partition('{"')[0].strip()
    line = text.splitlines()[0].rstrip(" .,:;(") if text else ""
    return (line if len(line) <= LONGEST else line[:LONGEST].rstrip() + " ...") or (
        type(error).__name__
    )


def _layers(place: Place) -> list[tuple[str, str | None]]:
    """Names of a file's layers and their kinds of geometry; None for a table."""
    try:
        with unwarned():
            found = pyogrio.list_layers(place.source)
        return [(str(name), None if kind is None else str(kind)) for name, kind in found]
    except DataSourceError as error:
        message = f"{place.name} is no vector file that GDAL can read ({first_line(error)})."
        inside = _first_map_inside(place.path)
        if inside is not None and place.source == str(place.path):
            message = f"{place.name}: name the file inside, such as /vsizip/{place.path}/{inside}."
        raise InputError(message) from error


def _first_map_inside(path: Path) -> str | None:
    """The first file of a zip archive that may be a map; None where there is none."""
    try:
        with zipfile.ZipFile(path) as archive:
            return next((n for n in archive.namelist() if n.lower().endswith(MAP_ENDINGS)), None)
    except (OSError, zipfile.BadZipFile):
        return None


def _may_hold_lines(kind: str | None) -> bool:
    """Whether a layer of such geometries may hold lines."""
    plain = (kind or "").replace("2.5D ", "").split(" ")[0]
    return plain in LINE_KINDS or plain in ("Unknown", "GeometryCollection")


def _without_layer(text: str) -> tuple[str, str | None]:
    """A name as QGIS writes it, without the layer that it names after the path."""
    base, *options = text.split("|")
    layer = None
    for option in options:
        key, _, value = option.partition("=")
        if key.lower() != "layername" or not value:
            message = (
                f"{text}: '|{option}' is not understood; write |layername= and the layer's name, "
                "and --where for a filter."
            )
            raise InputError(message)
        layer = value
    return base, layer


def _local_file(text: str) -> Path:
    """The local file that a name leads to; refused where it is none."""
    for archive in ARCHIVES:
        if text.lower().startswith(archive):
            inside = _local_file(IN_BRACES.sub(r"\1", text[len(archive) :]))
            while not inside.exists() and inside != inside.parent:
                inside = inside.parent
            return inside if inside.is_file() else Path(text)
    if Path(text).exists():
        return Path(text)
    driver = DRIVER.fullmatch(text)
    head = driver[1].lower() if driver is not None else ""
    if driver is not None and head not in DATABASES:
        for end in (driver[2], driver[2].rpartition(":")[0].strip('"')):
            if end and Path(end).is_file():
                return Path(end)
    if text.lower().startswith("/vsi") or URL.match(text) or head in DATABASES:
        message = (
            f"{text} is no local file, and nothing is read from networks or databases. Save the "
            "layer as a GeoPackage, for example with QGIS, and name that."
        )
        raise InputError(message)
    return Path(text)


def _names_others(path: Path) -> bool:
    """Whether a file, or one in a zip archive, begins as a VRT does."""
    if not path.is_file():
        return False
    if zipfile.is_zipfile(path):
        try:
            with zipfile.ZipFile(path) as archive:
                for name in archive.namelist():
                    with archive.open(name) as member:
                        if _is_marked(member.read(VRT_HEAD)):
                            return True
        except (OSError, RuntimeError, NotImplementedError, zipfile.BadZipFile):
            return False  # GDAL will say what is wrong with it
        return False
    with path.open("rb") as file:
        return _is_marked(file.read(VRT_HEAD))


def _is_marked(head: bytes) -> bool:
    """Whether a file that begins so names others."""
    return any(mark in head for mark in MARKS)
