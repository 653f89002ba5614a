"""Trunks: the longest way along a cloud of places, where a straight line is no first guess.

A zone of many short lines may be bent or forked. From place to place one can walk along it; a
step costs the square of its length, so that a way follows the lines rather than leap between
them. Of the shortest ways between any two places the longest is the trunk, and what leaves it
are branches.
"""

from __future__ import annotations

import numpy as np


def longest_way(points: np.ndarray, *, leap_m: float) -> np.ndarray:
    """Find the longest of the shortest ways along places.

    Parameters
    ----------
    points : (n, 2) float array
        Places in metres, no two the same; the time grows with the square of their number.
    leap_m : float
        Longest step. Places that no such steps join belong to ways of their own.

    Returns
    -------
    way : (k, 2) float array
        Some of the places in a row, two or more if any two are within a leap.
    """
    left = np.ones(len(points), dtype=bool)
    best, length = points[:1], -1.0
    while left.any():
        cost, _ = _walk_from(int(np.argmax(left)), points, leap_m)
        here = np.isfinite(cost)
        left &= ~here
        cost, before = _walk_from(int(np.where(here, cost, -1).argmax()), points, leap_m)
        way = [int(np.where(here, cost, -1).argmax())]
        while before[way[-1]] >= 0:
            way.append(int(before[way[-1]]))
        steps = np.diff(points[way], axis=0)
        if np.hypot(*steps.T).sum() > length:
            best, length = points[way], float(np.hypot(*steps.T).sum())
    return best


def _walk_from(start: int, points: np.ndarray, leap_m: float) -> tuple[np.ndarray, np.ndarray]:
    """Cost of the way to every place (infinite: none), and the place before it (Dijkstra 1959)."""
    cost, before = np.full(len(points), np.inf), np.full(len(points), -1)
    waiting = np.ones(len(points), dtype=bool)
    cost[start] = 0.0
    while True:
        place = int(np.where(waiting, cost, np.inf).argmin())
        if not (waiting[place] and np.isfinite(cost[place])):
            return cost, before
        waiting[place] = False
        step2 = ((points - points[place]) ** 2).sum(axis=1)
        better = waiting & (step2 <= leap_m**2) & (cost[place] + step2 < cost)
        cost[better], before[better] = cost[place] + step2[better], place
