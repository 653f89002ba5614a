"""A drawing as plain shapes and words, before it becomes SVG or PNG.

Shapes are few and simple, so that every painter draws the same: lines and areas, dots, words.
Nothing is clipped or hatched by a painter; whoever draws does that. Places are (x, y) from the
upper left corner, y downward, in units of 1/720 of a page's width.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

BLACK = "#222222"
FONT_SIZE = 11.0


@dataclass(frozen=True)
class Shape:
    """Lines, or areas where there is a fill, as (n, 2) float arrays.

    `name` says what it is, for programs that read the drawing; `label` what it shows, for
    people who point at it. `opacity` is that of the fill.
    """

    parts: tuple[np.ndarray, ...]
    stroke: str | None = None
    width: float = 1.0
    dash: tuple[float, ...] = ()
    fill: str | None = None
    opacity: float = 1.0
    name: str = ""
    label: str = ""


@dataclass(frozen=True)
class Dot:
    """A circle around (x, y)."""

    x: float
    y: float
    radius: float
    fill: str
    stroke: str = BLACK
    width: float = 1.0
    name: str = ""
    label: str = ""


@dataclass(frozen=True)
class Words:
    """A line of text at (x, y), the foot of its letters; `anchor` is start, middle or end.

    It is turned by `angle_deg` clockwise around that place.
    """

    x: float
    y: float
    text: str
    size: float = FONT_SIZE
    anchor: str = "start"
    colour: str = BLACK
    bold: bool = False
    angle_deg: float = 0.0
    name: str = ""


@dataclass
class Picture:
    """A drawing: its size, what it shows in words, and its items from the bottom to the top."""

    width: float
    height: float
    title: str
    items: list[Shape | Dot | Words] = field(default_factory=list)

    def line(self, *points: Sequence[float], **style: Any) -> None:
        """Add a line through points."""
        self.items.append(Shape((np.array(points, dtype=float),), **{"stroke": BLACK, **style}))

    def area(self, ring: np.ndarray, **style: Any) -> None:
        """Add an area, closed or not."""
        self.items.append(Shape((np.asarray(ring, dtype=float),), **style))

    def words(self, x: float, y: float, text: str, **style: Any) -> None:
        """Add a line of text."""
        self.items.append(Words(x, y, text, **style))


def rectangle(left: float, top: float, right: float, bottom: float) -> np.ndarray:
    """Give the corners of an upright rectangle as a closed ring, (5, 2)."""
    return np.array([[left, top], [right, top], [right, bottom], [left, bottom], [left, top]])


def hatching(ring: np.ndarray, *, apart: float) -> tuple[np.ndarray, ...]:
    """Give lines rising at 45 degrees within a convex area.

    Parameters
    ----------
    ring : (n, 2) float array
        The area's corners in order.
    apart : float
        Distance from line to line. Lines of neighbouring areas meet.

    Returns
    -------
    lines : tuple of (2, 2) float arrays
        Each from edge to edge.
    """
    # Along such a line x + y stays the same (y points down), so a line is one level of it.
    first, last = ring, np.roll(ring, -1, axis=0)
    low, high = first.sum(axis=1), last.sum(axis=1)
    step = apart * np.sqrt(2)
    levels = np.arange(np.ceil(low.min() / step), np.floor(low.max() / step) + 1) * step
    lines = []
    for level in levels:
        crosses = (np.minimum(low, high) <= level) & (level < np.maximum(low, high))
        if crosses.sum() == 2:
            share = (level - low[crosses]) / (high - low)[crosses]
            lines.append(first[crosses] + share[:, None] * (last - first)[crosses])
    return tuple(lines)


def nice_ticks(low: float, high: float, most: int) -> np.ndarray:
    """Give round numbers from `low` to `high`: steps of 1, 2 or 5 times a power of ten.

    There are as many as possible, but at most `most`, which is 2 or more.
    """
    if not high > low:
        return np.array([low])
    power = 10.0 ** np.floor(np.log10((high - low) / most))
    for factor in (1, 2, 5, 10, 20):
        step = factor * power
        begin, end = np.ceil(low / step - 1e-9), np.floor(high / step + 1e-9)
        if end - begin + 1 <= most:
            break
    return np.arange(begin, end + 1) * step + 0.0  # no -0


def round_length(most: float) -> float:
    """Give the greatest length up to `most` that is 1, 2 or 5 times a power of ten."""
    power = 10.0 ** np.floor(np.log10(most))
    return float(max(factor * power for factor in (1, 2, 5) if factor * power <= most))
