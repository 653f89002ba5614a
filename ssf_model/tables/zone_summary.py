"""What an estimate says zone by zone, as a table and as numbers for other programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from ssf_model.estimate.along_strike import reaches_km, window_length_km
from ssf_model.estimate.estimating import WindowEstimate
from ssf_model.tables.fields import lined_up


@dataclass(frozen=True)
class ZoneSummary:
    """The windows of one fault zone in a few numbers; KE is None where no window has one.

    `length_km` is the length of the zone inside its windows, which overlap; `ke_mean` weights
    each window by the part of that length which is nearest to it, windows without KE left out.
    `n_flagged` counts windows with a flag, `flags` windows by flag.
    """

    zone: str
    n_windows: int
    n_known: int
    length_km: float
    ke_mean: float | None
    ke_median: float | None
    ke_min: float | None
    ke_max: float | None
    n_flagged: int
    flags: Mapping[str, int]

    @property
    def ofd_mean(self) -> float | None:
        """Off-fault deformation, 1 - KE, weighted by length."""
        return None if self.ke_mean is None else 1.0 - self.ke_mean

    @property
    def ofd_median(self) -> float | None:
        """Median off-fault deformation."""
        return None if self.ke_median is None else 1.0 - self.ke_median

    @property
    def flagged(self) -> float:
        """Share of windows that have a flag, 0 to 1."""
        return self.n_flagged / self.n_windows


@dataclass
class _ZoneWindows:
    """Windows of one zone so far: NaN where there is no KE."""

    ke: list[float] = field(default_factory=list)
    along_km: list[float] = field(default_factory=list)
    length_km: list[float] = field(default_factory=list)
    n_flagged: int = 0
    flags: Counter = field(default_factory=Counter)


class Summary:
    """Counts over windows, filled as they come; keeps three numbers a window."""

    def __init__(self) -> None:
        self._zones: dict[str, _ZoneWindows] = {}

    def add(self, windows: Iterable[WindowEstimate]) -> None:
        """Add some windows."""
        for window in windows:
            zone = self._zones.setdefault(window.zone, _ZoneWindows())
            zone.ke.append(np.nan if window.ke is None else window.ke)
            zone.along_km.append(window.along_km)
            zone.length_km.append(window_length_km(window))
            zone.n_flagged += bool(window.flags)
            zone.flags.update(window.flags)

    def zones(self) -> list[ZoneSummary]:
        """Sum up every zone, in the order in which they came."""
        return [_summed(name, zone) for name, zone in self._zones.items()]

    def as_dict(self) -> dict:
        """Give all counts; KE is None where no window has one."""
        zones = self.zones()
        every = np.array([ke for zone in self._zones.values() for ke in zone.ke], dtype=float)
        known = every[~np.isnan(every)]
        flags: Counter = sum((Counter(zone.flags) for zone in zones), Counter())
        return {
            "n_windows": len(every),
            "n_windows_with_ke": len(known),
            "mean_ke": float(known.mean()) if len(known) else None,
            "flags": dict(flags),
            "zones": [
                {
                    "zone": zone.zone,
                    "n_windows": zone.n_windows,
                    "n_windows_with_ke": zone.n_known,
                    "length_km": zone.length_km,
                    "ke_mean": zone.ke_mean,
                    "ke_median": zone.ke_median,
                    "ke_min": zone.ke_min,
                    "ke_max": zone.ke_max,
                    "ofd_mean": zone.ofd_mean,
                    "ofd_median": zone.ofd_median,
                    "flagged": zone.flagged,
                    "flags": dict(zone.flags),
                }
                for zone in zones
            ],
        }

    def as_table(self) -> str:
        """Give a table for the terminal, a line a zone."""
        head = ("zone", "windows", "KE median", "KE range", "OFD median", "flags")
        rows = [head]
        for zone in self.zones():
            known = zone.n_known > 0
            rows.append(
                (
                    zone.zone,
                    str(zone.n_windows),
                    f"{zone.ke_median:.2f}" if known else "NULL",
                    f"{zone.ke_min:.2f}-{zone.ke_max:.2f}" if known else "",
                    f"{zone.ofd_median:.2f}" if known else "NULL",
                    " ".join(f"{flag}:{count}" for flag, count in sorted(zone.flags.items())),
                )
            )
        return lined_up(rows)


def summarize_zone(windows: Iterable[WindowEstimate]) -> ZoneSummary:
    """Sum up all windows, one or more, of one fault zone, in any order."""
    summary = Summary()
    summary.add(windows)
    (zone,) = summary.zones()
    return zone


def _summed(name: str, windows: _ZoneWindows) -> ZoneSummary:
    """The windows of one zone in numbers."""
    ke = np.array(windows.ke)
    shares = reaches_km(windows.along_km, windows.length_km).sum(axis=1)
    known = ~np.isnan(ke)
    some = bool(known.any())
    return ZoneSummary(
        zone=name,
        n_windows=len(ke),
        n_known=int(known.sum()),
        length_km=float(shares.sum()),
        # Windows upon one another share a place; should all have none left, they count alike.
        ke_mean=_mean(ke[known], shares[known]) if some else None,
        ke_median=float(np.median(ke[known])) if some else None,
        ke_min=float(ke[known].min()) if some else None,
        ke_max=float(ke[known].max()) if some else None,
        n_flagged=windows.n_flagged,
        flags=dict(windows.flags),
    )


def _mean(values: np.ndarray, weights: np.ndarray) -> float:
    """Weighted mean; the plain one where there is no weight at all."""
    if not weights.sum() > 0:
        return float(values.mean())
    return float((values * weights).sum() / weights.sum())
