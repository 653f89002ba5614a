"""Lines out of geometries of any kind, those too that GEOS does not take."""

from __future__ import annotations

import struct

import numpy as np
import shapely

LINES = (shapely.GeometryType.LINESTRING, shapely.GeometryType.MULTILINESTRING)
LINE_STRING, MULTI_LINE_STRING = 2, 5  # as WKB counts kinds
KIND_NAMES = {1: "point", 3: "polygon", 4: "multipoint", 6: "multipolygon", 7: "collection"}


def shapes_of(geometry: np.ndarray, *, on_invalid: str = "ignore") -> np.ndarray:
    """Geometries out of WKB, (n,), as `shapely.from_wkb`, which warns of every vertex of NaN."""
    with np.errstate(invalid="ignore"):
        return shapely.from_wkb(geometry, on_invalid=on_invalid)


def lines_of(geometry: np.ndarray) -> tuple[list[list[np.ndarray]], dict[int, str], np.ndarray]:
    """Take the lines out of geometries.

    Parameters
    ----------
    geometry : (n,) array
        WKB, None for a feature without geometry.

    Returns
    -------
    lines : list of lists of (m, 2) float arrays
        For each feature, x and y of the vertices; a line may have one vertex.
    kinds : dict of int to str
        Number of a feature that is no line -> what it is, such as "point".
    wkb : (n,) array
        The geometries; for a collection that holds lines, those alone.
    """
    shapes = shapes_of(geometry)
    lines: list[list[np.ndarray]] = [[] for _ in geometry]
    kinds: dict[int, str] = {}
    wkb = np.array(geometry, dtype=object)
    types = shapely.get_type_id(shapes)
    for number in np.flatnonzero((types == -1) & [one is not None for one in wkb]).tolist():
        found, kind = _by_hand(bytes(wkb[number]))
        lines[number] = found
        if kind is not None:
            kinds[number] = kind
    wrong = ~np.isin(types, [-1, *(int(kind) for kind in LINES)])
    for number in np.flatnonzero(wrong).tolist():
        inside = _line_parts(shapes[number])
        if inside:
            shapes[number] = shapely.multilinestrings(inside)
            wkb[number] = shapely.to_wkb(shapes[number])
        else:
            name = shapely.GeometryType(int(types[number])).name.lower()
            kinds[number] = name.replace("geometry", "")
            shapes[number] = None
    parts, owner = shapely.get_parts(shapes, return_index=True)
    xy, part = shapely.get_coordinates(parts, return_index=True)
    stops = np.cumsum(np.bincount(part, minlength=len(parts)))
    for number, line in zip(owner.tolist(), np.split(xy, stops[:-1])):
        if len(line):
            lines[number].append(line)
    return lines, kinds, wkb


def _line_parts(shape: shapely.Geometry) -> list[shapely.Geometry]:
    """The lines of a collection, however deep they lie; none of another geometry."""
    if shapely.get_type_id(shape) == shapely.GeometryType.LINESTRING:
        return [] if shapely.is_empty(shape) else [shape]
    if shapely.get_type_id(shape) not in (
        shapely.GeometryType.MULTILINESTRING,
        shapely.GeometryType.GEOMETRYCOLLECTION,
    ):
        return []
    return [line for part in shapely.get_parts(shape) for line in _line_parts(part)]


def _by_hand(wkb: bytes) -> tuple[list[np.ndarray], str | None]:
    """The lines of WKB that GEOS refuses, such as a line of one vertex; else what it is."""
    kind = _header(wkb, 0)[1]
    if kind in (LINE_STRING, MULTI_LINE_STRING):
        lines: list[np.ndarray] = []
        _read_lines(wkb, 0, lines)
        return lines, None
    return [], KIND_NAMES.get(kind, "surface or other geometry")


def _header(wkb: bytes, at: int) -> tuple[str, int, int]:
    """Byte order, kind and number of ordinates of the geometry that begins somewhere."""
    order = "<" if wkb[at] else ">"
    (code,) = struct.unpack_from(order + "I", wkb, at + 1)
    flags, code = code >> 28, code & 0x0FFFFFFF  # of the older form with Z and M
    level = code // 1000  # of the newer one: 0, Z, M, Z and M
    z = bool(flags & 8) or level in (1, 3)
    m = bool(flags & 4) or level in (2, 3)
    return order, code % 1000, 2 + z + m


def _read_lines(wkb: bytes, at: int, lines: list[np.ndarray]) -> int:
    """Gather a line, or those of a multipart one; where the next geometry begins."""
    order, kind, ordinates = _header(wkb, at)
    (count,) = struct.unpack_from(order + "I", wkb, at + 5)
    at += 9
    if kind == MULTI_LINE_STRING:
        for _ in range(count):
            at = _read_lines(wkb, at, lines)
        return at
    vertices = np.frombuffer(wkb, order + "f8", count * ordinates, at).reshape(-1, ordinates)
    if count:
        lines.append(vertices[:, :2].astype(float))
    return at + 8 * count * ordinates
