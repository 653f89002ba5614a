"""Strokes: pieces of centre lines joined to the lines that a mapper draws in one go.

Where lines meet, the two that go on most nearly straight are one line and the others its branches
("good continuation", Thomson & Richardson 1999, Proc. 19th Int. Cartographic Conference). A gap is
drawn across where two ends point at each other.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

DIRECTION_PX = 6.0  # how far from an end its direction is taken
TURN_DEG = 60.0  # lines that meet at a sharper bend are two
POINTING_DEG = 30.0  # how far the other end may lie off an end's direction


def joined(lines: Sequence[np.ndarray], *, bridge_px: float) -> list[np.ndarray]:
    """Join lines that go on in one another, where they meet and across gaps.

    Parameters
    ----------
    lines : sequence of (n, 2) float arrays
        Vertices in pixels. Lines that meet share an end's very coordinates, as those of
        `training.windows.pen.centre_lines` do.
    bridge_px : float
        Widest gap that is drawn across: a straight line between two ends that meet no other
        line and lie within `POINTING_DEG` of each other's direction. Narrow gaps come first.

    Returns
    -------
    strokes : list of (m, 2) float arrays
        Every line is in one stroke, some of them backwards; a ring ends where it starts.
    """
    if not lines:
        return []
    # Ends are numbered 2 * line and 2 * line + 1; points are complex numbers x + iy.
    places = np.array([end for line in lines for end in (line[0], line[-1])]) @ [1, 1j]
    outward = np.array([way for line in lines for way in (_way(line), _way(line[::-1]))])
    one, other = np.triu_indices(len(places), 1)
    gap = places[other] - places[one]
    partner = np.full(len(places), -1)

    meets = gap == 0
    straight = -(outward[one] * outward[other].conj()).real  # 1 where one goes straight on
    chosen = meets & (straight >= np.cos(np.radians(TURN_DEG)))
    _pair(partner, one[chosen], other[chosen], cost=-straight[chosen])

    lone = np.ones(len(places), dtype=bool)
    lone[one[meets]] = lone[other[meets]] = False
    ahead = np.minimum((gap * outward[one].conj()).real, -(gap * outward[other].conj()).real)
    chosen = lone[one] & lone[other] & (abs(gap) <= bridge_px)
    chosen &= ahead >= np.cos(np.radians(POINTING_DEG)) * abs(gap)
    _pair(partner, one[chosen], other[chosen], cost=abs(gap[chosen]))
    return _followed(lines, partner)


def _way(line: np.ndarray) -> complex:
    """Direction in which a line runs out of its first vertex, of length 1; 0 where it has none."""
    from_here = (line[0] - line) @ [1, 1j]
    far = np.flatnonzero(abs(from_here) >= DIRECTION_PX)
    way = from_here[far[0]] if len(far) else from_here[-1]
    return way / abs(way) if way else 0j


def _pair(partner: np.ndarray, one: np.ndarray, other: np.ndarray, *, cost: np.ndarray) -> None:
    """Make ends each other's partners in the order of the cost, each of them once."""
    for pair in np.argsort(cost, kind="stable"):
        a, b = one[pair], other[pair]
        if partner[a] < 0 and partner[b] < 0:
            partner[a], partner[b] = b, a


def _followed(lines: Sequence[np.ndarray], partner: np.ndarray) -> list[np.ndarray]:
    """Follow lines from partner to partner: from free ends first, what remains then are rings."""
    done = np.zeros(len(lines), dtype=bool)
    strokes = []
    for start in [*np.flatnonzero(partner < 0), *np.flatnonzero(partner >= 0)]:
        if done[start // 2]:
            continue
        parts, end = [], start
        while end >= 0 and not done[end // 2]:
            done[end // 2] = True
            part = lines[end // 2][:: -1 if end % 2 else 1]
            meets = bool(parts) and (parts[-1][-1] == part[0]).all()
            parts.append(part[1:] if meets else part)
            end = partner[end ^ 1]
        ring = end == start
        if ring and (parts[-1][-1] != parts[0][0]).any():
            parts.append(parts[0][:1])
        strokes.append(np.concatenate(parts))
    return strokes
