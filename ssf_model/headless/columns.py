"""Attributes of a layer as GDAL holds them, so that they are told and written as they were."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ssf_model.faults.attributes import plain, text_of

TIME_ZONE = re.compile(r"(?:Z|[+-]\d\d(?::?\d\d)?)$")
UTC, NO_ZONE = 100, 0  # as GDAL counts time zones, one more for a quarter of an hour ahead
QUARTER_HOUR = np.timedelta64(15, "m")
# Kinds of values that a GeoPackage does not have -> what they are called.
AS_TEXT = {"list": "lists", "json": "JSON", "time": "times of day", "bytes": "bytes"}


@dataclass(frozen=True)
class Column:
    """An attribute of all features.

    Attributes
    ----------
    values : (n,) array
        As GDAL has them: whole numbers and booleans keep their kind where some are NULL.
    missing : (n,) bool array, or None
        Which of them are NULL; None where none is.
    kind : str
        "list", "json", "time" or "bytes" where the values are that; else "".
    zones : (n,) int array, or None
        Time zones of the clocks in `values`, as GDAL counts them; None where there are none.
    """

    values: np.ndarray
    missing: np.ndarray | None = None
    kind: str = ""
    zones: np.ndarray | None = None

    def plain(self) -> list[object]:
        """The values as Python's own; None for NULL."""
        told = [plain(value) for value in self.values]
        if self.kind == "json":
            told = [_parsed(value) for value in told]
        if self.missing is None:
            return told
        return [None if gone else value for gone, value in zip(self.missing, told)]

    def picked(self, rows: np.ndarray) -> Column:
        """The column of some features, by their numbers or by a mask."""
        missing = None if self.missing is None else self.missing[rows]
        zones = None if self.zones is None else self.zones[rows]
        return Column(self.values[rows], missing, self.kind, zones)

    def writable(self) -> Column:
        """The column as a GeoPackage can hold it: what it has no kind for becomes text."""
        if self.zones is not None:  # a GeoPackage has times in UTC, and times of no zone
            ahead = np.where(self.zones == NO_ZONE, 0, self.zones - UTC) * QUARTER_HOUR
            zones = np.where(self.zones == NO_ZONE, NO_ZONE, UTC)
            return Column(self.values - ahead, self.missing, zones=zones)
        return _text_column(self) if self.kind in AS_TEXT else self


def make_column(
    values: np.ndarray,
    dtype: str,
    subtype: str,
    *,
    exact: Callable[[], np.ndarray],
) -> Column:
    """Make a column of what pyogrio read.

    Parameters
    ----------
    values : (n,) array
        As read, dates as text: whole numbers and booleans with NULL are real numbers with NaN.
    dtype, subtype : str
        The kind of the field by pyogrio, and its OGR subtype.
    exact : callable
        Called where real numbers cannot hold the whole ones; gives them, 0 for NULL.

    Returns
    -------
    column : Column
        With the kind of the field.
    """
    if dtype.startswith("datetime64"):
        return _dates(values, dtype)
    if dtype.startswith("list"):
        return Column(values, _gone(values), "list")
    if values.dtype == object:
        kind = "json" if subtype == "OFSTJSON" else ""
        for value in values:
            if isinstance(value, (bytes, datetime.time)):
                kind = "bytes" if isinstance(value, bytes) else "time"
                break
        return Column(values, _gone(values), kind)
    if values.dtype.kind == "f" and np.dtype(dtype).kind in "iub":
        missing = np.isnan(values)
        whole = np.where(missing, 0, values)
        if (np.abs(whole) >= 2.0**53).any():
            return Column(exact().astype(dtype), missing)
        return Column(whole.astype(dtype), missing)
    if values.dtype.kind == "f":
        return Column(values, _mask(np.isnan(values)))
    return Column(values)


def joined_columns(
    tables: Sequence[Mapping[str, Column]], lengths: Sequence[int]
) -> tuple[dict[str, Column], list[str]]:
    """Put the attributes of several layers under each other; NULL where a layer has no such one.

    Returns
    -------
    columns : dict of str to Column
        In the order in which names come first.
    remarks : list of str
        Which became text, because layers do not agree on their kind.
    """
    columns: dict[str, Column] = {}
    changed = []
    for name in dict.fromkeys(name for table in tables for name in table):
        found = [table.get(name) for table in tables]
        kinds = {(one.values.dtype.kind, one.kind) for one in found if one is not None}
        if len(kinds) > 1:
            changed.append(name)
            found = [None if one is None else _text_column(one) for one in found]
        columns[name] = _stacked(found, lengths)
    if not changed:
        return columns, []
    return columns, [f"Fields of another kind in each layer became text: {', '.join(changed)}."]


def changed_kinds(columns: Mapping[str, Column]) -> list[str]:
    """Say which attributes a GeoPackage holds as text only."""
    changed = [f"{name} ({AS_TEXT[one.kind]})" for name, one in columns.items() if one.kind]
    if not changed:
        return []
    return [f"A GeoPackage has no such kinds, so these attributes are text: {', '.join(changed)}."]


def _stacked(found: Sequence[Column | None], lengths: Sequence[int]) -> Column:
    """Columns under each other, NULL for one that is not there."""
    first = next(one for one in found if one is not None)
    values, missing, zones = [], [], []
    for column, count in zip(found, lengths):
        one = column or Column(np.zeros(count, dtype=first.values.dtype), np.ones(count, bool))
        values.append(one.values)
        missing.append(np.zeros(count, bool) if one.missing is None else one.missing)
        zones.append(np.zeros(count, np.int64) if one.zones is None else one.zones)
    zone = np.concatenate(zones)
    return Column(
        np.concatenate(values),
        _mask(np.concatenate(missing)),
        first.kind,
        zone if zone.any() else None,
    )


def _text_column(column: Column) -> Column:
    """A column as text."""
    texts = [text_of(value) for value in column.plain()]
    values = np.array(texts, dtype=object)
    return Column(values, _gone(values))


def _dates(values: np.ndarray, dtype: str) -> Column:
    """Dates and times out of GDAL's text: what the clock says, and in which zone."""
    missing = _gone(values)
    stamps = np.full(len(values), np.datetime64("NaT"), dtype=dtype)
    zones = np.full(len(values), NO_ZONE)
    for number, value in enumerate(values):
        if value is None or value != value:
            continue
        text = str(value)
        zone = TIME_ZONE.search(text) if "T" in text else None
        stamp = np.datetime64(text if zone is None else text[: zone.start()], "ms")
        if zone is not None:
            zones[number] = UTC + _quarters(zone[0])
        stamps[number] = stamp
    return Column(stamps, missing, zones=zones if zones.any() else None)


def _quarters(zone: str) -> int:
    """Quarters of an hour that a time zone is ahead of UTC."""
    if zone == "Z":
        return 0
    digits = zone[1:].replace(":", "").ljust(4, "0")
    quarters = (int(digits[:2]) * 60 + int(digits[2:])) // 15
    return -quarters if zone[0] == "-" else quarters


def _parsed(value: object) -> object:
    """JSON text as what it says; itself where it is no JSON."""
    try:
        return json.loads(value) if isinstance(value, str) else value
    except ValueError:
        return value


def _gone(values: np.ndarray) -> np.ndarray | None:
    """Which values of a column of objects are NULL."""
    return _mask(
        np.array(
            [value is None or (isinstance(value, float) and value != value) for value in values],
            dtype=bool,
        )
    )


def _mask(gone: np.ndarray) -> np.ndarray | None:
    """A mask, or None where it marks nothing."""
    return gone if gone.any() else None
