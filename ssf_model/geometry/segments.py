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
    low, high : (2,) float arrays
        Lower and upper corner of the rectangle.

    Returns
    -------
    t_in, t_out : (m,) float arrays
        Share of the segment's length at which it enters and leaves, within 0 to 1;
        ``t_in > t_out`` where it misses the rectangle.
    """
    along = ends - starts
    with np.errstate(divide="ignore", invalid="ignore"):
        first, second = (low - starts) / along, (high - starts) / along
    level = along == 0  # runs along this axis's walls: inside throughout, or never
    within = (starts >= low) & (starts <= high)
    nearer = np.where(level, np.where(within, -np.inf, np.inf), np.minimum(first, second))
    farther = np.where(level, np.where(within, np.inf, -np.inf), np.maximum(first, second))
    return np.maximum(nearer.max(axis=1), 0.0), np.minimum(farther.min(axis=1), 1.0)


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
