"""Trunks: the longest way through a cloud of places, where a straight line is no first guess.

A zone of many short lines may be bent or forked. The shortest tree that joins its places
(minimum spanning tree, Prim 1957) follows it wherever it goes; the longest way in that tree is
its trunk, and what leaves the trunk are branches.
"""

from __future__ import annotations

import numpy as np


def longest_way(points: np.ndarray) -> np.ndarray:
    """Find the longest way through the shortest tree that joins places.

    Parameters
    ----------
    points : (n, 2) float array
        Places in metres, no two the same; the time grows with the square of their number.

    Returns
    -------
    way : (k, 2) float array
        Some of the places in a row.
    """
    order, parent, step = _spanning_tree(points)
    far = _farthest(order, parent, step, start=int(order[0]))[0]
    last, before = _farthest(order, parent, step, start=far)
    way = [last]
    while before[way[-1]] >= 0:
        way.append(before[way[-1]])
    return points[way]


def _spanning_tree(points: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Order in which places join the tree, and for each its parent (-1: none) and how far."""
    count = len(points)
    order, parent = np.zeros(count, dtype=np.int64), np.full(count, -1)
    reach = np.full(count, np.inf)  # squared distance from the tree, of places outside it
    inside = np.zeros(count, dtype=bool)
    step = np.zeros(count)
    newest = 0
    for joined in range(1, count):
        inside[newest] = True
        apart = ((points - points[newest]) ** 2).sum(axis=1)
        nearer = ~inside & (apart < reach)
        reach[nearer], parent[nearer] = apart[nearer], newest
        newest = int(np.where(inside, np.inf, reach).argmin())
        order[joined], step[newest] = newest, np.sqrt(reach[newest])
    return order, parent, step


def _farthest(
    order: np.ndarray, parent: np.ndarray, step: np.ndarray, *, start: int
) -> tuple[int, list[int]]:
    """The place farthest from `start` along the tree, and for all the next one towards `start`."""
    branches: list[list[int]] = [[] for _ in order]
    for place in order[1:].tolist():
        branches[place].append(int(parent[place]))
        branches[int(parent[place])].append(place)
    before, distance = [-1] * len(order), [0.0] * len(order)
    seen, waiting = {start}, [start]
    while waiting:
        here = waiting.pop()
        for other in branches[here]:
            if other not in seen:
                seen.add(other)
                waiting.append(other)
                before[other] = here
                # The tree's step between two places is that of whichever joined later.
                own = step[other] if parent[other] == here else step[here]
                distance[other] = distance[here] + float(own)
    return int(np.argmax(distance)), before
