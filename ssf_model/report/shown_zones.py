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

    So memory grows with the zones shown, not with the map.

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
        self._traces = traces
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
        self._strips: dict[str, list[Strip]] = {name: [] for name in self.names}
        for strip in strips:
            if strip.zone in self._strips:
                self._strips[strip.zone].append(strip)

    def add(self, windows: Iterable[WindowEstimate]) -> None:
        """Keep the windows of zones that are shown."""
        for window in windows:
            if window.zone in self._windows:
                self._windows[window.zone].append(window)

    def zone(self, name: str) -> ShownZone:
        """Give one of the zones with what was gathered."""
        own = np.unique(np.concatenate([strip.lines for strip in self._strips[name]]))
        windows = sorted(self._windows[name], key=lambda window: window.along_km)
        others = np.setdiff1d(self._near(name, own), own)
        lines = self._traces.lines
        return ShownZone(
            name,
            tuple(windows),
            tuple(lines[number] for number in own),
            tuple(lines[number] for number in others),
        )

    def _near(self, name: str, own: np.ndarray) -> np.ndarray:
        """Numbers of the lines that may reach into a zone's map: balls around both meet."""
        rings = [ring for strip in self._strips[name] for ring in strip.footprints()]
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
