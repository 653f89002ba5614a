"""Along the strike of fault zones: places and lengths of their windows, and the order of both."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from ssf_model.estimate import WindowEstimate
from ssf_model.frames import to_earth_centred, to_lonlat


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


def shares_km(along_km: Sequence[float], length_km: Sequence[float]) -> np.ndarray:
    """Share out a zone's length among its windows, which overlap: each place to the nearest.

    Parameters
    ----------
    along_km : (n,) sequence of float
        Places of the windows' middles, in any order.
    length_km : (n,) sequence of float
        Lengths of the windows.

    Returns
    -------
    shares : (n,) float array
        Kilometres of the zone that a window stands for; their sum is the length of the zone
        inside windows, where these are of one length.
    """
    along, half = np.asarray(along_km, dtype=float), np.asarray(length_km, dtype=float) / 2
    order = np.argsort(along, kind="stable")
    apart = np.concatenate([[np.inf], np.diff(along[order]), [np.inf]]) / 2
    before, after = apart[:-1], apart[1:]
    shares = np.empty(len(along))
    shares[order] = np.minimum(before, half[order]) + np.minimum(after, half[order])
    return shares
