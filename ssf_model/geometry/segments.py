"""Straight segments of lines: cut at a rectangle's edges, and walked in even steps."""

from __future__ import annotations

import numpy as np


def clip_segments(
    starts: np.ndarray, ends: np.ndarray, low: np.ndarray, high: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Where segments enter and leave an upright rectangle (Liang & Barsky 1984).

    Parameters
    ----------
    starts, ends : (m, 2) float arrays
        The segments' ends.
    low, high : (2,), (m, 2) or (n, 1, 2) float arrays
        Lower and upper corner: of one rectangle, of each segment's own, or of several for all.

    Returns
    -------
    t_in, t_out : (m,) or (n, m) float arrays
        Share of the segment's length at which it enters and leaves, within 0 to 1;
        ``t_in > t_out`` where it misses the rectangle.
    """
    t_in, t_out = _between(starts[:, 0], ends[:, 0], low[..., 0], high[..., 0])
    enters, leaves = _between(starts[:, 1], ends[:, 1], low[..., 1], high[..., 1])
    t_in, t_out = np.maximum(t_in, enters), np.minimum(t_out, leaves)
    return np.maximum(t_in, 0.0), np.minimum(t_out, 1.0)


def _between(
    starts: np.ndarray, ends: np.ndarray, low: np.ndarray, high: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Where segments enter and leave the band between two walls, along one axis."""
    along = ends - starts
    with np.errstate(divide="ignore", invalid="ignore"):
        first, second = (low - starts) / along, (high - starts) / along
    nearer, farther = np.minimum(first, second), np.maximum(first, second)
    level = along == 0  # runs along the walls: inside throughout, or never
    if level.any():
        within = (starts >= low) & (starts <= high)
        nearer = np.where(level, np.where(within, -np.inf, np.inf), nearer)
        farther = np.where(level, np.where(within, np.inf, -np.inf), farther)
    return nearer, farther


def sampled(shape: np.ndarray, spacing_m: float) -> np.ndarray:
    """Give points along a path at most `spacing_m` apart, its vertices among them.

    Parameters
    ----------
    shape : (n, d) float array
        Vertices in metres.
    spacing_m : float
        Largest distance between neighbours.

    Returns
    -------
    points : (k, d) float array
        In the order of the path, from its first to its last vertex.
    """
    counts = np.ceil(np.linalg.norm(np.diff(shape, axis=0), axis=1) / spacing_m).astype(int)
    counts = np.maximum(counts, 1)
    segment = np.repeat(np.arange(len(counts)), counts)
    share = (np.arange(len(segment)) - np.repeat(np.cumsum(counts) - counts, counts)) / counts[
        segment
    ]
    inner = shape[segment] + share[:, None] * (shape[segment + 1] - shape[segment])
    return np.concatenate([inner, shape[-1:]])
