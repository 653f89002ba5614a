"""Stretches: the traces of a strip, cut into pieces that can be taken away one at a time.

A stretch is what a person would point at: about a kilometre of one strand. So what counts is
how the map looks, not how it was digitized: lines that touch on the drawn map belong together,
however many features they are, and strands beside each other are stretches of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ssf_model.drawing.parts import label_parts
from ssf_model.drawing.raster import burn_traces
from ssf_model.errors import InputError
from ssf_model.scale import ExperimentScale

Piece = tuple[np.ndarray, int]  # a line, and the number of the path that it was cut from

MIN_STRETCH_PX = 2.0  # a shorter one is hardly drawn
JOIN_PX = 2.0  # lines are drawn at least so thick to see which touch, so that they have no holes


@dataclass(frozen=True)
class Stretch:
    """Some of the trace length in a strip.

    Attributes
    ----------
    pieces : tuple of (k, 2) float arrays
        In metres along and across from the strip's lower-left corner.
    paths : tuple of int
        For each piece the number of the path that it was cut from.
    """

    pieces: tuple[np.ndarray, ...]
    paths: tuple[int, ...]

    @property
    def piece_lengths_m(self) -> np.ndarray:
        """Length of each piece."""
        steps = [np.diff(piece, axis=0) for piece in self.pieces]
        return np.array([np.hypot(*step.T).sum() for step in steps])


def cut_stretches(
    paths: Sequence[np.ndarray],
    shape: tuple[int, int],
    *,
    scale: ExperimentScale,
    stretch_m: float,
    thickness_px: float,
) -> tuple[list[Stretch], list[np.ndarray]]:
    """Cut the traces of a strip into stretches of about the same length along strike.

    Parameters
    ----------
    paths : sequence of (n, 2) float arrays
        Traces in metres along and across from the strip's lower-left corner.
    shape : (rows, cols)
        Size of the strip in pixels.
    scale : ExperimentScale
        Its grid.
    stretch_m : float
        Length that is aimed at. Lines that touch when drawn are divided into equal parts along
        strike; within a part, strands that do not touch there are stretches of their own.
    thickness_px : float
        How thick lines are drawn to see which touch; at least `JOIN_PX`.

    Returns
    -------
    stretches : list of Stretch
        From left to right within lines that touch. Every metre of trace in the strip is in
        exactly one.
    outside : list of (k, 2) float arrays
        What leaves the strip, which is in none.

    Raises
    ------
    InputError
        If `stretch_m` is less than two pixels or more than a window's length.
    """
    check_stretch(stretch_m, scale)
    rows, cols = shape
    pen_px = max(thickness_px, JOIN_PX)
    stretches = []
    inside, outside = _sorted_out(paths, rows, cols, scale)
    for group in _touching(inside, scale, pen_px):
        ends = np.concatenate([piece[:, 0] for piece, _ in group])
        low, high = ends.min(), ends.max()
        count = max(1, round((high - low) / stretch_m))
        for part in _divided(group, np.linspace(low, high, count + 1)[1:-1]):
            for strand in _touching(part, scale, pen_px):
                pieces, numbers = zip(*strand)
                stretches.append(Stretch(pieces, numbers))
    return stretches, outside


def check_stretch(stretch_m: float, scale: ExperimentScale) -> None:
    """Refuse a length of stretches that the grid does not suit."""
    least = MIN_STRETCH_PX * scale.pixel_size_m
    if not least <= stretch_m <= scale.window_length_m:  # also refuses NaN
        message = (
            f"The length of stretches is from {least:g} m (two pixels) to "
            f"{scale.window_length_m:g} m (a window), not {stretch_m:g} m."
        )
        raise InputError(message)


def _sorted_out(
    paths: Sequence[np.ndarray], rows: int, cols: int, scale: ExperimentScale
) -> tuple[list[Piece], list[np.ndarray]]:
    """The pieces of paths that lie in the strip, and those that do not."""
    walls = np.array([0.0, cols]), np.array([0.0, rows])
    inside, outside = [], []
    for number, path in enumerate(paths):
        for at, piece in _split(path, 0, walls[0] * scale.pixel_size_m):
            if at != 1:
                outside.append(piece)
                continue
            for height, bit in _split(piece, 1, walls[1] * scale.pixel_size_m):
                if height == 1:
                    inside.append((bit, number))
                else:
                    outside.append(bit)
    return inside, outside


def _divided(pieces: list[Piece], places: np.ndarray) -> list[list[Piece]]:
    """Pieces cut at places along strike, part by part; parts without any are left out."""
    parts: list[list[Piece]] = [[] for _ in range(len(places) + 1)]
    for piece, number in pieces:
        for part, bit in _split(piece, 0, places):
            parts[part].append((bit, number))
    return [part for part in parts if part]


def _split(path: np.ndarray, axis: int, places: np.ndarray) -> list[tuple[int, np.ndarray]]:
    """Cut a path where a coordinate passes sorted places; each piece after their count below it."""
    reach = np.searchsorted(places, [path[:, axis].min(), path[:, axis].max()])
    if reach[0] == reach[1]:
        return [(int(reach[0]), path)]
    first, last = path[:-1, axis, None], path[1:, axis, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        share = (places - first) / (last - first)
    segment, _ = crossed = np.nonzero((share > 0) & (share < 1))
    if len(segment):
        crossing = share[crossed]
        points = path[segment] + crossing[:, None] * (path[segment + 1] - path[segment])
        points[:, axis] = places[crossed[1]]
        order = np.argsort(np.concatenate([np.arange(len(path)), segment + crossing]))
        path = np.concatenate([path, points])[order]
    below = np.searchsorted(places, (path[:-1, axis] + path[1:, axis]) / 2)
    starts = np.flatnonzero(np.diff(below, prepend=-1))
    stops = np.append(starts[1:], len(below))
    return [(int(below[a]), path[a : b + 1]) for a, b in zip(starts, stops)]


def _touching(pieces: list[Piece], scale: ExperimentScale, pen_px: float) -> list[list[Piece]]:
    """Groups of pieces whose lines touch when drawn with a pen, from left to right."""
    if len(pieces) < 2:
        return [pieces] if pieces else []
    pixels = [piece / scale.pixel_size_m for piece, _ in pieces]
    points = np.concatenate(pixels)
    margin = np.ceil(pen_px)
    low = np.floor(points.min(axis=0)) - margin
    cols, rows = (np.ceil(points.max(axis=0)) + margin - low).astype(int).tolist()
    drawn = burn_traces(
        [path - low for path in pixels], (rows, cols), pixel_size_m=1.0, thickness_px=(pen_px,)
    )
    labels = label_parts(drawn[0])
    starts = np.array([path[0] - low for path in pixels]).astype(int)
    groups: dict[int, list[Piece]] = {}
    for piece, label in zip(pieces, labels[rows - 1 - starts[:, 1], starts[:, 0]].tolist()):
        groups.setdefault(label, []).append(piece)
    return sorted(groups.values(), key=lambda group: min(piece[:, 0].min() for piece, _ in group))
