"""Burning traces into a strip's pixels, at the line thicknesses that a model knows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ssf_model.errors import InputError
from ssf_model.geometry.segments import clip_segments

PIECE_PX = 8  # longer segments are looked at in pieces, so that each touches few pixels
SIZES_PX = 3  # pieces are looked at together whose surroundings differ by less, along and across
CHUNK_PIXELS = 2**16  # distances worked out at once: few enough to stay in the cache
ROUNDING_PX = 1e-6  # more than what places of pixels are rounded by


class Sheet(NamedTuple):
    """A grid to draw on: its lower-left corner in metres, its rows and columns, a pixel's side."""

    corner_m: tuple[float, float]
    shape: tuple[int, int]
    pixel_size_m: float


def burn_traces(
    traces: Sequence[np.ndarray],
    shape: tuple[int, int],
    *,
    pixel_size_m: float,
    thickness_px: Sequence[float],
) -> np.ndarray:
    """Mark every pixel whose centre lies within half the thickness of a trace.

    The same as rasterizing a buffer with round ends, which is how the tests check it.

    Parameters
    ----------
    traces : sequence of (n, 2) float arrays
        Vertices (along strike, across strike) in metres from the strip's lower-left corner.
    shape : (rows, cols)
        Size of the strip in pixels.
    pixel_size_m : float
        Side of a pixel in metres.
    thickness_px : sequence of float
        Widths of the drawn line in pixels.

    Returns
    -------
    strips : (len(thickness_px), rows, cols) uint8 array
        1 on a trace, 0 elsewhere; row 0 is the far side. What leaves the grid is cut off.

    Raises
    ------
    InputError
        If a trace has fewer than two vertices or one that is not finite, or a thickness is
        not above 0.
    """
    sheet = Sheet((0.0, 0.0), shape, pixel_size_m)
    return burn_sheets([(traces, [sheet])], thickness_px=thickness_px)[0][0]


def burn_sheets(
    drawings: Sequence[tuple[Sequence[np.ndarray], Sequence[Sheet]]],
    *,
    thickness_px: Sequence[float],
) -> list[list[np.ndarray]]:
    """Do the work of `burn_traces` for many sheets at once.

    Parameters
    ----------
    drawings : sequence of (traces, sheets)
        Traces in metres, and all sheets that they are drawn on.
    thickness_px : sequence of float
        Widths of the drawn line in pixels.

    Returns
    -------
    burned : list of lists of (len(thickness_px), rows, cols) uint8 arrays
        Sheet by sheet, those of a drawing together. What is on one does not hang on the others.

    Raises
    ------
    InputError
        See `burn_traces`.
    """
    halves = np.asarray(thickness_px, dtype=float) / 2
    if halves.ndim != 1 or not halves.size or not (np.isfinite(halves) & (halves > 0)).all():
        message = f"Line thicknesses must be above 0 px, not {thickness_px!r}."
        raise InputError(message)
    sheets = [sheet for _, some in drawings for sheet in some]
    sizes = np.array([sheet.shape for sheet in sheets], dtype=np.int64).reshape(-1, 2)
    stops = np.cumsum(sizes.prod(axis=1))
    flat = np.zeros((halves.size, int(stops[-1]) if len(stops) else 0), dtype=np.uint8)
    segments, first = [], 0
    for traces, some in drawings:
        segments.append(_segments_px(traces, some, first, halves.max()))
        first += len(some)
    if segments:
        starts, ends, owners = (np.concatenate(parts) for parts in zip(*segments))
        _burn(flat, halves, starts, ends, owners, sizes, stops - sizes.prod(axis=1))
    maps = [
        flat[:, stop - rows * cols : stop].reshape(-1, rows, cols)
        for stop, (rows, cols) in zip(stops.tolist(), sizes.tolist())
    ]
    counts = np.cumsum([len(some) for _, some in drawings]).tolist()
    return [maps[stop - len(some) : stop] for stop, (_, some) in zip(counts, drawings)]


