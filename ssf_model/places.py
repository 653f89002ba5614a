"""Places of files, however they are named: no output may be an input or another output.

People and QGIS name a layer in many ways: a path, a link, `FILE|layername=L`, a URL, GDAL's
`/vsizip/FILE/INNER` and `DRIVER:FILE:LAYER`, QGIS's `ogr:dbname='FILE' table="L" (geom)`.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Union
from urllib.parse import unquote, urlsplit

from ssf_model.errors import InputError

Place = Union[str, "os.PathLike[str]"]
# Endings of files that are one map together; the rest of a name is the same.
FAMILIES = (
    frozenset({".shp", ".shx", ".dbf", ".prj", ".cpg", ".qpj", ".qix", ".sbn", ".sbx"}),
    frozenset({".tab", ".dat", ".map", ".id", ".ind"}),
    frozenset({".mif", ".mid"}),
    frozenset({".gml", ".gfs", ".xsd"}),
)
ELSEWHERE = re.compile(r"memory:|postgis:|postgres|TEMPORARY_OUTPUT$|/vsi(?:mem|curl|s3|gs|az)")
QUOTED = (
    r"""\s*=\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|([^\s'"]+))"""  # or not, as QGIS reads
)
IN_DATABASE = re.compile(r"\bdbname" + QUOTED)
TABLE = re.compile(r"\btable" + QUOTED)
LAYER_OPTIONS = re.compile(r"\|(?:layername|layerid|subset|geometrytype|uniquegeometrytype|option)")
GDAL_PREFIX = re.compile(r"/vsi(?:zip|gzip|tar|7z|rar)/")
DRIVER_PREFIX = re.compile(r"[A-Za-z][A-Za-z0-9_]+:(?!//)")  # of a Windows drive: one letter


def check_apart(outputs: Iterable[tuple[str, Place]], inputs: Iterable[tuple[str, Place]]) -> None:
    """Refuse outputs that would take the place of an input or of one another.

    Parameters
    ----------
    outputs, inputs : iterables of (str, path or text)
        What the user calls each, and where it is.

    Raises
    ------
    InputError
        If two are one file, by whatever path or link, or an output lies inside an input folder. Two
        outputs may be tables of one file; none may be a table of an input's, which it would change.
    """
    read: dict[object, str] = {}
    for label, place in inputs:
        for file in files_of(place):
            read.update(dict.fromkeys(_identities(file), label))
    written: dict[object, list[tuple[int, str, str | None]]] = {}
    for number, (label, place) in enumerate(outputs):
        table = _table_of(place)
        for file in files_of(place):
            found = [read[key] for key in _identities(file) if key in read]
            if found:
                what = f"{place} is" if table is None else f"table '{table}' would go into {file},"
                message = (
                    f"{label}: {what} the input {found[0]}, and inputs are never changed. "
                    f"Choose another {'output' if table is None else 'file'}."
                )
                raise InputError(message)
            around = [read[key] for folder in _around(file) for key in folder if key in read]
            if around:
                message = (
                    f"{label}: {place} lies inside the input {around[0]}. Choose another output."
                )
                raise InputError(message)
            _check_among(written, number, label, place, file, table)


def files_of(place: Place) -> list[Path]:
    """The files that a place lies in, itself first; none for what is no file, as in memory.

    A Shapefile and its like are all their files that are there.
    """
    text = os.fspath(place)
    if not text or ELSEWHERE.match(text):
        return []
    file = _file_of(text)
    family = next((each for each in FAMILIES if file.suffix.lower() in each), frozenset())
    files = [file]
    if family and file.parent.is_dir():
        stem = file.stem.casefold()
        files += [
            other
            for other in sorted(file.parent.iterdir())
            if other.suffix.lower() in family and other.stem.casefold() == stem and other != file
        ]
    return files


def _file_of(text: str) -> Path:
    """The file, or folder, in which a place lies."""
    if os.path.lexists(text):
        return Path(text)
    database = _told(IN_DATABASE, text)
    if database is not None:
        return Path(database)
    if text.startswith("file:"):
        path = unquote(urlsplit(text).path)
        return Path(path[1:] if re.match(r"/[A-Za-z]:", path) else path)
    text = LAYER_OPTIONS.split(text)[0]
    inside = GDAL_PREFIX.match(text)
    while inside is not None:
        text = re.sub("[{}]", "", text[inside.end() :])
        inside = GDAL_PREFIX.match(text)
        if inside is None:
            return _beginning(text, "/")
    if not os.path.lexists(text) and DRIVER_PREFIX.match(text):
        return _beginning(text.split(":", 1)[1].strip('"'), ":")
    return Path(text)


def _beginning(text: str, separator: str) -> Path:
    """The longest beginning of a text, up to a separator, that is there; all of it if none is."""
    for candidate in (text, f"/{text}"):  # pathlib makes one of the two strokes of /vsizip//a
        parts = candidate.split(separator)
        for count in range(len(parts), 0, -1):
            begun = separator.join(parts[:count])
            if begun and begun != separator and os.path.isfile(begun):
                return Path(begun)
    return Path(text)


def _table_of(place: Place) -> str | None:
    """The table that a place names in a database of QGIS's."""
    text = os.fspath(place)
    return _told(TABLE, text) if IN_DATABASE.search(text) else None


def _told(part: re.Pattern[str], text: str) -> str | None:
    """What a part of a database's place says; None where it says nothing."""
    found = part.search(text)
    if found is None:
        return None
    quoted = next(value for value in found.groups() if value is not None)
    return re.sub(r"\\(.)", r"\1", quoted)


def _identities(file: Path) -> list[object]:
    """What tells a file from others: its true path and, where it is there, its place on disk."""
    found: list[object] = [os.path.realpath(file)]
    try:
        there = os.stat(file)
    except (OSError, ValueError):
        return found
    return [*found, (there.st_dev, there.st_ino)]


def _around(file: Path) -> Iterator[list[object]]:
    """The identities of every folder that a file lies in."""
    for folder in Path(os.path.realpath(file)).parents:
        yield _identities(folder)


def _check_among(
    written: dict[object, list[tuple[int, str, str | None]]],
    number: int,
    label: str,
    place: Place,
    file: Path,
    table: str | None,
) -> None:
    """Refuse an output that another one of the run is, and note it: tables may share a file."""
    # Case and accents do not tell files apart everywhere.
    path = unicodedata.normalize("NFC", os.path.realpath(file)).casefold()
    for key in (path, *_identities(file)[1:]):
        for other, other_label, other_table in written.setdefault(key, []):
            apart = table and other_table and table.lower() != other_table.lower()
            if other != number and not apart:
                message = f"{label}: {place} is the output {other_label}, too. Choose another one."
                raise InputError(message)
        written[key].append((number, label, table))
