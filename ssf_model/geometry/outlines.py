"""Outlines and short lines in any CRS, in one piece even where its map ends.

A projected CRS of the world is cut open along a meridian, most often the antimeridian. What lies
across the cut is at the other edge of the map, and an outline drawn from one to the other
would span the Earth. Here it runs on past the edge instead, straight and to scale.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ssf_model.geometry.frames import middle_of, to_earth_centred, to_lonlat, unbroken_longitudes

Projection = Callable[[np.ndarray], np.ndarray]

TORN = 50.0  # stretched more than this: no CRS does it to a window on the map, any cut does
NEARBY = 1e-3  # share of the way to the first vertex over which scale is measured for that
STEP_M = 1.0  # over which scale and directions are measured to run on
INWARD = 0.01  # share of the way to the middle at which they are, so as not to be on the cut


def in_one_piece(
    lonlat: np.ndarray, feature: np.ndarray, project: Projection, *, geographic: bool
) -> np.ndarray:
    """Turn the vertices of outlines or short lines into those of another CRS.

    Parameters
    ----------
    lonlat : (n, 2) float array
        Degrees. Each feature spans a few kilometres.
    feature : (n,) int array
        Whose each vertex is, from 0, ascending, none left out.
    project : callable
        Turns longitude and latitude, (m, 2), into x and y of the CRS, (m, 2).
    geographic : bool
        Whether x and y are degrees too.

    Returns
    -------
    places : (n, 2) float array
        x and y. A feature that lies across the map's edge is drawn at the side of its first
        vertex and runs on past the edge; in degrees its longitudes run on past 180.
    """
    if not len(lonlat):
        return np.empty((0, 2))
    first = np.searchsorted(feature, feature)
    if geographic:
        places = project(lonlat)
        pairs = np.column_stack([places[first, 0], places[:, 0]])
        return np.column_stack([unbroken_longitudes(pairs)[:, 1], places[:, 1]])
    points = to_earth_centred(lonlat)
    counts = np.bincount(feature)[:, None]
    middles = np.add.reduceat(points, np.unique(first)) / counts
    beside = middles + NEARBY * (points[np.unique(first)] - middles)
    places = project(np.concatenate([lonlat, to_lonlat(middles), to_lonlat(beside)]))
    places, middle, other = np.split(places, [len(lonlat), len(lonlat) + len(counts)])
    scale = np.linalg.norm(other - middle, axis=1) / np.linalg.norm(beside - middles, axis=1)
    drawn = np.linalg.norm(places - middle[feature], axis=1)
    true = np.maximum.reduceat(np.linalg.norm(points - middles[feature], axis=1), np.unique(first))
    for torn in np.unique(feature[drawn > TORN * (scale * true)[feature]]).tolist():
        places[feature == torn] = _run_on(lonlat[feature == torn], project)
    return places


def _run_on(lonlat: np.ndarray, project: Projection) -> np.ndarray:
    """One feature's vertices; those that a cut parts from the first one lie past the edge."""
    places = project(lonlat)
    frame = middle_of(lonlat)
    metres = frame.to_metres(lonlat)
    base = metres[0] * (1 - INWARD)
    inward = np.where(base > 0, -STEP_M, STEP_M)
    steps = base + np.array([[0.0, 0.0], [inward[0], 0.0], [0.0, inward[1]]])
    origin, eastward, northward = project(frame.to_lonlat(steps))
    axes = np.array([(eastward - origin) / inward[0], (northward - origin) / inward[1]])
    straight = origin + (metres - base) @ axes
    astray = np.linalg.norm(places - straight, axis=1)
    torn = astray > np.linalg.norm(straight - origin, axis=1).max()
    return np.where(torn[:, None], straight, places)
