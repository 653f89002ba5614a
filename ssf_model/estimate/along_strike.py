"""Along the strike of fault zones: places and lengths of their windows, and the order of both."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from ssf_model.estimate.estimating import WindowEstimate
from ssf_model.geometry.frames import to_earth_centred, to_lonlat


def along_strike(windows: Iterable[WindowEstimate]) -> list[WindowEstimate]:
    """Order windows zone by zone as the zones come, and along the strike of each."""
    zones: dict[str, list[WindowEstimate]] = {}
    for window in windows:
        zones.setdefault(window.zone, []).append(window)
    return [
        window
        for zone in zones.values()
        for window in sorted(zone, key=lambda window: window.along_km)
    ]


def window_middle(window: WindowEstimate) -> tuple[float, float]:
    """Give longitude (-180 to 180) and latitude of a window's middle in degrees."""
    lon, lat = to_lonlat(to_earth_centred(window.footprint[:4]).mean(axis=0)[None])[0]
    return float(lon), float(lat)


def window_length_km(window: WindowEstimate) -> float:
    """Give a window's length along strike in kilometres."""
    first, second = to_earth_centred(window.footprint[:2])
    return float(np.linalg.norm(second - first)) / 1000


def reaches_km(along_km: Sequence[float], length_km: float | Sequence[float]) -> np.ndarray:
    """Say how far windows, which overlap, reach along strike before another is nearer.

    Parameters
    ----------
    along_km : (n,) sequence of float
        Places of the windows' middles, in any order.
    length_km : float or (n,) sequence of float
        Lengths of the windows.

    Returns
    -------
    reaches : (n, 2) float array
        Kilometres before and after each middle: half the way to the next window, or half the
        window's length where that is less.
    """
    along = np.asarray(along_km, dtype=float)
    half = np.broadcast_to(np.asarray(length_km, dtype=float) / 2, along.shape)
    order = np.argsort(along, kind="stable")
    apart = np.concatenate([[np.inf], np.diff(along[order]), [np.inf]]) / 2
    reaches = np.empty((len(along), 2))
    reaches[order] = np.minimum(np.column_stack([apart[:-1], apart[1:]]), half[order, None])
    return reaches