def _segments_px(
    traces: Sequence[np.ndarray], sheets: Sequence[Sheet], first: int, margin_px: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Segments in each sheet's pixels, (col, row) with rows downward, cut to what can touch it.

    Their starts, ends, and the numbers of their sheets, which count from `first`.
    """
    vertices, begins = _vertices(traces)
    corners = np.array([sheet.corner_m for sheet in sheets], dtype=float).reshape(-1, 1, 2)
    sides = np.array([sheet.pixel_size_m for sheet in sheets], dtype=float).reshape(-1, 1, 1)
    shapes = np.array([sheet.shape for sheet in sheets], dtype=float).reshape(-1, 1, 2)
    low_m = (corners - (margin_px + 2) * sides).min(axis=(0, 1), initial=np.inf)
    high_m = (corners + (shapes[..., ::-1] + margin_px + 2) * sides).max(
        axis=(0, 1), initial=-np.inf
    )
    one, other = vertices[begins], vertices[begins + 1]
    near = (np.maximum(one, other) >= low_m) & (np.minimum(one, other) <= high_m)
    begins = begins[near.all(axis=1)]
    both = []
    for at in (begins, begins + 1):
        pixels = (vertices[at] - corners) / sides
        pixels[..., 1] = shapes[..., 0] - pixels[..., 1]
        both.append(pixels.reshape(-1, 2))
    starts, ends = both
    owners = np.repeat(np.arange(len(sheets)), len(begins))
    low = np.array([-margin_px - 1, -margin_px - 1])
    high = shapes[:, 0, ::-1] + (margin_px + 1)
    t_in, t_out = clip_segments(starts, ends, low, high[owners])
    kept = t_in <= t_out
    starts, along = starts[kept], (ends - starts)[kept]
    return (
        starts + t_in[kept, None] * along,
        starts + t_out[kept, None] * along,
        owners[kept] + first,
    )


def _vertices(traces: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """All vertices, (n, 2), and the numbers of those from which a segment leads on."""
    lines = [np.asarray(trace, dtype=float) for trace in traces]
    for number, line in enumerate(lines):
        if line.ndim != 2 or line.shape[1] != 2 or len(line) < 2:
            message = f"Trace {number} has shape {line.shape}; a trace has two or more (x, y)."
            raise InputError(message)
    if not lines:
        return np.empty((0, 2)), np.empty(0, dtype=np.int64)
    vertices = np.concatenate(lines)
    lasts = np.cumsum([len(line) for line in lines]) - 1
    finite = np.isfinite(vertices).all(axis=1)
    if not finite.all():
        number = int(np.searchsorted(lasts, np.flatnonzero(~finite)[0]))
        message = f"Trace {number} has a vertex that is not finite."
        raise InputError(message)
    leads = np.ones(len(vertices), dtype=bool)
    leads[lasts] = False  # no segment leads from one line to the next
    return vertices, np.flatnonzero(leads)


def _burn(
    flat: np.ndarray,
    halves: np.ndarray,
    starts: np.ndarray,
    ends: np.ndarray,
    owners: np.ndarray,
    sizes: np.ndarray,
    bases: np.ndarray,
) -> None:
    """Mark pixels near segments in sheets that lie one after the other in `flat`, from `bases`."""
    segment, low, high = _pieces(starts, ends)
    reach = halves.max() + ROUNDING_PX
    first = np.ceil(low - reach - 0.5).astype(np.int64)
    spans = np.floor(high + reach - 0.5).astype(np.int64) - first + 1
    spans = -(-np.maximum(spans, 1) // SIZES_PX)
    kinds = spans[:, 0] * (spans.max(initial=0) + 1) + spans[:, 1]
    order = np.argsort(kinds, kind="stable")
    edges = np.flatnonzero(np.diff(kinds[order])) + 1
    for alike in np.split(order, edges) if len(order) else []:
        width, height = (spans[alike[0]] * SIZES_PX).tolist()
        step = max(1, CHUNK_PIXELS // (width * height))
        for at in range(0, len(alike), step):
            mine = alike[at : at + step]
            cols = first[mine, 0, None, None] + np.arange(width)
            rows = first[mine, 1, None, None] + np.arange(height)[:, None]
            which, sheet = segment[mine], owners[segment[mine]]
            tall, wide = sizes[sheet, 0, None, None], sizes[sheet, 1, None, None]
            distance2 = _distance2(cols + 0.5, rows + 0.5, starts[which], ends[which])
            inside = (cols >= 0) & (cols < wide) & ((rows >= 0) & (rows < tall))
            hit = inside & (distance2 <= halves.max() ** 2)
            index = (bases[sheet, None, None] + rows * wide + cols)[hit]
            distance2 = distance2[hit]
            for layer, half in enumerate(halves.tolist()):
                flat[layer, index[distance2 <= half**2]] = 1


def _pieces(starts: np.ndarray, ends: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Segments in pieces of <= PIECE_PX: which one's, and the piece's lower and upper corner."""
    along = ends - starts
    counts = np.maximum(1, np.ceil(np.abs(along).max(axis=1) / PIECE_PX)).astype(np.int64)
    owner = np.repeat(np.arange(len(starts)), counts)
    rank = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
    t_from = (rank / counts[owner])[:, None]
    t_to = ((rank + 1) / counts[owner])[:, None]
    one = starts[owner] + t_from * along[owner]
    other = starts[owner] + t_to * along[owner]
    return owner, np.minimum(one, other), np.maximum(one, other)


def _distance2(x: np.ndarray, y: np.ndarray, starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """Squared distance of points (m, r, c) from their segment."""
    x0, y0 = starts[:, 0, None, None], starts[:, 1, None, None]
    dx, dy = (ends - starts)[:, 0, None, None], (ends - starts)[:, 1, None, None]
    length2 = dx * dx + dy * dy
    share = ((x - x0) * dx + (y - y0) * dy) / np.where(length2 > 0, length2, 1.0)
    share = np.minimum(np.maximum(share, 0.0, out=share), 1.0, out=share)
    return (x - x0 - share * dx) ** 2 + (y - y0 - share * dy) ** 2
