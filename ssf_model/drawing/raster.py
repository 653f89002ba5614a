"""Burning traces into a strip's pixels, at the line thicknesses that a model knows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ssf_model.errors import InputError
from ssf_model.geometry.segments import clip_segments

PIECE_PX = 8  # longer segments are looked at in pieces, so that each touches few pixels
CHUNK_PIXELS = 2_000_000  # distances held in memory at once


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
    halves = np.asarray(thickness_px, dtype=float) / 2
    if halves.ndim != 1 or not halves.size or not (np.isfinite(halves) & (halves > 0)).all():
        message = f"Line thicknesses must be above 0 px, not {thickness_px!r}."
        raise InputError(message)
    strips = np.zeros((halves.size, *shape), dtype=np.uint8)
    starts, ends = _segments_px(traces, shape[0], pixel_size_m)
    starts, ends = _near(starts, ends, shape, halves.max())
    if not len(starts):
        return strips
    owner, piece_low = _pieces(starts, ends)
    window = np.arange(PIECE_PX + 2 * int(np.ceil(halves.max())) + 2)
    flat = strips.reshape(halves.size, -1)
    step = max(1, CHUNK_PIXELS // window.size**2)
    for first in range(0, len(owner), step):
        mine = owner[first : first + step]
        low = np.floor(piece_low[first : first + step] - halves.max()).astype(np.int64)
        cols = low[:, 0, None, None] + window[None, None, :]
        rows = low[:, 1, None, None] + window[None, :, None]
        inside = (cols >= 0) & (cols < shape[1]) & (rows >= 0) & (rows < shape[0])
        distance2 = _distance2(cols + 0.5, rows + 0.5, starts[mine], ends[mine])
        index = rows * shape[1] + cols
        for layer, half in enumerate(halves):
            flat[layer, index[inside & (distance2 <= half**2)]] = 1
    return strips


def _segments_px(
    traces: Sequence[np.ndarray], rows: int, pixel_size_m: float
) -> tuple[np.ndarray, np.ndarray]:
    """Start and end of every segment as (col, row) in pixels, rows downward."""
    lines = [np.asarray(trace, dtype=float) for trace in traces]
    for number, line in enumerate(lines):
        if line.ndim != 2 or line.shape[1] != 2 or len(line) < 2:
            message = f"Trace {number} has shape {line.shape}; a trace has two or more (x, y)."
            raise InputError(message)
    if not lines:
        return np.empty((0, 2)), np.empty((0, 2))
    pixels = np.concatenate(lines) / pixel_size_m
    lasts = np.cumsum([len(line) for line in lines]) - 1
    finite = np.isfinite(pixels).all(axis=1)
    if not finite.all():
        number = int(np.searchsorted(lasts, np.flatnonzero(~finite)[0]))
        message = f"Trace {number} has a vertex that is not finite."
        raise InputError(message)
    pixels[:, 1] = rows - pixels[:, 1]
    begins = np.ones(len(pixels), dtype=bool)
    begins[lasts] = False  # no segment leads from one line to the next
    begins = np.flatnonzero(begins)
    return pixels[begins], pixels[begins + 1]


def _near(
    starts: np.ndarray, ends: np.ndarray, shape: tuple[int, int], margin_px: float
) -> tuple[np.ndarray, np.ndarray]:
    """The segments, cut to what can touch the grid."""
    low = np.array([-margin_px - 1, -margin_px - 1])
    high = np.array([shape[1] + margin_px + 1, shape[0] + margin_px + 1])
    t_in, t_out = clip_segments(starts, ends, low, high)
    kept = t_in <= t_out
    starts, along = starts[kept], (ends - starts)[kept]
    return starts + t_in[kept, None] * along, starts + t_out[kept, None] * along


def _pieces(starts: np.ndarray, ends: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each segment's number and the lower corner of each of its pieces of <= PIECE_PX."""
    along = ends - starts
    counts = np.maximum(1, np.ceil(np.abs(along).max(axis=1) / PIECE_PX)).astype(np.int64)
    owner = np.repeat(np.arange(len(starts)), counts)
    rank = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
    t_from = (rank / counts[owner])[:, None]
    t_to = ((rank + 1) / counts[owner])[:, None]
    low = np.minimum(starts[owner] + t_from * along[owner], starts[owner] + t_to * along[owner])
    return owner, low


def _distance2(x: np.ndarray, y: np.ndarray, starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """Squared distance of points (m, r, c) from their segment."""
    x0, y0 = starts[:, 0, None, None], starts[:, 1, None, None]
    dx, dy = (ends - starts)[:, 0, None, None], (ends - starts)[:, 1, None, None]
    length2 = dx * dx + dy * dy
    share = ((x - x0) * dx + (y - y0) * dy) / np.where(length2 > 0, length2, 1.0)
    share = np.clip(share, 0.0, 1.0)
    return (x - x0 - share * dx) ** 2 + (y - y0 - share * dy) ** 2
