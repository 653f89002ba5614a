"""A skeleton of pixels as a graph: which pixels are linked, spurs, and paths through it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Skeleton:
    """Pixels of lines one pixel wide, and which of them follow each other."""

    pixels: np.ndarray  # (n, 2) int64, row and column
    links: np.ndarray  # (m, 2) int64, pairs of pixels' numbers, each pair once

    @property
    def degree(self) -> np.ndarray:
        """Links of each pixel, (n,): 1 at an end, 2 along a line, 3 and more at a junction."""
        return np.bincount(self.links.ravel(), minlength=len(self.pixels))

    def neighbours(self) -> list[list[int]]:
        """Numbers of the pixels to which each pixel is linked."""
        lists: list[list[int]] = [[] for _ in range(len(self.pixels))]
        for one, other in self.links.tolist():
            lists[one].append(other)
            lists[other].append(one)
        return lists

    def paths(self) -> list[np.ndarray]:
        """Follow every link once.

        Returns
        -------
        paths : list of (k,) int64 arrays
            Numbers of pixels in order, from an end or junction to an end or junction. A loop
            without either repeats its first pixel; a lone pixel is a path of one.
        """
        neighbours = self.neighbours()
        followed: set[tuple[int, int]] = set()  # links, either way
        paths = [np.array([alone]) for alone, near in enumerate(neighbours) if not near]
        nodes = [number for number, near in enumerate(neighbours) if len(near) != 2]
        for start in nodes + list(range(len(neighbours))):  # what remains then are loops
            for second in neighbours[start]:
                if (start, second) in followed:
                    continue
                path = _walk(neighbours, start, second)
                followed.update(zip(path, path[1:]))
                followed.update(zip(path[1:], path))
                paths.append(np.array(path))
        return paths


def link_pixels(skeleton: np.ndarray) -> Skeleton:
    """Link the pixels of a skeleton.

    Parameters
    ----------
    skeleton : (rows, cols) bool array
        True on lines one pixel wide.

    Returns
    -------
    graph : Skeleton
        Pixels that share a side are linked; pixels that share a corner only where no pixel
        shares a side with both, so that a step of the staircase is no triangle.
    """
    pixels = np.argwhere(skeleton)
    number = np.full(tuple(np.add(skeleton.shape, 2)), -1)
    number[1:-1, 1:-1][skeleton] = np.arange(len(pixels))
    rows, cols = pixels.T + 1
    links = []
    for down, right in ((0, 1), (1, 0), (1, 1), (1, -1)):
        other = number[rows + down, cols + right]
        linked = other >= 0
        if down and right:
            linked &= (number[rows + down, cols] < 0) & (number[rows, cols + right] < 0)
        links.append(np.column_stack([np.flatnonzero(linked), other[linked]]))
    return Skeleton(pixels, np.concatenate(links))


def without_spurs(skeleton: Skeleton, *, longest_px: np.ndarray) -> Skeleton:
    """Remove short lines that end freely and hang on a junction.

    Parameters
    ----------
    skeleton : Skeleton
        As linked.
    longest_px : (n,) float array
        At each pixel, should it be a junction: the longest spur in pixels that is removed there.

    Returns
    -------
    pruned : Skeleton
        Without those spurs, all judged at once; lines that hang on no junction stay, whatever
        their length, and so do junctions.
    """
    neighbours = skeleton.neighbours()
    kept = np.ones(len(skeleton.pixels), dtype=bool)
    for end, near in enumerate(neighbours):
        if len(near) != 1:
            continue
        path = _walk(neighbours, end, near[0])
        if len(neighbours[path[-1]]) > 2 and len(path) - 1 <= longest_px[path[-1]]:
            kept[path[:-1]] = False
    number = np.cumsum(kept) - 1
    links = skeleton.links[kept[skeleton.links].all(axis=1)]
    return Skeleton(skeleton.pixels[kept], number[links])


def smoothed(points: np.ndarray, skeleton: Skeleton, *, passes: int) -> np.ndarray:
    """Take the staircase off a skeleton.

    Parameters
    ----------
    points : (n, 2) float array
        A place for each of its pixels.
    skeleton : Skeleton
        As linked.
    passes : int
        How often each point goes half way to its neighbours' mean. That is a filter of
        (1, 2, 1) / 4: 2 n passes are a Gaussian of a standard deviation of the root of n pixels.

    Returns
    -------
    points : (n, 2) float array
        Ends and lone pixels stay where they were.
    """
    start, stop = skeleton.links.T
    degree = skeleton.degree
    moving = degree > 1
    for _ in range(passes):
        sums = np.zeros_like(points)
        for axis in (0, 1):
            sums[:, axis] = np.bincount(start, points[stop, axis], minlength=len(points))
            sums[:, axis] += np.bincount(stop, points[start, axis], minlength=len(points))
        points = points.copy()
        points[moving] = points[moving] / 2 + sums[moving] / degree[moving, None] / 2
    return points


def _walk(neighbours: list[list[int]], start: int, second: int) -> list[int]:
    """Go from `start` over `second` to the next end or junction, or round to `start`."""
    path = [start, second]
    while path[-1] != start and len(neighbours[path[-1]]) == 2:
        one, other = neighbours[path[-1]]
        path.append(other if one == path[-2] else one)
    return path
