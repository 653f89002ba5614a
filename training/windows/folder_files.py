"""The three files of a folder of windows as they are read: what they should be, or refused."""

from __future__ import annotations

import csv
import io
import math
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ssf_model.scale import ExperimentScale
from ssf_model.tables.cells import unguarded

MANIFEST_FORMAT = 2
FORMAT_WITHOUT_STRETCH = 1  # older folders, which are still read
NOT_AS_WRITTEN = (
    OSError, KeyError, IndexError, TypeError, ValueError, EOFError, MemoryError, RecursionError,
    zipfile.BadZipFile, zlib.error, csv.Error,
)  # fmt: skip
MOST_HEADER = 1024  # bytes of an array's file before its numbers
COLUMN_TYPES: dict[str, Any] = {
    "experiment": str, "window": np.int64, "frame": np.int64, "ke": float, "ke_sd": float,
    "trace_px": np.int64, "source": str, "stretch_px": np.float32,
}  # fmt: skip
FORMATS = (FORMAT_WITHOUT_STRETCH, MANIFEST_FORMAT)


def check_manifest(manifest: Any) -> None:
    """Refuse a manifest whose entries are not what they are read for.

    Raises
    ------
    ValueError
        If one is missing or cannot be; InputError is one.
    """
    known = isinstance(manifest, dict) and type(manifest.get("format")) is int
    if not known or manifest["format"] not in FORMATS:
        message = f"not of format {' or '.join(map(str, FORMATS))}"
        raise ValueError(message)
    sizes = [manifest.get(name) for name in ("window_rows", "window_cols", "stride_px")]
    pixel_size_m = manifest.get("pixel_size_m")
    if not _is_number(pixel_size_m) or not all(type(size) is int for size in sizes):
        message = f"a scale of {pixel_size_m!r} m and {sizes!r} pixels"
        raise ValueError(message)
    ExperimentScale(float(pixel_size_m), *sizes)
    fits = {
        "data_sha256": isinstance(manifest.get("data_sha256"), str),
        "material": isinstance(manifest.get("material"), str),
        "experiments": isinstance(manifest.get("experiments"), dict),
        "families": _lists_of_names(manifest.get("families", {})),
    }
    for name, holds in fits.items():
        if not holds:
            message = f"{name!r} is not what it should be"
            raise ValueError(message)


def _is_number(value: Any) -> bool:
    """Whether the value is a number that a float holds."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return abs(value) < 1e300


def _lists_of_names(value: Any) -> bool:
    """Whether the value is a table of lists of words."""
    return isinstance(value, dict) and all(
        isinstance(own, list) and all(isinstance(name, str) for name in own)
        for own in value.values()
    )


def columns_of(table: bytes, *, of_stretch: bool) -> dict[str, np.ndarray]:
    """The table's columns, with their types; older tables have none of stretches.

    Raises what is in `NOT_AS_WRITTEN` where they are others.
    """
    rows = list(csv.reader(io.StringIO(table.decode())))
    cells = ([unguarded(cell) for cell in row] for row in rows[1:])
    if len({len(row) for row in rows}) != 1:
        message = "rows of other lengths than the first"
        raise ValueError(message)
    found = dict(zip(rows[0], zip(*cells)))
    columns = {
        name: np.array(found[name], dtype=dtype)
        for name, dtype in COLUMN_TYPES.items()
        if of_stretch or name != "stretch_px"
    }
    for name in ("ke", "ke_sd"):
        if not np.isfinite(columns[name]).all():
            message = f"'{name}' that is no finite number"
            raise ValueError(message)
    return columns


def maps_in(path: Path, count: int, manifest: Mapping[str, Any]) -> np.ndarray:
    """The maps; what they would take is known before they are unpacked."""
    shape = (count, manifest["window_rows"], manifest["window_cols"])
    with zipfile.ZipFile(path) as archive:
        size = archive.getinfo("maps.npy").file_size
    if size > math.prod(shape) + MOST_HEADER:
        message = f"maps of {size} bytes for {shape} pixels"
        raise ValueError(message)
    with np.load(path, allow_pickle=False) as archive:
        maps = archive["maps"]
    if maps.shape != shape or maps.dtype != np.uint8 or maps.max(initial=0) > 1:
        message = f"maps of {maps.shape} {maps.dtype} for {shape} pixels of 0 and 1"
        raise ValueError(message)
    return maps
