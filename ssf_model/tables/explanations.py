"""Tables of what explains KE: fields, rows and outlines, the same in QGIS and on the command line.

Every row comes with its shape in degrees: a closed ring for a polygon, a list of lines for a
stretch. Windows whose KE is unknown have no rows: what a network says of them means nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Union

import numpy as np

from ssf_model.drawing.windows import window_starts
from ssf_model.explain.contributions import StripContributions
from ssf_model.explain.explaining import StripExplanation
from ssf_model.explain.removal import Removal
from ssf_model.faults.traces import Traces
from ssf_model.tables.fields import Field
from ssf_model.zones.strips import Strip

# Cells with less than this share of their window's largest contribution are left out.
LEAST_SHARE = 0.01

CONTRIBUTION_FIELDS = (
    Field("zone", "str", "Fault zone of the window"),
    Field("strip", "int", "Its strip"),
    Field("window", "int", "Its number in the strip"),
    Field("row", "int", "Row of the cell in the window, from 1 at its far side"),
    Field("col", "int", "Column of the cell, from 1 along strike"),
    Field("contribution", "float", "What the cell adds to KE: mean of the ensemble's members"),
)

COLUMN_FIELDS = (
    Field("zone", "str", "Fault zone of the window"),
    Field("strip", "int", "Its strip"),
    Field("window", "int", "Its number in the strip"),
    Field("col", "int", "Column of cells, from 1 along strike"),
    Field("along_km", "float", "Place of the column's middle along the zone, from its beginning"),
    Field("contribution", "float", "What all cells of the column add to KE"),
    Field("straight", "float", "What they would add if one straight fault ran through the window"),
    Field("lost", "float", "KE lost in the column: straight - contribution; below 0 for a gain"),
)

STRETCH_FIELDS = (
    Field("zone", "str", "Fault zone of the strip"),
    Field("strip", "int", "Its strip"),
    Field("stretch", "int", "Number of the stretch in the strip, from 1"),
    Field("feature", "int", "Number of the trace feature with most of its length, from 1"),
    Field("n_features", "int", "How many trace features it is drawn with"),
    Field("length_m", "float", "Length of its traces in metres"),
    Field("n_windows", "int", "Windows with a KE that hold at least half of it"),
    Field("ke", "float", "Mean KE of these windows; NULL where there is none"),
    Field("ke_without", "float", "Their mean KE without the stretch; NULL if unknown"),
    Field("ke_change", "float", "ke_without - ke: below 0 where the stretch carries slip"),
    Field("ke_change_most", "float", "Largest change in one window"),
    Field("window_most", "int", "That window's number in the strip"),
)


@dataclass(frozen=True)
class WindowLoss:
    """How much KE a window loses against a straight fault, and which column loses most.

    `lost` is in the unit of KE, below 0 where the traces add more than a straight fault would.
    `most` is what the one column loses that loses most, `most_at_km` where along the zone its
    middle is: a loss is shared by many columns, of which it need not have much.
    """

    zone: str
    strip: int
    window: int
    ke: float
    lost: float
    most: float
    most_at_km: float


Row = tuple[Union[int, float, str, None], ...]


def contribution_rows(explanation: StripExplanation) -> Iterator[tuple[Row, np.ndarray]]:
    """Give a row of `CONTRIBUTION_FIELDS` and a ring (5, 2) for every cell that contributes."""
    strip = explanation.estimate.strip
    for number, _, found in _windows_to_tell(explanation):
        cells = found.cells[number]
        corners = _corners(strip, number, found)
        least = LEAST_SHARE * np.abs(cells).max()
        for row, col in np.argwhere(np.abs(cells) >= max(least, np.finfo(float).tiny)):
            values = strip.zone, strip.number, number + 1, int(row) + 1, int(col) + 1
            yield (*values, float(cells[row, col])), _ring(corners, row, row + 1, col)


def column_rows(explanation: StripExplanation) -> Iterator[tuple[Row, np.ndarray]]:
    """Give a row of `COLUMN_FIELDS` and a ring (5, 2) for every column of cells.

    Rings reach as far across strike as the window's contributing cells.
    """
    strip = explanation.estimate.strip
    for number, _, found in _windows_to_tell(explanation):
        cells = found.cells[number]
        large = np.abs(cells) >= LEAST_SHARE * np.abs(cells).max()
        used = np.flatnonzero(large.any(axis=1))
        corners = _corners(strip, number, found)
        middles_km = _middles_km(strip, number, found)
        for col in range(found.cols.count):
            straight = float(found.straight[number, col])
            total = float(cells[:, col].sum())
            values = strip.zone, strip.number, number + 1, col + 1
            measures = float(middles_km[col]), total, straight, straight - total
            yield (*values, *measures), _ring(corners, used[0], used[-1] + 1, col)


def window_losses(explanation: StripExplanation) -> Iterator[WindowLoss]:
    """Sum up what each window's columns lose."""
    strip = explanation.estimate.strip
    for number, ke, found in _windows_to_tell(explanation):
        lost = found.lost[number]
        yield WindowLoss(
            zone=strip.zone,
            strip=strip.number,
            window=number + 1,
            ke=float(ke),
            lost=float(lost.sum()),
            most=float(lost.max()),
            most_at_km=float(_middles_km(strip, number, found)[lost.argmax()]),
        )


