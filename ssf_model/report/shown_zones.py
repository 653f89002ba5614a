"""The zones that are shown in full, gathered while an estimate runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from ssf_model.errors import InputError
from ssf_model.estimate.estimating import WindowEstimate
from ssf_model.faults.traces import Traces
from ssf_model.geometry.frames import middle_of, to_earth_centred
from ssf_model.zones.strips import Strip

SHOWN_ZONES = 20  # in a report, where none are named: its size stays that of a few photographs
FIGURE_ZONES = 1  # a map and a profile fill a page of a paper
MOST_FIGURE_ZONES = 8  # a longer picture is more than painters take at 300 dpi
# No map holds more ground than a square of its longer side, with its margins and some to spare.
MAP_ROOM = 1.1


@dataclass(frozen=True)
class ShownZone:
    """One zone with all its windows along strike, its traces and those around it.

    `lines` are longitude and latitude, each (n, 2); `others` those of other zones that may
    reach into a map of it.
    """

    name: str
    windows: tuple[WindowEstimate, ...]
    lines: tuple[np.ndarray, ...]
    others: tuple[np.ndarray, ...]


class GatheredZones:
    """Windows of some zones, kept as they come; those of all other zones are let go.

    So memory grows with the zones shown, not with the map. Windows come zone by zone.

    Parameters
    ----------
    traces : Traces
        The fault map.
    strips : sequence of Strip
        All of its strips.
    names : sequence of str
        Zones to show; the longest where there are none.
    most : int
        How many zones are shown where none are named.

    Raises
    ------
    InputError
        If there is no zone of such a name.
    """

    def __init__(
        self,
        traces: Traces,
        strips: Sequence[Strip],
        *,
        names: Sequence[str] = (),
        most: int = SHOWN_ZONES,
    ) -> None:
        self._traces, self._strips, self._named = traces, strips, bool(names)
        self.names = tuple(dict.fromkeys(names)) or longest_zones(strips, most)
        present = {strip.zone for strip in strips}
        for name in self.names:
            if name not in present:
                message = (
                    f"There is no fault zone '{name}' to show; its name is that in the column "
                    f"zone of the windows, such as '{strips[0].zone}'."
                )
                raise InputError(message)
        self._windows: dict[str, list[WindowEstimate]] = {name: [] for name in self.names}
        self._latest: list[WindowEstimate] = []  # of the zone whose windows come
        self._longest_known: list[WindowEstimate] = []  # of those with a KE

    def add(self, windows: Iterable[WindowEstimate]) -> None:
        """Keep the windows of zones that are shown."""
        for window in windows:
            if window.zone in self._windows:
                self._windows[window.zone].append(window)
            if self._latest and self._latest[0].zone != window.zone:
                self._weigh_latest()
            self._latest.append(window)

    @property
    def figure_names(self) -> tuple[str, ...]:
        """Zones of a figure: those named, else the longest one that has a KE, or the longest."""
        if self._named:
            return self.names
        self._weigh_latest()
        if self._longest_known:
            return (self._longest_known[0].zone,)
        return self.names[:FIGURE_ZONES]

    def _weigh_latest(self) -> None:
        """Keep the zone whose windows came last if it is the longest so far that has a KE."""
        known = any(window.ke is not None for window in self._latest)
        if known and len(self._latest) > len(self._longest_known):
            self._longest_known = self._latest
        self._latest = []

    def zone(self, name: str) -> ShownZone:
        """Give one of the zones with what was gathered."""
        strips = [strip for strip in self._strips if strip.zone == name]
        own = np.unique(np.concatenate([strip.lines for strip in strips]))
        kept = self._windows.get(name, self._longest_known)
        windows = sorted(kept, key=lambda window: window.along_km)
        others = np.setdiff1d(self._near(strips, own), own)
        lines = self._traces.lines
        return ShownZone(
            name,
            tuple(windows),
            tuple(lines[number] for number in own),
            tuple(lines[number] for number in others),
        )

    def _near(self, strips: Sequence[Strip], own: np.ndarray) -> np.ndarray:
        """Numbers of the lines that may reach into a zone's map: balls around both meet."""
        rings = [ring for strip in strips for ring in strip.footprints()]
        frame = middle_of(np.concatenate(rings))
        lines = [self._traces.lines[number] for number in own]
        shown = np.concatenate([frame.to_metres(one) for one in (*rings, *lines)])
        low, high = shown.min(axis=0), shown.max(axis=0)
        middle = to_earth_centred(frame.to_lonlat((low + high)[None] / 2))
        reach = MAP_ROOM * (high - low).max() / np.sqrt(2)
        centres, radii = self._traces.balls
        return np.flatnonzero(np.linalg.norm(centres - middle, axis=1) <= reach + radii)


def longest_zones(strips: Sequence[Strip], most: int) -> tuple[str, ...]:
    """Name the zones with most windows, which are the longest, longest first."""
    counts: Counter = Counter()
    for strip in strips:
        counts[strip.zone] += strip.n_windows
    return tuple(zone for zone, _ in counts.most_common(most))
