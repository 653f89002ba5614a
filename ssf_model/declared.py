"""What a map's file says of itself, held against what is there: readers go by it without a word.

A Shapefile or FlatGeobuf that was cut short is read in part, and features beyond a stale count are
never seen. Sources: ESRI Shapefile Technical Description (1998); dBASE III tables; FlatGeobuf 3.
"""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO, NamedTuple

from ssf_model.errors import InputError, counted

SHP_HEAD, DBF_HEAD = 100, 32  # bytes
DBF_LANGUAGE = 29  # where a .dbf says how its text is written
SHX_RECORD = 8
SMALLEST_SHP_RECORD = 12  # head and kind of a shape that is null
ID_RECORD = 4  # of a MapInfo table's .id
FGB_MAGIC = b"fgb\x03fgb"
FGB_COUNT, FGB_NODE_SIZE = 8, 9  # fields of its header
FGB_NODE_BYTES = 40
ARCHIVE_ERRORS = (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError)
JSON_LINES = (".geojsonl", ".geojsons", ".ndjson", ".jsonl")
ADVICE = "The file is damaged or was not written to its end; get it anew."


class Part(NamedTuple):
    """A file, on disk or in a zip archive."""

    ending: str
    size: int
    opened: Callable[[], IO[bytes]]

    def head(self, count: int) -> bytes:
        """Its first bytes."""
        with self.opened() as file:
            return file.read(count)


def check_whole(path: Path) -> None:
    """Refuse a file that holds less, or more, than it says.

    Parameters
    ----------
    path : Path
        A local file; of a Shapefile or a MapInfo table its .shp or .tab. In a zip archive and in
        a folder every such file is looked at. Other forms pass.

    Raises
    ------
    InputError
        If it is cut short, or its parts or counts differ.
    """
    if path.is_dir():
        for inside in sorted(path.iterdir()):
            if inside.is_file() and inside.suffix.lower() in FORMS:
                check_whole(inside)
    elif path.suffix.lower() in FORMS and path.is_file():
        _check_parts(path.name, _parts_on_disk(path))
    elif path.is_file() and zipfile.is_zipfile(path):
        # What is wrong with the archive itself GDAL will say.
        with suppress(*ARCHIVE_ERRORS), zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                if PurePosixPath(name).suffix.lower() in FORMS:
                    _check_parts(name, _parts_in_archive(archive, name))


def _check_parts(name: str, parts: Mapping[str, Part]) -> None:
    """Refuse a file by its parts."""
    ending = PurePosixPath(name).suffix.lower()
    told = FORMS[ending](parts)
    if told is not None:
        message = f"{PurePosixPath(name).name}: {told}. {ADVICE}"
        raise InputError(message)


def check_count(name: str, declared: int, found: int) -> None:
    """Refuse a layer that holds another number of features than it says; below 0 it says none.

    Raises
    ------
    InputError
        If the numbers differ.
    """
    if declared >= 0 and declared != found:
        message = (
            f"{name} says that it holds {_features(declared, found)}. A program did "
            "not finish writing it, or did it wrongly; save it anew, for example with QGIS."
        )
        raise InputError(message)


def says_encoding(path: Path) -> bool:
    """Whether a Shapefile says how its text is written: by a .cpg, or in its .dbf."""
    parts = _parts_on_disk(path)
    if ".cpg" in parts or ".dbf" not in parts:
        return True
    head = parts[".dbf"].head(DBF_HEAD)
    return len(head) == DBF_HEAD and head[DBF_LANGUAGE] != 0


def _parts_on_disk(path: Path) -> dict[str, Part]:
    """Files that share a name but for their ending, in whatever case, by that ending."""
    found = {}
    for other in path.parent.iterdir():
        if other.stem == path.stem and other.is_file():
            found[other.suffix.lower()] = Part(other.suffix, other.stat().st_size, _opener(other))
    return found


def _opener(path: Path) -> Callable[[], IO[bytes]]:
    """What opens a file to be read."""
    return lambda: path.open("rb")


def _parts_in_archive(archive: zipfile.ZipFile, name: str) -> dict[str, Part]:
    """Files of a zip archive that share a name but for their ending, by that ending."""
    stem = PurePosixPath(name).with_suffix("")
    found = {}
    for info in archive.infolist():
        other = PurePosixPath(info.filename)
        if other.name and other.with_suffix("") == stem:
            found[other.suffix.lower()] = Part(
                other.suffix, info.file_size, partial(archive.open, info)
            )
    return found


