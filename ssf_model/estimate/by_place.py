"""KE of windows at other places: points and lines that somebody measured along the same faults."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ssf_model.errors import InputError
from ssf_model.estimate.estimating import WindowEstimate
from ssf_model.estimate.flags import LEGEND
from ssf_model.geometry.frames import LocalFrame, middle_of, to_earth_centred, to_lonlat
from ssf_model.geometry.segments import sampled

SPACING_M = 100.0  # lines are asked for KE this often: a pixel


@dataclass(frozen=True)
class PlaceEstimate:
    """KE at one point or along one line; None where no window with a KE holds it.

    `zone` is the fault zone with most of it; `ke` the mean over its length (a point has one
    window), `ke_low` and `ke_high` the means of the interval's ends, None where a window has none;
    `ke_min` and `ke_max` the extremes, `covered` the share of it inside windows; `along_km` and
    `across_km` say where its middle lies: along the zone, and how far from the window's middle
    line; `flags` are those of all its windows.
    """

    zone: str | None
    ke: float | None
    ke_low: float | None
    ke_high: float | None
    ke_min: float | None
    ke_max: float | None
    covered: float
    n_windows: int
    along_km: float | None
    across_km: float | None
    flags: tuple[str, ...]

    @property
    def ofd(self) -> float | None:
        """Off-fault deformation, 1 - KE."""
        return None if self.ke is None else 1.0 - self.ke


NOWHERE = PlaceEstimate(None, None, None, None, None, None, 0.0, 0, None, None, ())


class WindowFinder:
    """Finds the window to which a place belongs: of the nearest zone, the nearest along strike.

    Raises InputError where there are no windows.
    """

    def __init__(self, windows: Sequence[WindowEstimate]) -> None:
        if not windows:
            message = "The layer or selection of windows is empty."
            raise InputError(message)
        self._windows = list(windows)
        self._frames: list[tuple[LocalFrame, np.ndarray, np.ndarray, np.ndarray]] = []
        for window in self._windows:
            frame = middle_of(window.footprint[:4])
            corners = frame.to_metres(window.footprint[:4])
            along, across = corners[1] - corners[0], corners[3] - corners[0]
            self._frames.append((frame, corners[0], along, across))
        corners_3d = [to_earth_centred(window.footprint[:4]) for window in self._windows]
        self._centres = np.array([corners.mean(axis=0) for corners in corners_3d])
        self._reaches = np.array(
            [np.linalg.norm(c - c.mean(axis=0), axis=1).max() for c in corners_3d]
        )

    def estimate(self, lines: Sequence[np.ndarray]) -> PlaceEstimate:
        """Give KE at a feature: its lines, each (n, 2) degrees; a point is one of one vertex."""
        if not lines:
            return NOWHERE
        places, weights = _spread(lines)
        owner, along_m, across_m = self._owners(places)
        inside = owner >= 0
        total = weights.sum()
        if not inside.any():
            return NOWHERE
        zones: dict[str, float] = {}
        for number, weight in zip(owner[inside].tolist(), weights[inside].tolist()):
            zone = self._windows[number].zone
            zones[zone] = zones.get(zone, 0.0) + weight
        used = [self._windows[number] for number in np.unique(owner[inside])]
        flags = {flag for window in used for flag in window.flags}
        middle = int(np.flatnonzero(inside)[inside.sum() // 2])
        kes = self._mean("ke", owner, weights)
        known = [window.ke for window in used if window.ke is not None]
        return PlaceEstimate(
            zone=max(zones, key=lambda name: zones[name]),
            ke=kes,
            ke_low=self._mean("ke_low", owner, weights, all_or_none=True),
            ke_high=self._mean("ke_high", owner, weights, all_or_none=True),
            ke_min=min(known, default=None),
            ke_max=max(known, default=None),
            covered=float(weights[inside].sum() / total),
            n_windows=len(used),
            along_km=self._windows[owner[middle]].along_km + float(along_m[middle]) / 1000,
            across_km=float(across_m[middle]) / 1000,
            flags=tuple(flag for flag in LEGEND if flag in flags),
        )

    def _owners(self, places: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """For each place the number of its window (-1: none), and metres along and across there."""
        points = to_earth_centred(places)
        found: list[list[tuple[int, float, float]]] = [[] for _ in places]
        middle = points.mean(axis=0)
        span = np.linalg.norm(points - middle, axis=1).max()
        near = np.linalg.norm(self._centres - middle, axis=1) <= self._reaches + span + 1.0
        for number in np.flatnonzero(near).tolist():
            frame, corner, along, across = self._frames[number]
            metres = frame.earth_centred_to_metres(points) - corner
            u, v = np.linalg.solve(np.column_stack([along, across]), metres.T)
            held = (u >= 0) & (u <= 1) & (v >= 0) & (v <= 1)
            length_m, width_m = np.hypot(*along), np.hypot(*across)
            for at in np.flatnonzero(held).tolist():
                found[at].append(
                    (number, float(u[at] - 0.5) * length_m, float(v[at] - 0.5) * width_m)
                )
        owner = np.full(len(places), -1)
        along_m, across_m = np.zeros(len(places)), np.zeros(len(places))
        for at, candidates in enumerate(found):
            if candidates:
                nearest = min(candidates, key=lambda one: abs(one[2]))
                zone = self._windows[nearest[0]].zone
                own = [one for one in candidates if self._windows[one[0]].zone == zone]
                owner[at], along_m[at], across_m[at] = min(own, key=lambda one: abs(one[1]))
        return owner, along_m, across_m

    def _mean(
        self, name: str, owner: np.ndarray, weights: np.ndarray, *, all_or_none: bool = False
    ) -> float | None:
        """The mean of a value of the windows, by length; of those that have it."""
        values = [getattr(self._windows[number], name) if number >= 0 else None for number in owner]
        kes = [self._windows[number].ke if number >= 0 else None for number in owner]
        if all_or_none and any(value is None and ke is not None for value, ke in zip(values, kes)):
            return None
        told = [(v, w) for v, w in zip(values, weights.tolist()) if v is not None]
        if not told:
            return None
        return float(np.average([v for v, _ in told], weights=[w for _, w in told]))


def _spread(lines: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Places along lines, in degrees, and how much of their length each stands for."""
    places, weights = [], []
    for line in lines:
        points = to_earth_centred(np.asarray(line, dtype=float))
        if len(points) == 1:
            places.append(points)
            weights.append(np.ones(1))
            continue
        along = sampled(points, SPACING_M)
        places.append((along[:-1] + along[1:]) / 2)
        weights.append(np.maximum(np.linalg.norm(np.diff(along, axis=0), axis=1), 1e-9))
    return to_lonlat(np.concatenate(places)), np.concatenate(weights)
