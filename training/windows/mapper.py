"""The mapper: centre lines drawn again as a person draws faults into a database.

Whoever maps leaves out short pieces, draws across small gaps, clicks a vertex where the line bends
and only so often, and has a hand that shakes. How much of each differs from map to map, above all
how finely lines are drawn: from every bend to straight lines of a window's length.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ssf_model.scale import DRAWN_THICKNESS_PX
from training.windows.strokes import joined

# Ranges that styles are drawn from. Databases range from lidar mapping to maps of a continent.
SPACING_RANGE_PX = (0.6, 60.0)  # as many styles in each octave; typical stretches are twice as long
TOLERANCE_MAX_PX = 4.0  # at the widest spacing, in proportion below
SHORTEST_MAX_PX = 12.0
BRIDGE_MAX_PX = 8.0
SHAKE_MAX_PX = 1.0
SHAKE_OVER_RANGE_PX = (5.0, 10.0)
SHIFT_MAX_PX = 0.5
WAVES = 64  # that make up the shaking
STYLE_RANGES = {
    "spacing_px": list(SPACING_RANGE_PX),
    "tolerance_px": [0.0, TOLERANCE_MAX_PX],
    "shortest_px": [0.0, SHORTEST_MAX_PX],
    "bridge_px": [0.0, BRIDGE_MAX_PX],
    "shake_px": [0.0, SHAKE_MAX_PX],
    "shake_over_px": list(SHAKE_OVER_RANGE_PX),
}


@dataclass(frozen=True)
class MapperStyle:
    """How somebody maps; all lengths in pixels. At zeros the lines stay what they are."""

    spacing_px: float = 0.0  # a line has at most one straight stretch for so much of its length
    tolerance_px: float = 0.0  # bends that reach out less are drawn straight
    shortest_px: float = 0.0  # shorter lines are left out
    bridge_px: float = 0.0  # narrower gaps between ends that point at each other are closed
    shake_px: float = 0.0  # standard deviation of the hand, along each axis
    shake_over_px: float = 7.0  # at this distance shaking correlates by exp(-1/2)
    thickness_px: float = 3.0  # width of the drawn line
    shift_px: tuple[float, float] = (0.0, 0.0)  # of the drawing, (rows, cols)


def draw_style(rng: np.random.Generator) -> MapperStyle:
    """Draw a style at random from the ranges of this module."""
    low, high = np.log(SPACING_RANGE_PX)
    spacing_px = float(np.exp(rng.uniform(low, high)))
    coarsest_px = TOLERANCE_MAX_PX * spacing_px / SPACING_RANGE_PX[1]
    return MapperStyle(
        spacing_px=spacing_px,
        tolerance_px=rng.uniform(0, coarsest_px),
        shortest_px=rng.uniform(0, SHORTEST_MAX_PX),
        bridge_px=rng.uniform(0, BRIDGE_MAX_PX),
        shake_px=rng.uniform(0, SHAKE_MAX_PX),
        shake_over_px=rng.uniform(*SHAKE_OVER_RANGE_PX),
        thickness_px=float(rng.choice(DRAWN_THICKNESS_PX)),
        shift_px=tuple(rng.uniform(-SHIFT_MAX_PX, SHIFT_MAX_PX, size=2).tolist()),
    )


def mapped_lines(
    lines: Sequence[np.ndarray], style: MapperStyle, *, rng: np.random.Generator
) -> list[np.ndarray]:
    """Draw centre lines again as a mapper of this style does.

    Parameters
    ----------
    lines : sequence of (n, 2) float arrays
        Vertices in pixels, from end or junction to end or junction, as
        `training.windows.pen.centre_lines` gives them.
    style : MapperStyle
        Thickness and shift are left to whoever draws the lines.
    rng : numpy.random.Generator
        Of the hand's shaking.

    Returns
    -------
    mapped : list of (m, 2) float arrays
        First joined, then those too short left out, the rest simplified and shaken. A branch
        still ends on its line.
    """
    strokes = joined(lines, bridge_px=style.bridge_px)
    strokes = [stroke for stroke in strokes if _length_px(stroke) >= style.shortest_px]
    if not strokes:
        return []
    plain = [
        simplified(stroke, tolerance_px=style.tolerance_px, spacing_px=style.spacing_px)
        for stroke in strokes
    ]
    if style.shake_px > 0:
        plain = _shaken(plain, style, rng)
    return _held_together(plain, strokes)


def _length_px(line: np.ndarray) -> float:
    """Length of a line."""
    return float(np.hypot(*np.diff(line, axis=0).T).sum())


def simplified(line: np.ndarray, *, tolerance_px: float, spacing_px: float = 0.0) -> np.ndarray:
    """Keep the vertices at which a line bends most.

    Parameters
    ----------
    line : (n, 2) float array
        Vertices in pixels.
    tolerance_px : float
        Vertices are added until none that is left out lies farther than this from its straight
        stretch (Douglas & Peucker 1973), ...
    spacing_px : float, optional
        ... or until there is a stretch for so much of the line's length; as many as it takes
        where 0.

    Returns
    -------
    simplified : (m, 2) float array
        Some of the vertices, both ends among them; a ring keeps its farthest vertex.
    """
    points = line @ [1, 1j]
    most = len(points) - 1
    if spacing_px > 0:
        most = min(most, max(1 + (points[0] == points[-1]), round(_length_px(line) / spacing_px)))
    if most == len(points) - 1 and tolerance_px == 0:
        return line
    kept = [0, len(points) - 1]
    farthest = [_farthest(points, *kept)]  # a heap: what lies farthest off comes first
    while farthest and len(kept) <= most:
        minus_px, split, first, last = heapq.heappop(farthest)
        if -minus_px <= tolerance_px:
            break
        kept.append(split)
        for part in ((first, split), (split, last)):
            if part[1] - part[0] > 1:
                heapq.heappush(farthest, _farthest(points, *part))
    return line[sorted(kept)]


def _farthest(points: np.ndarray, first: int, last: int) -> tuple[float, int, int, int]:
    """Minus the distance and the number of the vertex that lies farthest from a stretch."""
    if last - first < 2:
        return 0.0, first, first, last
    chord = points[last] - points[first]
    reach = points[first + 1 : last] - points[first]
    length2 = abs(chord) ** 2
    if length2 > 0:
        reach -= np.clip((reach * chord.conjugate()).real / length2, 0, 1) * chord
    off = abs(reach)
    place = int(off.argmax())
    return -float(off[place]), first + 1 + place, first, last


def _shaken(
    lines: list[np.ndarray], style: MapperStyle, rng: np.random.Generator
) -> list[np.ndarray]:
    """Lines moved by a smooth random field, so that what meets goes on meeting.

    The field is a sum of waves of normal wave numbers: a Gaussian process whose correlation is
    exp(-distance^2 / 2 over^2) (Rahimi & Recht 2007, random Fourier features).
    """
    waves = rng.normal(0, 1 / style.shake_over_px, size=(WAVES, 2))
    phases = rng.uniform(0, 2 * np.pi, size=(2, WAVES))
    points = np.concatenate(lines)
    course = points[:, :1] * waves[:, 0] + points[:, 1:] * waves[:, 1]
    moved = [np.cos(course + phase).sum(axis=1) for phase in phases]
    points = points + style.shake_px * np.sqrt(2 / WAVES) * np.column_stack(moved)
    return np.split(points, np.cumsum([len(line) for line in lines])[:-1])


def _held_together(lines: list[np.ndarray], strokes: list[np.ndarray]) -> list[np.ndarray]:
    """Lines whose ends lie on the line from whose inside their stroke branched off."""
    inner = np.concatenate([stroke[1:-1] for stroke in strokes])
    owner = np.repeat(np.arange(len(strokes)), [max(len(stroke) - 2, 0) for stroke in strokes])
    held = [line.copy() for line in lines]
    for number, stroke in enumerate(strokes):
        for end in (0, -1):
            there = np.flatnonzero((inner == stroke[end]).all(axis=1))
            hosts = owner[there][owner[there] != number]
            if len(hosts):
                held[number][end] = _nearest_on(lines[hosts[0]], lines[number][end])
    return held


def _nearest_on(line: np.ndarray, point: np.ndarray) -> np.ndarray:
    """The point of a line that is nearest to a point."""
    starts, along = line[:-1], np.diff(line, axis=0)
    length2 = (along**2).sum(axis=1)
    share = ((point - starts) * along).sum(axis=1) / np.where(length2 > 0, length2, 1.0)
    feet = starts + np.clip(share, 0, 1)[:, None] * along
    return feet[((feet - point) ** 2).sum(axis=1).argmin()]
