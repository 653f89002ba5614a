"""What a map's file says of itself, held against what is there: readers go by it without a word.

A Shapefile or FlatGeobuf that was cut short is read in part, and features beyond a stale count are
never seen. Sources: ESRI Shapefile Technical Description (1998); dBASE III tables; FlatGeobuf 3.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import BinaryIO

from ssf_model.errors import InputError

SHP_HEAD, DBF_HEAD = 100, 32  # bytes
SHX_RECORD = 8
SMALLEST_SHP_RECORD = 12  # head and kind of a shape that is null
ID_RECORD = 4  # of a MapInfo table's .id
FGB_MAGIC = b"fgb\x03fgb"
FGB_COUNT, FGB_NODE_SIZE = 8, 9  # fields of its header
FGB_NODE_BYTES = 40
JSON_LINES = (".geojsonl", ".geojsons", ".ndjson", ".jsonl")
ADVICE = "The file is damaged or was not written to its end; get it anew."


def check_whole(path: Path) -> None:
    """Refuse a file that holds less, or more, than it says.

    Parameters
    ----------
    path : Path
        A local file; of a Shapefile or a MapInfo table its .shp or .tab. Other forms pass.

    Raises
    ------
    InputError
        If it is cut short, or its parts or counts differ.
    """
    if not path.is_file():
        return
    ending = path.suffix.lower()
    told = None
    if ending == ".shp":
        told = _shapefile(path)
    elif ending == ".tab":
        told = _mapinfo(path)
    elif ending == ".fgb":
        with path.open("rb") as file:
            told = _flatgeobuf(file, path.stat().st_size)
    elif ending in JSON_LINES:
        told = _json_lines(path)
    if told is not None:
        message = f"{path.name}: {told}. {ADVICE}"
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
            f"{name} says that it holds {declared} features, and {found} are there. A program did "
            "not finish writing it, or did it wrongly; save it anew, for example with QGIS."
        )
        raise InputError(message)


def says_encoding(path: Path) -> bool:
    """Whether a Shapefile says how its text is written: by a .cpg, or in its .dbf."""
    table = _sibling(path, ".dbf")
    if _sibling(path, ".cpg") is not None or table is None:
        return True
    with table.open("rb") as file:
        head = file.read(DBF_HEAD)
    return len(head) == DBF_HEAD and head[29] != 0


def _shapefile(path: Path) -> str | None:
    """What is wrong with a Shapefile's parts."""
    counts: dict[str, int] = {}
    for part in (path, _sibling(path, ".shx")):
        if part is None:
            continue
        size = part.stat().st_size
        with part.open("rb") as file:
            head = file.read(SHP_HEAD)
        if len(head) < SHP_HEAD:
            return f"{part.suffix} is cut short, {size} bytes are there"
        declared = 2 * struct.unpack_from(">i", head, 24)[0]
        if size < declared:
            return f"{part.suffix} is cut short, {size} of {declared} bytes are there"
        if size >= declared + (SMALLEST_SHP_RECORD if part is path else SHX_RECORD):
            return f"{part.suffix} says that it has {declared} bytes, and {size} are there"
        if part is not path:
            counts["shapes"] = (declared - SHP_HEAD) // SHX_RECORD
    table = _sibling(path, ".dbf")
    if table is not None:
        told = _dbase(table, counts)
        if told is not None:
            return told
    if len(set(counts.values())) > 1:
        return f"it has {counts['shapes']} shapes and {counts['rows']} rows of attributes"
    return None


def _mapinfo(path: Path) -> str | None:
    """What is wrong with a MapInfo table's parts."""
    counts: dict[str, int] = {}
    table = _sibling(path, ".dat")
    told = None if table is None else _dbase(table, counts)
    places = _sibling(path, ".id")
    if told is None and places is not None and "rows" in counts:
        found = places.stat().st_size // ID_RECORD
        if found != counts["rows"]:
            return f"it has {found} shapes and {counts['rows']} rows of attributes"
    return told


def _dbase(path: Path, counts: dict[str, int]) -> str | None:
    """What is wrong with a table of attributes; its number of rows goes into `counts`."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(DBF_HEAD)
    if len(head) < DBF_HEAD:
        return f"{path.suffix} is cut short, {size} bytes are there"
    rows, begin, width = struct.unpack_from("<IHH", head, 4)
    counts["rows"] = rows
    if size < begin + rows * width:
        found = max(0, (size - begin) // max(width, 1))
        return f"{path.suffix} is cut short, {found} of {rows} rows are there"
    if width and (size - begin) // width > rows:
        found = (size - begin) // width
        return f"{path.suffix} says that it has {rows} rows, and {found} are there"
    return None


def _flatgeobuf(file: BinaryIO, size: int) -> str | None:
    """What is wrong with a FlatGeobuf: its features are walked by their sizes."""
    head = file.read(12)
    if len(head) < 12 or not head.startswith(FGB_MAGIC):
        return None  # GDAL will say that it is none
    (length,) = struct.unpack_from("<I", head, 8)
    header = file.read(length)
    cut = "it is cut short"
    if len(header) < length:
        return cut
    try:
        declared = _table_entry(header, FGB_COUNT, "<Q", 0)
        node_size = _table_entry(header, FGB_NODE_SIZE, "<H", 16)
    except struct.error:
        return None
    place = 12 + length + _index_bytes(declared, node_size)
    found = 0
    while place < size:
        file.seek(place)
        prefix = file.read(4)
        if len(prefix) < 4:
            break
        place += 4 + struct.unpack("<I", prefix)[0]
        found += place <= size
    if place != size:
        return cut + (f", {found} of {declared} features are there" if declared else "")
    if declared and found != declared:
        return f"it says that it holds {declared} features, and {found} are there"
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


def _json_lines(path: Path) -> str | None:
    """Whether the last of a file's lines, a feature each, ends."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - (1 << 16)))
        end = file.read().rstrip(b" \t\r\n\x00\x1e")
    return None if not end or end.endswith(b"}") else "its last line is cut short"


def _sibling(path: Path, ending: str) -> Path | None:
    """The file beside that differs in its ending, in whatever case; None where there is none."""
    for candidate in (path.with_suffix(ending), path.with_suffix(ending.upper())):
        if candidate.is_file():
            return candidate
    return None