def _shapefile(parts: Mapping[str, Part]) -> str | None:
    """What is wrong with a Shapefile's parts."""
    counts: dict[str, int] = {}
    for ending, smallest in ((".shp", SMALLEST_SHP_RECORD), (".shx", SHX_RECORD)):
        part = parts.get(ending)
        if part is None:
            continue
        head = part.head(SHP_HEAD)
        if len(head) < SHP_HEAD:
            return f"{part.ending} is cut short, {part.size} bytes are there"
        declared = 2 * struct.unpack_from(">i", head, 24)[0]
        if part.size < declared:
            return f"{part.ending} is cut short, {part.size} of {declared} bytes are there"
        if part.size >= declared + smallest:
            return f"{part.ending} says that it has {declared} bytes, and {part.size} are there"
        if ending == ".shx":
            counts["shapes"] = (declared - SHP_HEAD) // SHX_RECORD
    told = _dbase(parts[".dbf"], counts) if ".dbf" in parts else None
    if told is None and len(set(counts.values())) > 1:
        return f"it has {counts['shapes']} shapes and {counts['rows']} rows of attributes"
    return told


def _mapinfo(parts: Mapping[str, Part]) -> str | None:
    """What is wrong with a MapInfo table's parts."""
    counts: dict[str, int] = {}
    told = _dbase(parts[".dat"], counts) if ".dat" in parts else None
    if told is None and ".id" in parts and "rows" in counts:
        found = parts[".id"].size // ID_RECORD
        if found != counts["rows"]:
            return f"it has {found} shapes and {counts['rows']} rows of attributes"
    return told


def _dbase(part: Part, counts: dict[str, int]) -> str | None:
    """What is wrong with a table of attributes; its number of rows goes into `counts`."""
    head = part.head(DBF_HEAD)
    if len(head) < DBF_HEAD:
        return f"{part.ending} is cut short, {part.size} bytes are there"
    rows, begin, width = struct.unpack_from("<IHH", head, 4)
    counts["rows"] = rows
    found = max(0, (part.size - begin) // max(width, 1))
    if part.size < begin + rows * width:
        return f"{part.ending} is cut short, {found} of {rows} rows are there"
    if width and found > rows:
        return f"{part.ending} says that it has {rows} rows, and {found} are there"
    return None


def _flatgeobuf(parts: Mapping[str, Part]) -> str | None:
    """What is wrong with a FlatGeobuf: its features are walked by their sizes."""
    part = parts[".fgb"]
    with part.opened() as file:
        head = file.read(12)
        if len(head) < 12 or not head.startswith(FGB_MAGIC):
            return None  # GDAL will say that it is none
        (length,) = struct.unpack_from("<I", head, 8)
        header = file.read(min(length, part.size))
        if len(header) < length:
            return "it is cut short"
        try:
            declared = _table_entry(header, FGB_COUNT, "<Q", 0)
            node_size = _table_entry(header, FGB_NODE_SIZE, "<H", 16)
        except struct.error:
            return None
        place = 12 + length + _index_bytes(declared, node_size)
        found = 0
        while place < part.size:
            file.seek(place)
            prefix = file.read(4)
            if len(prefix) < 4:
                break
            place += 4 + struct.unpack("<I", prefix)[0]
            found += place <= part.size
    if place != part.size:
        some = f", {found} of {counted(declared, 'feature')} {_are(found)} there"
        return "it is cut short" + some * bool(declared)
    if declared and found != declared:
        return f"it says that it holds {_features(declared, found)}"
    return None


def _table_entry(buffer: bytes, number: int, form: str, default: int) -> int:
    """A number of a FlatBuffers table, the buffer's root; the default where it is left out."""
    (root,) = struct.unpack_from("<I", buffer, 0)
    (back,) = struct.unpack_from("<i", buffer, root)
    entry = 4 + 2 * number
    if entry + 2 > struct.unpack_from("<H", buffer, root - back)[0]:
        return default
    (offset,) = struct.unpack_from("<H", buffer, root - back + entry)
    return struct.unpack_from(form, buffer, root + offset)[0] if offset else default


def _index_bytes(count: int, node_size: int) -> int:
    """Length of the packed R-tree of so many features."""
    if not count or not node_size:
        return 0
    nodes, level = count, -(-count // max(node_size, 2))
    while level > 1:
        nodes += level
        level = -(-level // max(node_size, 2))
    return (nodes + 1) * FGB_NODE_BYTES


def _json_lines(parts: Mapping[str, Part]) -> str | None:
    """Whether the last of a file's lines, a feature each, ends."""
    (part,) = [parts[ending] for ending in JSON_LINES if ending in parts][:1]
    with part.opened() as file:
        file.seek(max(0, part.size - (1 << 16)))
        end = file.read().rstrip(b" \t\r\n\x00\x1e")
    return None if not end or end.endswith(b"}") else "its last line is cut short"


FORMS: dict[str, Callable[[Mapping[str, Part]], str | None]] = {
    ".shp": _shapefile,
    ".tab": _mapinfo,
    ".fgb": _flatgeobuf,
    **dict.fromkeys(JSON_LINES, _json_lines),
}


def _features(declared: int, found: int) -> str:
    """How many features a file says, and how many there are."""
    return f"{counted(declared, 'feature')}, and {found} {_are(found)} there"


def _are(count: int) -> str:
    """What one says of so many."""
    return "is" if count == 1 else "are"