def stretch_rows(
    explanation: StripExplanation, traces: Traces
) -> Iterator[tuple[Row, list[np.ndarray]]]:
    """Give a row of `STRETCH_FIELDS` and lines (k, 2) in degrees for every stretch."""
    strip = explanation.estimate.strip
    for number, removal in enumerate(explanation.removals, start=1):
        pieces = removal.stretch.pieces
        stops = np.cumsum([len(piece) for piece in pieces])[:-1]
        lines = np.split(strip.to_lonlat(np.concatenate(pieces)), stops)
        head = strip.zone, strip.number, number
        yield (*head, *_stretch_values(removal, traces.features[strip.lines])), lines


def _stretch_values(removal: Removal, features: np.ndarray) -> Row:
    """The columns of a stretch after its number."""
    lengths = removal.stretch.piece_lengths_m
    owners = features[list(removal.stretch.paths)]
    by_feature = np.bincount(owners, lengths)
    head = int(by_feature.argmax()) + 1, len(np.unique(owners)), float(lengths.sum())
    count = len(removal.windows)
    if not count:
        return (*head, 0, None, None, None, None, None)
    ke, change = float(removal.ke.mean()), removal.ke_change
    known = np.isfinite(change)
    if not known.all():  # a mean over other windows than `ke` would mislead
        return (*head, count, ke, None, None, *_largest(removal, known))
    without = float(removal.ke_without.mean())
    return (*head, count, ke, without, without - ke, *_largest(removal, known))


def _largest(removal: Removal, known: np.ndarray) -> tuple[float | None, int | None]:
    """The largest change that is known, and its window's number."""
    if not known.any():
        return None, None
    at = int(np.where(known, np.abs(removal.ke_change), -1).argmax())
    return float(removal.ke_change[at]), removal.windows[at] + 1


def _windows_to_tell(
    explanation: StripExplanation,
) -> Iterator[tuple[int, float, StripContributions]]:
    """Windows with a KE where contributions were asked for: number from 0, KE, contributions."""
    found = explanation.contributions
    if found is not None:
        for number, window in enumerate(explanation.estimate.windows):
            if window.ke is not None:
                yield number, window.ke, found


def _middles_km(strip: Strip, window: int, found: StripContributions) -> np.ndarray:
    """Places of the middles of a window's columns along the zone, (cols.count,)."""
    begin_m = strip.along_m + window * strip.stride_m - strip.scale.window_length_m / 2
    middles_px = found.cols.starts_px + found.cols.size_px / 2
    return (begin_m + middles_px * strip.scale.pixel_size_m) / 1000


def _corners(strip: Strip, window: int, found: StripContributions) -> np.ndarray:
    """Corners of a window's cells in degrees, (rows + 1, cols + 1, 2)."""
    scale = strip.scale
    left = window_starts(strip.shape[1], scale=scale)[window]
    cols = left + np.append(found.cols.starts_px, found.cols.starts_px[-1] + found.cols.size_px)
    rows = np.append(found.rows.starts_px, found.rows.starts_px[-1] + found.rows.size_px)
    x, y = np.meshgrid(cols, scale.window_rows - rows)
    corners = np.column_stack([x.ravel(), y.ravel()]) * scale.pixel_size_m
    return strip.to_lonlat(corners).reshape(*x.shape, 2)


def _ring(corners: np.ndarray, top: int, bottom: int, col: int) -> np.ndarray:
    """Closed ring (5, 2) around the cells of a column from one edge between rows to another."""
    lower, upper = corners[bottom, col : col + 2], corners[top, col : col + 2]
    return np.concatenate([lower, upper[::-1], lower[:1]])
