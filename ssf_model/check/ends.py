"""Ends of lines that nearly meet another line, or face another end across a gap."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from ssf_model.check.finding import GAP, NEAR_MISS, Finding
from ssf_model.faults.repeats import first_drawn
from ssf_model.faults.traces import Traces
from ssf_model.geometry.frames import to_lonlat
from ssf_model.geometry.neighbours import close_pairs
from ssf_model.zones.grouping import GAP_M
from ssf_model.zones.paths import MAX_TURN_DEG, MEET_M

NEAR_M = 100.0  # a pixel: drawn, such lines touch
# Ruptures mapped to the metre have thousands of cracks that end beside others, as they do.
LEAST_LINE_M = 1_000.0
HEADING_M = 500.0  # stretch at a line's end that tells where it runs


def end_findings(traces: Traces) -> Iterator[Finding]:
    """Find near misses, one an end, and gaps, one a pair of ends; lines drawn twice count once."""
    lines = np.unique(first_drawn(traces.points))
    points = [traces.points[line] for line in lines]
    places, headings = _ends(points)
    line_of = np.repeat(np.arange(len(points)), 2)
    apart, nearest = _to_other_lines(points, places, line_of)
    names = [traces.feature_names[feature] for feature in traces.features[lines]]
    lengths_m = np.array([np.linalg.norm(np.diff(p, axis=0), axis=1).sum() for p in points])
    long = (lengths_m >= LEAST_LINE_M)[line_of]
    for end in np.flatnonzero((apart > MEET_M) & (apart <= NEAR_M) & long):
        other = names[nearest[end]]
        place = [to_lonlat(places[end][None])]
        yield Finding(NEAR_MISS, names[line_of[end]], other, float(apart[end]), place)
    yield from _gaps(places, headings, apart > NEAR_M, line_of, names)


def _ends(lines: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """First and last place of every line, (2 m, 3), and unit vectors out of the line there."""
    places, headings = [], []
    for points in lines:
        for way in (points[::-1], points):
            along = np.cumsum(np.linalg.norm(np.diff(way[::-1], axis=0), axis=1))
            back = way[::-1][1:][min(int(np.searchsorted(along, HEADING_M)), len(along) - 1)]
            out = way[-1] - back
            places.append(way[-1])
            headings.append(out / max(float(np.linalg.norm(out)), 1e-9))
    return np.array(places), np.array(headings)


def _to_other_lines(
    lines: Sequence[np.ndarray], places: np.ndarray, line_of: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """How far each end is from the nearest other line (inf beyond a few pixels), and which."""
    starts = np.concatenate([points[:-1] for points in lines])
    steps = np.concatenate([np.diff(points, axis=0) for points in lines])
    owner = np.repeat(np.arange(len(lines)), [len(points) - 1 for points in lines])
    counts = np.maximum(np.ceil(np.linalg.norm(steps, axis=1) / NEAR_M).astype(int), 1)
    segment = np.repeat(np.arange(len(steps)), counts)
    share = (np.arange(len(segment)) - np.repeat(np.cumsum(counts) - counts, counts) + 0.5) / (
        counts[segment]
    )
    samples = starts[segment] + share[:, None] * steps[segment]
    apart = np.full(len(places), np.inf)
    nearest = np.full(len(places), -1)
    # A place 100 m from a segment is at most 100 + 50 m from the middle of one of its pieces.
    for pairs in close_pairs(np.concatenate([places, samples]), NEAR_M * 1.5 + MEET_M):
        kept = (pairs[:, 0] < len(places)) & (pairs[:, 1] >= len(places))
        end, found = pairs[kept, 0], segment[pairs[kept, 1] - len(places)]
        foreign = owner[found] != line_of[end]
        end, found = end[foreign], found[foreign]
        distance = _from_segments(places[end], starts[found], steps[found])
        order = np.argsort(-distance, kind="stable")  # so that the nearest is written last
        end, found, distance = end[order], found[order], distance[order]
        nearer = distance < apart[end]
        end, found, distance = end[nearer], found[nearer], distance[nearer]
        apart[end], nearest[end] = distance, owner[found]
    return apart, nearest


def _from_segments(places: np.ndarray, starts: np.ndarray, steps: np.ndarray) -> np.ndarray:
    """Distance of places from segments, pair by pair."""
    length2 = np.maximum((steps**2).sum(axis=1), 1e-12)
    share = np.clip(((places - starts) * steps).sum(axis=1) / length2, 0, 1)
    return np.linalg.norm(places - starts - share[:, None] * steps, axis=1)


def _gaps(
    places: np.ndarray,
    headings: np.ndarray,
    free: np.ndarray,
    line_of: np.ndarray,
    names: list[str],
) -> Iterator[Finding]:
    """Free ends of two lines that run towards each other; each end counts in its least gap."""
    ends = np.flatnonzero(free)
    found: list[tuple[float, int, int]] = []
    for pairs in close_pairs(places[ends], GAP_M):
        one, two = ends[pairs[:, 0]], ends[pairs[:, 1]]
        across = places[two] - places[one]
        width = np.linalg.norm(across, axis=1)
        aim = across / np.maximum(width, 1e-9)[:, None]
        least = np.cos(np.radians(MAX_TURN_DEG))
        facing = ((headings[one] * aim).sum(axis=1) > least) & (
            (headings[two] * -aim).sum(axis=1) > least
        )
        kept = facing & (line_of[one] != line_of[two]) & (width > NEAR_M)
        found += zip(width[kept].tolist(), one[kept].tolist(), two[kept].tolist())
    taken: set[int] = set()
    for width_m, first, second in sorted(found):
        if not taken & {first, second}:
            taken |= {first, second}
            middle = to_lonlat((places[[first]] + places[[second]]) / 2)
            yield Finding(GAP, names[line_of[first]], names[line_of[second]], width_m, [middle])
